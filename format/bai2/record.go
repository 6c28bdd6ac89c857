package bai2

import "strings"

// record is a record with those that it goes on in.
type record struct {
	code     string
	line     int // of its first line, from 1
	lines    int // physical records
	segments []segment
}

// segment is what one line gives to a record, without code and slash.
type segment struct {
	text string
	cut  bool // it fills the line, so that a word may go on in the next
}

func (r *record) add(s string, full bool) {
	bare := strings.TrimRight(s, " \t")
	cut := full && !strings.HasSuffix(bare, "/")
	bare = strings.TrimSuffix(bare, "/")
	if bare != "" {
		r.segments = append(r.segments, segment{bare, cut})
	}
}

// fields reads the fields of a record one after the other.
type fields struct {
	segments []segment // that have not been begun
	rest     string    // of the one that has
	open     bool      // it has a field left, even if that is empty
	cut      bool      // of it
}

func (r *record) fields() *fields { return &fields{segments: r.segments} }

// more reports whether a field is left.
func (c *fields) more() bool { return c.open || len(c.segments) > 0 }

// fresh reports whether the next field is the first of a line 88.
func (c *fields) fresh() bool { return !c.open && len(c.segments) > 0 }

// next gives the next field, or "" where none is left.
func (c *fields) next() string {
	if !c.open {
		if len(c.segments) == 0 {
			return ""
		}
		c.rest, c.cut, c.open, c.segments = c.segments[0].text, c.segments[0].cut, true, c.segments[1:]
	}
	field, rest, found := strings.Cut(c.rest, ",")
	c.rest, c.open = rest, found
	return strings.TrimSpace(field)
}

// peek is what next would give, and the field behind it in the same line.
func (c *fields) peek() (first, second string) {
	s := c.rest
	if !c.open {
		if len(c.segments) == 0 {
			return "", ""
		}
		s = c.segments[0].text
	}
	first, s, _ = strings.Cut(s, ",")
	second, _, _ = strings.Cut(s, ",")
	return strings.TrimSpace(first), strings.TrimSpace(second)
}

// text is everything that is left, commas included.
func (c *fields) text() string {
	var s strings.Builder
	glue := false
	if c.open {
		s.WriteString(c.rest)
		glue = c.cut
	}
	for _, g := range c.segments {
		if s.Len() > 0 && !glue {
			s.WriteByte(' ')
		}
		s.WriteString(g.text)
		glue = g.cut
	}
	c.rest, c.open, c.segments = "", false, nil
	return strings.Join(strings.Fields(s.String()), " ")
}

// size is how many bytes text has at most.
func (c *fields) size() int {
	n := len(c.rest)
	for _, g := range c.segments {
		n += len(g.text) + 1
	}
	return n
}
