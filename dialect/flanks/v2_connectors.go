package flanks

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/fairlead-dev/fairlead"
)

// connector is a bank as Connect v2 shows it.
type connector struct {
	ID        string   `json:"connector_id"` // esp:testbank
	Name      string   `json:"name"`
	Countries []string `json:"countries"` // esp
	Type      string   `json:"type"`      // psd2, e-banking
}

// The types of connectors: where the person is led to the bank's own pages, and where
// its login is typed here.
const (
	typePSD2     = "psd2"
	typeEBanking = "e-banking"
)

func connectorOf(i fairlead.Institution) connector {
	out := connector{ID: bankID(i), Name: i.Name, Countries: []string{}, Type: typeEBanking}
	if code := country(i.Country); code != "" {
		out.ID, out.Countries = code+":"+out.ID, []string{code}
	}
	if slices.Contains(i.Logins, fairlead.LoginRedirect) {
		out.Type = typePSD2
	}
	return out
}

// country is the vendor's code of a country: ISO 3166 with three letters, small.
func country(two string) string {
	if two == "" {
		return ""
	}
	region, err := language.ParseRegion(two)
	if err != nil {
		return strings.ToLower(two)
	}
	return strings.ToLower(region.ISO3())
}

// named reports whether an id is a bank's: the vendor's form of it, or any other that
// the page takes.
func named(i fairlead.Institution, id string) bool {
	return id != "" && (id == connectorOf(i).ID || id == bankID(i) || id == string(i.ID))
}

type listConnectorsBody struct {
	Query *connectorQuery `json:"query"`
	Page  *string         `json:"page_token"`
}

type connectorQuery struct {
	IDs *[]string `json:"connector_id_in"`
}

func (q connectorQuery) takes(i fairlead.Institution) bool {
	return q.IDs == nil || slices.ContainsFunc(*q.IDs, func(id string) bool { return named(i, id) })
}

func (f *Flanks) listConnectors(c call) (any, error) {
	var body listConnectorsBody
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	var q connectorQuery
	if body.Query != nil {
		q = *body.Query
	}
	from, err := placeOf(body.Page, "connectors", q)
	if err != nil {
		return nil, err
	}
	banks, err := f.banks(c)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(banks, func(a, b fairlead.Institution) int { return cmp.Compare(connectorOf(a).ID, connectorOf(b).ID) })
	out := paged[connector]{Items: []connector{}}
	for _, i := range banks {
		item := connectorOf(i)
		if item.ID <= from.At || !q.takes(i) {
			continue
		}
		if len(out.Items) == perV2Page {
			out.Next = pageToken{List: from.List, Query: from.Query, At: out.Items[perV2Page-1].ID}.text()
			break
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// connectorFilter chooses the banks of a session by rules.
type connectorFilter struct {
	Rules []connectorRule `json:"rules"`
}

type connectorRule struct {
	Action string          `json:"action"` // include, exclude
	Field  string          `json:"field"`  // connector_id, countries, type
	Value  json.RawMessage `json:"value"`  // text, or a list of texts
}

// Bounds of a filter; each value of each rule is held against every bank.
const (
	maxRules  = 100
	maxValues = 1000 // of all rules together
)

// choose applies the rules in their order, beginning with all banks: exclude takes what
// it matches out of the present set, include puts it back from the whole.
// Source: docs.flanks.io, Connector Filter.
func (f connectorFilter) choose(all []fairlead.Institution) ([]fairlead.InstitutionID, error) {
	const at = "configuration.connector_filter."
	if len(f.Rules) > maxRules {
		return nil, fairlead.InvalidField(at+"rules", "range", "must be at most 100")
	}
	in := make([]bool, len(all))
	for n := range in {
		in[n] = true
	}
	held := 0
	for _, r := range f.Rules {
		values, err := r.values()
		if err != nil {
			return nil, err
		}
		if held += len(values); held > maxValues {
			return nil, fairlead.InvalidField(at+"rules.value", "range", "must be at most 1000 in all rules")
		}
		if r.Action != "include" && r.Action != "exclude" {
			return nil, fairlead.InvalidField(at+"rules.action", "unknown", "must be include or exclude")
		}
		for n, i := range all {
			if r.matches(i, values) {
				in[n] = r.Action == "include"
			}
		}
	}
	var chosen []fairlead.InstitutionID
	for n, i := range all {
		if in[n] {
			chosen = append(chosen, i.ID)
		}
	}
	if len(chosen) == 0 {
		return nil, fairlead.InvalidField(at+"rules", "range", "must leave at least one connector")
	}
	return chosen, nil
}

// values reads the value of a rule: one text or several.
func (r connectorRule) values() (values []string, err error) {
	const at = "configuration.connector_filter.rules."
	var one *string
	if json.Unmarshal(r.Value, &one) == nil && one != nil {
		values = []string{*one}
	} else if json.Unmarshal(r.Value, &values) != nil || values == nil {
		return nil, fairlead.InvalidField(at+"value", "format", "must be text or a list of texts")
	}
	switch r.Field {
	case "connector_id":
		return values, nil
	case "countries", "type":
		if slices.Contains(values, "*") {
			return nil, fairlead.InvalidField(at+"value", "format", "must be * for connector_id only")
		}
		return values, nil
	}
	return nil, fairlead.InvalidField(at+"field", "unknown", "must be connector_id, countries or type")
}

func (r connectorRule) matches(i fairlead.Institution, values []string) bool {
	of := connectorOf(i)
	return slices.ContainsFunc(values, func(value string) bool {
		switch r.Field {
		case "connector_id":
			return value == "*" || named(i, value)
		case "countries":
			return slices.ContainsFunc(of.Countries, func(code string) bool { return sameCountry(code, value) })
		}
		return value == of.Type
	})
}

// sameCountry compares a country's code with what a rule names it by: the vendor's own
// pages have its code and, in one example, its English name.
func sameCountry(code, named string) bool {
	region, err := language.ParseRegion(code)
	if err != nil {
		return strings.EqualFold(code, named)
	}
	return slices.ContainsFunc([]string{code, region.String(), display.English.Regions().Name(region)}, func(form string) bool {
		return strings.EqualFold(form, named)
	})
}
