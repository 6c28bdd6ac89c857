package statementfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// statement is one account of an OFX file.
type statement struct {
	card                                 bool
	bank, branch, number, kind, currency string
	rows                                 []string // "20240105 -12.30 A1 SHOP"
}

// with is the statement with other rows.
func (s statement) with(rows ...string) statement {
	s.rows = rows
	return s
}

func (s statement) write(b *strings.Builder) {
	set := "STMT"
	from := "<BANKACCTFROM>" + element("BANKID", s.bank) + element("BRANCHID", s.branch) + "<ACCTID>" + s.number + element("ACCTTYPE", s.kind) + "</BANKACCTFROM>"
	if s.card {
		set, from = "CCSTMT", "<CCACCTFROM><ACCTID>"+s.number+"</CCACCTFROM>"
	}
	fmt.Fprintf(b, "<%sTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><%sRS><CURDEF>%s%s\n<BANKTRANLIST><DTSTART>20240101<DTEND>20240131\n", set, set, s.currency, from)
	for _, row := range s.rows {
		part := strings.SplitN(row, " ", 4)
		fmt.Fprintf(b, "<STMTTRN><TRNTYPE>OTHER<DTPOSTED>%s<TRNAMT>%s<FITID>%s<NAME>%s</STMTTRN>\n", part[0], part[1], part[2], part[3])
	}
	fmt.Fprintf(b, "</BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20240131</LEDGERBAL></%sRS></%sTRNRS>\n", set, set)
}

func element(name, value string) string {
	if value == "" {
		return ""
	}
	return "<" + name + ">" + value
}

// ofx writes a file; institution: it says of which it is.
func ofx(institution bool, statements ...statement) []byte {
	var b strings.Builder
	b.WriteString("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n")
	b.WriteString("<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20240301120000<LANGUAGE>ENG")
	if institution {
		b.WriteString("<FI><ORG>Made Up Bank<FID>4321</FI>")
	}
	b.WriteString("</SONRS></SIGNONMSGSRSV1>\n")
	for _, set := range []struct {
		name string
		card bool
	}{{"BANKMSGSRSV1", false}, {"CREDITCARDMSGSRSV1", true}} {
		var of strings.Builder
		for _, s := range statements {
			if s.card == set.card {
				s.write(&of)
			}
		}
		if of.Len() > 0 {
			b.WriteString("<" + set.name + ">" + of.String() + "</" + set.name + ">\n")
		}
	}
	b.WriteString("</OFX>\n")
	return []byte(b.String())
}

var (
	checking = statement{bank: "026009593", number: "000123456789", kind: "CHECKING", currency: "USD", rows: []string{"20240105 -12.30 A1 GROCERIES"}}
	savings  = statement{bank: "026009593", number: "000987654321", kind: "SAVINGS", currency: "USD", rows: []string{"20240107 100.00 B1 TRANSFER"}}
	card     = statement{card: true, number: "4111222233334444", currency: "USD", rows: []string{"20240108 -9.99 C1 CINEMA"}}
)

// untyped is the account without its type.
func untyped(s statement) statement {
	s.kind = ""
	return s
}

func numbered(s statement, number string) statement {
	s.number = number
	return s
}

func TestTheSameAccountWrittenInAnotherWayIsTheSameConnection(t *testing.T) {
	t.Parallel()
	branched := statement{bank: "0237", branch: "1234", number: "567890", kind: "CHECKING", currency: "BRL", rows: []string{"20240110 -4.00 j1 SHOP"}}
	for name, c := range map[string]struct{ first, next []byte }{
		"next month":                       {ofx(true, checking), ofx(true, checking.with("20240205 -1.00 A2 GROCERIES"))},
		"the institution in one file only": {ofx(true, checking), ofx(false, checking)},
		"the institution in the next only": {ofx(false, checking), ofx(true, checking)},
		"one account of two":               {ofx(true, checking, savings), ofx(true, savings)},
		"another order":                    {ofx(true, checking, savings), ofx(true, savings, checking)},
		"no type in one":                   {ofx(true, checking), ofx(true, untyped(checking))},
		"no type in the first":             {ofx(true, untyped(checking)), ofx(true, checking)},
		"the branch in the number":         {ofx(true, numbered(branched, "1234/567890").noBranch()), ofx(true, branched)},
		"the branch apart":                 {ofx(true, branched), ofx(true, numbered(branched, "1234/567890").noBranch())},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t)
			first, _ := p.begin().bring(p.put("first.ofx", c.first)).importsAll()
			l := p.begin().bring(p.put("next.ofx", c.next))
			for _, a := range l.form("preview").Preview.Accounts {
				if !a.Known {
					t.Errorf("%s is new", a.Name)
				}
			}
			next, conn := l.imports()
			if first.Connection != "" || next.Connection != p.known[0].ID || len(next.Accounts) != 0 || len(p.known) != 1 {
				t.Errorf("it goes on with %q and offers %+v", next.Connection, next.Accounts)
			}
			before, after := p.fetch(conn, fairlead.ProductAccounts, &first.Files[0]).Accounts, p.fetch(conn, fairlead.ProductAccounts, &next.Files[0]).Accounts
			for _, a := range after {
				if !slices.ContainsFunc(before, func(b fairlead.Account) bool { return b.Ref == a.Ref }) {
					t.Errorf("%s has another ref", a.Name)
				}
			}
		})
	}
}

func (s statement) noBranch() statement {
	s.branch = ""
	return s
}

// importsAll imports, and picks all accounts where some are offered.
func (l *login) importsAll() (*fairlead.Done, connector.KnownConnection) {
	l.Helper()
	l.form("preview")
	done := l.say("import", "yes").step.Done
	if done == nil {
		l.Fatal("it is not done")
	}
	var picked []string
	for _, a := range done.Accounts {
		picked = append(picked, a.Ref)
	}
	return done, l.connect(done, picked)
}

func TestAnotherAccountIsAnotherConnection(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]statement{
		"another number":   numbered(checking, "000123456780"),
		"another type":     {bank: checking.bank, number: checking.number, kind: "SAVINGS", currency: "USD", rows: checking.rows},
		"another currency": {bank: checking.bank, number: checking.number, kind: checking.kind, currency: "EUR", rows: checking.rows},
	} {
		p := newPerson(t)
		first, _ := p.link(p.put("first.ofx", ofx(true, checking)))
		done, _ := p.link(p.put("other.ofx", ofx(true, other)))
		if done.Connection != "" || done.Identity.Reveal() == first.Identity.Reveal() {
			t.Errorf("%s goes on with %q", name, done.Connection)
		}
	}
}

func TestWhereAnAccountIsPerhapsOneOfTheConnectionThePersonSaysAndIsAskedOnce(t *testing.T) {
	t.Parallel()
	for name, masked := range map[string]statement{"a card": numbered(card, "XXXXXXXXXXXX4444"), "an account": numbered(checking, "XXXXXXXX6789")} {
		of := card
		if !masked.card {
			of = checking
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			saysWhichAccount(t, ofx(true, of), ofx(true, masked.with("20240208 -5.00 C2 CINEMA")))
		})
	}
}

func saysWhichAccount(t *testing.T, full, masked []byte) {
	inquiry := func(p *person) (*login, fairlead.FormField) {
		l := p.begin().bring(p.put("masked.ofx", masked))
		form := l.form("preview")
		field := form.Fields[0]
		if len(form.Preview.Accounts) != 1 || field.Name != "account."+form.Preview.Accounts[0].Ref || field.Kind != fairlead.FieldChoice || field.Optional || len(field.Choices) != 2 || field.Choices[1].Value != "new" {
			p.Fatalf("it asks %+v", form.Fields)
		}
		return l, field
	}
	t.Run("it is", func(t *testing.T) {
		t.Parallel()
		p := newPerson(t)
		p.link(p.put("full.ofx", full))
		l, field := inquiry(p)
		if again := l.say("import", "yes"); !again.form("preview").Again || again.step.Form.Text == "" {
			t.Error("it imports without an answer")
		}
		done := l.say(field.Name, field.Choices[0].Value, "import", "yes").step.Done
		if done == nil || done.Connection != p.known[0].ID || len(done.Accounts) != 0 {
			t.Fatalf("it ends with %+v", done)
		}
		c := p.connect(done, nil)
		if got := p.fetch(c, fairlead.ProductTransactions, &done.Files[0]).Transactions; len(got) != 1 || got[0].AccountRef != field.Choices[0].Value {
			t.Errorf("the rows are %+v", got)
		}
		if next := p.begin().bring(p.put("again.ofx", masked)).form("preview"); len(next.Fields) != 2 || !next.Preview.Accounts[0].Known {
			t.Errorf("the next file asks %+v", next.Fields)
		}
	})
	t.Run("it is not", func(t *testing.T) {
		t.Parallel()
		p := newPerson(t)
		p.link(p.put("full.ofx", full))
		l, field := inquiry(p)
		done := l.say(field.Name, "new", "import", "yes").step.Done
		if done == nil || done.Connection != "" {
			t.Fatalf("it ends with %+v", done)
		}
		p.connect(done, nil)
		if next := p.begin().bring(p.put("again.ofx", masked)).form("preview"); len(next.Fields) != 2 || !next.Preview.Accounts[0].Known {
			t.Errorf("the next file asks %+v", next.Fields)
		}
	})
}

func TestNewAccountsAreAddedAndSeveralAreForThePersonToChoose(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.link(p.put("first.ofx", ofx(true, checking)))
	one, c := p.link(p.put("two.ofx", ofx(true, checking, savings)))
	if one.Connection != p.known[0].ID || len(one.Accounts) != 0 || len(one.Joined) < 2 {
		t.Errorf("one new account: it goes on with %q, offers %+v, joins %v", one.Connection, one.Accounts, one.Joined)
	}
	if got := p.fetch(c, fairlead.ProductTransactions, &one.Files[0]).Transactions; len(got) != 2 {
		t.Errorf("%d rows come of it", len(got))
	}
	third, fourth := numbered(checking, "000111111111"), numbered(checking, "000222222222")
	l := p.begin().bring(p.put("four.ofx", ofx(true, checking, savings, third, fourth)))
	l.form("preview")
	done := l.say("import", "yes").step.Done
	if done == nil || len(done.Accounts) != 2 {
		t.Fatalf("two new accounts: it ends with %+v", done)
	}
	c = p.connect(done, []string{done.Accounts[0].Ref})
	slices.Sort(c.Accounts)
	if got := slices.Compact(c.Accounts); len(got) != 3 || slices.Contains(got, done.Accounts[1].Ref) {
		t.Errorf("the connection has %v", got)
	}
	// What was left out is offered again, and is still the same account.
	again := p.begin().bring(p.put("left.ofx", ofx(true, checking, fourth))).form("preview").Preview
	known := map[bool]int{}
	for _, a := range again.Accounts {
		known[a.Known]++
	}
	if known[true] != 1 || known[false] != 1 {
		t.Errorf("the preview has %+v", again.Accounts)
	}
}

func TestAnUploadNeverLosesRowsWithoutAWord(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	_, c := p.link(p.put("first.ofx", ofx(true, checking)))
	two := p.put("two.ofx", ofx(true, checking.with("20240205 -1.00 A2 SHOP"), savings))
	rows := p.fetch(c, fairlead.ProductTransactions, &two)
	accounts := p.fetch(c, fairlead.ProductAccounts, &two)
	if len(rows.Transactions) != 1 || len(accounts.Accounts) != 1 || accounts.Uploaded == nil || len(accounts.Uploaded.Offered) != 1 {
		t.Fatalf("%d rows of %d accounts come, and %+v", len(rows.Transactions), len(accounts.Accounts), accounts.Uploaded)
	}
	if o := accounts.Uploaded.Offered[0]; o.Transactions != 1 || o.In.Amount.String() != "100.00" || o.Currency != "USD" {
		t.Errorf("it offers %+v", o)
	}
	two.AddAccounts = true
	rows = p.fetch(c, fairlead.ProductTransactions, &two)
	if len(rows.Transactions) != 2 || len(rows.Uploaded.Offered) != 0 || rows.Secrets == nil {
		t.Fatalf("added, %d rows come, and %+v", len(rows.Transactions), rows.Uploaded)
	}
	c.Secrets = rows.Secrets
	later := p.put("later.ofx", ofx(true, savings))
	if rows = p.fetch(c, fairlead.ProductTransactions, &later); len(rows.Transactions) != 1 || rows.Secrets != nil {
		t.Errorf("afterwards %d rows come", len(rows.Transactions))
	}
}

func TestAnUploadThatIsPerhapsOfAnAccountIsOfferedUnlessItIsSaidOfWhich(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	_, c := p.link(p.put("full.ofx", ofx(true, card)))
	ref := p.fetch(c, fairlead.ProductAccounts, nil).Accounts[0].Ref
	masked := p.put("masked.ofx", ofx(true, numbered(card, "XXXXXXXXXXXX4444")))
	page := p.fetch(c, fairlead.ProductTransactions, &masked)
	if len(page.Transactions) != 0 || len(page.Uploaded.Offered) != 1 || len(page.Uploaded.Warnings) == 0 {
		t.Fatalf("%d rows come, and %+v", len(page.Transactions), page.Uploaded)
	}
	masked.Account = ref
	page = p.fetch(c, fairlead.ProductTransactions, &masked)
	if len(page.Transactions) != 1 || page.Transactions[0].AccountRef != ref || len(page.Uploaded.Offered) != 0 {
		t.Fatalf("said of which, %+v comes", page.Transactions)
	}
	c.Secrets = page.Secrets
	masked.Account = ""
	if page = p.fetch(c, fairlead.ProductTransactions, &masked); len(page.Transactions) != 1 {
		t.Error("what was said is forgotten")
	}
	both := p.put("both.ofx", ofx(true, card, checking))
	both.Account = ref
	if _, err := p.tryFetch(c, fairlead.ProductAccounts, &both); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("two accounts as one give %v", err)
	}
	other := p.put("other.ofx", ofx(true, checking))
	other.Account = ref
	if _, err := p.tryFetch(c, fairlead.ProductAccounts, &other); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("a file that contradicts its account gives %v", err)
	}
}

func TestAnAccountWithoutANumberIsTheOnlyOneOfItsCurrency(t *testing.T) {
	t.Parallel()
	nameless := statement{kind: "CHECKING", currency: "USD", rows: []string{"20240115 -10.00 m1 SHOP"}}
	p := newPerson(t)
	_, c := p.link(p.put("first.ofx", ofx(true, checking)))
	f := p.put("nameless.ofx", ofx(true, nameless))
	if page := p.fetch(c, fairlead.ProductTransactions, &f); len(page.Transactions) != 1 {
		t.Errorf("the only account in dollars gets %d rows, and %+v", len(page.Transactions), page.Uploaded)
	}
	nameless.currency = "EUR"
	euro := p.put("euro.ofx", ofx(true, nameless))
	if page := p.fetch(c, fairlead.ProductTransactions, &euro); len(page.Transactions) != 0 || len(page.Uploaded.Offered) != 1 {
		t.Errorf("without an account in euros %d rows come, and %+v", len(page.Transactions), page.Uploaded)
	}
	_, c = p.link(p.put("two.ofx", ofx(true, checking, numbered(checking, "000111111111"))))
	if page := p.fetch(c, fairlead.ProductTransactions, &f); len(page.Transactions) != 0 || len(page.Uploaded.Offered) != 1 {
		t.Errorf("with two accounts in dollars %d rows come, and %+v", len(page.Transactions), page.Uploaded)
	}
	if l := p.begin().bring(f); len(l.form("preview").Fields) != 3 {
		t.Errorf("on the page it asks %+v", l.step.Form.Fields)
	}
}

func TestARenewedConnectionTakesNewAccountsButNoneOfAnother(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	p.link(p.put("a.ofx", ofx(true, checking)))
	p.link(p.put("b.ofx", ofx(true, savings)))
	p.renewed = p.known[0].ID
	l := p.begin().bring(p.put("other.ofx", ofx(true, savings)))
	if form := l.form("file"); !form.Again || !strings.Contains(form.Text, "another connection") {
		t.Errorf("it says %q", form.Text)
	}
	l = l.bring(p.put("both.ofx", ofx(true, checking, savings)))
	if w := l.form("preview").Preview.Warnings; len(w) != 1 {
		t.Errorf("it warns of %+v", w)
	}
	done, c := l.imports()
	if done.Connection != p.renewed {
		t.Errorf("it goes on with %q", done.Connection)
	}
	if got := p.fetch(c, fairlead.ProductTransactions, &done.Files[0]); len(got.Transactions) != 1 {
		t.Errorf("%d rows come", len(got.Transactions))
	}
	done, _ = p.begin().bring(p.put("new.ofx", ofx(true, numbered(checking, "000111111111")))).imports()
	if done.Connection != p.renewed {
		t.Errorf("a new account goes to %q", done.Connection)
	}
}

func TestOneNumberInThreeCurrenciesIsThreeAccounts(t *testing.T) {
	t.Parallel()
	of := func(currency string) statement {
		s := checking
		s.currency = currency
		return s
	}
	p := newPerson(t)
	done, c := p.begin().bring(p.put("three.ofx", ofx(true, of("USD"), of("EUR"), of("BRL")))).importsAll()
	var got []string
	for _, a := range p.fetch(c, fairlead.ProductAccounts, &done.Files[0]).Accounts {
		got = append(got, a.Currency)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"BRL", "EUR", "USD"}, got); diff != "" {
		t.Errorf("accounts (-want +got)\n%s", diff)
	}
}
