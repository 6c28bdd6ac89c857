package page

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead/linking"
)

// about explains what Fairlead is, who runs this server, what it stores and how to stop.
func (p *Page) about(w http.ResponseWriter, r *http.Request) error {
	v := p.view(r, session{}, linking.Screen{})
	title := v.text("about.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, about(v, title)}))
}

// aboutParts are the sections of the page, in order: about.<part>.title and .text.
func aboutParts() []string { return []string{"what", "who", "stored", "never", "stop", "check"} }

// aboutURL is the page that explains all this, in the language of this one.
func (v *view) aboutURL() templ.SafeURL {
	return templ.SafeURL("/about?" + url.Values{"lang": {v.language}}.Encode())
}

// operated is a message about this server.
func (v *view) operated(key string) string {
	return v.text(key, "operator", v.operator, "host", v.host)
}
