package page

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// What is wrong with files reaches the page as an English sentence and in parts. English
// pages show the sentence, which is the one of the API; others make one of the parts: by
// kind, with the line and the field, which are the file's own words.

// saysItself reports whether the page's language is that of sentences about files.
func (f form) saysItself() bool { return f.language == languageCodes()[0] }

// refusal says why files, or what was said about them, do not do.
func (f form) refusal() string {
	switch own := f.known(f.Text); {
	case f.Refused == nil, own != "" && f.saysItself():
		return own
	case f.Kind == "mapping":
		return f.unfit()
	}
	return f.refused(f.Refused)
}

// nothingRead reports whether none of the files that were brought could be read, rather
// than that they are the wrong ones.
func (f form) nothingRead() bool {
	return f.hasFile() && f.Refused != nil && !slices.Contains(fairlead.FileWarningKinds(), f.Refused.Kind)
}

// refusedEach reports whether each of several files has a sentence of its own on the page.
func (f form) refusedEach() bool {
	return f.hasFile() && f.Preview != nil && len(f.Preview.Files) > 1
}

// refused is the sentence for a file that is refused.
func (f form) refused(w *fairlead.FileWarning) string {
	key := "file.refused." + w.Kind
	if !f.has(key) {
		key = "file.refused.bad_value"
	}
	return f.text(key)
}

// refusedAt is where a refused file is wrong; "": not known, or said already.
func (f form) refusedAt(w *fairlead.FileWarning) string {
	if w == nil || f.saysItself() {
		return ""
	}
	where := slices.DeleteFunc([]string{f.line(*w), f.fieldOf(*w)}, func(s string) bool { return s == "" })
	if len(where) == 0 {
		return ""
	}
	return f.text("file.refused.where", "where", strings.Join(where, ", "))
}

// fileRefused is the sentence below one of the files of a preview.
func (f form) fileRefused(file fairlead.PreviewFile) string {
	if file.Error == nil || f.saysItself() {
		return file.Refused
	}
	return strings.TrimSpace(f.refused(file.Error) + " " + f.refusedAt(file.Error))
}

// unfit says what a mapping leaves open.
func (f form) unfit() string {
	var missing []string
	for _, m := range append(f.columns(), f.settings()...) {
		if !m.Optional && m.Value == "" {
			missing = append(missing, m.label)
		}
	}
	if len(missing) == 0 {
		return f.text("mapping.unfit")
	}
	return f.text("mapping.unanswered", "fields", strings.Join(missing, ", "))
}

// fieldOf is a field in the file's own word; the column of a table has a number instead.
func (f form) fieldOf(w fairlead.FileWarning) string {
	if n, ok := strings.CutPrefix(w.Field, "column "); ok {
		return f.text("mapping.column", "n", n)
	}
	return w.Field
}

func (f form) line(w fairlead.FileWarning) string {
	if w.Line == 0 {
		return ""
	}
	return f.text("preview.line", "n", strconv.Itoa(w.Line))
}

// warning says where in the files something is left out or in doubt, and why.
func (f form) warning(w fairlead.FileWarning) string {
	where := slices.DeleteFunc([]string{w.File, f.line(w)}, func(s string) bool { return s == "" })
	what := f.doubt(w)
	if leavesOut(w) {
		what += "; " + f.text("preview.left_out")
	}
	if len(where) == 0 {
		return what
	}
	return strings.Join(where, ", ") + ": " + what
}

// leavesOut reports whether a warning costs a row or a value and does not say so itself: a
// reason with a colon goes on with what became of it.
func leavesOut(w fairlead.FileWarning) bool {
	return (w.Kind == "bad_value" || w.Kind == "missing" && w.Field != "") && !strings.Contains(w.Reason, ": ")
}

// doubt is the clause of a warning.
func (f form) doubt(w fairlead.FileWarning) string {
	key := "file.warning." + w.Kind
	switch own := strings.TrimSpace(w.Field + " " + w.Reason); {
	case w.Reason != "" && (f.saysItself() || w.Kind == ""):
		return own
	case f.has(key + ".other"):
		return f.count(key, w.Count)
	case w.Account != "" && f.has(key+".account"):
		return f.text(key+".account", "account", w.Account)
	case w.Field != "" && f.has(key+".field"):
		return f.text(key+".field", "field", f.fieldOf(w))
	case f.has(key):
		return f.text(key)
	default:
		return cmp.Or(own, f.text("file.warning.bad_value"))
	}
}

// fileTypes are the kinds of files by their endings, as people call them, in the order in
// which they are named.
var fileTypes = []struct{ name, endings string }{
	{"OFX", ".ofx .qfx .qbo .ofc"},
	{"QIF", ".qif"},
	{"CSV", ".csv .tsv .tab"},
	{"Excel", ".xlsx .xlsm .xls"},
	{"CAMT", ".xml .camt .c52 .c53 .c54 .052 .053 .054"},
	{"MT940", ".sta .940 .942 .mt940 .mt942 .swi .swift .fin"},
	{"Norma\u00a043", ".n43 .q43 .c43 .aeb"},
	{"CNAB\u00a0240", ".ret .cnab"},
	{"BAI2", ".bai .bai2 .btrs"},
	{"PDF", ".pdf"},
	{"zip", ".zip .gz"},
}

// fileKinds are the kinds of files that a list of endings takes: ".qbo" is OFX. An ending
// that is nobody's own (".txt") says nothing unless it is alone.
func fileKinds(accept string) []string {
	endings := strings.FieldsFunc(strings.ToLower(accept), func(r rune) bool { return r == ',' || r == ' ' })
	endings = slices.DeleteFunc(endings, func(e string) bool { return !strings.HasPrefix(e, ".") })
	var out []string
	for _, t := range fileTypes {
		own := strings.Fields(t.endings)
		if slices.ContainsFunc(endings, func(e string) bool { return slices.Contains(own, e) }) {
			out = append(out, t.name)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, e := range endings {
		out = append(out, strings.ToUpper(strings.TrimPrefix(e, ".")))
	}
	return out
}

// joined puts words together as a sentence does: "OFX, CSV or PDF". The last word comes after the
// message of the key.
func (t *translator) joined(words []string, key string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + t.text(key) + words[last]
}
