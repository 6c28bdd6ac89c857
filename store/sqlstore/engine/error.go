package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// retryOutage and retryFull are when it may be worth trying again: an outage ends
	// by itself, room is made by somebody.
	retryOutage = 5 * time.Second
	retryFull   = 30 * time.Second
)

// Unavailable says that the database cannot do it now.
func Unavailable(doing string, err error) error {
	return &fairlead.Error{
		Kind: fairlead.Unavailable, Detail: "The database is not available.", RetryAfter: retryOutage, Err: fmt.Errorf("sqlstore: %s: %w", doing, err),
	}
}

// StorageFull says that there is no room for it.
func StorageFull(doing string, err error) error {
	return &fairlead.Error{
		Kind: fairlead.StorageFull, Detail: "There is no room to store it.", RetryAfter: retryFull, Err: fmt.Errorf("sqlstore: %s: %w", doing, err),
	}
}

// Damaged says that what is stored can't be read: store.ErrDamaged.
func Damaged(doing string, err error) error {
	return &fairlead.Error{
		Kind: fairlead.Unavailable, Detail: "The database is damaged.", RetryAfter: retryFull,
		Err: fmt.Errorf("sqlstore: %s: %w: %w", doing, store.ErrDamaged, err),
	}
}

// Internal is our own mistake.
func Internal(format string, args ...any) error {
	return &fairlead.Error{Kind: fairlead.Internal, Err: fmt.Errorf("sqlstore: "+format, args...)}
}

// Cancelled refuses a transaction whose caller left before it began.
func Cancelled(ctx context.Context) error {
	return Unavailable("waiting for a transaction to begin", context.Cause(ctx))
}

// Closed refuses what comes after Close.
func Closed() error {
	return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "The server is stopping.", RetryAfter: retryOutage}
}
