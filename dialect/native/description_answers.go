package native

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// refusal is a status that answers share.
type refusal struct {
	status int
	name   string // of its shared response
	words  string
	waits  bool // it may carry Retry-After
}

// refusals are all that an operation may answer with instead of what it is for.
var refusals = []refusal{
	{http.StatusBadRequest, "BadRequest", "The body is not well-formed JSON; `detail` says where it breaks.", false},
	{http.StatusUnauthorized, "Unauthenticated", "No credentials, or wrong or expired ones. `WWW-Authenticate` names the schemes.", false},
	{http.StatusForbidden, "Forbidden", "The credentials are good, and do not allow this: a scope is missing (`fields` names it), or the tenant is of the other environment.", false},
	{http.StatusNotFound, "NotFound", "It does not exist, or is not yours.", false},
	{http.StatusConflict, "Conflict", "Its present status does not allow it, it exists already, or its `Idempotency-Key` was used for another request. With `Retry-After` a request with the same key is still being answered.", true},
	{http.StatusGone, "Gone", "It existed, and has expired, ended or been erased.", false},
	{http.StatusRequestEntityTooLarge, "TooLarge", "The body is larger than this operation takes: 1 MiB of JSON, 16 MiB of a file.", false},
	{http.StatusUnsupportedMediaType, "UnsupportedMediaType", "The body's `Content-Type` is not one that this operation takes.", false},
	{http.StatusUnprocessableEntity, "Invalid", "A field, query parameter or header is wrong, or one is not known: `fields` says which, and what is expected of each.", false},
	{http.StatusTooManyRequests, "TooManyRequests", "Too many requests, open streams or wrong credentials: come back after `Retry-After` seconds.", true},
	{http.StatusInternalServerError, "Internal", "A mistake of this server; its operator finds it by `request_id`.", false},
	{http.StatusBadGateway, "BadGateway", "The institution or outside service could not be reached, or answered with an error of its own.", true},
	{http.StatusServiceUnavailable, "Unavailable", "Not possible right now: the same request may be sent again after `Retry-After` seconds.", true},
	{http.StatusInsufficientStorage, "StorageFull", "The server has no room to store it. Reads go on; the same request may be sent again after `Retry-After` seconds.", true},
}

// further are statuses of single operations beyond those that follow from what they are.
var further = map[string][]int{
	"POST /links/exchange":                                 {http.StatusGone},
	"GET /documents/{id}":                                  {http.StatusConflict, http.StatusGone},
	"GET /documents/{id}/content":                          {http.StatusConflict, http.StatusGone},
	"DELETE /persons/{id}":                                 {http.StatusConflict},
	"GET /persons/{id}":                                    {http.StatusGone},
	"POST /links":                                          {http.StatusNotFound, http.StatusGone},
	"POST /simplefin_tokens":                               {http.StatusNotFound},
	"POST /sandbox/links":                                  {http.StatusNotFound},
	"POST /events/resend":                                  {http.StatusNotFound},
	"DELETE /connections/{id}":                             {http.StatusConflict},
	"POST /connections/{id}/files":                         {http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusInsufficientStorage},
	"POST /connections/{id}/collections/{collection}/undo": {http.StatusGone},
	"PATCH /applications/{id}":                             {http.StatusConflict},
	"PATCH /webhook_endpoints/{id}":                        {http.StatusConflict},
	"POST /providers":                                      {http.StatusBadGateway},
	"PATCH /providers/{id}":                                {http.StatusConflict, http.StatusBadGateway},
	"POST /providers/{id}/try":                             {http.StatusBadGateway},
	"DELETE /providers/{id}":                               {http.StatusConflict},
}

// statusesOf are those of refusals that an operation may answer with.
func statusesOf(pattern string, op *huma.Operation) []int {
	method, path, _ := strings.Cut(pattern, " ")
	all := append([]int{
		http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable,
	}, further[pattern]...)
	if _, secured := needs[pattern]; secured {
		all = append(all, http.StatusForbidden, http.StatusUnprocessableEntity)
	}
	if strings.Contains(path, "{") {
		all = append(all, http.StatusNotFound)
	}
	if op.RequestBody != nil {
		all = append(all, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if takesKey(pattern) {
		all = append(all, http.StatusConflict)
	}
	if method != http.MethodGet {
		all = append(all, http.StatusInsufficientStorage)
	}
	return all
}

// takesKey reports whether an Idempotency-Key makes an operation one effect. An upload
// needs none: a file that comes twice changes nothing.
func takesKey(pattern string) bool {
	_, secured := needs[pattern]
	return secured && strings.HasPrefix(pattern, http.MethodPost+" ") && !strings.HasSuffix(pattern, "/files")
}

// parts are what operations share: refusals, headers and the key of a request.
func (d describer) parts() {
	d.Components.Headers = map[string]*huma.Header{
		"RequestID": {
			Description: "Names this request in the server's log. Tell it to the operator.",
			Schema:      &huma.Schema{Type: huma.TypeString, Examples: []any{"req_06gzhn0zj1xvx5vtb5xd0gkwrg"}},
		},
		"RetryAfter": {
			Description: "After how many seconds the same request may be worth sending again.",
			Schema:      &huma.Schema{Type: huma.TypeInteger, Examples: []any{30}},
		},
		"Replayed": {
			Description: "`true` where the answer is that of an earlier request with the same `Idempotency-Key`; else absent.",
			Schema:      &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}},
		},
	}
	most := 255
	d.Components.Parameters = map[string]*huma.Param{"IdempotencyKey": {
		Name: "Idempotency-Key", In: "header",
		Description: "Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours " +
			"instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free.",
		Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most, Examples: []any{"5b0f8c1e-6a53-4d0e-9a1f-3c1d2c9e7a10"}},
	}}
	d.shapes()["OAuthError"] = &huma.Schema{Description: words["OAuthError"][""], AllOf: []*huma.Schema{d.shape(reflect.TypeFor[problem]()), {
		Type:       huma.TypeObject,
		Properties: map[string]*huma.Schema{"error": {Type: huma.TypeString, Enum: oauthWords, Description: words["OAuthError"]["error"]}},
	}}}
	d.Components.Responses = map[string]*huma.Response{"Error": d.refused(refusal{words: "Any other refusal, in the same form."})}
	for _, r := range refusals {
		d.Components.Responses[r.name] = d.refused(r)
	}
}

// oauthWords are those of RFC 6749, section 5.2, that this API answers with.
var oauthWords = []any{"invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"}

// refused is the shared answer of a refusal.
func (d describer) refused(r refusal) *huma.Response {
	out := &huma.Response{
		Description: r.words,
		Headers:     map[string]*huma.Param{"Fairlead-Request-Id": header("RequestID")},
		Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: d.shape(reflect.TypeFor[problem]())}},
	}
	if r.waits {
		out.Headers["Retry-After"] = header("RetryAfter")
	}
	if r.status == http.StatusUnauthorized {
		out.Headers["WWW-Authenticate"] = &huma.Param{
			Description: "The schemes that are taken (RFC 9110, section 11.6.1).",
			Schema:      &huma.Schema{Type: huma.TypeString, Examples: []any{`Bearer realm="fairlead", Basic realm="fairlead"`}},
		}
	}
	return out
}

func header(name string) *huma.Param { return &huma.Param{Ref: "#/components/headers/" + name} }

// describeOperations gives every operation its parameters and all of its answers.
func (d describer) describeOperations() {
	export := d.Paths["/v1/persons/{id}/export"].Get
	export.Responses["200"].Content = map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: true, Description: "The person with consents, connections and, for each connection, the lists of its records: each as its own operation answers it, accounts with their numbers. Documents are named, not included.",
	}}}
	d.each(func(pattern string, op *huma.Operation) {
		op.Parameters = slices.DeleteFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "header" && p.Name != "Last-Event-ID" })
		for _, p := range op.Parameters {
			d.describeParameter(pattern, p)
		}
		exemplify(pattern, op)
		if takesKey(pattern) {
			op.Parameters = append(op.Parameters, &huma.Param{Ref: "#/components/parameters/IdempotencyKey"})
		}
		for _, response := range op.Responses {
			if response.Headers == nil {
				response.Headers = map[string]*huma.Param{}
			}
			response.Headers["Fairlead-Request-Id"] = header("RequestID")
			if takesKey(pattern) {
				response.Headers["Idempotent-Replayed"] = header("Replayed")
			}
		}
		if success, ok := answerWords[pattern]; ok {
			for status, response := range op.Responses {
				if strings.HasPrefix(status, "2") && len(op.Responses) <= 2 {
					response.Description = success
				}
			}
		}
		statuses := statusesOf(pattern, op)
		for _, r := range refusals {
			if slices.Contains(statuses, r.status) {
				if _, own := op.Responses[strconv.Itoa(r.status)]; !own {
					op.Responses[strconv.Itoa(r.status)] = d.refusal(pattern, r)
				}
			}
		}
		op.Responses["default"] = &huma.Response{Ref: "#/components/responses/Error"}
	})
}

// refusal is the shared answer of a refusal, or of an operation of OAuth 2 its own.
func (d describer) refusal(pattern string, r refusal) *huma.Response {
	if !strings.Contains(pattern, " /oauth/") {
		return &huma.Response{Ref: "#/components/responses/" + r.name}
	}
	own := d.refused(r)
	own.Content = map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: schemaPrefix + "OAuthError"}}}
	return own
}

// describeParameter says what a parameter is. Its words stand beside its schema.
func (d describer) describeParameter(pattern string, p *huma.Param) {
	switch text, ok := parameterWords[pattern+" "+p.Name]; {
	case ok:
		p.Description = text
	case p.In == "path" && p.Name == "id":
		_, path, _ := strings.Cut(pattern, " ")
		base, _, _ := strings.Cut(path, "/{")
		p.Description = "Id of the " + pathNouns[base] + "."
	case parameterWords[p.Name] != "":
		p.Description = parameterWords[p.Name]
	}
	p.Schema.Description, p.Schema.PatternDescription = "", "" // no keyword of JSON Schema
	if p.Schema.Items != nil {
		p.Schema.Items.PatternDescription = ""
	}
	set, ok := parameterSets[p.Name]
	switch {
	case !ok || p.In != "query":
	case p.Schema.Type == huma.TypeArray:
		p.Schema.Items, p.Schema.Nullable = &huma.Schema{Ref: schemaPrefix + set}, false
	default:
		p.Schema = &huma.Schema{Ref: schemaPrefix + set}
	}
}

// parameterSets are the closed sets that query parameters take.
var parameterSets = map[string]string{"product": "Product", "type": "EventType"}
