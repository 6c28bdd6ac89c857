package ofx

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// move is a movement that waits for the end of its statement, when its Ref is known.
type move struct {
	*fairlead.InvestmentTransaction
	element, id, units, source string
}

// securityID names a security.
type securityID struct {
	id   string
	kind string // CUSIP, ISIN, TICKER, PRIVATE …
}

func (s securityID) ref() string {
	if s.kind == "" {
		return "OTHER:" + s.id
	}
	return s.kind + ":" + s.id
}

func (r *reader) securityOf(i int) securityID {
	return securityID{r.value(i, "UNIQUEID"), strings.ToUpper(r.value(i, "UNIQUEIDTYPE"))}
}

// move reads a movement of the open statement. Buying and selling have their values
// one level down, in INVBUY and INVSELL.
func (r *reader) move(i int) error {
	if r.st == nil || r.st.scheme != "investment" {
		return r.warn(r.wrong(format.Missing, r.nodes[i].at, r.nodes[i].tag.name, "stands outside of an investment statement: it was left out"))
	}
	if !r.ready() {
		r.st.mixed = true
		return nil
	}
	var m move
	var bad *format.Error
	var err error
	bank := i
	if r.nodes[i].tag.name == "INVBANKTRAN" {
		bank = r.child(i, "STMTTRN")
	}
	if r.nodes[i].tag.role == row || bank != i && bank >= 0 {
		m, bad, err = r.cash(bank, i)
	} else {
		m, bad, err = r.trade(i)
	}
	if err != nil {
		return err
	}
	if bad != nil {
		return r.warn(bad)
	}
	if len(r.st.moves) >= format.MaxRows {
		return r.tooManyRows()
	}
	r.st.moves = append(r.st.moves, m)
	return nil
}

// cash reads a bank row inside an investment account.
func (r *reader) cash(bank, i int) (m move, bad *format.Error, err error) {
	t, bad, err := r.transaction(bank)
	if bad != nil || err != nil {
		return m, bad, err
	}
	currency := r.st.currency
	if t.currency.code != "" {
		currency = t.currency.code
	}
	x := &fairlead.InvestmentTransaction{
		AccountRef: r.st.key, Kind: cashKind(t.kind), Traded: t.posted.day, Settled: t.available.day,
		Amount: fairlead.Money{Amount: t.amount, Currency: currency}, Extra: t.extra,
	}
	name, memo := r.describe(&t)
	x.Description = name
	if memo != "" {
		x.Description = name + " " + memo
	}
	x.Extra = put(x.Extra, "ofx.TRNTYPE", t.kind)
	x.Extra = put(x.Extra, "ofx.CHECKNUM", t.check)
	x.Extra = put(x.Extra, "ofx.TRANSACTION", "INVBANKTRAN")
	x.Extra = put(x.Extra, "ofx.SUBACCTSEC", r.value(i, "SUBACCTFUND"))
	return move{InvestmentTransaction: x, element: "INVBANKTRAN", id: t.id}, nil, nil
}

// figures are the amounts of a trade.
type figures struct {
	units, price, total, commission, fees, load, taxes, withheld *fairlead.Decimal
}

func (r *reader) figures(body int, currency string) (f figures, err error) {
	for _, v := range [...]struct {
		to             **fairlead.Decimal
		name, currency string
	}{
		{&f.units, "UNITS", ""},
		{&f.price, "UNITPRICE", ""},
		{&f.total, "TOTAL", currency},
		{&f.commission, "COMMISSION", currency},
		{&f.fees, "FEES", currency},
		{&f.load, "LOAD", currency},
		{&f.taxes, "TAXES", currency},
		{&f.withheld, "WITHHOLDING", currency},
	} {
		if *v.to, err = r.optional(body, v.name, v.currency); err != nil {
			return f, err
		}
	}
	return f, nil
}

// trade reads what was bought, sold, paid or moved.
func (r *reader) trade(i int) (m move, bad *format.Error, err error) {
	element := r.nodes[i].tag.name
	body := i
	for _, inner := range []string{"INVBUY", "INVSELL"} {
		if c := r.child(i, inner); c >= 0 {
			body = c
		}
	}
	tran := r.child(body, "INVTRAN")
	if tran < 0 {
		return m, r.wrongIn(i, format.Missing, "INVTRAN", "is missing: the row was left out"), nil
	}
	traded, ok := parseStamp(r.value(tran, "DTTRADE"))
	if !ok {
		return m, r.wrongIn(tran, format.BadValue, "DTTRADE", "must be a day of the calendar, written YYYYMMDD with an optional time: the row was left out"), nil
	}
	settled, err := r.stamp(tran, "DTSETTLE")
	if err != nil {
		return m, nil, err
	}
	currency := r.st.currency
	if s := r.symbol(r.child(body, "CURRENCY")); s.code != "" {
		currency = s.code
	}
	f, err := r.figures(body, currency)
	if err != nil {
		return m, nil, err
	}
	if f.total == nil && movesMoney(element) {
		return m, r.wrongIn(body, format.Missing, "TOTAL", "is missing or no amount: the row was left out"), nil
	}
	x := &fairlead.InvestmentTransaction{
		AccountRef: r.st.key, Traded: traded.day, Settled: settled.day, Quantity: f.units, Price: moneyOf(f.price, currency),
		Amount: fairlead.Money{Currency: currency}, Withheld: moneyOf(f.withheld, currency),
		Fees: moneyOf(sum(f.commission, f.fees, f.load), currency), Description: r.value(tran, "MEMO"),
	}
	if f.total != nil {
		x.Amount.Amount = *f.total
	}
	reversal := r.value(tran, "REVERSALFITID")
	direct(x, element, reversal != "")
	if id := r.securityOf(r.child(body, "SECID")); id.id != "" {
		x.SecurityRef = r.mentioned(id, element, currency)
	}
	action := r.action(i)
	x.Kind = movementKind(element, action)
	x.Extra = put(x.Extra, "ofx.TRANSACTION", element)
	x.Extra = put(x.Extra, "ofx.ACTION", action)
	x.Extra = put(x.Extra, "ofx.REVERSALFITID", reversal)
	x.Extra = put(x.Extra, "ofx.TAXES", text(f.taxes))
	for _, name := range [...]string{
		"INV401KSOURCE", "SUBACCTSEC", "OLDUNITS", "NEWUNITS", "NUMERATOR", "DENOMINATOR", "FRACCASH", "POSTYPE", "SHPERCTRCT", "SUBACCTFROM", "SUBACCTTO",
		"ACCRDINT", "SUBACCTFUND",
	} {
		v := r.value(body, name)
		if v == "" && body != i {
			v = r.value(i, name)
		}
		x.Extra = put(x.Extra, "ofx."+name, v)
	}
	return move{x, element, r.value(tran, "FITID"), text(f.units), r.value(body, "INV401KSOURCE")}, nil, nil
}

// action is what a movement did: BUYTYPE, INCOMETYPE …
func (r *reader) action(i int) (action string) {
	for _, name := range [...]string{"BUYTYPE", "SELLTYPE", "INCOMETYPE", "TFERACTION", "OPTACTION", "OPTBUYTYPE", "OPTSELLTYPE"} {
		if v := r.value(i, name); v != "" {
			action = strings.ToUpper(v)
		}
	}
	return action
}

// movesMoney reports whether a movement says nothing without its total.
func movesMoney(element string) bool {
	switch element {
	case "TRANSFER", "JRNLSEC", "SPLIT", "CLOSUREOPT":
		return false
	}
	return true
}

// direct sets the sign of a movement. Some brokers write what was paid without its sign,
// and a cancellation (REVERSALFITID, or units the other way round) goes against what
// it cancels: a purchase taken back is money in, and units out. Income and sales that come
// without REVERSALFITID may be negative: fees may be more than a sale brings.
func direct(x *fairlead.InvestmentTransaction, element string, reversal bool) {
	usual := 0
	switch {
	case strings.HasPrefix(element, "BUY"), element == "REINVEST":
		usual = -1
		reversal = reversal || x.Quantity != nil && x.Quantity.Sign() < 0
	case strings.HasPrefix(element, "SELL"):
		usual = 1
		reversal = reversal || x.Quantity != nil && x.Quantity.Sign() > 0 && x.Amount.Amount.Sign() < 0
	case element == "INCOME", element == "RETOFCAP":
		usual = 1
	default:
		return
	}
	if reversal {
		usual = -usual
	}
	if q := x.Quantity; q != nil && element != "INCOME" && element != "RETOFCAP" && q.Sign()*usual > 0 && (reversal || x.Amount.Amount.Sign() > 0) {
		back := q.Neg()
		x.Quantity = &back
	}
	if (usual < 0 || reversal) && x.Amount.Amount.Sign()*usual < 0 {
		x.Amount = x.Amount.Neg()
	}
}

func movementKind(element, action string) string {
	switch element {
	case "REINVEST":
		return "buy"
	case "INCOME":
		switch action {
		case "DIV", "CGLONG", "CGSHORT":
			return "dividend"
		case "INTEREST":
			return "interest"
		}
	case "MARGININTEREST":
		return "interest"
	case "INVEXPENSE":
		return "fee"
	case "TRANSFER", "JRNLFUND", "JRNLSEC":
		return "transfer"
	case "SPLIT":
		return "split"
	}
	switch {
	case strings.HasPrefix(element, "BUY"):
		return "buy"
	case strings.HasPrefix(element, "SELL"):
		return "sell"
	}
	return "other"
}

// cashKind is the kind of a bank row inside an investment account.
func cashKind(kind string) string {
	switch kind {
	case "INT":
		return "interest"
	case "DIV":
		return "dividend"
	case "FEE", "SRVCHG":
		return "fee"
	case "XFER":
		return "transfer"
	case "DEP", "DIRECTDEP":
		return "contribution"
	case "CHECK", "PAYMENT", "ATM", "CASH", "POS", "DIRECTDEBIT", "REPEATPMT":
		return "withdrawal"
	}
	return "other"
}

// endInvestment hands on the movements of the open statement. Unlike a transaction's, the
// Ref is never empty: where no FITID names one row for good it is a digest of what the row
// says with its number among equal rows, so that an overlapping file gives the same.
func (r *reader) endInvestment() error {
	moves := r.st.moves
	trusted := trustedIDs(moves)
	seen := make(map[string]int)
	for i := range moves {
		m := &moves[i]
		if trusted(m.id) {
			m.Ref = m.id
		} else {
			key := "~" + digest(m.element, m.id, m.Traded.String(), m.Amount.Amount.String(), m.SecurityRef, m.units, m.Description, m.source)
			seen[key]++
			m.Ref = numbered(key, seen[key])
			m.Extra = put(m.Extra, "ofx.FITID", m.id)
		}
		if err := r.hand(format.Item{Movement: m.InvestmentTransaction}); err != nil {
			return err
		}
	}
	return nil
}

// trustedIDs says which FITIDs of a statement name one movement for good. Not those that
// occur more than once; and none at all where they are only the numbers 0 to n-1 or
// 1 to n, which begin anew in the next file.
func trustedIDs(moves []move) func(string) bool {
	count := make(map[string]int, len(moves))
	numbers, least, most := make(map[int]bool), 0, 0
	for i := range moves {
		id := moves[i].id
		count[id]++
		if v, err := strconv.Atoi(id); err == nil && v >= 0 && v <= len(moves) {
			if len(numbers) == 0 {
				least, most = v, v
			}
			numbers[v], least, most = true, min(least, v), max(most, v)
		}
	}
	counting := len(numbers) == len(count) && len(numbers) > 0 && least <= 1 && most-least == len(numbers)-1
	return func(id string) bool { return id != "" && !counting && count[id] == 1 }
}

func numbered(key string, n int) string {
	if n < 2 {
		return key
	}
	return key + "#" + strconv.Itoa(n)
}

// position hands on a position. Its Ref is made of the security and where it is
// held, so that the same position in the next file is the same holding; positions
// that differ in nothing are numbered.
func (r *reader) position(i int) error {
	st := r.st
	if st == nil || st.scheme != "investment" {
		return nil
	}
	if !r.ready() {
		st.mixed = true
		return nil
	}
	element := r.nodes[i].tag.name
	pos := r.child(i, "INVPOS")
	if pos < 0 {
		return r.gap(r.wrongIn(i, format.Missing, "INVPOS", "is missing: the row was left out"))
	}
	id := r.securityOf(r.child(pos, "SECID"))
	if id.id == "" {
		return r.gap(r.wrongIn(pos, format.Missing, "SECID", "names no security: the row was left out"))
	}
	currency := st.currency
	if s := r.symbol(r.child(pos, "CURRENCY")); s.code != "" {
		currency = s.code
	}
	units, bad := r.needed(pos, "UNITS", "")
	if bad != nil {
		return r.gap(bad)
	}
	worth, bad := r.needed(pos, "MKTVAL", currency)
	if bad != nil {
		return r.gap(bad)
	}
	price, err := r.optional(pos, "UNITPRICE", "")
	if err != nil {
		return err
	}
	priced, err := r.stamp(pos, "DTPRICEASOF")
	if err != nil {
		return err
	}
	side, within, source := strings.ToUpper(r.value(pos, "POSTYPE")), r.value(pos, "HELDINACCT"), r.value(pos, "INV401KSOURCE")
	h := &fairlead.Holding{
		AccountRef: st.key, SecurityRef: r.mentioned(id, element, currency), Quantity: units, UnitPrice: moneyOf(price, currency),
		PriceDate: priced.day, Value: fairlead.Money{Amount: worth, Currency: currency}, Kind: securityKind(element),
	}
	key := strings.Join([]string{h.SecurityRef, side, within, source}, "/")
	if st.seen == nil {
		st.seen = make(map[string]int)
	}
	st.seen[key]++
	st.owns = st.owns || !worth.IsZero()
	h.Ref = numbered(key, st.seen[key])
	h.Extra = put(h.Extra, "ofx.POSTYPE", side)
	h.Extra = put(h.Extra, "ofx.HELDINACCT", within)
	h.Extra = put(h.Extra, "ofx.INV401KSOURCE", source)
	h.Extra = put(h.Extra, "ofx.MEMO", r.value(pos, "MEMO"))
	return r.hand(format.Item{Holding: h})
}

// gap says that a row was left out, so that no list of the statement is complete.
func (r *reader) gap(e *format.Error) error {
	r.st.gaps = true
	return r.warn(e)
}

// cashBalances reads INVBAL.
func (r *reader) cashBalances(i int) error {
	st := r.st
	cash, err := r.optional(i, "AVAILCASH", st.currency)
	if err != nil {
		return err
	}
	if cash != nil {
		st.available = &balance{amount: *cash, asOf: st.asOf}
	}
	for _, name := range [...]string{"MARGINBALANCE", "SHORTBALANCE", "BUYPOWER"} {
		d, err := r.optional(i, name, st.currency)
		if err != nil {
			return err
		}
		st.extra = put(st.extra, "ofx."+name, text(d))
	}
	return r.namedBalances(r.child(i, "BALLIST"))
}

// retirement reads INV401K and INV401KBAL.
func (r *reader) retirement(i int) error {
	st := r.st
	st.subtype = "401k"
	total, err := r.optional(i, "TOTAL", st.currency)
	if err != nil {
		return err
	}
	if total != nil {
		st.plan = total
	}
	st.extra = put(st.extra, "ofx.EMPLOYERNAME", r.value(i, "EMPLOYERNAME"))
	vested, err := r.optional(i, "CURRENTVESTPCT", "")
	st.extra = put(st.extra, "ofx.CURRENTVESTPCT", text(vested))
	return err
}

// namedSecurity is a security of a row or of the list.
type namedSecurity struct {
	id       securityID
	element  string
	currency string
	listed   *fairlead.Security
}

// security reads a child of SECLIST; of several under one id the first counts.
func (r *reader) security(i int) error {
	info := r.child(i, "SECINFO")
	id := r.securityOf(r.child(info, "SECID"))
	if id.id == "" || r.securities[id.ref()] {
		return nil
	}
	if len(r.securities) >= format.MaxRows {
		return r.tooManyRows()
	}
	r.securities[id.ref()] = true
	element := r.nodes[i].tag.name
	s := newSecurity(id, element, format.Currency(r.value(r.child(info, "CURRENCY"), "CURSYM")))
	if name := r.value(info, "SECNAME"); name != "" {
		s.Name = name
	}
	if ticker := r.value(info, "TICKER"); ticker != "" {
		s.Ticker = ticker
	}
	for _, name := range [...]string{"STOCKTYPE", "MFTYPE", "DEBTTYPE", "OPTTYPE"} {
		if v := r.value(i, name); v != "" {
			s.Subtype = strings.ToLower(v)
		}
	}
	matures, err := r.stamp(i, "DTMAT")
	if err != nil {
		return err
	}
	if !matures.isZero() {
		s.Extra = put(s.Extra, "ofx.DTMAT", matures.day.String())
	}
	if s.Currency == "" {
		if s.Currency = r.currency; s.Currency == "" {
			r.unlisted = append(r.unlisted, namedSecurity{listed: s})
			return nil
		}
	}
	return r.hand(format.Item{Security: s})
}

func newSecurity(id securityID, element, currency string) *fairlead.Security {
	s := &fairlead.Security{Ref: id.ref(), Name: id.id, Kind: securityKind(element), Currency: currency}
	switch id.kind {
	case "CUSIP":
		s.CUSIP = id.id
	case "ISIN":
		s.ISIN = id.id
	case "TICKER":
		s.Ticker = id.id
	}
	return s
}

// mentioned notes a security that a row names: brokers leave some out of their list.
func (r *reader) mentioned(id securityID, element, currency string) string {
	if r.mentions == nil {
		r.mentions = make(map[securityID]string)
	}
	ref, ok := r.mentions[id]
	if !ok {
		ref = id.ref()
		r.mentions[id] = ref
		r.named = append(r.named, namedSecurity{id: id, element: element, currency: currency})
	}
	return ref
}

// handSecurities gives those of the list that waited for a currency, and those that rows
// name and the list does not have.
func (r *reader) handSecurities() error {
	for _, n := range r.unlisted {
		if n.listed.Currency = r.currency; n.listed.Currency == "" {
			continue // nobody holds it
		}
		if err := r.hand(format.Item{Security: n.listed}); err != nil {
			return err
		}
	}
	for _, n := range r.named {
		if r.securities[n.id.ref()] {
			continue
		}
		r.securities[n.id.ref()] = true
		if err := r.hand(format.Item{Security: newSecurity(n.id, n.element, n.currency)}); err != nil {
			return err
		}
	}
	return nil
}

// securityKind reads the kind out of an element's name: POSSTOCK, STOCKINFO, BUYSTOCK.
func securityKind(element string) string {
	switch {
	case strings.Contains(element, "STOCK"):
		return "equity"
	case strings.Contains(element, "MF"):
		return "fund"
	case strings.Contains(element, "DEBT"):
		return "fixed_income"
	case strings.Contains(element, "OPT"):
		return "derivative"
	}
	return "other"
}

func moneyOf(d *fairlead.Decimal, currency string) *fairlead.Money {
	if d == nil {
		return nil
	}
	return &fairlead.Money{Amount: *d, Currency: currency}
}

func sum(list ...*fairlead.Decimal) *fairlead.Decimal {
	var total *fairlead.Decimal
	for _, d := range list {
		switch {
		case d == nil:
		case total == nil:
			total = d
		default:
			s := total.Add(*d)
			total = &s
		}
	}
	return total
}

func text(d *fairlead.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}
