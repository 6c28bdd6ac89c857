package operating_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

// provider is a small OpenID Connect provider: whoever comes is the person that it
// was told to be, and what it says of them can be spoiled.
type provider struct {
	*httptest.Server
	t     *testing.T
	clock func() time.Time
	key   *ecdsa.PrivateKey

	mu        sync.Mutex
	challenge map[string]url.Values // by code: with what the browser came
	claims    map[string]any        // of whom it says that they are there
	signWith  *ecdsa.PrivateKey
}

const (
	clientID     = "fairlead"
	clientSecret = "canary-of-the-client-secret"
)

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{t: t, challenge: map[string]url.Values{}, key: newKey(t)}
	p.signWith = p.key
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return key
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}

// visit is what a browser does at the provider: it comes back with a code and its state.
func (p *provider) visit(d operating.Departure) operating.Arrival {
	p.t.Helper()
	u, err := url.Parse(d.Address)
	must(p.t, err)
	q := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "redirect_uri": baseURL + operating.OIDCPath, "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			p.t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	code := fairlead.NewToken()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.challenge[code] = q
	return operating.Arrival{State: secret(q.Get("state")), Code: secret(code), Browser: d.Browser}
}

// token trades a code once, for who shows the verifier of its challenge.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	code := r.PostFormValue("code")
	q, ok := p.challenge[code]
	delete(p.challenge, code)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || id != clientID || secret != clientSecret || base64URL.EncodeToString(sum[:]) != q.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		answer(w, map[string]string{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{
		"iss": p.URL, "aud": clientID, "sub": "olga", "nonce": q.Get("nonce"), "iat": p.clock().Unix(), "exp": p.clock().Add(time.Hour).Unix(),
		"auth_time": p.clock().Unix(), "email": "Olga@Example.com", "email_verified": true,
	}
	for name, value := range p.claims {
		claims[name] = value
	}
	text, _ := json.Marshal(claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.signWith, KeyID: "one"}}, nil)
	if err != nil {
		p.t.Error(err)
		return
	}
	signed, err := signer.Sign(text)
	if err != nil {
		p.t.Error(err)
		return
	}
	compact, _ := signed.CompactSerialize()
	answer(w, map[string]any{"access_token": "canary-access-token", "token_type": "Bearer", "id_token": compact})
}

func (p *provider) says(claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claims = claims
}

// withProvider is a server with a provider, and an invited operator who has not chosen
// anything.
func withProvider(t *testing.T) (*server, *provider, *person, fairlead.Operator) {
	t.Helper()
	p := newProvider(t)
	s := newServer(t, func(o *operating.Options) {
		o.WrongAtOnce = 1000
		o.OIDC = &operating.OIDC{Issuer: p.URL, ClientID: clientID, ClientSecret: secret(clientSecret), HTTP: p.Client()}
	})
	p.clock = s.clock
	owner := s.owner()
	op, _ := s.invite(owner, operating.Spec{Email: "olga@example.com", Role: fairlead.RoleOwner})
	return s, p, owner, op
}

func (s *server) depart(to string) operating.Departure {
	s.t.Helper()
	d, err := s.BeginOIDC(s.t.Context(), to, from)
	must(s.t, err)
	return d
}

func TestAnInvitedOperatorSignsInByOpenIDConnect(t *testing.T) {
	t.Parallel()
	s, p, owner, op := withProvider(t)
	made, to, err := s.FinishOIDC(t.Context(), p.visit(s.depart("/console/t/acme/links?page=2")), from)
	must(t, err)
	got := s.session(made.Token)
	if got.Operator.ID != op.ID || got.Method != operating.ByOIDC || got.Operator.Issuer != p.URL || got.Operator.Subject != "olga" || to != "/console/t/acme/links?page=2" {
		t.Errorf("the session is %+v, it goes to %s", got, to)
	}
	// From now on the account counts, whatever its e-mail, and no other one with this e-mail.
	p.says(map[string]any{"email": "olga@elsewhere.example", "email_verified": false})
	again, _, err := s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
	if err != nil || again.Session.Operator.ID != op.ID {
		t.Errorf("by its subject: %+v, %v", again.Session, err)
	}
	p.says(map[string]any{"sub": "somebody else"})
	_, _, err = s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
	wantKind(t, err, fairlead.Unauthenticated)
	p.says(nil)
	must(t, s.Disable(owner.ctx(), op.ID))
	_, _, err = s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
	wantKind(t, err, fairlead.Unauthenticated)
	if _, err := s.Reset(owner.ctx(), op.ID); err != nil {
		t.Fatal(err)
	}
	made, _, err = s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
	if err != nil || made.Session.Operator.ID != op.ID {
		t.Errorf("after a reset: %+v, %v", made.Session, err)
	}
	s.audited("operator.oidc", op.ID, op.ID)
	if text := s.log.String(); strings.Contains(text, "canary") || strings.Contains(text, made.Token.Reveal()) {
		t.Error("the log has a secret")
	}
}

func TestWhatTheProviderSaysIsCheckedAndMakesNobody(t *testing.T) {
	t.Parallel()
	s, p, _, _ := withProvider(t)
	for what, claims := range map[string]map[string]any{
		"another nonce":              {"nonce": "another"},
		"no nonce":                   {"nonce": nil},
		"another audience":           {"aud": "another"},
		"several audiences":          {"aud": []string{clientID, "another"}},
		"another's by name":          {"azp": "another"},
		"another issuer":             {"iss": "https://evil.example"},
		"expired":                    {"exp": s.clock().Add(-time.Second).Unix()},
		"an e-mail that is no proof": {"email_verified": false},
		"nothing about the e-mail":   {"email_verified": nil},
		"an e-mail of nobody":        {"email": "nobody@example.com"},
		"no e-mail":                  {"email": nil},
		"no subject":                 {"sub": ""},
	} {
		p.says(claims)
		_, _, err := s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
		if !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s: %v", what, err)
		}
	}
	p.says(nil)
	p.signWith = newKey(t)
	_, _, err := s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
	wantKind(t, err, fairlead.Unauthenticated)
	p.signWith = p.key
	page, err := s.Operators(t.Context(), "", 0)
	if err != nil || len(page) != 2 || page[1].Issuer != "" {
		t.Errorf("there are %d operators, %v", len(page), err)
	}
}

func TestAnArrivalIsThatOfTheBrowserThatDepartedAndCountsOnce(t *testing.T) {
	t.Parallel()
	s, p, _, _ := withProvider(t)
	for what, change := range map[string]func(*operating.Arrival){
		"another browser":               func(a *operating.Arrival) { a.Browser = s.depart("").Browser },
		"no browser":                    func(a *operating.Arrival) { a.Browser = fairlead.Secret{} },
		"another state":                 func(a *operating.Arrival) { a.State = p.visit(s.depart("")).State },
		"no state":                      func(a *operating.Arrival) { a.State = fairlead.Secret{} },
		"another code":                  func(a *operating.Arrival) { a.Code = secret("another") },
		"the code of another departure": func(a *operating.Arrival) { a.Code = p.visit(s.depart("")).Code },
		"no code":                       func(a *operating.Arrival) { a.Code = fairlead.Secret{} },
		"too late":                      func(*operating.Arrival) { s.wait(10 * time.Minute) },
	} {
		a := p.visit(s.depart(""))
		change(&a)
		if _, _, err := s.FinishOIDC(t.Context(), a, from); !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s: %v", what, err)
		}
	}
	a := p.visit(s.depart(""))
	_, _, err := s.FinishOIDC(t.Context(), a, from)
	must(t, err)
	_, _, err = s.FinishOIDC(t.Context(), a, from)
	wantKind(t, err, fairlead.Unauthenticated)
}

func TestASessionIsConfirmedByTheProvider(t *testing.T) {
	t.Parallel()
	s, p, owner, op := withProvider(t)
	made, _, err := s.FinishOIDC(t.Context(), p.visit(s.depart("")), from)
	must(t, err)
	s.wait(10 * time.Minute)
	confirm := func(session operating.Session) error {
		t.Helper()
		d, err := s.BeginOIDCConfirm(t.Context(), session, "/console/me", from)
		must(t, err)
		if !strings.Contains(d.Address, "prompt=login") || !strings.Contains(d.Address, "max_age=0") {
			t.Errorf("it departs to %s", d.Address)
		}
		made, to, err := s.FinishOIDC(t.Context(), p.visit(d), from)
		if err == nil && (!made.Token.Empty() || to != "/console/me") {
			t.Errorf("it began a session, and goes to %s", to)
		}
		return err
	}
	p.says(map[string]any{"auth_time": s.clock().Add(-10 * time.Minute).Unix()})
	wantKind(t, confirm(s.session(made.Token)), fairlead.Unauthenticated)
	p.says(nil)
	wantKind(t, confirm(s.session(owner.signIn().Token)), fairlead.Unauthenticated) // another's account
	must(t, confirm(s.session(made.Token)))
	if !s.session(made.Token).Fresh(operating.FreshFor) {
		t.Error("it is not fresh")
	}
	s.audited("operator.confirm", op.ID, op.ID)
}

func TestOneGoesBackOnlyToThePathsOfTheConsole(t *testing.T) {
	t.Parallel()
	s, p, _, _ := withProvider(t)
	for to, want := range map[string]string{
		"/console": "/console", "/console/t/acme": "/console/t/acme", "https://evil.example/console": "/console", "//evil.example/console/": "/console",
		"/console/../v1": "/console", "/console\\evil": "/console", "/consoles": "/console", "javascript:alert(1)": "/console", "": "/console",
	} {
		if _, got, err := s.FinishOIDC(t.Context(), p.visit(s.depart(to)), from); err != nil || got != want {
			t.Errorf("%q goes to %q, %v", to, got, err)
		}
	}
}

func TestAProviderThatIsDownHindersOnlyThoseWhoSignInThere(t *testing.T) {
	t.Parallel()
	s, p, owner, _ := withProvider(t)
	p.Close()
	_, err := s.BeginOIDC(t.Context(), "", from)
	wantKind(t, err, fairlead.Unavailable)
	owner.signIn()
	without := newServer(t)
	_, err = without.BeginOIDC(t.Context(), "", from)
	wantKind(t, err, fairlead.Unsupported)
	if without.HasOIDC() || !s.HasOIDC() {
		t.Error("they say otherwise")
	}
}
