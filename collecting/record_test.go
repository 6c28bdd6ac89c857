package collecting

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestAVersionSaysInAWordWhyItCame(t *testing.T) {
	t.Parallel()
	posted, pending := string(fairlead.TransactionPosted), string(fairlead.TransactionPending)
	for want, c := range map[string][2]fairlead.Record{
		"removed":   {{State: posted}, {State: posted, Removed: true}},
		"restored":  {{State: posted, Removed: true}, {State: posted}},
		posted:      {{State: pending, Ref: "P"}, {State: posted, Ref: "B"}},
		"reissued":  {{State: posted, Ref: "OLD"}, {State: posted, Ref: "NEW"}},
		"corrected": {{State: posted, Ref: "A"}, {State: posted, Ref: "A"}},
	} {
		if got := reason(c[1], c[0]); got != want {
			t.Errorf("reason is %q, want %q", got, want)
		}
	}
}

func TestWhatTheInstitutionDoesNotSayAgainIsBroughtOver(t *testing.T) {
	t.Parallel()
	stored := func(a *incoming) fairlead.Record {
		if err := a.encode(); err != nil {
			t.Fatal(err)
		}
		return a.record
	}
	merge := func(a *incoming, before fairlead.Record) *incoming {
		if err := a.encode(); err != nil {
			t.Fatal(err)
		}
		if err := mergeFields(a, before); err != nil {
			t.Fatal(err)
		}
		return a
	}
	pendingRef := func(a *incoming) string {
		var x fairlead.Transaction
		if err := json.Unmarshal(a.record.Body, &x); err != nil {
			t.Fatal(err)
		}
		return x.PendingRef
	}
	transaction := func(ref, pending string, state fairlead.TransactionState) *incoming {
		return incomingTransaction(fairlead.Transaction{Ref: ref, PendingRef: pending, State: state}, "acc_1")
	}
	pending := stored(transaction("P", "", fairlead.TransactionPending))
	posted := stored(transaction("B", "P", fairlead.TransactionPosted))
	for _, c := range []struct {
		name   string
		in     *incoming
		before fairlead.Record
		want   string
	}{
		{"the id it had while pending", transaction("B", "", fairlead.TransactionPosted), pending, "P"},
		{"that id once more", transaction("B2", "", fairlead.TransactionPosted), posted, "P"},
		{"but not over what is said", transaction("B2", "Q", fairlead.TransactionPosted), posted, "Q"},
		{"nor into what has no id", transaction("", "", fairlead.TransactionPosted), pending, ""},
		{"nor where the id stays", transaction("P", "", fairlead.TransactionPosted), pending, ""},
	} {
		if got := pendingRef(merge(c.in, c.before)); got != c.want {
			t.Errorf("%s: pending ref %q, want %q", c.name, got, c.want)
		}
	}

	morning, evening := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)
	account := func(cents int64, asOf time.Time) *incoming {
		balance := fairlead.NewMoney(cents, 2, "EUR")
		return incomingAccount(fairlead.Account{Ref: "A", Balances: fairlead.Balances{Current: &balance, AsOf: asOf}})
	}
	before := stored(account(100, morning))
	if same := merge(account(100, evening), before); string(same.record.Body) != string(before.Body) {
		t.Errorf("a balance that stands was rewritten: %s", same.record.Body)
	}
	var changed fairlead.Account
	if err := json.Unmarshal(merge(account(200, evening), before).record.Body, &changed); err != nil || !changed.Balances.AsOf.Equal(evening) {
		t.Errorf("a balance that changed in the evening is as of %s (%v)", changed.Balances.AsOf, err)
	}
}
