package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

// maxForm bounds the body of a form: a logo of 64 KiB, as text, is the largest thing in one.
const maxForm = 256 << 10

// policy lets a page load what this server has, send forms to it, and show the Link page's
// preview in a frame. Nobody frames the console.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// view is one request by an operator, and what every page shows around its content.
type view struct {
	c        *Console
	w        http.ResponseWriter
	r        *http.Request
	ctx      context.Context // in the operator's name
	operator fairlead.Operator
	session  operating.Session // zero on a development server
	tenant   fairlead.Tenant   // zero: a page of no tenant
	tenants  []fairlead.Tenant // that the operator may see, the first 100
	now      time.Time         // the tenant's time; real time on a page of none
	section  string            // of the navigation
	problem  *fairlead.Error   // why a form is shown again
	names    map[string]string // of institutions and applications, by id
}

// serve lets a request in that comes from this origin, from an operator who may.
func (c *Console) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin")
		v := &view{c: c, w: w, r: r, now: c.o.Clock()}
		err := v.handle(rt)
		if fairlead.Is(err, fairlead.Unauthenticated) && rt.needs != everybody {
			err = v.signInAgain()
		}
		if err != nil {
			v.fail(err)
		}
	})
}

func (v *view) handle(rt route) error {
	if err := v.c.crossOrigin.Check(v.r); err != nil {
		return fairlead.Errorf(fairlead.Forbidden, "This form was sent from another site.")
	}
	if err := v.enter(rt); err != nil {
		return err
	}
	if v.operator.ID != "" {
		if err := v.findTenant(); err != nil {
			return err
		}
	}
	scope := v.tenant.ID
	if scope == "" {
		scope = fairlead.ServerTenant
	}
	anywhere := rt.needs == fairlead.PermissionView && v.tenant.ID == "" // a list of what one sees
	if rt.needs != everybody && !anywhere && !v.operator.May(rt.needs, scope) {
		return fairlead.Errorf(fairlead.Forbidden, "Your role does not allow this.")
	}
	if v.r.Method != http.MethodGet {
		v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
		if err := v.r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			return fairlead.Errorf(fairlead.Invalid, "The form could not be read: it is too large, or cut off.")
		}
	}
	if rt.needs == fairlead.PermissionOperate && v.r.Method != http.MethodGet && !v.c.o.Dev && !v.session.Fresh(operating.FreshFor) {
		return v.unproven(v.came())
	}
	return rt.handle(v)
}

// findTenant reads the tenant of the path, and those to choose from.
func (v *view) findTenant() error {
	all, err := v.c.o.Access.Tenants(v.ctx, "", 100)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.Deleted.IsZero() && v.operator.Sees(t.ID) {
			v.tenants = append(v.tenants, t)
		}
	}
	name := v.r.PathValue("tenant")
	if name == "" {
		return nil
	}
	t, err := v.c.o.Access.TenantNamed(v.ctx, name)
	if err != nil || !v.operator.Sees(t.ID) { // one answer to both: who may not see it learns nothing
		return fairlead.Errorf(fairlead.NotFound, "There is no such tenant, or your role does not count in it.")
	}
	v.tenant, v.now = t, t.Time(v.now)
	return nil
}

// may reports whether the operator may do it in the page's tenant.
func (v *view) may(p fairlead.Permission) bool { return v.operator.May(p, v.tenant.ID) }

// at is the address of a page of the tenant: v.at("links", id).
func (v *view) at(parts ...string) string {
	return join(append([]string{"t", v.tenant.Name}, parts...)...)
}

func join(parts ...string) string {
	path := "/console"
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	return path
}

// link is at for templates.
func (v *view) link(parts ...string) templ.SafeURL { return templ.SafeURL(v.at(parts...)) }

// with is the page's own address with a value of its query changed; "" takes it out.
func (v *view) with(name, value string) templ.SafeURL {
	q := url.Values{}
	for n, values := range v.r.URL.Query() {
		if n != "done" {
			q[n] = values
		}
	}
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return templ.SafeURL(v.r.URL.EscapedPath())
	}
	return templ.SafeURL(v.r.URL.EscapedPath() + "?" + q.Encode())
}

// query is a value of the page's query.
func (v *view) query(name string) string { return v.r.URL.Query().Get(name) }

// form is a value of the form that was sent, without spaces around it.
func (v *view) form(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }

// lines are the values of a form's field that has one a line.
func (v *view) lines(name string) (out []string) {
	for line := range strings.Lines(v.r.PostFormValue(name)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// value is what a form's field shows: what was sent, if it was, else what is stored.
func (v *view) value(name, stored string) string {
	if v.r.PostForm.Has(name) {
		return v.r.PostFormValue(name)
	}
	return stored
}

// wrong is why a field of a form that was sent is refused; "" where it is not.
func (v *view) wrong(name string) string {
	if v.problem == nil {
		return ""
	}
	for _, f := range v.problem.Fields {
		if fieldOf(f) == name {
			return f.Reason
		}
	}
	return ""
}

// fieldOf is the form's field of a wrong field, which may be one entry of a list, or of
// what is nested: "origins.0", "theme.accent".
func fieldOf(f fairlead.Field) string {
	name := strings.TrimRight(f.Name, ".0123456789")
	return name[strings.LastIndex(name, ".")+1:]
}

// unplaced is what was refused that no field of the form shows: the whole sentence.
func (v *view) unplaced(fields ...string) string {
	if v.problem == nil {
		return ""
	}
	var out []string
	for _, f := range v.problem.Fields {
		placed := false
		for _, name := range fields {
			placed = placed || name == fieldOf(f)
		}
		if !placed {
			out = append(out, f.Name+" "+f.Reason)
		}
	}
	if len(v.problem.Fields) == 0 {
		return v.problem.Detail
	}
	return strings.Join(out, "; ")
}

// again reports whether an error is one that a form is shown again for, and has the next
// page show it.
func (v *view) again(err error) bool {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case fairlead.Invalid, fairlead.Conflict, fairlead.Duplicate, fairlead.TooLarge, fairlead.Gone, fairlead.Unsupported:
		v.problem = e
		return true
	}
	return false
}

// done answers a form that did what it was for: the page at the address says so, by a word
// of doneWords.
func (v *view) done(word, address string) error {
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	if word != "" {
		address += separator + "done=" + word
	}
	v.w.Header().Set("Location", address)
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}

// page answers with a page.
func (v *view) page(section, title string, body templ.Component) error {
	v.section = section
	status := http.StatusOK
	if v.problem != nil {
		status = http.StatusUnprocessableEntity
	}
	return v.render(status, title, body)
}

func (v *view) render(status int, title string, body templ.Component) error {
	var b bytes.Buffer
	if err := layout(v, title, body).Render(v.r.Context(), &b); err != nil {
		return fmt.Errorf("console: rendering %s: %w", v.r.Pattern, err)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	v.w.Write(b.Bytes())
	return nil
}
