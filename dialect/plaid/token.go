package plaid

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
)

// Tokens have the vendor's form "<kind>-<environment>-…". Those that name an Item hold
// the connection's id, by which the note with the rest is found.

// item is what this dialect notes of a connection. It is erased with the connection's data.
type item struct {
	Tokens      []string     `json:"tokens"` // hashes of the access tokens that are good
	Webhook     string       `json:"webhook,omitempty"`
	Products    []string     `json:"products"`            // that the Item was made with, as the vendor calls them
	Created     time.Time    `json:"created"`             // tenant time
	Interrupt   bool         `json:"interrupt,omitempty"` // the next page of a sync that is under way is refused once
	LastWebhook *sentWebhook `json:"last_webhook,omitempty"`
	// First names, by code, the event that told of the Item's first transactions.
	First map[string]fairlead.EventID `json:"first,omitempty"`
	// Statements are the days whose statements were asked for; none: all.
	Statements []fairlead.Interval `json:"statements,omitempty"`
	// Filters are the accounts that the newest link let through; nil: all.
	Filters filters `json:"filters,omitempty"`
}

// sentWebhook is the newest webhook that was made for an Item.
type sentWebhook struct {
	At   time.Time `json:"at"`
	Code string    `json:"code"`
}

// maxTokens bounds the access tokens of an Item: each public token gives another.
const maxTokens = 50

// itemKey is where what an application's tokens open of a connection is noted: another of
// the tenant that has linked the same login has an Item of its own.
func itemKey(id fairlead.ConnectionID, app fairlead.ApplicationID) string {
	return fairlead.NotesOf(id) + "item/" + string(app)
}

func (p *Plaid) kv() *notes.KV { return p.verbs.Notes.KV(name) }

// newAccessToken mints a token of a connection: 128 random bits behind its id.
func newAccessToken(t fairlead.Tenant, id fairlead.ConnectionID) string {
	var b [16]byte
	rand.Read(b[:])
	return "access-" + environment(t) + "-" + strings.TrimPrefix(string(id), "con_") + "-" + hex.EncodeToString(b[:])
}

// connectionOf is the connection that a token of a kind names; "" where it is none of
// the tenant's environment.
func connectionOf(t fairlead.Tenant, kind, token string) fairlead.ConnectionID {
	rest, ok := strings.CutPrefix(token, kind+"-"+environment(t)+"-")
	id, secret, named := strings.Cut(rest, "-")
	if !ok || !named || id == "" || secret == "" || len(token) > 200 {
		return ""
	}
	return fairlead.ConnectionID("con_" + id)
}

func invalidAccessToken() error {
	return newError(invalidInput, "INVALID_ACCESS_TOKEN", "could not find matching access token")
}

func invalidPublicToken() error {
	return newError(invalidInput, "INVALID_PUBLIC_TOKEN", "could not find matching public token: it was used, has expired, or is not this client's")
}

// itemOfToken is the Item that an access token opens, whatever state it is in.
func (p *Plaid) itemOfToken(c call, token string) (fairlead.Connection, item, error) {
	if token == "" {
		return fairlead.Connection{}, item{}, missing("access_token")
	}
	id := connectionOf(c.Tenant, "access", token)
	if id == "" {
		return fairlead.Connection{}, item{}, invalidAccessToken()
	}
	note, err := notes.Read[item](c.Context(), p.kv(), c.Tenant.ID, itemKey(id, c.Application.ID))
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Connection{}, item{}, invalidAccessToken()
	}
	if err != nil {
		return fairlead.Connection{}, item{}, err
	}
	if !slices.Contains(note.Tokens, fairlead.TokenHash(token)) {
		return fairlead.Connection{}, item{}, invalidAccessToken()
	}
	conn, err := p.verbs.Reading.Connection(c.Context(), c.Tenant.ID, id)
	if fairlead.Is(err, fairlead.NotFound) {
		return conn, note, invalidAccessToken()
	}
	return conn, note, err
}

// opened is the Item that an access token opens, for reading: one that needs the person
// first, or is gone, is refused with what the vendor says of it.
func (p *Plaid) opened(c call, token string) (fairlead.Connection, item, error) {
	conn, note, err := p.itemOfToken(c, token)
	if err != nil {
		return conn, note, err
	}
	if e := itemErrorOf(conn); e != nil {
		return conn, note, e
	}
	return conn, note, nil
}

// itemErrorOf is why an Item cannot be used until somebody acts; nil: it can.
func itemErrorOf(conn fairlead.Connection) *plaidError {
	switch {
	case conn.Status == fairlead.ConnectionDisconnected:
		return newError(itemError, "ITEM_NOT_FOUND", "the Item was removed, or its user has revoked access")
	case conn.Status == fairlead.ConnectionNeedsAction && conn.Problem != nil:
		return describe(conn.Problem.Kind, nil)
	}
	return nil
}

// exchange turns a public token into an access token, once.
func (p *Plaid) exchange(c call) (any, error) {
	var body struct {
		PublicToken string `json:"public_token"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.PublicToken == "" {
		return nil, missing("public_token")
	}
	conn, of, err := p.spend(c, body.PublicToken)
	if err != nil {
		return nil, err
	}
	token := newAccessToken(c.Tenant, conn.ID)
	if err := p.note(c.Context(), c, conn, of, token); err != nil {
		return nil, err
	}
	return exchanged{token, string(conn.ID)}, p.announce(c, conn.ID, of)
}

// announce tells by webhook of transactions that were there before anybody could know
// the Item: whoever waits for that to read them would wait in vain.
func (p *Plaid) announce(c call, id fairlead.ConnectionID, of state) error {
	conn, err := p.verbs.Reading.Connection(c.Context(), c.Tenant.ID, id)
	if err != nil || of.Webhook == "" || conn.Products[fairlead.ProductTransactions].LastGood.IsZero() {
		return err
	}
	for _, code := range firstCodes() {
		if err := p.fire(c, conn, firedWebhook{Type: "TRANSACTIONS", Code: code, First: true}); err != nil {
			return err
		}
	}
	return nil
}

// spend uses a public token up: that of a link's end, or one made of an access token.
func (p *Plaid) spend(c call, token string) (fairlead.Connection, state, error) {
	if id := connectionOf(c.Tenant, "public", token); id != "" {
		conn, err := p.verbs.Reading.Connection(c.Context(), c.Tenant.ID, id)
		if err == nil {
			_, secret, _ := strings.Cut(strings.TrimPrefix(token, "public-"+environment(c.Tenant)+"-"), "-")
			if err = p.verbs.Access.SpendToken(c.Context(), c.Caller, secret, publicOf(id)); err == nil {
				of, err := p.linkOf(c, conn)
				return conn, of, err
			}
		}
		if !spent(err) {
			return conn, state{}, err
		}
	}
	code, ok := strings.CutPrefix(token, "public-"+environment(c.Tenant)+"-")
	if !ok {
		return fairlead.Connection{}, state{}, invalidPublicToken()
	}
	grant, err := p.verbs.Linking.Exchange(c.Context(), c.Application, code, "")
	if spent(err) || err == nil && (len(grant.Connections) == 0 || grant.Link.Origin.Dialect != name) {
		return fairlead.Connection{}, state{}, invalidPublicToken()
	}
	if err != nil {
		return fairlead.Connection{}, state{}, err
	}
	return grant.Connections[0], stateOf(grant.Link.Origin), nil
}

// linkOf is what is remembered of the link that a connection was made or updated by last;
// nothing of another application's.
func (p *Plaid) linkOf(c call, conn fairlead.Connection) (state, error) {
	link, err := p.verbs.Linking.Link(c.Context(), c.Tenant.ID, conn.Link)
	if fairlead.Is(err, fairlead.NotFound) || err == nil && link.Application != c.Application.ID {
		return state{}, nil
	}
	return stateOf(link.Origin), err
}

// spent reports whether an error says that a token is no good.
func spent(err error) bool {
	return fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Gone) || fairlead.Is(err, fairlead.Unauthenticated) || fairlead.Is(err, fairlead.Conflict)
}

// publicOf is what public tokens made of access tokens are tokens of: one is good for
// its own Item alone.
func publicOf(id fairlead.ConnectionID) string { return name + "-public/" + string(id) }

// note notes a new access token of an Item.
func (p *Plaid) note(ctx context.Context, c call, conn fairlead.Connection, of state, token string) error {
	_, err := notes.Change(ctx, p.kv(), c.Tenant.ID, itemKey(conn.ID, c.Application.ID), func(n *item) error {
		if n.Created.IsZero() {
			*n = item{Webhook: of.Webhook, Created: c.now}
		}
		for _, product := range of.Products {
			if !slices.Contains(n.Products, product) {
				n.Products = append(n.Products, product)
			}
		}
		if of.Webhook != "" {
			n.Webhook = of.Webhook
		}
		if of.Statements != nil {
			n.addStatements(*of.Statements)
		}
		if of.Nonce != "" {
			n.Filters = of.filters()
		}
		n.Tokens = append(n.Tokens, fairlead.TokenHash(token))
		n.Tokens = n.Tokens[max(0, len(n.Tokens)-maxTokens):]
		return nil
	})
	return err
}

// createPublicToken makes a public token of an Item that has an access token.
func (p *Plaid) createPublicToken(c call) (any, error) {
	conn, _, err := p.named(c)
	if err != nil {
		return nil, err
	}
	token, err := p.publicToken(c, conn.ID)
	return publicToken{token, stamp(c.now.Add(publicLife))}, err
}

func (p *Plaid) publicToken(c call, id fairlead.ConnectionID) (string, error) {
	token, _, err := p.verbs.Access.IssueToken(c.Context(), c.Caller, publicOf(id), publicLife)
	return "public-" + environment(c.Tenant) + "-" + strings.TrimPrefix(string(id), "con_") + "-" + token, err
}

// invalidate gives an Item another access token in the place of the one shown.
func (p *Plaid) invalidate(c call) (any, error) {
	var body accessBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	conn, _, err := p.itemOfToken(c, body.AccessToken)
	if err != nil {
		return nil, err
	}
	token, old := newAccessToken(c.Tenant, conn.ID), fairlead.TokenHash(body.AccessToken)
	_, err = notes.Change(c.Context(), p.kv(), c.Tenant.ID, itemKey(conn.ID, c.Application.ID), func(n *item) error {
		i := slices.Index(n.Tokens, old)
		if i < 0 { // somebody was faster
			return invalidAccessToken()
		}
		n.Tokens[i] = fairlead.TokenHash(token)
		return nil
	})
	return newToken{token}, err
}

// accessBody is a request that names an Item, and no more.
type accessBody struct {
	AccessToken string `json:"access_token"`
}

// named reads a body that names an Item and no more, and the Item.
func (p *Plaid) named(c call) (fairlead.Connection, item, error) {
	var body accessBody
	if err := c.decode(&body); err != nil {
		return fairlead.Connection{}, item{}, err
	}
	return p.itemOfToken(c, body.AccessToken)
}

// ownError is err as the vendor's, where it is.
func ownError(err error) (*plaidError, bool) { return errors.AsType[*plaidError](err) }
