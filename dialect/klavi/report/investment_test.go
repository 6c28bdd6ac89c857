package report

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// traded stores connections that have moved one fund each, so often.
func traded(t *testing.T, counts []int) (*reading.Reading, []Source) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "store.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	var sources []Source
	for n, count := range counts {
		conn := fairlead.Connection{ID: fairlead.ConnectionID(fmt.Sprint("con_", n)), Tenant: "ten_1", Status: fairlead.ConnectionActive, Created: now}
		var records []fairlead.Record
		for at := range count {
			day := fairlead.DateOf(now).AddDays(-at)
			noun := fairlead.InvestmentTransaction{SecurityRef: "S", Ref: fmt.Sprint(at), Kind: "buy", Traded: day, Amount: fairlead.NewMoney(-100, 2, "BRL")}
			noun.Security, noun.Account = "sec_1", "acc_1"
			body, err := json.Marshal(noun)
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, fairlead.Record{
				ID: fairlead.RecordID(fmt.Sprintf("itx_%d_%d", n, at)), Tenant: conn.Tenant, Connection: conn.ID, Account: "acc_1", Kind: fairlead.InvestmentTransactionRecord,
				Ref: noun.Ref, Day: day, Version: 1, Changed: now, Reason: "first", Body: body,
			})
		}
		if err := s.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.Connections.Put(conn.Tenant, &conn); err != nil {
				return err
			}
			return tx.Records.Upsert(conn.Tenant, conn.ID, records)
		}); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, Source{Connection: conn})
	}
	r := reading.New(reading.Options{Store: s, Vault: keyset.Memory(), Clock: func() time.Time { return now }})
	return r, sources
}

func TestAReportOfSeveralBanksHoldsNoMoreMovementsOfInvestmentsThanOneOfOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		moved, want []int
		cut         bool
	}{
		{[]int{8, 8}, []int{5, 5}, true},
		{[]int{2, 9}, []int{2, 8}, true}, // what one leaves is the next one's
		{[]int{0, 0, 12}, []int{0, 0, 10}, true},
		{[]int{4, 4}, []int{4, 4}, false},
	} {
		r, sources := traded(t, c.moved)
		b := &builder{Reports: &Reports{Reading: r, Tenant: "ten_1", Sources: sources}, ctx: t.Context(), product: "pf_funds", most: 10}
		if err := investments(func(fairlead.Holding) bool { return true })(b); err != nil {
			t.Fatal(err)
		}
		written, err := json.Marshal(b.arrays)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Funds []struct{ Transactions []any } `json:"pf_funds"`
		}
		if err := json.Unmarshal(written, &got); err != nil {
			t.Fatal(err)
		}
		var listed []int
		for _, f := range got.Funds {
			listed = append(listed, len(f.Transactions))
		}
		var want []int // a bank without movements has no position here
		for _, n := range c.want {
			if n > 0 {
				want = append(want, n)
			}
		}
		if fmt.Sprint(listed) != fmt.Sprint(want) || b.truncated != c.cut {
			t.Errorf("of %v the report holds %v (cut: %v), want %v (%v)", c.moved, listed, b.truncated, want, c.cut)
		}
	}
}
