package docs

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// index finds parts of pages by their words. It is small enough to be read from
// end to end for every search.
type index struct{ parts []part }

// part is what stands below one heading of a page.
type part struct {
	page, title, address, group string
	heading, text               []string // words in lower case
	excerpt                     string
}

// result is one thing that was found.
type result struct {
	Title   string `json:"title"`
	Page    string `json:"page"`
	Group   string `json:"group"`
	Address string `json:"address"`
	Excerpt string `json:"excerpt"`
}

func (x *index) add(p *page) {
	for i, h := range p.Headings {
		address := p.Address()
		if i > 0 && h.ID != "" {
			address += "#" + h.ID
		} else if p.Slug == "" {
			address += "#" + h.ID
		}
		text := strings.Join(strings.Fields(h.text.String()), " ")
		x.parts = append(x.parts, part{p.Title, h.Title, address, p.Group, words(h.Title), words(text), excerpt(text)})
	}
}

// excerptLength is how much of a part's text a result shows.
const excerptLength = 140

func excerpt(text string) string {
	if len(text) <= excerptLength {
		return text
	}
	end := strings.LastIndexByte(text[:excerptLength], ' ')
	return strings.ToValidUTF8(text[:max(end, 1)], "") + " …"
}

func words(text string) []string {
	all := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	for _, w := range all { // redirect_url is found by url, too
		if strings.Contains(w, "_") {
			all = append(all, strings.Split(w, "_")...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// resultLimit is how much a search answers with.
const resultLimit = 12

// search finds the parts that have every word of the query, or a word that begins
// so; what has them in its heading comes first.
func (x *index) search(query string) []result {
	type scored struct {
		part
		score int
	}
	wanted := words(query)
	var hits []scored
	for _, p := range x.parts {
		total := 0
		for _, w := range wanted {
			score := 20*has(p.heading, w) + 8*has(words(p.page), w) + has(p.text, w)
			if score == 0 {
				total = 0
				break
			}
			total += score
		}
		if total > 0 {
			hits = append(hits, scored{p, total})
		}
	}
	slices.SortStableFunc(hits, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	out := []result{}
	for _, h := range hits[:min(len(hits), resultLimit)] {
		out = append(out, result{h.title, h.page, h.group, h.address, h.excerpt})
	}
	return out
}

// has says how well a sorted list has a word: 3 as it is, 2 at the beginning of one.
func has(list []string, word string) int {
	i, found := slices.BinarySearch(list, word)
	switch {
	case found:
		return 3
	case i < len(list) && strings.HasPrefix(list[i], word):
		return 2
	}
	return 0
}
