package collecting_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// tagging lets the bank name the state of its papers, and remembers which names it was given.
func tagging(b *bank, state *string) (given *[]string) {
	given = new([]string)
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		if req.Product != fairlead.ProductStatements {
			return
		}
		*given = append(*given, req.Tag)
		if page.Tag = *state; req.Tag == *state {
			page.Documents, page.Unchanged = nil, true
		}
	}
	return given
}

func TestAProductThatIsUnchangedIsNotReadAgain(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	b.papers = []connector.Document{paper("P1", "one")}
	state := "1"
	given := tagging(b, &state)
	f.run(id)
	stored := f.records(id, fairlead.DocumentRecord)
	f.tomorrow(id)
	if diff := cmp.Diff(stored, f.records(id, fairlead.DocumentRecord)); diff != "" {
		t.Errorf("nothing is new, and what is stored changed (-before +after):\n%s", diff)
	}
	if got := f.state(id, fairlead.ProductStatements); got.Status != fairlead.ProductReady || !got.LastGood.Equal(f.clock()) {
		t.Errorf("statements are %s, read %s: want ready, just now", got.Status, got.LastGood)
	}
	if got := f.last(id).Products[fairlead.ProductStatements]; !got.Ended || got.Problem != nil {
		t.Errorf("the collection says of the statements: %+v", got)
	}
	b.change(func() { b.papers, state = append(b.papers, paper("P2", "two")), "2" })
	f.tomorrow(id)
	if n := len(f.records(id, fairlead.DocumentRecord)); n != 2 {
		t.Errorf("%d statements are stored, want 2", n)
	}
	f.tomorrow(id)
	f.again(id) // somebody wants it read
	if diff := cmp.Diff([]string{"", "1", "1", "2", ""}, *given); diff != "" {
		t.Errorf("the bank was given other tags (-want +got):\n%s", diff)
	}
}

func TestAProductOfWhichSomethingLacksHasNoTag(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*bank){
		"a paper that cannot be opened": func(b *bank) {
			b.papers[0].Open = nil
		},
		"a paper that replaces one that was not listed": func(b *bank) {
			b.papers[0].ReplacesRef = "P0"
		},
		"a tag that is too long": func(b *bank) {
			shape := b.shape
			b.shape = func(req connector.FetchRequest, page *connector.Page) {
				shape(req, page)
				page.Tag = strings.Repeat("1", connector.MaxTag+1)
			}
		},
		"an account that is missing": func(b *bank) {
			shape := b.shape
			b.shape = func(req connector.FetchRequest, page *connector.Page) {
				shape(req, page)
				page.Partial = []connector.PartialProblem{{AccountRefs: []string{"A"}, Err: problem(fairlead.InstitutionDown, 0)}}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
			b.papers = []connector.Document{paper("P1", "one")}
			state := "1"
			given := tagging(b, &state)
			spoil(b)
			f.run(id)
			f.tomorrow(id)
			if got := (*given)[len(*given)-1]; got != "" {
				t.Errorf("the bank was given the tag %q, so that what lacks never comes", got)
			}
		})
	}
}

func TestACorrectionBeforeTheWindowIsSeenWithinAWeekWhateverTheTags(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	b.books = []fairlead.Transaction{movement("A", "OLD", "2026-03-02", "-45.00", "MARKET"), movement("A", "NEW", "2026-11-18", "-1.00", "SHOP")}
	state := "1"
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		if req.Product != fairlead.ProductTransactions {
			return
		}
		if page.Tag = state; req.Tag == state {
			page.Transactions, page.Covers, page.Unchanged = nil, nil, true
		}
	}
	f.run(id)
	f.tomorrow(id)
	b.change(func() { b.books[0], state = movement("A", "OLD", "2026-03-02", "-54.00", "MARKET"), "2" })
	for range 8 {
		f.tomorrow(id)
	}
	if got := f.transactions(id)["OLD"]; got.Amount.Amount.String() != "-54.00" {
		t.Errorf("a week after the bank corrected it, the amount is %s", got.Amount.Amount)
	}
}

func TestADocumentGetsItsAccountWhenThatIsKnown(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	p := paper("P1", "one")
	p.AccountRefs = []string{"A"}
	b.papers = []connector.Document{p}
	b.fails[fairlead.ProductAccounts] = problem(fairlead.InstitutionDown, 0)
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		if req.Product != fairlead.ProductStatements {
			return
		}
		page.Documents = b.papers // whatever is stored
		if page.Tag = "1"; req.Tag == "1" {
			page.Documents, page.Unchanged = nil, true
		}
	}
	f.run(id)
	b.change(func() { delete(b.fails, fairlead.ProductAccounts) })
	f.tomorrow(id)
	f.tomorrow(id)
	documents := f.records(id, fairlead.DocumentRecord)
	if len(documents) != 1 || documents[0].Account != f.accountIDs(id)["A"] {
		t.Errorf("%d documents are stored, the first of account %q", len(documents), documents[0].Account)
	}
}

func TestWhatIsMissingOnADayOfTwoPagesIsRemovedOnce(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{
		movement("A", "T1", "2026-11-02", "-1.00", "ONE"), movement("A", "GONE", "2026-11-05", "-2.00", "TWO"), movement("A", "T3", "2026-11-09", "-3.00", "THREE"),
	}
	f.run(id)
	b.change(func() {
		b.shape = func(req connector.FetchRequest, page *connector.Page) {
			if req.Product != fairlead.ProductTransactions {
				return
			}
			from, to := fairlead.Date{Year: 2026, Month: 11, Day: 5}, fairlead.Date{Year: 2026, Month: 11, Day: 30}
			*page = connector.Page{Transactions: b.books[2:], Cursor: "1", More: true}
			if req.Cursor != "" {
				from, to = fairlead.Date{Year: 2026, Month: 10, Day: 5}, from
				*page = connector.Page{Transactions: b.books[:1]}
			}
			page.Covers = []connector.Coverage{{AccountRef: "A", Days: fairlead.Interval{From: from, To: to}}}
		}
	})
	f.again(id)
	if got := f.counts(id, fairlead.ProductTransactions); got != "+0 ~0 -1" {
		t.Errorf("it counted %s", got)
	}
}

func TestABankThatSaysNothingIsNewWhenAllIsRequestedIsNotBelieved(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	b.shape = func(req connector.FetchRequest, page *connector.Page) {
		page.Unchanged = req.Product == fairlead.ProductStatements
	}
	f.run(id)
	if got := f.state(id, fairlead.ProductStatements); got.Status != fairlead.ProductFailed || got.Problem == nil || got.Problem.Kind != fairlead.Internal {
		t.Errorf("statements are %s, with %v", got.Status, got.Problem)
	}
}

func TestACollectionThatFindsLittleIsOneTransaction(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-18", "-20.00", "BISTRO")}
	f.run(id)
	b.change(func() {
		b.accounts[0].Name = "Renamed"
		b.books = append(b.books, movement("A", "T2", "2026-11-19", "-30.00", "HOTEL"))
	})
	f.wait(f.connection(id).NextRun.Sub(f.clock()))
	c := &cutter{}
	f.collect(c, id, 0)
	writes := slices.DeleteFunc(slices.Clone(c.passed), func(where string) bool { return where != "after a write" })
	if len(writes) != 2 {
		t.Errorf("it wrote %d times, want 2, its beginning and all that it found: %q", len(writes), c.passed)
	}
	if got := f.counts(id, fairlead.ProductAccounts) + ", " + f.counts(id, fairlead.ProductTransactions); got != "+0 ~1 -0, +1 ~0 -0" {
		t.Errorf("it counted %s", got)
	}
}

func TestWhatIsNotWrittenYetIsMetByLaterPagesOfIt(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.change(func() {
		balance := func(cents int64) fairlead.Balances {
			now := fairlead.NewMoney(cents, 2, "EUR")
			return fairlead.Balances{Current: &now, AsOf: f.clock()}
		}
		b.accounts[0].Balances = balance(200)
		b.shape = func(req connector.FetchRequest, page *connector.Page) {
			if req.Product == fairlead.ProductTransactions { // it lists accounts with everything
				page.Accounts = slices.Clone(b.accounts)
				page.Accounts[0].Balances = balance(300)
			}
		}
	})
	f.tomorrow(id)
	accounts := f.records(id, fairlead.AccountRecord)
	if first := accounts[0]; len(accounts) != 2 || first.Version != 3 || !strings.Contains(string(first.Body), `"3.00"`) {
		t.Errorf("of %d accounts the first is at version %d: %s", len(accounts), first.Version, first.Body)
	}
}
