package collecting

import (
	"reflect"

	"github.com/fairlead-dev/fairlead"
)

// What several files say of one thing is merged so that it does not matter how often each
// is brought: a file adds what was missing, and takes nothing away.

// mergeTransaction is a stored row with what a file says of it.
func mergeTransaction(was, said fairlead.Transaction) fairlead.Transaction {
	pending, nowPending := was.State == fairlead.TransactionPending, said.State == fairlead.TransactionPending
	switch {
	case pending && !nowPending: // it was booked
		if said.PendingRef == "" && was.Ref != said.Ref {
			said.PendingRef = was.Ref
		}
		return said
	case !pending && nowPending: // an older file
		return was
	case was.PendingRef != "" && was.PendingRef == said.Ref && was.Ref != said.Ref: // of before it was corrected
		return was
	}
	before, now := transactionFingerprint(was), transactionFingerprint(said)
	switch {
	case before == now:
		if was.Ref == "" {
			was.Ref = said.Ref
		}
		return filled(was, said)
	case said.PendingRef != "" && said.PendingRef != said.Ref && said.Ref != was.Ref: // it corrects
		return said
	case before.day == now.day && before.amount == now.amount && grows(before.text, now.text):
		was.Description, was.Original = said.Description, said.Original
		return filled(was, said)
	}
	return was
}

// mergeInvestment is the same of a movement.
func mergeInvestment(was, said fairlead.InvestmentTransaction) fairlead.InvestmentTransaction {
	if before, now := investmentFingerprint(was), investmentFingerprint(said); before != now {
		if grows(before.text, now.text) {
			was.Description = said.Description
		}
		return was
	}
	return filled(was, said)
}

// mergeAccount is a stored account with what a file says of it: what is of a later day
// wins, and of one day what comes later. Balances are of one day and go together.
func mergeAccount(was, said fairlead.Account) fairlead.Account {
	newer, older := said, was
	if isOlderBalance(said.Balances, was.Balances) {
		newer, older = was, said
	}
	balances := newer.Balances
	if !hasBalance(balances) && hasBalance(older.Balances) {
		balances = older.Balances
	}
	out := filled(newer, older)
	out.Ref, out.Balances = said.Ref, balances
	return out
}

// isOlderBalance reports whether a balance is of a day before that of another. One without a
// day is older than one with a day.
func isOlderBalance(b, than fairlead.Balances) bool { return b.AsOf.Before(than.AsOf) }

func hasBalance(b fairlead.Balances) bool {
	b.AsOf = fairlead.Balances{}.AsOf
	return b != fairlead.Balances{}
}

// filled is a noun with what it lacks from another of its kind.
func filled[T any](to, from T) T {
	fill(reflect.ValueOf(&to).Elem(), reflect.ValueOf(&from).Elem())
	return to
}

// fill sets the fields of a struct that are zero. What is a value of its own (a day, an
// amount, a time) is not mixed of two.
func fill(to, from reflect.Value) {
	for i := range to.NumField() {
		t, f := to.Field(i), from.Field(i)
		switch {
		case f.IsZero():
		case t.IsZero():
			t.Set(f)
		case t.Kind() == reflect.Map:
			t.Set(union(t, f))
		case t.Type() == reflect.TypeFor[*fairlead.Counterparty]():
			both := reflect.New(t.Type().Elem())
			both.Elem().Set(t.Elem())
			fill(both.Elem(), f.Elem())
			t.Set(both)
		case t.Type() == reflect.TypeFor[fairlead.AccountNumbers]():
			fill(t, f)
		}
	}
}

// union is a map with the keys of another that it lacks.
func union(to, from reflect.Value) reflect.Value {
	out := reflect.MakeMap(to.Type())
	for _, m := range []reflect.Value{from, to} {
		for _, key := range m.MapKeys() {
			out.SetMapIndex(key, m.MapIndex(key))
		}
	}
	return out
}
