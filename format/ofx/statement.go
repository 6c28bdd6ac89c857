package ofx

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// account is a statement while it is open.
type account struct {
	scheme   string // bank, card, investment, loan
	element  string
	at       int // offset of its tag
	body     int // offset behind it
	index    int32
	names    format.Names
	named    bool // it says which account it is of
	currency string
	curdef   int // offset of CURDEF; 0: none

	// Rows need the account's number and currency. Where these are missing or come
	// behind the rows, the rows are skipped, and once the statement ends and
	// all is known, it is read once more.
	skipped bool
	again   bool
	symbol  string // of CURRENCY, where all rows that were skipped agree
	mixed   bool

	key        string // "" until a row needs it
	start, end stamp
	asOf       stamp // of an investment statement
	current    *balance
	available  *balance
	extra      fairlead.Extra
	subtype    string
	pending    bool // all pending rows are listed
	positions  bool // all positions are
	gaps       bool // a row was left out: no list is complete
	owns       bool // one of them is worth something
	plan       *fairlead.Decimal
	moves      []move
	seen       map[string]int // positions
}

// balance is an amount on a day.
type balance struct {
	amount fairlead.Decimal
	asOf   stamp
}

// accountState is what a file said of an account so far.
type accountState struct {
	identity string // without the currency
	key      string
	asOf     time.Time
	period   fairlead.Interval
}

var schemes = map[string]string{"STMTRS": "bank", "CCSTMTRS": "card", "INVSTMTRS": "investment", "LOANSTMTRS": "loan"}

// opened begins what an element begins.
func (r *reader) opened(t *tag) {
	switch t.role {
	case statement:
		r.statements++
		r.st = &account{
			scheme: schemes[t.name], element: t.name, at: r.scan.at, body: r.scan.pos, index: r.statements,
			names: r.before,
		}
		r.st.named = r.before != format.Names{}
		r.st.ofCard("")
		r.before = format.Names{}
	case response:
		r.status = refusal{}
	case list:
		if r.st == nil {
			return
		}
		switch t.name {
		case "BANKTRANLISTP":
			r.st.pending = true
		case "INVPOSLIST":
			r.st.positions = true
		}
	case plain:
		r.request = r.request || strings.HasSuffix(t.name, "MSGSRQV1")
	}
}

// ofCard makes a statement that a bank wrote as an account's that of a card, if it is.
func (st *account) ofCard(element string) {
	if st.scheme == "bank" && (element == "CCACCTFROM" || st.names.Type == "CREDITCARD" || st.names.Type == "2") {
		st.scheme = "card"
	}
}

// headerValue takes a value that belongs to the open statement.
func (r *reader) headerValue(n *node, i int) error {
	st := r.st
	if st == nil {
		return nil
	}
	var err error
	switch n.tag.name {
	case "CURDEF":
		if code := format.Currency(n.text); code != "" {
			st.currency = code
		}
		st.curdef = n.at
	case "DTSTART":
		st.start, err = r.stampOf(i)
	case "DTEND":
		st.end, err = r.stampOf(i)
	case "DTASOF":
		if st.scheme == "investment" {
			st.asOf, err = r.stampOf(i)
		}
	case "LEDGER": // of OFC
		if d, ok := r.decimal(i, st.currency); ok {
			st.current = &balance{amount: d, asOf: st.end}
		}
	}
	return err
}

// ready reports whether the rows of the open statement can be read now.
func (r *reader) ready() bool {
	st := r.st
	if st.skipped || !st.again && (st.currency == "" || !st.named) {
		st.skipped = true
		return false
	}
	if st.key == "" {
		st.key = keyOf(st.scheme, st.names, st.currency)
		if st.scheme == "investment" && r.currency == "" {
			r.currency = st.currency
		}
	}
	return true
}

// endStatement hands the account on, or goes back to the statement's beginning.
func (r *reader) endStatement(i int) (rewound bool, err error) {
	st := r.st
	if st == nil {
		return false, nil
	}
	if st.currency == "" {
		if st.currency = r.agreed(st); st.currency == "" {
			return false, r.openCurrency(st)
		}
	}
	if st.skipped {
		r.st = &account{
			scheme: st.scheme, element: st.element, at: st.at, body: st.body, index: st.index,
			names: st.names, named: st.named, currency: st.currency, again: true,
		}
		r.nodes[i].end = 0
		r.nodes = r.nodes[:i+1]
		r.scan.pos = st.body
		return true, nil
	}
	if !st.named || st.names.Number == "" {
		e := r.wrong(format.Missing, st.at, "ACCTID", "is missing or empty: the statement does not say which account it is of")
		if err := r.warn(e); err != nil {
			return false, err
		}
	}
	r.ready()
	if err := r.endInvestment(); err != nil {
		return false, err
	}
	err = r.handAccount(st)
	r.st = nil
	return false, err
}

// agreed is the currency of a statement that says none: what all rows agree on, or what
// the person said.
func (r *reader) agreed(st *account) string {
	if st.symbol != "" && !st.mixed {
		return st.symbol
	}
	if code := strings.ToUpper(trim(r.answers[format.AskCurrency])); format.Currency(code) == code {
		return code
	}
	return ""
}

// openCurrency puts the question of a statement's currency.
func (r *reader) openCurrency(st *account) error {
	at := st.at
	if st.curdef > 0 {
		at = st.curdef
	}
	e := r.wrong(format.Open, at, "CURDEF", "is missing, empty or no currency code")
	e.Questions = []format.Question{{Name: format.AskCurrency, Needed: true}}
	return e
}

// symbols notes the currency that a skipped row has of its own.
func (r *reader) symbols(i int) {
	symbol := format.Currency(r.value(r.child(i, "CURRENCY"), "CURSYM"))
	st := r.st
	switch {
	case symbol == "":
		st.mixed = true
	case st.symbol == "":
		st.symbol = symbol
	case st.symbol != symbol:
		st.mixed = true
	}
}

// handAccount gives what the statement says of its account. Where the file has several
// statements of one account, the latest balance counts, and the periods are one if
// they touch.
func (r *reader) handAccount(st *account) error {
	state, err := r.state(st.key, identityOf(st.scheme, st.names))
	if err != nil {
		return err
	}
	a := newAccount(st.scheme, st.names, st.currency)
	a.Bank, a.Extra = r.bank, merge(a.Extra, st.extra)
	if st.subtype != "" {
		a.Subtype = st.subtype
	}
	balances := st.balances()
	if !balances.AsOf.Before(state.asOf) {
		a.Balances, state.asOf = balances, balances.AsOf
	}
	days := fairlead.Interval{From: st.start.day, To: st.end.day}
	if !st.start.isZero() && !st.end.isZero() && !days.To.Before(days.From) {
		state.period = joined(state.period, days)
	}
	a.Period = state.period
	a.Complete.Holdings, a.Complete.Pending = st.positions && !st.gaps, st.pending && !st.gaps
	return r.hand(format.Item{Account: &a})
}

// state finds what the file said of an account before. Accounts count.
func (r *reader) state(key, identity string) (*accountState, error) {
	if s, ok := r.accounts[key]; ok {
		return s, nil
	}
	if len(r.accounts)+len(r.listed) >= format.MaxAccounts {
		return nil, r.tooManyAccounts()
	}
	s := &accountState{identity: identity, key: key}
	r.accounts[key] = s
	r.order = append(r.order, s)
	return s, nil
}

func (r *reader) tooManyAccounts() error {
	return r.wrong(format.TooLarge, r.scan.at, "", "holds more than "+strconv.Itoa(format.MaxAccounts)+" accounts").OfShape()
}

// joined is one period for two that touch or overlap, and else the second.
func joined(a, b fairlead.Interval) fairlead.Interval {
	if a.To.IsZero() || dayAfter(a.To).Before(b.From) || dayAfter(b.To).Before(a.From) {
		return b
	}
	if a.From.Before(b.From) {
		b.From = a.From
	}
	if b.To.Before(a.To) {
		b.To = a.To
	}
	return b
}

func dayAfter(d fairlead.Date) fairlead.Date {
	return fairlead.DateOf(time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC))
}

// balances are those that the statement gives. What a 401(k) fills in as zero while
// positions are worth something is unknown.
func (st *account) balances() fairlead.Balances {
	var b fairlead.Balances
	if st.available != nil {
		b.Available, b.AsOf = &fairlead.Money{Amount: st.available.amount, Currency: st.currency}, st.available.asOf.at
	}
	if st.current != nil {
		b.Current, b.AsOf = &fairlead.Money{Amount: st.current.amount, Currency: st.currency}, st.current.asOf.at
	}
	if st.scheme == "investment" {
		b.AsOf = st.asOf.at
	}
	if st.plan != nil && !(st.plan.IsZero() && st.owns) {
		b.Current = &fairlead.Money{Amount: *st.plan, Currency: st.currency}
	}
	return b
}

// balanceOf reads LEDGERBAL, AVAILBAL and what a loan has.
func (r *reader) balanceOf(i int) (*balance, error) {
	currency := ""
	if r.st != nil {
		currency = r.st.currency
	}
	amount, err := r.optional(i, "BALAMT", currency)
	if err != nil || amount == nil {
		return nil, err
	}
	asOf, err := r.stamp(i, "DTASOF")
	if asOf.isZero() && amount.IsZero() {
		return nil, err // of no day: filled in by a program that does not know
	}
	return &balance{amount: *amount, asOf: asOf}, err
}

// balance takes a balance into the open statement.
func (r *reader) balance(i int, name string) error {
	st := r.st
	b, err := r.balanceOf(i)
	if err != nil || b == nil {
		return err
	}
	switch name {
	case "LEDGERBAL":
		st.current = b
	case "AVAILBAL":
		st.available = b
	case "PRINBAL": // a principal is owed, with a sign or without
		if b.amount.Sign() > 0 {
			b.amount = b.amount.Neg()
		}
		st.current = b
	case "ESCRWBAL":
		st.extra = put(st.extra, "ofx.ESCRWBAL", b.amount.String())
	}
	return nil
}

// namedBalances takes the lines of BALLIST.
func (r *reader) namedBalances(i int) error {
	if i < 0 {
		return nil
	}
	for c, taken := i+1, 0; c < r.nodes[i].end && taken < maxBalances; c = r.nodes[c].end {
		if r.nodes[c].tag.name != "BAL" {
			continue
		}
		v, err := r.optional(c, "VALUE", "")
		if err != nil {
			return err
		}
		if v != nil {
			taken++
			r.st.extra = put(r.st.extra, "ofx.BAL."+r.value(c, "NAME"), v.String())
		}
	}
	return nil
}

// maxBalances bounds how many lines of a BALLIST are read.
const maxBalances = 64

// put sets a value in an Extra, unless there is nothing to say.
func put(extra fairlead.Extra, name, value string) fairlead.Extra {
	if value == "" {
		return extra
	}
	if extra == nil {
		extra = make(fairlead.Extra, 2)
	}
	extra[name] = value
	return extra
}

func merge(a, b fairlead.Extra) fairlead.Extra {
	for name, v := range b {
		if a == nil {
			a = make(fairlead.Extra, len(b))
		}
		a[name] = v
	}
	return a
}
