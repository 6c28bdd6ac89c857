package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simulated"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/simulating"
)

func (c *Console) sandboxRoutes() []route {
	const sandbox = tenantPath + "/sandbox"
	return []route{
		{"GET " + sandbox, fairlead.PermissionView, c.sandbox},
		{"POST " + sandbox + "/clock", fairlead.PermissionManage, c.advance},
		{"POST " + sandbox + "/approvals", fairlead.PermissionManage, c.decide},
		{"POST " + sandbox + "/link", fairlead.PermissionManage, c.linkNow},
		{"POST " + tenantPath + "/connections/{connection}/reset", fairlead.PermissionManage, c.resetLogin},
	}
}

// advances are what the clock's buttons do.
var advances = []struct {
	text string
	by   time.Duration
}{
	{"+ 1 hour", time.Hour}, {"+ 1 day", 24 * time.Hour}, {"+ 7 days", 7 * 24 * time.Hour}, {"+ 30 days", 30 * 24 * time.Hour},
}

// sandboxPage is what the page of a sandbox shows.
type sandboxPage struct {
	clock        simulating.ClockReading
	approvals    []simulated.Approval
	banks        []simulating.Bank
	applications applications
	advanced     *advanced // by the form that was sent; nil: by none
}

// advanced is what a move of the clock did.
type advanced struct {
	from, to time.Time     // tenant time
	took     time.Duration // real time
	done     int           // pieces of work
	events   []fairlead.Event
	more     bool // events than these
}

// shownEvents is how many events of a move of the clock are listed.
const shownEvents = 20

func (c *Console) sandbox(v *view) (err error) {
	var p sandboxPage
	if v.query("since") != "" {
		if p.advanced, err = c.readAdvanced(v); err != nil {
			return err
		}
	}
	if p.clock, err = c.o.Simulating.Clock(v.ctx, v.tenant.ID); err != nil {
		return err
	}
	v.now = p.clock.Now
	if p.approvals, err = c.o.Simulating.Approvals(v.ctx, v.tenant.ID); err != nil {
		return err
	}
	if p.banks, err = c.o.Simulating.Banks(v.ctx, v.tenant.ID); err != nil {
		return err
	}
	if p.applications, err = c.applicationNames(v); err != nil {
		return err
	}
	return v.page("sandbox", "Sandbox", sandbox(v, p))
}

// advance moves the clock, and shows what that did.
func (c *Console) advance(v *view) error {
	before, err := c.o.Simulating.Clock(v.ctx, v.tenant.ID)
	if err != nil {
		return err
	}
	latest, err := c.o.Notifying.Latest(v.ctx, v.tenant.ID)
	if err != nil {
		return err
	}
	began, done := v.c.o.Clock(), 0
	if hours, wrong := strconv.Atoi(v.form("hours")); wrong == nil {
		_, done, err = c.o.Simulating.Advance(v.ctx, v.tenant.ID, time.Duration(min(max(hours, 0), 1<<20))*time.Hour)
	} else if to, wrong := time.Parse("2006-01-02T15:04", v.form("to")); wrong == nil {
		_, done, err = c.o.Simulating.AdvanceTo(v.ctx, v.tenant.ID, to)
	} else {
		err = fairlead.InvalidField("to", "format", "must be a day and a time")
	}
	if v.again(err) {
		return c.sandbox(v)
	}
	if err != nil {
		return err
	}
	q := url.Values{
		"since": {strconv.FormatInt(latest, 10)}, "from": {strconv.FormatInt(before.Now.Unix(), 10)},
		"took": {strconv.FormatInt(v.c.o.Clock().Sub(began).Milliseconds(), 10)}, "work": {strconv.Itoa(done)},
	}
	return v.redirect(v.at("sandbox") + "?" + q.Encode())
}

// readAdvanced reads what the page's query says of a move of the clock.
func (c *Console) readAdvanced(v *view) (*advanced, error) {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(v.query(name), 10, 64)
		return max(n, 0)
	}
	moved := advanced{
		from: time.Unix(number("from"), 0), to: v.now, took: time.Duration(number("took")) * time.Millisecond, done: int(number("work")),
	}
	var q notifying.EventQuery
	q.Sequence, q.Limit = number("since"), shownEvents+1
	var err error
	if moved.events, err = c.o.Notifying.Events(v.ctx, v.tenant.ID, q); err != nil {
		return nil, err
	}
	if moved.more = len(moved.events) > shownEvents; moved.more {
		moved.events = moved.events[:shownEvents]
	}
	return &moved, nil
}

func (c *Console) decide(v *view) error {
	err := c.o.Simulating.Decide(v.ctx, v.tenant.ID, v.form("approval"), v.form("approve") == "yes")
	if err != nil && !fairlead.Is(err, fairlead.NotFound) { // one that is gone was decided elsewhere
		return err
	}
	return v.done("decided", v.at("sandbox"))
}

func (c *Console) resetLogin(v *view) error {
	err := c.o.Simulating.ResetLogin(v.ctx, v.tenant.ID, v.connectionID())
	if fairlead.Is(err, fairlead.Conflict) {
		v.refuse(err)
		return c.connection(v)
	}
	if err != nil {
		return err
	}
	return v.done("reset", v.at("connections", string(v.connectionID())))
}

// linkNow links a make-believe person without a page, and leads to what came of it.
func (c *Console) linkNow(v *view) error {
	app, err := c.o.Access.Application(v.ctx, v.tenant.ID, fairlead.ApplicationID(v.form("application")))
	if fairlead.Is(err, fairlead.NotFound) {
		err = fairlead.InvalidField("application", "unknown", "must be one of the list")
	}
	user, password := v.form("user"), v.r.PostFormValue("password")
	request := linking.HeadlessRequest{Institution: v.form("institution"), User: cmp.Or(user, v.form("persona")), Password: password}
	request.Reference = cmp.Or(v.form("reference"), request.User)
	request.Origin = fairlead.Origin{Dialect: "native"}
	var made linking.Created
	var result linking.LinkResult
	if err == nil && (request.Institution == "" || request.User == "") {
		err = fairlead.InvalidField("persona", "required", "must be chosen, as must an institution")
	}
	if err == nil {
		made, result, err = c.o.Linking.Headless(v.ctx, app, request)
	}
	switch {
	case v.again(err):
		return c.sandbox(v)
	case fairlead.Is(err, fairlead.Unavailable) && made.Link.ID != "":
		return v.done("", v.at("links", string(made.Link.ID)))
	case err != nil:
		return err
	case len(result.Connections) > 0:
		return v.done("linked", v.at("connections", string(result.Connections[0].ID)))
	}
	return v.done("unlinked", v.at("links", string(made.Link.ID)))
}

// worlds are banks with other persons than those before them.
func worlds(banks []simulating.Bank) (out []simulating.Bank) {
	for _, b := range banks {
		if !slices.ContainsFunc(out, func(o simulating.Bank) bool {
			return slices.Equal(o.Personas, b.Personas) && slices.Equal(o.Triggers, b.Triggers)
		}) {
			out = append(out, b)
		}
	}
	return out
}

// groups are a bank's triggers by their group, in the order of the table.
func groups(b simulating.Bank) (out [][]simulated.Trigger) {
	for _, t := range b.Triggers {
		n := slices.IndexFunc(out, func(g []simulated.Trigger) bool { return g[0].Group == t.Group })
		if n < 0 {
			out = append(out, []simulated.Trigger{t})
			continue
		}
		out[n] = append(out[n], t)
	}
	return out
}
