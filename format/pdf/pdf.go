package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode/utf16"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Format is PDF.
var Format = format.Format{
	Name: "pdf", Title: "PDF", Endings: []string{".pdf"},
	Detect: func(head []byte) bool { return bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) },
	Read:   read,
}

// Kinds of documents.
const (
	kindStatement = "statement"
	kindTaxForm   = "tax_form"
	kindOther     = "other"
)

func read(in format.Input, take func(format.Item) error) error {
	f, ok := open(in.Data)
	switch {
	case f.crypt != nil && f.crypt.key == nil:
		return &format.Error{Kind: format.Locked, Reason: "is behind a password"}
	case !ok:
		return &format.Error{Kind: format.Truncated, Reason: "has no page in it"}
	}
	sum := sha256.Sum256(in.Data)
	d := &format.Document{Data: in.Data}
	d.SHA256 = hex.EncodeToString(sum[:])
	d.Ref, d.Kind, d.MediaType = d.SHA256, kindOther, "application/pdf"
	d.FileName, d.Size = path.Base(in.Name), int64(len(in.Data))
	info := f.dict(f.trailer["Info"])
	warning := f.fdx(info, d)
	if d.Kind != kindTaxForm {
		classify(f.text(), d)
	}
	if d.Issued.IsZero() {
		d.Issued = d.Period.To
	}
	if d.Issued.IsZero() {
		d.Issued = day(f.string(info["CreationDate"]))
	}
	if warning != nil {
		if err := take(format.Item{Warning: warning}); err != nil {
			return err
		}
	}
	return take(format.Item{Document: d})
}

// string is a text of the file's properties: UTF-16 or UTF-8 with their marks, else one
// byte a letter.
func (f *file) string(v any) string {
	s, _ := f.get(v).(text)
	switch {
	case strings.HasPrefix(string(s), "\xfe\xff"):
		return fromUTF16(s[2:])
	case strings.HasPrefix(string(s), "\xff\xfe"):
		units := make([]uint16, 0, len(s)/2)
		for i := 2; i+1 < len(s); i += 2 {
			units = append(units, uint16(s[i])|uint16(s[i+1])<<8)
		}
		return string(utf16.Decode(units))
	case strings.HasPrefix(string(s), "\xef\xbb\xbf"):
		return strings.ToValidUTF8(string(s[3:]), "\ufffd")
	}
	letters := make([]rune, len(s))
	for i := range len(s) {
		letters[i] = rune(s[i])
	}
	return string(letters)
}

// day reads "D:20260131…" (ISO 32000-1, 7.9.4).
func day(s string) fairlead.Date {
	s = strings.TrimPrefix(s, "D:")
	if len(s) < 8 {
		return fairlead.Date{}
	}
	d, err := fairlead.ParseDate(s[:4] + "-" + s[4:6] + "-" + s[6:8])
	if err != nil {
		return fairlead.Date{}
	}
	return d
}
