package console

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/providing"
	"github.com/fairlead-dev/fairlead/reading"
)

const providerPath = tenantPath + "/providers/{connector}"

func (c *Console) providerRoutes() []route {
	return []route{
		{"GET " + tenantPath + "/providers", fairlead.PermissionView, c.providers},
		{"GET " + providerPath, fairlead.PermissionView, c.ofProvider(c.provider)},
		{"POST " + providerPath, fairlead.PermissionManage, c.ofProvider(c.setProvider)},
		{"POST " + providerPath + "/try", fairlead.PermissionManage, c.ofProvider(c.tryProvider)},
		{"POST " + providerPath + "/refresh", fairlead.PermissionManage, c.ofProvider(c.refreshProvider)},
		{"POST " + providerPath + "/delete", fairlead.PermissionManage, c.ofProvider(c.deleteProvider)},
		{"GET " + tenantPath + "/institutions", fairlead.PermissionView, c.institutions},
	}
}

// service is a connector that takes a provider, and the one that the tenant has; its ID is
// "" where it has none.
type service struct {
	providing.Specified
	fairlead.Provider
	ends map[string]string // of each key that is set: its last four, or "" where it is too short to show
}

func (a service) set() bool { return a.ID != "" }

// has reports whether a key is set.
func (a service) has(field string) bool {
	_, ok := a.ends[field]
	return ok
}

// tenantProviders are the tenant's providers by connector: it has one of each at most.
func (c *Console) tenantProviders(v *view) (map[string]fairlead.Provider, error) {
	all, err := c.o.Providing.List(v.ctx, v.tenant.ID, "", 500)
	by := map[string]fairlead.Provider{}
	for _, p := range all {
		by[p.Connector] = p
	}
	return by, err
}

func (c *Console) providers(v *view) error {
	by, err := c.tenantProviders(v)
	if err != nil {
		return err
	}
	var all []service
	for _, s := range c.o.Providing.Connectors(v.tenant.Environment) {
		all = append(all, service{Specified: s, Provider: by[s.Name]})
	}
	return v.page("providers", "Providers", providerList(v, all))
}

// ofProvider hands a page the connector of its path, with what the tenant has set.
func (c *Console) ofProvider(show func(*view, service) error) func(*view) error {
	return func(v *view) error {
		known := c.o.Providing.Connectors(v.tenant.Environment)
		n := slices.IndexFunc(known, func(s providing.Specified) bool { return s.Name == v.r.PathValue("connector") })
		if n < 0 {
			return fairlead.Errorf(fairlead.NotFound, "There is no such provider.")
		}
		a := service{Specified: known[n]}
		var err error
		if a.Provider, err = c.o.Providing.Of(v.ctx, v.tenant.ID, a.Name); err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		if a.set() {
			if a.ends, err = c.o.Providing.LastFour(a.Provider); err != nil {
				return err
			}
		}
		return show(v, a)
	}
}

func (c *Console) provider(v *view, a service) error {
	return v.page("providers", a.Spec.Title, providerPage(v, a))
}

// setProvider sets what the form names: a secret that is left empty stays as it is, unless
// it is to be taken back.
func (c *Console) setProvider(v *view, a service) error {
	request := providing.SetRequest{Connector: a.Name, Fields: map[string]fairlead.Secret{}}
	for _, f := range a.Spec.Fields {
		value := v.form(f.Name)
		switch {
		case f.Kind == connector.ProviderList && len(f.Choices) > 0:
			value = strings.Join(v.r.PostForm[f.Name], ",")
		case f.Kind == connector.ProviderSecret && value == "" && a.has(f.Name) && v.form("without."+f.Name) == "":
			continue
		}
		request.Fields[f.Name] = fairlead.NewSecret(value)
	}
	base := v.form("base")
	priority, err := strconv.Atoi(v.form("priority"))
	if err != nil {
		err = fairlead.InvalidField("priority", "format", "must be a whole number")
	} else {
		request.Base, request.Priority = &base, &priority
		_, err = c.o.Providing.Set(v.ctx, v.tenant.ID, request)
	}
	if v.again(err) || v.unreached(err) {
		return c.provider(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("saved", v.at("providers", a.Name))
}

// unreached is again for what a service can't say now: nothing was changed.
func (v *view) unreached(err error) bool {
	switch fairlead.KindOf(err) {
	case fairlead.InstitutionDown, fairlead.SlowDown, fairlead.RateLimited, fairlead.Unavailable:
		e := fairlead.Errorf(fairlead.Invalid, "%s", detail(err))
		return v.again(e)
	}
	return false
}

// tryProvider calls the service once: what it says stands on the page.
func (c *Console) tryProvider(v *view, a service) error {
	tried, err := c.o.Providing.TryAgain(v.ctx, v.tenant.ID, a.ID)
	if v.again(err) {
		return c.provider(v, a)
	}
	if err != nil {
		return err
	}
	word := "tried"
	if tried.Problem != nil {
		word = "" // which the page shows
	}
	return v.done(word, v.at("providers", a.Name))
}

func (c *Console) refreshProvider(v *view, a service) error {
	if _, err := c.o.Providing.Refresh(v.ctx, v.tenant.ID, a.ID); err != nil {
		return err
	}
	return v.done("refreshing", v.at("providers", a.Name))
}

func (c *Console) deleteProvider(v *view, a service) error {
	err := c.o.Providing.Delete(v.ctx, v.tenant.ID, a.ID)
	if v.again(err) {
		return c.provider(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("deleted", v.at("providers"))
}

// serviceState says how a provider does.
func serviceState(a service) (mood, string) {
	switch {
	case !a.set():
		return calm, "not set up"
	case a.Problem != nil:
		return bad, words(a.Problem.Kind)
	case a.Directory.Problem != nil:
		return warm, "its list could not be read"
	case !a.Directory.Started.IsZero():
		return calm, "its list is being read"
	}
	return good, "fine"
}

// slots says how many connections a provider gives, and how many are left.
func slots(s fairlead.Slots) string {
	if s.Limit == 0 {
		return many(len(s.Used), "used", "used") + ", no limit known"
	}
	return strconv.Itoa(len(s.Used)) + " of " + strconv.Itoa(s.Limit) + " used"
}

const institutionsPage = 50

func (c *Console) institutions(v *view) error {
	found, err := c.o.Reading.SearchInstitutions(v.ctx, v.tenant.ID, reading.Search{
		Text: strings.TrimSpace(v.query("q")), Country: strings.ToUpper(strings.TrimSpace(v.query("country"))),
		After: fairlead.InstitutionID(v.query("after")), Limit: institutionsPage,
	})
	if err != nil {
		return err
	}
	by, err := c.tenantProviders(v)
	if err != nil {
		return err
	}
	ways := map[fairlead.ProviderID]string{}
	for _, s := range c.o.Providing.Connectors(v.tenant.Environment) {
		if p, ok := by[s.Name]; ok {
			ways[p.ID] = s.Spec.Title
		}
	}
	next := ""
	if found.More {
		next = string(found.Institutions[len(found.Institutions)-1].ID)
	}
	return v.page("institutions", "Institutions", institutionList(v, found, ways, next))
}

// logoAddress is where an institution's logo is; "": it has none.
func logoAddress(i fairlead.Institution) string {
	switch {
	case i.Logo != "":
		return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(i.Logo))
	case i.LogoHash != "":
		return "/logos/" + i.LogoHash + ".png"
	}
	return ""
}

// initial is the first letter of a name, for want of a logo.
func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	return strings.ToUpper(string(first))
}

// joined writes machine words as a list to read.
func joined[T ~string](all []T) string {
	out := make([]string, len(all))
	for n, one := range all {
		out[n] = words(one)
	}
	return strings.Join(out, ", ")
}

// fieldNames are the fields of a provider's form.
func fieldNames(a service) []string {
	names := []string{"base", "priority"}
	for _, f := range a.Spec.Fields {
		names = append(names, f.Name)
	}
	return names
}

// settingOf is what a field that is not secret holds, its default where nothing is set.
func settingOf(a service, f connector.ProviderField) string {
	if value, ok := a.Settings[f.Name]; ok {
		return value
	}
	return f.Default
}

// chosenOf are the choices of a list that are ticked.
func chosenOf(v *view, a service, f connector.ProviderField) []string {
	if v.r.Method == http.MethodPost {
		return v.r.PostForm[f.Name]
	}
	return strings.Split(settingOf(a, f), ",")
}

// secretPlaceholder says whether a key is set, by its end.
func secretPlaceholder(a service, f connector.ProviderField) string {
	switch end := a.ends[f.Name]; {
	case !a.has(f.Name):
		return ""
	case end == "":
		return "set"
	default:
		return "set, ends in …" + end
	}
}

func secretHint(a service, f connector.ProviderField) string {
	if a.has(f.Name) {
		return strings.TrimSpace(f.Help + " Empty: it stays as it is.")
	}
	return f.Help
}
