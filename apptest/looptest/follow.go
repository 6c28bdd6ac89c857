package looptest

import (
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// webhooks checks that the webhooks of the first server are what the second goes by: while its
// own clock goes on by minutes, it collects what a day has brought to the first.
func (l loop) webhooks() {
	l.T.Helper()
	began := now(l.Second)
	want, _ := l.plaidRows(records(l.First, l.from), stored{})
	fresh := 0
	for n := 0; n < 3 && fresh == 0; n++ { // a day without a movement may come
		l.First.Advance("24h")
		later, _ := l.plaidRows(records(l.First, l.from), stored{})
		fresh = len(differences(want, later))
	}
	if fresh == 0 {
		l.T.Error("in three days the first server has nothing new, which proves nothing")
	}
	behind := func() int {
		return len(differences(l.plaidRows(records(l.First, l.from), records(l.Second, l.to))))
	}
	end := time.Now().Add(patience)
	l.Second.Until("a webhook brings what is new", func() bool {
		if behind() == 0 {
			return true
		}
		if time.Now().After(end) || now(l.Second).Sub(began) > time.Hour {
			l.T.Fatal("the second server does not collect what the first one's webhooks report")
		}
		l.Second.Advance("1m")
		return false
	})
	l.pass(time.Minute)
}

// days lets some days pass, one after the other, and what the last one's webhooks report
// be collected.
func (l loop) days(n int) {
	l.T.Helper()
	for range n {
		l.pass(24 * time.Hour)
	}
	l.pass(5 * time.Minute)
}

// changed checks that the month of the first server was one in which something happened.
func (l loop) changed(before, after stored) {
	l.T.Helper()
	rows := map[fairlead.RecordID]fairlead.Transaction{}
	for _, t := range after.transactions {
		rows[t.ID] = t
	}
	posted, corrected, removed := 0, 0, 0
	for _, t := range before.transactions {
		switch later, there := rows[t.ID]; {
		case !there && t.State == fairlead.TransactionPosted:
			removed++
		case there && t.State == fairlead.TransactionPending && later.State == fairlead.TransactionPosted:
			posted++
		case there && t.State == fairlead.TransactionPosted && plain(t.Amount.Amount) != plain(later.Amount.Amount):
			corrected++
		}
	}
	month := l.Before+l.After >= 31 && len(before.statements) > 0 // in each there is a statement of every account that has them
	if posted == 0 || corrected == 0 || removed == 0 || len(after.transactions) <= len(before.transactions) || month && len(after.statements) <= len(before.statements) {
		l.T.Errorf("in the month %d rows were posted, %d corrected, %d removed; there were %d and are %d rows, %d and %d statements: that proves little",
			posted, corrected, removed, len(before.transactions), len(after.transactions), len(before.statements), len(after.statements))
	}
}

// lasting checks that what the second server had has its id for good, a pending row too.
func (l loop) lasting(before, after stored) {
	l.T.Helper()
	refs := map[string]fairlead.RecordID{}
	for _, t := range after.transactions {
		refs[t.Ref] = t.ID
	}
	for _, t := range before.transactions {
		ref := strings.TrimSuffix(t.Ref, "-pending")
		if id, there := refs[ref]; there && id != t.ID {
			l.T.Errorf("%s of %s was %s and is %s", t.Description, t.Booked, t.ID, id)
		}
	}
	for id := range before.accounts {
		if _, there := after.accounts[id]; !there {
			l.T.Errorf("account %s of the second server is gone", id)
		}
	}
}
