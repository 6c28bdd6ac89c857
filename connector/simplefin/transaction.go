package simplefin

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// row is a transaction with the key by which rows of an answer are in order, so that a
// page goes on behind the row of the page before, whatever came in between.
type row struct {
	fairlead.Transaction
	key    string
	posted time.Time
}

func (r row) pending() bool { return r.State == fairlead.TransactionPending }

// searchAfter is the index of the first row behind a key.
func searchAfter(rows []row, key string) int {
	if key == "" {
		return 0
	}
	n, found := slices.BinarySearchFunc(rows, key, func(r row, key string) int { return cmp.Compare(r.key, key) })
	if found {
		n++
	}
	return n
}

// rows are the transactions of an answer, in order of account, time and id. Of two rows
// with one id the one that was posted later stands. A row that has no day, or no amount, is
// left out, and its account is not complete.
func (r *reading) rows(today fairlead.Date) []row {
	var all []row
	for _, l := range r.accounts {
		if l.skip != nil || l.Transactions == nil {
			continue
		}
		byID := map[string]int{}
		for _, t := range *l.Transactions {
			made, ok := r.row(l, t, today)
			if !ok {
				r.loseRow(l)
				continue
			}
			if n, twice := byID[made.Ref]; twice && made.Ref != "" {
				if made.posted.After(all[n].posted) {
					all[n] = made
				}
				all[n].Extra = note(all[n].Extra, "duplicate_id", "true")
				continue
			}
			byID[made.Ref] = len(all)
			all = append(all, made)
		}
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Compare(a.key, b.key) })
	for n := 1; n < len(all); n++ { // rows without an id, alike in all: each has its own key
		if base, _, _ := strings.Cut(all[n-1].key, "\x1f"); base == all[n].key {
			all[n].key = fmt.Sprintf("%s\x1f%06d", base, n)
		}
	}
	return all
}

// loseRow notes that an account has a row that can't be read.
func (r *reading) loseRow(l *listed) {
	if l.rowsLost {
		return
	}
	l.rowsLost = true
	err := fairlead.Errorf(fairlead.NotReady, "A transaction of %s has no day or no amount at the SimpleFIN server, so it is left out.", cmp.Or(kit.Clean(l.bank.name, 80), "a bank"))
	err.Actor, err.Code = fairlead.ActorInstitution, "transaction_left_out"
	r.say([]string{l.ref}, err)
}

// row converts a transaction.
func (r *reading) row(l *listed, t transaction, today fairlead.Date) (row, bool) {
	amount, ok := t.Amount.decimal()
	if !ok {
		return row{}, false
	}
	currency := l.currency
	if code := strings.ToUpper(strings.TrimSpace(string(t.Currency))); fairlead.ValidCurrency(code) && code != "XXX" {
		currency = code
	}
	posted, transacted := instant(t.Posted), instant(t.TransactedAt)
	made := row{posted: posted, Transaction: fairlead.Transaction{
		AccountRef: l.ref, Ref: t.ID.id(), State: fairlead.TransactionPosted, Amount: fairlead.Money{Amount: amount, Currency: currency},
		Transacted: transacted, Description: first(t.Payee, t.Description, t.Memo).shown(), Original: t.Description.shown(),
		Extra: note(maps.Clone(t.more), "memo", t.Memo.shown()),
	}}
	if payee := t.Payee.shown(); payee != "" {
		made.Counterparty = &fairlead.Counterparty{Name: payee}
	}
	if mcc := t.MCC.id(); len(mcc) == 4 && strings.Trim(mcc, "0123456789") == "" {
		made.MCC = mcc
	}
	made.Booked = cmp.Or(dayOf(posted, l.currency), dayOf(transacted, l.currency))
	if t.isPending(posted, transacted) {
		made.State = fairlead.TransactionPending
		made.Booked = cmp.Or(dayOf(transacted, l.currency), dayOf(posted, l.currency), r.memory.First[firstKey(l.ref, made.Ref)], today)
	}
	made.key = fmt.Sprintf("%s\x1e%012d\x1e%s", l.ref, cmp.Or(posted, transacted).Unix()+1<<36, cmp.Or(made.Ref, made.Description+" "+amount.String()))
	return made, !made.Booked.IsZero()
}

// isPending reports whether a row is yet to be posted: it says so, or it has happened and
// its time of posting is 0. A row without any time of posting is posted.
func (t transaction) isPending(posted, transacted time.Time) bool {
	flag := strings.ToLower(string(t.Pending))
	return flag == "true" || flag == "1" || strings.TrimSpace(string(t.Posted)) == "0" && posted.IsZero() && !transacted.IsZero()
}

func firstKey(account, id string) string { return account + "\x1e" + id }

// seeDayless remembers on which day pending rows were first seen that have no time at all,
// so that they do not move on with every collection. What is not pending any more is
// forgotten.
func (r *reading) seeDayless(today fairlead.Date) {
	before := r.memory.First
	r.memory.First = map[string]fairlead.Date{}
	for _, l := range r.accounts {
		if l.skip != nil || l.Transactions == nil {
			continue
		}
		for _, t := range *l.Transactions {
			posted, transacted := instant(t.Posted), instant(t.TransactedAt)
			if t.ID.id() != "" && posted.IsZero() && transacted.IsZero() && t.isPending(posted, transacted) {
				key := firstKey(l.ref, t.ID.id())
				r.memory.First[key] = cmp.Or(before[key], today)
			}
		}
	}
}
