package notifying

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// mostPosts is how many posts one receiver meets at once: the row of its lane is
	// one node's at a time. Retries leave some of the room to first attempts.
	mostPosts   = 16
	mostRetries = 12
	// ownPosts of them are a receiver's whatever others do; the rest is taken of
	// sharedPosts, which all lanes of a node have together. So 256 receivers at once
	// are 1,024 posts at most, and those that hang leave room to any other.
	ownPosts    = 2
	sharedPosts = 512
	// ownTurn and sharedTurn bound one run over a lane, as the lease and the turn of
	// others ask: an endpoint is one tenant's, a host may be several's, who are told
	// one after the other. What is under way when a turn ends takes its time-out more.
	ownTurn    = 2 * time.Minute
	sharedTurn = 5 * time.Second
)

// room is what the lanes of a node share: how many more attempts are made at once.
type room chan struct{}

// enter never blocks: without room, the lane goes on with what is its own.
func (r room) enter() bool {
	select {
	case r <- struct{}{}:
		return true
	default:
		return false
	}
}

func (r room) leave() { <-r }

// lane is one tenant's part of a receiver's, as work has it; without a key it
// stands for all that the tenant's events go to.
type lane struct {
	tenant fairlead.TenantID
	key    string
}

// laneOf is the endpoint, or the host of an address that a vendor's request
// brought: a sick receiver fills its own lane and no other.
func laneOf(t fairlead.Destination) string {
	if t.Endpoint != "" {
		return string(t.Endpoint)
	}
	if u, err := url.Parse(t.Address); err == nil && u.Host != "" {
		return strings.ToLower(u.Host)
	}
	return "unreadable"
}

// stream is what first attempts are in order of: one connection (or link, where
// there is no connection yet) and one receiver.
type stream struct {
	application fairlead.ApplicationID
	about, to   string
}

func streamOf(n fairlead.Delivery) stream {
	return stream{n.Application, cmp.Or(string(n.Connection), string(n.Link)), cmp.Or(string(n.Destination.Endpoint), n.Destination.Address)}
}

// Deliver is the handler of DeliverWork: it tells what waits in a lane, first
// attempts and retries that are due, until nothing does or its turn is over.
func (n *Notifying) Deliver(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	turn := sharedTurn
	if fairlead.HasPrefix(fairlead.EndpointID(w.Key), "whe") {
		turn = ownTurn
	}
	r := n.newRun(ctx, w, time.Now().Add(turn))
	defer r.cancel()
	return r.tell(ctx)
}
