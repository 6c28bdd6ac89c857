package sqlstore

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// tokens is the one table that is not searched by a tenant first.
type tokens struct{ tx *tx }

var scanToken = scanBody(func(t *fairlead.Token) *int64 { return &t.Version })

func tokenRow(kind fairlead.TokenKind, name string) engine.Row {
	return engine.Row{Table: "tokens", Scope: string(kind), ID: name}
}

func (t tokens) Get(kind fairlead.TokenKind, name string) (fairlead.Token, error) {
	if token, ok := t.tx.Cache.Row(tokenRow(kind, name)); ok {
		return cloneToken(token.(fairlead.Token)), t.tx.Usable()
	}
	token, found, err := one(t.tx, scanToken, "SELECT version, body FROM tokens WHERE kind = $1 AND name = $2", string(kind), name)
	if err != nil {
		return token, err
	}
	t.tx.Races.Saw(tokenRow(kind, name), token.Version)
	if !found {
		t.tx.Races.Missed("tokens")
		return token, fairlead.Errorf(fairlead.NotFound, "There is no such token.")
	}
	t.tx.Cache.StoreRow(tokenRow(kind, name), cloneToken(token), tokenBytes)
	return token, nil
}

// tokenBytes is about what a token takes in memory.
const tokenBytes = 600

// cloneToken copies a token with all that hangs on it.
func cloneToken(t fairlead.Token) fairlead.Token {
	t.Value, t.State = slices.Clone(t.Value), slices.Clone(t.State)
	return t
}

func (t tokens) Put(token *fairlead.Token) error {
	if token.Kind == "" || token.Name == "" || token.Tenant == "" {
		return internal("a token without a kind, a name or a tenant")
	}
	if err := t.tx.Writable(); err != nil {
		return err
	}
	body, err := encode(token)
	if err != nil {
		return err
	}
	subject, expires := token.Subject, any(nil)
	switch {
	case token.Known:
		subject = ""
	case !token.Expires.IsZero():
		expires = micros(token.Expires)
	}
	kind, name, tenant, app := string(token.Kind), token.Name, string(token.Tenant), string(token.Application)
	listable := engine.Flag(len(token.Value) > 0 && token.Used.IsZero())
	t.tx.Cache.InvalidateRow(tokenRow(token.Kind, name))
	return t.tx.swap(tokenRow(token.Kind, name), "token", &token.Version,
		func() (int64, error) {
			return t.tx.Exec(`INSERT INTO tokens (kind, name, tenant, application, subject, expires, listable, created, version, body)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT DO NOTHING`,
				kind, name, tenant, app, subject, expires, listable, t.tx.created.next(), body)
		},
		func() (int64, error) {
			return t.tx.Exec(`UPDATE tokens SET application = $3, subject = $4, expires = $5, listable = $6, body = $7, version = version + 1
				WHERE kind = $1 AND name = $2 AND version = $8 AND tenant = $9`,
				kind, name, app, subject, expires, listable, body, token.Version, tenant)
		})
}

func (t tokens) Of(tenant fairlead.TenantID, kind fairlead.TokenKind, subject string) ([]fairlead.Token, error) {
	return all(t.tx, scanToken, `SELECT version, body FROM tokens
		WHERE tenant = $1 AND kind = $2 AND subject = $3 AND subject <> '' ORDER BY created, name LIMIT 1000`, string(tenant), string(kind), subject)
}

func (t tokens) Listable(tenant fairlead.TenantID, app fairlead.ApplicationID, kind fairlead.TokenKind) ([]fairlead.Token, error) {
	return all(t.tx, scanToken, `SELECT version, body FROM tokens
		WHERE tenant = $1 AND application = $2 AND kind = $3 AND listable = 1 ORDER BY created, name LIMIT 1000`,
		string(tenant), string(app), string(kind))
}

func (t tokens) Delete(kind fairlead.TokenKind, name string) error {
	if err := t.tx.Writable(); err != nil {
		return err
	}
	t.tx.Cache.InvalidateRow(tokenRow(kind, name))
	_, err := t.tx.Exec("DELETE FROM tokens WHERE kind = $1 AND name = $2", string(kind), name)
	return err
}

func (t tokens) Prune(tenant fairlead.TenantID, before time.Time, limit int) (int, error) {
	if err := t.tx.Writable(); err != nil {
		return 0, err
	}
	t.tx.Cache.InvalidateRows()
	n, err := t.tx.Exec(`DELETE FROM tokens WHERE (kind, name) IN (SELECT kind, name FROM tokens
		WHERE tenant = $1 AND expires IS NOT NULL AND expires < $2 ORDER BY expires LIMIT $3 + 0)`,
		string(tenant), micros(before), store.PageSize(limit, 500, 1000))
	return int(n), err
}

// createdSequence numbers tokens as they are created: the wall clock, but never the
// same twice on one node. It orders and means nothing else.
type createdSequence struct{ last atomic.Int64 }

func (s *createdSequence) next() int64 {
	for {
		last, now := s.last.Load(), time.Now().UnixMicro()
		if now <= last {
			now = last + 1
		}
		if s.last.CompareAndSwap(last, now) {
			return now
		}
	}
}
