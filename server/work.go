package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// parked lists work that was given up, in all tenants: something for an operator to look at.
func (s *Server) parked(ctx context.Context, _ Params) (any, error) {
	parked := []fairlead.Work{}
	tenants, err := s.Verbs.Access.Tenants(ctx, "", 1000)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		err := s.Store.View(ctx, func(tx *store.Tx) error {
			some, err := tx.Work.Parked(t.ID, 100)
			parked = append(parked, some...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return parked, nil
}
