// Package console serves the operator's pages at /console: create an application, copy
// its keys, make a link, see a connection come alive, find out why something failed and
// replay what was missed.
//
// It owns how that looks and who may see which page, and no rule of the product: a
// handler calls one or two verbs, as a dialect's does, and shows what they say.
//
// The flow: one table (routes.go) names every address with the permission that it needs.
// serve finds the operator of the request's session, the tenant of its path, and refuses
// what the operator's role does not allow; the handler fills a component, which the layout
// surrounds. Every form is answered with 303, but one that shows a secret, once.
// Everything works without scripts; console.js only hastens it.
package console

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/erasing"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/measuring"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/providing"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/simulating"
	"github.com/fairlead-dev/fairlead/web/style"
)

//go:generate go tool -modfile=../../tools/go.mod templ generate

//go:embed static/*
var staticFiles embed.FS

// Options is what the console works with.
type Options struct {
	Access     *access.Access
	Linking    *linking.Linking
	Consenting *consenting.Consenting
	Erasing    *erasing.Erasing
	Collecting *collecting.Collecting
	Reading    *reading.Reading
	Notifying  *notifying.Notifying
	Simulating *simulating.Simulating
	Notes      *notes.Notes
	Providing  *providing.Providing
	Measuring  *measuring.Measuring
	Operating  *operating.Operating
	// Templates are the kinds of reusable links that are made here: one of each dialect that
	// has them.
	Templates []linking.TemplateKind
	// Preview shows how a screen of the Link page looks, in a frame of a page of this origin.
	Preview func(http.ResponseWriter, *http.Request, linking.Screen) error
	// DeleteApplication deletes an application with what others own of it.
	DeleteApplication func(context.Context, fairlead.Application) error

	BaseURL string // public address, no slash at the end
	Secure  bool   // cookies are Secure and __Host-: the public address is https
	// Dev lets everybody in as an owner: the server answers loopback names only.
	Dev    bool
	Client func(*http.Request) string // address of the caller; nil: the connection's own
	Clock  fairlead.Clock             // real time
	Log    *slog.Logger
}

// Console serves the operator's pages. It is safe for concurrent use.
type Console struct {
	o           Options
	assets      *style.Assets
	crossOrigin *http.CrossOriginProtection
	reveals     reveals
}

// New prepares what does not change.
func New(o Options) (*Console, error) {
	files, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	assets, err := style.Load(files, "/console/static/")
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
		o.Client = func(r *http.Request) string { return r.RemoteAddr }
	}
	c := &Console{o: o, assets: assets, crossOrigin: http.NewCrossOriginProtection()}
	if o.BaseURL != "" {
		if err := c.crossOrigin.AddTrustedOrigin(o.BaseURL); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Mount adds every address of the console.
func (c *Console) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET /console/static/{file}", c.assets.Serve)
	for _, r := range c.routes() {
		mux.Handle(r.pattern, c.serve(r))
	}
}
