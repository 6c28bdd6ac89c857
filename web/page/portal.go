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
)

// enterPortal moves the token of the person's own page out of the address.
func (p *Page) enterPortal(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if _, err := p.o.Consenting.PortalView(r.Context(), token); err != nil {
		return fmt.Errorf("page: portal: %w", err)
	}
	p.setCookie(w, "me", "", token)
	return see(w, r, withQuery("/me", p.languageQuery(r)))
}

// portal shows what a person shares with an application.
func (p *Page) portal(w http.ResponseWriter, r *http.Request) error {
	token, err := p.portalToken(r)
	if err != nil {
		return err
	}
	view, err := p.o.Consenting.PortalView(r.Context(), token)
	if err != nil {
		return fmt.Errorf("page: portal: %w", err)
	}
	m := p.view(r, visitor{base: "/me"}, linking.Screen{Sandbox: view.Sandbox, Company: cmp.Or(view.Application.CompanyName, view.Application.Name), Theme: view.Application.Theme})
	m.portal, m.documents = &view, p.countDocuments(r, view)
	m.heading = m.t("portal.title", "company", m.company())
	return p.render(w, r, http.StatusOK, m, shared(m))
}

// portalTheme serves the colours of the person's own page.
func (p *Page) portalTheme(w http.ResponseWriter, r *http.Request) error {
	theme, err := p.themeOfPortal(r)
	if err != nil {
		return err
	}
	return writeTheme(w, theme)
}

// portalLogo serves the application's logo to the person's own page.
func (p *Page) portalLogo(w http.ResponseWriter, r *http.Request) error {
	theme, err := p.themeOfPortal(r)
	if err != nil {
		return err
	}
	return writeLogo(w, theme)
}

func (p *Page) themeOfPortal(r *http.Request) (fairlead.Theme, error) {
	token, err := p.portalToken(r)
	if err != nil {
		return fairlead.Theme{}, err
	}
	view, err := p.o.Consenting.PortalView(r.Context(), token)
	if err != nil {
		return fairlead.Theme{}, fmt.Errorf("page: portal: %w", err)
	}
	return view.Application.Theme, nil
}

func (p *Page) portalRevoke(w http.ResponseWriter, r *http.Request) error {
	token, err := p.portalToken(r)
	if err != nil {
		return err
	}
	if err := p.answers.allow(p.o.Client(r), "me"); err != nil {
		return err
	}
	if err := p.o.Consenting.PortalRevoke(fairlead.WithActor(r.Context(), "person", p.o.Client(r)), token, fairlead.ConnectionID(r.PostFormValue("connection"))); err != nil {
		return fmt.Errorf("page: revoke: %w", err)
	}
	return see(w, r, withQuery("/me", p.languageQuery(r)))
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

// shareSummary says since when, until when, how much, and who reads it.
func (m *view) shareSummary(c consenting.PortalConnection) string {
	out := []string{m.t("portal.since", "date", m.l.date(c.Connection.Created))}
	switch {
	case m.shareEnded(c):
		if !c.Connection.Ended.IsZero() {
			out = append(out, m.t("portal.ended", "date", m.l.date(c.Connection.Ended)))
		}
	case c.Consent != nil && !c.Consent.Expires.IsZero():
		out = append(out, m.t("portal.until", "date", m.l.date(c.Consent.Expires)))
	default:
		out = append(out, m.t("portal.endless"))
	}
	if c.Accounts > 0 {
		out = append(out, m.l.count("portal.accounts", c.Accounts))
	}
	if n := m.documents[c.Connection.ID]; n > 0 {
		out = append(out, m.l.count("portal.documents", n))
	}
	if name := cmp.Or(c.Application.CompanyName, c.Application.Name); name != "" {
		out = append(out, m.t("portal.asked", "company", name))
	}
	return strings.Join(out, " · ")
}

func (m *view) shareProducts(c consenting.PortalConnection) string {
	if c.Consent != nil && len(c.Consent.Granted) > 0 {
		return m.names(c.Consent.Granted)
	}
	if c.Consent != nil {
		return m.names(c.Consent.Products)
	}
	var products []fairlead.Product
	for _, p := range fairlead.Products() {
		if _, ok := c.Connection.Products[p]; ok {
			products = append(products, p)
		}
	}
	return m.names(slices.Clip(products))
}

// shareStopping says what becomes of what was shared when it stops.
func (m *view) shareStopping(c consenting.PortalConnection) string {
	company := cmp.Or(c.Application.CompanyName, c.Application.Name, m.company())
	if onlyFile(&c.Institution) {
		return m.t("portal.revoke.hint.file", "company", company)
	}
	return m.t("portal.revoke.hint", "institution", c.Institution.Name, "company", company)
}

func (m *view) shareEnded(c consenting.PortalConnection) bool {
	return c.Connection.Status == fairlead.ConnectionDisconnected
}
