package connector

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestSearchForgivesAccentsCaseAndTypos(t *testing.T) {
	t.Parallel()
	all := []fairlead.Institution{
		{ID: "ins_a", ShortName: "ancora", Name: "Banco Âncora", Country: "BR", Codes: []fairlead.Code{{Scheme: "compe", Value: "033"}}, Popular: 10},
		{ID: "ins_f", ShortName: "farol", Name: "Banco Farol", Country: "BR", Popular: 90},
		{ID: "ins_h", ShortName: "harbor", Name: "Harbor Bank", OtherNames: []string{"HB Online"}, Country: "US", Popular: 50},
		{ID: "ins_k", ShortName: "keel", Name: "Keel Credit Union", Country: "US", Popular: 5},
	}
	for text, want := range map[string][]fairlead.InstitutionID{
		"":             {"ins_f", "ins_h", "ins_a", "ins_k"},
		"ancora":       {"ins_a"},
		"ÂNCORA":       {"ins_a"},
		"banco":        {"ins_f", "ins_a"},
		"bancofarol":   {"ins_f"},
		"farol banco":  {"ins_f"},
		"frol":         {"ins_f"},
		"habror":       {"ins_h"},
		"harb":         {"ins_h"},
		"hb":           {"ins_h"},
		"credit unoin": {"ins_k"},
		"033":          {"ins_a"},
		"ins_k":        {"ins_k"},
		"zzzz":         {},
		"!!!":          {},
	} {
		got := find(all, Search{Text: text})
		ids := []fairlead.InstitutionID{}
		for _, i := range got {
			ids = append(ids, i.ID)
		}
		if len(ids) != len(want) {
			t.Errorf("%q finds %v, want %v", text, ids, want)
			continue
		}
		for n := range ids {
			if ids[n] != want[n] {
				t.Errorf("%q finds %v, want %v", text, ids, want)
				break
			}
		}
	}
}

// described is a connector that has institutions and nothing else.
type described struct {
	Connector
	list []fairlead.Institution
}

func (d described) Describe() Description { return Description{Name: "x", Institutions: d.list} }

func TestPagesOfASearchAreTheWholeAndALinksChoiceFollowsItsSpec(t *testing.T) {
	t.Parallel()
	live := []fairlead.Environment{fairlead.Live}
	accounts := []fairlead.Product{fairlead.ProductAccounts}
	r, err := NewRegistry(described{list: []fairlead.Institution{
		{ID: "ins_a", Name: "A", Country: "BR", Environments: live, Products: accounts},
		{ID: "ins_b", Name: "B", Environments: live, Products: accounts},
		{ID: "ins_c", Name: "C", Country: "US", Environments: live, Products: accounts},
		{ID: "ins_d", Name: "D", Country: "BR", Environments: []fairlead.Environment{fairlead.Sandbox}, Products: accounts},
		{ID: "ins_e", Name: "E", Country: "BR", Environments: live, Products: []fairlead.Product{fairlead.ProductLoans}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	ids := func(list []fairlead.Institution) (out string) {
		for _, i := range list {
			out += string(i.ID[4:])
		}
		return out
	}
	var all []fairlead.Institution
	for s := (Search{Limit: 3}); ; {
		page, err := r.Search(fairlead.Live, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		all = append(all, page...)
		s.After = page[len(page)-1].ID
	}
	if got := ids(all); got != "abce" {
		t.Errorf("pages put together: %s", got)
	}
	if _, err := r.Search(fairlead.Live, Search{After: "ins_d"}); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("a cursor of another search: %v", err)
	}
	for want, spec := range map[string]fairlead.Spec{
		"abce": {}, "ab": {Countries: []string{"BR"}, Products: accounts}, "c": {Institutions: []fairlead.InstitutionID{"ins_c", "ins_d"}},
	} {
		if got := ids(r.Candidates(fairlead.Live, spec)); got != want {
			t.Errorf("of %+v: got %s, want %s", spec, got, want)
		}
	}
}
