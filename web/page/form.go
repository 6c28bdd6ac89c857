package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
)

// form is a form of the institution's, as the page shows it.
type form struct {
	*view
	*fairlead.Form
}

// wording is a part of the form's text: the institution's own where it said
// something, else the page's for the kind.
func (f form) wording(part, own string) string {
	variables := []string{"institution", f.institutionName(), "company", f.company(), "device", f.Device}
	if text := f.known(own, variables...); text != "" {
		return text
	}
	if key := "form." + f.words() + "." + part; f.has(key) {
		return f.text(key, variables...)
	}
	return f.text("form.other."+part, variables...)
}

// lead is the sentence above the fields.
func (f form) lead() string {
	switch {
	case f.leadIsRefusal() && f.Refused != nil:
		return f.refusal()
	case f.words() == "file" && f.Text == "":
		return f.fileLead()
	case f.Text == "" && f.Device != "":
		return f.text("form.code.sent", "institution", f.institutionName(), "device", f.Device)
	}
	return f.wording("text", f.Text)
}

// siteHost names the page where the person finds what is wanted; "": there is none.
func (f form) siteHost() string {
	u, err := url.Parse(f.Site)
	if err != nil || u.Scheme != "https" {
		return ""
	}
	return u.Host
}

// leadIsRefusal reports whether the institution's own text says what was wrong with
// the answer before.
func (f form) leadIsRefusal() bool {
	return f.Again && f.screen.Problem == nil && (f.Text != "" || f.Refused != nil)
}

// button is the one main action. A lone field to confirm has a label of its own.
func (f form) button() string {
	if len(f.Fields) == 1 && f.Fields[0].Kind == fairlead.FieldConfirm {
		if label := f.known(f.Fields[0].Label); label != "" {
			return label
		}
	}
	if main := f.mainConfirm(); main != nil {
		return f.wording("button", main.Label)
	}
	return f.wording("button", "")
}

// words picks the page's words for the form.
func (f form) words() string {
	if f.Kind == "file" && f.takesSeveral() {
		return "files"
	}
	return f.Kind
}

// confirms are the buttons of a form that has more than one: which was pressed is part
// of its answer.
func (f form) confirms() []fairlead.FormField {
	var out []fairlead.FormField
	for _, field := range f.Fields {
		if field.Kind == fairlead.FieldConfirm {
			out = append(out, field)
		}
	}
	if len(out) == 1 && f.Kind != "mapping" && f.Kind != "preview" {
		return nil
	}
	return out
}

// mainConfirm is the first of several buttons, which stands for the form's own; nil
// where the form has one that says nothing of its own.
func (f form) mainConfirm() *fairlead.FormField {
	if all := f.confirms(); len(all) > 0 && all[0].Name != tryField {
		return &all[0]
	}
	return nil
}

// otherConfirms are the buttons after the main one, besides that of a try.
func (f form) otherConfirms() []fairlead.FormField {
	all := f.confirms()
	if f.mainConfirm() != nil {
		all = all[1:]
	}
	return slices.DeleteFunc(all, func(field fairlead.FormField) bool { return field.Name == tryField })
}

// tryField is what an answer has that only wants to see what it gives.
const tryField = "try"

func (f form) action() templ.SafeURL {
	if f.hasFile() {
		return f.at("upload")
	}
	return f.at("answer")
}

func (f form) hasFile() bool {
	return slices.ContainsFunc(f.Fields, func(field fairlead.FormField) bool { return field.Kind == fairlead.FieldFile })
}

// attributes are those of the form element.
func (f form) attributes() templ.Attributes {
	out := f.ownWords()
	if f.hasFile() {
		out["enctype"] = "multipart/form-data"
	} else {
		out["autocomplete"] = "on"
	}
	return out
}

func (f form) label(field fairlead.FormField) string {
	if label := f.known(field.Label); label != "" {
		return label
	}
	if key := "field." + field.Name; f.has(key) {
		return f.text(key)
	}
	return f.text("field." + string(field.Kind))
}

// inputAttributes say how a field is typed: keypad, autofill, and what a browser must forget.
func (f form) inputAttributes(field fairlead.FormField) templ.Attributes {
	out := templ.Attributes{"type": "text", "value": field.Value, "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off", "maxlength": "65536"}
	switch field.Kind {
	case fairlead.FieldPassword:
		out["type"], out["autocomplete"] = "password", "off"
		if f.Kind == "login" {
			out["autocomplete"] = "current-password"
		}
	case fairlead.FieldCode:
		out["class"] = "code"
		if f.Kind == "code" || f.Kind == "reader" { // those of a card or a picture come by no message
			out["autocomplete"] = "one-time-code"
		}
	case fairlead.FieldText:
		if f.Kind == "login" && field.Login {
			out["autocomplete"] = "username"
		}
	}
	if field.Digits {
		out["inputmode"], out["pattern"] = "numeric", "[0-9 ]*"
	}
	if field.Kind == fairlead.FieldPassword || field.Value == "" {
		delete(out, "value")
	}
	if field.Length > 0 {
		out["maxlength"], out["minlength"], out["size"] = strconv.Itoa(field.Length), strconv.Itoa(field.Length), strconv.Itoa(field.Length)
		if out["class"] = "exact"; field.Kind == fairlead.FieldCode {
			out["class"] = "code exact"
		}
	}
	return out
}

// errorAttributes tie a field to what is wrong with it, and the first one to the
// sentence above it.
func (f form) errorAttributes(field fairlead.FormField, id string, first bool) templ.Attributes {
	out := templ.Attributes{}
	var describedBy []string
	if f.wrong[field.Name] != "" {
		out["aria-invalid"] = "true"
		describedBy = append(describedBy, id+"-error")
	} else if f.Again && (f.screen.Problem != nil || f.leadIsRefusal()) {
		out["aria-invalid"] = "true"
		describedBy = append(describedBy, "problem")
	}
	if field.Kind == fairlead.FieldFile && f.fileHint(field) != "" {
		describedBy = append(describedBy, id+"-hint")
	}
	if first && f.lead() != "" && !f.leadIsRefusal() {
		describedBy = append(describedBy, "form-text")
	}
	if len(describedBy) > 0 {
		out["aria-describedby"] = strings.Join(describedBy, " ")
	}
	if field.Kind == fairlead.FieldChoice {
		delete(out, "aria-invalid") // not a state of a group; the error is part of its description
	}
	return out
}

// errorText is what is wrong with a field; "": nothing.
func (f form) errorText(field fairlead.FormField) string {
	code, ok := f.wrong[field.Name]
	switch key := "error." + code; {
	case !ok:
		return ""
	case field.Kind == fairlead.FieldFile && f.wrongFile != "" && f.has(key+".named"):
		return f.text(key+".named", "name", f.wrongFile, "size", fileSize(f.maxBytes(field)))
	case field.Kind == fairlead.FieldFile && code == "required":
		return f.text("error.file")
	case code == "length" && field.Length > 0:
		return f.text("error.length", "n", f.number(field.Length))
	case code == "many":
		return f.text("error.many", "n", f.number(field.MaxFiles))
	case code == "large" && field.MaxBytes > 0:
		return f.text("error.large.limit", "size", fileSize(field.MaxBytes))
	case f.has(key):
		return f.text(key)
	}
	return f.text("error.other")
}
