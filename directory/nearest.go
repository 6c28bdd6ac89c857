package directory

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// maxNearest is how many institutions are suggested to somebody whose search finds nothing.
const maxNearest = 3

// nearest are the institutions that a search which finds nothing may mean: what it finds in
// other countries, or else those whose names are the most like it.
func (s *snapshot) nearest(q Search, memory *searchMemory) (out []fairlead.Institution) {
	if q.Country != "" {
		anywhere := q
		anywhere.Country, anywhere.After, anywhere.Limit = "", "", maxNearest
		if found, err := s.find(anywhere, memory); err == nil && len(found.all) > 0 {
			return s.first(found.all, maxNearest)
		}
		q.Country = ""
	}
	f := s.index.filter(q)
	words := slices.DeleteFunc(foldWords(q.Text), func(w string) bool { return len([]rune(w)) < 3 })
	totals := zeroed(&memory.totals, len(s.index.names))
	var touched []int32
	for _, word := range words {
		for name, score := range s.index.like(word) {
			if totals[name] == 0 {
				touched = append(touched, name)
			}
			totals[name] += uint16(score)
		}
	}
	keys := memory.keys[:0]
	scores := map[int32]int{}
	for _, name := range touched {
		if int(totals[name]) < leastLikeness*len(words) {
			continue
		}
		entry := s.index.names[name]
		if g := s.index.entries[entry].group; g >= 0 {
			first, ok := f.first(g)
			if !ok {
				continue
			}
			entry = first
		} else if !f.passes(entry) {
			continue
		}
		scores[entry] = max(scores[entry], int(totals[name]))
	}
	for entry, score := range scores {
		keys = append(keys, s.sortKey(f, entry, score))
	}
	slices.Sort(keys)
	memory.keys = keys
	return s.first(keys, maxNearest)
}

func (s *snapshot) first(keys []sortKey, most int) (out []fairlead.Institution) {
	for _, key := range keys[:min(most, len(keys))] {
		out = append(out, s.institution(key.entry()))
	}
	return out
}

// like are the names with a word that is something like one of a search, each with the
// score of its best: one mistake in three letters is forgiven.
func (x *index) like(word string) map[int32]int {
	p := newPattern(word)
	p.typos = (len(p.letters) + 2) / 3
	out := map[int32]int{}
	for id, name := range x.words {
		score := p.score(name, x.masks[id])
		if score == 0 {
			continue
		}
		for _, n := range x.namesOf(id) {
			if len(out) < maxLike || out[n] > 0 {
				out[n] = max(out[n], score)
			}
		}
	}
	return out
}

// leastLikeness is what a name must score for each word of a search.
const leastLikeness = 20

// maxLike bounds what a suggestion costs: a word that thousands of names have says little.
const maxLike = 4000
