package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// sheet reads the cells of one sheet into a grid.
func (w *workbook) sheet(part sheetPart) (*grid, error) {
	s := &sheetReader{workbook: w}
	if err := w.read(part.path, s.tag); err != nil {
		return nil, err
	}
	return &grid{name: part.name, text: s.out.String(), sep: ownSeparator}, nil
}

// sheetReader puts the cells of a sheet together.
type sheetReader struct {
	*workbook
	out    strings.Builder
	row    int
	column int // of the cell, from 0
	kind   string
	day    bool // of the cell's style
	value  string
	filled bool // the row is begun in out
	at     int  // the column that out stands at
}

func (s *sheetReader) tag(m *markup) error {
	switch m.name {
	case "row":
		if m.open {
			s.row++
			if n, err := strconv.Atoi(m.attr("r")); err == nil && n > 0 {
				s.row = n
			}
			s.column, s.at, s.filled = -1, 0, false
		}
		if m.closed && s.filled {
			s.out.WriteByte('\n')
			s.filled = false
		}
	case "c":
		if m.open {
			s.begin(m)
		}
		if m.closed {
			return s.finish()
		}
	case "v":
		if m.closed && !m.open {
			s.value = unescape(m.text)
		}
	case "t":
		if m.closed && !m.open && s.kind == "inlineStr" {
			s.value += unescape(m.text)
		}
	}
	return nil
}

func (s *sheetReader) begin(m *markup) {
	s.column++
	if n := columnOf(m.attr("r")); n >= 0 {
		s.column = n
	}
	s.kind, s.value, s.day = m.attr("t"), "", false
	if style, err := strconv.Atoi(m.attr("s")); err == nil && style >= 0 && style < len(s.days) {
		s.day = s.days[style]
	}
}

// finish writes the cell.
func (s *sheetReader) finish() error {
	text := s.text()
	if text == "" || s.column < s.at {
		return nil
	}
	if s.size += len(text) + 1; s.size > maxUnpacked {
		return errUnpacked
	}
	if !s.filled {
		s.out.WriteString(strconv.Itoa(s.row))
		s.out.WriteByte(ownSeparator)
		s.filled = true
	}
	for column := min(s.column, maxColumns+1); s.at < column; s.at++ {
		s.out.WriteByte(ownSeparator)
		s.size++
	}
	s.out.WriteString(text)
	return nil
}

// oneLine writes a text so that it can stand in a grid.
func oneLine(text string) string {
	text = strings.ToValidUTF8(printable(text), "\ufffd")
	if strings.ContainsAny(text, "\r\n") {
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' }), " ")
	}
	return text
}

// text is the cell's value: a text, or a number or day with its mark.
func (s *sheetReader) text() string {
	switch s.kind {
	case "s":
		return clean(oneLine(s.sharedText(s.value)))
	case "str", "inlineStr", "b", "e":
		return clean(oneLine(s.value))
	case "d":
		return dayMark + oneLine(s.value)
	}
	if s.value == "" {
		return ""
	}
	if s.day {
		if text, ok := dayOf(s.value, s.from1904); ok {
			return dayMark + text
		}
	}
	if number, ok := shown(s.value); ok {
		return numberMark + number
	}
	return clean(oneLine(s.value))
}

// columnOf reads the letters of a reference: 1 of "B7"; -1 where there are none.
func columnOf(reference string) int {
	n := 0
	for i := 0; i < len(reference) && i < 4; i++ {
		c := reference[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		n = n*26 + int(c-'a') + 1
	}
	return n - 1
}

// shown writes a number as Excel shows it: a workbook stores the nearest binary number,
// of which 15 digits are right, so that 0.30000000000000004 is 0.3.
func shown(value string) (string, bool) {
	if value == "" {
		return "", false
	}
	if len(value) <= 16 && strings.Trim(value, "-0123456789.") == "" && strings.LastIndexByte(value, '-') <= 0 && strings.Count(value, ".") <= 1 && value != "-" && value != "." {
		return value, true
	}
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || math.Abs(f) >= 1e21 || f != 0 && math.Abs(f) < 1e-20 {
		return "", false
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return "", false
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64), true
}

// dayOf writes the day that a number of Excel stands for: days from 1900, whose February
// has 29 days there, or from 1904, with the time as a fraction.
func dayOf(value string, from1904 bool) (string, bool) {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || f < 1 || f > 200_000 {
		return "", false
	}
	days := int(f)
	seconds := int(math.Round((f - float64(days)) * 86400))
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		days++
	}
	t := base.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return t.Format(time.DateOnly), true
	}
	return fmt.Sprintf("%s %s", t.Format(time.DateOnly), t.Format(time.TimeOnly)), true
}
