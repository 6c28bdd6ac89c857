package connector

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/fairlead-dev/fairlead"
)

// Search finds institutions. Accents, case and small typing errors are forgiven.
type Search struct {
	Text     string
	Country  string
	Product  fairlead.Product
	Products []fairlead.Product     // that offer one of them at least
	After    fairlead.InstitutionID // the last of the page before
	Limit    int                    // 0: 50, at most 500
}

const defaultResults, maxResults = 50, 500

// Search finds institutions of an environment, a page of them: the best score first,
// then the popular ones, then by name.
func (r *Registry) Search(env fairlead.Environment, s Search) ([]fairlead.Institution, error) {
	found := find(r.Institutions(env), s)
	if s.After != "" {
		last := slices.IndexFunc(found, func(i fairlead.Institution) bool { return i.ID == s.After })
		if last < 0 {
			return nil, fairlead.InvalidField("after", "unknown", "must be the cursor of a page of the same search")
		}
		found = found[last+1:]
	}
	limit := min(s.Limit, maxResults)
	if limit <= 0 {
		limit = defaultResults
	}
	return found[:min(len(found), limit)], nil
}

// Candidates are what a link of the spec lets the person choose from.
func (r *Registry) Candidates(env fairlead.Environment, spec fairlead.Spec) []fairlead.Institution {
	return slices.DeleteFunc(find(r.Institutions(env), Search{Products: spec.Products}), func(i fairlead.Institution) bool {
		listed := len(spec.Institutions) == 0 || slices.Contains(spec.Institutions, i.ID)
		country := len(spec.Countries) == 0 || i.Country == "" || slices.Contains(spec.Countries, i.Country)
		return !listed || !country || spec.NoFiles && i.OnlyFiles()
	})
}

// find filters and orders.
func find(all []fairlead.Institution, s Search) []fairlead.Institution {
	type scored struct {
		fairlead.Institution
		score int
		name  string // folded
	}
	words := foldWords(s.Text)
	var found []scored
	for _, i := range all {
		if s.Country != "" && i.Country != "" && !strings.EqualFold(i.Country, s.Country) {
			continue
		}
		if s.Product != "" && !i.Offers(s.Product) {
			continue
		}
		if len(s.Products) > 0 && !slices.ContainsFunc(s.Products, i.Offers) {
			continue
		}
		if n, ok := score(i, strings.TrimSpace(s.Text), words); ok {
			found = append(found, scored{i, n, fold(i.Name)})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.Popular, a.Popular), cmp.Compare(a.name, b.name), cmp.Compare(a.ID, b.ID))
	})
	out := make([]fairlead.Institution, len(found))
	for n, f := range found {
		out[n] = f.Institution
	}
	return out
}

// score is how well an institution matches a search: every word of the search must be
// the beginning, or nearly the beginning, of some word of its names.
func score(i fairlead.Institution, text string, words []string) (best int, ok bool) {
	if len(words) == 0 {
		return 0, strings.TrimSpace(text) == ""
	}
	if string(i.ID) == text || strings.EqualFold(i.ShortName, text) || i.HasCode(text) {
		return 1000, true
	}
	for _, name := range append([]string{i.Name, i.ShortName}, i.OtherNames...) {
		if s, hit := nameScore(foldWords(name), words); hit {
			best, ok = max(best, s), true
		}
	}
	return best, ok
}

func nameScore(name, words []string) (total int, ok bool) {
	if joined := strings.Join(name, ""); strings.HasPrefix(joined, strings.Join(words, "")) {
		return 100, true // "bancofarol" finds Banco Farol
	}
	for _, w := range words {
		best := 0
		for _, n := range name {
			best = max(best, wordScore(n, w))
		}
		if best == 0 {
			return 0, false
		}
		total += best
	}
	return total / len(words), true
}

// wordScore is 0 when word is not like the beginning of name: short words must
// be exact, four letters may have one mistake, eight may have two.
func wordScore(name, word string) int {
	switch {
	case name == word:
		return 90
	case strings.HasPrefix(name, word):
		return 80
	}
	letters := []rune(word)
	allowed := 0
	switch {
	case len(letters) >= 8:
		allowed = 2
	case len(letters) >= 4:
		allowed = 1
	}
	target := []rune(name)
	for cut := max(0, len(letters)-allowed); allowed > 0 && cut <= min(len(target), len(letters)+allowed); cut++ {
		if d := distance(letters, target[:cut]); d <= allowed {
			return 60 - 10*d
		}
	}
	return 0
}

// distance is the Damerau-Levenshtein distance: letters added, left out, changed or
// swapped with their neighbour.
func distance(a, b []rune) int {
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

// fold drops case and accents.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

// foldWords is the folded words of a text, at most 8 of at most 40 letters, so that
// a search costs little whatever was pasted into it.
func foldWords(s string) []string {
	words := strings.FieldsFunc(fold(s[:min(len(s), 400)]), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = words[:min(len(words), 8)]
	for n, w := range words {
		if r := []rune(w); len(r) > 40 {
			words[n] = string(r[:40])
		}
	}
	return words
}
