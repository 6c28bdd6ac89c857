package native

import (
	"encoding/json"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

// givenTwice begins what huma is told of a body in which a key is given twice; the
// key's path follows.
const givenTwice = "given twice: "

// strictFormats are huma's, but that a body's keys are each given once. Their case
// is held to the schema by huma itself.
func strictFormats() map[string]huma.Format {
	format := huma.DefaultJSONFormat
	format.Unmarshal = func(data []byte, into any) error {
		if _, first := into.(*any); first { // what is validated, before it is decoded once more
			if err := dialect.UniqueKeys(data); err != nil {
				return nameTwice(err)
			}
		}
		return json.Unmarshal(data, into)
	}
	return map[string]huma.Format{"application/json": format, "json": format}
}

// nameTwice carries a refused key through huma, which passes on texts alone.
func nameTwice(err error) error {
	if e, ok := errors.AsType[*fairlead.Error](err); ok && len(e.Fields) == 1 {
		return errors.New(givenTwice + e.Fields[0].Name)
	}
	return err
}
