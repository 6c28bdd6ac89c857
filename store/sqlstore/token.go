package sqlstore

import (
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// tokens is the one door that is not led by a tenant.
type tokens struct{ s *session }

func tokenVersion(t *fairlead.Token) *int64 { return &t.Version }

func tokenPlace(kind fairlead.TokenKind, name string) string {
	return "tokens\x00" + string(kind) + "\x00" + name
}

func (d tokens) Get(kind fairlead.TokenKind, name string) (fairlead.Token, error) {
	place := tokenPlace(kind, name)
	if t, ok := d.s.tables.presented.find(d.s, place); ok {
		return t, d.s.usable()
	}
	t, found, err := one(d.s, scanBody(tokenVersion), "SELECT version, body FROM tokens WHERE kind = $1 AND name = $2", string(kind), name)
	if err != nil {
		return t, err
	}
	d.s.saw(place, "token", t.Version)
	if !found {
		return t, fairlead.Errorf(fairlead.NotFound, "There is no such token.")
	}
	d.s.tables.presented.keep(d.s, place, t)
	return t, nil
}

func (d tokens) Put(t *fairlead.Token) error {
	if t.Kind == "" || t.Name == "" || t.Tenant == "" {
		return internal("a token without a kind, a name or a tenant")
	}
	if err := d.s.writable(); err != nil {
		return err
	}
	body, err := encode(t)
	if err != nil {
		return err
	}
	var expires any
	if !t.Expires.IsZero() {
		expires = instant(t.Expires)
	}
	d.s.tables.presented.touch(tokenPlace(t.Kind, t.Name))
	listable := flag(len(t.Value) > 0 && t.Used.IsZero())
	return d.s.swap(&t.Version, tokenPlace(t.Kind, t.Name), "token",
		func() (int64, error) {
			return d.s.exec(`INSERT INTO tokens (kind, name, tenant, application, subject, expires, listable, born, version, body)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT DO NOTHING`,
				string(t.Kind), t.Name, string(t.Tenant), string(t.Application), t.Subject, expires, listable, d.s.engine.order().next(), body)
		},
		func() (int64, error) {
			return d.s.exec(`UPDATE tokens SET application = $3, subject = $4, expires = $5, listable = $6, body = $7, version = version + 1
				WHERE kind = $1 AND name = $2 AND version = $8 AND tenant = $9`,
				string(t.Kind), t.Name, string(t.Application), t.Subject, expires, listable, body, t.Version, string(t.Tenant))
		})
}

func (d tokens) Of(tenant fairlead.TenantID, kind fairlead.TokenKind, subject string) ([]fairlead.Token, error) {
	return all(d.s, scanBody(tokenVersion), `SELECT version, body FROM tokens
		WHERE tenant = $1 AND kind = $2 AND subject = $3 ORDER BY born, name LIMIT 1000`, string(tenant), string(kind), subject)
}

func (d tokens) Listable(tenant fairlead.TenantID, app fairlead.ApplicationID, kind fairlead.TokenKind) ([]fairlead.Token, error) {
	return all(d.s, scanBody(tokenVersion), `SELECT version, body FROM tokens
		WHERE tenant = $1 AND application = $2 AND kind = $3 AND listable = 1 ORDER BY born, name LIMIT 1000`,
		string(tenant), string(app), string(kind))
}

func (d tokens) Delete(kind fairlead.TokenKind, name string) error {
	if err := d.s.writable(); err != nil {
		return err
	}
	d.s.tables.presented.touch(tokenPlace(kind, name))
	_, err := d.s.exec("DELETE FROM tokens WHERE kind = $1 AND name = $2", string(kind), name)
	return err
}

func (d tokens) Prune(tenant fairlead.TenantID, before time.Time, limit int) (int, error) {
	if err := d.s.writable(); err != nil {
		return 0, err
	}
	d.s.tables.presented.prune()
	n, err := d.s.exec(`DELETE FROM tokens WHERE (kind, name) IN (SELECT kind, name FROM tokens
		WHERE tenant = $1 AND expires IS NOT NULL AND expires < $2 ORDER BY expires LIMIT $3 + 0)`,
		string(tenant), instant(before), pageSize(limit, 500, 1000))
	return int(n), err
}

// birthOrder numbers tokens as they are born: the wall clock, but never the
// same twice on one node. It orders and means nothing else.
type birthOrder struct{ last atomic.Int64 }

func (b *birthOrder) next() int64 {
	for {
		last, now := b.last.Load(), time.Now().UnixMicro()
		if now <= last {
			now = last + 1
		}
		if b.last.CompareAndSwap(last, now) {
			return now
		}
	}
}
