package ofx

import (
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// Format is OFX.
var Format = format.Format{
	Name: "ofx", Title: "OFX", Endings: []string{".ofx", ".qfx", ".qbo", ".ofc"}, Detect: detect, Read: read,
}

// Limits on the shape of a file, beside those of the port. No real file comes near them.
const (
	maxDepth    = 48      // elements inside one another
	maxElements = 100_000 // in one row, tax form or account
	maxExtra    = 8       // values of a row that no field holds
	maxImage    = 8 << 20 // bytes of an image's text
)

// detect goes by the header or the first element.
func detect(head []byte) bool {
	text, err := format.DecodeText(head[:min(len(head), maxHeader)&^1], "")
	if err != nil {
		return false
	}
	text = strings.ToUpper(text)
	for _, sign := range []string{"OFXHEADER:", "<?OFX", "<OFX>", "<OFX ", "<OFC>"} {
		if at := strings.Index(text, sign); at >= 0 && !strings.Contains(text[:at], "<HTML") {
			return true
		}
	}
	return false
}

// read hands on what a file says. See format.Format.
func read(in format.Input, take func(format.Item) error) error {
	if len(in.Data) > format.MaxBytes {
		return &format.Error{Kind: format.TooLarge, Reason: "is larger than 16 MiB"}
	}
	text, err := format.DecodeText(in.Data, declared(in.Data))
	if err != nil {
		return &format.Error{Kind: format.BadValue, Reason: "holds bytes that are no text"}
	}
	start, bad := begin(text)
	if bad != nil {
		return bad
	}
	r := &reader{
		text: text, scan: newScanner(text, start), take: take, answers: in.Answers, collecting: -1,
		accounts: make(map[string]*accountState), seen: make(map[uint64]int32), securities: make(map[string]bool),
		correcting: hasTag(text, "CORRECTFITID"),
	}
	if err := r.run(); err != nil {
		return err
	}
	return r.finish()
}

// hasTag reports whether a tag of the name occurs, in capital or small letters.
func hasTag(text, name string) bool {
	return strings.Contains(text, "<"+name+">") || strings.Contains(text, "<"+strings.ToLower(name)+">")
}
