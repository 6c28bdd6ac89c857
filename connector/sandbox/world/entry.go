package world

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// Entry is one movement of one account. It is made on one day and booked on the
// same or a later one; between the two it is pending.
type Entry struct {
	Key      Key
	Posted   Day
	Lag      int // days it was pending; 0: booked at once
	Minute   int // of the day it was made
	Cents    int64
	Kind     string // as fairlead.Transaction.Kind
	Text     string
	Raw      string // as the institution prints it
	Category string
	MCC      string
	Party    Party
	Check    string
	Foreign  *Foreign
	Number   int   // of the instalment
	Of       int   // instalments
	Void     bool  // a hold that was let go: it never touches the balance
	Fee      bool  // a finance charge of a card bill
	Paper    Paper // what a tax form makes of it
	Gross    int64 // what it was before tax or fees were kept back; 0: as it is
	Count    int   // how many sales a payout is of
	Balance  int64 // of the account, after it
	Bill     Month // of the card bill it is on; 0: none
}

// Foreign is a movement in another currency than the account's.
type Foreign struct {
	Cents    int64
	Currency string
	Micros   int64 // account currency for one unit, times a million
}

// Party is the other side of a movement.
type Party struct {
	Name, TaxID, Bank, Branch, Account, CheckDigit, IBAN string
	Company                                              bool
}

// Paper says on which line of a tax form a movement belongs.
type Paper string

const (
	PaperInterest     Paper = "interest"
	PaperService      Paper = "service"      // paid for work: 1099-NEC
	PaperRent         Paper = "rent"         // rents and royalties received: 1099-MISC
	PaperDistribution Paper = "distribution" // from a pension: 1099-R
	PaperSalary       Paper = "salary"
	PaperWithheld     Paper = "withheld"     // tax withheld from interest
	PaperUnemployment Paper = "unemployment" // benefit: 1099-G
	PaperRefund       Paper = "refund"       // a state's, of income tax: 1099-G
	PaperSales        Paper = "sales"        // through a marketplace: 1099-K
)

// bookedMinute is the minute of its booking day at which it is booked: what was
// pending is booked by the morning's run.
func (e *Entry) bookedMinute() int {
	if e.Lag > 0 {
		return 6 * 60
	}
	return e.Minute
}

// Made is the instant it was made.
func (e *Entry) Made() time.Time { return (e.Posted - Day(e.Lag)).At(e.Minute) }

// Booked is the instant it was booked.
func (e *Entry) Booked() time.Time { return e.Posted.At(e.bookedMinute()) }

// Ref is the institution's id of the booked movement, PendingRef of the pending one.
func (e *Entry) Ref() string        { return "T" + hex16(uint64(e.Key)) }
func (e *Entry) PendingRef() string { return "P" + hex16(uint64(e.Key.Sub(1))) }

func hex16(n uint64) string {
	s := strconv.FormatUint(n, 16)
	return "0000000000000000"[len(s):] + s
}

// order sorts by booking and numbers nothing: keys break ties, so that the
// order does not depend on how the entries were made.
func order(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Posted, b.Posted), cmp.Compare(a.bookedMinute(), b.bookedMinute()), cmp.Compare(a.Key, b.Key))
	})
}

// Run writes the balance after each entry of an account that begins with opening.
func Run(entries []Entry, opening int64) { run(entries, opening) }

// run writes the balance after each entry and returns the last.
func run(entries []Entry, opening int64) int64 {
	for i := range entries {
		if !entries[i].Void {
			opening += entries[i].Cents
		}
		entries[i].Balance = opening
	}
	return opening
}
