package dialect_test

import (
	"encoding/json"
	"errors"
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
			"UniqueKeys": dialect.UniqueKeys([]byte(text)),
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
		"{\"name\":\"caf\xe9\"}":                 "body",
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
