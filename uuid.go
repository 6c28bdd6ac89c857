package fairlead

import (
	"encoding/hex"
	"strings"
)

// UUID writes an identifier's 128 bits as a UUID, for outsiders who expect that
// form; "" for what NewID did not mint. A random identifier becomes a UUID of
// version 7.
func UUID[T ~string](id T) string {
	_, text, ok := strings.Cut(string(id), "_")
	if !ok {
		return ""
	}
	b, err := crockford.DecodeString(text)
	if err != nil || len(b) != 16 {
		return ""
	}
	return uuidOf(b)
}

// uuidOf writes 16 bytes as a UUID.
func uuidOf(b []byte) string {
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// isUUID reports whether a text has a UUID's length and dashes.
func isUUID(text string) bool {
	return len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
}

// FromUUID reads what UUID wrote, for things of a prefix ("lnk"); "" when the text
// is no UUID.
func FromUUID(prefix, uuid string) string {
	if !isUUID(uuid) {
		return ""
	}
	b, err := hex.DecodeString(strings.ReplaceAll(uuid, "-", ""))
	if err != nil || len(b) != 16 {
		return ""
	}
	return prefix + "_" + crockford.EncodeToString(b)
}
