package consenting

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// simpleFIN is where SimpleFIN is served, below the public address.
	simpleFIN = "/simplefin"
	// claimPath is where a setup token leads: what it is in the protocol.
	claimPath = simpleFIN + "/claim/"

	usualSetupLife   = 7 * 24 * time.Hour
	longestSetupLife = 90 * 24 * time.Hour
	maxProgramName   = 100 // characters

	// usedEvery is how often it is written that a program reads, tenant time.
	usedEvery = 5 * time.Minute
)

// How often one program may read: as many times at once, then one each half minute.
const (
	programAtOnce    = 120
	programPerSecond = 1.0 / 30
)

// SetupTokenSpec is what a setup token is to be.
type SetupTokenSpec struct {
	Person      fairlead.PersonID
	Name        string                  // of the program; "": SimpleFIN
	Connections []fairlead.ConnectionID // empty: all that the person shares
	Life        time.Duration           // in which it must be claimed, tenant time; 0: a week, at most 90 days
}

// CreateSetupToken makes a setup token in the name of an application. value is what the
// person pastes into the program, and is shown this once. Errors: NotFound (no such
// person), Invalid, Conflict (the person has too many).
func (c *Consenting) CreateSetupToken(
	ctx context.Context, app fairlead.Application, spec SetupTokenSpec,
) (made fairlead.SetupToken, value fairlead.Secret, err error) {
	if err := checkSetupToken(&spec); err != nil {
		return made, value, err
	}
	secret := fairlead.NewToken()
	wall := c.o.Clock()
	err = c.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		made, err = c.addSetupToken(ctx, tx, app, spec, secret, wall)
		return err
	})
	if err != nil {
		return fairlead.SetupToken{}, value, in("creating a setup token", err)
	}
	return made, fairlead.NewSecret(base64.StdEncoding.EncodeToString([]byte(c.o.BaseURL + claimPath + secret))), nil
}

func checkSetupToken(spec *SetupTokenSpec) error {
	if spec.Name == "" {
		spec.Name = "SimpleFIN"
	}
	if spec.Life == 0 {
		spec.Life = usualSetupLife
	}
	switch {
	case spec.Life < time.Minute || spec.Life > longestSetupLife:
		return fairlead.InvalidField("expires_in", "range", "must be between 60 and 7776000 seconds")
	case utf8.RuneCountInString(spec.Name) > maxProgramName:
		return fairlead.InvalidField("name", "range", "must have at most 100 characters")
	case !utf8.ValidString(spec.Name), strings.TrimSpace(spec.Name) != spec.Name, strings.ContainsFunc(spec.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fairlead.InvalidField("name", "format", "must be printable text without space around it")
	}
	return nil
}

// addSetupToken writes a setup token and what leads to it.
func (c *Consenting) addSetupToken(
	ctx context.Context, tx *store.Tx, app fairlead.Application, spec SetupTokenSpec, secret string, wall time.Time,
) (made fairlead.SetupToken, err error) {
	tenant, now, err := lifecycle.TenantNow(tx, app.Tenant, wall)
	if err != nil {
		return made, err
	}
	person, err := tx.Persons.Get(tenant.ID, string(spec.Person))
	if err != nil {
		return made, err
	}
	made = fairlead.SetupToken{
		ID: fairlead.SetupTokenID(fairlead.NewID("stk", wall)), Tenant: tenant.ID, Application: app.ID, Person: person.ID, Name: spec.Name,
		Connections: spec.Connections, Created: now, Expires: now.Add(spec.Life),
	}
	for i, id := range spec.Connections {
		conn, err := tx.Connections.Get(tenant.ID, string(id))
		if err == nil {
			err = conn.Found(ctx)
		}
		switch {
		case err != nil && !fairlead.Is(err, fairlead.NotFound):
			return made, err
		case err != nil, conn.Person != person.ID, conn.Status == fairlead.ConnectionDisconnected, slices.Contains(spec.Connections[:i], id):
			return made, fairlead.InvalidField(fmt.Sprintf("connections.%d", i), "unknown", "must be a connection of the person that stands, each once")
		}
	}
	if err := makeRoom(tx, person, now); err != nil {
		return made, err
	}
	// Two that count at the same time, or one while the person is erased, must not both win.
	if err := tx.Persons.Put(tenant.ID, &person); err != nil {
		return made, err
	}
	if err := tx.SetupTokens.Put(tenant.ID, &made); err != nil {
		return made, err
	}
	err = tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.SetupSecretToken, Name: fairlead.TokenHash(secret), Tenant: tenant.ID, Application: app.ID, Subject: string(made.ID), Expires: made.Expires,
	})
	if err != nil {
		return made, err
	}
	return made, lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant.ID, At: wall, Action: "setup_token.create", Subject: string(made.ID)})
}

// makeRoom deletes the setup tokens of a person that have ended where there are too many.
func makeRoom(tx *store.Tx, person fairlead.Person, now time.Time) error {
	tokens, err := lifecycle.SetupTokens(tx, person.Tenant, person.ID)
	if err != nil {
		return err
	}
	left := len(tokens)
	for _, t := range tokens {
		if left < lifecycle.MaxSetupTokens {
			return nil
		}
		if s := t.Status(now); s == fairlead.SetupTokenRevoked || s == fairlead.SetupTokenExpired {
			if err := lifecycle.DeleteSetupToken(tx, t); err != nil {
				return err
			}
			left--
		}
	}
	if left >= lifecycle.MaxSetupTokens {
		return fairlead.Errorf(fairlead.Conflict, "A person has at most %d setup tokens. Revoke one first.", lifecycle.MaxSetupTokens)
	}
	return nil
}

// SetupTokenQuery selects a page of setup tokens.
type SetupTokenQuery struct {
	Person fairlead.PersonID // empty: the whole tenant's
	After  fairlead.SetupTokenID
	Limit  int // at most 500; 0: 100
}

// SetupTokens lists setup tokens, oldest first, and the tenant's time at which they stand
// so. Those of other applications are listed where the tenant shares.
func (c *Consenting) SetupTokens(
	ctx context.Context, tenant fairlead.TenantID, q SetupTokenQuery,
) (tokens []fairlead.SetupToken, now time.Time, err error) {
	if q.Limit < 0 || q.Limit > 500 {
		return nil, now, fairlead.InvalidField("limit", "range", "must be between 1 and 500")
	}
	var where []store.Match
	if q.Person != "" {
		where = append(where, store.By(store.ByPerson, string(q.Person)))
	}
	if holder := fairlead.HolderIn(ctx); holder != "" {
		where = append(where, store.By(store.ByApplication, string(holder)))
	}
	wall := c.o.Clock()
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if _, now, err = lifecycle.TenantNow(tx, tenant, wall); err == nil {
			tokens, err = tx.SetupTokens.List(tenant, store.Query{Where: where, After: string(q.After), Limit: q.Limit})
		}
		return err
	})
	return tokens, now, in("listing setup tokens", err)
}

// SetupToken reads one setup token, and the tenant's time at which it stands so.
func (c *Consenting) SetupToken(ctx context.Context, tenant fairlead.TenantID, id fairlead.SetupTokenID) (t fairlead.SetupToken, now time.Time, err error) {
	wall := c.o.Clock()
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if _, now, err = lifecycle.TenantNow(tx, tenant, wall); err == nil {
			t, err = findSetupToken(ctx, tx, tenant, id)
		}
		return err
	})
	return t, now, in("reading a setup token", err)
}

// findSetupToken reads one that may be touched in the context.
func findSetupToken(ctx context.Context, tx *store.Tx, tenant fairlead.TenantID, id fairlead.SetupTokenID) (fairlead.SetupToken, error) {
	t, err := tx.SetupTokens.Get(tenant, string(id))
	if holder := fairlead.HolderIn(ctx); err == nil && holder != "" && t.Application != holder {
		return fairlead.SetupToken{}, fairlead.Errorf(fairlead.NotFound, "There is no such setup token.")
	}
	return t, err
}

// RevokeSetupToken ends a setup token at once, and what a program reads with it. One that
// has ended already is no error.
func (c *Consenting) RevokeSetupToken(ctx context.Context, tenant fairlead.TenantID, id fairlead.SetupTokenID) error {
	wall := c.o.Clock()
	return in("revoking a setup token", c.o.Store.Update(ctx, func(tx *store.Tx) error {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return err
		}
		t, err := findSetupToken(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		return lifecycle.RevokeSetupToken(ctx, tx, t, now, wall)
	}))
}

// ClaimSetupToken exchanges the secret of a setup token for an address with credentials,
// once. Forbidden, whatever is wrong: it is unknown, was claimed, has expired or was
// revoked. One that was claimed or revoked before is marked, because somebody else has it.
func (c *Consenting) ClaimSetupToken(ctx context.Context, secret string) (address fairlead.Secret, err error) {
	password := fairlead.NewToken()
	wall := c.o.Clock()
	var claimed fairlead.SetupToken
	won := false
	err = c.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		claimed, won, err = claim(ctx, tx, secret, password, wall)
		return err
	})
	switch {
	case fairlead.Is(err, fairlead.NotFound), err == nil && !won:
		return address, fairlead.Errorf(fairlead.Forbidden, "This setup token is unknown, or was used or revoked.")
	case err != nil:
		return address, in("claiming a setup token", err)
	}
	scheme, rest, _ := strings.Cut(c.o.BaseURL, "://")
	return fairlead.NewSecret(scheme + "://" + string(claimed.ID) + ":" + password + "@" + rest + simpleFIN), nil
}

// claim marks a setup token as claimed and writes the credentials; won is false where it
// cannot be claimed any more.
func claim(ctx context.Context, tx *store.Tx, secret, password string, wall time.Time) (s fairlead.SetupToken, won bool, err error) {
	t, err := tx.Tokens.Get(fairlead.SetupSecretToken, fairlead.TokenHash(secret))
	if err != nil {
		return s, false, err
	}
	_, now, err := lifecycle.TenantNow(tx, t.Tenant, wall)
	if err != nil {
		return s, false, err
	}
	if s, err = tx.SetupTokens.Get(t.Tenant, t.Subject); err != nil {
		return s, false, err
	}
	if _, err := tx.Applications.Get(t.Tenant, string(t.Application)); err != nil {
		return s, false, err
	}
	entry := fairlead.AuditEntry{Tenant: t.Tenant, At: wall, Actor: string(s.ID), Action: "setup_token.claim", Subject: string(s.ID)}
	switch s.Status(now) {
	case fairlead.SetupTokenExpired:
		return s, false, nil
	case fairlead.SetupTokenActive, fairlead.SetupTokenRevoked:
		if !s.Reused.IsZero() && now.Sub(s.Reused) < usedEvery { // asking again writes nothing again
			return s, false, nil
		}
		s.Reused = now
		if err := tx.SetupTokens.Put(t.Tenant, &s); err != nil {
			return s, false, err
		}
		entry.Action = "setup_token.claim_refused"
		return s, false, lifecycle.Audit(ctx, tx, entry)
	}
	t.Used, t.Expires = now, time.Time{} // remembered as long as the setup token
	if err := tx.Tokens.Put(&t); err != nil {
		return s, false, err
	}
	s.Claimed = now
	if err := tx.SetupTokens.Put(t.Tenant, &s); err != nil {
		return s, false, err
	}
	err = tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.ProgramToken, Name: fairlead.TokenHash(password), Tenant: t.Tenant, Application: t.Application, Subject: string(s.ID),
	})
	if err != nil {
		return s, false, err
	}
	return s, true, lifecycle.Audit(ctx, tx, entry)
}

// Program is a program that reads by a setup token.
type Program struct {
	Token       fairlead.SetupToken
	Tenant      fairlead.Tenant
	Application fairlead.Application
	Now         time.Time // tenant time
}

// Program finds who shows the credentials of a setup token. Unauthenticated, whatever is
// wrong with them; RateLimited, with RetryAfter, where the program reads too often.
func (c *Consenting) Program(ctx context.Context, user, password string) (p Program, err error) {
	wall := c.o.Clock()
	refused := fairlead.Errorf(fairlead.Unauthenticated, "The credentials are wrong, or access was revoked.")
	if len(user) > maxCredential || len(password) > maxCredential || password == "" {
		return p, refused
	}
	err = c.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tokens.Get(fairlead.ProgramToken, fairlead.TokenHash(password))
		if err != nil {
			return err
		}
		if t.Subject != user {
			return fairlead.Errorf(fairlead.NotFound, "These credentials are not of this user.")
		}
		if p.Tenant, p.Now, err = lifecycle.TenantNow(tx, t.Tenant, wall); err != nil {
			return err
		}
		if p.Application, err = tx.Applications.Get(t.Tenant, string(t.Application)); err != nil {
			return err
		}
		p.Token, err = tx.SetupTokens.Get(t.Tenant, t.Subject)
		return err
	})
	switch {
	case fairlead.Is(err, fairlead.NotFound), err == nil && p.Token.Status(p.Now) != fairlead.SetupTokenActive:
		return Program{}, refused
	case err != nil:
		return Program{}, in("finding a program", err)
	}
	if wait := c.programs.Take(string(p.Token.ID), fairlead.RealClock()); wait > 0 {
		return p, &fairlead.Error{Kind: fairlead.RateLimited, Detail: "This program reads too often. Banks bring new data a few times a day.", RetryAfter: wait}
	}
	c.used(ctx, p)
	return p, nil
}

// maxCredential bounds what is looked up.
const maxCredential = 128

// used remembers that a program reads. That it cannot be written hinders nobody: the next
// request tries again.
func (c *Consenting) used(ctx context.Context, p Program) {
	if p.Now.Sub(p.Token.LastUsed) < usedEvery {
		return
	}
	err := c.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.SetupTokens.Get(p.Tenant.ID, string(p.Token.ID))
		if err != nil || !p.Now.After(t.LastUsed) {
			return err
		}
		t.LastUsed = p.Now
		return tx.SetupTokens.Put(t.Tenant, &t)
	})
	if err != nil {
		c.o.Log.WarnContext(ctx, "the use of a setup token could not be written", "token", p.Token.ID, "kind", fairlead.KindOf(err))
	}
}
