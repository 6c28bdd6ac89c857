package linking

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
