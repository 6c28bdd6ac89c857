package access_test

import (
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// trail is a tenant with an audit trail of four entries, and the database file that
// somebody else writes in.
type trail struct {
	*testing.T
	access *access.Access
	tenant fairlead.TenantID
	file   string
}

func newTrail(t *testing.T) *trail {
	t.Helper()
	v := keyset.Memory()
	x := &trail{T: t, file: filepath.Join(t.TempDir(), "test.db")}
	db, err := sqlstore.Open(t.Context(), "sqlite://"+x.file, sqlstore.Options{
		Migrate: true, AuditMAC: func(e fairlead.AuditEntry) string { return access.AuditMAC(v, e) },
	})
	must(t, err)
	t.Cleanup(func() { db.Close() })
	x.access = access.New(db, v, fairlead.RealClock, access.Options{})
	tenant, err := x.access.CreateTenant(t.Context(), "acme", fairlead.Live, "")
	must(t, err)
	x.tenant = tenant.ID
	for _, name := range []string{"one", "two", "three"} {
		_, err := x.access.CreateApplication(t.Context(), tenant.ID, access.ApplicationSpec{Name: name})
		must(t, err)
	}
	return x
}

// write writes in the database beside the store.
func (x *trail) write(statement string, args ...any) {
	x.Helper()
	db, err := sql.Open("sqlite", "file:"+x.file+"?_pragma=busy_timeout(10000)")
	must(x.T, err)
	defer db.Close()
	_, err = db.ExecContext(x.Context(), statement, args...)
	must(x.T, err)
}

// body reads an entry as it is stored, for somebody to change.
func (x *trail) body(sequence int) (e fairlead.AuditEntry) {
	x.Helper()
	page, err := x.access.AuditTrail(x.Context(), x.tenant, int64(sequence-1), 1)
	must(x.T, err)
	return page[0]
}

func (x *trail) put(e fairlead.AuditEntry) {
	x.Helper()
	body, err := json.Marshal(e)
	must(x.T, err)
	x.write("INSERT OR REPLACE INTO audit (tenant, sequence, body) VALUES (?, ?, ?)", string(e.Tenant), e.Sequence, string(body))
}

func TestWhoeverWritesInTheDatabaseCannotTouchTheAuditTrailUnnoticed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attack func(*trail)
		alone  bool // noticed without an anchor
		says   string
	}{
		"changes an entry": {func(x *trail) {
			e := x.body(2)
			e.Actor = "somebody else"
			x.put(e)
		}, true, "broken at entry 2"},
		"changes the last entry": {func(x *trail) {
			e := x.body(4)
			e.Actor = "somebody else"
			x.put(e)
		}, true, "broken at entry 4"},
		"changes an entry and chains the rest anew without the key": {func(x *trail) {
			previous := x.body(1).MAC
			for n := 2; n <= 4; n++ {
				e := x.body(n)
				e.Actor, e.Previous = "somebody else", previous
				e.MAC = fairlead.TokenHash(e.Text())
				previous = e.MAC
				x.put(e)
			}
		}, true, "broken at entry 2"},
		"removes an entry": {func(x *trail) {
			x.write("DELETE FROM audit WHERE sequence = 2")
		}, true, "broken at entry 2"},
		"removes an entry and closes the gap": {func(x *trail) {
			x.write("DELETE FROM audit WHERE sequence = 2")
			x.write("UPDATE audit SET sequence = sequence - 1, body = replace(body, '\"sequence\":' || sequence, '\"sequence\":' || (sequence - 1)) WHERE sequence > 2")
		}, true, "broken at entry 2"},
		"removes the first entry": {func(x *trail) {
			x.write("DELETE FROM audit WHERE sequence = 1")
		}, true, "broken at entry 1"},
		"inserts an entry": {func(x *trail) {
			e := x.body(4)
			e.Sequence, e.Previous, e.Action = 5, e.MAC, "nothing.happened"
			e.MAC = fairlead.TokenHash(e.Text())
			x.put(e)
		}, true, "broken at entry 5"},
		"repeats an entry": {func(x *trail) {
			e := x.body(4)
			e.Sequence = 5
			x.put(e)
		}, true, "broken at entry 5"},
		"cuts off the newest": {func(x *trail) {
			last := x.body(2)
			x.write("DELETE FROM audit WHERE sequence > 2")
			x.write("UPDATE audit_tails SET sequence = 2, mac = ?", last.MAC)
		}, false, "ends at entry 2"},
		"cuts off the newest and waits for others": {func(x *trail) {
			last := x.body(2)
			x.write("DELETE FROM audit WHERE sequence > 2")
			x.write("UPDATE audit_tails SET sequence = 2, mac = ?", last.MAC)
			for _, name := range []string{"four", "five", "six"} {
				_, err := x.access.CreateApplication(x.Context(), x.tenant, access.ApplicationSpec{Name: name})
				must(x.T, err)
			}
		}, false, "was replaced"},
		"empties it": {func(x *trail) {
			x.write("DELETE FROM audit")
			x.write("DELETE FROM audit_tails")
		}, false, "ends at entry 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newTrail(t)
			anchor, err := x.access.CheckAudit(t.Context(), x.tenant)
			must(t, err)
			if anchor.Sequence != 4 {
				t.Fatalf("the trail has %d entries", anchor.Sequence)
			}
			if _, err := x.access.CheckAudit(t.Context(), x.tenant, anchor); err != nil {
				t.Fatalf("the untouched trail: %v", err)
			}
			c.attack(x)
			if _, err := x.access.CheckAudit(t.Context(), x.tenant); c.alone != (err != nil) || (err != nil && !strings.Contains(err.Error(), c.says)) {
				t.Errorf("without an anchor: %v", err)
			}
			if _, err := x.access.CheckAudit(t.Context(), x.tenant, anchor); !fairlead.Is(err, fairlead.Conflict) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("held against the anchor: %v", err)
			}
		})
	}
}

func TestAnAnchorIsOfItsOwnTrailAndCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	x, other := newTrail(t), newTrail(t)
	anchor, err := x.access.AuditAnchor(t.Context(), x.tenant)
	must(t, err)
	if _, err := x.access.CheckAudit(t.Context(), x.tenant, anchor); err != nil {
		t.Fatal(err)
	}
	moved := anchor
	moved.Tenant = other.tenant
	if _, err := other.access.CheckAudit(t.Context(), other.tenant, moved); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("another tenant's anchor: %v", err)
	}
	lower := anchor
	lower.Sequence = 2
	if _, err := x.access.CheckAudit(t.Context(), x.tenant, lower); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("a changed anchor: %v", err)
	}
}
