package directory

import (
	"fmt"
	"math/rand/v2"
	"strings"
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
	snap := &snapshot{index: newIndex([]*listing{{institutions: all}}), providers: []fairlead.ProviderID{""}}
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
		got, err := snap.find(Search{Text: text}, &searchMemory{})
		if err != nil {
			t.Fatal(err)
		}
		ids := []fairlead.InstitutionID{}
		for _, key := range got.all {
			ids = append(ids, snap.institution(key.entry()).ID)
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

// TestTheIndexFindsWhatTheRuleSays compares it with the rule as it is read: each word of
// a search against each word of each name.
func TestTheIndexFindsWhatTheRuleSays(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		letters := make([]byte, 1+random.IntN(11))
		for n := range letters {
			letters[n] = "abcdeé1"[random.IntN(5)]
		}
		return string(letters)
	}
	text := func(most int) string {
		words := make([]string, 1+random.IntN(most))
		for n := range words {
			words[n] = word()
		}
		return strings.Join(words, " ")
	}
	l := &listing{institutions: make([]fairlead.Institution, 400)}
	for n := range l.institutions {
		l.institutions[n] = fairlead.Institution{ID: fairlead.InstitutionID(fmt.Sprint("ins_", n)), Name: text(4), OtherNames: []string{text(3)}}
	}
	x := newIndex([]*listing{l})
	found, memory := 0, &searchMemory{}
	for range 400 {
		searched := text(3)
		m := x.match(searched, memory)
		for n, e := range x.entries {
			score, _ := m.score(int32(n))
			if want := ruleScore(*e.institution, foldWords(searched)); score != want {
				t.Fatalf("%q gives %q, %q the score %d, want %d", searched, e.institution.Name, e.institution.OtherNames, score, want)
			}
			if score > 0 {
				found++
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d were found at all", found)
	}
}

func ruleScore(i fairlead.Institution, words []string) (best int) {
	for _, name := range append([]string{i.Name}, i.OtherNames...) {
		own := foldWords(name)
		if strings.HasPrefix(strings.Join(own, ""), strings.Join(words, "")) {
			return scoreBegins
		}
		total := 0
		for _, w := range words {
			most := 0
			for _, n := range own {
				most = max(most, ruleWord(n, w))
			}
			if most == 0 {
				total = 0
				break
			}
			total += most
		}
		best = max(best, total/len(words))
	}
	return best
}

func ruleWord(name, word string) int {
	switch {
	case name == word:
		return scoreEqual
	case strings.HasPrefix(name, word):
		return scorePrefix
	}
	least := 99
	for cut := range len([]rune(name)) + 1 {
		least = min(least, damerau([]rune(word), []rune(name)[:cut]))
	}
	if n := len([]rune(word)); n >= 8 && least <= 2 || n >= 4 && least <= 1 {
		return scoreTypo - scorePer*least
	}
	return 0
}

// damerau is the whole table of the distance of two words.
func damerau(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func TestALongTextCostsNoMoreThanItsFirstWords(t *testing.T) {
	t.Parallel()
	x := newIndex([]*listing{{institutions: []fairlead.Institution{{ID: "ins_a", Name: strings.Repeat("Ærø", 40)}}}})
	for _, text := range []string{strings.Repeat("a", 1<<20), strings.Repeat("bank ", 1<<16), strings.Repeat("é", 500), "\xff\xfe", strings.Repeat("ærø", 40)} {
		m := x.match(text, &searchMemory{})
		if _, hit := m.score(0); hit != strings.HasPrefix(text, "ærø") {
			t.Errorf("%.20q finds it: %v", text, hit)
		}
	}
}

// countryBanks are a few banks of several countries.
func countryBanks() *snapshot {
	all := []fairlead.Institution{
		{ID: "ins_f", Name: "Banco Farol", Country: "BR", Popular: 90},
		{ID: "ins_a", Name: "Banco Âncora", OtherNames: []string{"Banco Marítimo"}, Country: "BR", Popular: 10},
		{ID: "ins_h", Name: "Harbor Bank", OtherNames: []string{"HB Online"}, Country: "US", Popular: 50},
		{ID: "ins_u", Name: "USA Federal", Country: "CA"},
		{ID: "ins_t", Name: "TestBank", Country: "ES", Popular: 40},
		{ID: "ins_p", Name: "Banca Puerto", Country: "ES", Popular: 20},
		{ID: "ins_k", Name: "Coast Bank", Country: "GB"},
		{ID: "ins_s", Name: "Any server"},
	}
	return &snapshot{index: newIndex([]*listing{{institutions: all}}), providers: []fairlead.ProviderID{""}}
}

func foundIDs(t *testing.T, snap *snapshot, s Search) string {
	t.Helper()
	got, err := snap.find(s, &searchMemory{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, key := range got.all {
		out = append(out, string(snap.institution(key.entry()).ID))
	}
	return strings.Join(out, " ")
}

func TestSearchFindsByCountryInEveryLanguageAndBesideWords(t *testing.T) {
	t.Parallel()
	snap := countryBanks()
	for text, want := range map[string]string{
		"brazil":             "ins_f ins_a",
		"Brasil":             "ins_f ins_a",
		"br":                 "ins_f ins_a",
		"BRA":                "ins_f ins_a",
		"braz":               "ins_f ins_a",
		"brazli":             "ins_f ins_a",
		"spain":              "ins_t ins_p",
		"España":             "ins_t ins_p",
		"Espanha":            "ins_t ins_p",
		"es":                 "ins_t ins_p",
		"us":                 "ins_u ins_h",
		"usa":                "ins_u ins_h",
		"United States":      "ins_h",
		"estados unidos":     "ins_h",
		"EE. UU.":            "ins_h",
		"eua":                "ins_h",
		"reino unido":        "ins_k",
		"uk":                 "ins_k",
		"farol brazil":       "ins_f",
		"brasil farol":       "ins_f",
		"banco br":           "ins_f ins_a",
		"maritimo brasil":    "ins_a",
		"bank united states": "ins_h",
		"farol spain":        "",
		"united states bank": "ins_h",
		"japan":              "",
	} {
		if got := foundIDs(t, snap, Search{Text: text}); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	if got := foundIDs(t, snap, Search{Text: "spain", Country: "BR"}); got != "" {
		t.Errorf("in Brazil, spain finds %q", got)
	}
}

func TestWhereNothingIsFoundTheNearestNamesAreSuggested(t *testing.T) {
	t.Parallel()
	snap := countryBanks()
	for text, want := range map[string]string{
		"ferrol":         "ins_f",
		"harbour banque": "ins_h",
		"puerta nova":    "ins_p",
		"qwxz":           "",
		"zz":             "",
	} {
		if got := foundIDs(t, snap, Search{Text: text}); got != "" {
			t.Fatalf("%q finds %q by itself", text, got)
		}
		var got []string
		for _, i := range snap.nearest(Search{Text: text}, &searchMemory{}) {
			got = append(got, string(i.ID))
		}
		if first, _, _ := strings.Cut(strings.Join(got, " "), " "); first != want || len(got) > maxNearest {
			t.Errorf("%q suggests %v, want %q first", text, got, want)
		}
	}
	abroad := snap.nearest(Search{Text: "farol", Country: "ES"}, &searchMemory{})
	if ids(abroad) != "ins_f" {
		t.Errorf("what another country has is not suggested: %q", ids(abroad))
	}
	spec := &fairlead.Spec{Countries: []string{"ES"}}
	for _, i := range snap.nearest(Search{Text: "ferrol", Spec: spec}, &searchMemory{}) {
		if i.Country == "BR" {
			t.Errorf("%s is suggested, which the link does not offer", i.ID)
		}
	}
}
