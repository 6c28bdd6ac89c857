package sandbox

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Headless answers a step as the persona would.
func (s *Sandbox) Headless(user, password string, step fairlead.Step) (fairlead.Answer, error) {
	if step.Form == nil {
		return fairlead.Answer{}, nil
	}
	a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
	for _, f := range step.Form.Fields {
		a.Fields[f.Name] = fairlead.NewSecret(typed(user, password, f))
	}
	return a, nil
}

// typed is what the persona types into one field.
func typed(user, password string, f fairlead.FormField) string {
	switch f.Kind {
	case fairlead.FieldText:
		return user
	case fairlead.FieldPassword:
		return password
	case fairlead.FieldQuestion:
		return strings.Replace(f.Label, "question", "answer", 1)
	case fairlead.FieldChoice:
		if len(f.Choices) > 0 {
			return f.Choices[0].Value
		}
		return ""
	case fairlead.FieldConfirm:
		return "yes"
	}
	return code
}
