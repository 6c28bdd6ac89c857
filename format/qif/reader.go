package qif

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// reader is where the second reading of a file stands.
type reader struct {
	take       func(format.Item) error
	style      style
	securities map[string]listed
	rows       int
	all        format.Statements
	next       *account            // of the last "!Account", until rows begin
	open       *account            // that rows belong to
	known      map[string]*account // by key
	named      map[string]bool     // securities that were handed on
	seen       map[string]int      // movements by what they say
}

type account struct {
	format.Account
	section section
}

func (r *reader) entry(e *entry) error {
	switch e.section {
	case accounts:
		if e.begins {
			return nil
		}
		return r.account(e)
	case bank, cash, card, asset, debt, invest:
		if e.begins {
			return r.begin(e)
		}
		if err := r.full(e); err != nil {
			return err
		}
		if e.section == invest {
			return r.movement(e)
		}
		return r.transaction(e)
	case unknown:
		if e.begins {
			return r.warn(&format.Error{Line: e.line, Field: "!Type", Kind: format.BadValue, Reason: "is no list that is known: it is left out"})
		}
	case none:
		return r.warn(&format.Error{Line: e.line, Kind: format.Missing, Reason: "stands before any !Type"})
	}
	return nil
}

func (r *reader) warn(e *format.Error) error { return r.take(format.Item{Warning: e}) }

// full refuses a file with too many rows.
func (r *reader) full(e *entry) error {
	if r.rows++; r.rows > format.MaxRows {
		return &format.Error{Line: e.line, Kind: format.TooLarge, Reason: "holds more than " + strconv.Itoa(format.MaxRows) + " rows"}
	}
	return nil
}

// account reads an entry of "!Account". One without rows is only listed.
func (r *reader) account(e *entry) error {
	s := sectionOf(e.get('T'))
	switch s {
	case bank, cash, card, asset, debt, invest:
	default:
		s = none
	}
	a := r.newAccount(s, e.get('N'))
	a.Official = e.get('D')
	if limit, err := r.amount(e.get('L')); err == nil && !limit.IsZero() && s == card {
		a.Balances.Limit = &fairlead.Money{Amount: limit, Currency: r.style.currency}
	}
	// A balance without its day is worth nothing once the next one comes.
	if day, ok := r.day(e.get('/')); ok {
		if balance, err := r.amount(e.get('$')); err == nil {
			a.Balances.Current, a.Balances.AsOf = &fairlead.Money{Amount: balance, Currency: r.style.currency}, day.Time()
		}
	}
	if err := r.list(); err != nil {
		return err
	}
	r.next = a
	return nil
}

// list takes over an account that no rows came for.
func (r *reader) list() error {
	a := r.next
	if a == nil {
		return nil
	}
	r.next = nil
	if r.known[a.Key] != nil || a.section == none {
		return nil
	}
	a.Listed = true
	return r.add(a)
}

func (r *reader) add(a *account) error {
	if len(r.known) >= format.MaxAccounts && r.known[a.Key] == nil {
		return (&format.Error{Kind: format.TooLarge, Reason: "holds more than " + strconv.Itoa(format.MaxAccounts) + " accounts"}).OfShape()
	}
	r.known[a.Key] = a
	return nil
}

// begin finds the account that the rows behind a "!Type" belong to: the one that "!Account"
// has just named, or else one of the type.
func (r *reader) begin(e *entry) error {
	a := r.next
	r.next = nil
	switch {
	case a == nil && r.open != nil && r.open.section == e.section:
		return nil // goes on
	case a == nil:
		a = r.newAccount(e.section, "")
	case a.section == none || (a.section == invest) != (e.section == invest):
		named := r.newAccount(e.section, a.Name)
		named.Balances, named.Official = a.Balances, a.Official
		a = named
	}
	if old := r.known[a.Key]; old != nil && !old.Listed {
		r.open = old
		return nil
	}
	r.open = a
	if err := r.add(a); err != nil {
		return err
	}
	return r.all.Add(a.Account)
}

// newAccount makes an account of a name. QIF has no numbers; the name is what the program
// or bank that wrote it calls the account.
func (r *reader) newAccount(s section, called string) *account {
	a := &account{section: s}
	called, number := numberOf(s, called)
	a.Numbers, a.Mask = number, format.Mask(number.Number+number.PAN)
	a.Key = string(s) + ":" + called
	a.Currency = r.style.currency
	a.Names = format.Names{Number: called, Currency: r.style.currency}
	noun := "Account"
	switch s {
	case bank:
		a.Kind, a.Names.Scheme = fairlead.AccountDepository, "bank"
	case cash:
		a.Kind, a.Subtype, a.Names.Scheme, noun = fairlead.AccountOther, "cash", "wallet", "Cash"
	case card:
		a.Kind, a.Subtype, a.Names.Scheme, noun = fairlead.AccountCard, "credit", "card", "Card"
	case debt:
		a.Kind, a.Names.Scheme, noun = fairlead.AccountLoan, "loan", "Loan"
	case invest:
		a.Kind, a.Subtype, a.Names.Scheme, noun = fairlead.AccountInvestment, "brokerage", "investment", "Investments"
	default:
		a.Kind, a.Names.Scheme = fairlead.AccountOther, "bank"
	}
	switch a.Name = called; {
	case called == "":
		a.Name = noun
	case a.Mask != "":
		a.Name = noun + " " + a.Mask
	}
	return a
}

// numberOf finds the number that some banks write as the name of an account. That of a
// card is stored nowhere but for its last digits.
func numberOf(s section, called string) (string, fairlead.AccountNumbers) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(called)
	switch {
	case len(digits) < 6 || strings.Trim(digits, "0123456789") != "":
		return called, fairlead.AccountNumbers{}
	case s == card && len(digits) >= 13 && len(digits) <= 19:
		called = strings.Repeat("*", 12) + digits[len(digits)-4:]
		return called, fairlead.AccountNumbers{PAN: called}
	}
	return called, fairlead.AccountNumbers{Number: called}
}

func (r *reader) day(text string) (fairlead.Date, bool) {
	w, ok := scan(text)
	if !ok {
		return fairlead.Date{}, false
	}
	return w.day(r.style.order)
}

func (r *reader) amount(text string) (fairlead.Decimal, error) {
	return format.ParseAmount(text, r.style.decimal, r.style.currency)
}

func (r *reader) end() error {
	if err := r.list(); err != nil {
		return err
	}
	if err := r.all.Hand(r.take); err != nil {
		return err
	}
	for _, key := range sortedKeys(r.known) {
		if a := r.known[key]; a.Listed {
			if err := r.take(format.Item{Account: &a.Account}); err != nil {
				return err
			}
		}
	}
	return nil
}

// joined puts the texts of all fields of a letter together.
func (e *entry) joined(code byte, glue string) string {
	first, more := "", []string(nil)
	for _, f := range e.fields {
		switch {
		case f.code != code || f.text == "":
		case first == "" && more == nil:
			first = f.text
		default:
			more = append(more, f.text)
		}
	}
	if more == nil {
		return first
	}
	return first + glue + strings.Join(more, glue)
}
