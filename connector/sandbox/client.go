package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// visit is a login at a bank's own pages, between departure and return.
type visit struct {
	URL      string    `json:"url"`
	Consent  string    `json:"consent"`
	Verifier string    `json:"verifier"`
	State    string    `json:"state"`
	Redirect string    `json:"redirect"`
	Opens    time.Time `json:"opens"`
	Expires  time.Time `json:"expires"`
}

func (v *visit) step() fairlead.Step {
	return fairlead.Step{Send: &fairlead.Send{URL: v.URL, Opens: v.Opens, Expires: v.Expires}}
}

// client is the ordinary OAuth client of a bank: it knows its address and its own
// secret, and nothing of the server's memory.
type client struct {
	at   connector.Env
	name string
	base string
	api  kit.API
}

func newClient(at connector.Env, i institution) client {
	return client{at: at, name: i.redirect, base: at.BaseURL + "/sandbox/" + i.redirect, api: kit.API{Client: at.Client}}
}

// secret is the client's, which the bank was told when it was registered.
func (c client) secret() string {
	return fairlead.DerivedID("sec", c.at.Seed, string(c.at.Tenant), c.name)
}

func (c client) header(token string) http.Header {
	h := http.Header{}
	h.Set(timeHeader, c.at.Now.UTC().Format(time.RFC3339Nano))
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
		return h
	}
	h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(string(c.at.Tenant)+":"+c.secret())))
	return h
}

// tokens is an answer of the token endpoint.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Lasts   int    `json:"expires_in"`
	Subject string `json:"sub"`
}

func (c client) token(ctx context.Context, form url.Values) (tokens, error) {
	var t tokens
	return t, c.api.PostForm(ctx, c.base+"/token", c.header(""), form, &t)
}

// refused tells whether the bank answered with one of the statuses.
func refused(err error, statuses ...int) bool {
	r, ok := errors.AsType[*kit.Refusal](err)
	for _, s := range statuses {
		if ok && r.Status == s {
			return true
		}
	}
	return false
}

// register tells a bank about its client: done beside HTTP, as banks do it in a
// directory.
func (s *Sandbox) register(ctx context.Context, c client, i institution) error {
	hash := fairlead.TokenHash(c.secret())
	key := bank{s, i}.key("registered", "secret")
	return kv.Update(ctx, s.memory, c.at.Tenant, key, func(known *string) bool {
		changes := *known != hash
		*known = hash
		return changes
	})
}

// depart asks the bank for a consent and sends the person there.
func (s *Sandbox) depart(ctx context.Context, start connector.Start, i institution) (connector.Turn, error) {
	c := newClient(start.Env, i)
	if err := s.register(ctx, c, i); err != nil {
		return connector.Turn{}, err
	}
	t, err := c.token(ctx, url.Values{"grant_type": {"client_credentials"}, "scope": {"consents"}})
	if err != nil {
		return connector.Turn{}, err
	}
	ask := consentBody{consentData{Permissions: permissions(start), User: document(start.Hints.PersonalTaxID, "CPF"), Company: document(start.Hints.BusinessTaxID, "CNPJ")}}
	if !start.Consent.Expires.IsZero() {
		ask.Data.Expires = &start.Consent.Expires
	}
	var made consentBody
	if err := c.api.Post(ctx, c.base+consentsPath, c.header(t.Access), ask, &made); err != nil {
		return connector.Turn{}, err
	}
	v, err := c.pushRequest(ctx, start, made.Data.ID)
	if err != nil {
		return connector.Turn{}, err
	}
	return turn(v.step(), talk{Bank: v})
}

// permissions are the products that are asked for, or all.
func permissions(start connector.Start) []string {
	products := start.Consent.Products
	if len(products) == 0 {
		products = start.Products
	}
	if len(products) == 0 {
		products = start.Institution.Products
	}
	out := make([]string, 0, len(products))
	for _, p := range products {
		out = append(out, string(p))
	}
	return out
}

// pushRequest pushes the authorisation request and says where the person goes.
func (c client) pushRequest(ctx context.Context, start connector.Start, consent string) (*visit, error) {
	back, err := url.Parse(start.ReturnURL)
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("sandbox: the address to come back to is malformed")}
	}
	query := back.Query()
	v := &visit{Consent: consent, Verifier: fairlead.NewToken(), State: query.Get("state"), Opens: start.Now.Add(requestLife), Expires: start.Now.Add(visitLife)}
	query.Del("state")
	back.RawQuery = query.Encode()
	v.Redirect = back.String()
	sum := sha256.Sum256([]byte(v.Verifier))
	form := url.Values{
		"response_type": {"code"}, "client_id": {string(start.Tenant)}, "redirect_uri": {v.Redirect}, "scope": {"openid consent:" + consent}, "state": {v.State},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}, "seed": {start.Seed}, "base": {start.BaseURL},
	}
	if d := start.Consent.Opens; d > 0 {
		v.Opens = start.Now.Add(d)
		form.Set("opens", d.String())
	}
	if d := start.Consent.Lasts; d > 0 {
		v.Expires = start.Now.Add(d)
		form.Set("lasts", d.String())
	}
	var got struct {
		URI string `json:"request_uri"`
	}
	if err := c.api.PostForm(ctx, c.base+"/par", c.header(""), form, &got); err != nil {
		return nil, err
	}
	v.URL = c.base + "/authorize?" + url.Values{"client_id": {string(start.Tenant)}, "request_uri": {got.URI}}.Encode()
	return v, nil
}

// arrive reads what the person brought back from the bank.
func (s *Sandbox) arrive(ctx context.Context, start connector.Start, t talk, a fairlead.Answer) (connector.Turn, error) {
	i, err := s.institution(start.Institution.ID)
	if err != nil {
		return connector.Turn{}, err
	}
	v := t.Bank
	switch {
	case len(a.Return) == 0 && start.Now.Before(v.Expires):
		return turn(v.step(), t)
	case !start.Now.Before(v.Expires):
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "The visit to the institution took too long.")
	case a.Return["state"] != v.State:
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedChallenge, "The return does not belong to this login.")
	case a.Return["error"] != "" || a.Return["code"] == "":
		return connector.Turn{}, bankRefusal(a.Return["error"])
	}
	c := newClient(start.Env, i)
	got, err := c.token(ctx, url.Values{"grant_type": {"authorization_code"}, "code": {a.Return["code"]}, "redirect_uri": {v.Redirect}, "code_verifier": {v.Verifier}})
	if refused(err, http.StatusBadRequest) {
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "The institution's answer is no longer good.")
	}
	if err != nil {
		return connector.Turn{}, err
	}
	return s.consented(ctx, c, start, i, v, got)
}

// bankRefusal is what a bank's error on the way back means.
func bankRefusal(code string) error {
	switch code {
	case "temporarily_unavailable":
		return fairlead.Errorf(fairlead.InstitutionDown, "The institution cannot be reached.")
	case "server_error":
		return fairlead.Errorf(fairlead.Internal, "sandbox: the bank broke")
	}
	return fairlead.Errorf(fairlead.ConsentEnded, "The person refused at the institution.")
}

// consented ends the login with the tokens and what the bank says it allowed.
func (s *Sandbox) consented(ctx context.Context, c client, start connector.Start, i institution, v *visit, got tokens) (connector.Turn, error) {
	k, err := c.readConsent(ctx, v.Consent)
	if err != nil {
		return connector.Turn{}, err
	}
	grant := &fairlead.ConsentGrant{Ref: v.Consent}
	if k.Data.Expires != nil {
		grant.Expires = *k.Data.Expires
	}
	for _, p := range k.Data.Permissions {
		grant.Products = append(grant.Products, fairlead.Product(p))
	}
	holder, err := s.holder(ctx, start, i, got.Subject)
	if err != nil {
		return connector.Turn{}, err
	}
	return turn(fairlead.Step{Done: &fairlead.Done{Secrets: secretsOf(v.Consent, got, start.Now), Holder: holder, Identity: fairlead.NewSecret(got.Subject), Consent: grant}}, talk{})
}

func secretsOf(consent string, t tokens, now time.Time) map[string]fairlead.Secret {
	return map[string]fairlead.Secret{
		"consent": fairlead.NewSecret(consent), "refresh": fairlead.NewSecret(t.Refresh), "access": fairlead.NewSecret(t.Access),
		"until": fairlead.NewSecret(now.Add(time.Duration(t.Lasts) * time.Second).UTC().Format(time.RFC3339Nano)),
	}
}

func (c client) readConsent(ctx context.Context, id string) (consentBody, error) {
	var k consentBody
	t, err := c.token(ctx, url.Values{"grant_type": {"client_credentials"}, "scope": {"consents"}})
	if err != nil {
		return k, err
	}
	return k, c.api.Get(ctx, c.base+consentsPath+"/"+url.PathEscape(id), c.header(t.Access), &k)
}

// errConsentEnded is what a bank's refusal to give data means.
func errConsentEnded() error {
	return fairlead.Errorf(fairlead.ConsentEnded, "The consent has ended at the institution.")
}

// renew refreshes the access token.
func (c client) renew(ctx context.Context, secrets map[string]fairlead.Secret) (map[string]fairlead.Secret, error) {
	t, err := c.token(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {secrets["refresh"].Reveal()}})
	if refused(err, http.StatusBadRequest) {
		return nil, errConsentEnded()
	}
	if err != nil {
		return nil, err
	}
	t.Refresh = secrets["refresh"].Reveal()
	return secretsOf(secrets["consent"].Reveal(), t, c.at.Now), nil
}

// Renew refreshes a connection's access token; its refresh token lasts as long as
// the consent. Fetch does the same by itself when it must.
func (s *Sandbox) Renew(ctx context.Context, session connector.Session) (map[string]fairlead.Secret, time.Time, error) {
	i, err := s.institution(session.Institution.ID)
	if err != nil || i.redirect == "" {
		return session.Secrets, time.Time{}, err
	}
	secrets, err := newClient(session.Env, i).renew(ctx, session.Secrets)
	return secrets, time.Time{}, err
}

// Revoke ends a consent at the bank. Banks without consents have none to end.
func (s *Sandbox) Revoke(ctx context.Context, session connector.Session, ref string) error {
	i, err := s.institution(session.Institution.ID)
	if err != nil || i.redirect == "" || ref == "" {
		return err
	}
	c := newClient(session.Env, i)
	if err := s.register(ctx, c, i); err != nil {
		return err
	}
	t, err := c.token(ctx, url.Values{"grant_type": {"client_credentials"}, "scope": {"consents"}})
	if err != nil {
		return err
	}
	return c.remove(ctx, ref, t.Access)
}

// remove deletes a consent; one that is gone already is fine.
func (c client) remove(ctx context.Context, ref, token string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.base+consentsPath+"/"+url.PathEscape(ref), nil)
	if err != nil {
		return &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("sandbox: the consent's address is malformed")}
	}
	r.Header = c.header(token)
	answer, err := c.at.Client.Do(r)
	if err != nil {
		return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "The institution cannot be reached.", Err: err}
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 && answer.StatusCode != http.StatusNotFound {
		return fairlead.Errorf(fairlead.InstitutionDown, "The institution did not take the revocation.")
	}
	return nil
}

// permit is what a connection's token opens: whose data, which accounts and
// products. secrets is not nil if the token was refreshed on the way.
type permit struct {
	user, words string
	accounts    map[string]bool
	products    []string
	secrets     map[string]fairlead.Secret
}

// covers tells whether the consent allows a product; accounts are always told,
// because everything hangs on them.
func (p permit) covers(product fairlead.Product) bool {
	return product == fairlead.ProductAccounts || slices.Contains(p.products, string(product))
}

// permit asks the bank.
func (s *Sandbox) permit(ctx context.Context, session connector.Session, i institution) (p permit, err error) {
	c := newClient(session.Env, i)
	have := session.Secrets
	until, _ := time.Parse(time.RFC3339Nano, have["until"].Reveal())
	if !session.Now.Before(until) {
		if p.secrets, err = c.renew(ctx, have); err != nil {
			return p, err
		}
		have = p.secrets
	}
	var got resourceBody
	err = c.api.Get(ctx, c.base+resourcesPath, c.header(have["access"].Reveal()), &got)
	if refused(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound) {
		err = errConsentEnded()
	}
	if err != nil {
		return p, err
	}
	p.user, p.words, p.products, p.accounts = got.Sandbox.User, got.Sandbox.Words, got.Sandbox.Products, map[string]bool{}
	for _, r := range got.Data {
		p.accounts[r.ID] = r.Status == "AVAILABLE"
	}
	return p, nil
}
