package world

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Day is a civil day, counted from 1 January 1970.
type Day int32

// Month is a civil month: year × 12 + (month − 1).
type Month int

// DayOf is the day of an instant in UTC.
func DayOf(t time.Time) Day {
	s := t.Unix()
	if s < 0 {
		s -= 86399
	}
	return Day(s / 86400)
}

// FromDate is the day of a civil date.
func FromDate(d fairlead.Date) Day { return DayOf(d.Time()) }

// Date is the day as the nouns write it.
func (d Day) Date() fairlead.Date { return fairlead.DateOf(d.Time()) }

// Time is the day's first instant in UTC.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// At is an instant of the day.
func (d Day) At(minute int) time.Time { return time.Unix(int64(d)*86400+int64(minute)*60, 0).UTC() }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// Month is the month the day lies in.
func (d Day) Month() Month {
	y, m, _ := d.Time().Date()
	return MonthOf(y, m)
}

// business is the day itself, or the Monday after a weekend.
func (d Day) business() Day {
	switch d.Weekday() {
	case time.Saturday:
		return d + 2
	case time.Sunday:
		return d + 1
	}
	return d
}

// MonthOf names a month.
func MonthOf(y int, m time.Month) Month { return Month(y*12 + int(m) - 1) }

// Year is the calendar year of the month.
func (m Month) Year() int { return int(m) / 12 }

// Month is the month of the year.
func (m Month) Month() time.Month { return time.Month(int(m)%12 + 1) }

// First is the month's first day.
func (m Month) First() Day { return DayOf(time.Date(m.Year(), m.Month(), 1, 0, 0, 0, 0, time.UTC)) }

// Last is the month's last day.
func (m Month) Last() Day { return (m + 1).First() - 1 }

// Day is the n-th day of the month, or its last if it has fewer.
func (m Month) Day(n int) Day { return min(m.First()+Day(n-1), m.Last()) }

// Days is how many days the month has.
func (m Month) Days() int { return int((m + 1).First() - m.First()) }

// String is "2006-01".
func (m Month) String() string { return m.First().Time().Format("2006-01") }

// fifthBusinessDay is when Brazilian wages are paid at the latest.
func (m Month) fifthBusinessDay() Day {
	d := m.First()
	for n := 0; ; d++ {
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			if n++; n == 5 {
				return d
			}
		}
	}
}
