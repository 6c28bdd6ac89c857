package native

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// tokenLife is how long a bearer token lives.
const tokenLife = 30 * time.Minute

// tokenRequest, revokeRequest and tokenBody are the shapes of the two operations of
// OAuth 2.
type (
	tokenRequest struct {
		GrantType    string `json:"grant_type" enum:"client_credentials"`
		ClientID     string `json:"client_id,omitempty"`
		ClientSecret string `json:"client_secret,omitempty"`
		Scope        string `json:"scope,omitempty" example:"read link"`
	}
	revokeRequest struct {
		Token         string `json:"token"`
		TokenTypeHint string `json:"token_type_hint,omitempty" example:"access_token"`
		ClientID      string `json:"client_id,omitempty"`
		ClientSecret  string `json:"client_secret,omitempty"`
	}
	tokenBody struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type" enum:"Bearer"`
		ExpiresIn   int    `json:"expires_in" example:"1800"`
		Scope       string `json:"scope" example:"read link collect"`
	}
)

// describeToken describes the two operations that are not JSON alone.
func describeToken(c chapter) {
	shapes := c.api.OpenAPI().Components.Schemas
	shape := func(t reflect.Type) *huma.Schema { return shapes.Schema(t, true, "") }
	body := func(t reflect.Type) *huma.RequestBody {
		return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/x-www-form-urlencoded": {Schema: shape(t)}, "application/json": {Schema: shape(t)},
		}}
	}
	responses := func(ok *huma.Response) map[string]*huma.Response {
		problem := map[string]*huma.MediaType{"application/problem+json": {Schema: shape(reflect.TypeFor[oauthProblem]())}}
		return map[string]*huma.Response{
			"200": ok,
			"400": {Description: "The request is wrong: `error` is `invalid_request`, `invalid_scope` or `unsupported_grant_type`.", Content: problem},
			"401": {Description: "The client's credentials are wrong: `error` is `invalid_client`.", Content: problem},
		}
	}
	op := c.operation("POST /oauth/token", "Get a bearer token",
		"Client credentials as form fields, JSON, or Basic. The token lives 30 minutes. It has the key's scopes, or those of them that scope names.")
	op.Security = []map[string][]string{{"basic": {}}, {}}
	op.RequestBody = body(reflect.TypeFor[tokenRequest]())
	op.Responses = responses(&huma.Response{Description: "A token.", Content: map[string]*huma.MediaType{
		"application/json": {Schema: shape(reflect.TypeFor[tokenBody]())},
	}})
	c.api.OpenAPI().AddOperation(&op)

	end := c.operation("POST /oauth/revoke", "Revoke a bearer token",
		"Ends one token (RFC 7009). The client shows its credentials as for getting one; what is no live token of its own is answered alike.")
	end.Security = []map[string][]string{{"basic": {}}, {}}
	end.RequestBody = body(reflect.TypeFor[revokeRequest]())
	end.Responses = responses(&huma.Response{Description: "The token is no good any more."})
	c.api.OpenAPI().AddOperation(&end)
}

// oauthRequest is what the two operations of OAuth 2 are sent.
type oauthRequest struct {
	GrantType    string `json:"grant_type"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Scope        string `json:"scope"`
	Token        string `json:"token"`
	Hint         string `json:"token_type_hint"`
}

// token answers client credentials however OAuth 2 lets them be sent.
func (n *Native) token(w http.ResponseWriter, r *http.Request) {
	request, err := readOAuth(r)
	if err == nil && request.GrantType != "client_credentials" {
		err = fairlead.InvalidField("grant_type", "format", "must be client_credentials")
	}
	if err != nil {
		writeOAuthProblem(w, r, err)
		return
	}
	caller, err := n.client(r, request)
	if err == nil && request.Scope != "" {
		caller, err = narrowed(caller, request.Scope)
	}
	if err != nil {
		writeOAuthProblem(w, r, err)
		return
	}
	token, _, err := n.verbs.Access.IssueToken(r.Context(), caller, name, tokenLife)
	if err != nil {
		writeOAuthProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(tokenBody{token, "Bearer", int(tokenLife.Seconds()), fairlead.FormatAccessScopes(caller.Scopes)})
}

// revoke ends one bearer token of the client's own. It answers alike where there is
// none, so that it says nothing of others'.
func (n *Native) revoke(w http.ResponseWriter, r *http.Request) {
	request, err := readOAuth(r)
	var caller access.Caller
	if err == nil {
		caller, err = n.client(r, request)
	}
	if err == nil && request.Token == "" {
		err = fairlead.InvalidField("token", "required", "must be given")
	}
	if err == nil {
		err = n.verbs.Access.RevokeToken(caller.In(r.Context(), r.RemoteAddr), caller, request.Token, name)
	}
	if err != nil {
		writeOAuthProblem(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// client is whose credentials a request of OAuth 2 shows.
func (n *Native) client(r *http.Request, request oauthRequest) (access.Caller, error) {
	return n.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return n.verbs.Access.ByClient(r.Context(), request.ClientID, fairlead.NewSecret(request.ClientSecret))
	})
}

// narrowed is the caller with the scopes that a request names.
func narrowed(c access.Caller, text string) (access.Caller, error) {
	scopes, ok := fairlead.ParseAccessScopes(text)
	if !ok {
		return c, fairlead.InvalidField(access.ScopeField, "unknown", "must be words of "+listed(fairlead.AccessScopes()))
	}
	return c.Narrowed(scopes)
}

// readOAuth reads form fields or JSON. Credentials as Basic go before those inside.
func readOAuth(r *http.Request) (request oauthRequest, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		err = readStrict(r, &request)
	} else {
		err = readForm(r, map[string]*string{
			"grant_type": &request.GrantType, "client_id": &request.ClientID, "client_secret": &request.ClientSecret, "scope": &request.Scope,
			"token": &request.Token, "token_type_hint": &request.Hint,
		})
	}
	if id, secret, ok := r.BasicAuth(); ok {
		request.ClientID, request.ClientSecret = id, secret
	}
	return request, err
}

// readStrict reads a body that is one JSON value, its keys as they are written here.
func readStrict(r *http.Request, into any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return dialect.Unread(err)
	}
	err = dialect.Unmarshal(body, into)
	if _, refused := errors.AsType[*fairlead.Error](err); err != nil && !refused {
		return fairlead.Errorf(fairlead.Invalid, "The body is not valid JSON.")
	}
	return err
}

// readForm reads form fields, each given once (RFC 6749, section 3.2).
func readForm(r *http.Request, fields map[string]*string) error {
	if r.ParseForm() != nil {
		return fairlead.Errorf(fairlead.Invalid, "The body could not be read as form fields.")
	}
	for name, into := range fields {
		values := r.PostForm[name]
		switch {
		case len(values) > 1:
			return fairlead.InvalidField(name, "exclusive", "must not be given twice")
		case len(values) == 1 && !isText(values[0]):
			return fairlead.InvalidField(name, "format", "must be text in UTF-8 without NUL")
		case len(values) == 1:
			*into = values[0]
		}
	}
	return nil
}

// oauthProblem is a problem with the word that OAuth 2 has for it.
type oauthProblem struct {
	*problem
	Word string `json:"error,omitempty"`
}

// writeOAuthProblem answers as RFC 6749, section 5.2, and RFC 7009 say: 400 and a
// word for what is wrong with the request, 401 for the client; the rest is a
// problem as everywhere.
func writeOAuthProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := oauthProblem{problem: problemOf(r.Context(), err).(*problem)}
	switch p.Kind {
	case fairlead.Invalid:
		if p.Status == http.StatusUnsupportedMediaType { // of which OAuth 2 says nothing
			break
		}
		p.Status, p.Word = http.StatusBadRequest, "invalid_request"
		for _, f := range p.Fields {
			switch f.Name {
			case access.ScopeField:
				p.Word = "invalid_scope"
			case "grant_type":
				p.Word = "unsupported_grant_type"
			}
		}
	case fairlead.Unauthenticated:
		p.Word = "invalid_client"
	}
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}
