package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/fairlead-dev/fairlead"
)

// property is one entry of a PDF's Info dictionary.
type property struct{ name, value string }

var errTrailer = errors.New("paper: the PDF has no trailer to go on from")

// trailer finds what an update must know of the file before it.
var trailer = regexp.MustCompile(`trailer\n<<\n/Size (\d+)\n/Root (\d+ 0 R)\n/Info \d+ 0 R\n>>\nstartxref\n(\d+)\n%%EOF\n?$`)

// describe appends a new Info dictionary to a finished PDF as an incremental
// update (ISO 32000-1, 7.5.6), and an identifier made of its content. The
// writer of pages knows no properties of one's own; and this, unlike a library
// that rewrites the whole file, puts no clock and no chance into it.
func describe(pdf []byte, issued time.Time, properties []property) ([]byte, error) {
	m := trailer.FindSubmatch(pdf)
	if m == nil {
		return nil, errTrailer
	}
	size, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return nil, errTrailer
	}
	var out bytes.Buffer
	out.Write(pdf)
	if pdf[len(pdf)-1] != '\n' {
		out.WriteByte('\n')
	}
	at := out.Len()
	fmt.Fprintf(&out, "%d 0 obj\n<<\n", size)
	date := issued.UTC().Format("D:20060102150405Z")
	for _, p := range append(properties, property{"CreationDate", date}, property{"ModDate", date}) {
		fmt.Fprintf(&out, "/%s %s\n", p.name, pdfText(p.value))
	}
	out.WriteString(">>\nendobj\n")
	digest := sha256.Sum256(out.Bytes())
	id := hex.EncodeToString(digest[:16])
	table := out.Len()
	fmt.Fprintf(&out, "xref\n%d 1\n%010d 00000 n \ntrailer\n<<\n/Size %d\n/Root %s\n/Info %d 0 R\n/Prev %s\n/ID [<%s> <%s>]\n>>\nstartxref\n%d\n%%%%EOF\n",
		size, at, size+1, m[2], size, m[3], id, id, table)
	return out.Bytes(), nil
}

// pdfText writes a text string: a literal one in ASCII, else UTF-16.
func pdfText(s string) string {
	var out bytes.Buffer
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return utf16Text(s)
		} else if c == '(' || c == ')' || c == '\\' {
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
	}
	return "(" + out.String() + ")"
}

func utf16Text(s string) string {
	out := []byte("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		out = fmt.Appendf(out, "%04X", u)
	}
	return string(append(out, '>'))
}

// issuedAt is the instant a paper calls its creation: six in the morning, UTC.
func issuedAt(d fairlead.Date) time.Time { return d.Time().Add(6 * time.Hour) }
