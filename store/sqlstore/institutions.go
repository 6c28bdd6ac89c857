package sqlstore

import (
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// institutions are those that providers reach.
type institutions struct{ tx *tx }

func scanInstitution(row engine.Scanner) (i fairlead.Institution, err error) {
	var body sql.RawBytes // decoding copies what it needs
	if err := row.Scan(&body); err != nil {
		return i, err
	}
	return i, json.Unmarshal(body, &i)
}

func (t institutions) Get(tenant fairlead.TenantID, id fairlead.InstitutionID) (fairlead.Institution, error) {
	i, found, err := one(t.tx, scanInstitution, "SELECT body FROM institutions WHERE tenant = $1 AND id = $2", string(tenant), string(id))
	if err == nil && !found {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such institution.")
	}
	return i, err
}

func (t institutions) Put(tenant fairlead.TenantID, list []fairlead.Institution) (written int, err error) {
	if len(list) == 0 {
		return 0, t.tx.Writable()
	}
	if len(list) > 1000 {
		return 0, internal("%d institutions to write, more than 1000", len(list))
	}
	rows := make([]engine.Institution, len(list))
	for n, i := range list {
		if tenant == "" || i.ID == "" || i.Provider == "" {
			return 0, internal("an institution without a tenant, an id or a provider")
		}
		body, err := encode(i)
		if err != nil {
			return 0, err
		}
		if !plain(string(i.ID)) || !plain(body) {
			return 0, fairlead.Errorf(fairlead.Invalid, "A text is not UTF-8, or has a zero byte in it.")
		}
		rows[n] = engine.Institution{ID: string(i.ID), Provider: string(i.Provider), Body: body}
	}
	// In one order, so that two who write at once wait for one another and not both.
	slices.SortStableFunc(rows, func(a, b engine.Institution) int { return strings.Compare(a.ID, b.ID) })
	n, err := t.tx.sql.WriteInstitutions(t.tx.Tx, tenant, lastOfEach(rows))
	return int(n), err
}

// lastOfEach leaves of rows with one id the last, where they stand in the order of ids.
func lastOfEach(rows []engine.Institution) []engine.Institution {
	out := rows[:0]
	for n, row := range rows {
		if n+1 == len(rows) || rows[n+1].ID != row.ID {
			out = append(out, row)
		}
	}
	return out
}

func (t institutions) List(tenant fairlead.TenantID, provider fairlead.ProviderID, after fairlead.InstitutionID, limit int) ([]fairlead.Institution, error) {
	return all(t.tx, scanInstitution, "SELECT body FROM institutions WHERE tenant = $1 AND provider = $2 AND id > $3 ORDER BY id"+limitTo(4),
		string(tenant), string(provider), string(after), store.PageSize(limit, 100, 1000))
}

func (t institutions) Uses(tenant fairlead.TenantID) (map[fairlead.InstitutionID]int, error) {
	type use struct {
		id fairlead.InstitutionID
		n  int
	}
	uses, err := all(t.tx, func(row engine.Scanner) (u use, err error) {
		err = row.Scan(&u.id, &u.n)
		return u, err
	},
		"SELECT institution, count(*) FROM connections WHERE tenant = $1 AND status <> 'disconnected' AND institution IS NOT NULL GROUP BY institution", string(tenant))
	out := make(map[fairlead.InstitutionID]int, len(uses))
	for _, u := range uses {
		out[u.id] = u.n
	}
	return out, err
}

func (t institutions) Erase(tenant fairlead.TenantID, provider fairlead.ProviderID, limit int) (int, error) {
	n, err := t.tx.Exec(`DELETE FROM institutions WHERE tenant = $1 AND id IN (
		SELECT i.id FROM institutions i WHERE i.tenant = $1 AND i.provider = $2
			AND NOT EXISTS (SELECT 1 FROM connections c WHERE c.tenant = $1 AND c.institution = i.id) ORDER BY i.id`+limitTo(3)+`)`, string(tenant), string(provider), limit)
	return int(n), err
}
