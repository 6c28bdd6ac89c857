package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/fairlead-dev/fairlead"
)

// field is one of an object whose keys have an order.
type field struct {
	key   string
	value any
}

// object is JSON whose keys have an order.
type object []field

// MarshalJSON writes the keys in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for n, f := range o {
		if n > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(f.key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// extra is a field of the definitions of Open Finance Brasil as the source gave it.
func extra(e fairlead.Extra, name string) any { return e["ofb."+name] }

// first is the first of some values that is not empty.
func first(values ...any) any {
	for _, v := range values {
		switch v {
		case nil, "":
		default:
			return v
		}
	}
	return nil
}

// either is the source's own field, else what the nouns say.
func either(e fairlead.Extra, name string, otherwise any) field {
	return field{name, first(extra(e, name), otherwise)}
}

// amount is money with four decimals; nil for what is not known.
func amount(m *fairlead.Money) any {
	if m == nil {
		return nil
	}
	return object{{"amount", m.Amount.Round(4).String()}, {"currency", m.Currency}}
}

// decimals writes a decimal with at least and at most so many places; what is none
// stays as it is.
func decimals(v any, least, most int) any {
	text, _ := v.(string)
	d, err := fairlead.ParseDecimal(text)
	if err != nil {
		return v
	}
	return d.Round(max(least, min(d.Scale(), most))).String()
}

// number is a number that a source gave as text; what is none stays as it is.
func number(v any) any {
	text, ok := v.(string)
	if n, err := strconv.ParseInt(text, 10, 64); ok && err == nil {
		return n
	}
	return v
}

func day(d fairlead.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}

// moment is when a movement was made, as exactly as is known.
func moment(t fairlead.Transaction) time.Time {
	if !t.Transacted.IsZero() {
		return t.Transacted
	}
	return t.Booked.Time()
}

// instantOf and dayOf are when a movement was made: the day, in UTC, is that of the
// instant. What the source calls its instant and is none counts for nothing.
func instantOf(t fairlead.Transaction) any {
	text, at := made(t)
	return first(text, Instant(at))
}

func dayOf(t fairlead.Transaction) any {
	_, at := made(t)
	if at.IsZero() {
		return nil
	}
	return day(fairlead.DateOf(at))
}

func made(t fairlead.Transaction) (text string, at time.Time) {
	text, _ = extra(t.Extra, "transactionDateTime").(string)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return text, at
	}
	return "", moment(t)
}

// Instant is the vendor's form of a time; "" for none.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// UUID derives a UUID (version 8: of one's own making) from words.
func UUID(words ...string) string {
	return uuid.NewHash(sha256.New(), uuid.Nil, []byte(strings.Join(words, "\x00")), 8).String()
}
