package consenting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// portalLife is how long the address of the person's own page lives, tenant time.
	portalLife = 15 * time.Minute
	// portalSession is how long a browser that came by it may stay, tenant time.
	portalSession = 15 * time.Minute
	// portalSessions is how many of a person's there are at a time.
	portalSessions = 20
)

// Portal is the person's own page: what is shared, with whom, until when.
type Portal struct {
	Sandbox     bool // the banks are make-believe
	Application fairlead.Application
	Person      fairlead.Person
	Connections []PortalConnection
	SetupTokens []fairlead.SetupToken // newest first
	Expires     time.Time             // of the session, tenant time
	Now         time.Time             // tenant time
}

// PortalConnection is one connection on the person's own page.
type PortalConnection struct {
	Connection  fairlead.Connection
	Institution fairlead.Institution
	Consent     *fairlead.Consent // in force, or the last one
	Application fairlead.Application
	Accounts    int
}

// Portal mints a short-lived address of the person's own page.
func (c *Consenting) Portal(ctx context.Context, app fairlead.Application, person fairlead.PersonID) (address string, expires time.Time, err error) {
	token := fairlead.NewToken()
	wall := c.o.Clock()
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(app.Tenant)
		if err != nil {
			return err
		}
		if _, err := tx.Persons.Get(t.ID, string(person)); err != nil {
			return err
		}
		old, err := tx.Tokens.Of(t.ID, fairlead.PortalToken, string(person))
		if err != nil {
			return err
		}
		for _, o := range old {
			if o.Live(t.Time(wall)) {
				continue
			}
			if err := tx.Tokens.Delete(o.Kind, o.Name); err != nil {
				return err
			}
		}
		expires = t.Time(wall).Add(portalLife)
		err = tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.PortalToken, Name: fairlead.TokenHash(token), Tenant: t.ID, Application: app.ID, Subject: string(person), Expires: expires,
		})
		if err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: t.ID, At: wall, Actor: string(app.ID), Action: "portal.open", Subject: string(person)})
	})
	if err != nil {
		return "", time.Time{}, in("opening a portal", err)
	}
	return c.o.BaseURL + "/me/" + token, expires, nil
}

// EnterPortal trades the token of an address for a session of the person's own page:
// what opens it stands in a cookie from then on, and in no address. Errors: NotFound,
// Gone when the address has expired.
func (c *Consenting) EnterPortal(ctx context.Context, token string) (session string, err error) {
	session = fairlead.NewToken()
	wall := c.o.Clock()
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, tenant, err := portalToken(tx, fairlead.PortalToken, token, wall)
		if err != nil {
			return err
		}
		if err := lifecycle.MakeRoom(tx, t.Tenant, fairlead.PortalSessionToken, t.Subject, portalSessions); err != nil {
			return err
		}
		return tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.PortalSessionToken, Name: fairlead.TokenHash(session), Tenant: t.Tenant, Application: t.Application, Subject: t.Subject,
			Expires: tenant.Time(wall).Add(portalSession),
		})
	})
	return session, in("entering a portal", err)
}

// PortalView is what the person's own page shows to a session: what is shared, with
// whom, until when. Errors: NotFound, Gone when the session has expired.
func (c *Consenting) PortalView(ctx context.Context, session string) (v Portal, err error) {
	wall := c.o.Clock()
	err = c.o.Store.View(ctx, func(tx *store.Tx) error {
		t, tenant, err := portalToken(tx, fairlead.PortalSessionToken, session, wall)
		if err != nil {
			return err
		}
		v = Portal{Sandbox: tenant.Environment == fairlead.Sandbox, Expires: t.Expires, Now: tenant.Time(wall)}
		if v.Application, err = tx.Applications.Get(t.Tenant, string(t.Application)); err != nil {
			return err
		}
		if v.Person, err = tx.Persons.Get(t.Tenant, t.Subject); err != nil {
			return err
		}
		connections, err := tx.Connections.List(t.Tenant, store.Query{
			Where: []store.Match{store.By(store.ByPerson, t.Subject)}, Newest: true, Limit: 200,
		})
		if err != nil {
			return err
		}
		for _, conn := range connections {
			if !shownBy(t, tenant, conn) {
				continue
			}
			one, err := c.portalConnection(tx, tenant, conn)
			if err != nil {
				return err
			}
			v.Connections = append(v.Connections, one)
		}
		v.SetupTokens, err = portalSetupTokens(tx, t, tenant)
		return err
	})
	return v, in("reading a portal", err)
}

// portalToken finds a live token of the person's own page: an address's or a session's.
func portalToken(tx *store.Tx, kind fairlead.TokenKind, value string, wall time.Time) (t fairlead.Token, tenant fairlead.Tenant, err error) {
	if t, err = tx.Tokens.Get(kind, fairlead.TokenHash(value)); err != nil {
		return t, tenant, err
	}
	if tenant, err = tx.Tenants.Get(t.Tenant); err != nil {
		return t, tenant, err
	}
	if !t.Live(tenant.Time(wall)) {
		return t, tenant, fairlead.Errorf(fairlead.Gone, "This address has expired. Please ask for a new one.")
	}
	return t, tenant, nil
}

// shownBy reports whether a page that an application opened shows a connection:
// the application may open it for itself.
func shownBy(t fairlead.Token, tenant fairlead.Tenant, conn fairlead.Connection) bool {
	return tenant.Sharing != fairlead.SharingApplication || conn.Application == t.Application
}

func (c *Consenting) portalConnection(tx *store.Tx, tenant fairlead.Tenant, conn fairlead.Connection) (one PortalConnection, err error) {
	one = PortalConnection{Connection: conn}
	if one.Institution, err = c.o.Directory.Institution(tx, tenant, string(conn.Institution)); err != nil {
		one.Institution = fairlead.Institution{ID: conn.Institution, Name: string(conn.Institution)} // it left the build
	}
	if one.Application, err = tx.Applications.Get(tenant.ID, string(conn.Application)); err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return one, err
	}
	if conn.Consent != "" {
		consent, err := tx.Consents.Get(tenant.ID, string(conn.Consent))
		if err != nil {
			return one, err
		}
		one.Consent = &consent
	}
	n, err := tx.Records.Count(tenant.ID, conn.ID)
	one.Accounts = n[fairlead.AccountRecord]
	return one, err
}

// PortalRevoke ends a connection because the person said so on their own page.
func (c *Consenting) PortalRevoke(ctx context.Context, session string, connection fairlead.ConnectionID) error {
	wall := c.o.Clock()
	var tenant fairlead.TenantID
	err := c.o.Store.View(ctx, func(tx *store.Tx) error {
		t, within, err := portalToken(tx, fairlead.PortalSessionToken, session, wall)
		if err != nil {
			return err
		}
		conn, err := tx.Connections.Get(t.Tenant, string(connection))
		if err == nil && (string(conn.Person) != t.Subject || !shownBy(t, within, conn)) {
			err = fairlead.Errorf(fairlead.NotFound, "There is no such connection.")
		}
		tenant = t.Tenant
		return err
	})
	if err != nil {
		return in("revoking from a portal", err)
	}
	return c.Disconnect(ctx, tenant, connection, "person", fairlead.ConsentRevokedByPerson)
}

// portalSetupTokens are the setup tokens that the page shows, newest first.
func portalSetupTokens(tx *store.Tx, t fairlead.Token, tenant fairlead.Tenant) ([]fairlead.SetupToken, error) {
	tokens, err := lifecycle.SetupTokens(tx, tenant.ID, fairlead.PersonID(t.Subject))
	tokens = slices.DeleteFunc(tokens, func(s fairlead.SetupToken) bool {
		return tenant.Sharing == fairlead.SharingApplication && s.Application != t.Application
	})
	slices.Reverse(tokens)
	return tokens, err
}

// PortalCreateSetupToken makes a setup token because the person wants one on their own page:
// of connections that the page shows, or of all, also later ones (none are named). value is
// shown this once.
func (c *Consenting) PortalCreateSetupToken(
	ctx context.Context, session, name string, connections []fairlead.ConnectionID,
) (made fairlead.SetupToken, value fairlead.Secret, err error) {
	v, err := c.PortalView(ctx, session)
	if err != nil {
		return made, value, err
	}
	for i, id := range connections {
		if !slices.ContainsFunc(v.Connections, func(c PortalConnection) bool { return c.Connection.ID == id }) {
			return made, value, fairlead.InvalidField(fmt.Sprintf("connections.%d", i), "unknown", "must be one that the page shows")
		}
	}
	return c.CreateSetupToken(ctx, v.Application, SetupTokenSpec{Person: v.Person.ID, Name: name, Connections: connections})
}

// PortalRevokeSetupToken ends a setup token because the person wants it on their own page.
func (c *Consenting) PortalRevokeSetupToken(ctx context.Context, session string, id fairlead.SetupTokenID) error {
	v, err := c.PortalView(ctx, session)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(v.SetupTokens, func(t fairlead.SetupToken) bool { return t.ID == id }) {
		return fairlead.Errorf(fairlead.NotFound, "There is no such setup token.")
	}
	return c.RevokeSetupToken(ctx, v.Application.Tenant, id)
}
