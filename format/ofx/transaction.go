package ofx

import (
	"hash/maphash"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// transaction is STMTTRN, STMTTRNP or a row of a loan while it is read.
type transaction struct {
	at            int
	kind          string // TRNTYPE
	pending       bool
	posted        stamp
	user          stamp // when the person did it
	available     stamp // value date
	amount        fairlead.Decimal
	amountText    string
	id            string // FITID
	correct       string // CORRECTFITID
	action        string // CORRECTACTION: REPLACE, DELETE
	check         string
	sic           string
	name          string
	longName      string // EXTDNAME
	payee         int    // index of PAYEE, or -1
	memo          string
	to            format.Names
	toNamed       bool
	currency      symbol // the amount is in this currency
	original      symbol // the amount was converted from this currency
	extra         fairlead.Extra
	postedElement string
	dates         [3]int // indexes of DTPOSTED or DTTRAN, DTUSER, DTAVAIL
}

// symbol is CURRENCY or ORIGCURRENCY.
type symbol struct {
	code string
	rate *fairlead.Decimal // statement's currency for one of code
}

// row hands on a row of the open statement, or says why it is left out.
func (r *reader) row(i int) error {
	if r.st == nil {
		return r.warn(r.wrong(format.Missing, r.nodes[i].at, r.nodes[i].tag.name, "stands outside of a statement: it was left out"))
	}
	if r.st.scheme == "investment" {
		return r.move(i)
	}
	if !r.ready() {
		r.symbols(i)
		return nil
	}
	t, bad, err := r.transaction(i)
	if err != nil {
		return err
	}
	if bad != nil {
		return r.gap(bad)
	}
	if balance, noted := t.isBalance(); balance {
		if noted {
			return r.warn(r.wrong(format.BadValue, t.at, "STMTTRN", "is a balance by its name, and no money: it was left out"))
		}
		return nil
	}
	if r.elsewhere(&t) {
		return nil
	}
	tx := r.convert(&t)
	if r.correcting {
		r.later.add(tx, &t)
		if len(r.later.ids) > format.MaxRows {
			return r.tooManyRows()
		}
		return nil
	}
	return r.hand(format.Item{Transaction: tx})
}

// transaction reads a row. bad says why it can't be read.
func (r *reader) transaction(i int) (t transaction, bad *format.Error, err error) {
	t = transaction{at: r.nodes[i].at, pending: r.nodes[i].tag.name == "STMTTRNP", payee: -1, dates: [3]int{-1, -1, -1}, postedElement: "DTPOSTED"}
	if t.pending {
		t.postedElement = "DTTRAN"
	}
	amount := -1
	for c := i + 1; c < r.nodes[i].end; c = r.nodes[c].end {
		n := &r.nodes[c]
		switch n.tag.name {
		case "TRNTYPE", "LOANTRNTYPE":
			t.kind = strings.ToUpper(n.text)
		case "DTPOSTED", "DTTRAN":
			if t.dates[0] < 0 || n.tag.name == t.postedElement {
				t.dates[0] = c
			}
		case "DTUSER":
			t.dates[1] = c
		case "DTAVAIL":
			t.dates[2] = c
		case "TRNAMT":
			amount = c
		case "FITID":
			t.id = n.text
		case "CORRECTFITID":
			t.correct = n.text
		case "CORRECTACTION":
			t.action = strings.ToUpper(n.text)
		case "CHECKNUM", "CHKNUM":
			t.check = n.text
		case "SIC":
			t.sic = n.text
		case "NAME":
			t.name = n.text
		case "EXTDNAME":
			t.longName = n.text
		case "MEMO", "MEMO2":
			if len(t.memo)+len(n.text) > format.MaxText {
				return t, r.wrong(format.TooLarge, n.at, n.tag.name, "is too long: the row was left out"), nil
			}
			t.memo = strings.TrimSpace(t.memo + " " + n.text)
		case "PAYEE":
			t.payee = c
		case "BANKACCTTO", "CCACCTTO", "LOANACCTTO":
			t.to, t.toNamed = r.namesOf(c), true
		case "CURRENCY":
			t.currency = r.symbol(c)
		case "ORIGCURRENCY":
			t.original = r.symbol(c)
		default:
			r.beyond(&t, c, "")
		}
	}
	if bad, err = r.days(i, &t); bad != nil || err != nil {
		return t, bad, err
	}
	currency := r.st.currency
	if t.currency.code != "" {
		currency = t.currency.code
	}
	if t.amount, bad = r.needed(i, "TRNAMT", currency); bad == nil {
		t.amountText = r.nodes[amount].text
	}
	return t, bad, nil
}

// days reads when a row was posted. Where that is missing, the day on which the person
// did it or the money was there will do, with a warning.
func (r *reader) days(i int, t *transaction) (bad *format.Error, err error) {
	if t.dates[1] >= 0 {
		if t.user, err = r.stampOf(t.dates[1]); err != nil {
			return nil, err
		}
	}
	if t.dates[2] >= 0 {
		if t.available, err = r.stampOf(t.dates[2]); err != nil {
			return nil, err
		}
	}
	if c := t.dates[0]; c >= 0 && strings.Trim(r.nodes[c].text, "0") != "" {
		s, ok := parseStamp(r.nodes[c].text)
		if !ok {
			return r.wrong(format.BadValue, r.nodes[c].at, t.postedElement, "must be a day of the calendar, written YYYYMMDD with an optional time: the row was left out"), nil
		}
		t.posted = s
		return nil, nil
	}
	t.posted = t.user
	if t.posted.isZero() {
		t.posted = t.available
	}
	if t.posted.isZero() {
		return r.wrongIn(i, format.Missing, t.postedElement, "is missing or empty: the row was left out"), nil
	}
	return nil, r.warn(r.wrongIn(i, format.Missing, t.postedElement, "is missing or empty: another day of the row was taken"))
}

// beyond stores what no field has in Extra. Both a row and a file have a bound.
func (r *reader) beyond(t *transaction, c int, inside string) {
	n := &r.nodes[c]
	if n.text == "" {
		for k := c + 1; k < n.end && inside == ""; k = r.nodes[k].end {
			r.beyond(t, k, n.tag.extra+".")
		}
		return
	}
	if len(t.extra) >= maxExtra || r.extras >= format.MaxRows {
		return
	}
	name := n.tag.extra
	if inside != "" {
		name = inside + n.tag.name
	}
	switch n.tag.name {
	case "REFNUM", "SRVRTID":
	default:
		r.extras++
	}
	t.extra = put(t.extra, name, n.text)
}

func (r *reader) symbol(i int) symbol {
	s := symbol{code: format.Currency(r.value(i, "CURSYM"))}
	if c := r.child(i, "CURRATE"); s.code != "" && c >= 0 {
		if rate, ok := r.decimal(c, ""); ok {
			s.rate = &rate
		}
	}
	return s
}

// isBalance reports whether a row is a balance that the bank lists among the money: it
// is called so, and has no id, or one of zeros. One with an id is left out with a
// note, unless a program may have written the money of an account's beginning so.
func (t *transaction) isBalance() (is, noted bool) {
	called := t.name
	if called == "" {
		called = t.memo
	}
	if called == "" || !strings.ContainsAny(called[:1], "sSbBcCkKaAeEnNoOpPdDlLtTrR") || !format.BalanceRow(called) {
		return false, false
	}
	if strings.Trim(t.id, "0") == "" {
		return true, false
	}
	switch t.kind {
	case "", "OTHER", "CREDIT", "DEBIT", "DEP":
	default:
		return false, false
	}
	first := strings.ToLower(called)
	for _, begins := range []string{"opening", "starting", "beginning", "saldo inicial", "saldo de abertura", "anfangs", "eröffnung", "solde initial", "solde d"} {
		if strings.HasPrefix(first, begins) {
			return false, false
		}
	}
	return true, true
}

var seed = maphash.MakeSeed()

// likeness is what two statements say alike of one row.
type likeness struct {
	account, id, amount, name, memo string
	day                             fairlead.Date
}

// elsewhere reports whether another statement of the account listed the row already,
// letter for letter and with the same id. Twins inside one statement stay two.
func (r *reader) elsewhere(t *transaction) bool {
	if t.id == "" {
		return false
	}
	sum := maphash.Comparable(seed, likeness{r.st.key, t.id, t.amountText, t.name, t.memo, t.posted.day})
	if statement, ok := r.seen[sum]; ok && statement != r.st.index {
		return true
	}
	r.seen[sum] = r.st.index
	return false
}

func (r *reader) convert(from *transaction) *fairlead.Transaction {
	currency := r.st.currency
	t := &fairlead.Transaction{
		AccountRef: r.st.key, Ref: from.id, State: fairlead.TransactionPosted, Booked: from.posted.day, Value: from.available.day,
		Amount: fairlead.Money{Amount: from.amount, Currency: currency}, Kind: transactionKind(from.kind),
		Check: from.check, MCC: from.sic, Extra: from.extra,
	}
	if from.pending {
		t.State = fairlead.TransactionPending
	}
	if u := from.user; u.clock && u.at.Hour()+u.at.Minute()+u.at.Second() > 0 {
		t.Transacted = u.at
	} else if !u.isZero() && u.day != from.posted.day {
		t.Extra = put(t.Extra, "ofx.DTUSER", u.day.String())
	}
	t.Description, t.Original = r.describe(from)
	t.Counterparty = r.counterparty(from)
	if from.currency.code != "" {
		t.Amount.Currency = from.currency.code
		if t.Amount.Currency != currency {
			t.Rate = from.currency.rate
		}
	}
	if from.original.code != "" && from.original.code != currency {
		t.Rate = from.original.rate
		t.Extra = put(t.Extra, "ofx.ORIGCURRENCY", from.original.code)
	}
	t.Extra = put(t.Extra, "ofx.TRNTYPE", from.kind)
	return t
}

// describe chooses between NAME, which is short and often cut, and MEMO. Where
// both say something of their own, the second is what the caller gets besides.
func (r *reader) describe(t *transaction) (description, original string) {
	name := t.name
	if name == "" && t.payee >= 0 {
		name = r.value(t.payee, "NAME")
	}
	if t.longName != "" {
		name = t.longName
	}
	switch {
	case name == "":
		return t.memo, ""
	case t.memo == "" || t.memo == name:
		return name, ""
	case strings.HasPrefix(t.memo, name):
		return t.memo, ""
	}
	return name, t.memo
}

func (r *reader) counterparty(t *transaction) *fairlead.Counterparty {
	if t.payee < 0 && !t.toNamed {
		return nil
	}
	c := &fairlead.Counterparty{}
	if t.payee >= 0 {
		c.Name = r.value(t.payee, "NAME")
	}
	if t.toNamed {
		c.Bank, c.Branch, c.Account = t.to.Bank, t.to.Branch, t.to.Number
		if t.to.Bank == "" && cardNumber(t.to.Number) {
			c.Account = maskedCard(t.to.Number)
		}
		if isIBAN(t.to.Number) {
			c.Account, c.IBAN = "", t.to.Number
		}
	}
	return c
}

// transactionKind is the kind a TRNTYPE stands for, a word of OFX or a number of OFC;
// CREDIT, DEBIT, DEP and words of a bank's own say nothing.
func transactionKind(t string) string {
	switch t {
	case "INT", "2":
		return "interest"
	case "FEE", "SRVCHG", "4":
		return "fee"
	case "ATM", "CASH", "6", "10":
		return "cash"
	case "POS":
		return "card"
	case "XFER", "DIRECTDEP", "7", "11":
		return "transfer"
	case "CHECK", "8":
		return "cheque"
	case "PAYMENT", "REPEATPMT", "9":
		return "payment"
	case "DIRECTDEBIT":
		return "direct_debit"
	case "DIV", "OTHER", "3", "12":
		return "other"
	}
	return ""
}

// later are rows that wait until all that may correct them are known.
type later struct {
	rows   format.Packed[laterRow]
	ids    [][2]int32 // of each row: of its id, and of that which it corrects
	number map[rowID]int32
	names  []string // by number
}

type laterRow struct {
	Transaction fairlead.Transaction
	Action      string
}

// rowID is a FITID of an account.
type rowID struct{ account, id string }

func (l *later) add(tx *fairlead.Transaction, t *transaction) {
	l.rows.Add(&laterRow{*tx, t.action})
	l.ids = append(l.ids, [2]int32{l.numberOf(tx.AccountRef, t.id), l.numberOf(tx.AccountRef, t.correct)})
}

func (l *later) numberOf(account, id string) int32 {
	of := rowID{account, id}
	n, known := l.number[of]
	if !known {
		if l.number == nil {
			l.number = map[rowID]int32{}
		}
		n = int32(len(l.names))
		l.number[of], l.names = n, append(l.names, id)
	}
	return n
}

// corrections say of every id what rows do with it.
type corrections struct {
	of        []int32 // the id that is corrected, plus one
	corrected []bool  // by a row under another id
	again     []bool  // by a row under the same id
}

func (l *later) corrections() corrections {
	n := len(l.names)
	count, c := make([]int32, n), corrections{make([]int32, n), make([]bool, n), make([]bool, n)}
	for _, ids := range l.ids {
		count[ids[0]]++
	}
	for _, ids := range l.ids {
		id, correct := ids[0], ids[1]
		if l.names[correct] != "" && correct == id {
			c.again[id] = true
		}
		if l.names[correct] == "" || l.names[id] == "" || c.first(correct) == id {
			continue
		}
		c.of[id], c.corrected[correct] = correct+1, count[correct] == 1
	}
	return c
}

// handLater hands on the rows of a file in which rows correct others.
func (r *reader) handLater() error {
	l := &r.later
	l.rows.Pack()
	l.number = nil
	c := l.corrections()
	for i, row := range l.rows.From(0) {
		id, correct := l.ids[i][0], l.ids[i][1]
		corrects := l.names[correct] != ""
		if c.corrected[id] || c.again[id] && !corrects {
			continue // the row that corrects it is in this file too
		}
		if corrects && (c.of[id] > 0 || l.names[id] == "" || id == correct) {
			row.correct(l.names[c.first(correct)])
		}
		if err := r.hand(format.Item{Transaction: &row.Transaction}); err != nil {
			return err
		}
	}
	return nil
}

// maxChain bounds how often one row is followed back through its corrections.
const maxChain = 64

// first follows a chain of corrections to the id that was listed first.
func (c corrections) first(id int32) int32 {
	for range maxChain {
		if c.of[id] == 0 {
			break
		}
		id = c.of[id] - 1
	}
	return id
}

// correct marks a row as a later version of the one that was listed under an earlier id.
func (l *laterRow) correct(earlier string) {
	t := &l.Transaction
	t.Extra = put(t.Extra, "ofx.CORRECTACTION", l.Action)
	if l.Action == "DELETE" {
		t.State, t.Ref = fairlead.TransactionRemoved, earlier
		return
	}
	t.PendingRef = earlier
}
