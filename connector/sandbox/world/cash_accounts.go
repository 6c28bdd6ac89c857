package world

import "time"

// cash runs checking and savings through a year: money that is left over goes
// to savings, savings come to the rescue, and interest is paid on them.
type cash struct {
	c                 *Customer
	y                 *Year
	checking, savings int64
	out               [2][]Entry
	moved             int
}

// month books one month: the given entries of checking, and what follows.
func (s *cash) month(m Month, entries []Entry) {
	order(entries)
	interest := s.interest(m)
	for _, e := range entries {
		if !e.Void {
			s.rescue(&e)
			s.checking += e.Cents
		}
		e.Balance = s.checking
		s.out[0] = append(s.out[0], e)
	}
	if m.Month() == time.December {
		s.close(m, interest)
	} else {
		s.sweep(m)
	}
	if interest > 0 {
		s.credit(m, interest)
	}
}

// credit books a month's interest, and the tax withheld from it.
func (s *cash) credit(m Month, interest int64) {
	withheld := interest * s.c.country.withholding / 100
	s.savings += interest
	s.add(1, Entry{
		Key: s.c.key.Named("interest").Sub(int(m)), Posted: m.Last(), Minute: 23*60 + 59, Cents: interest, Kind: "interest", Category: "interest",
		Text: s.c.country.texts.interest, Paper: PaperInterest,
	}, s.savings)
	if withheld > 0 {
		s.savings -= withheld
		s.add(1, Entry{
			Key: s.c.key.Named("withheld").Sub(int(m)), Posted: m.Last(), Minute: 23*60 + 59, Cents: -withheld, Kind: "other", Category: "taxes",
			Text: s.c.country.texts.withheld, Paper: PaperWithheld,
		}, s.savings)
	}
}

// interest of a month is reckoned on what the savings held at its beginning.
func (s *cash) interest(m Month) int64 {
	if !s.c.Has(Savings) {
		return 0
	}
	return max(s.savings, 0) * s.c.country.savingsRate / 120000
}

// rescue moves money before an entry that checking cannot bear: from savings, and
// from elsewhere where they do not suffice. Who lives on the overdraft is helped only
// where it is exceeded by more than a quarter.
func (s *cash) rescue(e *Entry) {
	short := -(s.checking + e.Cents)
	if s.c.Persona.Tight {
		short -= s.c.Accounts[s.c.main[Checking]].Limit * 5 / 4
	}
	if short <= 0 || e.Cents >= 0 {
		return
	}
	need := (short/10000 + 1) * 10000
	if need > s.savings || !s.c.Has(Savings) {
		s.outside(0, e.Posted, e.bookedMinute(), &s.checking, -need, e.Key)
		return
	}
	s.move(e.Posted, e.bookedMinute(), -need, e.Key)
}

// sweep sends to savings, and to investments elsewhere, what is left over at the
// month's end, in round sums. What fell due in January waits for February's purchases.
func (s *cash) sweep(m Month) {
	if !s.c.Has(Savings) || m.Month() == time.January && s.c.invests() {
		return
	}
	target := s.c.checkingAnchor(m)
	if s.c.Persona.Tight {
		target *= 3
	}
	if over := round(s.checking-target, 5000); over > 0 {
		saved := round(over*4/10, 5000)
		if saved > 0 {
			s.move(m.Last(), 22*60, saved, s.c.key.Named("sweep").Sub(int(m)))
		}
		s.outside(0, m.Last(), 22*60+45, &s.checking, over-saved, s.c.key.Named("spare").Sub(int(m)))
	}
}

// move takes money from checking to savings, or back where it is negative. The
// key sorts the pair before what it was for.
func (s *cash) move(day Day, minute int, cents int64, key Key) {
	w := s.c.country.texts
	s.moved++
	text := w.toSavings
	if cents < 0 {
		text = w.fromSavings
	}
	key = key.Named("move")
	s.checking -= cents
	s.savings += cents
	e := Entry{Key: key, Posted: day, Minute: minute, Kind: "transfer", Category: "transfer", Text: text, Raw: text}
	e.Cents, e.Party = -cents, s.c.own(s.c.main[Savings])
	s.add(0, e, s.checking)
	e.Cents, e.Key, e.Party = cents, key.Sub(1), s.c.own(s.c.main[Checking])
	s.add(1, e, s.savings)
}

func (s *cash) add(account int, e Entry, balance int64) {
	if e.Raw == "" {
		e.Raw = e.Text
	}
	e.Balance = balance
	s.out[account] = append(s.out[account], e)
}

// close ends the year: savings take what checking has too much of, or give what it
// lacks while they can, and what they then have too much of goes to investments
// elsewhere (or comes from there).
func (s *cash) close(m Month, interest int64) {
	day, next := m.Last(), m+1
	over := s.checking - s.c.checkingAnchor(next)
	if s.c.Has(Savings) {
		key := s.c.key.Named("close").Sub(int(m))
		if -over > s.savings {
			s.outside(0, day, 22*60+30, &s.checking, over, key)
		} else if over != 0 {
			s.move(day, 22*60+30, over, key)
		}
		over = s.savings + interest - interest*s.c.country.withholding/100 - s.c.savingsAnchor(next)
		s.outside(1, day, 22*60+45, &s.savings, over, s.c.key.Named("year's end").Sub(int(m)))
		return
	}
	s.outside(0, day, 22*60+45, &s.checking, over, s.c.key.Named("year's end").Sub(int(m)))
}

// outside moves money to or from an institution that we never see.
func (s *cash) outside(account int, day Day, minute int, balance *int64, over int64, key Key) {
	if over == 0 {
		return
	}
	w := s.c.country.texts
	text := w.toBroker
	if over < 0 {
		text = w.fromBroker
	}
	*balance -= over
	s.add(account, Entry{
		Key: key.Named("outside"), Posted: day, Minute: minute, Cents: -over, Kind: w.transferKind, Category: "transfer", Text: text,
		Raw: text, Party: s.c.elsewhere(),
	}, *balance)
}
