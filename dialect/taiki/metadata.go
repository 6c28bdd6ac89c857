package taiki

import "encoding/json"

// escaped are the letters that encoding/json writes as \u00.. and JSON.stringify as they are.
var escaped = map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&", `\u2028`: "\u2028", `\u2029`: "\u2029"}

// asGiven is metadata as the page's script wrote it, after encoding/json has stored it:
// whoever compares texts finds the same one.
func asGiven(stored json.RawMessage) json.RawMessage {
	var out []byte
	for i := 0; i < len(stored); {
		n := 1
		if stored[i] == '\\' { // an escape, which hides the letter after it
			n = min(2, len(stored)-i)
			if i+6 <= len(stored) {
				if letter, ok := escaped[string(stored[i:i+6])]; ok {
					out, i = append(out, letter...), i+6
					continue
				}
			}
		}
		out, i = append(out, stored[i:i+n]...), i+n
	}
	return out
}
