package native

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

// refusedField begins what huma is told of a body that is refused before it is
// validated; the field follows, as JSON.
const refusedField = "refused: "

// strictFormats are huma's, but that a body is text throughout and its keys are each
// given once. Their case is held to the schema by huma itself.
func strictFormats() map[string]huma.Format {
	format := huma.DefaultJSONFormat
	format.Unmarshal = func(data []byte, into any) error {
		tree, first := into.(*any) // what is validated, before it is decoded once more
		if !first || !json.Valid(data) {
			return json.Unmarshal(data, into)
		}
		if err := dialect.UniqueKeys(data); err != nil {
			return carried(err)
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

// carried is a refusal of one field on its way through huma, which passes on texts alone.
func carried(err error) error {
	if e, ok := errors.AsType[*fairlead.Error](err); ok && len(e.Fields) == 1 {
		if text, failed := json.Marshal(e.Fields[0]); failed == nil {
			return errors.New(refusedField + string(text))
		}
	}
	return err
}

// refusedIn is the field that was carried in a text of huma's.
func refusedIn(message string) (f fairlead.Field, ok bool) {
	text, ok := strings.CutPrefix(message, refusedField)
	return f, ok && json.Unmarshal([]byte(text), &f) == nil
}
