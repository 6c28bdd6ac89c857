package native

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/danielgtaylor/huma/v2"
)

// formats are huma's, but that numbers of any size can be validated, and that an answer may
// have been written already. What comes here has been scanned (input.check).
func formats() map[string]huma.Format {
	format := huma.DefaultJSONFormat
	format.Marshal = func(w io.Writer, body any) error {
		if answer, ok := body.(interface{ written() []byte }); ok && answer.written() != nil {
			_, err := w.Write(answer.written())
			return err
		}
		return huma.DefaultJSONFormat.Marshal(w, body)
	}
	format.Unmarshal = func(data []byte, into any) error {
		tree, first := into.(*any) // what is validated, before it is decoded once more
		if !first {
			return json.Unmarshal(data, into)
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		err := decoder.Decode(tree)
		*tree = floats(*tree)
		return err
	}
	return map[string]huma.Format{"application/json": format, "json": format}
}

// floats makes of a body's numbers what huma validates. One that is too large for
// that is infinite: no field takes it, and metadata, which is not decoded, may hold it.
func floats(value any) any {
	switch v := value.(type) {
	case json.Number:
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = floats(v[key])
		}
	}
	return value
}
