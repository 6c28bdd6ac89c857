package operating_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/securitylog"
)

// authenticator is one in software: it makes a passkey, and answers with it.
type authenticator struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	holder string // base64url, as it was told
	counts uint32
	// What it says, which a dishonest page or another server would make it say.
	origin, rp string
	verified   bool
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	id := make([]byte, 16)
	rand.Read(id)
	return &authenticator{t: t, key: key, id: id, origin: baseURL, rp: "connect.example.com", verified: true}
}

var base64URL = base64.RawURLEncoding

// clientData is what the browser says that was signed.
func (a *authenticator) clientData(kind, challenge string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	must(a.t, err)
	return text
}

// data is the authenticator data, with the credential where it is new.
func (a *authenticator) data(attested []byte) []byte {
	sum := sha256.Sum256([]byte(a.rp))
	flags := byte(0x01)
	if a.verified {
		flags |= 0x04
	}
	if attested != nil {
		flags |= 0x40
	}
	out := append(sum[:], flags)
	return append(binary.BigEndian.AppendUint32(out, a.counts), attested...)
}

// options is what of a browser's options an authenticator reads.
type options struct {
	PublicKey struct {
		Challenge        string `json:"challenge"`
		RPID             string `json:"rpId"`
		UserVerification string `json:"userVerification"`
		Attestation      string `json:"attestation"`
		User             struct {
			ID string `json:"id"`
		} `json:"user"`
		RP struct {
			ID string `json:"id"`
		} `json:"rp"`
		AuthenticatorSelection struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		ExcludeCredentials []struct{ ID string } `json:"excludeCredentials"`
	} `json:"publicKey"`
}

func read(t *testing.T, p operating.PasskeyOptions) (o options) {
	t.Helper()
	must(t, json.Unmarshal(p.Options, &o))
	return o
}

// challengeIn is the challenge that a browser is handed.
func challengeIn(t *testing.T, p operating.PasskeyOptions) string {
	t.Helper()
	return read(t, p).PublicKey.Challenge
}

// make makes a passkey for what a browser was handed.
func (a *authenticator) make(p operating.PasskeyOptions, name string) operating.NewPasskey {
	a.t.Helper()
	o := read(a.t, p).PublicKey
	a.holder = o.User.ID
	point, err := a.key.PublicKey.ECDH()
	must(a.t, err)
	xy := point.Bytes()[1:]
	public, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: xy[:32], -3: xy[32:]})
	must(a.t, err)
	attested := append(make([]byte, 16), byte(len(a.id)>>8), byte(len(a.id)))
	attested = append(append(attested, a.id...), public...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(attested)})
	must(a.t, err)
	response, err := json.Marshal(map[string]any{
		"id": base64URL.EncodeToString(a.id), "rawId": base64URL.EncodeToString(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON":    base64URL.EncodeToString(a.clientData("webauthn.create", o.Challenge)),
			"attestationObject": base64URL.EncodeToString(object), "transports": []string{"internal"},
		},
	})
	must(a.t, err)
	return operating.NewPasskey{PasskeyAnswer: operating.PasskeyAnswer{Challenge: p.Challenge, Response: response}, Name: name}
}

// answer signs what a browser was handed, and counts.
func (a *authenticator) answer(p operating.PasskeyOptions) operating.PasskeyAnswer {
	a.t.Helper()
	a.counts++
	client, data := a.clientData("webauthn.get", challengeIn(a.t, p)), a.data(nil)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(data, sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	must(a.t, err)
	response, err := json.Marshal(map[string]any{
		"id": base64URL.EncodeToString(a.id), "rawId": base64URL.EncodeToString(a.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": base64URL.EncodeToString(client), "authenticatorData": base64URL.EncodeToString(data),
			"signature": base64URL.EncodeToString(signature), "userHandle": a.holder,
		},
	})
	must(a.t, err)
	return operating.PasskeyAnswer{Challenge: p.Challenge, Response: response}
}

// withPasskey is the first operator, who has chosen a passkey and no password.
func (s *server) withPasskey() (*person, *authenticator) {
	s.t.Helper()
	address, err := s.FirstInvitation(s.t.Context())
	must(s.t, err)
	i, err := s.Invitation(s.t.Context(), tokenOf(s.t, address), from)
	must(s.t, err)
	begun, err := s.BeginPasskey(s.t.Context(), i.Operator)
	must(s.t, err)
	a := newAuthenticator(s.t)
	made := a.make(begun, "Olga's key")
	p := &person{s: s, email: "owner@example.com"}
	p.signedIn, p.recovery, err = s.Accept(s.t.Context(), tokenOf(s.t, address), operating.Acceptance{Email: p.email, Passkey: &made}, from)
	must(s.t, err)
	p.id = p.signedIn.Session.Operator.ID
	return p, a
}

func (s *server) beginSignIn() operating.PasskeyOptions {
	s.t.Helper()
	p, err := s.BeginPasskeySignIn(s.t.Context(), from)
	must(s.t, err)
	return p
}

func TestAnOperatorSignsInByPasskeyAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, a := s.withPasskey()
	if len(p.recovery) != 0 || p.signedIn.Session.Operator.Password != "" {
		t.Errorf("there is a password, or %d recovery codes", len(p.recovery))
	}
	begun := s.beginSignIn()
	if o := read(t, begun).PublicKey; o.RPID != "connect.example.com" || o.UserVerification != "required" || len(o.Challenge) < 40 {
		t.Errorf("the browser is handed %s", begun.Options)
	}
	made, err := s.FinishPasskeySignIn(t.Context(), a.answer(begun), from)
	must(t, err)
	got := s.session(made.Token)
	if got.Method != operating.ByPasskey || got.Operator.ID != p.id || got.Operator.Passkeys[0].Used.IsZero() || got.Operator.Passkeys[0].Name != "Olga's key" {
		t.Errorf("the session is %+v", got)
	}
	_, err = s.SignIn(t.Context(), operating.Credentials{Email: p.email, Code: secret("000000")}, from)
	wantKind(t, err, fairlead.Unauthenticated)
	s.audited("operator.sign_in", p.id, p.id)
}

func TestAPasskeyIsMadeThatIsVerifiedAndFound(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, _ := s.withPasskey()
	begun, err := s.BeginPasskey(p.ctx(), p.signedIn.Session.Operator)
	must(t, err)
	o := read(t, begun).PublicKey
	if o.RP.ID != "connect.example.com" || o.AuthenticatorSelection.ResidentKey != "required" || o.AuthenticatorSelection.UserVerification != "required" ||
		o.Attestation != "none" || len(o.ExcludeCredentials) != 1 {
		t.Errorf("the browser is handed %s", begun.Options)
	}
}

func TestAnAnswerOfAPasskeyThatIsNotThatOfNowIsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *operating.Options) { o.WrongAtOnce = 1000 })
	p, a := s.withPasskey()
	other := newAuthenticator(t)
	other.holder = a.holder
	answers := map[string]bool{}
	for what, answer := range map[string]func() operating.PasskeyAnswer{
		"another origin": func() operating.PasskeyAnswer {
			b := *a
			b.origin = "https://evil.example"
			return b.answer(s.beginSignIn())
		},
		"another port": func() operating.PasskeyAnswer {
			b := *a
			b.origin = baseURL + ":8443"
			return b.answer(s.beginSignIn())
		},
		"another relying party": func() operating.PasskeyAnswer { b := *a; b.rp = "example.com"; return b.answer(s.beginSignIn()) },
		"nobody was verified":   func() operating.PasskeyAnswer { b := *a; b.verified = false; return b.answer(s.beginSignIn()) },
		"another's key":         func() operating.PasskeyAnswer { return other.answer(s.beginSignIn()) },
		"another's handle": func() operating.PasskeyAnswer {
			b := *a
			b.holder = base64URL.EncodeToString([]byte("ope_nobody"))
			return b.answer(s.beginSignIn())
		},
		"another challenge": func() operating.PasskeyAnswer {
			answer := a.answer(s.beginSignIn())
			answer.Challenge = s.beginSignIn().Challenge
			return answer
		},
		"a challenge to make one": func() operating.PasskeyAnswer {
			begun, err := s.BeginPasskey(t.Context(), p.signedIn.Session.Operator)
			must(t, err)
			return a.answer(begun)
		},
		"a challenge to confirm": func() operating.PasskeyAnswer {
			begun, err := s.BeginPasskeyConfirm(t.Context(), p.signedIn.Session, from)
			must(t, err)
			return a.answer(begun)
		},
		"no challenge": func() operating.PasskeyAnswer {
			answer := a.answer(s.beginSignIn())
			answer.Challenge = secret("nothing")
			return answer
		},
		"too late": func() operating.PasskeyAnswer {
			answer := a.answer(s.beginSignIn())
			s.wait(10 * time.Minute)
			return answer
		},
		"no JSON": func() operating.PasskeyAnswer {
			return operating.PasskeyAnswer{Challenge: s.beginSignIn().Challenge, Response: []byte("no JSON")}
		},
		"huge": func() operating.PasskeyAnswer {
			return operating.PasskeyAnswer{Challenge: s.beginSignIn().Challenge, Response: []byte(strings.Repeat("[", 1<<20))}
		},
	} {
		_, err := s.FinishPasskeySignIn(t.Context(), answer(), from)
		if !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s: %v", what, err)
			continue
		}
		answers[err.Error()] = true
	}
	if len(answers) != 1 || s.count(securitylog.AuthenticationFailed) < 10 {
		t.Errorf("the answers are %v, reported was %v", answers, s.counted)
	}
	a.counts += 100
	_, err := s.FinishPasskeySignIn(t.Context(), a.answer(s.beginSignIn()), from)
	must(t, err)
}

func TestAnAnswerOfAPasskeyIsGoodOnceAndItsCounterGoesOn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, a := s.withPasskey()
	answer := a.answer(s.beginSignIn())
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n := range errs {
		both.Go(func() { _, errs[n] = s.FinishPasskeySignIn(t.Context(), answer, from) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("they got %v and %v", errs[0], errs[1])
	}
	copied := *a
	copied.counts-- // answers with the same count once more
	_, err := s.FinishPasskeySignIn(t.Context(), copied.answer(s.beginSignIn()), from)
	wantKind(t, err, fairlead.Unauthenticated)
	_, err = s.FinishPasskeySignIn(t.Context(), a.answer(s.beginSignIn()), from)
	must(t, err)
}

func TestAPasskeyThatWasMadeElsewhereIsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, _ := s.withPasskey()
	mine := s.session(p.signedIn.Token)
	for what, change := range map[string]func(*authenticator){
		"another origin":        func(a *authenticator) { a.origin = "https://evil.example" },
		"another relying party": func(a *authenticator) { a.rp = "evil.example" },
		"nobody was verified":   func(a *authenticator) { a.verified = false },
	} {
		begun, err := s.BeginPasskey(p.ctx(), mine.Operator)
		must(t, err)
		a := newAuthenticator(t)
		change(a)
		if err := s.AddPasskey(p.ctx(), mine, a.make(begun, "")); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	begun, err := s.BeginPasskey(p.ctx(), fairlead.Operator{ID: "ope_other", Email: "other@example.com"})
	must(t, err)
	wantField(t, s.AddPasskey(p.ctx(), mine, newAuthenticator(t).make(begun, "")), "passkey")
}

func TestPasskeysAreAddedAndRemovedButTheLastOne(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, a := s.withPasskey()
	first := p.signedIn.Session.Operator.Passkeys[0].ID
	wantKind(t, s.RemovePasskey(p.ctx(), s.session(p.signedIn.Token), first), fairlead.Conflict)
	s.wait(10 * time.Minute)
	stale := s.session(p.signedIn.Token)
	begun, err := s.BeginPasskey(p.ctx(), stale.Operator)
	must(t, err)
	b := newAuthenticator(t)
	made := b.make(begun, "Second")
	wantKind(t, s.AddPasskey(p.ctx(), stale, made), fairlead.Forbidden)

	confirming, err := s.BeginPasskeyConfirm(p.ctx(), stale, from)
	must(t, err)
	must(t, s.FinishPasskeyConfirm(p.ctx(), stale, a.answer(confirming), from))
	mine := s.session(p.signedIn.Token)
	must(t, s.AddPasskey(p.ctx(), mine, made))
	must(t, s.RemovePasskey(p.ctx(), mine, first))
	wantKind(t, s.RemovePasskey(p.ctx(), mine, first), fairlead.NotFound)
	_, err = s.FinishPasskeySignIn(t.Context(), a.answer(s.beginSignIn()), from)
	wantKind(t, err, fairlead.Unauthenticated)
	_, err = s.FinishPasskeySignIn(t.Context(), b.answer(s.beginSignIn()), from)
	must(t, err)
	s.audited("operator.passkey_add", p.id, p.id)
	s.audited("operator.passkey_remove", p.id, p.id)
}

func TestAPasskeyOfAnotherOperatorConfirmsNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, _ := s.withPasskey()
	_, address := s.invite(p, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	second := s.accept(address, "")
	begun, err := s.BeginPasskey(second.ctx(), second.signedIn.Session.Operator)
	must(t, err)
	b := newAuthenticator(t)
	must(t, s.AddPasskey(second.ctx(), s.session(second.signedIn.Token), b.make(begun, "")))
	s.wait(10 * time.Minute)
	mine := s.session(p.signedIn.Token)
	confirming, err := s.BeginPasskeyConfirm(p.ctx(), mine, from)
	must(t, err)
	wantKind(t, s.FinishPasskeyConfirm(p.ctx(), mine, b.answer(confirming), from), fairlead.Unauthenticated)
	if s.session(p.signedIn.Token).Fresh(operating.FreshFor) {
		t.Error("the session is confirmed")
	}
}

func TestADisabledOperatorsPasskeySignsNobodyIn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, a := s.withPasskey()
	_, address := s.invite(p, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	second := s.accept(address, "")
	must(t, s.Disable(second.ctx(), p.id))
	_, err := s.FinishPasskeySignIn(t.Context(), a.answer(s.beginSignIn()), from)
	wantKind(t, err, fairlead.Unauthenticated)
}

func TestAServerWithoutANameHasNoPasskeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *operating.Options) { o.BaseURL = "http://127.0.0.1:8080" })
	_, err := s.BeginPasskeySignIn(t.Context(), from)
	wantKind(t, err, fairlead.Unsupported)
	if s.HasPasskeys() {
		t.Error("it says that it has")
	}
}
