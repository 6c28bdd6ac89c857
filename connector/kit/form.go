package kit

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Names of the fields that the building blocks make.
const (
	UserField     = "user"
	PasswordField = "password"
	CodeField     = "code"
	FileField     = "file"
)

// User is the field for what identifies the login. label is a message key or the
// institution's own name for it.
func User(label string) fairlead.FormField {
	return fairlead.FormField{Name: UserField, Kind: fairlead.FieldText, Label: label, Login: true}
}

// Password is the field for the secret that goes with it.
func Password(label string) fairlead.FormField {
	return fairlead.FormField{Name: PasswordField, Kind: fairlead.FieldPassword, Label: label}
}

// Login is the step of a login form.
func Login(fields ...fairlead.FormField) fairlead.Step {
	return fairlead.Step{Form: &fairlead.Form{Kind: "login", Fields: fields}}
}

// Code is the step for a one-time code of so many digits (0: any length) that was sent to
// device ("•••• 1234") and lasts until expires.
func Code(label, device string, digits int, expires time.Time) fairlead.Step {
	return fairlead.Step{Form: &fairlead.Form{
		Kind: "code", Device: device, Expires: expires,
		Fields: []fairlead.FormField{{Name: CodeField, Kind: fairlead.FieldCode, Label: label, Digits: digits > 0, Length: digits}},
	}}
}

// Choose is the step to pick one of several.
func Choose(name, label string, choices ...fairlead.Choice) fairlead.Step {
	return fairlead.Step{Form: &fairlead.Form{
		Kind: "choice", Fields: []fairlead.FormField{{Name: name, Kind: fairlead.FieldChoice, Label: label, Choices: choices}},
	}}
}

// Upload is the step for a file with one of the endings (".ofx,.qfx") and at most so many bytes.
func Upload(label, accept string, maxBytes int64) fairlead.Step {
	return fairlead.Step{Form: &fairlead.Form{
		Kind:   "file",
		Fields: []fairlead.FormField{{Name: FileField, Kind: fairlead.FieldFile, Label: label, Accept: accept, MaxBytes: maxBytes}},
	}}
}

// UploadMany is the step for up to so many files, of at most maxBytes each.
func UploadMany(label, accept string, maxBytes int64, maxFiles int) fairlead.Step {
	step := Upload(label, accept, maxBytes)
	step.Form.Fields[0].MaxFiles = maxFiles
	return step
}

// AnsweredFiles gives the files of a field in the order in which they were brought.
func AnsweredFiles(a fairlead.Answer, field string) (files []fairlead.File) {
	for n := 1; n <= len(a.Files); n++ {
		if f := a.Files[fairlead.FileName(field, n)]; f.Blob != "" {
			files = append(files, f)
		}
	}
	return files
}

// Again is the same form after an answer that was refused, with a sentence
// that says why. The step that was shown before is left as it is.
func Again(step fairlead.Step, sentence string) fairlead.Step {
	form := *step.Form
	form.Again, form.Text = true, sentence
	return fairlead.Step{Form: &form}
}

// Answered gives the answer to a field, and whether there is one.
func Answered(a fairlead.Answer, name string) (fairlead.Secret, bool) {
	s, ok := a.Fields[name]
	return s, ok && !s.Empty()
}
