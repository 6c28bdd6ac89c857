package qif

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// transaction reads a row of any account but investments.
func (r *reader) transaction(e *entry) error {
	booked, amount, problem := r.basics(e)
	if problem != nil {
		return r.warn(problem)
	}
	payee, memo := e.joined('P', " "), e.joined('M', " ")
	if len(payee)+len(memo) > format.MaxText {
		return (&format.Error{Line: e.line, Field: "P, M", Kind: format.TooLarge, Reason: "holds a text of more than " + strconv.Itoa(format.MaxText) + " bytes"}).OfShape()
	}
	category := e.category()
	if format.BalanceRow(payee) || category.account != "" && r.itself(category.account) {
		return r.balance(e) // the opening one, which programs write as a transfer from the account to itself
	}
	t := &fairlead.Transaction{
		AccountRef: r.open.Key, State: fairlead.TransactionPosted, Booked: booked,
		Amount: fairlead.Money{Amount: amount, Currency: r.style.currency}, Category: category.name,
	}
	switch t.Description = payee; {
	case payee == "":
		t.Description = memo
	case memo != payee:
		t.Original = memo
	}
	category.describe(t)
	r.number(t, e.get('N'))
	note(&t.Extra, "address", e.joined('A', "\n"))
	note(&t.Extra, "cleared", cleared[strings.ToUpper(e.get('C'))])
	if err := r.splits(t, e); err != nil {
		return err
	}
	return r.take(format.Item{Transaction: t})
}

// balance leaves out a row that is a balance, and says so.
func (r *reader) balance(e *entry) error {
	return r.warn(&format.Error{Line: e.line, Kind: format.Differs, Reason: "is a balance by its name, and no money: it was left out"})
}

// itself reports whether the other account of a transfer is the open one.
func (r *reader) itself(called string) bool {
	called, _ = numberOf(r.open.section, called)
	return called == r.open.Names.Number
}

// basics reads date and amount, without which there is no row.
func (r *reader) basics(e *entry) (day fairlead.Date, amount fairlead.Decimal, problem *format.Error) {
	wrong := func(letter string, kind format.Kind, reason string) *format.Error {
		return &format.Error{Line: e.at(letter[0]), Field: letter, Kind: kind, Reason: reason}
	}
	if last := e.fields[len(e.fields)-1]; e.cut && strings.IndexByte("DTU$QIO", last.code) >= 0 {
		return day, amount, &format.Error{Line: last.line, Field: string(last.code), Kind: format.Truncated, Reason: "is where the file ends, perhaps in its middle"}
	}
	if e.get('D') == "" {
		return day, amount, wrong("D", format.Missing, "is missing")
	}
	day, ok := r.day(e.get('D'))
	if !ok {
		return day, amount, wrong("D", format.BadValue, "must be a date in the order of the others")
	}
	letter := "T"
	if e.get('T') == "" {
		letter = "U" // the same amount, which newer programs write besides
	}
	text := e.get(letter[0])
	if text == "" {
		if e.section == invest {
			return day, amount, nil // shares that come without money
		}
		return day, amount, wrong("T", format.Missing, "is missing")
	}
	amount, err := r.amount(text)
	if err != nil {
		return day, amount, wrong(letter, format.BadValue, "must be an amount")
	}
	return day, amount, nil
}

// at is the line of the first field of a letter, and else the entry's.
func (e *entry) at(code byte) int {
	for _, f := range e.fields {
		if f.code == code {
			return f.line
		}
	}
	return e.line
}

var cleared = map[string]string{"*": "cleared", "C": "cleared", "X": "reconciled", "R": "reconciled"}

func note(extra *fairlead.Extra, key, value string) {
	if value == "" {
		return
	}
	if *extra == nil {
		*extra = make(fairlead.Extra)
	}
	(*extra)[name+"."+key] = value
}

// number reads N: of a bank's row the number of a cheque, or a word that says what it is.
func (r *reader) number(t *fairlead.Transaction, text string) {
	if text == "" {
		return
	}
	if strings.Trim(text, "0123456789") == "" && r.open.section == bank {
		t.Check = text
		return
	}
	note(&t.Extra, "number", text)
	switch strings.ToUpper(text) {
	case "ATM":
		t.Kind = "cash"
	case "TXFR", "XFER", "TRANSFER":
		t.Kind = "transfer"
	}
}

// category is what L says: a category, or an account in brackets, and perhaps a class.
type category struct{ name, account, class string }

func (e *entry) category() category { return categoryOf(e.get('L')) }

func categoryOf(text string) (c category) {
	if strings.HasPrefix(text, "[") {
		if end := strings.IndexByte(text, ']'); end > 0 {
			c.account = text[1:end]
			c.class = strings.TrimPrefix(text[end+1:], "/")
			return c
		}
	}
	c.name, c.class, _ = strings.Cut(text, "/")
	return c
}

func (c category) describe(t *fairlead.Transaction) {
	if c.account != "" {
		t.Kind = "transfer"
		called, _ := numberOf(card, c.account)
		note(&t.Extra, "transfer_account", called)
	}
	note(&t.Extra, "class", c.class)
}

// splits reads S, E and $: what an amount is made of.
func (r *reader) splits(t *fairlead.Transaction, e *entry) error {
	var parts []any
	var part map[string]any
	sum, whole := fairlead.Decimal{}, true
	for _, f := range e.fields {
		switch f.code {
		case 'S':
			if len(parts) > 0 { // each counts, the first with its row
				if err := r.full(e); err != nil {
					return err
				}
			}
			part = make(map[string]any, 3)
			parts = append(parts, part)
			c := categoryOf(f.text)
			called, _ := numberOf(card, c.account)
			for key, v := range map[string]string{"category": c.name, "transfer_account": called, "class": c.class} {
				if v != "" {
					part[key] = v
				}
			}
		case 'E':
			if part != nil && f.text != "" {
				part["memo"] = f.text
			}
		case '$':
			if part == nil {
				continue
			}
			d, err := r.amount(f.text)
			if err != nil {
				whole = false
				if err := r.warn(&format.Error{Line: f.line, Field: "$", Kind: format.BadValue, Reason: "must be an amount"}); err != nil {
					return err
				}
				continue
			}
			part["amount"] = d.String()
			sum = sum.Add(d)
		case '%':
			whole = false // shares of an amount that only the program knows
		}
	}
	if parts == nil {
		return nil
	}
	if t.Extra == nil {
		t.Extra = make(fairlead.Extra)
	}
	t.Extra[name+".splits"] = parts
	if whole && !sum.Equal(t.Amount.Amount) {
		return r.warn(&format.Error{Line: e.at('S'), Field: "$", Kind: format.Differs, Reason: "is not the row's amount in all splits together"})
	}
	return nil
}
