package native

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simulated"
	"github.com/fairlead-dev/fairlead/linking"
)

const (
	// waitPause is how often an answer that waits polls.
	waitPause = 100 * time.Millisecond
	// unknownInstitution is the reason that a refusal gives.
	unknownInstitution = "must be an institution of the sandbox"
)

// maxAdvance bounds one call, so that a slip of the pen does not run a century.
const maxAdvance = 10 * 366 * 24 * time.Hour

type clockBody struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

func (n *Native) readClock(r request[struct{}]) (clockBody, error) {
	c, err := n.verbs.Simulating.Clock(r, r.tenant())
	return clockBody{c.Now, c.Frozen}, err
}

type advanceBody struct {
	By string     `json:"by,omitempty" maxLength:"20" doc:"30d, 12h, 90m, 10s …" example:"30d"`
	To *time.Time `json:"to,omitempty" doc:"A later time of the tenant; or say by."`
}

// target is the instant that the clock shall reach: once said, it is the same for
// every repetition of the request.
func (n *Native) target(ctx context.Context, b advanceBody, now time.Time) (time.Time, error) {
	to, err := b.until(now)
	if err != nil {
		return to, err
	}
	fixed, err := n.verbs.Access.Effect(ctx, func(context.Context) (string, error) {
		return to.UTC().Format(time.RFC3339Nano), nil
	})
	if err != nil {
		return to, err
	}
	return time.Parse(time.RFC3339Nano, fixed)
}

// until is the instant that the clock shall reach.
func (b advanceBody) until(now time.Time) (time.Time, error) {
	if (b.By == "") == (b.To == nil) {
		return time.Time{}, fairlead.InvalidField("by", "exclusive", "give either by or to")
	}
	to := now
	if b.To != nil {
		to = *b.To
	} else {
		by, err := parseDuration(b.By)
		if err != nil {
			return time.Time{}, err
		}
		to = now.Add(by)
	}
	if to.Sub(now) > maxAdvance {
		return time.Time{}, fairlead.InvalidField("by", "range", "must be at most ten years")
	}
	return to, nil
}

// parseDuration reads "30d", "36h", "90m", "10s" and sums like "1d12h".
func parseDuration(s string) (time.Duration, error) {
	bad := fairlead.InvalidField("by", "format", "must be a span like 30d, 12h or 90m")
	days, rest, found := strings.Cut(s, "d")
	if !found {
		days, rest = "0", s
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < 0 || n > 4000 {
		return 0, bad
	}
	total := time.Duration(n) * 24 * time.Hour
	if rest != "" {
		more, err := time.ParseDuration(rest)
		if err != nil || more < 0 {
			return 0, bad
		}
		total += more
	}
	if total == 0 {
		return 0, bad
	}
	return total, nil
}

type headlessLinkBody struct {
	Institution string             `json:"institution_id" minLength:"1" maxLength:"80" doc:"Id or short name: harbor, farol …" example:"harbor"`
	User        string             `json:"user,omitempty" minLength:"1" maxLength:"200" default:"good" doc:"Persona, with a suffix for another person: good+alice."`
	Password    string             `json:"password,omitempty" maxLength:"65536" doc:"A word of docs/sandbox.md, or the document of the user custom; default: the user name."`
	Person      string             `json:"person,omitempty" maxLength:"255" doc:"Your own reference of the person; default: the user name." example:"anna"`
	Products    []fairlead.Product `json:"products,omitempty" doc:"Default: all that the institution offers."`
	Wait        int                `json:"wait,omitempty" minimum:"0" maximum:"120" doc:"Seconds, of real time, to wait for the end of the first collection before answering." example:"60"`
}

type headlessBody struct {
	LinkID           fairlead.LinkID           `json:"link_id"`
	ConnectionID     fairlead.ConnectionID     `json:"connection_id,omitempty"`
	ConnectionStatus fairlead.ConnectionStatus `json:"connection_status,omitempty" doc:"collecting: the first collection has not ended yet."`
	Code             string                    `json:"code,omitempty"`
	Status           fairlead.LinkStatus       `json:"status"`
	Error            fairlead.ErrorKind        `json:"error,omitempty"`
}

// dialectKey carries the *Native to what huma calls without one.
type dialectKey struct{}

// Resolve names an unknown institution beside whatever else is wrong: huma calls it
// even where the body was refused already.
func (b *headlessLinkBody) Resolve(h huma.Context) []error {
	ctx := h.Context()
	n, ok := ctx.Value(dialectKey{}).(*Native)
	if !ok || b.Institution == "" {
		return nil
	}
	if _, err := n.verbs.Reading.Institution(ctx, callerOf(ctx).Tenant.ID, b.Institution); fairlead.Is(err, fairlead.NotFound) {
		return []error{&huma.ErrorDetail{Location: "body.institution_id", Message: unknownInstitution}}
	}
	return nil
}

// linkHeadless links a persona, and waits for its data where that is requested.
func (n *Native) linkHeadless(r request[withBody[headlessLinkBody]]) (headlessBody, error) {
	b := r.in.Body
	request := linking.HeadlessRequest{Institution: b.Institution, User: b.User, Password: b.Password, Once: n.verbs.Access.Effect}
	request.CreateRequest = createLinkBody{Person: cmp.Or(b.Person, b.User), Products: b.Products, Mode: fairlead.ModeHeadless}.request()
	created, o, err := n.verbs.Linking.Headless(r, r.application(), request)
	if err != nil {
		return headlessBody{}, renamed(err, "institution", "institution_id")
	}
	out := headlessBody{LinkID: created.Link.ID, Code: o.Code, Status: o.Link.Status, Error: o.Link.Reason}
	if len(o.Connections) == 0 {
		return out, nil
	}
	out.ConnectionID = o.Connections[0].ID
	connection, err := n.collected(r, r.tenant(), out.ConnectionID, time.Duration(b.Wait)*time.Second)
	out.ConnectionStatus = connection.Status
	return out, err
}

// collected reads a connection once its first collection has ended, or when the
// time is over, or when only advancing a frozen clock would bring it on.
func (n *Native) collected(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, wait time.Duration) (fairlead.Connection, error) {
	ctx, cancel := context.WithTimeout(ctx, max(wait, time.Second))
	defer cancel()
	tick := time.NewTicker(waitPause)
	defer tick.Stop()
	var last fairlead.Connection
	for {
		c, err := n.verbs.Reading.Connection(ctx, tenant, id)
		if ctx.Err() != nil && last.ID != "" {
			return last, nil
		}
		if err != nil || c.Status != fairlead.ConnectionCollecting || wait <= 0 {
			return c, err
		}
		last = c
		clock, err := n.verbs.Simulating.Clock(ctx, tenant)
		if err == nil && clock.Frozen && c.NextRun.After(clock.Now) {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return c, nil
		case <-tick.C:
		}
	}
}

func (n *Native) listApprovals(r request[Paging]) (list[approvalBody], error) {
	as, err := n.verbs.Simulating.Approvals(r, r.tenant())
	if err != nil {
		return list[approvalBody]{}, err
	}
	return pageOf(as, r.in, func(a simulated.Approval) string { return a.ID }, approvalOf)
}

type decisionBody struct {
	Approve bool `json:"approve" doc:"false: the person declines."`
}

type decisionInput struct {
	ID   string `path:"id" maxLength:"200"`
	Body decisionBody
}

func (n *Native) decideApproval(r request[decisionInput]) error {
	return n.verbs.Simulating.Decide(r, r.tenant(), r.in.ID, r.in.Body.Approve)
}
