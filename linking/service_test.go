package linking_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

// service is an outside service with pages of its own, and the connector to it. People
// finish there or leave, and it is asked what became of a visit. A login that is new there
// makes an item, which uses up a slot.
type service struct {
	mu      sync.Mutex
	visits  map[string]*serviceVisit
	order   []string
	resumed []time.Time // tenant time
	running int
	most    int           // calls of Resume at once
	hold    chan struct{} // a call of Resume waits for it; nil: none does
	down    bool
	poll    int
	waits   bool          // what a visit brought is exchanged in a turn of its own
	lasts   time.Duration // of a visit; 0: it has no end of its own
	offers  []fairlead.AccountOffer
	revoked []string
}

type serviceVisit struct {
	state       string // "open", "left", "done"
	login       string
	institution fairlead.InstitutionID
	update      string // the item that signs in anew; "": a new one
	known       fairlead.ConnectionID
}

func newService() *service {
	return &service{visits: map[string]*serviceVisit{}, poll: 5, lasts: 30 * time.Minute}
}

func (s *service) Describe() connector.Description {
	return connector.Description{Name: "service", Provider: &connector.ProviderSpec{Title: "The Service"}}
}

func (s *service) Try(context.Context, connector.Env) (connector.ProviderReport, error) {
	return connector.ProviderReport{}, nil
}

func (s *service) Institutions(context.Context, connector.Env, string) (connector.DirectoryPage, error) {
	return connector.DirectoryPage{}, nil
}

func (s *service) Fetch(context.Context, connector.Session, connector.FetchRequest) (connector.Page, error) {
	return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "nothing is fetched here")
}

func (s *service) Revoke(_ context.Context, _ connector.Session, ref string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = append(s.revoked, ref)
	return nil
}

func (s *service) Begin(_ context.Context, start connector.Start) (connector.Turn, error) {
	known, err := start.Known()
	if err != nil {
		return connector.Turn{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := fmt.Sprintf("visit-%d", len(s.order)+1)
	v := &serviceVisit{state: "open", login: "anna", institution: start.Institution.ID}
	if saved := start.Saved["item"]; !saved.Empty() {
		v.update, v.known = saved.Reveal(), start.Renewed
	} else if len(known) > 0 {
		v.update, v.known = known[0].Secrets["item"].Reveal(), known[0].ID
	}
	s.visits[name] = v
	s.order = append(s.order, name)
	return s.send(name, start.Now)
}

// serviceState is the connector's memory.
type serviceState struct {
	Visit    string
	Ends     time.Time
	Exchange bool // what the visit brought is to be exchanged
}

func (s *service) send(name string, now time.Time) (connector.Turn, error) {
	state := serviceState{Visit: name}
	if s.lasts > 0 {
		state.Ends = now.Add(s.lasts)
	}
	return s.awaits(state)
}

func (s *service) awaits(state serviceState) (connector.Turn, error) {
	memory, err := json.Marshal(state)
	step := fairlead.Step{Send: &fairlead.Send{
		URL: "https://service.example/" + state.Visit, Visit: state.Visit, Poll: s.poll, Expires: state.Ends,
	}}
	return connector.Turn{Step: step, State: memory}, err
}

func (s *service) Resume(_ context.Context, start connector.Start, memory []byte, _ fairlead.Answer) (connector.Turn, error) {
	s.mu.Lock()
	s.running++
	s.most = max(s.most, s.running)
	hold := s.hold
	s.resumed = append(s.resumed, start.Now)
	s.mu.Unlock()
	if hold != nil {
		<-hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	var state serviceState
	if err := json.Unmarshal(memory, &state); err != nil {
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "unknown state")
	}
	v := s.visits[state.Visit]
	switch {
	case s.down:
		return connector.Turn{}, fairlead.Errorf(fairlead.InstitutionDown, "The service isn’t responding.")
	case v.state == "left":
		return connector.Turn{}, connector.ErrLeft
	case v.state == "done" && s.waits && !state.Exchange:
		state.Exchange = true
		memory, err := json.Marshal(state)
		step := fairlead.Step{Wait: &fairlead.Wait{Seconds: 1, Sentence: "wait.institution"}}
		return connector.Turn{State: memory, Step: step, Slots: []string{"item-" + state.Visit}}, err // and again with the end
	case v.state == "done":
		return s.done(state.Visit, v), nil
	}
	return s.awaits(state)
}

func (s *service) done(name string, v *serviceVisit) connector.Turn {
	item := v.update
	var slots []string
	if item == "" {
		item = "item-" + name
		slots = []string{item}
	}
	return connector.Turn{Slots: slots, Step: fairlead.Step{Done: &fairlead.Done{
		Secrets: map[string]fairlead.Secret{"item": fairlead.NewSecret(item)}, Identity: fairlead.NewSecret(v.login), Upstream: item,
		Institution: v.institution, Connection: v.known, Accounts: slices.Clone(s.offers), Consent: &fairlead.ConsentGrant{Ref: item},
	}}}
}

// last is the visit that was begun last; change is done to it.
func (s *service) last(change func(*serviceVisit)) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.order[len(s.order)-1]
	if change != nil {
		change(s.visits[name])
	}
	return name
}

// finish plays the person who signs in at the service.
func (s *service) finish() { s.last(func(v *serviceVisit) { v.state = "done" }) }

// polls are when the connector was asked so far.
func (s *service) polls() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.resumed)
}

func (s *service) set(change func(*service)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// withService is a fixture whose tenant has an account at the service: two banks behind
// it, and so many slots; 0: without a limit.
func withService(t *testing.T, slots int) (*fixture, *service) {
	t.Helper()
	s := newService()
	x := newFixture(t, s)
	x.update(func(tx *store.Tx) error {
		p := fairlead.Provider{
			ID: "prv_service", Tenant: x.tenant, Connector: "service", Environment: fairlead.Sandbox, Slots: fairlead.Slots{Limit: slots}, Created: fairlead.RealClock(),
		}
		if err := tx.Providers.Put(x.tenant, &p); err != nil {
			return err
		}
		bank := func(id fairlead.InstitutionID, name string) fairlead.Institution {
			return fairlead.Institution{
				ID: id, Name: name, Connector: "service", Provider: p.ID, Country: "US", Environments: []fairlead.Environment{fairlead.Sandbox},
				Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
			}
		}
		_, err := tx.Institutions.Put(x.tenant, []fairlead.Institution{bank("service_oak", "Oak Bank"), bank("service_elm", "Elm Bank")})
		return err
	})
	env := x.options.ConnectorEnv
	x.options.ConnectorEnv = func(ctx context.Context, tenant fairlead.Tenant, name string) (connector.Env, error) {
		e, err := env(ctx, tenant, name)
		if err != nil || name != "service" {
			return e, err
		}
		e.Provider = &connector.Provider{ID: "prv_service", SlotsLeft: x.slots().Left()}
		return e, nil
	}
	x.restart("node/1")
	return x, s
}

// restart is linking as another process runs it.
func (x *fixture) restart(process string) {
	must(x.t, x.l.Close(context.Background()))
	x.options.Process = process
	x.l = linking.New(x.options)
	x.l.Finishes("native", x.finisher)
}

func (x *fixture) slots() (slots fairlead.Slots) {
	x.view(func(tx *store.Tx) error {
		p, err := tx.Providers.Find(x.tenant, store.By(store.ByConnector, "service"))
		slots = p.Slots
		return err
	})
	return slots
}

// atService goes to the step that sends the person to the service's pages.
func (x *fixture) atService(change func(*linking.CreateRequest)) *page {
	x.t.Helper()
	p := x.open(func(r *linking.CreateRequest) {
		r.Spec.Institution, r.Life = "service_oak", 24*time.Hour
		if change != nil {
			change(r)
		}
	})
	if s := p.toLogin(""); s.Step == nil || s.Step.Send == nil {
		x.t.Fatalf("the person is not sent away: %+v, problem %+v", s.Step, s.Problem)
	}
	return p
}

// finished links a person to the service's bank.
func (x *fixture) finished(s *service, change func(*linking.CreateRequest)) fairlead.Connection {
	x.t.Helper()
	p := x.atService(change)
	s.finish()
	x.pass(time.Minute)
	made := p.screen()
	if made.Stage == fairlead.StageAccounts {
		must(x.t, p.visit().Pick(x.t.Context(), refsOf(made.Accounts)))
		made = p.screen()
	}
	if len(made.Connected) != 1 {
		x.t.Fatalf("connected %d at %s, problem %+v", len(made.Connected), made.Stage, made.Problem)
	}
	return made.Connected[0].Connection
}

func refsOf(offers []fairlead.AccountOffer) (refs []string) {
	for _, o := range offers {
		refs = append(refs, o.Ref)
	}
	return refs
}

// poll does the polls that are due now, as a worker would, and says how many there were.
func (x *fixture) poll() (n int) {
	x.t.Helper()
	claimed, err := x.store.Queue().Claim(x.t.Context(), store.ClaimRequest{
		Owner: "worker", Now: fairlead.RealClock(), Lease: time.Minute, Limit: 10, PerConcurrencyKey: 10, Tenant: x.tenant,
		Kinds: []fairlead.WorkKind{fairlead.PollWork},
	})
	must(x.t, err)
	for _, w := range claimed {
		out, err := x.l.Poll(x.t.Context(), w)
		must(x.t, err)
		must(x.t, x.store.Queue().Finish(x.t.Context(), w, out))
	}
	return len(claimed)
}

// pass lets time go by without a page, and polls as it becomes due.
func (x *fixture) pass(d time.Duration) {
	x.t.Helper()
	for left := d; ; {
		x.poll()
		if left <= 0 {
			return
		}
		step := min(left, 5*time.Second)
		x.advance(step)
		left -= step
	}
}

func (x *fixture) polled() bool {
	x.t.Helper()
	var rows []fairlead.Work
	x.view(func(tx *store.Tx) (err error) {
		rows, err = tx.Work.List(x.tenant, store.WorkQuery{Kind: fairlead.PollWork})
		return err
	})
	return len(rows) > 0
}

func (x *fixture) stored(id fairlead.LinkID) fairlead.Link {
	x.t.Helper()
	link, err := x.l.Link(x.t.Context(), x.tenant, id)
	must(x.t, err)
	return link
}
