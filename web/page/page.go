// Package page serves the hosted Link page: the one place where a person types
// a bank password.
//
// It owns how a link looks and reads: addresses, cookies, frames, templates,
// messages in three languages, themes. It owns no state and no rule of linking:
// one address per link, and what a linking.Visit says is what is shown.
//
// The flow: GET /l/{token} trades the token for a cookie and goes to
// /l/{link id}; every POST there calls one action of a linking.Visit and answers 303
// back. In a frame, link.js posts the token to /f and the session stands in
// the address /f/{session}, because no cookie comes back inside a frame.
// Everything works without scripts; page.js and forms.js only hasten it.
//
// A screen becomes a page in three steps, each knowing only the ones before: a
// translator (i18n.go) puts messages into the person's language, a view
// (viewmodel.go) adds the screen and its addresses, and choosePage (pages.go)
// picks the title and the template, which a document (document.go) surrounds.
package page

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
	"github.com/fairlead-dev/fairlead/web/style"
)

//go:generate go tool -modfile=../../tools/go.mod templ generate

// Options is what the page works with.
type Options struct {
	Linking    *linking.Linking
	Consenting *consenting.Consenting // the person's own page; may be nil
	Reading    *reading.Reading       // counts documents on the person's own page; may be nil
	Uploads    Uploads                // imports that can be undone; nil: none can
	BaseURL    string                 // public address, no slash at the end
	Operator   string                 // who runs this server, as people read it; "": the host of BaseURL
	Dev        bool                   // pages on loopback may frame a link
	Secure     bool                   // cookies are Secure and __Host-: the public address is https
	EntryURLs  []linking.EntryURL
	Client     func(*http.Request) string // address of the caller; nil: the connection's own
	Clock      fairlead.Clock             // real time, for rate limits; nil: the wall clock
	Log        *slog.Logger
}

// Page serves the hosted Link page.
type Page struct {
	o           Options
	catalog     *catalog
	assets      *style.Assets
	limits      *limits
	crossOrigin *http.CrossOriginProtection
}

// New checks the message files and prepares what does not change.
func New(o Options) (*Page, error) {
	messages, err := loadCatalog()
	if err != nil {
		return nil, err
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = fairlead.RealClock
	}
	if o.Client == nil {
		o.Client = remoteHost
	}
	p := &Page{o: o, catalog: messages, assets: files, limits: newLimits(o.Clock), crossOrigin: http.NewCrossOriginProtection()}
	if o.BaseURL != "" {
		if err := p.crossOrigin.AddTrustedOrigin(originOf(o.BaseURL)); err != nil {
			return nil, fmt.Errorf("page: public address: %w", err)
		}
	}
	return p, nil
}

// Mount registers every address of the page.
func (p *Page) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /l/static/{file}", p.serveAsset)
	mux.Handle("GET /l/return", p.guarded(p.returnFromInstitution))
	mux.Handle("POST /l/return", p.guarded(p.confirmReturn))
	mux.Handle("GET /l/{ref}", p.guarded(p.entryOrScreen))
	mux.Handle("GET /l/{ref}/{part}", p.guarded(p.part))
	mux.Handle("GET /l/{ref}/logo/{institution}", p.guarded(p.institutionLogo))
	mux.Handle("POST /l/{ref}/go", p.guarded(p.departFromFrame))
	mux.Handle("POST /l/{ref}/phone", p.guarded(p.continueOnDevice))
	mux.Handle("POST /l/{ref}/undo", p.guarded(p.linkUndo))
	mux.Handle("POST /l/{ref}/{action}", p.guarded(p.act))

	mux.Handle("POST /f", p.framed(p.enterFrame))
	mux.Handle("GET /f/{session}", p.framed(p.showScreen))
	mux.Handle("GET /f/{session}/{part}", p.framed(p.part))
	mux.Handle("GET /f/{session}/logo/{institution}", p.framed(p.institutionLogo))
	mux.Handle("POST /f/{session}/undo", p.framed(p.linkUndo))
	mux.Handle("POST /f/{session}/{action}", p.framed(p.act))

	mux.Handle("GET /about", p.guarded(p.about))
	mux.Handle("GET /me/theme.css", p.guarded(p.serveTheme(p.portalTheme)))
	mux.Handle("GET /me/logo", p.guarded(p.serveLogo(p.portalTheme)))
	mux.Handle("GET /me/{token}", p.guarded(p.enterPortal))
	mux.Handle("GET /me", p.guarded(p.showPortal))
	mux.Handle("GET /me/undo", p.guarded(p.confirmPortalUndo))
	mux.Handle("POST /me/undo", p.guarded(p.portalUndo))
	mux.Handle("GET /me/revoke", p.guarded(p.confirmRevoke))
	mux.Handle("POST /me/revoke", p.guarded(p.revoke))
	mux.Handle("POST /me/programs", p.guarded(p.createProgram))
	mux.Handle("POST /me/programs/revoke", p.guarded(p.revokeProgram))
	mux.Handle("GET /simplefin/create", p.guarded(p.wherePrograms))

	for _, u := range p.o.EntryURLs {
		mux.Handle("GET "+u.Path, p.guarded(p.openVendorURL(u)))
		mux.Handle("POST "+u.Path, p.guarded(p.postVendorURL(u)))
	}
}

// host is the domain at which people reach this server.
func (p *Page) host() string {
	return strings.TrimPrefix(strings.TrimPrefix(originOf(p.o.BaseURL), "https://"), "http://")
}

// handler is a handler that says what went wrong instead of writing it.
type handler func(w http.ResponseWriter, r *http.Request) error

// originOf is scheme and host of an address, as a browser writes an origin.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// seeOther answers 303: after a POST, a GET. It leads to a path of this origin,
// which nothing of a request's own address can be.
func seeOther(w http.ResponseWriter, to ownpath.Path) error {
	to.Redirect(w)
	return nil
}
