package reading

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// scanner reads the JSON that collecting writes of transactions: the one list
// that is read by the hundred thousand, for which encoding/json, by reflection,
// costs more than the database. It accepts less than JSON is: at anything it does
// not expect it says bad, and the caller decodes the usual way.
type scanner struct {
	b   []byte
	i   int
	bad bool
}

// scanTransaction decodes a body, or tells that it must be decoded otherwise.
func scanTransaction(body []byte) (t fairlead.Transaction, ok bool) {
	s := scanner{b: body}
	for more := s.open('{'); more; more = s.more('}') {
		switch string(s.key()) {
		case "account_ref":
			t.AccountRef = s.text()
		case "ref":
			t.Ref = s.text()
		case "pending_ref":
			t.PendingRef = s.text()
		case "state":
			t.State = fairlead.TransactionState(s.text())
		case "amount":
			s.money(&t.Amount)
		case "booked":
			t.Booked = s.day()
		case "value_date":
			t.Value = s.day()
		case "transacted_at":
			s.other(&t.Transacted)
		case "description":
			t.Description = s.text()
		case "original_description":
			t.Original = s.text()
		case "kind":
			t.Kind = s.text()
		case "counterparty":
			s.counterparty(here(&t.Counterparty))
		case "mcc":
			t.MCC = s.text()
		case "category":
			t.Category = s.text()
		case "balance_after":
			s.money(here(&t.BalanceAfter))
		case "foreign_amount":
			s.money(here(&t.Foreign))
		case "rate":
			*here(&t.Rate) = s.decimal()
		case "check_number":
			t.Check = s.text()
		case "card_mask":
			t.CardMask = s.text()
		case "bill_ref":
			t.BillRef = s.text()
		case "instalment":
			s.other(&t.Instalment)
		case "extra":
			s.other(&t.Extra)
		default:
			s.bad = true
		}
	}
	return t, !s.bad && s.i == len(s.b)
}

// here gives what a pointer points to, made if need be.
func here[T any](p **T) *T {
	if *p == nil {
		*p = new(T)
	}
	return *p
}

func (s *scanner) money(m *fairlead.Money) {
	for more := s.open('{'); more; more = s.more('}') {
		switch string(s.key()) {
		case "amount":
			m.Amount = s.decimal()
		case "currency":
			m.Currency = s.text()
		default:
			s.bad = true
		}
	}
}

func (s *scanner) counterparty(c *fairlead.Counterparty) {
	for more := s.open('{'); more; more = s.more('}') {
		switch string(s.key()) {
		case "name":
			c.Name = s.text()
		case "tax_id":
			c.TaxID = s.text()
		case "bank":
			c.Bank = s.text()
		case "branch":
			c.Branch = s.text()
		case "account":
			c.Account = s.text()
		case "iban":
			c.IBAN = s.text()
		case "kind":
			c.Kind = fairlead.PersonKind(s.text())
		default:
			s.bad = true
		}
	}
}

func (s *scanner) decimal() fairlead.Decimal {
	d, err := fairlead.ParseDecimal(s.text())
	s.bad = s.bad || err != nil
	return d
}

func (s *scanner) day() (d fairlead.Date) {
	s.bad = d.UnmarshalText([]byte(s.text())) != nil || s.bad
	return d
}

// other decodes the next value the usual way.
func (s *scanner) other(v any) {
	if raw := s.value(); !s.bad {
		s.bad = json.Unmarshal(raw, v) != nil
	}
}

// take steps over one byte that must come next.
func (s *scanner) take(c byte) bool {
	if s.bad || s.i >= len(s.b) || s.b[s.i] != c {
		s.bad = true
		return false
	}
	s.i++
	return true
}

// open begins an object and tells whether a member follows.
func (s *scanner) open(c byte) bool {
	if !s.take(c) {
		return false
	}
	if s.i < len(s.b) && s.b[s.i] == '}' {
		s.i++
		return false
	}
	return true
}

// more tells whether another member follows, or ends the object.
func (s *scanner) more(end byte) bool {
	if !s.bad && s.i < len(s.b) && s.b[s.i] == end {
		s.i++
		return false
	}
	return s.take(',')
}

func (s *scanner) key() []byte {
	k := s.quoted()
	s.take(':')
	return k
}

// quoted reads a string without escapes, which keys and nearly all texts are.
func (s *scanner) quoted() []byte {
	if !s.take('"') {
		return nil
	}
	n := bytes.IndexByte(s.b[s.i:], '"')
	if n < 0 {
		s.bad = true
		return nil
	}
	text := s.b[s.i : s.i+n]
	s.i += n + 1
	return text
}

// text reads any string.
func (s *scanner) text() (text string) {
	start := s.i
	raw, ascii := s.quoted(), true
	for _, c := range raw {
		if c == '\\' || c < ' ' {
			s.i = start
			s.other(&text)
			return text
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii && !utf8.Valid(raw) {
		s.bad = true
	}
	return string(raw)
}

// value steps over one value of any kind.
func (s *scanner) value() []byte {
	start, depth := s.i, 0
	for !s.bad && s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			s.skipString()
			if depth == 0 && !s.bad {
				return s.b[start:s.i]
			}
			continue
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return s.b[start:s.i]
			}
			if s.b[s.i] != ',' {
				depth--
				if depth == 0 {
					s.i++
					return s.b[start:s.i]
				}
			}
		}
		s.i++
	}
	s.bad = true
	return nil
}

// skipString steps over a string with its escapes.
func (s *scanner) skipString() {
	for s.i++; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case '\\':
			s.i++
		case '"':
			s.i++
			return
		}
	}
	s.bad = true
}
