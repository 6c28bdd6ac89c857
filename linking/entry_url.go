package linking

import (
	"net/url"

	"github.com/fairlead-dev/fairlead"
)

// EntryURL is an address as a vendor spells it ("/link?token=", "/path?v=") that
// leads to a link's page. Entry reads its query; the page does the rest.
type EntryURL struct {
	Path   string
	Entry  func(url.Values) (Entry, error)
	Frames bool // the address may be opened in a frame of the application's pages
	// Templates are the reusable links that are opened there; nil: none are.
	Templates *TemplateKind
}

// TemplateKind is what a dialect's reusable links are like.
type TemplateKind struct {
	Dialect string
	Spec    func() fairlead.Spec      // what each requests besides its own attributes
	Address func(token string) string // where one is opened: path and query
}
