package collecting

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// digests makes Record.Digest: 64 bits of an HMAC of all that an institution said of one
// thing, and of where it belongs. The key is derived from the connection's, so that a
// digest tells nobody what is sealed, and nothing at all once that key is erased.
//
// What came with the digest of what is stored would change nothing: that is what makes it
// worth having, and all that may rest on it. See docs/decisions/0018.
type digests struct {
	mac hash.Hash
	buf []byte
	sum [sha256.Size]byte
}

// newDigests returns nil for a connection without a key: nothing of it has a digest.
func newDigests(s sealing.Sealer, conn fairlead.Connection) (*digests, error) {
	if len(conn.Key) == 0 {
		return nil, nil
	}
	owner := sealing.ConnectionKey(conn)
	key, err := s.Vault.DigestKey(owner.Wrapped, owner.At(string(conn.ID), sealing.RecordDigests))
	if err != nil {
		return nil, fmt.Errorf("collecting: deriving the key of digests: %w", err)
	}
	return &digests{mac: hmac.New(sha256.New, key)}, nil
}

// of is the digest of what came; never 0.
func (d *digests) of(a *incoming) uint64 {
	noun := reflect.ValueOf(a.noun).Elem()
	b := append(d.buf[:0], formOf(noun.Type())...)
	b = appendText(b, string(a.record.Kind))
	b = appendText(b, string(a.record.Account))
	b = appendText(b, a.record.Ref)
	b = appendText(b, a.record.State)
	b = appendValue(b, reflect.ValueOf(&a.record.Day).Elem())
	d.buf = appendValue(b, noun)
	d.mac.Reset()
	d.mac.Write(d.buf)
	return max(binary.BigEndian.Uint64(d.mac.Sum(d.sum[:0])), 1)
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// appendValue writes a value so that different ones differ. Fields of structs that are zero
// are left out. The value must be addressable.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendText(b, v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(b, v.Uint())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendValue(append(b, 1), v.Elem())
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return append(v.Addr().Interface().(*time.Time).AppendFormat(b, time.RFC3339Nano), 0)
		}
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				b = appendValue(binary.AppendUvarint(b, uint64(i)+1), f)
			}
		}
		return append(b, 0)
	}
	text, err := json.Marshal(v.Interface()) // maps, in the order of their keys
	if err != nil {
		text = fmt.Append(nil, time.Now().UnixNano()) // it can't be stored, and is the same as nothing
	}
	return appendText(b, string(text))
}

// forms are the beginnings of digests by the type of their noun.
var forms sync.Map // reflect.Type → []byte

// formOf is a digest of the fields of a type and what of it is sealed: once that is another,
// what is stored is compared again, whatever it was made of.
func formOf(t reflect.Type) []byte {
	if form, known := forms.Load(t); known {
		return form.([]byte)
	}
	var text strings.Builder
	describe(&text, t, map[reflect.Type]bool{})
	sum := sha256.Sum256([]byte(text.String()))
	form, _ := forms.LoadOrStore(t, sum[:8:8])
	return form.([]byte)
}

func describe(w *strings.Builder, t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		fmt.Fprint(w, t.Kind(), " ")
		t = t.Elem()
	}
	fmt.Fprintln(w, t)
	if t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		fmt.Fprint(w, f.Name, " ", f.Tag, " ")
		describe(w, f.Type, seen)
	}
}
