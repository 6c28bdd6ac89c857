package console

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
)

const appPath = tenantPath + "/applications/{application}"

func (c *Console) applicationRoutes() []route {
	return []route{
		{"GET " + tenantPath + "/applications", fairlead.PermissionView, c.applications},
		{"GET " + tenantPath + "/new/application", fairlead.PermissionManage, c.newApplication},
		{"POST " + tenantPath + "/applications", fairlead.PermissionManage, c.createApplication},
		{"GET " + appPath, fairlead.PermissionView, c.ofApplication(c.application)},
		{"POST " + appPath + "/links", fairlead.PermissionManage, c.ofApplication(c.makeLink)},
		{"GET " + appPath + "/keys", fairlead.PermissionView, c.ofApplication(c.keys)},
		{"POST " + appPath + "/keys", fairlead.PermissionManage, c.ofApplication(c.createKey)},
		{"POST " + appPath + "/keys/rotate", fairlead.PermissionManage, c.ofApplication(c.rotateKey)},
		{"POST " + appPath + "/keys/{key}/revoke", fairlead.PermissionManage, c.ofApplication(c.revokeKey)},
		{"GET " + appPath + "/appearance", fairlead.PermissionView, c.ofApplication(c.appearance)},
		{"POST " + appPath + "/appearance", fairlead.PermissionManage, c.ofApplication(c.changeAppearance)},
		{"GET " + appPath + "/preview", fairlead.PermissionView, c.ofApplication(c.preview)},
		{"GET " + appPath + "/dialects", fairlead.PermissionView, c.ofApplication(c.dialects)},
		{"POST " + appPath + "/dialects/{dialect}", fairlead.PermissionManage, c.ofApplication(c.changeDialect)},
		{"GET " + appPath + "/delete", fairlead.PermissionManage, c.ofApplication(c.confirmDelete)},
		{"POST " + appPath + "/delete", fairlead.PermissionManage, c.ofApplication(c.deleteApplication)},
	}
}

// ofApplication hands a page the application of its path.
func (c *Console) ofApplication(show func(*view, fairlead.Application) error) func(*view) error {
	return func(v *view) error {
		a, err := c.o.Access.Application(v.ctx, v.tenant.ID, fairlead.ApplicationID(v.r.PathValue("application")))
		if err != nil {
			return err
		}
		return show(v, a)
	}
}

// app is the address of a page of an application.
func (v *view) app(a fairlead.Application, parts ...string) string {
	return v.at(append([]string{"applications", string(a.ID)}, parts...)...)
}

const applicationsPage = 50

func (c *Console) applications(v *view) error {
	all, err := c.o.Access.Applications(v.ctx, v.tenant.ID, fairlead.ApplicationID(v.query("after")), applicationsPage)
	if err != nil {
		return err
	}
	next := ""
	if len(all) == applicationsPage {
		next = string(all[len(all)-1].ID)
	}
	return v.page("applications", "Applications", applicationList(v, all, next))
}

func (c *Console) newApplication(v *view) error {
	return v.page("applications", "New application", applicationForm(v))
}

func (c *Console) createApplication(v *view) error {
	a, err := c.o.Access.CreateApplication(v.ctx, v.tenant.ID, access.ApplicationSpec{Name: v.form("name"), CompanyName: v.form("company_name")})
	if v.again(err) {
		return c.newApplication(v)
	}
	if err != nil {
		return err
	}
	return v.done("created", v.app(a))
}

// start is the panel of the first five minutes: what is done of it.
type start struct {
	key, link, opened, endpoint, delivered bool
	endpoints                              []fairlead.Endpoint
	made                                   *linking.Created // the link that was just made
}

// done reports whether nothing of it is left.
func (s start) done() bool { return s.key && s.link && s.opened && s.endpoint && s.delivered }

func (c *Console) application(v *view, a fairlead.Application) error { return c.showStart(v, a, nil) }

func (c *Console) showStart(v *view, a fairlead.Application, made *linking.Created) error {
	s := start{made: made}
	keys, err := c.o.Access.Keys(v.ctx, v.tenant.ID, a.ID)
	if err != nil {
		return err
	}
	s.key = slices.ContainsFunc(keys, func(k fairlead.Key) bool { return k.Live(c.o.Clock()) })
	links, err := c.o.Linking.Links(v.ctx, v.tenant.ID, a.ID, "", 100)
	if err != nil {
		return err
	}
	s.link = len(links) > 0
	s.opened = slices.ContainsFunc(links, func(l fairlead.Link) bool { return !l.Opened.IsZero() || len(l.Connections) > 0 })
	if s.endpoints, err = c.o.Notifying.Endpoints(v.ctx, a); err != nil {
		return err
	}
	for _, e := range s.endpoints {
		s.endpoint = true
		last, err := c.o.Notifying.Deliveries(v.ctx, v.tenant.ID, notifying.DeliveryQuery{Endpoint: e.ID, Limit: 20})
		if err != nil {
			return err
		}
		s.delivered = s.delivered || slices.ContainsFunc(last, func(d fairlead.Delivery) bool { return d.State == fairlead.DeliveryDelivered })
	}
	return v.page("applications", a.Name, applicationPage(v, a, s))
}

// makeLink makes a link for a person, whose address is shown this once.
func (c *Console) makeLink(v *view, a fairlead.Application) error {
	spec := fairlead.Spec{Institution: fairlead.InstitutionID(v.form("institution"))}
	made, err := c.o.Linking.Create(v.ctx, a, linking.CreateRequest{
		Tenant: v.tenant, Reference: v.form("reference"), Spec: spec, Origin: fairlead.Origin{Dialect: "native"},
	})
	if v.again(err) {
		return c.showStart(v, a, nil)
	}
	if err != nil {
		return err
	}
	return c.showStart(v, a, &made)
}

// shownKey is a key that was just made, with the only copy of its secret.
type shownKey struct {
	key    fairlead.Key
	secret fairlead.Secret
}

func (c *Console) keys(v *view, a fairlead.Application) error { return c.showKeys(v, a, nil) }

func (c *Console) showKeys(v *view, a fairlead.Application, made *shownKey) error {
	all, err := c.o.Access.Keys(v.ctx, v.tenant.ID, a.ID)
	if err != nil {
		return err
	}
	return v.page("applications", "Keys of "+a.Name, keysPage(v, a, all, made))
}

func (c *Console) createKey(v *view, a fairlead.Application) error {
	var scopes []fairlead.AccessScope
	for _, s := range v.r.PostForm["scope"] {
		scopes = append(scopes, fairlead.AccessScope(s))
	}
	if scopes == nil {
		v.problem = fairlead.InvalidField("scope", "required", "must be chosen: a key without any opens nothing")
		return c.showKeys(v, a, nil)
	}
	key, secret, err := c.o.Access.CreateKey(v.ctx, v.tenant.ID, a.ID, access.KeySpec{Scopes: scopes, KeepForSigning: v.form("signs") != ""})
	if v.again(err) {
		return c.showKeys(v, a, nil)
	}
	if err != nil {
		return err
	}
	return c.showKeys(v, a, &shownKey{key, secret})
}

// overlaps are for how long old keys live on after a rotation.
var overlaps = []time.Duration{0, time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}

func (c *Console) rotateKey(v *view, a fairlead.Application) error {
	overlap, err := time.ParseDuration(v.form("overlap"))
	if err != nil || !slices.Contains(overlaps, overlap) {
		v.problem = fairlead.InvalidField("overlap", "unknown", "must be one of those offered")
		return c.showKeys(v, a, nil)
	}
	key, secret, err := c.o.Access.RotateKey(v.ctx, v.tenant.ID, a.ID, overlap)
	if v.again(err) {
		return c.showKeys(v, a, nil)
	}
	if err != nil {
		return err
	}
	return c.showKeys(v, a, &shownKey{key, secret})
}

func (c *Console) revokeKey(v *view, a fairlead.Application) error {
	if err := c.o.Access.RevokeKey(v.ctx, v.tenant.ID, a.ID, fairlead.KeyID(v.r.PathValue("key"))); err != nil {
		return err
	}
	return v.done("revoked", v.app(a, "keys"))
}

func (c *Console) appearance(v *view, a fairlead.Application) error {
	return v.page("applications", "Appearance and addresses of "+a.Name, appearancePage(v, a))
}

func (c *Console) changeAppearance(v *view, a fairlead.Application) error {
	if v.form("preview") != "" {
		return c.appearance(v, a)
	}
	logo, err := v.logo()
	if err == nil {
		_, err = c.o.Access.UpdateApplication(v.ctx, v.tenant.ID, a.ID, func(a *fairlead.Application) error {
			if logo != "" || v.form("without_logo") != "" {
				a.Theme.Logo = logo
			}
			a.Name, a.CompanyName = v.form("name"), v.form("company_name")
			a.Theme.Accent, a.TermsURL, a.PrivacyURL = v.form("accent"), v.form("terms_url"), v.form("privacy_url")
			a.Origins, a.RedirectHosts, a.CallbackHosts = v.lines("origins"), v.lines("redirect_hosts"), v.lines("callback_hosts")
			return nil
		})
	}
	if v.again(err) {
		return c.appearance(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("saved", v.app(a, "appearance"))
}

func (c *Console) dialects(v *view, a fairlead.Application) error {
	all, err := c.o.Notes.Describe(a)
	if err != nil {
		return err
	}
	return v.page("applications", "Vendors' APIs of "+a.Name, dialectsPage(v, a, byDialect(all)))
}

// byDialect groups settings, which come dialect by dialect.
func byDialect(all []notes.Described) (groups [][]notes.Described) {
	for i, d := range all {
		if i == 0 || d.Dialect != all[i-1].Dialect {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], d)
	}
	return groups
}

func (c *Console) changeDialect(v *view, a fairlead.Application) error {
	all, err := c.o.Notes.Describe(a)
	if err != nil {
		return err
	}
	name, changes := v.r.PathValue("dialect"), map[string]json.RawMessage{}
	for _, d := range all {
		inForm := d.Kind == notes.Bool || d.Kind == notes.List || v.r.PostForm.Has(d.Name) // no box that is ticked says nothing
		if d.Dialect != name || !inForm {
			continue
		}
		if changes[d.Name], err = json.Marshal(v.setting(d)); err != nil {
			return err
		}
	}
	err = c.o.Notes.Change(v.ctx, v.tenant.ID, a.ID, name, changes)
	if v.again(err) {
		return c.dialects(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("saved", v.app(a, "dialects"))
}

// setting is what a form says of a setting.
func (v *view) setting(d notes.Described) any {
	switch d.Kind {
	case notes.Bool:
		return v.form(d.Name) != ""
	case notes.List:
		if len(d.Choices) > 0 {
			return append([]string{}, v.r.PostForm[d.Name]...)
		}
		return append([]string{}, v.lines(d.Name)...)
	}
	return v.form(d.Name)
}

// text is a setting's value as a field shows it.
func text(d notes.Described) string {
	switch value := d.Value.(type) {
	case string:
		return value
	case []string:
		return strings.Join(value, "\n")
	}
	return ""
}

// has reports whether a setting is on, or has an entry.
func has(d notes.Described, entry string) bool {
	switch value := d.Value.(type) {
	case bool:
		return value
	case []string:
		return slices.Contains(value, entry)
	}
	return false
}

func (c *Console) confirmDelete(v *view, a fairlead.Application) error {
	return v.page("applications", "Delete "+a.Name, deletePage(v, a))
}

func (c *Console) deleteApplication(v *view, a fairlead.Application) error {
	if v.form("name") != a.Name {
		v.problem = fairlead.InvalidField("name", "format", "must be the application's name")
		return c.confirmDelete(v, a)
	}
	if err := c.o.DeleteApplication(v.ctx, a); err != nil {
		return err
	}
	return v.done("deleted", v.at("applications"))
}

// lastUse is when a key was used last, as far as that is known.
func lastUse(k fairlead.Key) time.Time {
	if k.LastUsed.Before(k.FirstUsed) {
		return k.FirstUsed
	}
	return k.LastUsed
}
