package native

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// exampleDepth bounds how deep an example goes: schemas may name themselves.
const exampleDepth = 5

// exampleOf writes what a body may look like, indented: of a request what must be
// given (and, where nothing must, the first that may), of an answer everything.
func exampleOf(spec *huma.OpenAPI, path string, s *huma.Schema, request bool) string {
	s = resolve(spec, s)
	if s == nil || len(s.Properties) == 0 {
		return ""
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if e.Encode(sampler{spec, path, request}.value("", s, 0)) != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}

// sampler makes values that fit a schema.
type sampler struct {
	spec    *huma.OpenAPI
	path    string
	request bool
}

func (m sampler) value(name string, s *huma.Schema, depth int) any {
	s = resolve(m.spec, s)
	switch {
	case s == nil || depth > exampleDepth:
		return nil
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		return m.object(s, depth)
	case huma.TypeArray:
		return []any{m.value(strings.TrimSuffix(name, "s"), s.Items, depth+1)}
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case huma.TypeString:
		return m.text(name, s.Format)
	}
	return nil
}

func (m sampler) object(s *huma.Schema, depth int) any {
	out := map[string]any{}
	for name, p := range s.Properties {
		if !m.request || slices.Contains(s.Required, name) {
			out[name] = m.value(name, p, depth+1)
		}
	}
	if m.request && len(out) == 0 && depth == 0 {
		for _, name := range []string{"person", "institution_id", "url", "name", "kinds"} {
			if p, ok := s.Properties[name]; ok {
				out[name] = m.value(name, p, depth+1)
				break
			}
		}
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok && len(s.Properties) == 0 {
		out["…"] = m.value("", values, depth+1)
	}
	return out
}

// sampleIDs are made-up ids by the names of the fields that hold them.
var sampleIDs = map[string]string{
	"link_id": "lnk", "connection_id": "con", "account_id": "acc", "person_id": "per", "application_id": "app", "consent_id": "cns",
	"document_id": "doc", "event_id": "evt", "endpoint_id": "whe", "collection_id": "col", "bill_id": "bil", "security_id": "sec",
}

// samples are texts that show more than their type says.
var samples = map[string]string{
	"person": "customer-42", "institution_id": "ins_harbor", "currency": "BRL", "amount": "12.30", "country": "BR", "language": "en",
	"token": "m7wd87wg…", "setup_token": "aHR0cHM6Ly9leGFtcGxlLm9yZy9…", "secret": "whsec_…", "name": "My application", "email": "ana@example.com", "redirect_url": "https://app.example/back",
	"url": "https://app.example/webhooks", "grant_type": "client_credentials", "client_id": "dev", "client_secret": "dev-secret", "next": "",
}

// sampleNouns are what a path is about: the prefix of its ids, and a status.
var sampleNouns = []struct{ path, prefix, status string }{
	{"/links", "lnk", "open"},
	{"/consents", "cns", "authorised"},
	{"/accounts", "acc", ""},
	{"/transactions", "txn", "posted"},
	{"/documents", "doc", "available"},
	{"/deliveries", "dlv", ""},
	{"/webhook_endpoints", "whe", ""},
	{"/events", "evt", ""},
	{"/persons", "per", ""},
	{"/simplefin_tokens", "stk", "active"},
	{"/institutions", "ins", ""},
	{"/applications", "app", ""},
	{"/connections", "con", "active"},
}

func (m sampler) text(name, format string) string {
	for _, n := range sampleNouns {
		switch {
		case !strings.Contains(m.path, n.path):
		case name == "id":
			return n.prefix + "_06gzhn0zj1xvx5vtb5xd0gkwrg"
		case name == "status" && n.status != "":
			return n.status
		}
	}
	if text, ok := samples[name]; ok {
		return text
	}
	if prefix, ok := sampleIDs[name]; ok {
		return prefix + "_06gzhn0zj1xvx5vtb5xd0gkwrg"
	}
	switch format {
	case "date-time":
		return "2026-11-20T12:00:00Z"
	case "date":
		return "2026-11-20"
	case "uri":
		return "https://app.example/"
	}
	return "…"
}
