package flanks

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// source gives the next records of a list, and whether there are more.
type source func(context.Context) (items []any, more bool, err error)

// stream is a list that is written page by page: Flanks' lists have no pages, and
// ten years of transactions need not be in memory at once.
type stream struct {
	log      *slog.Logger
	accepted filter
	sources  []source
	items    []any // of the page read last
}

// begin reads the first page, so that an error still has its own answer.
func (s *stream) begin(ctx context.Context) error {
	_, err := s.next(ctx)
	return err
}

// next reads a page; false at the end.
func (s *stream) next(ctx context.Context) (bool, error) {
	if len(s.sources) == 0 {
		return false, nil
	}
	items, more, err := s.sources[0](ctx)
	if !more {
		s.sources = s.sources[1:]
	}
	s.items = items
	return true, err
}

// write sends the list.
func (s *stream) write(ctx context.Context, w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if s.send(ctx, w) {
		w.Write([]byte("\n"))
	}
}

// send writes the list; false when the caller has hung up. When a later page fails the
// line is cut: half a list must not look like a whole one.
func (s *stream) send(ctx context.Context, w io.Writer) bool {
	var b bytes.Buffer
	b.WriteByte('[')
	first := true
	for going := true; going; {
		for _, item := range s.items {
			if text, ok := s.encode(item); ok {
				if !first {
					b.WriteByte(',')
				}
				first = false
				b.Write(text)
			}
		}
		if _, err := w.Write(b.Bytes()); err != nil {
			return false
		}
		b.Reset()
		var err error
		if going, err = s.next(ctx); err != nil {
			s.log.ErrorContext(ctx, "flanks: a list broke off", "error", err)
			panic(http.ErrAbortHandler)
		}
	}
	_, err := w.Write([]byte("]"))
	return err == nil
}

func (s *stream) encode(item any) ([]byte, bool) {
	text, err := encode(item)
	return text, err == nil && s.accepted.take(text)
}

// filter is a query: every field must have one of its values.
type filter map[string][]any

// filterOf reads the query of a request for records of a shape. An empty list accepts
// nothing. A field that the records have not is refused: the answer to it would be an
// empty list for ever, which looks as if the bank had nothing.
func filterOf(query map[string]json.RawMessage, shape any) (filter, error) {
	f := filter{}
	known := jsonFields(reflect.TypeOf(shape))
	for _, field := range slices.Sorted(maps.Keys(query)) {
		if !slices.Contains(known, field) {
			return nil, fairlead.InvalidField("query."+field, "unknown", "must be one of "+strings.Join(known, ", "))
		}
		var values []any
		if json.Unmarshal(query[field], &values) != nil || values == nil {
			return nil, fairlead.InvalidField("query."+field, "format", "must be a list of accepted values")
		}
		f[field] = values
	}
	return f, nil
}

// jsonFields are the names of a struct's fields in JSON, those that it embeds first.
func jsonFields(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if t.Field(i).Anonymous && name == "" {
			names = append(names, jsonFields(t.Field(i).Type)...)
		} else {
			names = append(names, name)
		}
	}
	return names
}

// take reports whether a record's JSON is accepted. A field that is a list is
// accepted when one of its elements is.
func (f filter) take(text []byte) bool {
	if len(f) == 0 {
		return true
	}
	var record map[string]any
	if json.Unmarshal(text, &record) != nil {
		return false
	}
	for field, values := range f {
		value, has := record[field]
		if !has || !accepts(values, value) {
			return false
		}
	}
	return true
}

func accepts(values []any, value any) bool {
	candidates, many := value.([]any)
	if !many {
		candidates = []any{value}
	}
	for _, want := range values {
		for _, is := range candidates {
			if reflect.DeepEqual(want, is) {
				return true
			}
		}
	}
	return false
}
