package connectortest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const canary = "canary-password"

// bank is a sound connector with one account and twenty transactions. Each fault
// spoils one thing.
type bank struct {
	describe func(*connector.Description)
	turn     func(*connector.Turn)
	refuse   func() error
	page     func(connector.FetchRequest, *connector.Page) error
}

func (b bank) Describe() connector.Description {
	d := connector.Description{Name: "bank", Institutions: []fairlead.Institution{{
		ID: "ins_bank", ShortName: "bank", Name: "Bank", Country: "US", Currency: "USD", Colour: "#112233",
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}, Logins: []fairlead.LoginKind{fairlead.LoginPassword},
		Environments: []fairlead.Environment{fairlead.Sandbox}, Logo: `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>`,
	}}}
	if b.describe != nil {
		b.describe(&d)
	}
	return d
}

func (b bank) spoil(t connector.Turn) connector.Turn {
	if b.turn != nil {
		b.turn(&t)
	}
	return t
}

func (b bank) Begin(context.Context, connector.Start) (connector.Turn, error) {
	state, err := kit.EncodeState(1, "asked")
	return b.spoil(connector.Turn{Step: kit.Login(kit.User("User"), kit.Password("Password")), State: state}), err
}

func (b bank) Resume(_ context.Context, _ connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error) {
	var text string
	if err := kit.DecodeState(state, 1, &text); err != nil {
		return connector.Turn{}, err
	}
	if p, _ := kit.Answered(a, kit.PasswordField); p.Reveal() != canary {
		if b.refuse != nil {
			return connector.Turn{}, b.refuse()
		}
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedLogin, "No.")
	}
	return b.spoil(connector.Turn{Step: fairlead.Step{Done: &fairlead.Done{Identity: fairlead.NewSecret("alice")}}}), nil
}

func (b bank) Fetch(_ context.Context, _ connector.Session, req connector.FetchRequest) (connector.Page, error) {
	var page connector.Page
	switch req.Product {
	case fairlead.ProductAccounts:
		page.Accounts = []fairlead.Account{{Ref: "a", Kind: fairlead.AccountDepository, Name: "Account", Currency: "USD"}}
	case fairlead.ProductTransactions:
		all := make([]fairlead.Transaction, 20)
		for n := range all {
			all[n] = fairlead.Transaction{
				AccountRef: "a", Ref: strconv.Itoa(n), State: fairlead.TransactionPosted,
				Amount: fairlead.NewMoney(-100, 2, "USD"), Booked: fairlead.Date{Year: 2024, Month: 1, Day: 1 + n},
			}
		}
		var err error
		if page.Transactions, page.Cursor, err = kit.Page(all, req.Cursor, req.Limit); err != nil {
			return page, err
		}
		page.More = page.Cursor != ""
	default:
		return page, fairlead.Errorf(fairlead.Unsupported, "No.")
	}
	if b.page != nil {
		return page, b.page(req, &page)
	}
	return page, nil
}

// recorder is a test that remembers its complaints instead of failing.
type recorder struct {
	testing.TB
	complaints []string
}

func (r *recorder) Error(args ...any) { r.complaints = append(r.complaints, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.complaints = append(r.complaints, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any) { r.Error(args...); runtime.Goexit() }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func complaintsAbout(t *testing.T, c connectortest.Case) string {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		connectortest.Run(r, c)
	}()
	<-done
	return strings.Join(r.complaints, "\n")
}

func caseOf(b bank) connectortest.Case {
	fields := func(password string) fairlead.Answer {
		return fairlead.Answer{Fields: map[string]fairlead.Secret{kit.UserField: fairlead.NewSecret("alice"), kit.PasswordField: fairlead.NewSecret(password)}}
	}
	wrong := fields(canary + "-wrong")
	return connectortest.Case{
		New: func() connector.Connector { return b }, Answers: []fairlead.Answer{fields(canary)}, Wrong: &wrong, Canaries: []string{canary},
	}
}

func TestASoundConnectorPasses(t *testing.T) {
	t.Parallel()
	result := connectortest.Run(t, caseOf(bank{}))
	if n := len(result.Data[fairlead.ProductTransactions].Transactions); n != 20 {
		t.Errorf("%d transactions were gathered", n)
	}
}

func TestEachFaultIsFound(t *testing.T) {
	t.Parallel()
	calls := 0
	onTransactions := func(spoil func(connector.FetchRequest, *connector.Page)) bank {
		return bank{page: func(a connector.FetchRequest, p *connector.Page) error {
			if a.Product == fairlead.ProductTransactions {
				spoil(a, p)
			}
			return nil
		}}
	}
	institution := func(spoil func(*fairlead.Institution)) bank {
		return bank{describe: func(d *connector.Description) { spoil(&d.Institutions[0]) }}
	}
	for name, c := range map[string]struct {
		bank  bank
		wants string
	}{
		"unstable description": {bank{describe: func(d *connector.Description) { calls++; d.Name += strconv.Itoa(calls) }}, "second time"},
		"id without prefix":    {institution(func(i *fairlead.Institution) { i.ID = "harbour" }), "the id must be"},
		"unknown product":      {institution(func(i *fairlead.Institution) { i.Products = append(i.Products, "horoscopes") }), "closed list"},
		"script in the logo":   {institution(func(i *fairlead.Institution) { i.Logo = `<svg><script>1</script></svg>` }), "<script>"},
		"offered, not served":  {institution(func(i *fairlead.Institution) { i.Products = append(i.Products, fairlead.ProductLoans) }), "loans"},
		"two steps at once":    {bank{turn: func(t *connector.Turn) { t.Step.Wait = &fairlead.Wait{Seconds: 1, Sentence: "wait"} }}, "exactly one"},
		"no step":              {bank{turn: func(t *connector.Turn) { t.Step = fairlead.Step{} }}, "exactly one"},
		"large state":          {bank{turn: func(t *connector.Turn) { t.State = append(t.State, make([]byte, 64<<10)...) }}, "64 KiB"},
		"secret in a step": {bank{turn: func(t *connector.Turn) {
			if t.Step.Done != nil {
				t.Step.Done.Holder = canary
			}
		}}, "secret"},
		"no identity": {bank{turn: func(t *connector.Turn) {
			if t.Step.Done != nil {
				t.Step.Done.Identity = fairlead.Secret{}
			}
		}}, "identity"},
		"unclassified error":   {bank{refuse: func() error { return errors.New("oops") }}, "not classified"},
		"kind of its own":      {bank{refuse: func() error { return fairlead.Errorf("odd", "Odd.") }}, "closed list"},
		"secret in an error":   {bank{refuse: func() error { return fairlead.Errorf(fairlead.RejectedLogin, "%s is wrong", canary) }}, "secret"},
		"unrepeatable page":    {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { calls++; p.Transactions[0].Version = calls }), "another page"},
		"cursor that stays":    {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Cursor, p.More = "7", true }), "nowhere new"},
		"secret in a cursor":   {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Cursor = canary }), "secret"},
		"page without a limit": {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Transactions = make([]fairlead.Transaction, 500) }), "were asked for"},
		"unknown account":      {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Transactions[0].AccountRef = "b" }), "was not listed"},
		"one ref for two":      {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Transactions[0].Ref = "same" }), "occurs twice"},
		"currency in words":    {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Transactions[0].Amount.Currency = "dollars" }), "ISO 4217"},
		"no day":               {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Transactions[0].Booked = fairlead.Date{} }), "plausible day"},
		"state of its own":     {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Transactions[0].State = "odd" }), "closed list"},
		"covered the wrong way": {onTransactions(func(_ connector.FetchRequest, p *connector.Page) {
			p.Covers = []connector.Coverage{{AccountRef: "a", Days: fairlead.Interval{From: fairlead.Date{Year: 2024, Month: 2, Day: 1}, To: fairlead.Date{Year: 2024, Month: 1, Day: 1}}}}
		}), "before it begins"},
		"a tag that says nothing": {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Tag = "1" }), "nothing is new"},
		"a long tag":              {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Tag = strings.Repeat("1", connector.MaxTag+1) }), "a tag that is too long"},
		"secret in a tag": {onTransactions(func(a connector.FetchRequest, p *connector.Page) {
			if !p.More {
				p.Tag = canary
			}
		}), "secret"},
		"covered out of nowhere": {onTransactions(func(_ connector.FetchRequest, p *connector.Page) { p.Covers = []connector.Coverage{{AccountRef: "b"}} }), "not listed"},
	} {
		if got := complaintsAbout(t, caseOf(c.bank)); !strings.Contains(got, c.wants) {
			t.Errorf("%s: wanted a complaint about %q, got %q", name, c.wants, got)
		}
	}
}

// mindful keeps the login's form between two turns; hoarding keeps a file between
// two pages.
type (
	mindful struct {
		bank
		begun bool
	}
	hoarding struct {
		bank
		read bool
	}
)

func (m *mindful) Begin(ctx context.Context, s connector.Start) (connector.Turn, error) {
	m.begun = true
	return m.bank.Begin(ctx, s)
}

func (m *mindful) Resume(ctx context.Context, s connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error) {
	if !m.begun {
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "Who are you?")
	}
	return m.bank.Resume(ctx, s, state, a)
}

func (h *hoarding) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	if !h.read {
		if _, err := s.Open(fairlead.File{}); err != nil {
			return connector.Page{}, err
		}
		h.read = true
	}
	return h.bank.Fetch(ctx, s, req)
}

func TestAMemoryOfItsOwnIsFound(t *testing.T) {
	t.Parallel()
	for wants, c := range map[string]func() connector.Connector{
		"Resume after step 0: challenge_expired":              func() connector.Connector { return &mindful{} },
		"transactions: a page took 1 calls, and 0 the second": func() connector.Connector { return &hoarding{} },
	} {
		of := caseOf(bank{})
		of.New = c
		of.Start.Open = func(fairlead.File) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("")), nil }
		if got := complaintsAbout(t, of); !strings.Contains(got, wants) {
			t.Errorf("wanted a complaint about %q, got %q", wants, got)
		}
	}
}

func TestALogoMayOnlyDraw(t *testing.T) {
	t.Parallel()
	for _, svg := range []string{
		``, `text`, `<p/>`, `<svg`, `<svg onload="x()"/>`, `<svg><a/></svg>`, `<svg><foreignObject/></svg>`, `<svg><image href="https://x"/></svg>`,
		`<svg><use href="https://x#y"/></svg>`, `<svg><use xlink:href="data:x"/></svg>`, `<svg><style>@import "x"</style></svg>`,
		`<svg><path style="fill:red"/></svg>`, `<svg><path fill="url(https://x)"/></svg>`, `<!DOCTYPE svg><svg/>`, `<?xml-stylesheet href="x"?><svg/>`,
		`<svg>` + strings.Repeat(" ", 20<<10) + `</svg>`,
	} {
		if connectortest.SafeSVG(svg) == nil {
			t.Errorf("%.60s was accepted", svg)
		}
	}
	fine := `<svg xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><path fill="url(#g)" d="M0 0"/></svg>`
	if err := connectortest.SafeSVG(fine); err != nil {
		t.Errorf("a harmless logo %v", err)
	}
}
