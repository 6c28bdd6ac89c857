package console

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

const templatePath = appPath + "/templates/{token}"

func (c *Console) templateRoutes() []route {
	return []route{
		{"GET " + appPath + "/templates", fairlead.PermissionView, c.ofApplication(c.templates)},
		{"POST " + appPath + "/templates", fairlead.PermissionManage, c.ofApplication(c.createTemplate)},
		{"GET " + templatePath, fairlead.PermissionView, c.ofTemplate(c.template)},
		{"POST " + templatePath, fairlead.PermissionManage, c.ofTemplate(c.changeTemplate)},
		{"POST " + templatePath + "/pause", fairlead.PermissionManage, c.ofTemplate(c.activate(false))},
		{"POST " + templatePath + "/resume", fairlead.PermissionManage, c.ofTemplate(c.activate(true))},
		{"POST " + templatePath + "/delete", fairlead.PermissionManage, c.ofTemplate(c.deleteTemplate)},
	}
}

// ofTemplate hands a page the template of its path with its application.
func (c *Console) ofTemplate(show func(*view, fairlead.Application, fairlead.Template) error) func(*view) error {
	return c.ofApplication(func(v *view, a fairlead.Application) error {
		t, err := c.o.Linking.Template(v.ctx, a, v.r.PathValue("token"))
		if err != nil {
			return err
		}
		return show(v, a, t)
	})
}

const templatesPage = 50

func (c *Console) templates(v *view, a fairlead.Application) error {
	all, err := c.o.Linking.TemplatePage(v.ctx, a, fairlead.TemplateID(v.query("after")), templatesPage)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == templatesPage {
		next = string(all[len(all)-1].ID)
	}
	return v.page("applications", "Link templates of "+a.Name, templateList(v, a, all, next))
}

// templateKind is what templates of a dialect are like; false: the console can't tell.
func (c *Console) templateKind(dialect string) (linking.TemplateKind, bool) {
	for _, k := range c.o.Templates {
		if k.Dialect == dialect {
			return k, true
		}
	}
	return linking.TemplateKind{}, false
}

// templateAddress is what people open; "" where no address leads to it.
func (c *Console) templateAddress(t fairlead.Template) string {
	if k, ok := c.templateKind(t.Origin.Dialect); ok {
		return c.o.BaseURL + k.Address(t.Token)
	}
	return ""
}

// fill writes what the form says into a template.
func (v *view) fill(name *string, spec *fairlead.Spec) error {
	p := &spec.Presentation
	*name, spec.Redirect, p.CompanyName, p.TermsURL, p.PrivacyURL = v.form("name"), v.form("redirect_url"), v.form("company_name"), v.form("terms_url"), v.form("privacy_url")
	spec.Countries = nil
	for country := range strings.FieldsFuncSeq(v.form("countries"), func(r rune) bool { return r == ',' || r == ' ' }) {
		spec.Countries = append(spec.Countries, strings.ToUpper(country))
	}
	switch {
	case *name == "":
		return fairlead.InvalidField("name", "required", "must not be empty")
	case spec.Redirect == "":
		return fairlead.InvalidField("redirect_url", "required", "must be given: it is where people come back to, with a code")
	}
	return nil
}

func (c *Console) createTemplate(v *view, a fairlead.Application) error {
	kind, ok := c.templateKind(v.form("kind"))
	if !ok {
		return fairlead.Errorf(fairlead.NotFound, "No API of this server has templates of this kind.")
	}
	request := linking.TemplateRequest{Tenant: v.tenant, Spec: kind.Spec(), Origin: fairlead.Origin{Dialect: kind.Dialect}}
	err := v.fill(&request.Name, &request.Spec)
	var t fairlead.Template
	if err == nil {
		t, err = c.o.Linking.CreateTemplate(v.ctx, a, request)
	}
	if v.again(err) {
		return c.templates(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("created", v.app(a, "templates", t.Token))
}

func (c *Console) template(v *view, a fairlead.Application, t fairlead.Template) error {
	pending, err := c.o.Linking.PendingCodes(v.ctx, v.tenant.ID, t.ID)
	if err != nil {
		return err
	}
	return v.page("applications", t.Name, templatePage(v, a, t, pending))
}

func (c *Console) changeTemplate(v *view, a fairlead.Application, t fairlead.Template) error {
	_, err := c.o.Linking.ChangeTemplate(v.ctx, a, t.Token, func(t *fairlead.Template) error { return v.fill(&t.Name, &t.Spec) })
	if v.again(err) {
		return c.template(v, a, t)
	}
	if err != nil {
		return err
	}
	return v.done("saved", v.app(a, "templates", t.Token))
}

// activate pauses a template, or resumes it.
func (c *Console) activate(active bool) func(*view, fairlead.Application, fairlead.Template) error {
	return func(v *view, a fairlead.Application, t fairlead.Template) error {
		_, err := c.o.Linking.ChangeTemplate(v.ctx, a, t.Token, func(t *fairlead.Template) error {
			t.Active = active
			return nil
		})
		if v.again(err) {
			return c.template(v, a, t)
		}
		if err != nil {
			return err
		}
		return v.done("saved", v.app(a, "templates", t.Token))
	}
}

func (c *Console) deleteTemplate(v *view, a fairlead.Application, t fairlead.Template) error {
	err := c.o.Linking.DeleteTemplate(v.ctx, a, t.Token)
	if v.again(err) {
		return c.template(v, a, t)
	}
	if err != nil {
		return err
	}
	return v.done("deleted", v.app(a, "templates"))
}
