package store

import (
	"context"
	"errors"
)

// ErrStale is wrapped by the Conflict of a compare-and-swap that was lost: the
// row was written, or a unique key was taken, since it was read.
var ErrStale = errors.New("store: somebody else was faster")

// ErrDamaged is wrapped by what could not be read because the database's file is
// damaged: a backup has to be restored.
var ErrDamaged = errors.New("store: the database is damaged")

// tries is how often Retry makes its attempt.
const tries = 8

// Retry makes an attempt anew while it loses a compare-and-swap (ErrStale): for
// what reads, does something that no transaction may (seal, for one), and then
// writes. What reads and writes in one Update needs no Retry: it loses nothing.
func Retry(ctx context.Context, s Store, attempt func() error) error {
	for range tries - 1 {
		if err := attempt(); !errors.Is(err, ErrStale) {
			return err
		}
		// An empty Update queues behind the winner; a View may be older.
		if err := s.Update(ctx, func(*Tx) error { return nil }); err != nil {
			return err
		}
	}
	return attempt()
}
