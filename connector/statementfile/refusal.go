package statementfile

import (
	"errors"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// why is what is said to a person whose answer does not do: a sentence in English, and
// its parts, from which a page makes one in another language.
type why struct {
	sentence string
	parts    *fairlead.FileWarning
}

// ofKind is one that no format says.
func ofKind(kind, sentence string) why {
	return why{sentence, &fairlead.FileWarning{Kind: kind, Reason: sentence}}
}

// ofError is one that a format says. It names no file, because the form for files lies open.
func ofError(e *format.Error) why {
	parts := warning(e)
	parts.File = ""
	return why{format.Sentence(e), parts}
}

// refusal is why the person has to bring another file, if the error is about what they brought.
func refusal(err error) (why, bool) {
	if e, ok := errors.AsType[*format.Error](err); ok {
		return ofError(e), true
	}
	return why{}, false
}

// put writes it into a form that is shown again.
func (w why) put(form *fairlead.Form) {
	form.Again, form.Text, form.Refused = true, w.sentence, w.parts
}

// filesAgain is the form for files after some that were refused.
func filesAgain(w why) fairlead.Step {
	step := fileForm()
	w.put(step.Form)
	return step
}
