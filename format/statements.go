package format

import (
	"strconv"
	"unicode"

	"github.com/fairlead-dev/fairlead"
)

// Statements puts the statements of a file together that are of one account, as where
// the days of a month stand one behind the other. What the account holds is what the statement with the
// latest AsOf says, wherever it stands in the file.
type Statements struct {
	accounts []*Account // in the order in which they were met
	byKey    map[string]*Account
}

// Add takes a statement's account over. The error is a file's with too many accounts.
func (s *Statements) Add(a Account) error {
	old := s.byKey[a.Key]
	if old == nil {
		if len(s.accounts) >= MaxAccounts {
			return (&Error{Kind: TooLarge, Reason: "holds more than " + strconv.Itoa(MaxAccounts) + " accounts"}).OfShape()
		}
		if s.byKey == nil {
			s.byKey = make(map[string]*Account)
		}
		s.accounts, s.byKey[a.Key] = append(s.accounts, &a), &a
		return nil
	}
	period := adjoined(old.Period, a.Period)
	if !a.Balances.AsOf.Before(old.Balances.AsOf) {
		*old = a
	}
	old.Period = period
	return nil
}

// Len is the number of accounts.
func (s *Statements) Len() int { return len(s.accounts) }

// Hand hands the accounts on.
func (s *Statements) Hand(take func(Item) error) error {
	for _, a := range s.accounts {
		if err := take(Item{Account: a}); err != nil {
			return err
		}
	}
	return nil
}

// adjoined is both periods where no day lies between them, and else the later one: an
// account has but one, and what lies between is claimed by neither.
func adjoined(p, q fairlead.Interval) fairlead.Interval {
	if p.From.IsZero() || q.From.IsZero() {
		if p.From.IsZero() {
			return q
		}
		return p
	}
	if q.From.Before(p.From) {
		p, q = q, p
	}
	switch {
	case q.From.After(p.To.AddDays(1)):
		return q
	case q.To.Before(p.To):
		return p
	}
	return fairlead.Interval{From: p.From, To: q.To}
}

// Mask is the last four letters and digits of an account's number.
func Mask(number string) string {
	var last []rune
	for _, r := range number {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			last = append(last, r)
		}
	}
	return string(last[max(0, len(last)-4):])
}
