package page

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// enterPortal trades the token of the person's own page for a session: the address
// opens nothing that it did not before, and the cookie is not what stands in it.
func (p *Page) enterPortal(w http.ResponseWriter, r *http.Request) error {
	if onlyLooks(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	session, err := p.o.Consenting.EnterPortal(r.Context(), r.PathValue("token"))
	if err != nil {
		return fmt.Errorf("page: portal: %w", err)
	}
	p.setCookie(w, "me", "", session)
	return seeOther(w, ownpath.Portal().WithQuery(p.languageQuery(r)))
}

// portal is the person's own page: what they share, with whom, until when.
type portal struct {
	*view
	consenting.Portal
	documents map[fairlead.ConnectionID]int
	uploads   map[fairlead.ConnectionID][]imported
}

// showPortal shows what a person shares with an application.
func (p *Page) showPortal(w http.ResponseWriter, r *http.Request) error {
	shown, connections, err := p.portalOf(r)
	if err != nil {
		return err
	}
	v := portal{p.portalView(r, shown), shown, p.countDocuments(r, shown), map[fairlead.ConnectionID][]imported{}}
	for _, c := range connections {
		v.uploads[c.ID] = p.uploadsOf(r.Context(), c)
	}
	title := v.phrase("portal.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v.view, content{title, shares(v, title)}))
}

// portalView begins a page of the person's own.
func (p *Page) portalView(r *http.Request, shown consenting.Portal) *view {
	app := shown.Application
	return p.view(r, session{home: ownpath.Portal(), query: p.languageQuery(r)}, linking.Screen{Sandbox: shown.Sandbox, Company: cmp.Or(app.CompanyName, app.Name), Theme: app.Theme})
}

// portalTheme is the theme of the person's own page.
func (p *Page) portalTheme(r *http.Request) (fairlead.Theme, error) {
	token, err := p.portalToken(r)
	if err != nil {
		return fairlead.Theme{}, err
	}
	shown, err := p.o.Consenting.PortalView(r.Context(), token)
	if err != nil {
		return fairlead.Theme{}, fmt.Errorf("page: portal: %w", err)
	}
	return shown.Application.Theme, nil
}

// revoke ends what the person no longer wants to share.
func (p *Page) revoke(w http.ResponseWriter, r *http.Request) error {
	token, err := p.portalToken(r)
	if err != nil {
		return err
	}
	if _, err := p.o.Consenting.PortalView(r.Context(), token); err != nil { // before the form is read
		return fmt.Errorf("page: portal: %w", err)
	}
	if err := p.limits.allow(p.o.Client(r), "me"); err != nil {
		return err
	}
	connection := r.PostFormValue("connection")
	if r.PostFormValue("sure") == "" {
		return seeOther(w, ownpath.Portal().At("revoke").WithQuery(p.languageQuery(r)).With("connection", connection))
	}
	ctx := fairlead.WithActor(r.Context(), "person", p.o.Client(r))
	if err := p.o.Consenting.PortalRevoke(ctx, token, fairlead.ConnectionID(connection)); err != nil {
		return fmt.Errorf("page: revoke: %w", err)
	}
	return seeOther(w, ownpath.Portal().WithQuery(p.languageQuery(r)))
}

// confirmRevoke asks once whether a connection shall end: what it deletes does not come back.
func (p *Page) confirmRevoke(w http.ResponseWriter, r *http.Request) error {
	shown, _, err := p.portalOf(r)
	if err != nil {
		return err
	}
	id := fairlead.ConnectionID(r.URL.Query().Get("connection"))
	at := slices.IndexFunc(shown.Connections, func(c consenting.PortalConnection) bool { return c.Connection.ID == id && !hasEnded(c) })
	if at < 0 {
		return seeOther(w, ownpath.Portal().WithQuery(p.languageQuery(r)))
	}
	v := portal{view: p.portalView(r, shown), Portal: shown}
	title := v.text("portal.revoke.title", "institution", v.shareName(shown.Connections[at]))
	return p.render(w, r, http.StatusOK, newDocument(r, v.view, content{title, revoking(v, title, shown.Connections[at])}))
}

func (p *Page) portalToken(r *http.Request) (string, error) {
	c, err := r.Cookie(p.cookieName("me", ""))
	if err != nil {
		return "", fairlead.Errorf(fairlead.Unauthenticated, "This browser has no session here.")
	}
	return c.Value, nil
}

// countDocuments counts the documents of each connection, at most one page of
// them. Not knowing is no reason to show nothing.
func (p *Page) countDocuments(r *http.Request, all consenting.Portal) map[fairlead.ConnectionID]int {
	out := map[fairlead.ConnectionID]int{}
	if p.o.Reading == nil {
		return out
	}
	for _, c := range all.Connections {
		page, err := p.o.Reading.Documents(r.Context(), c.Connection.Tenant, reading.Query{Connection: c.Connection.ID, Limit: 500})
		if err == nil {
			out[c.Connection.ID] = len(page.Data)
		}
	}
	return out
}

// summary says since when, until when, how much, and who reads it.
func (v portal) summary(c consenting.PortalConnection) string {
	out := []string{v.text("portal.since", "date", v.date(c.Connection.Created))}
	switch {
	case hasEnded(c):
		if !c.Connection.Ended.IsZero() {
			out = append(out, v.text("portal.ended", "date", v.date(c.Connection.Ended)))
		}
	case c.Consent != nil && !c.Consent.Expires.IsZero():
		out = append(out, v.text("portal.until", "date", v.date(c.Consent.Expires)))
	default:
		out = append(out, v.text("portal.endless"))
	}
	switch {
	case hasEnded(c): // nothing of it is here
	case v.undone(c): // its accounts stay, with nothing in them
		out = append(out, v.text("portal.accounts.undone"))
	case c.Accounts > 0:
		out = append(out, v.count("portal.accounts", c.Accounts))
	}
	if n := v.documents[c.Connection.ID]; n > 0 && !hasEnded(c) {
		out = append(out, v.count("portal.documents", n))
	}
	if name := cmp.Or(c.Application.CompanyName, c.Application.Name); name != "" {
		out = append(out, v.text("portal.asked", "company", name))
	}
	return strings.Join(out, " · ")
}

// undone reports whether a connection that is fed by files alone has had all of them taken back.
func (v portal) undone(c consenting.PortalConnection) bool {
	uploads := v.uploads[c.Connection.ID]
	return onlyFile(&c.Institution) && c.Accounts > 0 && uploads != nil && len(uploads) == 0
}

// shareName is what a connection is called: one that is fed by files goes by the newest.
func (v portal) shareName(c consenting.PortalConnection) string {
	name := v.connectedName(c.Institution)
	if all := v.uploads[c.Connection.ID]; isStatementFile(&c.Institution) && len(all) > 0 && all[0].name != "" {
		return name + ": " + all[0].name
	}
	return name
}

// shared names the products that are shared.
func (v portal) shared(c consenting.PortalConnection) string {
	if c.Consent != nil && len(c.Consent.Granted) > 0 {
		return v.products(c.Consent.Granted)
	}
	if c.Consent != nil {
		return v.products(c.Consent.Products)
	}
	var products []fairlead.Product
	for _, p := range fairlead.Products() {
		if _, ok := c.Connection.Products[p]; ok {
			products = append(products, p)
		}
	}
	return v.products(products)
}

// revokeHint says what becomes of what was shared when it stops.
func (v portal) revokeHint(c consenting.PortalConnection) string {
	company := cmp.Or(c.Application.CompanyName, c.Application.Name, v.company())
	if onlyFile(&c.Institution) {
		return v.text("portal.revoke.hint.file", "company", company)
	}
	return v.text("portal.revoke.hint", "institution", c.Institution.Name, "company", company)
}

func hasEnded(c consenting.PortalConnection) bool {
	return c.Connection.Status == fairlead.ConnectionDisconnected
}
