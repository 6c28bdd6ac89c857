package docs

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// sampleID is the part of a made-up id behind its prefix.
const sampleID = "_06gzhn0zj1xvx5vtb5xd0gkwrg"

// sampler makes values that fit a schema, as JSON in the order of its fields.
type sampler struct {
	d    *description
	noun string // what the operation is about: the prefix of its ids
	sent bool   // only what must be given
}

func (m sampler) value(name string, s *schema, depth int) json.RawMessage {
	own := s
	s = m.d.resolve(s)
	switch {
	case s == nil || depth > fieldDepth:
		return json.RawMessage("null")
	case len(own.Example) > 0:
		return own.Example
	case len(own.Examples) > 0:
		return own.Examples[0]
	case len(s.Example) > 0:
		return s.Example
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Default) > 0 && string(s.Default) != "null":
		return s.Default
	case len(s.Enum) > 0:
		return encode(s.Enum[0])
	case s.Const != nil:
		return encode(s.Const)
	}
	switch {
	case s.Type == "object" || len(s.Properties.names) > 0 || len(s.AllOf) > 0:
		return m.object(s, depth)
	case s.Type == "array":
		return json.RawMessage("[" + string(m.value(strings.TrimSuffix(name, "s"), s.Items, depth+1)) + "]")
	case s.Type == "boolean":
		return json.RawMessage("true")
	case s.Type == "integer" || s.Type == "number":
		if s.Minimum != nil {
			return json.RawMessage(*s.Minimum)
		}
		return json.RawMessage("1")
	case s.Type == "string":
		return encode(m.text(name, s.Format))
	}
	return json.RawMessage("{}")
}

func (m sampler) object(s *schema, depth int) json.RawMessage {
	var out bytes.Buffer
	add := func(name string, value json.RawMessage) {
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.Write(encode(name))
		out.WriteByte(':')
		out.Write(value)
	}
	whole := append([]*schema{s}, s.AllOf...)
	for _, part := range whole {
		if part = m.d.resolve(part); part == nil {
			continue
		}
		for _, name := range part.Properties.names {
			if !m.sent || slices.Contains(part.Required, name) {
				add(name, m.value(name, part.Properties.of[name], depth+1))
			}
		}
		if m.sent && out.Len() == 0 && depth == 0 && len(part.Properties.names) > 0 {
			first := m.first(part)
			add(first, m.value(first, part.Properties.of[first], depth+1))
		}
		if values := part.additional(); values != nil && len(part.Properties.names) == 0 {
			add("key", m.value("", values, depth+1))
		}
	}
	return json.RawMessage("{" + out.String() + "}")
}

// first is the field that a body in which nothing must be given is shown with.
func (m sampler) first(s *schema) string {
	for _, name := range []string{"person", "institution_id", "url", "name", "types"} {
		if s.Properties.of[name] != nil {
			return name
		}
	}
	return s.Properties.names[0]
}

// prefixes are those of ids, by the names of the fields that have them.
var prefixes = map[string]string{
	"link_id": "lnk", "connection_id": "con", "account_id": "acc", "person_id": "per", "application_id": "app", "consent_id": "cns", "transaction_id": "txn",
	"document_id": "doc", "event_id": "evt", "endpoint_id": "whe", "collection_id": "col", "bill_id": "bil", "security_id": "sec", "provider_id": "prv",
}

// nouns are the prefixes of what a path is about, by its part; the last that occurs counts.
var nouns = []struct{ part, prefix string }{
	{"/persons", "per"},
	{"/connections", "con"},
	{"/accounts", "acc"},
	{"/transactions", "txn"},
	{"/bills", "bil"},
	{"/documents", "doc"},
	{"/securities", "sec"},
	{"/consents", "cns"},
	{"/collections", "col"},
	{"/files", "col"},
	{"/applications", "app"},
	{"/keys", "key"},
	{"/institutions", "ins"},
	{"/links", "lnk"},
	{"/webhook_endpoints", "whe"},
	{"/events", "evt"},
	{"/deliveries", "dlv"},
	{"/simplefin_tokens", "stk"},
	{"/providers", "prv"},
	{"/approvals", "apr"},
}

// noun is the prefix of what a path is about.
func noun(path string) (prefix string) {
	best := -1
	for _, n := range nouns {
		if i := strings.LastIndex(path, n.part); i > best {
			best, prefix = i, n.prefix
		}
	}
	return prefix
}

// samples are texts that show more than their type says.
var samples = map[string]string{
	"person": "customer-42", "institution_id": "ins_harbor", "currency": "USD", "amount": "-12.30", "country": "US", "language": "en", "code": "7Q2M…",
	"token": "m7wd87wg…", "setup_token": "aHR0cHM6Ly9leGFtcGxlLm9yZy9…", "secret": "whsec_…", "name": "Ledgerly", "email": "ana@example.com",
	"redirect_url": "https://app.example/back", "url": "https://app.example/webhooks", "grant_type": "client_credentials", "client_id": "dev",
	"client_secret": "dev-secret", "next": "eyJhZnRlciI6…", "institution": "harbor", "by": "30d", "dialect": "klavi", "key": "key" + sampleID,
}

func (m sampler) text(name, format string) string {
	if name == "id" && m.noun != "" {
		return m.noun + sampleID
	}
	if name == "url" && m.noun == "lnk" {
		return "https://connect.example.com/l/m7wd87wg…"
	}
	if text, ok := samples[name]; ok {
		return text
	}
	if prefix, ok := prefixes[strings.TrimSuffix(name, "s")]; ok {
		return prefix + sampleID
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

// encode writes a value as JSON without escaping what HTML would want escaped.
func encode(v any) json.RawMessage {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return json.RawMessage("null")
	}
	return bytes.TrimSpace(out.Bytes())
}

// pretty indents JSON and leaves short objects and lists in one line, as people write them.
func pretty(text json.RawMessage) string {
	var out bytes.Buffer
	if json.Indent(&out, text, "", "  ") != nil {
		return string(text)
	}
	return shortened(out.String())
}

// shortWidth is how long an object may be to stay in one line.
const shortWidth = 64

// shortened puts objects and lists that hold nothing nested, and are short, in one line.
func shortened(text string) string {
	lines := strings.Split(text, "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if !strings.HasSuffix(line, "{") && !strings.HasSuffix(line, "[") || len(out) == 0 {
			out = append(out, line)
			continue
		}
		end := i + 1
		for end < len(lines) && !strings.ContainsAny(lines[end][len(lines[end])-1:], "{[") && !closes(lines[end]) {
			end++
		}
		if end == len(lines) || !closes(lines[end]) {
			out = append(out, line)
			continue
		}
		var parts []string
		for _, l := range lines[i+1 : end] {
			parts = append(parts, strings.TrimSpace(l))
		}
		joined := line + strings.Join(parts, " ") + strings.TrimSpace(lines[end])
		if len(strings.TrimSpace(joined)) > shortWidth {
			out = append(out, line)
			continue
		}
		out = append(out, joined)
		i = end
	}
	return strings.Join(out, "\n")
}

func closes(line string) bool {
	return strings.HasPrefix(strings.TrimSpace(line), "}") || strings.HasPrefix(strings.TrimSpace(line), "]")
}
