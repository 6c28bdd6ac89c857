package norma43

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// reader is where the reading of a file stands.
type reader struct {
	take     func(format.Item) error
	answers  map[string]string
	headers  int      // records 00
	records  int      // before the current one
	rows     int      // handed on
	open     *account // the account whose record 33 has not come yet
	row      *row     // the row whose records 23 and 24 may still come
	skipping bool     // the last row was left out: what belongs to it is, too
	ended    bool     // record 88 came
	all      format.Statements
}

// account is a statement from its record 11 on.
type account struct {
	format.Account
	end             fairlead.Date
	period          fairlead.Interval
	branch          string
	opening         fairlead.Decimal
	opened          bool // the opening balance could be read
	credits, debits total
}

// total is what the rows of one direction sum up to.
type total struct {
	count  int
	amount fairlead.Decimal
}

type row struct {
	*fairlead.Transaction
	line int
	text strings.Builder // columns of the records 23, as they stand
}

func (r *reader) record(rec format.Record) error {
	code := rec.Columns(1, 2)
	defer func() { r.records++ }()
	if code != "23" && code != "24" {
		if err := r.flush(); err != nil {
			return err
		}
	}
	switch code {
	case "00":
		r.headers++
		return nil
	case "11":
		return r.begin(rec)
	case "22":
		return r.transaction(rec)
	case "23":
		return r.text(rec)
	case "24":
		return r.foreign(rec)
	case "33":
		return r.close(rec)
	case "88":
		return r.count(rec)
	}
	return r.warn(wrong(rec, "código de registro", format.BadValue, "is none of 11, 22, 23, 24, 33 and 88"))
}

func (r *reader) warn(e *format.Error) error { return r.take(format.Item{Warning: e}) }

// begin reads a record 11.
func (r *reader) begin(rec format.Record) error {
	if err := r.abandon(rec.Line); err != nil {
		return err
	}
	currency, err := r.currency(rec, rec.Value(48, 50))
	if err != nil {
		return err
	}
	a := newAccount(rec, currency)
	r.open = a
	from, fromOK := day(rec.Columns(21, 26))
	to, toOK := day(rec.Columns(27, 32))
	if fromOK && toOK && !to.Before(from) {
		a.period = fairlead.Interval{From: from, To: to}
		a.end = to
	} else if err := r.warn(wrong(rec, "fecha inicial, fecha final", format.BadValue, "must be two dates of the form YYMMDD, the earlier first")); err != nil {
		return err
	}
	if a.opening, a.opened = signed(rec.Columns(33, 33), rec.Columns(34, 47)); !a.opened {
		return r.warn(wrong(rec, "saldo inicial", format.BadValue, "must be an amount of 14 digits after a key 1 or 2"))
	}
	a.Extra = fairlead.Extra{name + ".opening_balance": a.opening.String()}
	return nil
}

// currency reads the number of ISO 4217; some banks write the letters. Where
// neither stands, the person is asked.
func (r *reader) currency(rec format.Record, code string) (string, error) {
	if letters := currencies[code]; letters != "" {
		return letters, nil
	}
	if fairlead.ValidCurrency(code) {
		return code, nil
	}
	if said := strings.ToUpper(r.answers[format.AskCurrency]); fairlead.ValidCurrency(said) {
		return said, nil
	}
	e := wrong(rec, "clave de divisa", format.Open, "is no currency of ISO 4217")
	e.Questions = []format.Question{{Name: format.AskCurrency, Needed: true}}
	return "", e
}

func newAccount(rec format.Record, currency string) *account {
	bank, branch, number := rec.Value(3, 6), rec.Value(7, 10), rec.Value(11, 20)
	a := &account{branch: branch}
	a.Key = strings.Join([]string{bank, branch, number, currency}, "-")
	a.Bank = format.Bank{ID: bank}
	a.Names = format.Names{Scheme: "bank", Bank: bank, Branch: branch, Number: number, Currency: currency}
	a.Kind, a.Currency, a.Mask = fairlead.AccountDepository, currency, format.Mask(number)
	a.Name = strings.TrimSpace("Account " + a.Mask)
	a.Numbers = fairlead.AccountNumbers{Number: number, Branch: branch}
	if len(bank) == 4 && len(branch) == 4 && len(number) == 10 && format.Digits(bank+branch+number) && format.Filled(bank) != "" && format.Filled(number) != "" {
		a.Names.Key = accountDigits(bank, branch, number)
		a.Numbers.CheckDigit = a.Names.Key
		a.Numbers.IBAN = iban(bank + branch + a.Names.Key + number)
		a.Names.Number = a.Numbers.IBAN
	}
	if holder := format.Words(rec.Columns(52, 77)); holder != "" {
		a.Holders = []fairlead.Holder{{Name: holder, Role: "owner"}}
	}
	return a
}

// transaction reads a record 22.
func (r *reader) transaction(rec format.Record) error {
	r.skipping = true
	if r.open == nil {
		return r.warn(wrong(rec, "", format.Missing, "stands outside of an account: a record 11 is missing before it"))
	}
	amount, ok := signed(rec.Columns(28, 28), rec.Columns(29, 42))
	if !ok {
		return r.warn(wrong(rec, "importe", format.BadValue, "must be an amount of 14 digits after a key 1 or 2"))
	}
	booked, ok := day(rec.Columns(11, 16))
	if !ok {
		return r.warn(wrong(rec, "fecha operación", format.BadValue, "must be a date of the form YYMMDD"))
	}
	value, ok := day(rec.Columns(17, 22))
	if !ok && format.Filled(rec.Columns(17, 22)) != "" {
		if err := r.warn(wrong(rec, "fecha valor", format.BadValue, "must be a date of the form YYMMDD")); err != nil {
			return err
		}
	}
	if !ok {
		value = fairlead.Date{}
	}
	if r.rows++; r.rows > format.MaxRows {
		return wrong(rec, "", format.TooLarge, "holds more than "+strconv.Itoa(format.MaxRows)+" rows")
	}
	r.skipping = false
	r.open.add(rec.Columns(28, 28), amount)
	r.row = &row{line: rec.Line, Transaction: &fairlead.Transaction{
		AccountRef: r.open.Key, State: fairlead.TransactionPosted, Booked: booked, Value: value,
		Amount: fairlead.Money{Amount: amount, Currency: r.open.Currency},
	}}
	r.describe(rec)
	return nil
}

func (a *account) add(key string, amount fairlead.Decimal) {
	t := &a.credits
	if key == "1" {
		t = &a.debits
	}
	t.count++
	t.amount = t.amount.Add(amount.Abs())
}

// describe takes over the codes and references of a record 22.
func (r *reader) describe(rec format.Record) {
	t := r.row.Transaction
	concept := rec.Columns(23, 24)
	t.Kind = kindOf(concept, t.Amount.Amount.Sign())
	t.Extra = make(fairlead.Extra, 5)
	for _, f := range []struct{ key, value string }{
		{"concept", format.Filled(concept)},
		{"own_concept", format.Filled(rec.Columns(25, 27))},
		{"document", format.Filled(rec.Columns(43, 52))},
		{"reference_1", format.Filled(rec.Columns(53, 64))},
		{"reference_2", format.Filled(rec.Columns(65, 80))},
	} {
		if f.value != "" {
			t.Extra[name+"."+f.key] = f.value
		}
	}
	if branch := format.Filled(rec.Columns(7, 10)); branch != "" && branch != r.open.branch {
		t.Extra[name+".branch"] = branch
	}
	t.Description = wordsOf(concept, rec.Columns(53, 64), rec.Columns(65, 80))
}

// text reads a record 23.
func (r *reader) text(rec format.Record) error {
	if r.row == nil {
		if r.skipping {
			return nil
		}
		return r.warn(wrong(rec, "", format.Missing, "stands outside of a row: a record 22 is missing before it"))
	}
	s := rec.Columns(5, width)
	if r.row.text.Len()+len(s) > format.MaxText {
		return wrong(rec, "concepto", format.TooLarge, "is longer than "+strconv.Itoa(format.MaxText)+" bytes").OfShape()
	}
	r.row.text.WriteString(s)
	for range width - 4 - len([]rune(s)) { // editors drop blanks at the end of a line
		r.row.text.WriteByte(' ')
	}
	return nil
}

// foreign reads a record 24: the amount in the currency that the row was made in.
func (r *reader) foreign(rec format.Record) error {
	if r.row == nil {
		if r.skipping {
			return nil
		}
		return r.warn(wrong(rec, "", format.Missing, "stands outside of a row: a record 22 is missing before it"))
	}
	code := rec.Value(5, 7)
	currency := currencies[code]
	if currency == "" && fairlead.ValidCurrency(code) {
		currency = code
	}
	amount, ok := signed("2", rec.Columns(8, 21))
	if currency == "" || !ok {
		return r.warn(wrong(rec, "clave de divisa origen, importe", format.BadValue, "must be a currency of ISO 4217 and an amount of 14 digits"))
	}
	if r.row.Amount.Amount.Sign() < 0 {
		amount = amount.Neg()
	}
	if currency != r.row.Amount.Currency {
		r.row.Foreign = &fairlead.Money{Amount: amount, Currency: currency}
	}
	return nil
}

// flush hands the row on that no record 23 or 24 can belong to any more.
func (r *reader) flush() error {
	if r.row == nil {
		return nil
	}
	t := r.row.Transaction
	if s := format.Words(r.row.text.String()); s != "" {
		t.Description = s
	}
	r.row = nil
	return r.take(format.Item{Transaction: t})
}
