package simplefin_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/simplefin"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

func TestADailyCollectionIsOneRequest(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	before := len(s.Calls())
	l.mustCollect()
	if n := len(s.Calls()) - before; n != 1 || l.calls != 1 {
		t.Errorf("%d requests, %d counted", n, l.calls)
	}
}

func TestHistoryIsReadInWindowsUntilThereIsNoMore(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) { s.MaxDays = 60 })
	l := link(t, s)
	before := len(s.Calls())
	d, err := l.collect(fairlead.Date{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Calls()[before:] {
		q := "?" + c.Query
		if strings.Contains(q, "pending=0") || !strings.Contains(q, "version=2") || !c.Authorised {
			t.Errorf("a request was %s", c.Query)
		}
	}
	// 150 days are three windows of 58, and two that are empty say that there is no more.
	if n := len(s.Calls()) - before; n != 5 {
		t.Errorf("%d requests", n)
	}
	everyday := d.account(t, "Everyday 4411")
	seen := map[string]bool{}
	for _, tx := range d.rows(everyday.Ref) {
		if seen[tx.Ref] {
			t.Errorf("%s comes twice", tx.Ref)
		}
		seen[tx.Ref] = true
	}
	if len(seen) != 151 {
		t.Errorf("%d rows", len(seen))
	}
	if want := fairlead.DateOf(at(148, 12, 0)); d[fairlead.ProductTransactions].ServedFrom != want { // posted two days later
		t.Errorf("served from %s, want %s", d[fairlead.ProductTransactions].ServedFrom, want)
	}
	for _, p := range d[fairlead.ProductAccounts].Partial {
		if fairlead.Is(p.Err, fairlead.NotReady) {
			t.Errorf("the span was too long: %v", p.Err)
		}
	}
	var days []fairlead.Interval
	for _, c := range d[fairlead.ProductTransactions].Covers {
		if c.AccountRef == everyday.Ref && !c.Pending {
			days = append(days, c.Days)
		}
	}
	for n := 1; n < len(days); n++ {
		if days[n].To.Before(days[n-1].From) {
			t.Errorf("between %v and %v is a gap", days[n], days[n-1])
		}
	}
	if days[0].To != fairlead.DateOf(now) {
		t.Errorf("today is not covered: %v", days)
	}
}

// unanswered reports whether the server lets a request of so many days run into its time limit.
func (l *linked) unanswered(days int) bool {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), 300*time.Millisecond)
	defer cancel()
	from := strconv.FormatInt(now.AddDate(0, 0, -days).Unix(), 10)
	// The access address has the user and the password in it.
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.session.Secrets["access_url"].Reveal()+"/accounts?version=2&start-date="+from, http.NoBody)
	if err != nil {
		l.t.Fatal(err)
	}
	resp, err := l.server.Client().Do(req)
	if err != nil {
		return errors.Is(err, context.DeadlineExceeded)
	}
	resp.Body.Close()
	return false
}

// Complaint 35: the wide window times out where a narrow one works.
func TestAServerThatAnswersOnlyNarrowWindowsGivesAllItsHistory(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) { s.Widest = 60 })
	l := link(t, s)
	if !l.unanswered(150) || l.unanswered(60) {
		t.Fatal("the server is not one that answers only narrow windows")
	}
	client := *s.Client()
	client.Timeout = 10 * time.Second // so that a window too wide fails here, and soon
	l.session.Client = &client
	for name, c := range map[string]struct {
		since fairlead.Date
		rows  int
	}{
		"all there is":                  {fairlead.Date{}, 151},
		"what a pause of months missed": {fairlead.DateOf(at(130, 0, 0)), 131},
	} {
		before := len(s.Calls())
		d, err := l.collect(c.since)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, call := range s.Calls()[before:] {
			q, err := url.ParseQuery(call.Query)
			from, failed := strconv.ParseInt(q.Get("start-date"), 10, 64)
			to, without := strconv.ParseInt(q.Get("end-date"), 10, 64)
			if span := time.Duration(to-from) * time.Second; errors.Join(err, failed, without) != nil || span > 60*24*time.Hour {
				t.Errorf("%s: a request was %s", name, call.Query)
			}
		}
		rows := map[string]bool{}
		for _, row := range d.rows(d.account(t, "Everyday 4411").Ref) {
			rows[row.Ref] = true
		}
		if len(rows) < c.rows {
			t.Errorf("%s: %d rows", name, len(rows))
		}
		for _, p := range d[fairlead.ProductTransactions].Partial {
			if !fairlead.Is(p.Err, fairlead.Unsupported) { // the miles, which are never read
				t.Errorf("%s: something is missing: %v", name, p.Err)
			}
		}
	}
}

func TestAfterAPauseOfAnyLengthTheGapIsReadWhole(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	before := len(s.Calls())
	if _, err := l.collect(fairlead.DateOf(at(100, 0, 0))); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Calls()) - before; n != 2 { // 110 days are two windows
		t.Errorf("%d requests", n)
	}
}

func TestEachAnswerThatIsNoneIsClassified(t *testing.T) {
	t.Parallel()
	for fault, want := range map[simplefintest.Fault]struct {
		kind  fairlead.ErrorKind
		code  string
		after time.Duration
	}{
		simplefintest.HTML:      {fairlead.InstitutionDown, "", 0},
		simplefintest.HTMLFine:  {fairlead.InstitutionDown, "", 0},
		simplefintest.Torn:      {fairlead.InstitutionDown, "", 0},
		simplefintest.Shapeless: {fairlead.InstitutionDown, "", 0},
		simplefintest.Endless:   {fairlead.InstitutionDown, "", 0},
		simplefintest.Lost:      {fairlead.InstitutionDown, "", 0},
		simplefintest.Around:    {fairlead.InstitutionDown, "", 0},
		simplefintest.Elsewhere: {fairlead.InstitutionDown, "", 0},
		simplefintest.Forbidden: {fairlead.ConsentEnded, "access_ended", 0},
		simplefintest.Payment:   {fairlead.ActionNeeded, "payment", 0},
		simplefintest.TooMany:   {fairlead.SlowDown, "quota", 2 * time.Hour},
		simplefintest.BadDates:  {fairlead.Internal, "request", 0},
	} {
		s := standIn(t)
		l := link(t, s)
		s.Change(func(s *simplefintest.Server) { s.Fault = fault })
		_, err := l.collect(fairlead.Date{})
		e, ok := err.(*fairlead.Error) //nolint:errorlint // as the engine gets it
		if !ok || e.Kind != want.kind || e.Code != want.code || e.RetryAfter != want.after || e.Detail == "" {
			t.Errorf("%s: %v", fault, err)
			continue
		}
		noSecrets(t, s, err.Error())
	}
}

func TestARedirectAwayTakesNoCredentialsAlong(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) { s.Fault = simplefintest.Elsewhere })
	if _, err := l.collect(fairlead.Date{}); !fairlead.Is(err, fairlead.InstitutionDown) {
		t.Error(err)
	}
	calls := s.Calls()
	if last := calls[len(calls)-1]; last.Path != "/elsewhere" || last.Authorised {
		t.Errorf("%+v", last)
	}
}

func TestAnErrorOfOneBankLeavesTheOthersComplete(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		version1 bool
		said     simplefintest.Error
		code     string
		kind     fairlead.ErrorKind
		accounts []string // that it concerns; nil: all
	}{
		"a login at a bank":      {false, simplefintest.Error{Code: "con.auth", Msg: "Sign in again at Harbor Bank", Conn: "CON-1"}, "bank_sign_in", fairlead.ActionNeeded, []string{"Everyday 4411", "Visa Platinum (9020)"}},
		"a login, version 1":     {true, simplefintest.Error{Msg: "Connection to Harbor Bank may need attention"}, "bank_sign_in", fairlead.ActionNeeded, []string{"Everyday 4411", "Visa Platinum (9020)"}},
		"a login, other words":   {true, simplefintest.Error{Msg: "HARBOR BANK: please re-authenticate"}, "bank_sign_in", fairlead.ActionNeeded, []string{"Everyday 4411", "Visa Platinum (9020)"}},
		"a bank":                 {false, simplefintest.Error{Code: "con.", Msg: "Timed out", Conn: "CON-2"}, "bank_incomplete", fairlead.NotReady, []string{"Brokerage"}},
		"a bank, unknown code":   {false, simplefintest.Error{Code: "con.weather", Msg: "Rain", Conn: "CON-2"}, "bank_incomplete", fairlead.NotReady, []string{"Brokerage"}},
		"an account":             {false, simplefintest.Error{Code: "act.failed", Msg: "Failed", Conn: "CON-1", Account: "ACT-2"}, "account_incomplete", fairlead.NotReady, []string{"Visa Platinum (9020)"}},
		"rows of an account":     {false, simplefintest.Error{Code: "act.missingdata", Msg: "Missing", Account: "ACT-1"}, "account_incomplete", fairlead.NotReady, []string{"Everyday 4411"}},
		"all, unknown code":      {false, simplefintest.Error{Code: "gen.new", Msg: "Something"}, "notice", fairlead.NotReady, nil},
		"all, version 1":         {true, simplefintest.Error{Msg: "Something odd happened"}, "notice", fairlead.NotReady, nil},
		"access, with data":      {false, simplefintest.Error{Code: "gen.auth", Msg: "Ended"}, "access_ended", fairlead.ConsentEnded, nil},
		"a request of ours":      {false, simplefintest.Error{Code: "gen.api", Msg: "Bad date"}, "request", fairlead.Internal, nil},
		"a prefix of no version": {false, simplefintest.Error{Code: "odd.", Msg: "Odd"}, "notice", fairlead.NotReady, nil},
	} {
		s := standIn(t)
		l := link(t, s)
		s.Change(func(s *simplefintest.Server) { s.Version1, s.Errors = c.version1, []simplefintest.Error{c.said} })
		if c.version1 {
			l = link(t, s)
		}
		d := l.mustCollect()
		if n := len(d[fairlead.ProductAccounts].Accounts); n != 3 {
			t.Errorf("%s: an error erased data: %d accounts", name, n)
		}
		m, ok := d.missing(fairlead.ProductAccounts, c.code)
		if !ok || !fairlead.Is(m.Err, c.kind) {
			t.Errorf("%s: %+v", name, d[fairlead.ProductAccounts].Partial)
			continue
		}
		for _, a := range d[fairlead.ProductAccounts].Accounts {
			concerned := c.accounts == nil || slices.Contains(c.accounts, a.Name)
			if said := m.AccountRefs == nil || slices.Contains(m.AccountRefs, a.Ref); said != concerned {
				t.Errorf("%s: it concerns %s: %v", name, a.Name, said)
			}
			if d.covered(a.Ref) == concerned {
				t.Errorf("%s: %s is complete: %v", name, a.Name, !concerned)
			}
		}
		if len(d[fairlead.ProductAccounts].Covers) != 0 {
			t.Errorf("%s: an account that is missing would be removed", name)
		}
	}
}

func TestABankThatIsUnknownHereConcernsNoOther(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) {
		s.Banks = append(s.Banks, simplefintest.Bank{Conn: "CON-5", Name: "Fifth Bank"})
		s.Errors = []simplefintest.Error{{Code: "con.auth", Msg: "Sign in", Conn: "CON-5"}}
	})
	d := l.mustCollect()
	m, ok := d.missing(fairlead.ProductAccounts, "bank_sign_in")
	if !ok || m.AccountRefs == nil || !strings.Contains(m.Err.Error(), "Fifth Bank") {
		t.Errorf("%+v", m)
	}
	for _, a := range d[fairlead.ProductAccounts].Accounts {
		if slices.Contains(m.AccountRefs, a.Ref) || !d.covered(a.Ref) {
			t.Errorf("%s is concerned", a.Name)
		}
	}
}

func TestAQuotaThatIsSaidInASentenceLeavesTheDataStanding(t *testing.T) {
	t.Parallel()
	for _, said := range []string{
		"You have made too many requests. Please make fewer requests.", "Data is only refreshed once every 24 hours", "Rate limit exceeded", "Demasiadas solicitudes",
	} {
		s := standIn(t)
		l := link(t, s)
		s.Change(func(s *simplefintest.Server) { s.Errors = []simplefintest.Error{{Code: "gen.", Msg: said}} })
		d := l.mustCollect()
		m, ok := d.missing(fairlead.ProductAccounts, "quota")
		e, _ := m.Err.(*fairlead.Error) //nolint:errorlint // made so
		if !ok || e.Kind != fairlead.SlowDown || e.RetryAfter != 6*time.Hour {
			t.Errorf("%s: %+v", said, d[fairlead.ProductAccounts].Partial)
		}
		if !d.covered(d.account(t, "Everyday 4411").Ref) {
			t.Errorf("%s: good data is not complete", said)
		}
		s.Change(func(s *simplefintest.Server) { s.Banks = nil })
		if _, err := l.collect(fairlead.Date{}); !fairlead.Is(err, fairlead.SlowDown) {
			t.Errorf("%s without data: %v", said, err)
		}
	}
}

func TestACallThatTheQuotaForbidsIsNotMade(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	before := len(s.Calls())
	l.session.Count = func(context.Context) error { return fairlead.Errorf(fairlead.SlowDown, "Later.") }
	if _, err := l.collect(fairlead.Date{}); !fairlead.Is(err, fairlead.SlowDown) || len(s.Calls()) != before {
		t.Errorf("%v, %d calls", err, len(s.Calls())-before)
	}
}

func TestAnAccountThatIsMissingIsGoneOnlyWithoutAnError(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	l.mustCollect()
	s.Change(func(s *simplefintest.Server) { s.Account("ACT-2").Hidden = true })
	if d := l.mustCollect(); !slices.Contains(d[fairlead.ProductAccounts].Covers, connector.Coverage{}) {
		t.Error("an account that was closed stays for ever")
	}
	s.Change(func(s *simplefintest.Server) {
		s.Errors = []simplefintest.Error{{Code: "act.failed", Conn: "CON-1", Account: "ACT-2", Msg: "No"}}
	})
	d := l.mustCollect()
	if len(d[fairlead.ProductAccounts].Covers) != 0 {
		t.Error("an account that failed is gone")
	}
	if m, _ := d.missing(fairlead.ProductAccounts, "account_incomplete"); len(m.AccountRefs) != 1 || slices.ContainsFunc(d[fairlead.ProductAccounts].Accounts, func(a fairlead.Account) bool { return a.Ref == m.AccountRefs[0] }) {
		t.Errorf("it concerns %v", m.AccountRefs)
	}
}

func TestAListThatIsMissingIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) { s.Account("ACT-1").NoRows = true })
	d := l.mustCollect()
	if d.covered(d.account(t, "Everyday 4411").Ref) || !d.covered(d.account(t, "Brokerage").Ref) {
		t.Error("absence is taken for removal, or the other way round")
	}
	if slices.ContainsFunc(d[fairlead.ProductHoldings].Covers, func(c connector.Coverage) bool { return c.AccountRef == d.account(t, "Visa Platinum (9020)").Ref }) {
		t.Error("an account without holdings covers them")
	}
}

func TestABankThatBringsNothingNewIsSaidToBeStale(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) { s.Account("ACT-7").BalanceDate = at(4, 8, 0) })
	d := l.mustCollect()
	m, ok := d.missing(fairlead.ProductAccounts, "stale_bank")
	if !ok || !slices.Equal(m.AccountRefs, []string{d.account(t, "Brokerage").Ref}) {
		t.Errorf("%+v", d[fairlead.ProductAccounts].Partial)
	}
	if got := d[fairlead.ProductAccounts].AsOf; !got.Equal(at(4, 8, 0)) {
		t.Errorf("the data is said to be of %s", got)
	}
}

func TestTheDataIsAsOldAsTheOldestBanksNewestBalance(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) {
		s.Account("ACT-1").BalanceDate, s.Account("ACT-2").BalanceDate, s.Account("ACT-7").BalanceDate = at(0, 9, 0), at(2, 9, 0), at(1, 9, 0)
	})
	if got := l.mustCollect()[fairlead.ProductAccounts].AsOf; !got.Equal(at(1, 9, 0)) {
		t.Errorf("%s", got)
	}
	s.Change(func(s *simplefintest.Server) {
		for _, id := range []string{"ACT-1", "ACT-2", "ACT-7"} {
			s.Account(id).NoDate = true
		}
	})
	d := l.mustCollect()
	if got := d[fairlead.ProductAccounts].AsOf; !got.IsZero() {
		t.Errorf("epoch 0 is a date: %s", got)
	}
	if a := d.account(t, "Brokerage"); !a.Balances.AsOf.IsZero() {
		t.Errorf("epoch 0 is a date: %s", a.Balances.AsOf)
	}
}

func TestAccountsWithNewIdsAreMetAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*simplefintest.Server)
		want   []string // names of accounts that are renumbered
	}{
		"another connection, the same ids": {func(s *simplefintest.Server) { s.Banks[0].Conn = "CON-77" }, []string{"Everyday 4411", "Visa Platinum (9020)"}},
		"another id":                       {func(s *simplefintest.Server) { s.Account("ACT-1").ID = "ACT-100" }, []string{"Everyday 4411"}},
		"the other version":                {func(s *simplefintest.Server) { s.Version1 = true }, []string{"Everyday 4411", "Visa Platinum (9020)", "Brokerage"}},
		"another id and name":              {func(s *simplefintest.Server) { s.Account("ACT-1").ID, s.Account("ACT-1").Name = "ACT-100", "Other" }, nil},
		"two that look the same": {func(s *simplefintest.Server) {
			s.Account("ACT-1").ID = "ACT-100"
			s.Banks[0].Accounts = append(s.Banks[0].Accounts, &simplefintest.Account{ID: "ACT-101", Name: "Everyday 4411", Currency: "USD"})
		}, nil},
		"an error, and no last digits": {func(s *simplefintest.Server) {
			s.Account("ACT-7").ID = "ACT-100"
			s.Errors = []simplefintest.Error{{Code: "con.", Msg: "Failed", Conn: "CON-2"}}
		}, nil},
	} {
		s := standIn(t)
		l := link(t, s)
		before := l.mustCollect()
		s.Change(c.change)
		d := l.mustCollect()
		renumbered := d[fairlead.ProductAccounts].Renumbered
		if len(renumbered) != len(c.want) {
			t.Errorf("%s: %d accounts are met again, want %v", name, len(renumbered), c.want)
			continue
		}
		for _, account := range c.want {
			was, is := before.account(t, account), d.account(t, account)
			if renumbered[was.Ref] != is.Ref || was.Ref == is.Ref || was.Kind != is.Kind {
				t.Errorf("%s: %s is not met again", name, account)
			}
		}
		if again := l.mustCollect()[fairlead.ProductAccounts].Renumbered; len(again) != 0 {
			t.Errorf("%s: it is said twice: %v", name, again)
		}
	}
}

func TestAnOldWindowThatTheServerRefusesEndsTheHistory(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) {
		s.Faults = []simplefintest.Fault{simplefintest.None, simplefintest.BadDates}
	})
	d, err := l.collect(fairlead.Date{})
	if err != nil || len(d.rows(d.account(t, "Everyday 4411").Ref)) < 50 {
		t.Errorf("%v, %d rows", err, len(d[fairlead.ProductTransactions].Transactions))
	}
}

func TestACursorThatWasNeverGivenIsRefused(t *testing.T) {
	t.Parallel()
	l := link(t, standIn(t))
	for _, cursor := range []string{"x", "{}", `{"today":"2026-01-01","window":6}`, `{"today":"2026-01-01","window":-1}`, `[]`} {
		for _, p := range []fairlead.Product{fairlead.ProductTransactions, fairlead.ProductAccounts} {
			if _, err := simplefin.New().Fetch(t.Context(), l.session, connector.FetchRequest{Product: p, Cursor: cursor}); !fairlead.Is(err, fairlead.Invalid) {
				t.Errorf("%s %q: %v", p, cursor, err)
			}
		}
	}
}

func TestAnAddressWithoutTLSIsNotCalledOnceThatIsForbidden(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	l.session.PlainHTTP = nil
	before := len(s.Calls())
	if _, err := l.collect(fairlead.Date{}); !fairlead.Is(err, fairlead.ConsentEnded) || len(s.Calls()) != before {
		t.Errorf("%v", err)
	}
	l.session.Client = &http.Client{}
}
