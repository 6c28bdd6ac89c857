package camt

import (
	"bytes"
	"regexp"

	"github.com/fairlead-dev/fairlead/format"
)

var declaredCharset = regexp.MustCompile(`^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// decode turns a file into UTF-8 by its byte order mark or its XML declaration.
func decode(data []byte) (string, error) {
	declared := "UTF-8"
	head := bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\ufeff"))
	if m := declaredCharset.FindSubmatch(head); m != nil {
		declared = string(m[1])
	}
	s, err := format.DecodeText(data, declared)
	if err != nil {
		return "", &format.Error{Line: 1, Field: "encoding", Kind: format.BadValue, Reason: "is not what the file is written in"}
	}
	return s, nil
}
