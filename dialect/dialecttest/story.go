package dialecttest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// Story is how one dialect goes through the story of all: a customer's backend,
// with the calls that its vendor documents. What a vendor cannot say at all is
// nil, never made up.
type Story interface {
	// Invite makes a link of a new person and returns that person on its page.
	Invite(a *apptest.App) *apptest.Browser
	// AwaitData returns once the application was notified, in the dialect's own way,
	// that the data is there. end is where the browser was sent; "" in a frame.
	AwaitData(end string)
	// Facts reads everything that the dialect says of the connection.
	Facts() Facts
	// Document is an address of a document that the application was given; "" when
	// the dialect has none.
	Document() (address string)
	// Revoke ends the connection and returns whether the dialect then refuses to
	// read it; a dialect without such a call ends it by the native one.
	Revoke() (refused bool)
	// Fails is a product of the institution whose failure the dialect can tell of.
	Fails() fairlead.Product
	// Failed reports, where that product could not be read, whether the application was
	// told so, in the dialect's own words.
	Failed() (said bool)
	// Withdrawn reports, after the person has taken back the consent at the institution,
	// whether the application was told so, or is refused for it.
	Withdrawn() (said bool)
}

// Facts are what must be the same whatever the dialect; nil where the vendor has
// no field for it.
type Facts struct {
	Balances     []float64 // of the accounts, cards and portfolios, smallest first
	Transactions *int      // that are booked
	Documents    []string  // SHA-256 of each, in hex, in order
}

// persona signs in with a second factor; every institution of the sandbox has it.
const persona = "otp"

// RunStory runs the story at an institution of the sandbox and compares what arrives
// with what the server has; then it tells it again with a product that fails, and with a
// consent that the person takes back. Each telling has a Story and a server of its own.
func RunStory(t *testing.T, begin func(t *testing.T) Story, institution string, options ...apptest.Option) {
	t.Helper()
	for name, run := range map[string]func(*testing.T, *apptest.App, Story, string){
		"all is read and then revoked": tellWhole, "a product fails": tellFailing, "the consent is taken back": tellWithdrawn,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, apptest.Start(t, options...), begin(t), institution)
		})
	}
}

func tellWhole(t *testing.T, a *apptest.App, s Story, institution string) {
	p := s.Invite(a)
	signIn(t, p, institution, persona)
	s.AwaitData(p.ReturnURL())
	conn := only(t, a)
	compare(t, s.Facts(), truth(t, a, conn))
	address := s.Document()
	if address != "" {
		expires(t, a, address)
	}
	if !s.Revoke() {
		t.Error("what was revoked can still be read")
	}
	if c, err := a.Server.Verbs.Reading.Connection(t.Context(), conn.Tenant, conn.ID); err != nil || c.Status != fairlead.ConnectionDisconnected {
		t.Errorf("after revoking the connection is %q (%v)", c.Status, err)
	}
	if address != "" {
		if status, _ := get(a, address); status != http.StatusGone && status != http.StatusNotFound {
			t.Errorf("after revoking the document's address answers %d", status)
		}
	}
}

// tellFailing checks that what could not be read is told, and that the rest is there.
func tellFailing(t *testing.T, a *apptest.App, s Story, institution string) {
	p := s.Invite(a)
	signIn(t, p, institution, "PRODUCT_FAILS_"+string(s.Fails()))
	s.AwaitData(p.ReturnURL())
	conn := only(t, a)
	if state := conn.Products[s.Fails()]; state.Status != fairlead.ProductFailed || state.Problem == nil {
		t.Errorf("the server has the product as %+v", state)
	}
	if !s.Failed() {
		t.Errorf("nothing says that %s could not be read", s.Fails())
	}
	compare(t, s.Facts(), truth(t, a, conn))
}

// tellWithdrawn checks that a consent which ends where the dialect cannot see it is told.
func tellWithdrawn(t *testing.T, a *apptest.App, s Story, institution string) {
	p := s.Invite(a)
	signIn(t, p, institution, "REVOKED_AT_BANK")
	s.AwaitData(p.ReturnURL())
	a.Advance("50h") // the bank refuses from the next day on, and is asked once a day
	if c := only(t, a); c.Status != fairlead.ConnectionNeedsAction || c.Problem == nil || c.Problem.Kind != fairlead.ConsentEnded {
		t.Errorf("the server has the connection as %s with %+v", c.Status, c.Problem)
	}
	if !s.Withdrawn() {
		t.Error("nothing says that the consent was taken back")
	}
}

// signIn leads the person through whatever stages the dialect's links have.
func signIn(t *testing.T, p *apptest.Browser, institution, password string) {
	t.Helper()
	signed := false
	for range 12 {
		forms := p.Forms()
		has := func(field string) bool {
			return slices.ContainsFunc(forms, func(f apptest.Form) bool { return f.Values.Has(field) })
		}
		switch {
		case p.Left || (signed && !slices.ContainsFunc(forms, apptest.Form.Main)):
			return
		case has("password"):
			p.Submit("user", persona, "password", password)
		case has("code"):
			p.Submit("code", "1234")
			signed = true
		case has("institution"):
			p.Press("choose", "institution", institution)
		default:
			p.Submit()
		}
	}
	t.Fatalf("the story does not end; the person is at %s:\n%s", p.At, p.Text())
}

// only is the one connection that the story has made.
func only(t *testing.T, a *apptest.App) fairlead.Connection {
	t.Helper()
	v := a.Server.Verbs
	dev, err := v.Access.ApplicationByClientID(t.Context(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	page, err := v.Reading.Connections(t.Context(), dev.Tenant.ID, reading.ListQuery{})
	if err != nil || len(page.Data) != 1 {
		t.Fatalf("the story has made %d connections, not one (%v)", len(page.Data), err)
	}
	return page.Data[0]
}

// truth is what the server has, read without any dialect.
func truth(t *testing.T, a *apptest.App, conn fairlead.Connection) Facts {
	t.Helper()
	r := a.Server.Verbs.Reading
	var f Facts
	for _, account := range all(t, conn, r.Accounts) {
		if account.Kind != fairlead.AccountLoan && account.Balances.Current != nil {
			f.Balances = append(f.Balances, account.Balances.Current.Amount.Float64())
		}
	}
	slices.Sort(f.Balances)
	booked := 0
	for _, transaction := range all(t, conn, r.Transactions) {
		if transaction.State == fairlead.TransactionPosted {
			booked++
		}
	}
	f.Transactions = &booked
	for _, d := range all(t, conn, r.Documents) {
		f.Documents = append(f.Documents, d.SHA256)
	}
	slices.Sort(f.Documents)
	return f
}

func all[T any](
	t *testing.T, conn fairlead.Connection, list func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[T], error),
) (out []T) {
	t.Helper()
	for item, err := range dialect.All(t.Context(), conn.Tenant, reading.Query{Connection: conn.ID}, list) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, item)
	}
	return out
}

func compare(t *testing.T, got, stored Facts) {
	t.Helper()
	slices.Sort(got.Balances)
	slices.Sort(got.Documents)
	if got.Balances != nil && !slices.Equal(got.Balances, stored.Balances) {
		t.Errorf("the dialect says balances %v, the server has %v", got.Balances, stored.Balances)
	}
	if got.Transactions != nil && (*got.Transactions != *stored.Transactions || *stored.Transactions == 0) {
		t.Errorf("the dialect says %d transactions, the server has %d", *got.Transactions, *stored.Transactions)
	}
	if got.Documents != nil && !slices.Equal(got.Documents, stored.Documents) {
		t.Errorf("the dialect says documents %v, the server has %v", got.Documents, stored.Documents)
	}
	if got.Balances == nil && got.Transactions == nil && got.Documents == nil {
		t.Error("the dialect says no fact at all")
	}
}

// expires opens a document's address before and after its time.
func expires(t *testing.T, a *apptest.App, address string) {
	t.Helper()
	if status, content := get(a, address); status != http.StatusOK || len(content) == 0 {
		t.Errorf("the document's address answers %d with %d bytes before it expires", status, len(content))
	}
	a.Advance("16m")
	if status, _ := get(a, address); status != http.StatusGone {
		t.Errorf("the document's address answers %d after it has expired, not 410", status)
	}
}

// Sum is the SHA-256 of what an address leads to: what documents are compared by.
func Sum(a *apptest.App, address string) string {
	a.T.Helper()
	status, content := get(a, address)
	if status != http.StatusOK {
		a.T.Fatalf("a document's address answers %d", status)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func get(a *apptest.App, address string) (int, []byte) {
	a.T.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		a.T.Fatal(err)
	}
	return a.Do(r)
}
