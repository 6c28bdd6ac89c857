package sqlstore

import "context"

func openPostgres(ctx context.Context, address string, opts Options) (engine, error) {
	return nil, internal("not yet")
}
