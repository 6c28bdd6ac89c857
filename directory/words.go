package directory

import (
	"math/bits"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A text is searched by at most so many words, each of at most so many letters, so that a
// search costs little whatever was pasted into it.
const (
	maxText    = 400 // bytes
	maxWords   = 8
	maxLetters = 40
)

// Scores of a match, the best first.
const (
	scoreCode   = 1000 // by id, short name or public code
	scoreBegins = 100  // the name begins with all of the text: "bancofarol" finds Banco Farol
	scoreEqual  = 90   // of one word
	scorePrefix = 80
	scoreTypo   = 60 // less scorePerTypo for each mistake
	scorePer    = 10

	scoreCountry       = 30 // the text names its country and nothing else
	scoreBesideCountry = 5  // less than for a name, where another word names its country
)

// fold drops case and accents.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

// foldWords is the folded words of a text, at most maxWords of at most maxLetters.
func foldWords(s string) []string {
	words := strings.FieldsFunc(fold(s[:min(len(s), maxText)]), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	words = words[:min(len(words), maxWords)]
	for n, w := range words {
		if r := []rune(w); len(r) > maxLetters {
			words[n] = string(r[:maxLetters])
		}
	}
	return words
}

// pattern is one word of a search, ready to be compared with many.
type pattern struct {
	word    string
	letters []rune
	mask    uint64
	typos   int // that are forgiven
}

// newPattern prepares a folded word. Short words must be exact, four letters may have
// one mistake, eight may have two.
func newPattern(word string) pattern {
	p := pattern{word: word, letters: []rune(word), mask: letterMask(word)}
	switch n := len(p.letters); {
	case n >= 8:
		p.typos = 2
	case n >= 4:
		p.typos = 1
	}
	return p
}

// score is how like the word is to the beginning of a name's word, whose letterMask is
// mask; 0: it is not.
func (p pattern) score(name string, mask uint64) int {
	switch {
	case name == p.word:
		return scoreEqual
	case strings.HasPrefix(name, p.word):
		return scorePrefix
	}
	// Each letter of the word that the name has nowhere is a mistake.
	if p.typos == 0 || bits.OnesCount64(p.mask&^mask) > p.typos {
		return 0
	}
	if d := p.distance(name); d <= p.typos {
		return max(scoreTypo-scorePer*d, 1)
	}
	return 0
}

// letterMask is the set of a word's letters, several of which may share a bit.
func letterMask(word string) (mask uint64) {
	for _, r := range word {
		switch {
		case r >= 'a' && r <= 'z':
			mask |= 1 << (r - 'a')
		case r >= '0' && r <= '9':
			mask |= 1 << (26 + r - '0')
		default:
			mask |= 1 << (36 + uint32(r)%28)
		}
	}
	return mask
}

// distance is the least Damerau-Levenshtein distance (letters added, left out, changed
// or swapped with their neighbour) to any beginning of a name that is about as long as
// the word; more than typos where there is none so near.
func (p pattern) distance(name string) int {
	var target [maxLetters + 2]rune
	m := 0
	for _, r := range name {
		if m == min(len(p.letters)+p.typos, len(target)) {
			break
		}
		target[m] = r
		m++
	}
	none := p.typos + 1
	if m < len(p.letters)-p.typos {
		return none
	}
	var rows [3][maxLetters + 3]uint8
	for j := range m + 1 {
		rows[0][j] = uint8(j)
	}
	for i := 1; i <= len(p.letters); i++ {
		row, above, higher := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = uint8(i)
		least := row[0]
		for j := 1; j <= m; j++ {
			change := uint8(1)
			if p.letters[i-1] == target[j-1] {
				change = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+change)
			if i > 1 && j > 1 && p.letters[i-1] == target[j-2] && p.letters[i-2] == target[j-1] {
				row[j] = min(row[j], higher[j-2]+1)
			}
			least = min(least, row[j])
		}
		// A swap reaches over one row, so that only two bad ones in a row end it.
		if int(least) > p.typos+1 {
			return none
		}
	}
	last := rows[len(p.letters)%3]
	for j := max(0, len(p.letters)-p.typos); j <= m; j++ {
		none = min(none, int(last[j]))
	}
	return none
}
