package linking

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// Grant is what a code is exchanged for.
type Grant struct {
	Link        fairlead.Link
	Connections []fairlead.Connection
}

// Code is an unused, listable code.
type Code struct {
	Value    string
	Link     fairlead.LinkID
	Template fairlead.TemplateID
	Origin   fairlead.Origin // of the link
}

// revoked marks, as its UsedBy, a code whose grant ended because it was shown
// again by somebody else. No hash of a replay key looks like it.
const revoked = "revoked"

// mintCode makes the code of a link's end. Only its hash is stored, and a sealed
// copy where codes are listed until used.
func (l *Linking) mintCode(s state) (string, fairlead.Token, error) {
	value := fairlead.NewToken()
	policy := s.link.Spec.Code
	t := fairlead.Token{
		Kind: fairlead.CodeToken, Name: fairlead.TokenHash(value), Tenant: s.tenant.ID, Application: s.link.Application,
		Subject: string(s.link.ID), Dialect: s.link.Origin.Dialect,
	}
	if policy.Life > 0 {
		t.Expires = s.now.Add(policy.Life)
	}
	if policy.Listable {
		var err error
		if t.Value, err = l.o.Vault.SealRoot(sealing.CodeLocation(t), []byte(value)); err != nil {
			return "", t, in("sealing a code", err)
		}
	}
	return value, t, nil
}

// Exchange turns a code into what it grants. The same replayKey gets the same
// answer again; any other replay is refused, recorded, and ends the grant, never
// the connections. Errors: NotFound for a code that is not the application's,
// Gone for one that has expired or was used.
func (l *Linking) Exchange(ctx context.Context, app fairlead.Application, code, replayKey string) (Grant, error) {
	var g Grant
	var refused error
	var replayed fairlead.LinkID
	wall := l.o.Clock()
	err := l.o.Store.Update(ctx, func(tx *store.Tx) error {
		g, refused = Grant{}, nil
		t, err := tx.Tokens.Get(fairlead.CodeToken, fairlead.TokenHash(code))
		if err == nil && (t.Tenant != app.Tenant || t.Application != app.ID) {
			err = fairlead.Errorf(fairlead.NotFound, "There is no such code.")
		}
		if err != nil {
			return err
		}
		tenant, err := tx.Tenants.Get(t.Tenant)
		if err != nil {
			return err
		}
		switch {
		case t.Used.IsZero() && t.Live(tenant.Time(wall)):
			t.Used, t.UsedBy = tenant.Time(wall), usedBy(replayKey)
			t.Value = nil
			if err := tx.Tokens.Put(&t); err != nil {
				return err
			}
			if err := lifecycle.Audit(ctx, tx, entry("code.exchange", t, wall)); err != nil {
				return err
			}
		case t.Used.IsZero():
			return fairlead.Errorf(fairlead.Gone, "This code has expired.")
		case replayKey == "" || t.UsedBy != usedBy(replayKey):
			refused = fairlead.Errorf(fairlead.Gone, "This code was used already.")
			t.UsedBy, replayed = revoked, fairlead.LinkID(t.Subject)
			if err := tx.Tokens.Put(&t); err != nil {
				return err
			}
			return lifecycle.Audit(ctx, tx, entry("code.replay", t, wall))
		}
		g, err = granted(tx, t)
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return Grant{}, fairlead.Errorf(fairlead.NotFound, "There is no such code.")
	}
	if err != nil {
		return Grant{}, in("exchanging a code", err)
	}
	if refused != nil {
		l.o.Security.Report(ctx, securitylog.CodeReplayed, securitylog.Entry{
			Tenant: string(app.Tenant), Application: string(app.ID), Subject: string(replayed),
		})
	}
	return g, refused
}

// entry is what the audit trail has of what an application did with a code.
func entry(action string, t fairlead.Token, wall time.Time) fairlead.AuditEntry {
	return fairlead.AuditEntry{Tenant: t.Tenant, At: wall, Actor: string(t.Application), Action: action, Subject: t.Subject}
}

// usedBy is how a replay key is stored.
func usedBy(replayKey string) string {
	if replayKey == "" {
		return ""
	}
	return fairlead.TokenHash(replayKey)
}

// granted reads what a code leads to: the link's connections that still stand.
func granted(tx *store.Tx, t fairlead.Token) (g Grant, err error) {
	if g.Link, err = tx.Links.Get(t.Tenant, t.Subject); err != nil {
		return g, err
	}
	for _, id := range g.Link.Connections {
		c, err := tx.Connections.Get(t.Tenant, string(id))
		if err != nil {
			return g, err
		}
		if c.Status != fairlead.ConnectionDisconnected {
			g.Connections = append(g.Connections, c)
		}
	}
	return g, nil
}

// Codes lists an application's listable codes that have neither been used nor
// expired, oldest first.
func (l *Linking) Codes(ctx context.Context, app fairlead.Application) ([]Code, error) {
	var out []Code
	var sealed []fairlead.Token
	wall := l.o.Clock()
	err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		out, sealed, err = codes(tx, app.Tenant, app.ID, wall)
		return err
	})
	if err != nil {
		return nil, in("listing codes", err)
	}
	for n, t := range sealed {
		plain, err := l.o.Vault.OpenRoot(sealing.CodeLocation(t), t.Value)
		if err != nil {
			return nil, in("opening a code", err)
		}
		out[n].Value = string(plain)
	}
	return out, nil
}

// codes reads live listable codes and their tokens, side by side, without values.
func codes(tx *store.Tx, tenant fairlead.TenantID, app fairlead.ApplicationID, wall time.Time) (out []Code, tokens []fairlead.Token, err error) {
	t, err := tx.Tenants.Get(tenant)
	if err != nil {
		return nil, nil, err
	}
	listed, err := tx.Tokens.Listable(tenant, app, fairlead.CodeToken)
	if err != nil {
		return nil, nil, err
	}
	for _, token := range listed {
		if !token.Live(t.Time(wall)) {
			continue
		}
		link, err := tx.Links.Get(tenant, token.Subject)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, Code{Link: link.ID, Template: link.Template, Origin: link.Origin})
		tokens = append(tokens, token)
	}
	return out, tokens, nil
}
