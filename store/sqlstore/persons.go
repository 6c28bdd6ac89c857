package sqlstore

import (
	"hash/maphash"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// persons is a table that remembers whose a reference was, where the engine caches rows:
// an application invites the same people again and again.
type persons struct{ table[fairlead.Person] }

var referenceSeed = maphash.MakeSeed()

// referenceRow names a reference by a hash: of somebody who was erased nothing that
// names them stays in memory.
func referenceRow(tenant fairlead.TenantID, reference string) engine.Row {
	return engine.Row{Table: "references of persons", Scope: string(tenant), ID: strconv.FormatUint(maphash.String(referenceSeed, reference), 36)}
}

func (t persons) Find(tenant fairlead.TenantID, matches ...store.Match) (fairlead.Person, error) {
	if len(matches) != 1 || matches[0].Key != store.ByReference {
		return t.table.Find(tenant, matches...)
	}
	row := referenceRow(tenant, matches[0].Value)
	if id, ok := t.tx.Cache.Row(row); ok {
		// Whoever has the reference now is the only one who does.
		if p, err := t.Get(tenant, id.(string)); err == nil && p.Reference == matches[0].Value {
			return p, nil
		}
	}
	p, err := t.table.Find(tenant, matches...)
	if err == nil {
		t.tx.Cache.StoreRow(row, string(p.ID), len(row.ID)+len(p.ID))
	}
	return p, err
}
