package linking

import "net/url"

// EntryURL is an address as a vendor spells it ("/link?token=", "/path?v=") that
// leads to a link's page. Entry reads its query; the page does the rest.
type EntryURL struct {
	Path   string
	Entry  func(url.Values) (Entry, error)
	Frames bool // the address may be opened in a frame of the application's pages
}
