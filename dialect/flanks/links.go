package flanks

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// spec is what every link requests: all that the aggregation reads, one login at
// a time, unknown to the company, for as long as nobody deletes it.
func spec() fairlead.Spec {
	return fairlead.Spec{
		Mode: fairlead.ModeRedirect, NoFiles: true,
		Products: []fairlead.Product{
			fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductBills, fairlead.ProductLoans,
			fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions,
		},
		Stages: []fairlead.Stage{
			fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation,
		},
		Code:        fairlead.CodePolicy{Listable: true},
		OnDuplicate: fairlead.OnDuplicateRefuse, Scope: fairlead.ScopeTenant, Limit: 1, Endless: true,
	}
}

// apply writes the attributes that the body names; null takes one away.
func (b linkBody) apply(t *fairlead.Template) error {
	for _, a := range []struct {
		name string
		from json.RawMessage
		into *string
	}{
		{"name", b.Name, &t.Name},
		{"redirect_uri", b.RedirectURI, &t.Spec.Redirect},
		{"company_name", b.CompanyName, &t.Spec.Presentation.CompanyName},
		{"terms_and_conditions_url", b.TermsURL, &t.Spec.Presentation.TermsURL},
		{"privacy_policy_url", b.PrivacyURL, &t.Spec.Presentation.PrivacyURL},
	} {
		if a.from == nil {
			continue
		}
		var value *string
		if json.Unmarshal(a.from, &value) != nil {
			return fairlead.InvalidField(a.name, "format", "must be text or null")
		}
		*a.into = ""
		if value != nil {
			*a.into = *value
		}
		if strings.ContainsFunc(*a.into, unicode.IsControl) {
			return fairlead.InvalidField(a.name, "format", "must be printable text")
		}
	}
	if t.Spec.Redirect == "" {
		return fairlead.InvalidField("redirect_uri", "required", "must be given")
	}
	return nil
}

// linkOf describes a template as Flanks' Link.
func linkOf(t fairlead.Template, app fairlead.Application, codes int) link {
	p := t.Spec.Presentation
	return link{
		Token: t.Token, Name: t.Name, RedirectURI: t.Spec.Redirect, CompanyName: cmp.Or(p.CompanyName, app.CompanyName),
		TermsURL: orNull(p.TermsURL), PrivacyURL: orNull(p.PrivacyURL), Active: t.Active, Codes: codes,
	}
}

// orNull is null for what is empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// own are the templates that this dialect made.
func (f *Flanks) own(ctx context.Context, app fairlead.Application) (own []fairlead.Template, err error) {
	all, err := f.verbs.Linking.Templates(ctx, app)
	for _, t := range all {
		if t.Origin.Dialect == name {
			own = append(own, t)
		}
	}
	return own, err
}

func (f *Flanks) listLinks(c call) (any, error) {
	templates, err := f.own(c.Context(), c.Application)
	if err != nil {
		return nil, err
	}
	codes, err := f.verbs.Linking.Codes(c.Context(), c.Application)
	if err != nil {
		return nil, err
	}
	pending := map[fairlead.TemplateID]int{}
	for _, code := range codes {
		pending[code.Template]++
	}
	list := linkList{Success: true, Count: len(templates), Items: []link{}}
	for _, t := range templates {
		list.Items = append(list.Items, linkOf(t, c.Application, pending[t.ID]))
	}
	return list, nil
}

func (f *Flanks) createLink(c call) (any, error) {
	var body linkBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	wanted := fairlead.Template{Spec: spec()}
	if err := body.apply(&wanted); err != nil {
		return nil, err
	}
	t, err := f.verbs.Linking.CreateTemplate(c.Context(), c.Application, linking.TemplateRequest{
		Tenant: c.Tenant, Name: wanted.Name, Spec: wanted.Spec, Origin: fairlead.Origin{Dialect: name},
	})
	l := linkOf(t, c.Application, 0)
	return linkAnswer{true, l, l}, err
}

func (f *Flanks) editLink(c call) (any, error) {
	var body linkBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	return f.change(c, body.Token, body.apply)
}

// activate pauses a link, or resumes it.
func (f *Flanks) activate(active bool) handler {
	return func(c call) (any, error) {
		var body linkBody
		if err := c.decode(&body); err != nil {
			return nil, err
		}
		return f.change(c, body.Token, func(t *fairlead.Template) error {
			t.Active = active
			return nil
		})
	}
}

func (f *Flanks) change(c call, token string, change func(*fairlead.Template) error) (any, error) {
	if token == "" {
		return nil, fairlead.InvalidField("token", "required", "must be given")
	}
	t, err := f.verbs.Linking.ChangeTemplate(c.Context(), c.Application, token, change)
	if err != nil {
		return nil, err
	}
	codes, err := f.verbs.Linking.PendingCodes(c.Context(), c.Tenant.ID, t.ID)
	l := linkOf(t, c.Application, codes)
	return linkAnswer{true, l, l}, err
}

func (f *Flanks) deleteLink(c call) (any, error) {
	var body linkBody
	err := c.decode(&body)
	if err == nil && body.Token == "" {
		err = fairlead.InvalidField("token", "required", "must be given")
	}
	if err == nil {
		err = f.verbs.Linking.DeleteTemplate(c.Context(), c.Application, body.Token)
	}
	return success{true}, err
}
