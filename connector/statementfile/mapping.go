package statementfile

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/format"
)

// inquire shows what must be answered about a file. Where the person has just answered about
// the same, the sentence says what is still open.
func (l *login) inquire(ctx context.Context, question *open) (connector.Turn, error) {
	at := subject{question.blob, question.of.Layout}
	again := l.At == atMapping && l.Subject == at
	l.Subject = at
	if !again {
		return turn(l.state, fairlead.Step{Form: l.mappingForm(ctx, question)})
	}
	shown := question
	if whole, err := l.question(ctx); err == nil && whole != nil { // what was answered stays on the form
		shown = whole
	}
	form := l.mappingForm(ctx, shown)
	l.stillOpen(question).put(form)
	return turn(l.state, fairlead.Step{Form: form})
}

// mapped takes the answers of a mapping form. "try" shows what they make of the file.
func (l *login) mapped(ctx context.Context, a fairlead.Answer) (connector.Turn, error) {
	question, err := l.question(ctx)
	switch {
	case err != nil:
		return l.refused(err)
	case question == nil: // nothing is open any more
		return l.read(ctx)
	}
	l.answer(a)
	if _, try := kit.Answered(a, fieldTry); !try {
		return l.read(ctx)
	}
	return turn(l.state, fairlead.Step{Form: l.mappingForm(ctx, question)})
}

// refused shows the form for files again, for an error that is the file's.
func (l *login) refused(err error) (connector.Turn, error) {
	w, refused := refusal(err)
	if !refused {
		return connector.Turn{}, err
	}
	return turn(state{}, filesAgain(w))
}

// question is what the mapping form that was shown is about: what the file leaves open
// where nothing is answered. nil: nothing.
func (l *login) question(ctx context.Context) (*open, error) {
	n := slices.IndexFunc(l.Files, func(f fairlead.File) bool { return f.Blob == l.Subject.Blob })
	if n < 0 {
		return nil, &format.Error{Kind: format.Empty}
	}
	unsaid := said{
		ofFile: func(string) map[string]string { return nil },
		ofLayout: func(layout string) map[string]string {
			if layout == l.Subject.Layout {
				return nil
			}
			return l.said().ofLayout(layout)
		},
	}
	imp, err := l.c.readFiles(ctx, l.start.Open, l.Files[n:n+1], unsaid)
	question, ok := errors.AsType[*open](err)
	if !ok {
		return nil, err
	}
	for _, e := range opens(imp, question.of) {
		if e.Layout == l.Subject.Layout {
			return &open{e, l.Subject.Blob}, nil
		}
	}
	return question, nil
}

// answer takes the values of the form's fields: those of the question, and of what answers to
// it leave open in turn. What was answered before and is not on the form now stays.
func (l *login) answer(a fairlead.Answer) {
	values := merged(l.Layouts[l.Subject.Layout])
	if l.Subject.Layout == "" {
		values = merged(l.Blobs[l.Subject.Blob])
	}
	for _, name := range slices.Sorted(maps.Keys(a.Fields)) {
		if slices.Contains([]string{fieldTry, fieldNext, fieldAnother}, name) || len(name) > maxAnswer {
			continue
		}
		v := strings.TrimSpace(a.Fields[name].Reveal())
		if name == format.AskCurrency { // people write "eur"
			v = strings.ToUpper(v)
		}
		if v == "" {
			delete(values, name)
		} else if _, known := values[name]; len(v) <= maxAnswer && (known || len(values) < maxAnswers) {
			values[name] = v
		}
	}
	if l.Subject.Layout == "" {
		if l.Blobs == nil {
			l.Blobs = map[string]map[string]string{}
		}
		l.Blobs[l.Subject.Blob] = values
		return
	}
	if l.Layouts == nil {
		l.Layouts = answers{}
	}
	l.Layouts[l.Subject.Layout] = values
}

// given is what was answered to the question so far, and what it proposes besides.
func (l *login) given(question *open) map[string]string {
	values := merged(l.said().ofLayout(question.of.Layout), l.Blobs[question.blob])
	for _, q := range question.of.Questions {
		if _, said := values[q.Name]; !said && q.Value != "" {
			values[q.Name] = q.Value
		}
	}
	return values
}

// mappingForm is the form of a question, filled in with what was answered or is proposed,
// and with a preview of that where the file can be read so.
func (l *login) mappingForm(ctx context.Context, question *open) *fairlead.Form {
	values := l.given(question)
	form := &fairlead.Form{Kind: atMapping}
	if len(l.Files) > 1 {
		form.Title = question.of.File
	}
	preview, further := l.tried(ctx, question, values)
	for _, q := range slices.Concat(question.of.Questions, further) {
		if !slices.ContainsFunc(form.Fields, func(f fairlead.FormField) bool { return f.Name == q.Name }) {
			form.Fields = append(form.Fields, fieldOf(q, cmp.Or(values[q.Name], q.Value)))
		}
	}
	form.Fields = append(form.Fields,
		fairlead.FormField{Name: fieldNext, Kind: fairlead.FieldConfirm, Label: "form.mapping.button"},
		fairlead.FormField{Name: fieldTry, Kind: fairlead.FieldConfirm, Label: "mapping.try", Optional: true},
		fairlead.FormField{Name: fieldAnother, Kind: fairlead.FieldConfirm, Label: "preview.another", Optional: true},
	)
	form.Preview = preview
	return form
}

// tried previews the file with these values. Where it can't be read so, the preview has
// nothing but Warnings that say why, and the questions are what these values leave open.
func (l *login) tried(ctx context.Context, question *open, values map[string]string) (*fairlead.Preview, []format.Question) {
	n := slices.IndexFunc(l.Files, func(f fairlead.File) bool { return f.Blob == question.blob })
	if n < 0 {
		return nil, nil
	}
	with := said{
		ofFile: func(string) map[string]string { return values },
		ofLayout: func(layout string) map[string]string {
			if layout == question.of.Layout {
				return values
			}
			return l.said().ofLayout(layout)
		},
	}
	imp, err := l.c.readFiles(ctx, l.start.Open, l.Files[n:n+1], with)
	if still, is := errors.AsType[*open](err); is && still.of.Layout == question.of.Layout {
		return unread(lacking(still.of, values)), still.of.Questions
	}
	if err != nil {
		if e, ok := errors.AsType[*format.Error](err); ok {
			return unread([]fairlead.FileWarning{*ofError(e).parts}), nil
		}
		return nil, nil
	}
	all := l.resolver().resolve(imp)
	return previewOf(imp, all, l.target(all).has), nil
}

// stillOpen says what an answer left open.
func (l *login) stillOpen(question *open) why {
	out := ofError(question.of)
	values := l.given(question)
	var missing []string
	for _, q := range question.of.Questions {
		if q.Needed && values[q.Name] == "" {
			missing = append(missing, wordOf(q))
		}
	}
	switch {
	case len(missing) > 0:
		out.sentence = "Please answer this too: " + strings.Join(missing, ", ") + "."
	case question.of.Field != "" || question.of.Reason != "":
		out.sentence = "This does not fit yet: " + strings.TrimSpace(question.of.Field+" "+question.of.Reason) + "."
	}
	return out
}

// wordOf is what a question is called in a sentence.
func wordOf(q format.Question) string {
	switch {
	case q.Header != "":
		return "“" + q.Header + "”"
	case q.Name == format.AskCurrency:
		return "the currency"
	case q.Name == format.AskDates:
		return "the order of day, month and year"
	case q.Name == format.AskDecimal:
		return "the decimal sign"
	}
	return strings.ReplaceAll(q.Name, ".", " ")
}

// fieldOf is the form field of a question.
func fieldOf(q format.Question, value string) fairlead.FormField {
	f := fairlead.FormField{
		Name: q.Name, Kind: fairlead.FieldText, Label: "mapping." + q.Name, Optional: !q.Needed, Value: value, Sample: samples(q.Sample),
	}
	about := q.Name
	if strings.HasPrefix(q.Name, format.AskColumn) {
		about = strings.TrimSuffix(format.AskColumn, ".")
		f.Label = cut(q.Header, previewText) // "": the page counts
	}
	if len(q.Choices) > 0 {
		f.Kind = fairlead.FieldChoice
		for _, c := range q.Choices {
			f.Choices = append(f.Choices, fairlead.Choice{Value: c, Label: "mapping." + about + "." + c})
		}
	}
	return f
}

// samples are the first values of a column, shortened.
func samples(all []string) (out []string) {
	for _, s := range all[:min(len(all), previewRows)] {
		out = append(out, cut(s, previewText))
	}
	return out
}
