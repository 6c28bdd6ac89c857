package native

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// readingOrder is how the keys of a description come; others follow by name.
var readingOrder = []string{
	"openapi", "info", "servers", "tags", "security", "paths", "webhooks", "components",
	"title", "version", "summary",
	"get", "post", "patch", "put", "delete",
	"operationId", "name", "in", "$ref", "type", "format", "description", "required",
	"parameters", "requestBody", "responses", "headers", "content", "schema", "example", "examples",
	"enum", "default", "properties", "items", "additionalProperties",
}

// ownOrderKey lists an object's own keys in the order in which they are written.
const ownOrderKey = "x-own-order"

var rankOf = func() map[string]int {
	ranks := map[string]int{}
	for i, key := range readingOrder {
		ranks[key] = i - len(readingOrder)
	}
	return ranks
}()

// ordered writes JSON anew, indented, with its keys in the order in which one reads
// them: properties as orderKey beside them says, and without it.
func ordered(text []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := orderedWriter{out: &out, encoder: json.NewEncoder(&out)}
	w.encoder.SetEscapeHTML(false)
	if err := w.value(tree, nil, "\n"); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

type orderedWriter struct {
	out     *bytes.Buffer
	encoder *json.Encoder
}

// value writes one value; order is that of its keys, where it is an object with one,
// and indent what a line of it begins with.
func (w orderedWriter) value(value any, order []any, indent string) error {
	switch v := value.(type) {
	case map[string]any:
		return w.object(v, order, indent)
	case []any:
		return w.list(v, indent)
	}
	if err := w.encoder.Encode(value); err != nil {
		return err
	}
	w.out.Truncate(w.out.Len() - 1) // the encoder's newline
	return nil
}

func (w orderedWriter) list(items []any, indent string) error {
	w.out.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.WriteString(indent + "  ")
		if err := w.value(item, nil, indent+"  "); err != nil {
			return err
		}
	}
	if len(items) > 0 {
		w.out.WriteString(indent)
	}
	w.out.WriteByte(']')
	return nil
}

func (w orderedWriter) object(object map[string]any, order []any, indent string) error {
	inner, _ := object[orderKey].([]any)
	delete(object, orderKey)
	if own, ok := object[ownOrderKey].([]any); ok {
		order = own
		delete(object, ownOrderKey)
	}
	keys := slices.Collect(maps.Keys(object))
	slices.SortFunc(keys, func(a, b string) int {
		if order != nil {
			return slices.Index(order, any(a)) - slices.Index(order, any(b))
		}
		return cmp.Or(rankOf[a]-rankOf[b], cmp.Compare(a, b))
	})
	w.out.WriteByte('{')
	for i, key := range keys {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.out.WriteString(indent + "  ")
		if err := w.value(key, nil, ""); err != nil {
			return err
		}
		w.out.WriteString(": ")
		var of []any
		if key == "properties" || key == "paths" || key == "webhooks" {
			of = inner
		}
		if err := w.value(object[key], of, indent+"  "); err != nil {
			return err
		}
	}
	if len(keys) > 0 {
		w.out.WriteString(indent)
	}
	w.out.WriteByte('}')
	return nil
}
