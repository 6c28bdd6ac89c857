package flanks

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

// maxBody caps a request; the vendor's samples are below a kilobyte.
const maxBody = 64 << 10

// content reads the body of a request.
func content(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err = dialect.Unread(err); fairlead.Is(err, fairlead.TooLarge) {
		err = &fairlead.Error{Kind: fairlead.TooLarge, Fields: []fairlead.Field{{Name: "body", Code: "range", Reason: "must have at most 64 KiB"}}}
	}
	return body, err
}

// decode reads the body; an empty one is an empty object.
func (c call) decode(into any) error { return c.decodeWith(dialect.Unmarshal, into) }

// decodeStrict is decode for the newer endpoints, which refuse what they do not know.
func (c call) decodeStrict(into any) error { return c.decodeWith(dialect.UnmarshalKnown, into) }

func (c call) decodeWith(unmarshal func([]byte, any) error, into any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	err := unmarshal(c.body, into)
	if strict, ok := errors.AsType[*fairlead.Error](err); ok {
		return strict
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fairlead.InvalidField(wrong.Field, "format", "must be "+shape(reflect.TypeOf(into), wrong.Field))
	}
	if err != nil {
		return fairlead.InvalidField("body", "format", "must be a JSON object")
	}
	return nil
}

// shape says what belongs in a field of a body, by its dotted path.
func shape(t reflect.Type, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			break
		}
		n := slices.Index(jsonFields(t), name)
		if n < 0 {
			break
		}
		t = t.Field(n).Type
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Int:
		return "a whole number"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return "a list of texts"
		}
		return "a list of objects"
	}
	return "an object"
}
