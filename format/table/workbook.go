package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// A part may unpack to a hundred times its size, and all together to twice what a file may
// have; small workbooks of few distinct words pack better.
const (
	maxUnpacked = 2 * format.MaxBytes
	maxRatio    = 100
	freeRatio   = 4 << 20
)

var (
	errUnpacked = (&format.Error{Kind: format.TooLarge, Reason: "unpacks to more than a statement has"}).OfShape()
	errWorkbook = &format.Error{Kind: format.BadValue, Reason: "must be a workbook as Excel writes it"}
)

// isOldWorkbook reports whether the bytes are the container of workbooks before 2007, which
// is that of encrypted ones still.
func isOldWorkbook(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) ||
		bytes.HasPrefix(data, []byte("\x09\x08\x10\x00\x00\x06")) || bytes.HasPrefix(data, []byte("\x09\x08\x08\x00\x00\x05"))
}

func oldWorkbook(data []byte) error {
	name := make([]byte, 0, 64)
	for _, c := range []byte("EncryptedPackage") {
		name = append(name, c, 0)
	}
	if bytes.Contains(data, name) {
		return &format.Error{Kind: format.Locked, Reason: "is behind a password"}
	}
	return &format.Error{Kind: format.BadValue, Reason: "is a workbook of Excel 97 to 2003; save it as XLSX or CSV first"}
}

// isWorkbook reports whether the bytes are an archive with the parts of a workbook.
func isWorkbook(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return false
	}
	head := data[:min(len(data), 64<<10)]
	for _, part := range []string{"xl/workbook", "xl/worksheets/", "xl/styles", "xl/sharedStrings", "xl/_rels/", "xl/theme/"} {
		if bytes.Contains(head, []byte(part)) {
			return true
		}
	}
	return false
}

// workbook reads XLSX (ECMA-376) as far as values go: sheets, texts, days and numbers.
type workbook struct {
	parts    map[string]*zip.File // by path in small letters
	left     int64                // bytes that may be unpacked still
	texts    string               // shared ones, one behind the other
	ends     []int                // of each in texts
	days     []bool               // by style: its numbers are days
	from1904 bool
	size     int // of all grids
}

// readWorkbook gives the grid of every sheet that is not hidden.
func readWorkbook(data []byte) ([]*grid, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &format.Error{Kind: format.Truncated, Reason: "is cut off"}
	}
	w := &workbook{parts: map[string]*zip.File{}, left: min(maxUnpacked, freeRatio+maxRatio*int64(len(data)))}
	for _, f := range archive.File {
		if f.Flags&1 != 0 {
			return nil, &format.Error{Kind: format.Locked, Reason: "is behind a password"}
		}
		w.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	sheets, err := w.sheets()
	if err != nil {
		return nil, wrong(err)
	}
	if err := w.shared(); err != nil {
		return nil, wrong(err)
	}
	if err := w.styles(); err != nil {
		return nil, wrong(err)
	}
	var grids []*grid
	for _, s := range sheets {
		g, err := w.sheet(s)
		if err != nil {
			return nil, wrong(err)
		}
		if g.text != "" {
			grids = append(grids, g)
		}
	}
	return grids, nil
}

// wrong gives an error of reading its type.
func wrong(err error) error {
	if e, ok := errors.AsType[*format.Error](err); ok {
		return e
	}
	return errWorkbook
}

// read hands the tags of a part to do; a part that is not there has none.
func (w *workbook) read(name string, do func(*markup) error) error {
	f := w.parts[strings.ToLower(name)]
	if f == nil {
		return nil
	}
	if w.left <= 0 || f.UncompressedSize64 > uint64(w.left) {
		return errUnpacked
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	limited := &io.LimitedReader{R: r, N: w.left + 1}
	m := newMarkup(limited)
	for {
		err := m.next()
		if limited.N <= 0 {
			return errUnpacked
		}
		if errors.Is(err, io.EOF) {
			w.left = limited.N - 1
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(m); err != nil {
			return err
		}
	}
}

type sheetPart struct{ name, path, id string }

// sheets are those that are not hidden, in the order of the workbook.
func (w *workbook) sheets() ([]sheetPart, error) {
	const book = "xl/workbook.xml"
	var sheets []sheetPart
	err := w.read(book, func(m *markup) error {
		switch {
		case m.starts("workbookPr"):
			v := m.attr("date1904")
			w.from1904 = v == "1" || v == "true"
		case m.starts("sheet") && len(sheets) < format.MaxAccounts && !strings.HasSuffix(strings.ToLower(m.attr("state")), "hidden"):
			sheets = append(sheets, sheetPart{name: m.attr("name"), id: m.attr("r:id")})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	targets := map[string]string{}
	err = w.read("xl/_rels/workbook.xml.rels", func(m *markup) error {
		if m.starts("Relationship") {
			target := m.attr("Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			targets[m.attr("Id")] = strings.TrimPrefix(target, "/")
		}
		return nil
	})
	for i := range sheets {
		sheets[i].path = targets[sheets[i].id]
	}
	if sheets == nil {
		for name := range w.parts {
			if strings.HasPrefix(name, "xl/worksheets/sheet") {
				sheets = append(sheets, sheetPart{path: name})
			}
		}
		slices.SortFunc(sheets, func(a, b sheetPart) int { return strings.Compare(a.path, b.path) })
	}
	return sheets, err
}

// shared reads the texts that cells name by number.
func (w *workbook) shared() error {
	var b strings.Builder
	phonetic := false
	err := w.read("xl/sharedStrings.xml", func(m *markup) error {
		switch {
		case m.name == "rPh":
			phonetic = m.open && !m.closed
		case m.ends("t") && !phonetic:
			b.WriteString(unescape(m.text))
		case m.ends("si"):
			w.ends = append(w.ends, b.Len())
		}
		return nil
	})
	w.texts = b.String()
	return err
}

func (w *workbook) sharedText(index string) string {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(w.ends) {
		return ""
	}
	start := 0
	if i > 0 {
		start = w.ends[i-1]
	}
	return w.texts[start:w.ends[i]]
}

// styles finds out which styles write numbers as days.
func (w *workbook) styles() error {
	formats := map[string]bool{}
	inside := false
	return w.read("xl/styles.xml", func(m *markup) error {
		switch {
		case m.starts("numFmt"):
			formats[m.attr("numFmtId")] = isDayFormat(m.attr("formatCode"))
		case m.name == "cellXfs":
			inside = m.open && !m.closed
		case inside && m.starts("xf"):
			id := m.attr("numFmtId")
			day, own := formats[id]
			w.days = append(w.days, day || !own && builtInDay(id))
		}
		return nil
	})
}

// builtInDay reports whether a format that a workbook does not define is one of days.
func builtInDay(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58)
}

// isDayFormat reports whether a format writes years or days, outside quotes and brackets.
func isDayFormat(code string) bool {
	var quoted, bracket, escaped bool
	for _, c := range strings.ToLower(code) {
		switch {
		case escaped:
			escaped = false
		case c == '\\' || c == '_' || c == '*':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case !bracket && (c == 'y' || c == 'd'):
			return true
		}
	}
	return false
}
