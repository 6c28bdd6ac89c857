package storetest

import (
	"fmt"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func auditTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"TheAuditTrailIsChained":                           auditIsChained,
		"TheAuditTrailStaysOneChainUnderConcurrentWriters": auditUnderConcurrency,
	}
}

func entry(tenant fairlead.TenantID, action string) fairlead.AuditEntry {
	return fairlead.AuditEntry{ID: fairlead.AuditID("aud_" + action), Tenant: tenant, At: noon, Actor: "app_1", Action: action, Subject: "con_1"}
}

// checkChain reads a trail page by page and checks every link of it.
func checkChain(t *testing.T, f *fixture, tenant fairlead.TenantID, want int) []fairlead.AuditEntry {
	t.Helper()
	var trail []fairlead.AuditEntry
	previous := ""
	for {
		page := read(f, func(tx *store.Tx) ([]fairlead.AuditEntry, error) {
			return tx.Audit.After(tenant, int64(len(trail)), 7)
		})
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			trail = append(trail, e)
			if e.Sequence != int64(len(trail)) || e.Previous != previous {
				t.Fatalf("entry %d has sequence %d and follows %q, not %q", len(trail), e.Sequence, e.Previous, previous)
			}
			previous = e.MAC
			if e.MAC == "" {
				t.Fatalf("entry %d has no digest", e.Sequence)
			}
		}
	}
	same(t, "the length of the trail", len(trail), want)
	return trail
}

func auditIsChained(t *testing.T, f *fixture) {
	f.update(func(tx *store.Tx) error {
		for _, e := range []fairlead.AuditEntry{entry(ours, "one"), entry(theirs, "other"), entry(ours, "two")} {
			if err := tx.Audit.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	f.update(func(tx *store.Tx) error { return tx.Audit.Append(entry(ours, "three")) })
	trail := checkChain(t, f, ours, 3)
	same(t, "the actions", ids(trail, func(e fairlead.AuditEntry) string { return e.Action }), "[one two three]")
	checkChain(t, f, theirs, 1)
	last := func(tenant fairlead.TenantID) fairlead.AuditEntry {
		return read(f, func(tx *store.Tx) (fairlead.AuditEntry, error) { return tx.Audit.Last(tenant) })
	}
	same(t, "the newest entry", last(ours), trail[2])
	same(t, "the newest entry of an empty trail", last("ten_none"), fairlead.AuditEntry{})
}

func auditUnderConcurrency(t *testing.T, f *fixture) {
	atOnce(8, func(i int) {
		for n := range 5 {
			tenants := []fairlead.TenantID{ours, theirs}
			if i%2 == 0 {
				tenants = []fairlead.TenantID{theirs, ours}
			}
			if err := f.Update(t.Context(), func(tx *store.Tx) error {
				for _, tenant := range tenants {
					if err := tx.Audit.Append(entry(tenant, fmt.Sprint(i, n))); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Errorf("Update: %v", err)
			}
		}
	})
	checkChain(t, f, ours, 40)
	checkChain(t, f, theirs, 40)
}
