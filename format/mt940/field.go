package mt940

import (
	"strings"
)

// field is one field of a message: its tag without colons, and its lines.
type field struct {
	tag   string
	text  string // from behind the tag to the end of the last line, line ends included
	line  int
	lines int // that it has
}

// fieldReader cuts a file into fields. It goes over each byte a constant number of times.
type fieldReader struct {
	src    string
	pos    int
	line   int
	within bool // of a statement's rows: between the first :61: and :62F:
	opened bool // the closing balance of a statement is still to come
	last   string
}

func newReader(src string) *fieldReader { return &fieldReader{src: src} }

// rawLine gives the next line without its end.
func (r *fieldReader) rawLine() (line string, start int, ok bool) {
	if r.pos >= len(r.src) {
		return "", r.pos, false
	}
	start = r.pos
	rest := r.src[r.pos:]
	end := strings.IndexAny(rest, "\r\n")
	switch {
	case end < 0:
		r.pos = len(r.src)
		end = len(rest)
	case rest[end] == '\r' && end+1 < len(rest) && rest[end+1] == '\n':
		r.pos += end + 2
	default:
		r.pos += end + 1
	}
	r.line++
	return rest[:end], start, true
}

// next gives the next field. Its tag is "-" at the end of a message.
func (r *fieldReader) next() (f field, ok bool) {
	for {
		line, start, ok := r.rawLine()
		if !ok {
			return field{}, false
		}
		body, offset := unblock(line)
		if isEnd(body) {
			if r.goesOn() {
				continue
			}
			r.within = false
			return field{tag: "-", line: r.line}, true
		}
		tag, rest, ok := cutTag(body)
		if r.brokenTag(body) {
			line, start, _ = r.rawLine()
			body, offset = line, 0
			tag, rest, ok = cutTag(":" + line)
		}
		if !ok {
			continue // before the first field, or between messages
		}
		f = field{tag: tag, line: r.line, lines: 1}
		from := start + offset + len(body) - len(rest)
		end := start + len(line)
		r.note(tag)
		for {
			more, at, ok := r.peek()
			if !ok {
				break
			}
			f.lines++
			end = at + len(more)
		}
		f.text = r.src[from:end]
		return f, true
	}
}

// note remembers what part of a message the reader is in.
func (r *fieldReader) note(tag string) {
	switch tag {
	case "61":
		r.within = true
	case "60F", "60M":
		r.within, r.opened = false, true
	case "62F", "62M", "20":
		r.within, r.opened = false, false
	}
	r.last = tag
}

// peek takes the next line if it belongs to the field before it.
func (r *fieldReader) peek() (line string, start int, ok bool) {
	pos, number := r.pos, r.line
	line, start, ok = r.rawLine()
	if ok && !r.begins(line) {
		return line, start, true
	}
	r.pos, r.line = pos, number
	return "", 0, false
}

// begins reports whether a line begins a field or ends a message. A text that is cut
// anywhere may have a time of day at the start of a line (":20:15"): among rows, only
// what can follow there begins a field.
func (r *fieldReader) begins(line string) bool {
	body, offset := unblock(line)
	if isEnd(body) || offset > 0 || r.brokenTag(body) {
		return true
	}
	tag, rest, ok := cutTag(body)
	if !ok {
		return false
	}
	if !r.within {
		return true
	}
	switch tag {
	case "20":
		// A new message without the end of the last one: another field follows at once.
		next := r.src[r.pos:]
		next = next[:min(len(next), 8)]
		return strings.HasPrefix(next, ":2") || rest == "" || !isDigit(rest[0])
	case "21", "25", "25P", "28", "28C", "13", "13D":
		return r.last != "86"
	}
	return true
}

// brokenTag reports whether a line is the colon of a tag whose rest is on the next line.
func (r *fieldReader) brokenTag(body string) bool {
	return body == ":" && (strings.HasPrefix(r.src[r.pos:], "86:") || strings.HasPrefix(r.src[r.pos:], "61:"))
}

// isEnd reports whether a line ends a message: by the mark of SWIFT, or with the line that
// some Dutch files have before each message.
func isEnd(line string) bool {
	line = strings.TrimSpace(line)
	return line == "-" || line == ":940:" || line == ":942:" || strings.HasPrefix(line, "-}") || line == "\x03"
}

// goesOn reports whether a mark of an end stands in the middle, as some banks write it: the
// closing balance has not come, and the next line is one that no message begins with.
func (r *fieldReader) goesOn() bool {
	next := strings.TrimLeft(r.src[r.pos:min(len(r.src), r.pos+8)], "\r\n ")
	return r.opened && (strings.HasPrefix(next, ":61:") || strings.HasPrefix(next, ":86:") || strings.HasPrefix(next, ":62"))
}

// unblock cuts what stands before the text of a message on its line: blocks of SWIFT, marks
// of a transmission. What is left of a line that is nothing else is empty.
func unblock(line string) (body string, offset int) {
	body = strings.TrimLeft(line, "\x01\x02\ufeff")
	if strings.HasPrefix(body, "{") || strings.HasPrefix(body, "\x01{") {
		if i := strings.LastIndex(body, "{4:"); i >= 0 {
			return body[i+3:], len(line) - len(body) + i + 3
		}
		if strings.HasPrefix(body, "{1:") || strings.HasPrefix(body, "{2:") || strings.HasPrefix(body, "{3:") || strings.HasPrefix(body, "{5:") {
			return "", len(line)
		}
	}
	return body, len(line) - len(body)
}

// cutTag cuts the tag off a line that begins a field that is known here.
func cutTag(line string) (tag, rest string, ok bool) {
	line = strings.TrimLeft(line, " \t")
	if len(line) < 3 || line[0] != ':' {
		return "", "", false
	}
	end := strings.IndexByte(line[1:min(len(line), 6)], ':')
	if end < 2 {
		return "", "", false
	}
	tag = line[1 : 1+end]
	switch tag {
	case "20", "21", "25", "25P", "28", "28C", "60F", "60M", "61", "62F", "62M", "64", "65", "86", "34F", "13", "13D", "90C", "90D", "NS":
		return tag, line[2+end:], true
	}
	return "", "", false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// eachLine calls f with every line of a field.
func (f field) eachLine(do func(string)) {
	r := fieldReader{src: f.text}
	for {
		line, _, ok := r.rawLine()
		if !ok {
			return
		}
		do(line)
	}
}

// first is the first line.
func (f field) first() string {
	if i := strings.IndexAny(f.text, "\r\n"); i >= 0 {
		return f.text[:i]
	}
	return f.text
}

// start are the first letters, of the first line and the next one.
func (f field) start() string {
	r := fieldReader{src: f.text}
	first, _, _ := r.rawLine()
	if len(first) > 4 {
		return first
	}
	second, _, _ := r.rawLine()
	return first + second
}

// all are the lines without the line ends.
func (f field) all() string {
	if f.lines == 1 {
		return f.text
	}
	var b strings.Builder
	b.Grow(len(f.text))
	f.eachLine(func(line string) { b.WriteString(line) })
	return b.String()
}
