package sqlstore

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/fairlead-dev/fairlead"
)

// hints tell other nodes that something may be due, and hear it from them. They
// are sent after the commit and gathered: a NOTIFY inside would make all
// commits of the database wait for one another. A lost hint costs a poll.
type hints struct {
	engine *postgres
	config *pgx.ConnConfig
	node   string // to know our own
	due    chan struct{}
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

const (
	hintChannel = "fairlead_work"
	// hintPause gathers hints; hearAgain is how long a broken connection rests.
	hintPause = 5 * time.Millisecond
	hearAgain = time.Second
	hintLimit = 5 * time.Second
)

func startHints(config *pgx.ConnConfig, e *postgres) *hints {
	ctx, cancel := context.WithCancel(context.Background())
	h := &hints{engine: e, config: config.Copy(), node: fairlead.NewToken(), due: make(chan struct{}, 1), cancel: cancel}
	h.ended.Go(func() { h.speak(ctx) })
	h.ended.Go(func() { h.listen(ctx) })
	return h
}

func (h *hints) stop() {
	h.cancel()
	h.ended.Wait()
}

// send asks for a hint; it never waits.
func (h *hints) send() {
	select {
	case h.due <- struct{}{}:
	default:
	}
}

// speak sends one hint for all that were asked for in a pause.
func (h *hints) speak(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.due:
		}
		sending, cancel := context.WithTimeout(ctx, hintLimit)
		_, _ = h.engine.db.ExecContext(sending, "SELECT pg_notify($1, $2)", hintChannel, h.node) // a hint: others poll
		cancel()
		pause(ctx, hintPause)
	}
}

// listen hears other nodes, on a connection of its own, until the end.
func (h *hints) listen(ctx context.Context) {
	for ctx.Err() == nil {
		_ = h.hear(ctx) // whatever broke it: it is tried again
		pause(ctx, hearAgain)
	}
}

func (h *hints) hear(ctx context.Context) error {
	connecting, cancel := context.WithTimeout(ctx, hintLimit)
	defer cancel()
	c, err := pgx.ConnectConfig(connecting, h.config)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(connecting, "LISTEN "+hintChannel); err != nil {
		return err
	}
	h.engine.wake.signal() // for what was missed meanwhile
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if n.Payload != h.node {
			h.engine.wake.signal()
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
