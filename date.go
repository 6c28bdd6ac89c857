package fairlead

import (
	"fmt"
	"time"
)

// Date is a civil day, without a time or a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the civil day of an instant in UTC.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date{y, m, d}
}

// ParseDate reads "2006-01-02". A day that no calendar has is refused.
func ParseDate(s string) (Date, error) {
	d := Date{digits(s, 0, 4), time.Month(digits(s, 5, 7)), digits(s, 8, 10)}
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || d.Year < 0 || d.Month < 1 || d.Month > 12 || d.Day < 1 ||
		d.Day > 28 && DateOf(d.Time()) != d {
		return Date{}, fmt.Errorf("fairlead: not a date of the form 2006-01-02")
	}
	return d, nil
}

// digits is the number that a part of a text is; -1 where it is none.
func digits(s string, from, to int) (n int) {
	if len(s) < to {
		return -1
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// Time is the first instant of the day in UTC.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// AddDays moves by n days.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// AddMonths moves by n months and stays inside the month it reaches
// (31 January and one month is the last of February).
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// Compare orders days: -1, 0, +1.
func (d Date) Compare(other Date) int { return d.Time().Compare(other.Time()) }
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }
func (d Date) After(other Date) bool  { return d.Compare(other) > 0 }
func (d Date) IsZero() bool           { return d == Date{} }

// String is "2006-01-02", and empty for the zero date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err == nil {
		*d = v
	}
	return err
}

// Interval is a span of days, both ends included. A zero end is open.
type Interval struct {
	From Date `json:"from,omitzero"`
	To   Date `json:"to,omitzero"`
}

// Contains reports whether the day lies inside.
func (i Interval) Contains(d Date) bool {
	return (i.From.IsZero() || !d.Before(i.From)) && (i.To.IsZero() || !d.After(i.To))
}
