package providing

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// maxValue bounds the value of a field, in bytes: a private key in PEM fits.
const maxValue = 16 << 10

// filled are the fields of a provider, sorted into those that are secret and those that
// are not.
type filled struct {
	settings map[string]string
	keys     map[string]fairlead.Secret
}

// fill changes some fields of a provider and checks all of them. A value "" takes an
// optional field, or the default of another, back. Every wrong field is named.
func fill(spec connector.ProviderSpec, before filled, values map[string]fairlead.Secret) (filled, error) {
	after := filled{maps.Clone(before.settings), maps.Clone(before.keys)}
	if after.settings == nil {
		after.settings = map[string]string{}
	}
	if after.keys == nil {
		after.keys = map[string]fairlead.Secret{}
	}
	var wrong []fairlead.Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.ContainsFunc(spec.Fields, func(f connector.ProviderField) bool { return f.Name == name }) {
			wrong = append(wrong, fairlead.Field{Name: "fields." + name, Code: "unknown", Reason: "is no field of this connector: its fields are " + names(spec)})
		}
	}
	for _, f := range spec.Fields {
		if value, given := values[f.Name]; given {
			after.put(f, trimmed(value.Reveal()))
		}
		if reason, code := check(f, after.value(f)); reason != "" {
			wrong = append(wrong, fairlead.Field{Name: "fields." + f.Name, Code: code, Reason: reason})
		}
	}
	if len(wrong) > 0 {
		return after, &fairlead.Error{Kind: fairlead.Invalid, Detail: "A field of the provider is wrong.", Fields: wrong}
	}
	return after, nil
}

// trimmed is a value without the space and the line break that copying brings along.
func trimmed(value string) string { return strings.TrimSpace(value) }

func (f filled) put(field connector.ProviderField, value string) {
	switch {
	case field.Kind == connector.ProviderSecret && value == "":
		delete(f.keys, field.Name)
	case field.Kind == connector.ProviderSecret:
		f.keys[field.Name] = fairlead.NewSecret(value)
	case value == "":
		delete(f.settings, field.Name)
	case field.Kind == connector.ProviderList:
		f.settings[field.Name] = strings.Join(items(value), ",")
	default:
		f.settings[field.Name] = value
	}
}

func (f filled) value(field connector.ProviderField) string {
	if field.Kind == connector.ProviderSecret {
		return f.keys[field.Name].Reveal()
	}
	return f.settings[field.Name]
}

// items are the texts of a list.
func items(value string) (out []string) {
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" && !slices.Contains(out, item) {
			out = append(out, item)
		}
	}
	return out
}

// check says what is wrong with the value of a field, and its code; "": nothing.
func check(f connector.ProviderField, value string) (reason, code string) {
	switch {
	case value == "" && (f.Optional || f.Default != ""):
		return "", ""
	case value == "":
		return "is required" + help(f), "required"
	case len(value) > maxValue:
		return "must be at most 16384 bytes long", "range"
	case f.Kind != connector.ProviderSecret && strings.ContainsFunc(value, unicode.IsControl):
		return "must be one line of text", "format"
	}
	switch f.Kind {
	case connector.ProviderChoice:
		if !slices.Contains(f.Choices, value) {
			return "must be one of " + strings.Join(f.Choices, ", "), "unknown"
		}
	case connector.ProviderList:
		for _, item := range items(value) {
			if len(f.Choices) > 0 && !slices.Contains(f.Choices, item) {
				return "must be some of " + strings.Join(f.Choices, ", ") + ", with commas between", "unknown"
			}
		}
	case connector.ProviderNumber:
		if _, err := strconv.ParseUint(value, 10, 31); err != nil {
			return "must be a whole number that is not negative", "format"
		}
	}
	if f.Check != nil {
		if err := f.Check(value); err != nil {
			return err.Error(), "format"
		}
	}
	return "", ""
}

// help is what the connector says of a field, to stand behind a reason.
func help(f connector.ProviderField) string {
	if f.Help == "" {
		return ""
	}
	text := strings.TrimSuffix(f.Help, ".")
	first, size := utf8.DecodeRuneInString(text)
	if second, _ := utf8.DecodeRuneInString(text[size:]); !unicode.IsUpper(second) { // no abbreviation
		text = string(unicode.ToLower(first)) + text[size:]
	}
	return " (" + text + ")"
}

func names(spec connector.ProviderSpec) string {
	out := make([]string, len(spec.Fields))
	for i, f := range spec.Fields {
		out[i] = f.Name
	}
	return strings.Join(out, ", ")
}
