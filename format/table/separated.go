package table

import "strings"

// sampleRows is how many rows are seen to find a separator and a header.
const sampleRows = 120

// separated finds what stands between the cells of a text, and the text that has them.
func separated(text string) (*grid, bool) {
	if rest, sep, ok := declared(text); ok {
		return &grid{text: rest, sep: sep, before: 1}, true
	}
	var best *grid
	most := 0
	for _, sep := range []byte{';', ',', '\t', '|'} {
		if strings.IndexByte(text, sep) < 0 {
			continue
		}
		g := &grid{text: text, sep: sep}
		if score := g.score(); score > most {
			best, most = g, score
		}
	}
	return best, best != nil
}

// declared obeys the line "sep=;" that Excel reads.
func declared(text string) (rest string, sep byte, ok bool) {
	s := strings.TrimPrefix(text, "\ufeff")
	if len(s) < 6 || !strings.EqualFold(strings.TrimPrefix(s, `"`)[:4], "sep=") {
		return "", 0, false
	}
	first, rest, _ := strings.Cut(s, "\n")
	first = strings.Trim(first, "\"\r")
	if len(first) != 5 || !strings.ContainsRune(";,\t|:~^!#", rune(first[4])) {
		return "", 0, false
	}
	return rest, first[4], true
}

// score says how much a grid looks like a table: rows with a day and an amount, above all
// below a header that is known.
func (g *grid) score() (score int) {
	n, widest := 0, 0
	g.each(func(r row) bool {
		n++
		filled := 0
		for _, c := range r.cells {
			if c != "" {
				filled++
			}
		}
		if filled >= 2 {
			if recognise(r.cells) != nil {
				score += 1 << 20
			}
			widest = max(widest, filled)
			if isData(r.cells) {
				score += 1000 + filled
			} else if knownWords(r.cells) >= 2 {
				score += 10 * filled
			}
		}
		return n < sampleRows
	})
	if score == 0 && widest >= 2 {
		score = widest
	}
	return score
}

// isData reports whether a row has a day and an amount beside it.
func isData(cells []string) bool {
	day, amount := false, false
	for _, c := range cells {
		if c == "" {
			continue
		}
		if !day {
			if _, ok := readDay(c); ok {
				day = true
				continue
			}
		}
		if !amount && isAmount(c) {
			amount = true
		}
		if day && amount {
			return true
		}
	}
	return false
}
