package native

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// tokenLife is how long a bearer token lives.
const tokenLife = 30 * time.Minute

// describeToken describes the one operation that is not JSON alone.
func describeToken(c chapter) {
	number := &huma.Schema{Type: huma.TypeInteger}
	text := &huma.Schema{Type: huma.TypeString}
	op := c.operation("POST /oauth/token", "Get a bearer token",
		"Client credentials as form fields, JSON, or Basic. The token lives 30 minutes.")
	op.Security = []map[string][]string{}
	op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
			"grant_type": {Type: huma.TypeString, Enum: []any{"client_credentials"}}, "client_id": text, "client_secret": text,
		}}},
	}}
	op.Responses = map[string]*huma.Response{"200": {Description: "A token", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
			"access_token": text, "token_type": text, "expires_in": number,
		}}},
	}}}
	c.api.OpenAPI().AddOperation(&op)
}

// token answers client credentials however OAuth 2 lets them be sent.
func (n *Native) token(w http.ResponseWriter, r *http.Request) {
	grant, id, secret, err := tokenRequest(r)
	if err == nil && grant != "client_credentials" {
		err = fairlead.InvalidField("grant_type", "format", "must be client_credentials")
	}
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	caller, err := n.verbs.Access.Admit(r.RemoteAddr, func() (access.Caller, error) {
		return n.verbs.Access.ByClient(r.Context(), id, secret)
	})
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	token, _, err := n.verbs.Access.IssueToken(r.Context(), caller, name, tokenLife)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds())})
}

func tokenRequest(r *http.Request) (grant, id string, secret fairlead.Secret, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var body struct {
			GrantType    string `json:"grant_type" doc:"client_credentials"`
			ClientID     string `json:"client_id"`
			ClientSecret string `json:"client_secret"`
		}
		if json.NewDecoder(r.Body).Decode(&body) != nil {
			return "", "", secret, fairlead.Errorf(fairlead.Invalid, "The body is not valid JSON.")
		}
		grant, id, secret = body.GrantType, body.ClientID, fairlead.NewSecret(body.ClientSecret)
	} else {
		if r.ParseForm() != nil {
			return "", "", secret, fairlead.Errorf(fairlead.Invalid, "The body could not be read as form fields.")
		}
		grant, id, secret = r.PostForm.Get("grant_type"), r.PostForm.Get("client_id"), fairlead.NewSecret(r.PostForm.Get("client_secret"))
	}
	if basicID, basicSecret, ok := r.BasicAuth(); ok {
		id, secret = basicID, fairlead.NewSecret(basicSecret)
	}
	return grant, id, secret, nil
}
