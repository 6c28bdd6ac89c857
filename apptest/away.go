package apptest

import (
	"strings"

	"golang.org/x/net/html"
)

// Destination is where the browser has left to, or where the last page leads it;
// "" while it stays on the server.
func (p *Person) Destination() string {
	if p.Left {
		return p.At.String()
	}
	root, err := html.Parse(strings.NewReader(p.Page))
	if err != nil {
		return ""
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "meta" || !strings.EqualFold(attribute(n, "http-equiv"), "refresh") {
			continue
		}
		if _, address, ok := strings.Cut(attribute(n, "content"), "url="); ok && !strings.HasPrefix(address, p.app.URL+"/") {
			return address
		}
	}
	return ""
}
