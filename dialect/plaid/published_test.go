package plaid_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/fairlead-dev/fairlead/apptest"
)

// schema is a type of the vendor's published description.
type schema struct {
	Ref      string             `yaml:"$ref"`
	Type     string             `yaml:"type"`
	Format   string             `yaml:"format"`
	Nullable bool               `yaml:"nullable"`
	Enum     []yaml.Node        `yaml:"enum"`
	Required []string           `yaml:"required"`
	Keys     map[string]*schema `yaml:"properties"`
	Items    *schema            `yaml:"items"`
	AllOf    []*schema          `yaml:"allOf"`
}

// description is the part of the vendor's published description that answers follow.
type description struct {
	Paths map[string]struct {
		Post struct {
			Responses map[string]struct {
				Content map[string]struct {
					Schema *schema `yaml:"schema"`
				} `yaml:"content"`
			} `yaml:"responses"`
		} `yaml:"post"`
	} `yaml:"paths"`
	Components struct {
		Schemas map[string]*schema `yaml:"schemas"`
	} `yaml:"components"`
}

// published reads the description that lies beside the checkout; nil: none does.
var published = sync.OnceValues(func() (*description, error) {
	dir, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "shared/data/upstream/plaid.yml"))
		if err == nil {
			var d description
			return &d, yaml.Unmarshal(text, &d)
		}
		if filepath.Dir(dir) == dir {
			return nil, nil
		}
		dir = filepath.Dir(dir)
	}
})

var (
	dayForm     = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	instantForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
)

// departures are where a value is not of its type.
func (d *description) departures(s *schema, value any, at string) (out []string) {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		return d.departures(d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]], value, at)
	}
	if value == nil {
		if d.nullable(s) {
			return nil
		}
		return []string{at + " is null"}
	}
	for _, part := range s.AllOf {
		out = append(out, d.departures(part, value, at)...)
	}
	if len(s.Enum) > 0 && !slices.ContainsFunc(s.Enum, func(n yaml.Node) bool { return n.Value == fmt.Sprint(value) }) {
		out = append(out, fmt.Sprintf("%s is %v, which is none of its words", at, value))
	}
	return append(out, d.shape(s, value, at)...)
}

// nullable reports whether a type has null. One that refers to another has it where that has.
func (d *description) nullable(s *schema) bool {
	if s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	return s.Nullable || s.Type == "" && len(s.AllOf) == 0 || len(s.AllOf) > 0 && !slices.ContainsFunc(s.AllOf, func(part *schema) bool { return !d.nullable(part) })
}

func (d *description) shape(s *schema, value any, at string) (out []string) {
	wrong := []string{fmt.Sprintf("%s is %v, which is no %s %s", at, value, s.Type, s.Format)}
	switch s.Type {
	case "object", "":
		keys, ok := value.(object)
		if !ok && (s.Type == "object" || len(s.Keys) > 0) {
			return wrong
		}
		for _, key := range s.Required {
			if _, there := keys[key]; !there {
				out = append(out, at+"."+key+" is missing")
			}
		}
		for key, of := range s.Keys {
			if each, there := keys[key]; there {
				out = append(out, d.departures(of, each, at+"."+key)...)
			}
		}
	case "array":
		list, ok := value.([]any)
		if !ok {
			return wrong
		}
		for i, each := range list {
			out = append(out, d.departures(s.Items, each, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case "string":
		text, ok := value.(string)
		if !ok || s.Format == "date" && !dayForm.MatchString(text) || s.Format == "date-time" && !instantForm.MatchString(text) {
			return wrong
		}
	case "number", "integer":
		n, ok := value.(json.Number)
		if !ok || s.Type == "integer" && strings.ContainsAny(n.String(), ".eE") {
			return wrong
		}
	case "boolean":
		if _, ok := value.(bool); !ok {
			return wrong
		}
	}
	return out
}

// follows fails a test whose answer departs from what the vendor publishes.
func follows(t testing.TB, path string, status int, answer object) {
	t.Helper()
	d, err := published()
	if err != nil {
		t.Fatal(err)
	}
	if d == nil {
		return
	}
	code := "200"
	if status >= 400 {
		code = "default"
	}
	of, known := d.Paths[path]
	if !known && status < 400 {
		return // not in the description
	}
	s := d.Components.Schemas["PlaidError"]
	if known {
		s = of.Post.Responses[code].Content["application/json"].Schema
	}
	all := d.departures(s, any(answer), path)
	for _, each := range all[:min(5, len(all))] {
		t.Errorf("an answer departs from what the vendor publishes: %s", each)
	}
}

func TestEveryAnswerFollowsWhatTheVendorPublishes(t *testing.T) {
	t.Parallel()
	d, err := published()
	if err != nil {
		t.Fatal(err)
	}
	if d == nil {
		if apptest.Full() {
			t.Fatal("the vendor's published description is not beside the repository")
		}
		t.Skip("the vendor's published description is not beside the repository")
	}
	c := start(t)
	products := []string{"auth", "identity", "transactions", "liabilities", "investments", "statements"}
	user := object{"client_user_id": "anna"}
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": user, "products": products[:1], "hosted_link": object{},
	})
	c.call("/link/token/get", object{"link_token": link["link_token"]})
	walk(t, c.Visit(link["hosted_link_url"].(string)), "good", "good")
	c.call("/link/token/get", object{"link_token": link["link_token"]})
	for bank, want := range map[string][]string{"ins_109508": products, "ins_127287": products[:3], "ins_117650": products[:3]} {
		c.everyRead(c.item(bank, nil, want...), want)
	}
	for _, country := range []string{"US", "GB"} {
		options := object{"include_optional_metadata": true, "include_auth_metadata": true, "include_payment_initiation_metadata": true, "include_status": true}
		listed := c.call("/institutions/get", object{"count": 500, "offset": 0, "country_codes": []string{country}, "options": options})
		for _, i := range rows(listed, "institutions")[:1] {
			c.call("/institutions/get_by_id", object{"institution_id": i["institution_id"], "country_codes": []string{country}, "options": options})
		}
		c.call("/institutions/search", object{"query": "a", "country_codes": []string{country}, "products": nil, "options": options})
	}
	c.call("/categories/get", object{})
	c.call("/webhook_verification_key/get", object{"key_id": "6c5516e1-92dc-479e-a8ff-5a51992e0001"})
}

// everyRead calls whatever reads an Item or changes it.
func (c client) everyRead(token string, products []string) {
	c.T.Helper()
	hook := apptest.NewReceiver(c.T)
	paths := []string{"/item/get", "/accounts/get", "/accounts/balance/get", "/auth/get", "/identity/get", "/transactions/sync"}
	if len(products) > 3 {
		paths = append(paths, "/liabilities/get", "/investments/holdings/get", "/statements/list", "/transactions/refresh")
	}
	for _, path := range paths {
		c.call(path, named(token))
	}
	days := object{"access_token": token, "start_date": "2000-01-01", "end_date": "2100-01-01", "options": object{"count": 500, "include_original_description": true}}
	c.call("/transactions/get", days)
	if len(products) > 3 {
		c.call("/investments/transactions/get", days)
		c.call("/statements/refresh", object{"access_token": token, "start_date": "2025-01-01", "end_date": "2026-01-01"})
	}
	c.history(token)
	c.call("/item/webhook/update", object{"access_token": token, "webhook": hook.URL})
	c.call("/sandbox/item/fire_webhook", object{"access_token": token, "webhook_code": "DEFAULT_UPDATE"})
	c.call("/sandbox/item/reset_login", named(token))
	c.call("/item/get", named(token))
	token = c.call("/item/access_token/invalidate", named(token))["new_access_token"].(string)
	c.call("/item/remove", named(token))
	c.refused("/accounts/get", named(token))
}
