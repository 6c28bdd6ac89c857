package notes

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Values are an application's settings of one dialect, defaults filled in. A
// name that was not declared, or is of another kind, reads as the zero value.
type Values struct{ values map[string]any }

func (v Values) Bool(name string) bool {
	b, _ := v.values[name].(bool)
	return b
}

// Text is a string, url or choice.
func (v Values) Text(name string) string {
	s, _ := v.values[name].(string)
	return s
}

func (v Values) List(name string) []string {
	l, _ := v.values[name].([]string)
	return slices.Clone(l)
}

// Settings reads an application's settings of a dialect. What an older version
// stored and this one does not declare is ignored.
func (n *Notes) Settings(app fairlead.Application, dialect string) (Values, error) {
	stored, err := storedOf(app, dialect)
	if err != nil {
		return Values{}, err
	}
	values := map[string]any{}
	for _, s := range n.of(dialect) {
		values[s.Name] = s.Default
		// Choices change between versions: what is none any more falls back to the default.
		if value, err := s.read(stored[s.Name]); err == nil {
			values[s.Name] = value
		}
	}
	return Values{values}, nil
}

// Change sets some of an application's settings of a dialect; null sets one back
// to its default. Invalid names every field that is unknown or wrong, and then
// nothing changes. The audit trail records that it was done, without values.
func (n *Notes) Change(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, dialect string, changes map[string]json.RawMessage) error {
	if n.of(dialect) == nil {
		return fairlead.Errorf(fairlead.NotFound, "There is no dialect of this name with settings.")
	}
	entry := fairlead.AuditEntry{Tenant: tenant, At: fairlead.RealClock(), Action: "settings.change", Subject: string(app)}
	return in("changing settings", n.store.Update(ctx, func(tx *store.Tx) error {
		a, err := tx.Applications.Get(tenant, string(app))
		if err != nil {
			return err
		}
		stored, err := storedOf(a, dialect)
		if err != nil {
			return err
		}
		if err := n.apply(a, dialect, stored, changes); err != nil {
			return err
		}
		text, err := json.Marshal(stored)
		if err != nil {
			return err
		}
		if a.Settings == nil {
			a.Settings = map[string]json.RawMessage{}
		}
		a.Settings[dialect] = text
		if err := tx.Applications.Put(tenant, &a); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, entry)
	}))
}

// apply puts the changes into what is stored, or says all that is wrong with them.
func (n *Notes) apply(app fairlead.Application, dialect string, stored, changes map[string]json.RawMessage) error {
	var wrong []fairlead.Field
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		text, err := n.value(app, dialect, name, changes[name])
		if err != nil {
			wrong = append(wrong, fieldOf(name, err))
			continue
		}
		if text == nil {
			delete(stored, name)
			continue
		}
		stored[name] = text
	}
	if len(wrong) > 0 {
		return &fairlead.Error{Kind: fairlead.Invalid, Detail: "A setting is unknown or wrong.", Fields: wrong}
	}
	return nil
}

// value checks one change and gives it its one form; nil for null.
func (n *Notes) value(app fairlead.Application, dialect, name string, text json.RawMessage) (json.RawMessage, error) {
	s, err := n.setting(dialect, name)
	if err != nil {
		return nil, err
	}
	if string(text) == "null" {
		return nil, nil
	}
	value, err := s.read(text)
	if err != nil {
		return nil, err
	}
	if err := s.check(app, value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// fieldOf says what is wrong with a field.
func fieldOf(name string, err error) fairlead.Field {
	if p, ok := errors.AsType[problem](err); ok {
		return fairlead.Field{Name: name, Code: p.code, Reason: p.reason}
	}
	if e, ok := asError(err); ok && len(e.Fields) > 0 {
		return e.Fields[0]
	}
	return fairlead.Field{Name: name, Code: "format", Reason: "is not valid"}
}

// Described is one setting with its value, for a console or a command line.
type Described struct {
	Dialect string      `json:"dialect"`
	Name    string      `json:"name"`
	Kind    SettingKind `json:"kind"`
	Value   any         `json:"value"`
	Default any         `json:"default"`
	Set     bool        `json:"set"` // by somebody, even if to the default
	Choices []string    `json:"choices,omitempty"`
	Help    string      `json:"help,omitempty"`
}

// Describe lists every setting of every dialect for an application: dialects by
// name, settings in the order of their declaration.
func (n *Notes) Describe(app fairlead.Application) ([]Described, error) {
	n.mu.RLock()
	dialects := slices.Sorted(maps.Keys(n.declared))
	n.mu.RUnlock()
	var all []Described
	for _, dialect := range dialects {
		values, err := n.Settings(app, dialect)
		if err != nil {
			return nil, err
		}
		stored, err := storedOf(app, dialect)
		if err != nil {
			return nil, err
		}
		for _, s := range n.of(dialect) {
			_, set := stored[s.Name]
			all = append(all, Described{
				Dialect: dialect, Name: s.Name, Kind: s.Kind, Value: values.values[s.Name], Default: s.Default,
				Set: set, Choices: s.Choices, Help: s.Help,
			})
		}
	}
	return all, nil
}

// storedOf is what an application has stored of a dialect's settings.
func storedOf(app fairlead.Application, dialect string) (map[string]json.RawMessage, error) {
	stored := map[string]json.RawMessage{}
	if text := app.Settings[dialect]; len(text) > 0 {
		if err := json.Unmarshal(text, &stored); err != nil {
			return nil, in("reading settings", err)
		}
	}
	if stored == nil { // JSON null
		stored = map[string]json.RawMessage{}
	}
	return stored, nil
}

func asError(err error) (*fairlead.Error, bool) { return errors.AsType[*fairlead.Error](err) }
