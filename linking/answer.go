package linking

import (
	"maps"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// filterAnswer checks an answer against the form and drops what the form does not have.
func filterAnswer(link fairlead.Link, form fairlead.Form, a fairlead.Answer) (fairlead.Answer, error) {
	out := fairlead.Answer{Fields: map[string]fairlead.Secret{}, Files: map[string]fairlead.File{}}
	var f faults
	size := 0
	for _, field := range form.Fields {
		value, file := a.Fields[field.Name], a.Files[field.Name]
		size += len(value.Reveal())
		switch {
		case field.Kind == fairlead.FieldFile && file.Blob != "":
			if !slices.Contains(link.Uploads, file.Blob) {
				f.add("fields."+field.Name, "unknown", "must be a file that was uploaded here")
			}
			out.Files[field.Name] = file
		case field.Kind == fairlead.FieldFile || value.Empty():
			if !field.Optional && field.Kind != fairlead.FieldConfirm {
				f.add("fields."+field.Name, "required", "must be given")
			}
		case field.Kind == fairlead.FieldChoice && !slices.ContainsFunc(field.Choices, func(c fairlead.Choice) bool { return c.Value == value.Reveal() }):
			f.add("fields."+field.Name, "unknown", "must be one of the choices")
		default:
			out.Fields[field.Name] = value
		}
	}
	if size > maxAnswer {
		return out, fairlead.Errorf(fairlead.TooLarge, "The answer is too long.")
	}
	return out, f.err()
}

// loginFields is what of the answers outlives its turn, sealed until the
// conversation is done: the fields that name the login, which make the
// connection's identity where the connector names none, and the files.
type loginFields struct {
	Logins map[string]string `json:"logins,omitempty"`
	Files  []fairlead.File   `json:"files,omitempty"`
}

// text joins the fields that name a login, in the order of their names.
func (f loginFields) text() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f.Logins)) {
		parts = append(parts, f.Logins[name])
	}
	return strings.Join(parts, "\n")
}

// sealLogins adds an answer to the login fields of the conversation, sealed; nil
// when there is nothing to add.
func (v *Visit) sealLogins(form fairlead.Form, a fairlead.Answer) (fairlead.Sealed, error) {
	var f loginFields
	if err := v.opened(sealing.Logins, v.link.Conversation.Logins, &f); err != nil {
		return nil, err
	}
	if f.Logins == nil {
		f.Logins = map[string]string{}
	}
	added := false
	for _, field := range form.Fields {
		if value := a.Fields[field.Name]; field.Login && !value.Empty() {
			f.Logins[field.Name] = strings.TrimSpace(value.Reveal())
			added = true
		}
		if file := a.Files[field.Name]; file.Blob != "" {
			// The same question answered again brings another file in place of the first.
			f.Files = slices.DeleteFunc(f.Files, func(o fairlead.File) bool { return form.Again || o.Blob == file.Blob })
			f.Files = append(f.Files, file)
			added = true
		}
	}
	if !added {
		return nil, nil
	}
	return v.sealed(sealing.Logins, f)
}

// worthAnsweringAgain reports whether the same form may be answered better.
func worthAnsweringAgain(form *fairlead.Form, kind fairlead.ErrorKind) bool {
	switch {
	case form == nil:
		return false
	case kind == fairlead.RejectedChallenge:
		return true
	}
	login := func(f fairlead.FormField) bool {
		return f.Login || f.Kind == fairlead.FieldPassword || f.Kind == fairlead.FieldFile
	}
	return kind == fairlead.RejectedLogin && slices.ContainsFunc(form.Fields, login)
}
