package operating

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const challengeLife = 10 * time.Minute

// purpose says what a challenge was made for: an answer to one is no answer to another.
type purpose string

const (
	addPasskey     purpose = "passkey.add"
	passkeySignIn  purpose = "passkey.sign_in"
	passkeyConfirm purpose = "passkey.confirm"
	oidcSignIn     purpose = "oidc"
)

// challenge is what was asked and has to be answered once. It is stored sealed.
type challenge struct {
	Purpose  purpose               `json:"purpose"`
	Operator fairlead.OperatorID   `json:"operator,omitempty"` // whose answer it must be; empty: anybody's
	Session  SessionID             `json:"session,omitempty"`  // that is confirmed
	WebAuthn *webauthn.SessionData `json:"webauthn,omitempty"`
	Nonce    string                `json:"nonce,omitempty"`
	Verifier string                `json:"verifier,omitempty"` // of PKCE
	Browser  string                `json:"browser,omitempty"`  // hash of what the browser that departed has
	Return   string                `json:"return,omitempty"`   // path to go to afterwards
}

// issue stores a challenge, and returns the token that leads to it.
func (o *Operating) issue(ctx context.Context, c challenge) (fairlead.Secret, error) {
	token := fairlead.NewSecret(fairlead.NewToken())
	name := fairlead.TokenHash(token.Reveal())
	plain, err := json.Marshal(c)
	if err != nil {
		return fairlead.Secret{}, in("making a challenge", err)
	}
	sealed, err := o.o.Vault.SealRoot(sealing.ChallengeLocation(name), plain)
	if err != nil {
		return fairlead.Secret{}, in("sealing a challenge", err)
	}
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.Tokens.Put(&fairlead.Token{
			Kind: fairlead.OperatorChallengeToken, Name: name, Tenant: fairlead.ServerTenant, Subject: string(c.Purpose),
			Expires: o.o.Clock().Add(challengeLife), Value: sealed,
		})
	})
	return token, in("storing a challenge", err)
}

// spend uses a challenge up, whatever becomes of the answer. Unauthenticated: there is
// none, or it was answered, or is too old, or for something else.
func (o *Operating) spend(ctx context.Context, token fairlead.Secret, of purpose) (c challenge, err error) {
	if !plausible(token.Reveal()) {
		return c, refused()
	}
	name := fairlead.TokenHash(token.Reveal())
	var t fairlead.Token
	err = o.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		now := o.o.Clock()
		t, err = tx.Tokens.Get(fairlead.OperatorChallengeToken, name)
		if fairlead.Is(err, fairlead.NotFound) || err == nil && (!t.Live(now) || !t.Used.IsZero()) {
			return refused()
		}
		if err != nil {
			return err
		}
		used := t
		used.Used, used.Value = now, nil // by compare-and-swap: it is answered once
		return tx.Tokens.Put(&used)
	})
	if fairlead.Is(err, fairlead.Conflict) {
		err = refused()
	}
	if err != nil {
		return c, in("reading a challenge", err)
	}
	plain, err := o.o.Vault.OpenRoot(sealing.ChallengeLocation(name), t.Value)
	if err == nil {
		err = json.Unmarshal(plain, &c)
	}
	if err == nil && c.Purpose != of {
		err = refused()
	}
	return c, in("opening a challenge", err)
}
