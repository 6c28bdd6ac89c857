package engine

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
)

// Unavailable says that the database cannot do it now.
func Unavailable(doing string, err error) error {
	return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "The database is not available.", Err: fmt.Errorf("sqlstore: %s: %w", doing, err)}
}

// Internal is our own mistake.
func Internal(format string, args ...any) error {
	return &fairlead.Error{Kind: fairlead.Internal, Err: fmt.Errorf("sqlstore: "+format, args...)}
}

// Cancelled refuses a transaction whose caller left before it began.
func Cancelled(ctx context.Context) error {
	return Unavailable("waiting for a transaction to begin", ctx.Err())
}

// Closed refuses what comes after Close.
func Closed() error {
	return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "The server is stopping."}
}
