package page

import (
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
	if key := "form." + f.Kind + "." + part; f.has(key) {
		return f.text(key, variables...)
	}
	return f.text("form.other."+part, variables...)
}

// lead is the sentence above the fields.
func (f form) lead() string {
	switch {
	case f.Kind == "file" && f.Text == "":
		return f.fileLead()
	case f.Text == "" && f.Device != "":
		return f.text("form.code.sent", "institution", f.institutionName(), "device", f.Device)
	}
	return f.wording("text", f.Text)
}

// leadIsRefusal reports whether the institution's own text says what was wrong with
// the answer before.
func (f form) leadIsRefusal() bool { return f.Again && f.screen.Problem == nil && f.Text != "" }

// minutesLeft is how many minutes an answer may take; 0: unsaid.
func (f form) minutesLeft() int {
	if f.Expires.IsZero() || f.screen.Now.IsZero() {
		return 0
	}
	return int(f.Expires.Sub(f.screen.Now).Minutes())
}

// button is the one main action. A lone field to confirm has a label of its own.
func (f form) button() string {
	if len(f.Fields) == 1 && f.Fields[0].Kind == fairlead.FieldConfirm {
		if label := f.known(f.Fields[0].Label); label != "" {
			return label
		}
	}
	return f.wording("button", "")
}

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
	if f.hasFile() {
		return templ.Attributes{"enctype": "multipart/form-data"}
	}
	return templ.Attributes{"autocomplete": "on"}
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
	out := templ.Attributes{"type": "text", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off", "maxlength": "65536"}
	switch field.Kind {
	case fairlead.FieldPassword:
		out["type"], out["autocomplete"] = "password", "off"
		if f.Kind == "login" {
			out["autocomplete"] = "current-password"
		}
	case fairlead.FieldCode:
		out["autocomplete"] = "one-time-code"
	case fairlead.FieldText:
		if f.Kind == "login" && field.Login {
			out["autocomplete"] = "username"
		}
	}
	if field.Digits {
		out["inputmode"] = "numeric"
	}
	if field.Length > 0 {
		out["maxlength"], out["minlength"] = strconv.Itoa(field.Length), strconv.Itoa(field.Length)
		out["class"] = "exact"
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
	case code == "large" && field.MaxBytes > 0:
		return f.text("error.large.limit", "size", fileSize(field.MaxBytes))
	case f.has(key):
		return f.text(key)
	}
	return f.text("error.other")
}

// fileLead says where to get the file, and of which kinds it may be.
func (f form) fileLead() string {
	for _, field := range f.Fields {
		if kinds := fileKinds(field.Accept); len(kinds) > 0 {
			return f.text("form.file.text", "kinds", strings.Join(kinds, f.text("form.file.or")))
		}
	}
	return f.text("form.file.text.any")
}

// fileKinds are the endings of an accept list as people call them: ".ofx" is OFX.
func fileKinds(accept string) []string {
	var out []string
	for ending := range strings.SplitSeq(accept, ",") {
		if kind, ok := strings.CutPrefix(strings.TrimSpace(ending), "."); ok {
			out = append(out, strings.ToUpper(kind))
		}
	}
	return out
}

// fileHint says which files are taken and how large they may be; "": unsaid.
func (f form) fileHint(field fairlead.FormField) string {
	var out []string
	if field.Accept != "" {
		endings := strings.Split(field.Accept, ",")
		for n := range endings {
			endings[n] = strings.TrimSpace(endings[n])
		}
		out = append(out, f.text("form.file.accept", "endings", strings.Join(endings, ", ")))
	}
	if field.MaxBytes > 0 {
		out = append(out, f.text("form.file.size", "size", fileSize(field.MaxBytes)))
	}
	return strings.Join(out, ", ")
}

// fileAttributes let the script refuse a file before it is sent.
func (f form) fileAttributes(field fairlead.FormField) templ.Attributes {
	out := templ.Attributes{"data-empty": f.text("error.empty")}
	if field.MaxBytes > 0 {
		out["data-max"], out["data-large"] = strconv.FormatInt(field.MaxBytes, 10), f.text("error.large.limit", "size", fileSize(field.MaxBytes))
	}
	return out
}

// fileSize is a limit in the largest unit that says it whole.
func fileSize(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return strconv.FormatInt(bytes>>20, 10) + " MB"
	}
	return strconv.FormatInt(max(bytes>>10, 1), 10) + " KB"
}
