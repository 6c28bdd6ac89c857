package linking

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// A form about the person's files shows rows, amounts and names of accounts. It is stored
// sealed, beside what answers are checked by.

// private reports whether a form shows what a person's files hold.
func private(f *fairlead.Form) bool {
	return f != nil && (f.Preview != nil || slices.ContainsFunc(f.Fields, func(field fairlead.FormField) bool {
		return field.Value != "" || len(field.Sample) > 0
	}))
}

// sealForm returns a step as it may lie open, and its form sealed, nil where all of it may.
func (v *Visit) sealForm(step fairlead.Step) (fairlead.Step, fairlead.Sealed, error) {
	if !private(step.Form) {
		return step, nil, nil
	}
	shown, err := v.sealed(sealing.Shown, step.Form)
	open := fairlead.Form{
		Kind: step.Form.Kind, Again: step.Form.Again, Refresh: step.Form.Refresh, Expires: step.Form.Expires,
		Resend: step.Form.Resend, Other: step.Form.Other,
	}
	for _, f := range step.Form.Fields {
		f.Label, f.Value, f.Sample = "", "", nil
		f.Choices = slices.Clone(f.Choices)
		for n := range f.Choices {
			f.Choices[n].Label = ""
		}
		open.Fields = append(open.Fields, f)
	}
	return fairlead.Step{Form: &open}, shown, err
}

// openForm puts all of the form that the link stands at into the step of a screen.
func (v *Visit) openForm(step *fairlead.Step) error {
	c := v.link.Conversation
	if step == nil || step.Form == nil || c == nil || len(c.Shown) == 0 {
		return nil
	}
	var form fairlead.Form
	if err := v.opened(sealing.Shown, c.Shown, &form); err != nil {
		return err
	}
	form.Again = step.Form.Again
	step.Form = &form
	return nil
}
