package page

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// takesSeveral reports whether several files may be brought at once.
func (f form) takesSeveral() bool {
	return slices.ContainsFunc(f.Fields, func(field fairlead.FormField) bool { return several(field) })
}

func several(field fairlead.FormField) bool {
	return field.Kind == fairlead.FieldFile && field.MaxFiles > 1
}

// fileLead says where to get the file, and of which kinds it may be.
func (f form) fileLead() string {
	for _, field := range f.Fields {
		if kinds := fileKinds(field.Accept); len(kinds) > 0 {
			return f.text("form.file.text", "kinds", f.joined(kinds, "form.file.or"))
		}
	}
	return f.text("form.file.text.any")
}

// fileHint says which files are taken, how large they may be and how many; "": unsaid. The
// endings are for the browser alone: there are dozens.
func (f form) fileHint(field fairlead.FormField) string {
	var out []string
	switch {
	case field.MaxBytes > 0 && several(field):
		out = append(out, f.text("form.files.size", "size", fileSize(field.MaxBytes)))
	case field.MaxBytes > 0:
		out = append(out, f.text("form.file.size", "size", fileSize(field.MaxBytes)))
	}
	if several(field) {
		out = append(out, f.text("form.files.most", "n", f.number(field.MaxFiles)))
	}
	limits := strings.Join(out, ", ")
	switch kinds := fileKinds(field.Accept); {
	case len(kinds) == 0:
		return limits
	case limits == "":
		return f.joined(kinds, "form.file.and")
	default:
		return f.joined(kinds, "form.file.and") + "; " + limits
	}
}

// nameHere is where the script puts the name of a file into a sentence.
const nameHere = "%name%"

// fileAttributes let the script refuse a file before it is sent.
func (f form) fileAttributes(field fairlead.FormField) templ.Attributes {
	out := templ.Attributes{"data-empty": f.text("error.empty")}
	if field.MaxBytes > 0 {
		out["data-max"], out["data-large"] = strconv.FormatInt(field.MaxBytes, 10), f.text("error.large.limit", "size", fileSize(field.MaxBytes))
	}
	if several(field) {
		out["multiple"] = true
		out["data-empty"] = f.text("error.empty.named", "name", nameHere)
		if field.MaxBytes > 0 {
			out["data-large"] = f.text("error.large.named", "name", nameHere, "size", fileSize(field.MaxBytes))
		}
	}
	return out
}

// dropAttributes are the sentences of a field for several files, for its script.
func (f form) dropAttributes(field fairlead.FormField) templ.Attributes {
	return templ.Attributes{
		"data-most": strconv.Itoa(field.MaxFiles), "data-many": f.text("error.many", "n", f.number(field.MaxFiles)),
		"data-remove": f.text("form.files.remove", "name", nameHere), "data-decimal": f.text("number.decimal"),
		"data-one": f.count("form.files.chosen", 1), "data-other": f.text("form.files.chosen.other", "n", nameHere),
		"data-sending": f.text("form.files.sending"), "data-sent": f.text("form.files.sent"), "data-failed": f.text("form.files.failed"),
	}
}

// maxBytes is the limit of a file: the field's own, or else that of every upload.
func (f form) maxBytes(field fairlead.FormField) int64 {
	if field.MaxBytes > 0 {
		return field.MaxBytes
	}
	return maxFile
}

// fileSize is a limit in the largest unit that says it whole.
func fileSize(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return strconv.FormatInt(bytes>>20, 10) + " MB"
	}
	return strconv.FormatInt(max(bytes>>10, 1), 10) + " KB"
}

// mostFiles is how many files a step's form takes in a field; 0: it has no such field.
func mostFiles(s linking.Screen, name string) int {
	if s.Step == nil || s.Step.Form == nil {
		return 0
	}
	for _, field := range s.Step.Form.Fields {
		if field.Name == name && field.Kind == fairlead.FieldFile {
			return max(field.MaxFiles, 1)
		}
	}
	return 0
}

// The name of a file that was refused among several goes to the next page in a cookie
// of a minute: an address would be logged, and what a file is called may say whose it is.
const (
	wrongFileUse  = "file"
	wrongFileLife = 60 // seconds
	wrongFileMax  = 200
)

func (p *Page) setWrongFile(w http.ResponseWriter, id fairlead.LinkID, name string) {
	for len(name) > wrongFileMax || !utf8.ValidString(name) {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(wrongFileUse, string(id)), Value: base64.RawURLEncoding.EncodeToString([]byte(name)), Path: "/", MaxAge: wrongFileLife,
		Secure: p.o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// wrongFileOf is the name of the file that was refused just now; "": not known.
func (p *Page) wrongFileOf(r *http.Request, id fairlead.LinkID) string {
	c, err := r.Cookie(p.cookieName(wrongFileUse, string(id)))
	if err != nil {
		return ""
	}
	name, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || !utf8.Valid(name) {
		return ""
	}
	return string(name)
}
