package table

import (
	"strconv"
	"strings"
)

// Bounds of a table. No statement comes near them.
const (
	maxColumns = 256      // further cells of a row are not read
	maxQuoted  = 16 << 10 // bytes between two quotes
)

// A grid's own separator, for those that are written here from workbooks and pages.
const ownSeparator = '\x1f'

// Marks before the cells of a workbook that say what they are, where the text alone
// would have to be guessed.
const (
	numberMark = "\x01" // a number with a decimal point
	dayMark    = "\x02" // a day as 2006-01-02, perhaps with a time behind it
)

// grid is a table as text: a row a line, cells between separators. Its rows are read
// anew each time, so that a large table needs no memory beside its text.
type grid struct {
	name string // of the sheet
	text string
	sep  byte // ownSeparator: nothing is quoted, and each row begins with its number
	// before is how many lines of the file stand before the text.
	before int
}

// row is one row of a grid; it is good until the next is read.
type row struct {
	line  int // from 1, as in the file
	cells []string
	wide  bool // it has more cells than are read
}

func (r row) cell(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

// blank reports whether nothing stands in the row.
func (r row) blank() bool {
	for _, c := range r.cells {
		if c != "" {
			return false
		}
	}
	return true
}

// each hands on every row that is not blank, until do returns false.
func (g *grid) each(do func(row) bool) {
	s := scanner{text: g.text, sep: g.sep, line: g.before + 1}
	inner := scanner{sep: g.sep}
	for s.pos < len(s.text) {
		r := s.next()
		if g.sep == ownSeparator && len(r.cells) > 0 {
			r.line, _ = strconv.Atoi(r.cells[0])
			r.cells = r.cells[1:]
		} else if len(r.cells) == 1 && strings.IndexByte(r.cells[0], g.sep) >= 0 {
			// Some programs put quotes around the whole row.
			inner.text, inner.pos, inner.plain = r.cells[0], 0, 0
			r.cells = inner.next().cells
		}
		if !r.blank() && !do(r) {
			return
		}
	}
}

// scanner reads separated values the way banks write them: a quote that closes nowhere
// near, or that stands inside a value, is a character like others.
type scanner struct {
	text  string
	sep   byte
	pos   int
	line  int
	plain int // before this, quotes are characters: none of them closes
	cells []string
}

// next reads one row.
func (s *scanner) next() row {
	r := row{line: s.line}
	s.cells = s.cells[:0]
	for {
		cell := clean(s.cell())
		if len(s.cells) < maxColumns {
			s.cells = append(s.cells, cell)
		} else if cell != "" {
			r.wide = true
		}
		if s.pos >= len(s.text) {
			break
		}
		c := s.text[s.pos]
		s.pos++
		if c == s.sep {
			continue
		}
		if c == '\r' && s.pos < len(s.text) && s.text[s.pos] == '\n' {
			s.pos++
		}
		s.line++
		break
	}
	r.cells = s.cells
	return r
}

// cell reads up to the next separator or the end of the row.
func (s *scanner) cell() string {
	for s.pos < len(s.text) && s.text[s.pos] == ' ' && s.sep != ' ' {
		s.pos++
	}
	if s.sep != ownSeparator && s.pos < len(s.text) && s.text[s.pos] == '"' && s.pos >= s.plain {
		if cell, ok := s.quoted(); ok {
			return cell
		}
	}
	start := s.pos
	for s.pos < len(s.text) && !s.ends(s.pos) {
		s.pos++
	}
	return s.text[start:s.pos]
}

func (s *scanner) ends(i int) bool {
	c := s.text[i]
	return c == s.sep || c == '\n' || c == '\r'
}

// quoted reads a value between quotes; it may go over several lines.
func (s *scanner) quoted() (string, bool) {
	start := s.pos + 1
	limit := min(len(s.text), start+maxQuoted)
	doubled := false
	for i := start; i < limit; i++ {
		n := strings.IndexByte(s.text[i:limit], '"')
		if n < 0 {
			break
		}
		i += n
		if i+1 < len(s.text) && s.text[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		if end := i + 1; end == len(s.text) || s.ends(end) {
			cell := s.text[start:i]
			s.pos = end
			s.line += strings.Count(cell, "\n")
			if doubled {
				cell = strings.ReplaceAll(cell, `""`, `"`)
			}
			return cell, true
		}
	}
	s.plain = limit
	return "", false
}

// clean takes blanks off, and the ="…" by which Excel is made to leave a text alone.
func clean(cell string) string {
	if cell == "" {
		return ""
	}
	if first, last := cell[0], cell[len(cell)-1]; first <= ' ' && first > 2 || last <= ' ' || first >= 0x80 || last >= 0x80 {
		cell = strings.Trim(cell, " \t\r\n\u00a0\u202f\ufeff")
	}
	if len(cell) > 3 && cell[0] == '=' && cell[1] == '"' && cell[len(cell)-1] == '"' {
		cell = cell[2 : len(cell)-1]
	}
	// So does an apostrophe before digits, or around a text.
	if len(cell) > 1 && cell[0] == '\'' {
		switch {
		case cell[len(cell)-1] == '\'':
			cell = cell[1 : len(cell)-1]
		case cell[1] >= '0' && cell[1] <= '9':
			cell = cell[1:]
		}
	}
	return cell
}

// plain is a cell as people read it.
func plain(cell string) string {
	if cell != "" && (cell[0] == numberMark[0] || cell[0] == dayMark[0]) {
		return cell[1:]
	}
	return cell
}
