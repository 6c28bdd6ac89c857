package table

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// isXMLWorkbook reports whether the bytes are a workbook in the one XML file that Excel 2003
// wrote, which banks still call .xls.
func isXMLWorkbook(data []byte) bool {
	return format.HasPrefixFold(data, "<?xml", "<workbook", "<ss:workbook") &&
		bytes.Contains(data[:min(len(data), 4<<10)], []byte("urn:schemas-microsoft-com:office:spreadsheet"))
}

// readXMLWorkbook gives the grid of each sheet of a text that is one.
func readXMLWorkbook(text string) ([]*grid, error) {
	s := &sheetReader{workbook: &workbook{}}
	m := newMarkup(strings.NewReader(text))
	var grids []*grid
	for name := ""; ; {
		err := m.next()
		if errors.Is(err, io.EOF) {
			return grids, nil
		}
		if err != nil {
			return nil, &format.Error{Kind: format.Truncated, Reason: "is cut off"}
		}
		if m.starts("Worksheet") {
			name = m.attr("ss:Name")
			s.row = 0
		}
		if err := s.xmlTag(m); err != nil {
			return nil, err
		}
		if m.ends("Worksheet") && s.out.Len() > 0 {
			grids = append(grids, &grid{name: name, text: s.out.String(), sep: ownSeparator})
			s.out = strings.Builder{}
		}
	}
}

// xmlTag reads a tag of a sheet: rows and cells count on from those before, unless they
// have an index.
func (s *sheetReader) xmlTag(m *markup) error {
	switch m.name {
	case "Row":
		if m.open {
			s.row++
			if n, err := strconv.Atoi(m.attr("ss:Index")); err == nil && n > 0 {
				s.row = n
			}
			s.column, s.at, s.filled = -1, 0, false
		}
		if m.closed && s.filled {
			s.out.WriteByte('\n')
			s.filled = false
		}
	case "Cell":
		if m.open {
			s.column++
			if n, err := strconv.Atoi(m.attr("ss:Index")); err == nil && n > 0 {
				s.column = n - 1
			}
			s.kind, s.value = "str", ""
		}
		if m.closed {
			if err := s.finish(); err != nil {
				return err
			}
			s.value = ""
		}
	case "Data":
		if m.open {
			s.kind = map[string]string{"Number": "n", "DateTime": "d"}[m.attr("ss:Type")]
			if s.kind == "" {
				s.kind = "str"
			}
		}
		if m.closed && !m.open {
			s.value = unescape(m.text)
		}
	}
	return nil
}
