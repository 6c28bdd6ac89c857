package bank

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

// Visit is a login at a bank's own pages, between departure and return.
type Visit struct {
	URL      string    `json:"url"`
	Consent  string    `json:"consent"`
	Verifier string    `json:"verifier"`
	State    string    `json:"state"`
	Redirect string    `json:"redirect"`
	Opens    time.Time `json:"opens"`
	Expires  time.Time `json:"expires"`
}

// Step sends the person there.
func (v *Visit) Step() fairlead.Step {
	return fairlead.Step{Send: &fairlead.Send{URL: v.URL, Opens: v.Opens, Expires: v.Expires}}
}

// Client is the ordinary OAuth client of a bank: it knows its address and its own
// secret, and nothing of the server's memory.
type Client struct {
	at   connector.Env
	name string
	base string
	api  kit.API
}

// NewClient makes a tenant's client of the bank that is served under a path.
func NewClient(at connector.Env, path string) Client {
	return Client{at: at, name: path, base: at.BaseURL + root + path, api: kit.API{Client: at.Client}}
}

// secret is the client's, which the bank learned when it was registered.
func (c Client) secret() string {
	return fairlead.DerivedID("sec", c.at.Seed, string(c.at.Tenant), c.name)
}

func (c Client) header(token string) http.Header {
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

func (c Client) token(ctx context.Context, form url.Values) (tokens, error) {
	var t tokens
	return t, c.api.PostForm(ctx, c.base+"/token", c.header(""), form, &t)
}

// refused reports whether the bank answered with one of the statuses.
func refused(err error, statuses ...int) bool {
	r, ok := errors.AsType[*kit.Refusal](err)
	for _, s := range statuses {
		if ok && r.Status == s {
			return true
		}
	}
	return false
}

// Register makes its client known to a bank: done beside HTTP, as banks do it in a
// directory.
func (b *Server) Register(ctx context.Context, c Client) error {
	hash := fairlead.TokenHash(c.secret())
	return kv.Update(ctx, b.Memory, c.at.Tenant, b.key("registered", "secret"), func(known *string) bool {
		changes := *known != hash
		*known = hash
		return changes
	})
}

// clientToken is what a client manages consents with.
func (c Client) clientToken(ctx context.Context) (string, error) {
	t, err := c.token(ctx, url.Values{"grant_type": {"client_credentials"}, "scope": {"consents"}})
	return t.Access, err
}

// Depart makes a consent and pushes the request for it: the person is to be sent to
// the visit's address.
func (c Client) Depart(ctx context.Context, start connector.Start) (*Visit, error) {
	token, err := c.clientToken(ctx)
	if err != nil {
		return nil, err
	}
	body := consentBody{consentData{
		Permissions: permissions(start), User: document(start.Hints.PersonalTaxID, "CPF"),
		Company: document(start.Hints.BusinessTaxID, "CNPJ"),
	}}
	if !start.Consent.Expires.IsZero() {
		body.Data.Expires = &start.Consent.Expires
	}
	var made consentBody
	if err := c.api.Post(ctx, c.base+consentsPath, c.header(token), body, &made); err != nil {
		return nil, err
	}
	return c.pushRequest(ctx, start, made.Data.ID)
}

// permissions are the products that are requested, or all.
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
func (c Client) pushRequest(ctx context.Context, start connector.Start, consent string) (*Visit, error) {
	back, err := url.Parse(start.ReturnURL)
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("bank: the address to come back to is malformed")}
	}
	query := back.Query()
	v := &Visit{Consent: consent, Verifier: fairlead.NewToken(), State: query.Get("state"), Opens: start.Now.Add(requestLife), Expires: start.Now.Add(visitLife)}
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

// Granted is what a visit ended with.
type Granted struct {
	User    string // whom the login belongs to
	Secrets map[string]fairlead.Secret
	Consent *fairlead.ConsentGrant
}

// Return takes what the person brought back from a visit: tokens for the code, and what
// the bank says it allowed.
func (c Client) Return(ctx context.Context, v *Visit, query map[string]string) (Granted, error) {
	if err := (kit.Authorisation{State: v.State, Issuer: c.base}).Check(query); err != nil {
		return Granted{}, err
	}
	if query["error"] != "" || query["code"] == "" {
		return Granted{}, returnError(query["error"])
	}
	t, err := c.token(ctx, url.Values{"grant_type": {"authorization_code"}, "code": {query["code"]}, "redirect_uri": {v.Redirect}, "code_verifier": {v.Verifier}})
	if refused(err, http.StatusBadRequest) {
		return Granted{}, fairlead.Errorf(fairlead.ChallengeExpired, "The institution's answer is no longer good.")
	}
	if err != nil {
		return Granted{}, err
	}
	k, err := c.readConsent(ctx, v.Consent)
	if err != nil {
		return Granted{}, err
	}
	grant := &fairlead.ConsentGrant{Ref: v.Consent}
	if k.Data.Expires != nil {
		grant.Expires = *k.Data.Expires
	}
	for _, p := range k.Data.Permissions {
		grant.Products = append(grant.Products, fairlead.Product(p))
	}
	return Granted{t.Subject, secretsOf(v.Consent, t, c.at.Now), grant}, nil
}

// returnError is what a bank's error on the way back means.
func returnError(code string) error {
	switch code {
	case "temporarily_unavailable":
		return fairlead.Errorf(fairlead.InstitutionDown, "The institution cannot be reached.")
	case "server_error":
		return fairlead.Errorf(fairlead.Internal, "sandbox: the bank broke")
	}
	return fairlead.Errorf(fairlead.ConsentEnded, "The person refused at the institution.")
}

func secretsOf(consent string, t tokens, now time.Time) map[string]fairlead.Secret {
	return map[string]fairlead.Secret{
		"consent": fairlead.NewSecret(consent), "refresh": fairlead.NewSecret(t.Refresh), "access": fairlead.NewSecret(t.Access),
		"until": fairlead.NewSecret(now.Add(time.Duration(t.Lasts) * time.Second).UTC().Format(time.RFC3339Nano)),
	}
}

func (c Client) readConsent(ctx context.Context, id string) (k consentBody, err error) {
	token, err := c.clientToken(ctx)
	if err != nil {
		return k, err
	}
	return k, c.api.Get(ctx, c.base+consentsPath+"/"+url.PathEscape(id), c.header(token), &k)
}

// errConsentEnded is what a bank's refusal to give data means.
func errConsentEnded() error {
	return fairlead.Errorf(fairlead.ConsentEnded, "The consent has ended at the institution.")
}

// Renew refreshes the access token; the refresh token lasts as long as the consent.
func (c Client) Renew(ctx context.Context, secrets map[string]fairlead.Secret) (map[string]fairlead.Secret, error) {
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

// Revoke deletes a consent; one that is gone already is fine.
func (c Client) Revoke(ctx context.Context, ref string) error {
	token, err := c.clientToken(ctx)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, c.base+consentsPath+"/"+url.PathEscape(ref), nil)
	if err != nil {
		return &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("bank: the consent's address is malformed")}
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

// Permit is what a connection's token opens: whose data, which accounts and products.
// Secrets is not nil if the token was refreshed on the way.
type Permit struct {
	User, Triggers string
	Accounts       map[string]bool
	Products       []string
	Secrets        map[string]fairlead.Secret
}

// Covers reports whether the consent allows a product; accounts are always there,
// because everything hangs on them.
func (p Permit) Covers(product fairlead.Product) bool {
	return product == fairlead.ProductAccounts || slices.Contains(p.Products, string(product))
}

// Permit reads it from the bank.
func (c Client) Permit(ctx context.Context, secrets map[string]fairlead.Secret) (p Permit, err error) {
	until, _ := time.Parse(time.RFC3339Nano, secrets["until"].Reveal())
	if !c.at.Now.Before(until) {
		if p.Secrets, err = c.Renew(ctx, secrets); err != nil {
			return p, err
		}
		secrets = p.Secrets
	}
	var got resourceBody
	err = c.api.Get(ctx, c.base+resourcesPath, c.header(secrets["access"].Reveal()), &got)
	if refused(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound) {
		err = errConsentEnded()
	}
	if err != nil {
		return p, err
	}
	p.User, p.Triggers, p.Products, p.Accounts = got.Sandbox.User, got.Sandbox.Words, got.Sandbox.Products, map[string]bool{}
	for _, r := range got.Data {
		p.Accounts[r.ID] = r.Status == "AVAILABLE"
	}
	return p, nil
}
