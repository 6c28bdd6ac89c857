package directory

import (
	"cmp"
	"iter"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// index finds institutions by what they are called. It is built once and then only read.
type index struct {
	entries  []entry                          // in the order of popularity and name
	groups   [][]int32                        // banks that several sources have, each the best way first
	byID     map[fairlead.InstitutionID]int32 // Gone ones too
	byName   map[string][]int32               // short name, folded, and codes as they are
	names    []int32                          // entry of each name
	joined   []joinedName                     // names without spaces, sorted
	words    []string                         // of all names, each once, sorted
	masks    []uint64                         // letters of each word
	ends     []int32                          // of each word's names in postings
	postings []int32                          // names, by word
	bytes    int                              // about

	countries []indexCountry // that some entry is in
}

// entry is an institution in the index.
type entry struct {
	institution *fairlead.Institution
	country     string
	source      int32
	group       int32 // in groups; -1: one source has it
	products    productSet
	gone, files bool
}

type joinedName struct {
	text string
	name int32
}

// newIndex builds the index of sources, which are in the order of preference.
func newIndex(sources []*listing) *index {
	x := &index{byName: map[string][]int32{}}
	x.addEntries(sources)
	x.group(sources)
	x.byID = make(map[fairlead.InstitutionID]int32, len(x.entries))
	postings := map[string][]int32{}
	for n := range x.entries {
		i := x.entries[n].institution
		x.byID[i.ID] = int32(n)
		x.addNames(int32(n), postings)
	}
	slices.SortFunc(x.joined, func(a, b joinedName) int { return strings.Compare(a.text, b.text) })
	x.addWords(postings)
	x.addCountries()
	x.bytes += len(x.entries)*100 + len(x.names)*40 + len(x.words)*60 + len(x.postings)*4
	return x
}

// addEntries fills entries in order.
func (x *index) addEntries(sources []*listing) {
	total := 0
	for _, s := range sources {
		total += len(s.institutions)
	}
	folded := make(map[*fairlead.Institution]string, total)
	x.entries = make([]entry, 0, total)
	for n, s := range sources {
		for k := range s.institutions {
			i := &s.institutions[k]
			folded[i] = fold(i.Name)
			products, _ := productsOf(i.Products)
			x.entries = append(x.entries, entry{
				institution: i, country: strings.ToUpper(i.Country), source: int32(n), group: -1, products: products,
				gone: !i.Gone.IsZero(), files: i.OnlyFiles(),
			})
		}
	}
	slices.SortFunc(x.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.institution.Popular, a.institution.Popular), cmp.Compare(folded[a.institution], folded[b.institution]),
			cmp.Compare(a.institution.ID, b.institution.ID), cmp.Compare(a.source, b.source))
	})
}

// addNames adds the names that an entry is found by.
func (x *index) addNames(n int32, postings map[string][]int32) {
	i := x.entries[n].institution
	if i.ShortName != "" {
		name := strings.ToLower(i.ShortName)
		x.byName[name] = append(x.byName[name], n)
	}
	for _, c := range i.Codes {
		if all := x.byName[c.Value]; c.Value != "" && (len(all) == 0 || all[len(all)-1] != n) {
			x.byName[c.Value] = append(all, n)
		}
	}
	for _, name := range append([]string{i.Name, i.ShortName}, i.OtherNames...) {
		words := foldWords(name)
		if len(words) == 0 {
			continue
		}
		id := int32(len(x.names))
		x.names = append(x.names, n)
		text := strings.Join(words, "")
		x.joined = append(x.joined, joinedName{text, id})
		x.bytes += len(text)
		for _, w := range words {
			if all := postings[w]; len(all) == 0 || all[len(all)-1] != id {
				postings[w] = append(all, id)
			}
		}
	}
}

// addWords lays out the words with the names that have them.
func (x *index) addWords(postings map[string][]int32) {
	x.words = make([]string, 0, len(postings))
	for w := range postings {
		x.words = append(x.words, strings.Clone(w))
	}
	slices.Sort(x.words)
	for _, w := range x.words {
		x.masks = append(x.masks, letterMask(w))
		x.postings = append(x.postings, postings[w]...)
		x.ends = append(x.ends, int32(len(x.postings)))
	}
}

// namesOf are the names that have a word.
func (x *index) namesOf(word int) []int32 {
	begin := int32(0)
	if word > 0 {
		begin = x.ends[word-1]
	}
	return x.postings[begin:x.ends[word]]
}

// searchMemory is what a search works with, used again by others: of a long directory it
// would be much garbage.
type searchMemory struct {
	matches
	totals []uint16 // scores of names that had all words so far
	best   []uint8  // scores of names, of the present word
	names  [2][]int32
	keys   []sortKey
}

var searchMemories = sync.Pool{New: func() any { return &searchMemory{} }}

// zeroed is a slice of so many zeros.
func zeroed[T any](memory *[]T, n int) []T {
	if cap(*memory) < n {
		*memory = make([]T, n)
	}
	*memory = (*memory)[:n]
	clear(*memory)
	return *memory
}

// matches are entries with their scores.
type matches struct {
	all    int // without a text, that many entries match, with no score
	scores []uint16
	hits   []int32
}

// each are the matches in no order.
func (m *matches) each() iter.Seq2[int32, int] {
	return func(yield func(int32, int) bool) {
		for n := range int32(m.all) {
			if !yield(n, 0) {
				return
			}
		}
		for _, n := range m.hits {
			if !yield(n, int(m.scores[n])) {
				return
			}
		}
	}
}

func (m *matches) score(entry int32) (int, bool) {
	if m.all > 0 {
		return 0, true
	}
	return int(m.scores[entry]), m.scores[entry] > 0
}

func (m *matches) add(entry int32, score int) {
	if m.scores[entry] == 0 {
		m.hits = append(m.hits, entry)
	}
	m.scores[entry] = max(m.scores[entry], uint16(score))
}

// match finds what a text names: every word of it must be the beginning, or nearly the
// beginning, of some word of one of an entry's names, or belong to the name or code of
// the country that it is in.
func (x *index) match(text string, memory *searchMemory) *matches {
	m := &memory.matches
	m.all, m.hits = 0, m.hits[:0]
	text = strings.TrimSpace(text)
	if text == "" {
		m.all = len(x.entries)
		return m
	}
	m.scores = zeroed(&m.scores, len(x.entries))
	words := foldWords(text)
	if len(words) == 0 {
		return m
	}
	if n, ok := x.byID[fairlead.InstitutionID(text)]; ok {
		m.add(n, scoreCode)
	}
	for _, name := range []string{text, strings.ToLower(text)} {
		for _, n := range x.byName[name] {
			m.add(n, scoreCode)
		}
	}
	whole := strings.Join(words, "")
	from := sort.Search(len(x.joined), func(n int) bool { return x.joined[n].text >= whole })
	for _, j := range x.joined[from:] {
		if !strings.HasPrefix(j.text, whole) {
			break
		}
		m.add(x.names[j.name], scoreBegins)
	}
	x.matchWords(memory, words, "")
	x.matchCountries(memory, words, false)
	if len(m.hits) == 0 {
		x.matchCountries(memory, words, true)
	}
	return m
}

// matchWords adds the names in which all words are found, of institutions in a country
// ("": in all). Each distinct word of the directory is compared once with each word of
// the search.
func (x *index) matchWords(memory *searchMemory, words []string, country string) {
	totals, best := zeroed(&memory.totals, len(x.names)), zeroed(&memory.best, len(x.names))
	var names []int32
	for n, word := range words {
		hits := memory.names[n%2][:0]
		for id, score := range x.similar(word) {
			for _, name := range x.namesOf(id) {
				if n > 0 && totals[name] == 0 {
					continue
				}
				if best[name] == 0 {
					hits = append(hits, name)
				}
				best[name] = max(best[name], uint8(score))
			}
		}
		for _, name := range names {
			if best[name] == 0 {
				totals[name] = 0
			}
		}
		for _, name := range hits {
			totals[name] += uint16(best[name])
			best[name] = 0
		}
		names, memory.names[n%2] = hits, hits
	}
	for _, name := range names {
		score := int(totals[name]) / len(words)
		switch entry := x.names[name]; {
		case country == "":
			memory.add(entry, score)
		case x.entries[entry].country == country:
			memory.add(entry, max(score-scoreBesideCountry, 1))
		}
	}
}

// similar are the words that one of a search may mean, with their scores.
func (x *index) similar(word string) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		p := newPattern(word)
		begin := sort.SearchStrings(x.words, word)
		if p.typos > 0 {
			begin = 0
		}
		for n := begin; n < len(x.words); n++ {
			score := p.score(x.words[n], x.masks[n])
			if score == 0 && p.typos == 0 {
				return // words that begin with it stand together
			}
			if score > 0 && !yield(n, score) {
				return
			}
		}
	}
}
