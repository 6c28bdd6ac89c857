package plaid

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// call is one authenticated request.
type call struct {
	*http.Request
	access.Caller
	body []byte
	now  time.Time // tenant time
}

// handler answers a call with what is encoded as a JSON object, to which the request_id
// is added, or with a file.
type handler func(call) (any, error)

// file is an answer that is no JSON.
type file struct {
	mediaType string
	sum       string // SHA-256 in hex
	content   []byte
}

// route is what answers a call and the scope that its key must have.
type route struct {
	scope  fairlead.AccessScope
	handle handler
}

// routes is every call of an application.
func (p *Plaid) routes() map[string]route {
	const (
		read    = fairlead.AccessScopeRead
		link    = fairlead.AccessScopeLink
		collect = fairlead.AccessScopeCollect
		erase   = fairlead.AccessScopeErase
	)
	of := map[string]route{
		"/link/token/create":              {link, p.createLinkToken},
		"/link/token/get":                 {link, p.getLinkToken},
		"/item/public_token/exchange":     {link, p.exchange},
		"/item/public_token/create":       {link, p.createPublicToken},
		"/item/get":                       {read, p.getItem},
		"/item/remove":                    {erase, p.removeItem},
		"/item/access_token/invalidate":   {link, p.invalidate},
		"/item/webhook/update":            {link, p.updateWebhook},
		"/accounts/get":                   {read, p.getAccounts},
		"/accounts/balance/get":           {collect, p.getBalances},
		"/auth/get":                       {read, p.getAuth},
		"/identity/get":                   {read, p.getIdentity},
		"/transactions/sync":              {read, p.syncTransactions},
		"/transactions/get":               {read, p.getTransactions},
		"/transactions/refresh":           {collect, p.refreshTransactions},
		"/liabilities/get":                {read, p.getLiabilities},
		"/investments/holdings/get":       {read, p.getHoldings},
		"/investments/transactions/get":   {read, p.getInvestmentTransactions},
		"/statements/list":                {read, p.listStatements},
		"/statements/download":            {read, p.downloadStatement},
		"/statements/refresh":             {collect, p.refreshStatements},
		"/institutions/get":               {read, p.listInstitutions},
		"/institutions/get_by_id":         {read, p.getInstitution},
		"/institutions/search":            {read, p.searchInstitutions},
		"/webhook_verification_key/get":   {read, p.getVerificationKey},
		"/sandbox/public_token/create":    {link, p.createSandboxItem},
		"/sandbox/item/reset_login":       {collect, p.resetLogin},
		"/sandbox/item/fire_webhook":      {collect, p.fireWebhook},
		"/sandbox/transactions/interrupt": {collect, p.interruptSync},
	}
	routes := map[string]route{}
	for path, r := range of {
		routes["POST "+prefix+path] = r
	}
	return routes
}

// categoriesPath needs no credentials.
const categoriesPath = "POST " + prefix + "/categories/get"

// Mount adds every address of the API.
func (p *Plaid) Mount(mux *http.ServeMux) {
	mux.HandleFunc(prefix+"/", p.notServed)
	mux.HandleFunc(categoriesPath, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, categories()) })
	for pattern, r := range p.routes() {
		mux.Handle(pattern, p.called(r))
	}
}

// Scopes is every call with the scope that its key must have.
func (p *Plaid) Scopes() map[string]fairlead.AccessScope {
	scopes := map[string]fairlead.AccessScope{categoriesPath: ""}
	for pattern, r := range p.routes() {
		scopes[pattern] = r.scope
	}
	return scopes
}

// elsewhere is what the vendor has besides, by what its addresses begin with.
func elsewhere() []string {
	return []string{
		"asset_report", "bank_transfer", "beacon", "beta", "business_verification", "cashflow_report", "consumer_report", "cra", "credit",
		"dashboard_user", "employers", "enrich", "fdx", "identity_verification", "income", "network", "partner", "payment_initiation", "payment_profile",
		"processor", "profile", "protect", "signal", "transfer", "user", "user_account", "wallet", "watchlist_screening",
	}
}

// notServed answers what no route takes: a method other than POST, a product of the
// vendor's that is not served here, and what nobody has.
func (p *Plaid) notServed(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, prefix)
	product, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if _, known := p.Scopes()["POST "+r.URL.Path]; known {
		w.Header().Set("Allow", http.MethodPost)
		answer(w, http.StatusMethodNotAllowed, newError(invalidRequest, "INVALID_METHOD", "this endpoint takes POST"))
		return
	}
	for _, other := range elsewhere() {
		if product == other {
			answer(w, http.StatusBadRequest, newError(invalidInput, "INVALID_PRODUCT", "the product of this endpoint is not served by this server"))
			return
		}
	}
	answer(w, http.StatusNotFound, newError(invalidRequest, "NOT_FOUND", "there is no such endpoint"))
}

// called admits the caller, reads the body whatever its Content-Type, and encodes what
// the handler answers.
func (p *Plaid) called(to route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, err := p.attempt(w, r, to)
		if err != nil {
			p.refuse(w, r, err)
			return
		}
		if f, ok := out.(file); ok {
			h := w.Header()
			h.Set("Content-Type", f.mediaType)
			h.Set("Cache-Control", "no-store")
			h.Set("Plaid-Content-Hash", f.sum)
			h.Set("Plaid-Request-Id", newRequestID())
			w.WriteHeader(http.StatusOK)
			w.Write(f.content)
			return
		}
		answer(w, http.StatusOK, out)
	})
}

// credentials are those of a body, where none stand in the headers.
type credentials struct {
	ClientID string `json:"client_id"`
	Secret   string `json:"secret"`
}

func (p *Plaid) attempt(w http.ResponseWriter, r *http.Request, to route) (any, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err = dialect.Unread(err); err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	var shown credentials
	if json.Unmarshal(body, &shown) != nil {
		return nil, newError(invalidRequest, "INVALID_BODY", "the body must be a JSON object, with client_id and secret as text where they stand in it")
	}
	shown.ClientID = cmp.Or(r.Header.Get("PLAID-CLIENT-ID"), shown.ClientID)
	shown.Secret = cmp.Or(r.Header.Get("PLAID-SECRET"), shown.Secret)
	switch {
	case shown.ClientID == "":
		return nil, missing("client_id")
	case shown.Secret == "":
		return nil, missing("secret")
	}
	caller, err := p.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return p.verbs.Access.ByClient(r.Context(), shown.ClientID, fairlead.NewSecret(shown.Secret))
	})
	if err == nil {
		err = caller.May(to.scope)
	}
	if err != nil {
		return nil, err
	}
	return to.handle(call{r.WithContext(caller.In(r.Context(), r.RemoteAddr)), caller, body, caller.Tenant.Time(p.verbs.Clock())})
}

// decode reads the body. Fields that are not known are no mistake, as at the vendor.
func (c call) decode(into any) error {
	err := dialect.Unmarshal(c.body, into)
	if strict, ok := errors.AsType[*fairlead.Error](err); ok {
		return strict
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return newError(invalidRequest, "INVALID_FIELD", wrong.Field+" must be "+shapeOf(wrong.Type.Kind().String()))
	}
	if err != nil {
		return newError(invalidRequest, "INVALID_BODY", "the body must be a JSON object as documented")
	}
	return nil
}

// shapeOf is what JSON calls a kind of Go's.
func shapeOf(kind string) string {
	switch kind {
	case "string":
		return "text"
	case "slice":
		return "a list"
	case "struct", "map":
		return "an object"
	case "bool":
		return "true or false"
	}
	return "a number"
}
