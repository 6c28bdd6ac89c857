package jsonform_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/fairlead-dev/fairlead/jsonform"
)

type storedPart struct {
	Kind  string `json:"kind"`
	Value string `json:"value,omitempty"`
}

type stored struct {
	Ref   string       `json:"ref"`
	Kind  string       `json:"kind"`
	Day   string       `json:"day"`
	Part  *storedPart  `json:"part,omitempty"`
	Parts []storedPart `json:"parts,omitempty"`
	Notes []string     `json:"notes"`
	Count int          `json:"count"`
	Own   struct{}     `json:"-"`
}

type part struct {
	Kind  string `json:"type" from:"kind"`
	Value string `json:"value,omitempty"`
}

type answered struct {
	ID    string    `json:"id" from:"-"`
	Day   *string   `json:"on" from:"day"`
	Kind  string    `json:"type,omitempty" from:"kind"`
	Part  *part     `json:"part,omitempty"`
	Parts []part    `json:"parts" nullable:"false"`
	Notes []string  `json:"notes" nullable:"false"`
	Count int       `json:"count,omitempty"`
	Own   *struct{} `json:"own,omitempty"`
}

func form() *jsonform.Form {
	return jsonform.New(reflect.TypeFor[stored](), reflect.TypeFor[answered]())
}

func TestMembersAreRenamedOrderedAndLeftOutAsTheAnswersTypeSays(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{ // stored, private, answered
		{`{}`, ``, `,"on":null,"parts":[],"notes":[]`},
		{`{"ref":"r","kind":"","day":"","notes":null,"count":0}`, ``, `,"on":null,"parts":[],"notes":[]`},
		{`{"count":3,"day":"2026-01-02","kind":"a"}`, ``, `,"on":"2026-01-02","type":"a","parts":[],"notes":[],"count":3`},
		{`{"part":{"kind":"k","value":""},"parts":[{"kind":"a"},{"value":"v","kind":"b"}]}`, ``, `,"on":null,"part":{"type":"k"},"parts":[{"type":"a"},{"type":"b","value":"v"}],"notes":[]`},
		{`{"kind":"","part":{"kind":"k"}}`, `{"kind":"secret","part":{"value":"1234"},"own":{}}`, `,"on":null,"type":"secret","part":{"type":"k","value":"1234"},"parts":[],"notes":[],"own":{}`},
		{`{"parts":[]}`, `{"parts":[{"kind":"a"}]}`, `,"on":null,"parts":[{"type":"a"}],"notes":[]`},
		{"{ \"kind\" : \"a\\u003cb\\\\u003c\\\"\" ,\n \"notes\" : [ \"]\" , \"}\" ] }", ``, `,"on":null,"type":"a<b\\u003c\"","parts":[],"notes":[ "]" , "}" ]`},
	} {
		got, err := form().Append(nil, []byte(c[0]), []byte(c[1]))
		if err != nil || string(got) != c[2] {
			t.Errorf("%s and %s became (%v)\n%s, want\n%s", c[0], c[1], err, got, c[2])
		}
	}
}

func TestABrokenTextIsRefusedAndNothingOfItWritten(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{``, `null`, `[]`, `{`, `{"kind"`, `{"kind":`, `{"kind":"a`, `{"kind":"a"`, `{"kind":"a",`, `{"kind" "a"}`, `{kind:1}`, `{"parts":[{"kind":1}`, `{"parts":[1]}`, `{"parts":7}`, `{"part":{]}`} {
		got, err := form().Append([]byte("before"), []byte(broken), nil)
		if !errors.Is(err, jsonform.ErrBroken) || string(got) != "before" {
			t.Errorf("%s became %q (%v)", broken, got, err)
		}
	}
}

func TestValuesAreFoundByTheirNames(t *testing.T) {
	t.Parallel()
	var values [3][]byte
	err := jsonform.Values([]byte(`{"a":{"b":1},"b":[1,{"c":"}"}],"d":"x\"y"}`), []string{"b", "c", "d"}, values[:])
	if err != nil || string(values[0]) != `[1,{"c":"}"}]` || values[1] != nil || string(values[2]) != `"x\"y"` {
		t.Errorf("found %q (%v)", values, err)
	}
}

func FuzzNoTextMakesItPanicOrGrow(f *testing.F) {
	f.Add([]byte(`{"kind":"a","part":{"kind":"k"},"parts":[{}]}`), []byte(`{"part":{"value":"v"}}`))
	f.Add([]byte(`{"kind":"\`), []byte(`{"kind":"\u003`))
	f.Fuzz(func(t *testing.T, open, private []byte) {
		got, err := form().Append(nil, open, private)
		if err == nil && len(got) > len(open)+len(private)+200 {
			t.Errorf("%d bytes became %d", len(open)+len(private), len(got))
		}
	})
}
