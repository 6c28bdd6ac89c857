package camt

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// section is one statement, report or notification that is being read.
type section struct {
	line       int
	id         string
	page       string
	number     string // of the account's statements; some banks have one id for all of them
	days       string // of FrToDt as they stand
	copied     bool   // it is in the file a second time
	head       head
	account    *account // of the head's currency; nil as long as it is not known
	period     fairlead.Interval
	first      bool // it is the first page
	last       bool // it is the last page
	balances   []statedBalance
	sums       map[string]fairlead.Decimal // of booked entries, by currency
	bad        bool                        // an entry could not be read
	outside    bool                        // an entry is booked on a day outside of the period
	hasPending bool                        // an entry is pending
}

// statedBalance is one with its type.
type statedBalance struct {
	balance
	code string
	line int
}

// section reads a statement whose element has just been opened.
func (f *file) section(e event) error {
	f.now = &section{line: e.line, first: true, last: true, sums: make(map[string]fairlead.Decimal, 1)}
	for {
		e, err := f.scan.next()
		if err != nil {
			return err
		}
		if e.kind == eventClose {
			return f.close()
		}
		switch e.name {
		case "Ntry":
			err = f.entry(e)
		case "Acct", "Bal", "FrToDt", "StmtPgntn", "RptPgntn", "NtfctnPgntn", "Id", "ElctrncSeqNb", "LglSeqNb":
			f.part.start(e)
			if err = f.scan.fill(&f.part, 0); err == nil {
				err = f.headPart(e)
			}
		default:
			err = f.scan.pass()
		}
		if err != nil {
			return err
		}
	}
}

// headPart takes in a part of the head.
func (f *file) headPart(e event) error {
	s, t := f.now, &f.part
	switch e.name {
	case "Acct":
		return f.headAccount(e)
	case "FrToDt":
		s.days = t.get(0, "FrDtTm", "FrDt") + "/" + t.get(0, "ToDtTm", "ToDt")
		s.period = fairlead.Interval{From: day(t.get(0, "FrDtTm", "FrDt")), To: lastDay(t.get(0, "FrDtTm", "FrDt"), t.get(0, "ToDtTm", "ToDt"))}
		if s.period.From.IsZero() || s.period.To.IsZero() || s.period.To.Before(s.period.From) {
			s.period = fairlead.Interval{}
		}
	case "StmtPgntn", "RptPgntn", "NtfctnPgntn":
		s.page = strings.TrimLeft(t.get(0, "PgNb"), "0")
		s.first = s.page == "1"
		s.last = t.get(0, "LastPgInd") != "false"
	case "Id":
		s.id = t.nodes[0].text
	case "ElctrncSeqNb", "LglSeqNb":
		s.number += "/" + t.nodes[0].text
	case "Bal":
		return f.balance(e)
	}
	return nil
}

// headAccount takes in whose statement it is.
func (f *file) headAccount(e event) error {
	s := f.now
	s.head = readHead(&f.part, 0)
	if s.head.number == "" {
		return nil // close says so
	}
	if key := strings.Join([]string{s.id, s.page, s.number, s.days, s.head.number}, "\x00"); s.id != "" && f.seen[key] {
		s.copied = true
		return f.warn(s.line, "Id", format.Differs, "is that of another statement of the file: this one was left out as its copy")
	} else if s.id != "" {
		f.seen[key] = true
	}
	if s.head.currency == "" {
		return nil
	}
	if !fairlead.ValidCurrency(s.head.currency) {
		s.head.currency = ""
		return f.warn(e.line, "Acct/Ccy", format.BadValue, "must be a currency of three letters")
	}
	var err error
	s.account, err = f.account(s.head, s.head.currency)
	return err
}

// lastDay is the last day of a period. An end at midnight is the end of the day before.
func lastDay(from, to string) fairlead.Date {
	d := day(to)
	if len(to) >= 19 && to[11:19] == "00:00:00" && d.After(day(from)) {
		return d.AddDays(-1)
	}
	return d
}

func (f *file) balance(e event) error {
	s, t := f.now, &f.part
	code := t.get(0, "Tp/CdOrPrtry/Cd", "Tp/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Prtry")
	amount, ok := t.money(0, "Amt")
	if ok {
		amount, ok = signed(amount, t.get(0, "CdtDbtInd"))
	}
	if !ok {
		return f.warn(e.line, "Bal", format.BadValue, "must have an amount, a currency and a direction")
	}
	text := t.get(0, "Dt/Dt", "Dt/DtTm", "Dt")
	b := statedBalance{balance: balance{Money: amount, day: day(text)}, code: code, line: e.line}
	if b.day.IsZero() {
		return f.warn(e.line, "Bal/Dt", format.BadValue, "must be a day")
	}
	b.at = b.day.Time()
	if at, ok := instant(text); ok {
		b.at = at
	}
	if len(s.balances) < 1000 {
		s.balances = append(s.balances, b)
	}
	if s.head.number == "" || s.copied {
		return nil
	}
	a, err := f.account(s.head, amount.Currency)
	if err != nil {
		return err
	}
	if s.account == nil {
		s.account = a
	}
	if line, ok := t.money(0, "CdtLine/Amt"); ok && line.Currency == amount.Currency && (code == "CLBD" || code == "ITBD") {
		a.line = &line
	}
	return nil
}

// close puts the balances of a section into their accounts and compares them with its rows.
func (f *file) close() error {
	s := f.now
	f.now = nil
	if s.head.number == "" {
		return f.warn(s.line, "Acct", format.Missing, "is missing: the rows are of no account")
	}
	if s.copied {
		return nil
	}
	for i := range s.balances {
		b := &s.balances[i]
		a := f.accounts[accountKey{s.head.number, b.Currency}]
		switch b.code {
		case "CLBD":
			if b.after(a.current) {
				a.current = &b.balance
			}
		case "ITBD":
			if f.kind == report && b.after(a.current) {
				a.current = &b.balance
			}
		case "CLAV", "ITAV":
			if (b.code == "CLAV" || f.kind == report) && b.after(a.available) {
				a.available = &b.balance
			}
		}
	}
	if s.account == nil {
		return nil
	}
	if f.kind == report && s.first && s.last {
		s.account.pending = s.account.pending || s.hasPending
	}
	if f.kind != statement {
		return nil
	}
	return f.compare(s)
}

// compare holds opening balance and entries against the closing balance, and notes what
// days the account is known for.
func (f *file) compare(s *section) error {
	whole := s.first && s.last
	opening, closing := s.find("OPBD"), s.find("CLBD")
	if opening == nil {
		opening = s.find("PRCD")
	}
	if whole && !s.bad && opening != nil && closing != nil && opening.Amount.Add(s.sums[s.account.currency]).Cmp(closing.Amount) != 0 {
		if err := f.warn(closing.line, "Bal/CLBD", format.Differs, "is not the opening balance and the entries together"); err != nil {
			return err
		}
	}
	if s.outside {
		if err := f.warn(s.line, "FrToDt", format.Differs, "does not cover the days of the entries"); err != nil {
			return err
		}
	}
	if !whole || s.outside || s.period.From.IsZero() {
		return nil
	}
	a := s.account
	follows := opening != nil && a.closed != nil && opening.Equal(a.closed.Money) && !a.period.From.IsZero() && s.period.From.After(a.period.To)
	if follows {
		a.period.To = s.period.To
	} else if a.period.From.IsZero() || !s.period.To.Before(a.period.To) {
		a.period = s.period
	}
	a.closed = nil
	if closing != nil {
		a.closed = &closing.balance
	}
	return nil
}

// find is the first balance of a type in the currency of the section's account.
func (s *section) find(code string) *statedBalance {
	for i := range s.balances {
		if b := &s.balances[i]; b.code == code && b.Currency == s.account.currency {
			return b
		}
	}
	return nil
}
