// Package ecmajson writes JSON as ECMAScript's JSON.stringify does.
//
// A receiver that parses a body and writes it again, to check a signature over
// it, then finds the same bytes: what is written here is what JSON.stringify
// writes of what JSON.parse read. One thing is written otherwise: a whole
// number that no double holds (above 2^53) keeps its digits, because rounding an
// identifier makes it another one. JSON.parse never gives such a number, so that
// whoever checks a signature over a body that has one must check the bytes that came.
package ecmajson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Marshal writes a value. Keys that are array indices come first, in their order;
// of a key that comes twice the last value counts; numbers are doubles in their
// shortest form; only quotes, backslashes and control characters are escaped.
func Marshal(v any) ([]byte, error) {
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("ecmajson: encoding: %w", err)
	}
	return Preserve(plain.Bytes())
}

// Preserve does the same with JSON that is written already.
func Preserve(text []byte) ([]byte, error) {
	if utf8.Valid(text) && json.Valid(text) {
		p := plain{in: text, out: make([]byte, 0, len(text))}
		if p.value() {
			return p.out, nil
		}
	}
	return rewrite(text)
}

// rewrite writes JSON anew from what it says.
func rewrite(text []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	out, err := value(nil, d)
	if err != nil {
		return nil, fmt.Errorf("ecmajson: rewriting: %w", err)
	}
	return out, nil
}

func value(out []byte, d *json.Decoder) ([]byte, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return list(out, d)
		}
		return members(out, d)
	case string:
		return text(out, t), nil
	case json.Number:
		return number(out, string(t)), nil
	case bool:
		return strconv.AppendBool(out, t), nil
	}
	return append(out, "null"...), nil
}

func list(out []byte, d *json.Decoder) (_ []byte, err error) {
	out = append(out, '[')
	for n := 0; d.More(); n++ {
		if n > 0 {
			out = append(out, ',')
		}
		if out, err = value(out, d); err != nil {
			return nil, err
		}
	}
	_, err = d.Token()
	return append(out, ']'), err
}

// entry is a member of an object.
type entry struct {
	key   string
	index int64 // -1: not an array index
	value []byte
}

// byIndex orders the array indices before the other keys.
func byIndex(a, b entry) int {
	switch {
	case a.index < 0 && b.index < 0:
		return 0
	case a.index < 0:
		return 1
	case b.index < 0:
		return -1
	}
	return cmp.Compare(a.index, b.index)
}

func members(out []byte, d *json.Decoder) ([]byte, error) {
	var entries []entry
	indexOf := map[string]int{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		v, err := value(nil, d)
		if err != nil {
			return nil, err
		}
		if i, twice := indexOf[key]; twice {
			entries[i].value = v
			continue
		}
		indexOf[key] = len(entries)
		entries = append(entries, entry{key, arrayIndex(key), v})
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(entries, byIndex)
	out = append(out, '{')
	for n, e := range entries {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(append(text(out, e.key), ':'), e.value...)
	}
	return append(out, '}'), nil
}

// arrayIndex is the number that a key is as an array index: "0" to "4294967294",
// without leading zeros. Anything else is -1.
func arrayIndex(key string) int64 {
	if key == "" || len(key) > 10 || (key[0] == '0' && len(key) > 1) {
		return -1
	}
	for _, c := range []byte(key) {
		if c < '0' || c > '9' {
			return -1
		}
	}
	if n, err := strconv.ParseInt(key, 10, 64); err == nil && n < math.MaxUint32 {
		return n
	}
	return -1
}

// number writes a number as ECMAScript's Number::toString, or with its own digits.
func number(out []byte, s string) []byte {
	f, err := strconv.ParseFloat(s, 64)
	if math.Abs(f) >= 1<<53 && !strings.ContainsAny(s, ".eE") {
		if exact, _ := new(big.Int).SetString(s, 10); exact != nil {
			if rounded, _ := big.NewFloat(f).Int(nil); math.IsInf(f, 0) || rounded.Cmp(exact) != 0 {
				return append(out, exact.String()...)
			}
		}
	}
	switch {
	case err != nil && math.IsInf(f, 0): // JSON.stringify(Infinity)
		return append(out, "null"...)
	case f == 0: // minus zero too
		return append(out, '0')
	}
	b, err := json.Marshal(f) // encoding/json writes floats as ECMAScript does
	if err != nil {
		return append(out, "null"...)
	}
	return append(out, b...)
}

const hexDigits = "0123456789abcdef"

// text writes a string as ECMAScript's QuoteJSONString.
func text(out []byte, s string) []byte {
	out = append(out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\b':
			out = append(out, `\b`...)
		case r == '\f':
			out = append(out, `\f`...)
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\r':
			out = append(out, `\r`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r < ' ':
			out = append(out, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&0xf])
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return append(out, '"')
}
