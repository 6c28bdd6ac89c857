package page

import (
	"fmt"
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// openVendorURL shows a link at an address that a vendor spells. A reusable link
// is only previewed: the first POST mints one of it, so that link checkers, bots
// and refreshes make none.
func (p *Page) openVendorURL(u linking.EntryURL) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		entry, err := u.Entry(r.URL.Query())
		if err != nil {
			return fmt.Errorf("page: %s: %w", u.Path, err)
		}
		if entry.Template == "" {
			if u.Frames && r.Header.Get("Sec-Fetch-Dest") == "iframe" && !onlyLooks(r) {
				return p.enterFrameByURL(w, r, entry)
			}
			return p.enter(w, r, entry)
		}
		screen, err := p.o.Linking.Preview(r.Context(), entry)
		if fairlead.Is(err, fairlead.Gone) {
			return p.render(w, r, http.StatusGone, p.message(r, "paused", false))
		}
		if err != nil {
			return fmt.Errorf("page: preview: %w", err)
		}
		p.setHeaders(w, screen.Ancestors)
		screen.Stage = fairlead.StageWelcome // somebody has to say go, whatever comes first then
		v := p.view(r, session{home: ownpath.Entry(u)}, screen)
		if v.preview = entry.Again; v.preview == nil {
			v.preview = r.URL.Query()
		}
		return p.render(w, r, http.StatusOK, newDocument(r, v, choosePage(v)))
	}
}

// gaveUp marks the address that the way out of a page posts to which has no link yet, or
// has not been trusted with one. It is no field of the form: those are the vendor's, or
// the institution's, who may have one of any name.
const gaveUp = "gave_up"

// postVendorURL mints the link of a reusable one and goes past the welcome, which
// the person has just read; or ends it at once, so that who gives up comes back to the
// application as from any other page.
func (p *Page) postVendorURL(u linking.EntryURL) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return unreadable(err)
		}
		if err := p.limits.allow(p.o.Client(r), u.Path); err != nil {
			return err
		}
		entry, err := u.Entry(r.PostForm)
		if err != nil {
			return fmt.Errorf("page: %s: %w", u.Path, err)
		}
		leaves := r.URL.Query().Has(gaveUp)
		entry.Welcomed = !leaves
		link, s, err := p.o.Linking.Enter(r.Context(), entry, fairlead.PageToken, p.o.Client(r))
		if err != nil {
			return fmt.Errorf("page: enter: %w", err)
		}
		p.setCookie(w, "link", string(link.ID), s.Token)
		to := ownpath.Link(link.ID).WithQuery(p.languageQuery(r))
		if leaves {
			visit, err := p.o.Linking.Open(r.Context(), s, link.ID)
			if err == nil {
				err = visit.Leave(r.Context())
			}
			if err != nil {
				return fmt.Errorf("page: leave: %w", err)
			}
			to = to.With("done", "1")
		}
		return seeOther(w, to)
	}
}
