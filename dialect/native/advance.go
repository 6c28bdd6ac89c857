package native

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
)

// progressEvery is how often an advance that is streamed says how far it is.
const progressEvery = 250 * time.Millisecond

type advanceInput struct {
	Accept string `header:"Accept" maxLength:"200" doc:"application/x-ndjson or text/event-stream: lines of progress, the last one as the answer."`
	Body   advanceBody
}

type advancedBody struct {
	Now       time.Time `json:"now" doc:"Where the clock stands: all that was due by then is done."`
	WorkDone  int       `json:"work_done"`
	Cancelled bool      `json:"cancelled,omitempty" doc:"It was cancelled on the way."`
}

type progressBody struct {
	Now time.Time `json:"now"`
	To  time.Time `json:"to"`
}

type cancelledBody struct {
	Cancelled int `json:"cancelled" doc:"How many advances were under way here."`
}

// advances are the advances of clocks under way in this process.
type advances struct {
	mu     sync.Mutex
	cancel map[fairlead.TenantID]map[*context.CancelFunc]bool
}

// begin notes one. The context ends when somebody cancels it.
func (a *advances) begin(ctx context.Context, tenant fairlead.TenantID) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cancel == nil {
		a.cancel = map[fairlead.TenantID]map[*context.CancelFunc]bool{}
	}
	if a.cancel[tenant] == nil {
		a.cancel[tenant] = map[*context.CancelFunc]bool{}
	}
	a.cancel[tenant][&cancel] = true
	return ctx, func() {
		cancel()
		a.mu.Lock()
		defer a.mu.Unlock()
		if delete(a.cancel[tenant], &cancel); len(a.cancel[tenant]) == 0 {
			delete(a.cancel, tenant)
		}
	}
}

func (a *advances) cancelAll(tenant fairlead.TenantID) (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for cancel := range a.cancel[tenant] {
		(*cancel)()
		n++
	}
	return n
}

func (n *Native) cancelAdvance(r request[struct{}]) (cancelledBody, error) {
	if _, err := n.verbs.Simulating.Clock(r, r.tenant()); err != nil {
		return cancelledBody{}, err
	}
	return cancelledBody{n.advances.cancelAll(r.tenant())}, nil
}

func (n *Native) advanceClock(r request[advanceInput]) (func(huma.Context), error) {
	c, err := n.verbs.Simulating.Clock(r, r.tenant())
	if err != nil {
		return nil, err
	}
	to, err := n.target(r, r.in.Body, c.Now)
	if err != nil {
		return nil, err
	}
	ctx, end := n.advances.begin(r, r.tenant())
	advance := func() (advancedBody, error) {
		defer end()
		if !to.After(c.Now) { // an advance that was cut off just before its answer
			return advancedBody{Now: c.Now}, nil
		}
		now, done, err := n.verbs.Simulating.AdvanceTo(ctx, r.tenant(), to)
		if ctx.Err() == nil || r.Err() != nil {
			return advancedBody{Now: now, WorkDone: done}, err
		}
		at, err := n.verbs.Simulating.Clock(r, r.tenant())
		return advancedBody{Now: at.Now, WorkDone: done, Cancelled: true}, err
	}
	for _, kind := range []string{"application/x-ndjson", "text/event-stream"} {
		if strings.Contains(r.in.Accept, kind) {
			return func(h huma.Context) { n.streamAdvance(r, h, r.tenant(), kind, to, advance) }, nil
		}
	}
	done, err := advance()
	if err != nil {
		return nil, err
	}
	return func(h huma.Context) {
		h.SetHeader("Content-Type", "application/json")
		json.NewEncoder(h.BodyWriter()).Encode(done)
	}, nil
}

// streamAdvance says how far an advance is until it ends. A caller who hangs up
// cancels it.
func (n *Native) streamAdvance(ctx context.Context, h huma.Context, tenant fairlead.TenantID, kind string, to time.Time, advance func() (advancedBody, error)) {
	type ended struct {
		advancedBody
		err error
	}
	result := make(chan ended, 1)
	go func() {
		done, err := advance()
		result <- ended{done, err}
	}()
	out := newPieces(h, kind)
	say := func(name string, body any) {
		line, _ := json.Marshal(body)
		if kind == "text/event-stream" {
			fmt.Fprintf(out, "event: %s\ndata: %s\n\n", name, line)
		} else {
			fmt.Fprintf(out, "%s\n", line)
		}
	}
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case done := <-result:
			if done.err != nil {
				say("failed", problemOf(ctx, done.err))
				return
			}
			say("done", done.advancedBody)
			return
		case <-tick.C:
			if c, err := n.verbs.Simulating.Clock(ctx, tenant); err == nil {
				say("progress", progressBody{c.Now, to})
			}
		}
	}
}

// describeAdvance gives the reference the shapes of an advance's answer.
func describeAdvance(c chapter, path string) {
	spec := c.api.OpenAPI()
	schema := spec.Components.Schemas.Schema(reflect.TypeFor[advancedBody](), true, "")
	progress := spec.Components.Schemas.Schema(reflect.TypeFor[progressBody](), true, "")
	spec.Paths[path].Post.Responses = map[string]*huma.Response{"200": {
		Description: "Where the clock came to. As a stream: a line of progress now and then, and this as the last one.",
		Content: map[string]*huma.MediaType{
			"application/json":     {Schema: schema},
			"application/x-ndjson": {Schema: progress},
		},
	}}
}
