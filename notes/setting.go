package notes

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

const (
	maxText = 2048 // bytes of a text
	maxList = 100  // entries of a list
)

// SettingKind says what a setting holds.
type SettingKind string

const (
	Bool   SettingKind = "bool"
	String SettingKind = "string"
	URL    SettingKind = "url"    // complete http or https address; empty: none
	Choice SettingKind = "choice" // one of Choices
	List   SettingKind = "list"   // texts, of Choices where there are any
)

// Setting is one typed field that a dialect declares.
type Setting struct {
	Name    string      // "events_url": lower-case letters, digits, underscores
	Kind    SettingKind //
	Default any         // bool, string or []string, as the kind is; nil: false, "", the first choice, none
	Choices []string    // of Choice and List
	Help    string      // one sentence
	// Check refuses a value beyond what the kind demands: the text, or each entry
	// of a list. It is handed the application, whose rules an address must keep.
	// The error's text is shown to whoever sets it and must not quote the value.
	Check func(app fairlead.Application, value string) error
}

// named is the form of a setting's name.
var named = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// Declare registers the settings of a dialect. It is called once for each at start.
func (n *Notes) Declare(dialect string, settings []Setting) error {
	settings = slices.Clone(settings)
	seen := map[string]bool{}
	for i, s := range settings {
		if !named.MatchString(s.Name) || seen[s.Name] {
			return fairlead.Errorf(fairlead.Internal, "notes: %s declares a setting %q, twice or of a wrong name", dialect, s.Name)
		}
		seen[s.Name] = true
		if s.Default == nil {
			settings[i].Default = s.empty()
		}
		if err := settings[i].valid(); err != nil {
			return fmt.Errorf("notes: declaring %s.%s: %w", dialect, s.Name, err)
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, declared := n.declared[dialect]; declared {
		return fairlead.Errorf(fairlead.Internal, "notes: %s declares its settings twice", dialect)
	}
	n.declared[dialect] = settings
	return nil
}

// empty is the default where none is declared.
func (s Setting) empty() any {
	switch {
	case s.Kind == Bool:
		return false
	case s.Kind == List:
		return []string{}
	case s.Kind == Choice && len(s.Choices) > 0:
		return s.Choices[0]
	}
	return ""
}

// valid checks a declaration: its kind, its choices, its default.
func (s Setting) valid() error {
	switch s.Kind {
	case Bool, String, URL, List:
	case Choice:
		if len(s.Choices) == 0 {
			return fairlead.Errorf(fairlead.Internal, "a choice without choices")
		}
	default:
		return fairlead.Errorf(fairlead.Internal, "an unknown kind of setting %q", s.Kind)
	}
	text, err := json.Marshal(s.Default)
	if err != nil {
		return err
	}
	_, err = s.read(text)
	return err
}

// read decodes and checks a value by its kind: bool, string or []string.
func (s Setting) read(text json.RawMessage) (any, error) {
	switch s.Kind {
	case Bool:
		return decode[bool](text, "must be true or false")
	case List:
		list, err := decode[[]string](text, "must be a list of texts")
		if err != nil {
			return nil, err
		}
		if len(list) > maxList {
			return nil, problem{"range", "must have at most 100 entries"}
		}
		for _, entry := range list {
			if entry == "" { // null too
				return nil, problem{"format", "must not have empty entries"}
			}
			if err := s.readText(entry); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	value, err := decode[string](text, "must be a text")
	if err != nil {
		return nil, err
	}
	return value, s.readText(value)
}

// readText checks a text, or an entry of a list.
func (s Setting) readText(value string) error {
	switch {
	case len(value) > maxText:
		return problem{"range", "must have at most 2048 bytes"}
	case s.Kind == URL && value != "" && !isAddress(value):
		return problem{"format", "must be a complete http or https address"}
	case s.Kind == Choice || s.Kind == List && len(s.Choices) > 0:
		if !slices.Contains(s.Choices, value) {
			return problem{"unknown", "must be one of " + strings.Join(s.Choices, ", ")}
		}
	}
	return nil
}

// check applies the dialect's own rule. An empty text or address means none.
func (s Setting) check(app fairlead.Application, value any) error {
	if s.Check == nil {
		return nil
	}
	var texts []string
	switch v := value.(type) {
	case string:
		if v != "" {
			texts = []string{v}
		}
	case []string:
		texts = v
	}
	for _, text := range texts {
		if err := s.Check(app, text); err != nil {
			return problem{"format", reason(err)}
		}
	}
	return nil
}

// reason is the sentence of an error that may be shown.
func reason(err error) string {
	if e, ok := asError(err); ok && len(e.Fields) > 0 {
		return e.Fields[0].Reason
	} else if ok && e.Detail != "" {
		return e.Detail
	}
	return err.Error()
}

// Parse reads a value as it is typed on a command line, for Change: true or
// false, a text, entries divided by commas or, where they hold commas, a JSON list.
func (n *Notes) Parse(dialect, name, text string) (json.RawMessage, error) {
	s, err := n.setting(dialect, name)
	if err != nil {
		return nil, err
	}
	var value any = text
	switch s.Kind {
	case Bool:
		if value, err = strconv.ParseBool(text); err != nil {
			return nil, fairlead.InvalidField(name, "format", "must be true or false")
		}
	case List:
		list := []string{}
		if strings.HasPrefix(strings.TrimSpace(text), "[") && json.Unmarshal([]byte(text), &list) == nil {
			value = list
			break
		}
		for entry := range strings.SplitSeq(text, ",") {
			if entry = strings.TrimSpace(entry); entry != "" {
				list = append(list, entry)
			}
		}
		value = list
	}
	return json.Marshal(value)
}

// setting finds a declared setting, or Invalid.
func (n *Notes) setting(dialect, name string) (Setting, error) {
	for _, s := range n.of(dialect) {
		if s.Name == name {
			return s, nil
		}
	}
	return Setting{}, fairlead.InvalidField(name, "unknown", "is no setting of "+dialect)
}

// of is what a dialect declared.
func (n *Notes) of(dialect string) []Setting {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.declared[dialect]
}

// isAddress reports whether a text is a complete http or https address.
func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

// problem is what is wrong with one value.
type problem struct{ code, reason string }

func (p problem) Error() string { return p.reason }

// decode reads strictly: null is no value.
func decode[T any](text json.RawMessage, wrong string) (value T, err error) {
	if len(text) == 0 || string(text) == "null" || json.Unmarshal(text, &value) != nil {
		return *new(T), problem{"format", wrong}
	}
	return value, nil
}
