package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
)

// Limits on a file.
const (
	maxObjects = 100_000
	maxPages   = 20 // whose text is read
	maxTree    = 2000
)

// file is a PDF with the objects in it.
type file struct {
	data    []byte
	offsets map[int]int    // of objects, behind "obj"
	packed  map[int][]byte // objects of object streams
	parsed  map[int]any    // those that were needed
	streams map[int]int    // where the bytes of a stream begin, by object
	trailer dict
	crypt   *crypt
	budget  int // bytes that may still be unpacked and interpreted
}

// open finds the objects of a file. False: it has none that lead to a page.
func open(data []byte) (*file, bool) {
	f := &file{
		data: data, offsets: map[int]int{}, packed: map[int][]byte{}, parsed: map[int]any{}, streams: map[int]int{},
		trailer: dict{}, budget: min(4*len(data)+2<<20, 2*len(data)+8<<20),
	}
	order := f.scan()
	f.trailers(order)
	f.setCrypt()
	if f.crypt == nil || f.crypt.key != nil {
		f.unpackObjects(order)
	}
	return f, f.trailer["Root"] != nil
}

// scan notes where objects begin. What lies in streams is jumped over. The order is that
// of the file.
func (f *file) scan() (order []int) {
	d := f.data
	index := func(from int, word string) int {
		if i := bytes.Index(d[from:], []byte(word)); i >= 0 {
			return from + i
		}
		return len(d)
	}
	nextObject, nextStream := index(0, "obj"), index(0, "stream")
	for nextObject < len(d) {
		if nextStream < nextObject {
			at := nextStream + len("stream")
			if nextStream < 3 || string(d[nextStream-3:nextStream]) != "end" {
				at = index(at, "endstream")
				at = min(at+len("endstream"), len(d))
			}
			nextStream = index(at, "stream")
			if nextObject < at {
				nextObject = index(at, "obj")
			}
			continue
		}
		if number, ok := before(d, nextObject); ok && len(order) < maxObjects {
			f.offsets[number] = nextObject + len("obj")
			order = append(order, number)
		}
		nextObject = index(nextObject+len("obj"), "obj")
	}
	return order
}

// before reads "12 0 " before the keyword obj, backwards.
func before(d []byte, at int) (int, bool) {
	back := func(is func(byte) bool) int {
		n := 0
		for at > 0 && n < 12 && is(d[at-1]) {
			at--
			n++
		}
		return n
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	if back(isSpace) == 0 || back(digit) == 0 || back(isSpace) == 0 {
		return 0, false
	}
	end := at
	if back(digit) == 0 {
		return 0, false
	}
	return whole(d[at:end])
}

// trailers gathers the keys of all trailers: of those after tables of references, and of
// streams of references. The last in the file counts.
func (f *file) trailers(order []int) {
	merge := func(d dict) {
		for _, k := range []name{"Root", "Info", "Encrypt", "ID"} {
			if v, ok := d[k]; ok {
				f.trailer[k] = v
			}
		}
	}
	for _, n := range order {
		if off := f.offsets[n]; f.near(off, "/XRef") {
			if d, ok := f.object(n).(dict); ok && d["Type"] == name("XRef") {
				merge(d)
			}
		}
	}
	for at, n := 0, 0; n < 100; n++ {
		i := bytes.Index(f.data[at:], []byte("trailer"))
		if i < 0 {
			break
		}
		at += i + len("trailer")
		l := lexer{b: f.data[at:min(len(f.data), at+64<<10)]}
		v, _ := l.next(0, true)
		if d, ok := v.(dict); ok {
			merge(d)
		}
		if !f.spend(l.at) {
			break
		}
	}
}

// near reports whether a word is in the first bytes of an object.
func (f *file) near(off int, word string) bool {
	return bytes.Contains(f.data[off:min(len(f.data), off+400)], []byte(word))
}

// unpackObjects reads the streams that objects are packed in.
func (f *file) unpackObjects(order []int) {
	for _, n := range order {
		if !f.near(f.offsets[n], "/ObjStm") {
			continue
		}
		d, ok := f.object(n).(dict)
		if !ok || d["Type"] != name("ObjStm") {
			continue
		}
		body := f.stream(n)
		count, first := f.int(d["N"]), f.int(d["First"])
		if first <= 0 || first > len(body) {
			continue
		}
		head := lexer{b: body[:first]}
		for range min(count, maxObjects) {
			number, ok := head.next(0, false)
			at, ok2 := head.next(0, false)
			if !ok || !ok2 || len(f.packed) > maxObjects {
				break
			}
			i, isNumber := number.(float64)
			off, isOffset := at.(float64)
			if isNumber && isOffset && off >= 0 && first+int(off) < len(body) {
				f.packed[int(i)] = body[first+int(off):]
			}
		}
	}
}

// object is an object by its number, without its stream.
func (f *file) object(n int) any {
	if v, ok := f.parsed[n]; ok {
		return v
	}
	if f.budget <= 0 {
		return nil
	}
	var v any
	if off, ok := f.offsets[n]; ok {
		l := lexer{b: f.data, at: off}
		v, _ = l.next(0, true)
		f.spend(l.at - off)
		if f.crypt != nil && f.crypt.key != nil {
			v = f.crypt.decryptTexts(v, n, 0)
		}
		if _, isDict := v.(dict); isDict {
			l.skip()
			if bytes.HasPrefix(l.b[l.at:], []byte("stream")) {
				at := l.at + len("stream")
				if at < len(l.b) && l.b[at] == '\r' {
					at++
				}
				if at < len(l.b) && l.b[at] == '\n' {
					at++
				}
				f.streams[n] = at
			}
		}
	} else if b, ok := f.packed[n]; ok {
		l := lexer{b: b}
		v, _ = l.next(0, true)
		f.spend(l.at)
	}
	f.parsed[n] = v
	return v
}

// spend takes from the budget; false when it is used up.
func (f *file) spend(n int) bool {
	f.budget -= n
	return f.budget > 0
}

// get follows references, a few.
func (f *file) get(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		if f.budget <= 0 {
			return nil
		}
		v = f.object(int(r))
	}
	return nil
}

func (f *file) dict(v any) dict   { d, _ := f.get(v).(dict); return d }
func (f *file) array(v any) array { a, _ := f.get(v).(array); return a }
func (f *file) int(v any) int     { n, _ := f.get(v).(float64); return int(n) }
func (f *file) float(v any) float64 {
	n, _ := f.get(v).(float64)
	return n
}

// stream is the bytes of an object's stream, unpacked; nil where they can't be.
func (f *file) stream(n int) []byte {
	d, ok := f.object(n).(dict)
	from, has := f.streams[n]
	if !ok || !has || !f.spend(4096) { // what unpacking costs in any case
		return nil
	}
	raw := f.rawStream(d, from)
	if f.crypt != nil && f.crypt.key != nil && d["Type"] != name("XRef") {
		raw = f.crypt.decrypt(raw, n)
	}
	filters := f.array(d["Filter"])
	if one, ok := f.get(d["Filter"]).(name); ok {
		filters = array{one}
	}
	if len(filters) > 2 {
		return nil
	}
	for i, of := range filters {
		of, _ := f.get(of).(name)
		parameters := f.dict(d["DecodeParms"])
		if a := f.array(d["DecodeParms"]); i < len(a) {
			parameters = f.dict(a[i])
		}
		if raw = f.unfilter(of, raw, parameters); raw == nil {
			return nil
		}
	}
	return raw
}

func (f *file) rawStream(d dict, from int) []byte {
	length := f.int(d["Length"])
	if end := from + length; length > 0 && end <= len(f.data) {
		rest := bytes.TrimLeft(f.data[end:min(len(f.data), end+20)], "\r\n \t")
		if bytes.HasPrefix(rest, []byte("endstream")) {
			return f.data[from:end]
		}
	}
	n := bytes.Index(f.data[from:], []byte("endstream"))
	if n < 0 {
		n = len(f.data) - from
	}
	f.spend(n / 8)
	return f.data[from : from+n]
}

// unfilter unpacks what one filter packed, within the budget.
func (f *file) unfilter(of name, raw []byte, parameters dict) []byte {
	if f.budget <= 0 {
		return nil
	}
	var r io.Reader
	switch of {
	case "FlateDecode", "Fl":
		z, err := zlib.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil
		}
		r = z
	case "ASCII85Decode", "A85":
		if end := bytes.Index(raw, []byte("~>")); end >= 0 {
			raw = raw[:end]
		}
		r = ascii85.NewDecoder(bytes.NewReader(bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("<~"))))
	case "ASCIIHexDecode", "AHx":
		l := lexer{b: raw}
		out := l.hex()
		f.spend(len(out))
		return []byte(out)
	default:
		return nil
	}
	var out bytes.Buffer
	_, _ = io.Copy(&out, io.LimitReader(r, int64(f.budget))) // what came before an error is as good as can be had
	f.spend(out.Len())
	if p := f.int(parameters["Predictor"]); p >= 10 {
		return unpredict(out.Bytes(), max(f.int(parameters["Columns"]), 1))
	}
	return out.Bytes()
}

// unpredict undoes the predictors of PNG for rows of single bytes.
func unpredict(b []byte, columns int) []byte {
	if columns > 1<<16 {
		return nil
	}
	out := make([]byte, 0, len(b))
	above := make([]byte, columns)
	for len(b) > columns {
		kind, line := b[0], b[1:columns+1]
		b = b[columns+1:]
		for i := range line {
			var left, corner byte
			if i > 0 {
				left, corner = line[i-1], above[i-1]
			}
			switch kind {
			case 1:
				line[i] += left
			case 2:
				line[i] += above[i]
			case 3:
				line[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				line[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, line...)
		above = line
	}
	return out
}

func paeth(a, b, c byte) byte {
	x, y := int(b)-int(c), int(a)-int(c)
	pa, pb, pc := max(x, -x), max(y, -y), max(x+y, -x-y)
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

// pages are the dictionaries of the first pages, with what they inherit.
func (f *file) pages() (all []dict) {
	nodes := 0
	var walk func(v any, inherited any, depth int)
	walk = func(v any, inherited any, depth int) {
		d := f.dict(v)
		if nodes++; d == nil || nodes > maxTree || depth > maxDepth || len(all) == maxPages {
			return
		}
		if r, ok := d["Resources"]; ok {
			inherited = r
		}
		if kids := f.array(d["Kids"]); kids != nil {
			for _, k := range kids {
				walk(k, inherited, depth+1)
			}
			return
		}
		all = append(all, dict{"Resources": inherited, "Contents": d["Contents"]})
	}
	walk(f.dict(f.trailer["Root"])["Pages"], nil, 0)
	return all
}

// contents are the operators of a page.
func (f *file) contents(page dict) []byte {
	one := func(v any) []byte {
		if r, ok := v.(ref); ok {
			return f.stream(int(r))
		}
		return nil
	}
	if b := one(page["Contents"]); b != nil {
		return b
	}
	var all []byte
	for _, part := range f.array(page["Contents"]) {
		all = append(append(all, one(part)...), '\n')
	}
	return all
}
