// Package page serves the hosted Link page: the one place where a person types
// a bank password.
//
// It owns how a link looks and is spoken: addresses, cookies, frames, templates,
// words in three languages, themes. It owns no state and no rule of linking: one
// address per link, and what a linking.Visit says is what is shown.
//
// The flow: GET /l/{token} trades the token for a cookie and goes to
// /l/{link id}; every POST there calls one action of a linking.Visit and answers 303
// back. In a frame, link.js posts the token to /f and the session stands in
// the address /f/{session}, because no cookie comes back inside a frame.
// Everything works without scripts; page.js only hastens it.
package page

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
)

//go:generate go tool -modfile=../../tools/go.mod templ generate

// Options is what the page works with.
type Options struct {
	Linking    *linking.Linking
	Consenting *consenting.Consenting // the person's own page; may be nil
	Reading    *reading.Reading       // counts documents on the person's own page; may be nil
	BaseURL    string                 // public address, no slash at the end
	Dev        bool                   // pages on loopback may frame a link
	Secure     bool                   // cookies are Secure and __Host-: the public address is https
	EntryURLs  []Door
	Client     func(*http.Request) string // address of the caller; nil: the connection's own
	Clock      fairlead.Clock             // real time, for rate limits; nil: the wall clock
	Log        *slog.Logger
}

// Door is an address as a vendor spells it ("/link?token=", "/path?v=") that
// leads to a link's page. Visit reads its query.
type Door struct {
	Path  string
	Visit func(url.Values) (linking.Entry, error)
}

// Page serves the hosted Link page.
type Page struct {
	o       Options
	words   *catalog
	assets  *assets
	answers *limiter
	guard   *http.CrossOriginProtection
}

// New checks the message files and prepares what does not change.
func New(o Options) (*Page, error) {
	words, err := loadCatalog()
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
	p := &Page{o: o, words: words, assets: files, answers: newLimiter(o.Clock), guard: http.NewCrossOriginProtection()}
	if o.BaseURL != "" {
		if err := p.guard.AddTrustedOrigin(originOf(o.BaseURL)); err != nil {
			return nil, fmt.Errorf("page: public address: %w", err)
		}
	}
	return p, nil
}

// Mount registers every address of the page.
func (p *Page) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /l/static/{file}", p.assets.serve)
	mux.Handle("GET /l/return", p.guarded(p.comeBack))
	mux.Handle("POST /l/return", p.guarded(p.confirmReturn))
	mux.Handle("GET /l/{ref}", p.guarded(p.firstOrScreen))
	mux.Handle("GET /l/{ref}/{part}", p.guarded(p.part))
	mux.Handle("GET /l/{ref}/logo/{institution}", p.guarded(p.institutionLogo))
	mux.Handle("POST /l/{ref}/go", p.guarded(p.departFromFrame))
	mux.Handle("POST /l/{ref}/phone", p.guarded(p.phone))
	mux.Handle("POST /l/{ref}/{action}", p.guarded(p.act))

	mux.Handle("POST /f", p.framed(p.enterFrame))
	mux.Handle("GET /f/{session}", p.framed(p.screen))
	mux.Handle("GET /f/{session}/{part}", p.framed(p.part))
	mux.Handle("GET /f/{session}/logo/{institution}", p.framed(p.institutionLogo))
	mux.Handle("POST /f/{session}/{action}", p.framed(p.act))

	mux.Handle("GET /me/theme.css", p.guarded(p.portalTheme))
	mux.Handle("GET /me/logo", p.guarded(p.portalLogo))
	mux.Handle("GET /me/{token}", p.guarded(p.enterPortal))
	mux.Handle("GET /me", p.guarded(p.portal))
	mux.Handle("POST /me/revoke", p.guarded(p.portalRevoke))

	for _, d := range p.o.EntryURLs {
		mux.Handle("GET "+d.Path, p.guarded(p.door(d)))
		mux.Handle("POST "+d.Path, p.guarded(p.openDoor(d)))
	}
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

// see answers 303: after a POST, a GET.
func see(w http.ResponseWriter, r *http.Request, address string) error {
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// open reads the link of a visitor.
func (p *Page) open(ctx context.Context, v visitor) (*linking.Visit, error) {
	link, err := p.o.Linking.Open(ctx, v.session, v.link)
	if err != nil {
		return nil, fmt.Errorf("page: open: %w", err)
	}
	return link, nil
}

// visit says what to show, after what needs no person has been done.
func (p *Page) visit(ctx context.Context, v visitor) (linking.Screen, error) {
	link, err := p.open(ctx, v)
	if err != nil {
		return linking.Screen{}, err
	}
	if err := link.Run(ctx); err != nil && !passing(err) {
		return linking.Screen{}, fmt.Errorf("page: run: %w", err)
	}
	return screenOf(ctx, link)
}

// screenNow says what to show as the link stands.
func (p *Page) screenNow(ctx context.Context, v visitor) (linking.Screen, error) {
	link, err := p.open(ctx, v)
	if err != nil {
		return linking.Screen{}, err
	}
	return screenOf(ctx, link)
}

func screenOf(ctx context.Context, link *linking.Visit) (linking.Screen, error) {
	s, err := link.Screen(ctx)
	if err != nil {
		return s, fmt.Errorf("page: screen: %w", err)
	}
	return s, nil
}

// waits tells whether the screen goes on without the person.
func waits(s linking.Screen) bool {
	switch {
	case s.Ended:
		return false
	case s.Busy, s.Stage == fairlead.StageRetrieving:
		return true
	case s.Stage != fairlead.StageConversation || s.Step == nil:
		return false
	}
	return s.Step.Wait != nil || s.Step.Send != nil || (s.Step.Form != nil && s.Step.Form.Refresh > 0)
}

// passing tells whether an error of Run means no more than "not now": somebody
// else is at it.
func passing(err error) bool {
	switch fairlead.KindOf(err) {
	case fairlead.Conflict, fairlead.RateLimited, fairlead.NotReady:
		return true
	}
	return false
}
