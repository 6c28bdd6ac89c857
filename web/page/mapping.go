package page

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
)

// mapped is a field of a mapping form: what a column holds, or how the file is written.
type mapped struct {
	fairlead.FormField
	id, label string
}

// columns are the fields that are of a column of the file.
func (f form) columns() []mapped { return f.mapped(false) }

// settings are the fields that are of the whole file: their labels are message keys.
func (f form) settings() []mapped { return f.mapped(true) }

func (f form) mapped(settings bool) []mapped {
	var out []mapped
	for n, field := range f.Fields {
		isSetting := strings.HasPrefix(field.Label, "mapping.") && f.has(field.Label)
		if field.Kind == fairlead.FieldConfirm || isSetting != settings {
			continue
		}
		m := mapped{field, "field-" + strconv.Itoa(n), strings.TrimSpace(field.Label)}
		switch {
		case isSetting:
			m.label = f.text(field.Label)
		case m.label == "":
			m.label = f.text("mapping.column", "n", strconv.Itoa(len(out)+1))
		}
		out = append(out, m)
	}
	return out
}

// mappingLead says what is wanted, unless the form's own text says what was wrong.
func (f form) mappingLead() string {
	if text := f.known(f.Text); text != "" && !f.leadIsRefusal() {
		return text
	}
	return f.text("form.mapping.text" + f.mappingPart())
}

// mappingTitle is the page's own: the form's is the name of the file, where there are several.
func (f form) mappingTitle() string {
	if f.has(f.Title) {
		return f.text(f.Title)
	}
	return f.text("form.mapping.title" + f.mappingPart())
}

// mappingPart picks the words: where there are no columns, the file only leaves open how
// it is written.
func (f form) mappingPart() string {
	if len(f.columns()) == 0 {
		return ".settings"
	}
	return ""
}

// mappedFile is the name of the file that is mapped; "": there is only one.
func (f form) mappedFile() string {
	if f.has(f.Title) {
		return ""
	}
	return f.Title
}

// ignored is the choice of a column that nothing is read from.
const ignored = "ignore"

// open reports whether nothing is proposed for a choice: none may be taken by itself
// then, except that a column is not used.
func (m mapped) open() bool {
	has := func(value string) bool {
		return slices.ContainsFunc(m.Choices, func(c fairlead.Choice) bool { return c.Value == value })
	}
	return !has(m.Value) && !(m.Value == "" && has(ignored))
}

// picks reports whether a choice is what the field has.
func (m mapped) picks(c fairlead.Choice) bool {
	return c.Value == m.Value || (m.Value == "" && c.Value == ignored)
}

// separators have words of their own, because a key can't hold them.
var separators = map[string]string{",": "comma", ".": "point"}

// meaning is what a choice of a mapping form is called. What the page has words for is
// said in them, because nothing of a file is a choice's value.
func (f form) meaning(c fairlead.Choice) string {
	name := c.Value
	if word, ok := separators[name]; ok {
		name = word
	}
	if key := "mapping.as." + name; f.has(key) {
		return f.text(key)
	}
	if label := f.known(c.Label); label != "" {
		return label
	}
	return c.Value
}

// sampleLength bounds a value of a column's sample, in characters.
const sampleLength = 40

// sample says what the first values of a column are; "": the file has none.
func (f form) sample(field fairlead.FormField) string {
	var values []string
	for _, v := range field.Sample {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		if runes := []rune(v); len(runes) > sampleLength {
			v = string(runes[:sampleLength]) + "…"
		}
		values = append(values, v)
	}
	switch {
	case len(values) == 0 && asksCurrency(field):
		return f.text("mapping.currency.sample")
	case len(values) == 0:
		return ""
	}
	return f.text("mapping.sample", "values", strings.Join(values, " · "))
}

// asksCurrency tells the field that wants a currency's code.
func asksCurrency(field fairlead.FormField) bool {
	return field.Name == "currency" && field.Kind == fairlead.FieldText
}

// mappedAttributes tie a field to its sample and to what is wrong with it.
func (f form) mappedAttributes(c mapped) templ.Attributes {
	var describedBy []string
	out := templ.Attributes{}
	if f.wrong[c.Name] != "" {
		out["aria-invalid"] = "true"
		describedBy = append(describedBy, c.id+"-error")
	}
	if asksCurrency(c.FormField) {
		out["minlength"], out["maxlength"], out["pattern"], out["class"] = "3", "3", "[A-Za-z][A-Za-z][A-Za-z]", "currency"
	}
	if f.sample(c.FormField) != "" {
		describedBy = append(describedBy, c.id+"-sample")
	}
	if len(describedBy) > 0 {
		out["aria-describedby"] = strings.Join(describedBy, " ")
	}
	return out
}

// textAttributes are those of a field that is typed.
func (f form) textAttributes(c mapped) templ.Attributes {
	out := f.inputAttributes(c.FormField)
	maps.Copy(out, f.mappedAttributes(c))
	return out
}
