package pdf

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Limits on what a paper carries.
const (
	maxProperty = 4 << 20
	maxFields   = 2000
	maxNested   = 10
)

// fdx reads the data that a tax form carries in its properties: an object of FDX with a
// member for each form, or with a list of forms. What is no such data is a warning: the
// paper itself is as good.
func (f *file) fdx(info dict, d *format.Document) *format.Error {
	body := f.string(info["fdxJson"])
	if body == "" {
		return nil
	}
	wrong := &format.Error{Field: "fdxJson", Kind: format.BadValue, Reason: "is no tax form of the Financial Data Exchange"}
	if len(body) > maxProperty {
		return wrong
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var top map[string]any
	if err := decoder.Decode(&top); err != nil {
		return wrong
	}
	forms := formsOf(top)
	if len(forms) == 0 {
		return wrong
	}
	d.Kind, d.Fields = kindTaxForm, map[string]fairlead.Parsed{}
	d.Form = forms[0].name
	if len(forms) > 1 {
		d.Form = together(forms)
	}
	cut := false
	for _, form := range forms {
		form.describe(d)
		prefix := ""
		if len(forms) > 1 {
			prefix = form.name + "."
		}
		cut = !flatten(d.Fields, prefix, form.data, 0) || cut
	}
	if cut {
		return &format.Error{Field: "fdxJson", Kind: format.TooLarge, Reason: "has more fields than are read"}
	}
	return nil
}

// taxForm is one form of the data.
type taxForm struct {
	name string // as the tax authority calls it: "1099-INT"
	data map[string]any
}

// formsOf finds the members that are forms, in the order of their names.
func formsOf(top map[string]any) (forms []taxForm) {
	add := func(of map[string]any) {
		for key, v := range of {
			data, isObject := v.(map[string]any)
			if name := formName(key); isObject && name != "" {
				forms = append(forms, taxForm{name, data})
			}
		}
	}
	add(top)
	if list, ok := top["forms"].([]any); ok {
		for _, v := range list {
			if of, ok := v.(map[string]any); ok {
				add(of)
			}
		}
	}
	slices.SortStableFunc(forms, func(a, b taxForm) int { return cmp.Compare(a.name, b.name) })
	return forms
}

var fdxName = regexp.MustCompile(`^tax(1095|1097|1098|1099|1120S|2439|3921|3922|5227|5498|1041|1042|1065|W)(.*)$`)

// formName is what the member of a form is called by the tax authority: "tax1099Int" is
// 1099-INT.
func formName(member string) string {
	m := fdxName.FindStringSubmatch(member)
	switch {
	case m == nil:
		return ""
	case m[1] == "1099" && strings.HasPrefix(m[2], "Consolidated"):
		return "1099"
	case m[2] == "":
		return m[1]
	}
	return m[1] + "-" + strings.ToUpper(m[2])
}

// together is the name of several forms on one paper: of their number where it is the
// same, as of a broker's consolidated 1099.
func together(forms []taxForm) string {
	number, _, _ := strings.Cut(forms[0].name, "-")
	for _, f := range forms {
		if n, _, _ := strings.Cut(f.name, "-"); n != number {
			return ""
		}
	}
	for _, f := range forms[1:] {
		if f.name != forms[0].name {
			return number
		}
	}
	return forms[0].name
}

var lastFour = regexp.MustCompile(`\d{4}$`)

// describe sets what a form says of the document.
func (t taxForm) describe(d *format.Document) {
	if n, ok := t.data["taxYear"].(json.Number); ok {
		if year, err := strconv.Atoi(n.String()); err == nil && year > 1900 && year < 2200 {
			d.TaxYear = year
		}
	}
	if id, ok := t.data["taxFormId"].(string); ok && id != "" && len(id) <= 256 {
		d.Ref = id
	}
	if s, ok := t.data["taxFormDate"].(string); ok && len(s) >= 10 {
		if day, err := fairlead.ParseDate(s[:10]); err == nil {
			d.Issued = day
		}
	}
	if number, ok := t.data["accountNumber"].(string); ok && lastFour.MatchString(number) {
		d.Fields["accountEnding"] = fairlead.Parsed{Value: number[len(number)-4:], Certainty: 100}
	}
	if issuer, ok := t.data["issuer"].(map[string]any); ok {
		if of, ok := issuer["businessName"].(map[string]any); ok {
			if s, ok := of["name1"].(string); ok && s != "" && len(s) <= format.MaxText {
				d.Fields["payer"] = fairlead.Parsed{Value: s, Certainty: 100}
			}
		}
	}
	if corrected, ok := t.data["corrected"].(bool); ok && corrected {
		d.Revision = 1
	}
}

// flatten sets a field for each value, with the path to it as its name; false where there
// are too many.
func flatten(fields map[string]fairlead.Parsed, name string, v any, depth int) bool {
	set := func(s string) bool {
		if len(fields) >= maxFields || len(s) > format.MaxText {
			return false
		}
		fields[name] = fairlead.Parsed{Value: s, Certainty: 100}
		return true
	}
	under := func(key string) string {
		if name == "" || strings.HasSuffix(name, ".") {
			return name + key
		}
		return name + "." + key
	}
	if depth > maxNested {
		return false
	}
	all := true
	switch v := v.(type) {
	case string:
		return v == "" || set(v)
	case json.Number:
		return set(v.String())
	case bool:
		return set(strconv.FormatBool(v))
	case []any:
		for i, e := range v {
			all = flatten(fields, under(strconv.Itoa(i+1)), e, depth+1) && all
		}
	case map[string]any:
		for key, e := range v {
			all = flatten(fields, under(key), e, depth+1) && all
		}
	}
	return all
}
