// Package deliver posts what waits in a queue of deliveries.
//
// It owns the order and the number of posts, bodies (rendered once, stored, sent
// byte-equal), signatures, retries, the log of attempts and the health of
// endpoints. It knows neither events nor dialects: a Source says what a delivery
// is about, and renders it.
//
// The flow: one node works on a queue at a time. Run reads what waits into a buffer
// (run.go, buffer.go, load.go), has workers post it (attempt.go, post.go, sign.go),
// in order for each connection, and records many outcomes in one transaction while
// posts go on (outcome.go). Until then what was accepted is in a file (receipts.go): a
// crash repeats what was posted and whose answer had not come.
package deliver

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/guard"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	// maxPosts is how many posts a queue makes at once, where its receiver takes its
	// time; fewPosts where it answers quickly: more would win nothing, and a kill repeats
	// what is under way. slowPost is how much slower it must be for one post more: on a
	// busy machine a post waits for the processor longer than for its receiver.
	// Retries leave some of them to first attempts.
	maxPosts   = 16
	fewPosts   = 2
	slowPost   = 500 * time.Microsecond
	maxRetries = 12
	// ownPosts of them are a queue's whatever others do; the rest comes out of
	// SharedPosts, so that receivers that hang leave room to any other.
	ownPosts = 2
	// SharedPosts is how many posts the queues of a node make at once beyond ownPosts:
	// 256 receivers are 1,024 posts at most.
	SharedPosts = 512
	// ownRun and sharedRun bound one run, by the lease and by the runs of others: an
	// endpoint is one tenant's, a host may be several's. What is under way when a turn
	// ends takes its time-out more.
	ownRun    = 2 * time.Minute
	sharedRun = 5 * time.Second
	// maxLingering is how many runs of a node may linger when their queues are empty: they
	// have places that others' work could be done at.
	maxLingering = 64
)

// Options is what an Engine works with; all but Signing, BodyToken, Observe and Roots is needed.
type Options struct {
	Store  store.Store
	Vault  vault.Full
	Clock  fairlead.Clock
	Stamp  fairlead.Clock // of signatures, which receivers compare with their own clocks; nil: Clock
	Log    *slog.Logger
	Policy guard.Policy
	Source Source
	// Signing gives the secrets that an application itself signs with, newest first.
	Signing func(context.Context, fairlead.TenantID, fairlead.ApplicationID) ([]fairlead.Secret, error)
	// BodyToken makes the token of SignJWT over a body at an instant; nil: there is no key.
	BodyToken func(ctx context.Context, body []byte, at time.Time) (string, error)
	// Observe is called after every recorded attempt, for metrics.
	Observe func(AttemptEnded)
	// Receipts is a file of this node for what was accepted and is not stored yet; "": none.
	Receipts string
	// Linger is how long a run stays with an endpoint's queue when it has become empty; 0: it ends.
	Linger time.Duration
	Shared int            // in place of SharedPosts
	Bytes  int            // of bodies that a run holds; 0: 32 MiB
	Roots  *x509.CertPool // certificate authorities, in place of the system's
}

// AttemptEnded is one recorded attempt, for metrics.
type AttemptEnded struct {
	Dialect string
	State   fairlead.DeliveryState // what the delivery became: waiting means that it is tried again
	Status  int                    // of the answer; 0: there was none
	Took    time.Duration
}

// Source says what deliveries are about.
type Source interface {
	// Load reads what rendering needs, inside a transaction: a message for each delivery.
	// Of some the event is known already.
	Load(tx *store.Tx, deliveries []fairlead.Delivery, known map[fairlead.EventID]*fairlead.Event) ([]Message, error)
}

// Message is what a delivery is about.
type Message struct {
	Application *fairlead.Application
	Gone        string // why there is nothing to deliver any more; "" while there is
	// Render makes the body, outside any transaction; nil: there is nothing to deliver
	// after all.
	Render func(context.Context, fairlead.Delivery) ([]byte, error)
}

// Engine delivers. Make it with New.
type Engine struct {
	o        Options
	client   *http.Client
	shared   chan struct{} // a semaphore
	lingerer chan struct{} // likewise, of runs that linger
	inboxes  inboxes
	receipts *receipts
}

// queue is one tenant's part of a receiver's deliveries.
type queue struct {
	tenant fairlead.TenantID
	name   string
}

// New makes an Engine. A policy that can't be read is refused.
func New(o Options) (*Engine, error) {
	transport, err := guard.Transport(o.Policy)
	if err != nil {
		return nil, fmt.Errorf("deliver: %w", err)
	}
	if o.Roots != nil {
		transport.TLSClientConfig.RootCAs = o.Roots
	}
	if o.Stamp == nil {
		o.Stamp = o.Clock
	}
	o.Shared, o.Bytes = cmp.Or(o.Shared, SharedPosts), cmp.Or(o.Bytes, maxBytes)
	// One connection for each post at once.
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 2*o.Shared, maxPosts
	return &Engine{
		o: o, shared: make(chan struct{}, o.Shared), lingerer: make(chan struct{}, maxLingering), receipts: newReceipts(o.Receipts, o.Log),
		// post follows redirects itself; there is no jar, so no cookies.
		client: &http.Client{Transport: transport, CheckRedirect: guard.Redirects(0)},
	}, nil
}

// QueueOf names the queue of a destination: its endpoint, or the host of an address
// that a vendor's request brought. A sick receiver fills its own queue and no other.
func QueueOf(d fairlead.Destination) string {
	if d.Endpoint != "" {
		return string(d.Endpoint)
	}
	if u, err := url.Parse(d.Address); err == nil && u.Host != "" {
		return strings.ToLower(u.Host)
	}
	return "unreadable"
}

// Run delivers what waits in the queue that w names, first attempts and retries that
// are due, until nothing does or its turn is over.
func (e *Engine) Run(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	if err := e.recall(ctx); err != nil {
		return store.WorkResult{}, err
	}
	lasts, linger := sharedRun, time.Duration(0)
	if fairlead.HasPrefix(fairlead.EndpointID(w.Key), "whe") { // no other tenant waits for it
		lasts = ownRun
		select {
		case e.lingerer <- struct{}{}:
			linger = e.o.Linger
			defer func() { <-e.lingerer }()
		default:
		}
	}
	r := newRun(ctx, e, w, time.Now().Add(lasts), linger)
	r.loop()
	return r.result, r.err
}

// CheckAddress refuses an address that may not be posted to. A host that the
// operator allows by name may be inside, and may be plain http.
func (e *Engine) CheckAddress(app fairlead.Application, address string) error {
	policy := e.o.Policy
	err := app.CallbackAllowed(address, policy.Loopback)
	if err == nil || len(app.CallbackHosts) > 0 || len(policy.Allow) == 0 {
		return err
	}
	if u, bad := parseAddress(address); bad == nil && policy.Allowed(u.Hostname()) {
		return nil
	}
	return err
}
