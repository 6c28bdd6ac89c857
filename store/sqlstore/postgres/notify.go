package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/fairlead-dev/fairlead"
)

// notifier wakes other nodes by LISTEN and NOTIFY when something may be due. It
// notifies after the commit, and once for many: a NOTIFY inside would make all commits
// of the database wait for one another. A notification that is lost costs a poll.
type notifier struct {
	database *Database
	config   *pgx.ConnConfig
	node     string // to know our own
	pending  chan struct{}
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

const (
	channel = "fairlead_work"
	// notifyEvery gathers notifications; reconnectAfter is how long a broken connection rests.
	notifyEvery    = 5 * time.Millisecond
	reconnectAfter = time.Second
	networkTimeout = 5 * time.Second
)

func startNotifier(config *pgx.ConnConfig, d *Database) *notifier {
	ctx, cancel := context.WithCancel(context.Background())
	n := &notifier{database: d, config: config.Copy(), node: fairlead.NewToken(), pending: make(chan struct{}, 1), cancel: cancel}
	n.running.Go(func() { n.send(ctx) })
	n.running.Go(func() { n.receive(ctx) })
	return n
}

func (n *notifier) stop() {
	n.cancel()
	n.running.Wait()
}

// notify never waits.
func (n *notifier) notify() {
	select {
	case n.pending <- struct{}{}:
	default:
	}
}

// send sends one notification for all of a pause.
func (n *notifier) send(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.pending:
		}
		sending, cancel := context.WithTimeout(ctx, networkTimeout)
		_, _ = n.database.pool.db.ExecContext(sending, "SELECT pg_notify($1, $2)", channel, n.node) // if not: others poll
		cancel()
		pause(ctx, notifyEvery)
	}
}

// receive listens, on a connection of its own, until the end.
func (n *notifier) receive(ctx context.Context) {
	for ctx.Err() == nil {
		_ = n.listen(ctx) // whatever broke it: it is tried again
		pause(ctx, reconnectAfter)
	}
}

func (n *notifier) listen(ctx context.Context) error {
	connecting, cancel := context.WithTimeout(ctx, networkTimeout)
	defer cancel()
	c, err := pgx.ConnectConfig(connecting, n.config)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(connecting, "LISTEN "+channel); err != nil {
		return err
	}
	n.database.wake.Signal() // for what was missed meanwhile
	for {
		received, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if received.Payload != n.node {
			n.database.wake.Signal()
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
