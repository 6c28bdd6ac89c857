package sandbox

import (
	"context"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// Headless answers a step as the persona would.
func (s *Sandbox) Headless(user, password string, step fairlead.Step) (fairlead.Answer, error) {
	if step.Ask == nil {
		return fairlead.Answer{}, nil
	}
	a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
	for _, f := range step.Ask.Fields {
		a.Fields[f.Name] = fairlead.NewSecret(typed(user, password, f))
	}
	return a, nil
}

// typed is what the persona types into one field.
func typed(user, password string, f fairlead.AskField) string {
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

// Approvals lists what waits to be approved.
func (s *Sandbox) Approvals(context.Context, fairlead.TenantID) ([]connector.Approval, error) {
	return nil, nil
}

// Decide approves or refuses.
func (s *Sandbox) Decide(_ context.Context, _ fairlead.TenantID, id string, _ bool) error {
	return fairlead.Errorf(fairlead.NotFound, "Nothing of that name waits to be approved.")
}

// Visit plays the person's visit at an institution's own pages.
func (s *Sandbox) Visit(context.Context, connector.Surroundings, string, string, string) (map[string]string, error) {
	return nil, fairlead.Errorf(fairlead.Unsupported, "This institution has no pages of its own.")
}
