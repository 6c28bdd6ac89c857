package native

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
)

const (
	// waitPause is how often a held answer looks whether there is news.
	waitPause = 100 * time.Millisecond
	// unknownInstitution is the reason that a refusal gives.
	unknownInstitution = "must be an institution of the sandbox"
)

// dialectKey carries the *Native to what huma calls without one.
type dialectKey struct{}

type clockBody struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

type advanceAsk struct {
	By string     `json:"by,omitempty" maxLength:"20" doc:"30d, 12h, 90m, 10s …" example:"30d"`
	To *time.Time `json:"to,omitempty" doc:"A later time of the tenant; or say by."`
}

type advancedBody struct {
	Now      time.Time `json:"now"`
	WorkDone int       `json:"work_done"`
}

type headlessAsk struct {
	Institution string             `json:"institution" minLength:"1" maxLength:"80" doc:"Id or short name: harbor, farol …" example:"harbor"`
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

// Resolve names an unknown institution beside whatever else is wrong: huma asks
// even where the body was refused already.
func (b *headlessAsk) Resolve(h huma.Context) []error {
	ctx := h.Context()
	n, ok := ctx.Value(dialectKey{}).(*Native)
	if !ok || b.Institution == "" {
		return nil
	}
	if _, err := n.verbs.Linking.Institution(ctx, callerOf(ctx).Tenant.ID, b.Institution); fairlead.Is(err, fairlead.NotFound) {
		return []error{&huma.ErrorDetail{Location: "body.institution", Message: unknownInstitution}}
	}
	return nil
}

func (n *Native) sandboxRoutes(api huma.API) {
	const tag, base = "Sandbox", "/sandbox"
	v := n.verbs.Simulating
	route(api, operation(http.MethodGet, base+"/clock", tag, "Read the clock", "The tenant's own time."), func(r in[struct{}]) (clockBody, error) {
		c, err := v.Clock(r, r.tenant())
		return clockBody{c.Now, c.Frozen}, err
	})
	route(api, operation(http.MethodPost, base+"/clock/advance", tag, "Advance the clock", "Runs everything that becomes due on the way, in order, and answers when it is quiet."), func(r in[struct{ Body advanceAsk }]) (advancedBody, error) {
		to, err := r.I.Body.target(r, v)
		if err != nil {
			return advancedBody{}, err
		}
		now, done, err := v.AdvanceTo(r, r.tenant(), to)
		return advancedBody{now, done}, err
	})
	links := operation(http.MethodPost, base+"/links", tag, "Link without a page", "A persona goes through the whole flow; the answer is what the redirect would have carried. With wait it comes when the first collection has ended, at once where a frozen clock prevents it.")
	links.DefaultStatus = http.StatusCreated
	route(api, links, func(r in[struct{ Body headlessAsk }]) (headlessBody, error) { return n.headless(r, r.caller, r.I.Body) })
	route(api, operation(http.MethodGet, base+"/approvals", tag, "List pending approvals", ""), func(r in[struct{}]) (list[approvalBody], error) {
		as, err := v.Approvals(r, r.tenant())
		return listOf(as, "", approvalOf), err
	})
	silent(api, operation(http.MethodPost, base+"/approvals/{id}", tag, "Approve or refuse", ""), func(r in[struct {
		ID   string `path:"id" maxLength:"200"`
		Body struct {
			Approve bool `json:"approve" doc:"false: the person declines."`
		}
	}],
	) error {
		return v.Decide(r, r.tenant(), r.I.ID, r.I.Body.Approve)
	})
}

// headless links a persona, and waits for its data if asked to.
func (n *Native) headless(ctx contextAlias, c access.Caller, b headlessAsk) (headlessBody, error) {
	ask := linking.HeadlessRequest{Institution: b.Institution, User: b.User, Password: b.Password}
	ask.CreateRequest = createLinkBody{Person: b.Person, Products: b.Products, Mode: fairlead.ModeHeadless}.ask()
	if ask.Reference == "" {
		ask.Reference = b.User
	}
	created, o, err := n.verbs.Linking.Headless(ctx, c.Application, ask)
	if err != nil {
		return headlessBody{}, err
	}
	out := headlessBody{LinkID: created.Link.ID, Code: o.Code, Status: o.Link.Status, Error: o.Link.Reason}
	if len(o.Connections) == 0 {
		return out, nil
	}
	out.ConnectionID = o.Connections[0].ID
	connection, err := n.collected(ctx, c.Tenant.ID, out.ConnectionID, time.Duration(b.Wait)*time.Second)
	out.ConnectionStatus = connection.Status
	return out, err
}

// collected reads a connection once its first collection has ended, or when the
// time is over, or when only advancing a frozen clock would bring it further.
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
