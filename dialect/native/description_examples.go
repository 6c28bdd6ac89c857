package native

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// requestExamples are bodies that show more than what must be given. A test holds each
// to its shape.
var requestExamples = map[string]string{
	"POST /oauth/token":  `{"grant_type": "client_credentials", "client_id": "dev", "client_secret": "dev-secret", "scope": "read link"}`,
	"POST /oauth/revoke": `{"token": "m7wd87wgn0c8", "client_id": "dev", "client_secret": "dev-secret"}`,

	"POST /links": `{"person": "customer-42", "products": ["accounts", "transactions"], "language": "pt-BR",
		"redirect_url": "https://app.example/linked", "metadata": {"order": 1017}, "purpose": "Your bookkeeping"}`,
	"POST /links/exchange": `{"code": "8fz3qrk4h0ndx9etq2nsq0ae1c"}`,

	"POST /webhook_endpoints":       `{"url": "https://app.example/webhooks", "types": ["connection.linked", "connection.needs_action", "collection.finished"]}`,
	"PATCH /webhook_endpoints/{id}": `{"disabled": true}`,
	"POST /events/resend":           `{"from": "2026-11-20T12:00:00Z", "to": "2026-11-20T14:00:00Z", "endpoint_id": "whe_06gzhn0zj1xvx5vtb5xd0gkwrg"}`,

	"POST /simplefin_tokens": `{"person": "customer-42", "name": "Actual Budget"}`,

	"POST /applications":           `{"name": "ledgerly", "company_name": "Contabilidade Sorriso & Filhos Ltda.", "origins": ["https://app.example"], "redirect_hosts": ["app.example"]}`,
	"PATCH /applications/{id}":     `{"company_name": "Contabilidade Sorriso & Filhos Ltda.", "accent": "#0b6e4f"}`,
	"POST /applications/{id}/keys": `{"scopes": ["read", "link"], "expires_at": "2027-11-20T12:00:00Z"}`,

	"POST /providers":       `{"connector": "estuary", "fields": {"client_id": "estuary-dev", "secret": "…"}, "priority": 10}`,
	"PATCH /providers/{id}": `{"priority": 20}`,

	"POST /sandbox/links":          `{"institution_id": "harbor", "user": "good", "person": "customer-42", "wait": 60}`,
	"POST /sandbox/clock/advance":  `{"by": "30d"}`,
	"POST /sandbox/approvals/{id}": `{"approve": true}`,
}

// answerFile has answers of a sandbox by operation and status, lists cut to one
// element. A test holds each to its shape.
//
//go:embed answers.json
var answerFile []byte

// answerExamples are those of answerFile, by pattern and status ("GET /links 200").
var answerExamples = sync.OnceValue(func() (all map[string]json.RawMessage) {
	if err := json.Unmarshal(answerFile, &all); err != nil {
		panic("native: answers.json: " + err.Error()) // a mistake of the build
	}
	return all
})

// exemplify gives a request and its good answers their examples.
func exemplify(pattern string, op *huma.Operation) {
	for status, response := range op.Responses {
		if example, ok := answerExamples()[pattern+" "+status]; ok && response.Content["application/json"] != nil {
			response.Content["application/json"].Example = inOwnOrder(example)
		}
	}
	text, ok := requestExamples[pattern]
	if !ok || op.RequestBody == nil {
		return
	}
	for media, content := range op.RequestBody.Content {
		if media == "application/json" {
			content.Example = inOwnOrder(json.RawMessage(text))
		}
	}
}

// inOwnOrder makes the keys of a value stay as they are where ordered writes it.
func inOwnOrder(text json.RawMessage) any {
	switch text = bytes.TrimSpace(text); text[0] {
	case '{':
		object, keys := map[string]any{}, []any{}
		decoder := json.NewDecoder(bytes.NewReader(text))
		_, err := decoder.Token()
		for err == nil && decoder.More() {
			var key json.Token
			var value json.RawMessage
			if key, err = decoder.Token(); err == nil {
				err = decoder.Decode(&value)
			}
			if err == nil {
				object[key.(string)] = inOwnOrder(value)
				keys = append(keys, key)
			}
		}
		if err != nil {
			panic("native: an example is no JSON: " + err.Error()) // a mistake of the build
		}
		object[ownOrderKey] = keys
		return object
	case '[':
		var items []json.RawMessage
		if err := json.Unmarshal(text, &items); err != nil {
			panic("native: an example is no JSON: " + err.Error())
		}
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = inOwnOrder(item)
		}
		return out
	}
	return text
}
