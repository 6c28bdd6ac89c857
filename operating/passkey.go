package operating

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	maxPasskeys       = 20 // of one operator
	maxPasskeyAnswer  = 64 << 10
	passkeysFrom      = "Fairlead" // as an authenticator shows whom a passkey is for
	maxCredentialName = 100
)

// newWebAuthn is the relying party that a server's address names: its host, without a
// port. nil: the host is no name, as with 127.0.0.1, and no passkey can be of it.
func newWebAuthn(base *url.URL) *webauthn.WebAuthn {
	if protocol.ValidateRPID(base.Hostname()) != nil {
		return nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: base.Hostname(), RPDisplayName: passkeysFrom, RPOrigins: []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil
	}
	return w
}

// HasPasskeys reports whether the server's address is one that passkeys can be of.
func (o *Operating) HasPasskeys() bool { return o.passkeys != nil }

// holder is an operator as package webauthn sees one.
type holder struct {
	fairlead.Operator
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Email }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func holderOf(op fairlead.Operator) (holder, error) {
	h := holder{Operator: op}
	for _, key := range op.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(key.Credential, &c); err != nil {
			return h, in("reading a passkey", err)
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

// PasskeyOptions are handed to the browser: Options to its script, and Challenge comes
// back with the answer, once, within ten minutes.
type PasskeyOptions struct {
	Options   json.RawMessage // {"publicKey": …}, for navigator.credentials
	Challenge fairlead.Secret
}

// PasskeyAnswer is what a browser's authenticator answered.
type PasskeyAnswer struct {
	Challenge fairlead.Secret
	Response  []byte // the PublicKeyCredential as JSON
}

// NewPasskey is a passkey that a browser has made.
type NewPasskey struct {
	PasskeyAnswer
	Name string // empty: Passkey
}

func (o *Operating) unsupported() error {
	return fairlead.Errorf(fairlead.Unsupported, "Passkeys need a server whose address has a name.")
}

// BeginPasskey begins to make a passkey of an operator: that of a Session, or of an
// Invitation. Unsupported: see HasPasskeys.
func (o *Operating) BeginPasskey(ctx context.Context, of fairlead.Operator) (p PasskeyOptions, err error) {
	if o.passkeys == nil {
		return p, o.unsupported()
	}
	if of.Email == "" { // of the first, who has not said it yet
		of.Email = "operator"
	}
	h, err := holderOf(of)
	if err != nil {
		return p, err
	}
	creation, data, err := o.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return p, in("beginning a passkey", err)
	}
	return o.options(ctx, creation, challenge{Purpose: addPasskey, Operator: of.ID, WebAuthn: data})
}

func (o *Operating) options(ctx context.Context, options any, c challenge) (p PasskeyOptions, err error) {
	if p.Options, err = json.Marshal(options); err != nil {
		return p, in("beginning with a passkey", err)
	}
	p.Challenge, err = o.issue(ctx, c)
	return p, err
}

// registered checks a passkey that was made for an operator. Invalid at passkey.
func (o *Operating) registered(ctx context.Context, of fairlead.Operator, p NewPasskey) (key fairlead.Passkey, err error) {
	wrong := fairlead.InvalidField("passkey", "format", "was not made as it must be: try again")
	if o.passkeys == nil {
		return key, o.unsupported()
	}
	if p.Name == "" {
		p.Name = "Passkey"
	}
	if utf8.RuneCountInString(p.Name) > maxCredentialName || !printable(p.Name) {
		return key, fairlead.InvalidField("passkey_name", "format", "must be printable text of at most 100 characters")
	}
	c, err := o.spend(ctx, p.Challenge, addPasskey)
	if fairlead.Is(err, fairlead.Unauthenticated) || err == nil && (c.Operator != of.ID || c.WebAuthn == nil || len(p.Response) > maxPasskeyAnswer) {
		return key, wrong
	}
	if err != nil {
		return key, err
	}
	if of.Email == "" {
		of.Email = "operator"
	}
	h, err := holderOf(of)
	if err != nil {
		return key, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(p.Response)
	if err != nil {
		return key, wrong
	}
	credential, err := o.passkeys.CreateCredential(h, *c.WebAuthn, parsed)
	if err != nil {
		return key, wrong
	}
	credential.Attestation = webauthn.CredentialAttestation{} // nobody reads it again
	text, err := json.Marshal(credential)
	if err != nil {
		return key, in("storing a passkey", err)
	}
	return fairlead.Passkey{ID: credential.ID, Name: p.Name, Credential: text, Created: o.o.Clock()}, nil
}

// AddPasskey adds a passkey to a fresh session's operator. Errors: Invalid at passkey or
// passkey_name; Conflict: there are too many; Forbidden with the code confirm.
func (o *Operating) AddPasskey(ctx context.Context, s Session, p NewPasskey) error {
	if err := fresh(s); err != nil {
		return err
	}
	key, err := o.registered(ctx, s.Operator, p)
	if err != nil {
		return err
	}
	return o.changeOwn(ctx, s, "operator.passkey_add", func(_ *store.Tx, op *fairlead.Operator) error {
		if len(op.Passkeys) >= maxPasskeys {
			return fairlead.Errorf(fairlead.Conflict, "You have %d passkeys. Remove one first.", maxPasskeys)
		}
		op.Passkeys = append(op.Passkeys, key)
		return nil
	})
}

// RemovePasskey removes a passkey of a fresh session's operator. Errors: NotFound;
// Conflict: nothing would be left to sign in with; Forbidden with the code confirm.
func (o *Operating) RemovePasskey(ctx context.Context, s Session, id []byte) error {
	return o.changeOwn(ctx, s, "operator.passkey_remove", func(_ *store.Tx, op *fairlead.Operator) error {
		at := passkeyOf(*op, id)
		if at < 0 {
			return fairlead.Errorf(fairlead.NotFound, "There is no such passkey.")
		}
		op.Passkeys = slices.Delete(op.Passkeys, at, at+1)
		if !signsIn(*op) {
			return fairlead.Errorf(fairlead.Conflict, "This is all that you sign in with. Choose a password, or make another passkey first.")
		}
		return nil
	})
}

func passkeyOf(op fairlead.Operator, id []byte) int {
	return slices.IndexFunc(op.Passkeys, func(p fairlead.Passkey) bool { return bytes.Equal(p.ID, id) })
}

// BeginPasskeySignIn begins to sign in by a passkey, whoever's it is.
func (o *Operating) BeginPasskeySignIn(ctx context.Context, from Client) (PasskeyOptions, error) {
	return o.beginAssertion(ctx, from, challenge{Purpose: passkeySignIn})
}

// BeginPasskeyConfirm begins to show by a passkey that the operator of a session is there.
func (o *Operating) BeginPasskeyConfirm(ctx context.Context, s Session, from Client) (PasskeyOptions, error) {
	return o.beginAssertion(ctx, from, challenge{Purpose: passkeyConfirm, Operator: s.Operator.ID, Session: s.ID})
}

func (o *Operating) beginAssertion(ctx context.Context, from Client, c challenge) (p PasskeyOptions, err error) {
	if o.passkeys == nil {
		return p, o.unsupported()
	}
	if err := o.admit(ctx, from); err != nil {
		return p, err
	}
	assertion, data, err := o.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return p, in("beginning with a passkey", err)
	}
	c.WebAuthn = data
	return o.options(ctx, assertion, c)
}

// FinishPasskeySignIn begins a session of whose passkey answered. Errors: Unauthenticated, the
// same for whatever is wrong; RateLimited.
func (o *Operating) FinishPasskeySignIn(ctx context.Context, a PasskeyAnswer, from Client) (made SignedIn, err error) {
	made.Token = fairlead.NewSecret(fairlead.NewToken())
	op, err := o.assert(ctx, passkeySignIn, a, from, func(tx *store.Tx, op *fairlead.Operator, _ challenge, now time.Time) (err error) {
		made.Session, err = begin(ctx, tx, op, ByPasskey, from, made.Token, now)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	o.report(ctx, securitylog.OperatorSignedIn, from, op)
	return made, nil
}

// FinishPasskeyConfirm has the operator of a session shown to be there. Errors: see
// FinishPasskeySignIn.
func (o *Operating) FinishPasskeyConfirm(ctx context.Context, s Session, a PasskeyAnswer, from Client) error {
	_, err := o.assert(ctx, passkeyConfirm, a, from, func(tx *store.Tx, op *fairlead.Operator, c challenge, now time.Time) error {
		if op.ID != s.Operator.ID || c.Operator != op.ID || c.Session != s.ID {
			return refused()
		}
		if err := proven(tx, s, now); err != nil {
			return err
		}
		return auditOwn(ctx, tx, now, "operator.confirm", op.ID, from)
	})
	return err
}

// assert checks what a passkey answered, and runs then in the transaction that counts its
// use.
func (o *Operating) assert(
	ctx context.Context, of purpose, a PasskeyAnswer, from Client, then func(*store.Tx, *fairlead.Operator, challenge, time.Time) error,
) (id fairlead.OperatorID, err error) {
	if o.passkeys == nil {
		return "", o.unsupported()
	}
	if err := o.admit(ctx, from); err != nil {
		return "", err
	}
	defer func() { o.judged(ctx, from, id, err) }()
	c, err := o.spend(ctx, a.Challenge, of)
	if err != nil {
		return "", err
	}
	op, credential, err := o.answered(ctx, c, a)
	if err != nil {
		return op.ID, err
	}
	text, err := json.Marshal(credential)
	if err != nil {
		return op.ID, in("storing a passkey", err)
	}
	now := o.o.Clock()
	read := op.Passkeys[passkeyOf(op, credential.ID)].Credential
	err = o.o.Store.Update(ctx, func(tx *store.Tx) error {
		present, err := enabled(tx, op.ID)
		if fairlead.Is(err, fairlead.NotFound) {
			return refused()
		}
		if err != nil {
			return err
		}
		at := passkeyOf(present, credential.ID)
		if at < 0 || !bytes.Equal(present.Passkeys[at].Credential, read) { // its counter has moved on, or it is gone
			return refused()
		}
		present.Passkeys[at].Credential, present.Passkeys[at].Used = text, now
		if err := then(tx, &present, c, now); err != nil {
			return err
		}
		return tx.Operators.Put(fairlead.ServerTenant, &present)
	})
	return op.ID, in("signing in by a passkey", err)
}

// errNobody is why an answer is nobody's.
var errNobody = errors.New("operating: nobody has this passkey")

// answered finds whose passkey answered a challenge, and checks the answer.
func (o *Operating) answered(ctx context.Context, c challenge, a PasskeyAnswer) (op fairlead.Operator, credential *webauthn.Credential, err error) {
	if len(a.Response) > maxPasskeyAnswer || c.WebAuthn == nil {
		return op, nil, refused()
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(a.Response)
	if err != nil {
		return op, nil, refused()
	}
	var failed error
	find := func(_, handle []byte) (webauthn.User, error) {
		err := o.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			op, err = enabled(tx, fairlead.OperatorID(handle))
			return err
		})
		if err != nil {
			if !fairlead.Is(err, fairlead.NotFound) {
				failed = err
			}
			return nil, errNobody
		}
		return holderOf(op)
	}
	_, credential, err = o.passkeys.ValidatePasskeyLogin(find, *c.WebAuthn, parsed)
	switch {
	case failed != nil:
		return op, nil, in("signing in by a passkey", failed)
	case err != nil || credential.Authenticator.CloneWarning || passkeyOf(op, credential.ID) < 0:
		return op, nil, refused()
	}
	return op, credential, nil
}
