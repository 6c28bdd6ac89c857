package notes_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/store"
)

// declared is one setting of each kind.
func declared() []notes.Setting {
	return []notes.Setting{
		{Name: "events_url", Kind: notes.URL, Help: "Where events are posted.", Check: func(app fairlead.Application, v string) error {
			return app.CallbackAllowed(v, false)
		}},
		{Name: "delivery", Kind: notes.Choice, Default: "automatic", Choices: []string{"automatic", "manual"}},
		{Name: "products", Kind: notes.List, Default: []string{"accounts"}, Choices: []string{"accounts", "transactions", "identity"}},
		{Name: "as_array", Kind: notes.Bool, Default: true},
		{Name: "title", Kind: notes.String},
		{Name: "tags", Kind: notes.List},
	}
}

func openDeclared(t *testing.T) (*notes.Notes, store.Store) {
	t.Helper()
	n, db := open(t)
	must(t, n.Declare("klavi", declared()))
	return n, db
}

// application reads the application as it is now.
func application(t *testing.T, db store.Store) (app fairlead.Application) {
	t.Helper()
	must(t, db.View(t.Context(), func(tx *store.Tx) (err error) {
		app, err = tx.Applications.Get("ten_1", "app_1")
		return err
	}))
	return app
}

func change(t *testing.T, n *notes.Notes, text string) error {
	t.Helper()
	var changes map[string]json.RawMessage
	must(t, json.Unmarshal([]byte(text), &changes))
	return n.Change(t.Context(), "ten_1", "app_1", "klavi", changes)
}

func TestSettingsBeginWithTheirDefaults(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	v, err := n.Settings(application(t, db), "klavi")
	must(t, err)
	if v.Text("events_url") != "" || v.Text("delivery") != "automatic" || !slices.Equal(v.List("products"), []string{"accounts"}) ||
		!v.Bool("as_array") || v.Text("title") != "" || len(v.List("tags")) != 0 {
		t.Errorf("they begin with %+v", v)
	}
	if v.Text("none") != "" || v.Bool("title") || v.List("title") != nil {
		t.Error("a name that is none, or of another kind, has a value")
	}
}

func TestSettingsChangeAndGoBackToTheirDefaults(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	must(t, change(t, n, `{"events_url": "https://hooks.example.com/k", "delivery": "manual", "products": ["identity", "accounts"], "as_array": false, "title": "Olá"}`))
	must(t, change(t, n, `{"title": "Oi", "tags": ["a", "b"]}`))
	v, err := n.Settings(application(t, db), "klavi")
	must(t, err)
	if v.Text("events_url") != "https://hooks.example.com/k" || v.Text("delivery") != "manual" || !slices.Equal(v.List("products"), []string{"identity", "accounts"}) ||
		v.Bool("as_array") || v.Text("title") != "Oi" || !slices.Equal(v.List("tags"), []string{"a", "b"}) {
		t.Errorf("they are %+v", v)
	}
	must(t, change(t, n, `{"events_url": "", "delivery": null, "products": [], "as_array": null}`))
	v, err = n.Settings(application(t, db), "klavi")
	must(t, err)
	if v.Text("events_url") != "" || v.Text("delivery") != "automatic" || len(v.List("products")) != 0 || !v.Bool("as_array") || v.Text("title") != "Oi" {
		t.Errorf("then they are %+v", v)
	}
	all, err := n.Describe(application(t, db))
	must(t, err)
	for _, d := range all {
		if wantSet := d.Name != "delivery" && d.Name != "as_array"; d.Set != wantSet {
			t.Errorf("%s is set: %v", d.Name, d.Set)
		}
	}
}

func TestAReaderCannotChangeADefault(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	v, err := n.Settings(application(t, db), "klavi")
	must(t, err)
	v.List("products")[0] = "changed"
	v, err = n.Settings(application(t, db), "klavi")
	must(t, err)
	if v.List("products")[0] != "accounts" {
		t.Error("the default was changed")
	}
}

// TestAWrongSettingIsNamedAndNothingChanges runs testdata/refused: in each file
// the changes, and for each field that is to be named its code.
func TestAWrongSettingIsNamedAndNothingChanges(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/refused/*.json")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	n, db := openDeclared(t)
	must(t, change(t, n, `{"title": "before"}`))
	before := application(t, db)
	for _, f := range files {
		var c struct {
			Why     string
			Changes map[string]json.RawMessage
			Refused map[string]string
		}
		text, err := os.ReadFile(f)
		must(t, err)
		must(t, json.Unmarshal(text, &c))
		err = n.Change(t.Context(), "ten_1", "app_1", "klavi", c.Changes)
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || e.Kind != fairlead.Invalid {
			t.Errorf("%s (%s): %v", f, c.Why, err)
			continue
		}
		got := map[string]string{}
		for _, field := range e.Fields {
			got[field.Name] = field.Code
			if strings.Contains(field.Reason, "hunter2") {
				t.Errorf("%s: the value is quoted: %s", f, field.Reason)
			}
		}
		if !maps.Equal(got, c.Refused) {
			t.Errorf("%s (%s): refused %v, want %v", f, c.Why, got, c.Refused)
		}
	}
	if after := application(t, db); after.Version != before.Version {
		t.Error("a refused change was kept")
	}
}

func TestSettingsAreParsedOnceForEachText(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	var p notes.Parsed[string]
	times := 0
	title := func() string {
		made, err := p.Of(n, application(t, db), "klavi", func(v notes.Values) string {
			times++
			return v.Text("title")
		})
		must(t, err)
		return made
	}
	if first, again := title(), title(); first != "" || again != "" || times != 1 {
		t.Errorf("parsed %d times, into %q and %q", times, first, again)
	}
	must(t, change(t, n, `{"title": "Olá"}`))
	if first, again := title(), title(); first != "Olá" || again != "Olá" || times != 2 {
		t.Errorf("parsed %d times, and then into %q and %q", times, first, again)
	}
	broken := fairlead.Application{Settings: map[string]json.RawMessage{"klavi": json.RawMessage(`[]`)}}
	if _, err := p.Of(n, broken, "klavi", func(notes.Values) string { return "" }); err == nil {
		t.Error("what is no object was parsed")
	}
}

func TestOnlyADeclaredDialectAndAPresentApplicationChange(t *testing.T) {
	t.Parallel()
	n, _ := openDeclared(t)
	wantKind(t, n.Change(t.Context(), "ten_1", "app_1", "flanks", nil), fairlead.NotFound)
	wantKind(t, n.Change(t.Context(), "ten_1", "app_none", "klavi", nil), fairlead.NotFound)
}

func TestOneTenantsSettingsAreNotAnothers(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	must(t, n.Change(t.Context(), "ten_2", "app_1", "klavi", map[string]json.RawMessage{"title": json.RawMessage(`"theirs"`)}))
	v, err := n.Settings(application(t, db), "klavi")
	must(t, err)
	if v.Text("title") != "" {
		t.Errorf("the title is %q", v.Text("title"))
	}
}

func TestWhatAnOlderVersionKeptDoesNoHarm(t *testing.T) {
	t.Parallel()
	n, _ := openDeclared(t)
	v, err := n.Settings(fairlead.Application{Settings: map[string]json.RawMessage{
		"klavi": json.RawMessage(`{"gone": 1, "delivery": "by pigeon", "as_array": "yes", "title": "kept"}`),
	}}, "klavi")
	must(t, err)
	if v.Text("delivery") != "automatic" || !v.Bool("as_array") || v.Text("title") != "kept" {
		t.Errorf("they are %+v", v)
	}
	if _, err := n.Settings(fairlead.Application{Settings: map[string]json.RawMessage{"klavi": json.RawMessage(`[]`)}}, "klavi"); err == nil {
		t.Error("what is no object was read")
	}
}

func TestADeclarationThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	n, _ := openDeclared(t)
	if err := n.Declare("klavi", nil); err == nil {
		t.Error("a dialect declared twice")
	}
	for what, s := range map[string]notes.Setting{
		"no name": {Kind: notes.Bool}, "a name with a dot": {Name: "a.b", Kind: notes.Bool}, "no kind": {Name: "a"}, "no choices": {Name: "a", Kind: notes.Choice},
		"a default of another kind": {Name: "a", Kind: notes.Bool, Default: "yes"}, "a default that is no choice": {Name: "a", Kind: notes.Choice, Choices: []string{"x"}, Default: "y"},
		"a default that is no address": {Name: "a", Kind: notes.URL, Default: "nowhere"},
	} {
		if err := n.Declare("other", []notes.Setting{s}); err == nil {
			t.Errorf("%s was accepted", what)
		}
	}
	if err := n.Declare("other", []notes.Setting{{Name: "a", Kind: notes.Bool}, {Name: "a", Kind: notes.Bool}}); err == nil {
		t.Error("one name was declared twice")
	}
}

func TestSettingsAreDescribedInOrder(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	must(t, n.Declare("flanks", []notes.Setting{{Name: "code_life", Kind: notes.String, Default: "1h", Help: "How long."}}))
	must(t, change(t, n, `{"delivery": "manual", "as_array": true}`))
	all, err := n.Describe(application(t, db))
	must(t, err)
	got, err := json.MarshalIndent(all, "", "  ")
	must(t, err)
	want, err := os.ReadFile("testdata/described.json")
	must(t, err)
	if strings.TrimSpace(string(want)) != string(got) {
		t.Errorf("described as\n%s", got)
	}
}

func TestASettingIsTypedOnACommandLine(t *testing.T) {
	t.Parallel()
	n, db := openDeclared(t)
	changes := map[string]json.RawMessage{}
	for name, text := range map[string]string{"as_array": "false", "delivery": "manual", "products": "identity, accounts", "title": "a, b", "tags": ""} {
		value, err := n.Parse("klavi", name, text)
		must(t, err)
		changes[name] = value
	}
	must(t, n.Change(t.Context(), "ten_1", "app_1", "klavi", changes))
	v, err := n.Settings(application(t, db), "klavi")
	must(t, err)
	if v.Bool("as_array") || v.Text("delivery") != "manual" || !slices.Equal(v.List("products"), []string{"identity", "accounts"}) || v.Text("title") != "a, b" || len(v.List("tags")) != 0 {
		t.Errorf("they are %+v", v)
	}
	if list, err := n.Parse("klavi", "tags", ` ["a, b", "c"]`); err != nil || string(list) != `["a, b","c"]` {
		t.Errorf("a list whose entries hold commas is %s (%v)", list, err)
	}
	for name, text := range map[string]string{"as_array": "maybe", "none": "x"} {
		_, err := n.Parse("klavi", name, text)
		wantKind(t, err, fairlead.Invalid)
	}
}
