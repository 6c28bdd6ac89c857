package dialect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

type embedded struct {
	Inner string `json:"inner"`
}

type body struct {
	embedded
	Name string            `json:"name"`
	List []embedded        `json:"list"`
	Any  any               `json:"any"`
	Raw  json.RawMessage   `json:"raw"`
	Map  map[string]string `json:"map"`
}

func TestWhatIsNoTextIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{\"name\":\"caf\xe9\"}", "{\"any\":{\"\xff\":1}}", `{"name":"\ud83d"}`, `{"name":"\ud83d\u0041"}`, `{"name":"\ude00\ud83d"}`, `{"any":"a\\\ud83dx"}`,
	} {
		for what, err := range map[string]error{
			"Unmarshal": dialect.Unmarshal([]byte(text), new(body)), "UnmarshalAnyCase": dialect.UnmarshalAnyCase([]byte(text), new(body)),
			"Scan": dialect.Scan([]byte(text)),
		} {
			if !fairlead.Is(err, fairlead.Invalid) {
				t.Errorf("%s takes %q: %v", what, text, err)
			}
		}
	}
	for _, text := range []string{`{"name":"\ud83d\ude00 caf\u00e9 \\ud83d"}`, `{"name":"😀"}`} {
		if err := dialect.Unmarshal([]byte(text), new(body)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAKeyGivenTwiceOrInAnotherCaseIsRefusedAndNamed(t *testing.T) {
	t.Parallel()
	for text, field := range map[string]string{
		`{"name":"a","name":"b"}`:                "name",
		`{"name":"a","\u006eame":"b"}`:           "name",
		`{"Name":"a"}`:                           "Name",
		`{"INNER":"a"}`:                          "INNER",
		`{"list":[{"inner":"a"},{"Inner":"b"}]}`: "list.Inner",
		`{"list":[{"inner":"a","inner":"b"}]}`:   "list.inner",
		`{"any":{"x":{"y":1,"y":2}}}`:            "any.x.y",
		`{"raw":{"x":1,"x":2}}`:                  "raw.x",
		`{"map":{"a":"1","a":"2"}}`:              "map.a",
		`{"unknown":1,"unknown":2}`:              "unknown",
		"{\"name\":\"caf\xe9\"}":                 "name",
		"{\"list\":[{\"inner\":\"caf\xe9\"}]}":   "list.inner",
		"{\"caf\xe9\":1}":                        "body",
		`{"any":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`: "any",
	} {
		err := dialect.Unmarshal([]byte(text), new(body))
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || e.Kind != fairlead.Invalid || e.Fields[0].Name != field {
			t.Errorf("%.60s: %v, want a refusal of %s", text, err, field)
		}
	}
	for _, text := range []string{
		`{"name":"a","list":[{"inner":"a"},{"inner":"a"}],"any":{"Name":1,"name":2},"map":{"a":"1","A":"2"},"inner":"x"}`, `{}`, `null`,
	} {
		if err := dialect.Unmarshal([]byte(text), new(body)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := dialect.UnmarshalAnyCase([]byte("{\"other\":\"\xff\"}"), new(body)); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("no UTF-8: %v", err)
	}
	for _, text := range []string{`{"name":"a"} x`, `{"name":"a"}{}`, `{`, ``} {
		if err := dialect.Unmarshal([]byte(text), new(body)); err == nil || fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("%q: %v, want an error of encoding/json", text, err)
		}
	}
}

func TestKeysOfAnyCaseAreStillGivenOnce(t *testing.T) {
	t.Parallel()
	var b body
	if err := dialect.UnmarshalAnyCase([]byte(`{"NAME":"a"}`), &b); err != nil || b.Name != "a" {
		t.Errorf("%v, %q", err, b.Name)
	}
	if err := dialect.UnmarshalAnyCase([]byte(`{"NAME":"a","name":"b"}`), &b); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("the same key in two cases: %v", err)
	}
}

func TestAKeyOfNoFieldIsRefusedWithThoseThatThereAre(t *testing.T) {
	t.Parallel()
	const all = "must be one of any, inner, list, map, name, raw"
	for text, want := range map[string]fairlead.Field{
		`{"nane":"a"}`:           {Name: "nane", Code: "unknown", Reason: all},
		`{"list":[{"outer":1}]}`: {Name: "list.outer", Code: "unknown", Reason: "must be one of inner"},
		`{"Name":"a"}`:           {Name: "Name", Code: "unknown", Reason: "must be written name"},
		`{"inner":"a","any":{"x":1},"raw":{"y":1},"map":{"z":"1"}}`: {},
		`{}`: {},
	} {
		err := dialect.UnmarshalKnown([]byte(text), new(body))
		var got fairlead.Field
		if e, ok := errors.AsType[*fairlead.Error](err); ok && len(e.Fields) == 1 {
			got = e.Fields[0]
		}
		if got != want || (err != nil) != (want.Name != "") {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
		if err := dialect.Unmarshal([]byte(text), new(body)); (err != nil) != (want.Name == "Name") {
			t.Errorf("%s, where others are let pass: %v", text, err)
		}
	}
}

func TestABodyThatIsNoJSONIsSaidWhereAndWhy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]dialect.Malformed{
		``:                        {Offset: 0, Line: 1, Column: 1, Reason: "there is nothing"},
		`nonsense`:                {Offset: 0, Line: 1, Column: 1, Reason: "a value is expected"},
		`{"a":1`:                  {Offset: 6, Line: 1, Column: 7, Reason: "a comma or } is expected"},
		"{\n  \"a\": 1,\n}":       {Offset: 12, Line: 3, Column: 1, Reason: `a key in " is expected`},
		`{'a':1}`:                 {Offset: 1, Line: 1, Column: 2, Reason: `a key in " is expected`},
		`{"a" 1}`:                 {Offset: 5, Line: 1, Column: 6, Reason: "a colon is expected"},
		`[1 2]`:                   {Offset: 3, Line: 1, Column: 4, Reason: "a comma or ] is expected"},
		`{"a":1} x`:               {Offset: 8, Line: 1, Column: 9, Reason: "there is text behind the end of the value"},
		`{"a":"b`:                 {Offset: 7, Line: 1, Column: 8, Reason: "a string is not closed"},
		"\"a\nb\"":                {Offset: 2, Line: 1, Column: 3, Reason: "a control character in a string is not escaped"},
		`"\x"`:                    {Offset: 1, Line: 1, Column: 2, Reason: "there is no such escape"},
		`"\u12G4"`:                {Offset: 1, Line: 1, Column: 2, Reason: `\u is followed by four hexadecimal digits`},
		`-`:                       {Offset: 1, Line: 1, Column: 2, Reason: "a digit is expected"},
		`1.`:                      {Offset: 2, Line: 1, Column: 3, Reason: "a digit is expected behind the point"},
		`1e`:                      {Offset: 2, Line: 1, Column: 3, Reason: "a digit is expected in the exponent"},
		`01`:                      {Offset: 1, Line: 1, Column: 2, Reason: "there is text behind the end of the value"},
		strings.Repeat("[", 2000): {Offset: 201, Line: 1, Column: 202, Reason: "it is nested deeper than 200 levels"},
	} {
		err := dialect.Scan([]byte(text))
		if got, ok := errors.AsType[*dialect.Malformed](err); !ok || *got != want {
			t.Errorf("%.40q: %v, want %v", text, err, &want)
		}
	}
	var many strings.Builder
	for n := range 100 {
		fmt.Fprintf(&many, `"k%d":1,`, n)
	}
	if err := dialect.Scan([]byte("{" + many.String() + `"k100":1}`)); err != nil {
		t.Errorf("a hundred keys: %v", err)
	}
	if err := dialect.Scan([]byte("{" + many.String() + `"k7":1}`)); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("one of a hundred keys twice: %v", err)
	}
	if err := dialect.Scan([]byte(`{"a":"x\u0000"}`)); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("NUL: %v", err)
	}
}

// FuzzScan: what is JSON to encoding/json is JSON here, and the other way round, but for
// what only a scan refuses.
func FuzzScan(f *testing.F) {
	for _, text := range []string{`{"a":[1,-0.5e+7,true,null,"\u00e9\ud83d\ude00"]}`, `[[]]`, `{"a":1,}`, ` 1 `, `"\"`, `{"a":{"b":{}}}`, "\x00", `-`, `1.e1`, "\"\x7f\""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := dialect.Scan(data)
		if _, malformed := errors.AsType[*dialect.Malformed](err); malformed && json.Valid(data) && strings.Count(string(data), "[")+strings.Count(string(data), "{") < 200 {
			t.Errorf("%q is refused: %v", data, err)
		}
		if err == nil && !json.Valid(data) {
			t.Errorf("%q is taken for JSON", data)
		}
	})
}

// BenchmarkScan is what a strict reading costs beside decoding twice, as the API does.
func BenchmarkScan(b *testing.B) {
	data := []byte(`{"person":"customer-42","metadata":{"list":[` + strings.Repeat(`{"name":"caf\u00e9 São","n":12.5,"ok":true},`, 200) + `null]}}`)
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			if err := dialect.Scan(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			var v any
			if err := json.Unmarshal(data, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
