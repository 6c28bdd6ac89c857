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
	size, free := 0, elsewhere(form, a)
	for _, field := range form.Fields {
		value, file := a.Fields[field.Name], a.Files[field.Name]
		size += len(value.Reveal())
		switch {
		case field.Kind == fairlead.FieldFile && file.Blob != "":
			filterFiles(link, field, a, out, &f)
		case field.Kind == fairlead.FieldFile || value.Empty():
			if !field.Optional && !free && field.Kind != fairlead.FieldConfirm {
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

// elsewhere reports whether the person pressed what leads on without the other fields.
func elsewhere(form fairlead.Form, a fairlead.Answer) bool {
	return slices.ContainsFunc(form.Fields, func(f fairlead.FormField) bool {
		return f.Kind == fairlead.FieldConfirm && f.Optional && !a.Fields[f.Name].Empty()
	})
}

// filterFiles takes the files of one field.
func filterFiles(link fairlead.Link, field fairlead.FormField, a, out fairlead.Answer, f *faults) {
	for n := 1; n <= max(field.MaxFiles, 1); n++ {
		name := fairlead.FileName(field.Name, n)
		file := a.Files[name]
		if file.Blob == "" {
			continue
		}
		if !slices.Contains(link.Uploads, file.Blob) {
			f.add("fields."+name, "unknown", "must be a file that was uploaded here")
		}
		out.Files[name] = fairlead.File{Blob: file.Blob, Name: file.Name, Size: file.Size}
	}
	if beyond := fairlead.FileName(field.Name, max(field.MaxFiles, 1)+1); a.Files[beyond].Blob != "" {
		f.add("fields."+beyond, "range", "is one file too many")
	}
}

// loginFields is what of the answers outlives its turn, sealed until the
// conversation is done: the fields that name the login, which make the
// connection's identity where the connector names none, and the files.
type loginFields struct {
	Logins map[string]string `json:"logins,omitempty"`
	By     string            `json:"by,omitempty"` // name of the session that typed them: no other sees them again
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
	added, replacing := false, form.Again // answered again, other files come in place of the first
	for _, field := range form.Fields {
		if value := a.Fields[field.Name]; field.Login && !value.Empty() {
			f.Logins[field.Name] = strings.TrimSpace(value.Reveal())
			added, f.By = true, v.session
		}
		for n := 1; field.Kind == fairlead.FieldFile && n <= max(field.MaxFiles, 1); n++ {
			file := a.Files[fairlead.FileName(field.Name, n)]
			if file.Blob == "" {
				continue
			}
			if replacing {
				f.Files, replacing = nil, false
			}
			f.Files = append(slices.DeleteFunc(f.Files, func(o fairlead.File) bool { return o.Blob == file.Blob }), file)
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
