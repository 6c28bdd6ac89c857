package native

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// tokenLife is how long a bearer token lives.
const tokenLife = 30 * time.Minute

// describeToken describes the two operations that are not JSON alone.
func describeToken(c chapter) {
	number := &huma.Schema{Type: huma.TypeInteger}
	text := &huma.Schema{Type: huma.TypeString}
	form := func(properties map[string]*huma.Schema) *huma.RequestBody {
		properties["client_id"], properties["client_secret"] = text, text
		return &huma.RequestBody{Content: map[string]*huma.MediaType{
			"application/x-www-form-urlencoded": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: properties}},
		}}
	}
	op := c.operation("POST /oauth/token", "Get a bearer token",
		"Client credentials as form fields, JSON, or Basic. The token lives 30 minutes. It has the key's scopes, or those of them that scope names.")
	op.Security = []map[string][]string{}
	op.RequestBody = form(map[string]*huma.Schema{
		"grant_type": {Type: huma.TypeString, Enum: []any{"client_credentials"}},
		"scope":      {Type: huma.TypeString, Description: "Words of read, link, collect, manage and erase, with spaces between; default: all that the key has."},
	})
	op.Responses = map[string]*huma.Response{"200": {Description: "A token", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
			"access_token": text, "token_type": text, "expires_in": number, "scope": text,
		}}},
	}}}
	c.api.OpenAPI().AddOperation(&op)

	end := c.operation("POST /oauth/revoke", "Revoke a bearer token",
		"Ends one token (RFC 7009). The client shows its credentials as for getting one; what is no live token of its own is answered alike.")
	end.Security = []map[string][]string{}
	end.RequestBody = form(map[string]*huma.Schema{"token": text, "token_type_hint": text})
	end.Responses = map[string]*huma.Response{"200": {Description: "The token is no good any more"}}
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
	json.NewEncoder(w).Encode(map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()), "scope": fairlead.FormatAccessScopes(caller.Scopes),
	})
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
		return c, fairlead.InvalidField(access.ScopeField, "unknown", "must be words of read, link, collect, manage and erase")
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
		return fairlead.Errorf(fairlead.TooLarge, "The body is larger than this address takes.")
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
		if len(values) > 1 {
			return fairlead.InvalidField(name, "exclusive", "must not be given twice")
		}
		if len(values) == 1 {
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
