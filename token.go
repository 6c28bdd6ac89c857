package fairlead

import (
	"encoding/json"
	"time"
)

// TokenKind says what a token opens; one of another kind is not accepted.
type TokenKind string

const (
	ClientToken     TokenKind = "client"      // a public client id (its name is stored plain): leads to an application
	KeyToken        TokenKind = "key"         // an application's secret
	AccessToken     TokenKind = "access"      // a bearer token of the API
	LinkToken       TokenKind = "link"        // opens a link's page
	PageToken       TokenKind = "page"        // the page's cookie session
	FrameToken      TokenKind = "frame"       // the page's session inside a frame
	TemplateToken   TokenKind = "template"    // a reusable link
	OAuthStateToken TokenKind = "oauth_state" // `state` of a departure to an institution
	VisitToken      TokenKind = "visit"       // a service's name of a visit (its name is a keyed digest): leads to the link
	ContinueToken   TokenKind = "continue"    // one-use: continue on another device
	CodeToken       TokenKind = "code"        // exchanged for connections
	PortalToken     TokenKind = "portal"      // the address of the person's own page

	PortalSessionToken TokenKind = "portal_session" // the session of the person's own page

	SetupSecretToken TokenKind = "setup"   // claims a SetupToken, once
	ProgramToken     TokenKind = "program" // the password with which a program reads after that

	OperatorSessionToken TokenKind = "operator_session" // an operator's session in the console; of ServerTenant
	InvitationToken      TokenKind = "invitation"       // lets an operator in once, to choose how to sign in

	OperatorChallengeToken TokenKind = "operator_challenge" // what an operator's passkey, or their OpenID Connect provider, has to answer, once
	OperatorAccountToken   TokenKind = "operator_account"   // an account at the OpenID Connect provider (its name is a hash of issuer and subject): leads to the operator
)

// Token leads from what an outsider presents to a tenant and the thing it
// opens. It is the one thing in the store that is found without a tenant.
type Token struct {
	Kind        TokenKind       `json:"kind"`
	Name        string          `json:"name"` // TokenHash of the value; the plain name for ClientToken
	Tenant      TenantID        `json:"tenant"`
	Application ApplicationID   `json:"application,omitempty"`
	Subject     string          `json:"subject"`           // id of what it opens
	Dialect     string          `json:"dialect,omitempty"` // an access token of one dialect is no good in another
	Expires     time.Time       `json:"expires,omitzero"`  // tenant time; zero: never
	Used        time.Time       `json:"used,omitzero"`     // when a single-use token was used
	UsedBy      string          `json:"used_by,omitempty"` // the idempotency key it was used under
	Value       Sealed          `json:"value,omitempty"`   // stored only where the token must be listable
	State       json.RawMessage `json:"state,omitempty"`
	// Known says that its subject knows its Name, and deletes it: neither Of nor Prune
	// finds it. It is so for life.
	Known   bool      `json:"known,omitempty"`
	Seen    time.Time `json:"seen,omitzero"` // a page's session: when it was last used, real time, to a few minutes
	Version int64     `json:"-"`
}

// Live reports whether the token may be used at the tenant's time.
func (t Token) Live(now time.Time) bool { return t.Expires.IsZero() || now.Before(t.Expires) }
