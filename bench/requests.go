package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/fairlead-dev/fairlead/access"
)

// request is one line: a POST that keeps something, against a bare server that
// decodes a body, inserts one row durably and answers the same bytes.
type request struct {
	name   string
	goal   string
	path   string
	bearer string // where its token is had: path, body and the answer's field
	header http.Header
	body   func(n int64) string
}

// persons is how many people the links are for: an application invites the same
// people again and again, and new ones less often.
const persons = 1000

func same(body string) func(int64) string { return func(int64) string { return body } }

func basic() http.Header {
	credentials := base64.StdEncoding.EncodeToString([]byte(access.DevClientID + ":" + access.DevSecret))
	return http.Header{"Authorization": {"Basic " + credentials}}
}

// everyRequest is the table: token issue and create-link of each dialect.
func everyRequest() []request {
	forPerson := func(n int64) string { return fmt.Sprintf(`{"person":"person-%d"}`, n%persons) }
	return []request{
		{"POST /v1/links (bearer)", "0.5", "/v1/links", "/v1/oauth/token", nil, forPerson},
		{"POST /v1/links (basic)", "0.5", "/v1/links", "", basic(), forPerson},
		{"POST /v1/oauth/token", "", "/v1/oauth/token", "", nil, same(tokenRequests["/v1/oauth/token"].body)},
		{"Taiki POST /initialize-token", "", "/initialize-token", "", http.Header{"Taiki-Secret": {access.DevSecret}}, same(`{"webhookURL":"http://127.0.0.1:9/webhook"}`)},
		{"Klavi POST /data/v1/auth", "", "/data/v1/auth", "", nil, same(tokenRequests["/data/v1/auth"].body)},
		{"Klavi POST /data/v1/links", "", "/data/v1/links", "/data/v1/auth", nil, same(`{"personalTaxId":"52998224725","email":"ana@example.com","redirectURL":"http://127.0.0.1:9/back"}`)},
		{"Flanks POST /v0/token", "", "/v0/token", "", nil, same(tokenRequests["/v0/token"].body)},
		{"Flanks POST /v0/links/create-link", "", "/v0/links/create-link", "/v0/token", nil, func(n int64) string {
			return fmt.Sprintf(`{"redirect_uri":"http://127.0.0.1:9/back","name":"link %d"}`, n)
		}},
	}
}

// tokenRequests is how each dialect's access token is asked for, by path.
var tokenRequests = map[string]struct{ body, field string }{
	"/v1/oauth/token": {`{"grant_type":"client_credentials","client_id":"` + access.DevClientID + `","client_secret":"` + access.DevSecret + `"}`, "access_token"},
	"/data/v1/auth":   {`{"accessKey":"` + access.DevClientID + `","secretKey":"` + access.DevSecret + `"}`, "accessToken"},
	"/v0/token":       {`{"grant_type":"client_credentials","client_id":"` + access.DevClientID + `","client_secret":"` + access.DevSecret + `"}`, "access_token"},
}

var asJSON = http.Header{"Content-Type": {"application/json"}}

func requests(ctx context.Context, s settings) error {
	for _, r := range everyRequest() {
		if !s.only.MatchString(r.name) {
			continue
		}
		if err := r.measure(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// measure gives each line an application and a floor of its own, so that no line
// meets the tables that others filled.
func (r request) measure(ctx context.Context, s settings) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer h.close()
	c := caller(s)
	header := asJSON.Clone()
	for name, values := range r.header {
		header[name] = values
	}
	if r.bearer != "" {
		token, err := h.token(ctx, c, r.bearer)
		if err != nil {
			return err
		}
		header.Set("Authorization", "Bearer "+token)
	}
	answer, err := send(ctx, c, http.MethodPost, h.URL()+r.path, header, []byte(r.body(0)))
	if err != nil {
		return err
	}
	address, err := floorOf(ctx, s, answer)
	if err != nil {
		return err
	}
	post := func(base string) side {
		return many(s, func(ctx context.Context, n int64) error {
			_, err := send(ctx, c, http.MethodPost, base+r.path, header, []byte(r.body(n)))
			return err
		})
	}
	return comparison{r.name, r.goal, post(address), post(h.URL())}.measure(ctx, s)
}

func (h *app) token(ctx context.Context, c *http.Client, path string) (string, error) {
	body, err := send(ctx, c, http.MethodPost, h.URL()+path, asJSON, []byte(tokenRequests[path].body))
	if err != nil {
		return "", err
	}
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", err
	}
	token, ok := answer[tokenRequests[path].field].(string)
	if !ok {
		return "", fmt.Errorf("%s gave no token", path)
	}
	return token, nil
}

// floorOf serves the bare insert.
func floorOf(ctx context.Context, s settings, answer []byte) (address string, err error) {
	folder, err := os.MkdirTemp(s.folder, "floor-")
	if err != nil {
		return "", err
	}
	db, err := bare(ctx, folder)
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { db.Close() })
	inserts, err := newInserter(ctx, db)
	if err != nil {
		return "", err
	}
	return serve(ctx, inserts.answering(answer))
}
