package simplefin

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// maxUnknown bounds the fields of one object that are taken along though nobody knows them.
const maxUnknown = 100

// The names that the protocol has, by object.
var (
	accountNames     = namesOf[account]()
	transactionNames = namesOf[transaction]()
	holdingNames     = namesOf[holding]()
)

func namesOf[T any]() map[string]bool {
	names := map[string]bool{}
	for f := range reflect.TypeFor[T]().Fields() {
		names[strings.ToLower(f.Tag.Get("json"))] = true
	}
	return names
}

// UnmarshalJSON reads an account; a field of another type than it should have is as if it
// were missing.
func (a *account) UnmarshalJSON(b []byte) error {
	type plain account
	err := json.Unmarshal(b, (*plain)(a))
	a.more = unknown(b, accountNames)
	return whole(err)
}

func (t *transaction) UnmarshalJSON(b []byte) error {
	type plain transaction
	err := json.Unmarshal(b, (*plain)(t))
	t.more = unknown(b, transactionNames)
	return whole(err)
}

func (h *holding) UnmarshalJSON(b []byte) error {
	type plain holding
	err := json.Unmarshal(b, (*plain)(h))
	h.more = unknown(b, holdingNames)
	return whole(err)
}

// whole passes over a field of another type: one odd account or row stops no other.
func whole(err error) error {
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); mistyped {
		return nil
	}
	return err
}

// unknown are the fields of an object that the protocol does not have, and those below its
// "extra", which count more: scalars only, decimals as text.
func unknown(object []byte, known map[string]bool) fairlead.Extra {
	var fields, extra map[string]json.RawMessage
	if json.Unmarshal(object, &fields) != nil {
		return nil
	}
	out := fairlead.Extra{}
	_ = json.Unmarshal(fields["extra"], &extra) // one of another shape has nothing
	maps.DeleteFunc(fields, func(name string, _ json.RawMessage) bool { return known[strings.ToLower(name)] })
	for _, from := range []map[string]json.RawMessage{fields, extra} {
		if len(from) > maxUnknown {
			continue
		}
		for name, value := range from {
			var t text
			if t.UnmarshalJSON(value) == nil && t != "" {
				out["simplefin."+text(name).id()] = t.shown()
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
