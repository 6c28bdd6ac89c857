package ofx

import (
	"bytes"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// headerKeys are the names of the OFX 1 header. Some banks write it in one line,
// with or without blanks between, so a value ends where a blank or the next name begins.
var headerKeys = [...]string{
	"OFXHEADER:", "DATA:", "VERSION:", "SECURITY:", "ENCODING:", "CHARSET:", "COMPRESSION:", "OLDFILEUID:", "NEWFILEUID:",
}

// maxHeader bounds what may stand before the first element.
const maxHeader = 8 << 10

// declared is the character set that the header names, or "". It is read from the bytes:
// every set that is declared in bytes has ASCII in it.
func declared(data []byte) string {
	head := data[:min(len(data), maxHeader)]
	start := bytes.IndexByte(head, '<')
	if start < 0 {
		return ""
	}
	before := strings.ToUpper(string(head[:start]))
	encoding, set := headerValue(before, "ENCODING:"), headerValue(before, "CHARSET:")
	switch {
	case encoding == "UTF-8" || encoding == "UTF8" || encoding == "UNICODE":
		return "UTF-8"
	case set != "" && set != "NONE":
		return set
	case encoding != "" && encoding != "USASCII":
		return encoding
	}
	rest := string(head[start:])
	if xml := instruction(rest, "<?xml"); xml != "" {
		return attribute(xml, "encoding")
	}
	if at := strings.Index(rest, "<CPAGE>"); at >= 0 { // of OFC
		return headerValue(strings.SplitN(rest[at:], "</", 2)[0], "<CPAGE>")
	}
	return ""
}

// begin finds the first element: the offset of its '<'.
func begin(text string) (int, error) {
	start := strings.IndexByte(text, '<')
	if start < 0 && strings.Contains(text[:min(len(text), maxHeader)], "OFXHEADER:") {
		return 0, &format.Error{Kind: format.Truncated, Reason: "ends after its header"}
	}
	if start < 0 || start > maxHeader {
		return 0, notOFX
	}
	return start, nil
}

// notOFX says that something else was brought.
var notOFX = &format.Error{Kind: format.Unknown, Reason: "holds no <OFX> element"}

func headerValue(head, key string) string {
	at := strings.Index(head, key)
	if at < 0 {
		return ""
	}
	value := strings.TrimLeft(head[at+len(key):], " \t")
	if end := strings.IndexAny(value, " \t\r\n<"); end >= 0 {
		value = value[:end]
	}
	for _, other := range headerKeys {
		if end := strings.Index(value, other); end >= 0 {
			value = value[:end]
		}
	}
	return value
}

// instruction returns the processing instruction that begins with name, or "".
func instruction(src, name string) string {
	at := strings.Index(src, name)
	if at < 0 {
		return ""
	}
	end := strings.IndexByte(src[at:], '>')
	if end < 0 {
		return ""
	}
	return src[at : at+end]
}

func attribute(tag, name string) string {
	at := strings.Index(tag, " "+name+"=")
	if at < 0 {
		return ""
	}
	value := tag[at+len(name)+2:]
	if value == "" || (value[0] != '"' && value[0] != '\'') {
		return ""
	}
	if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
		return value[1 : 1+end]
	}
	return ""
}
