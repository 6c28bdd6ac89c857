package page

import (
	"net/http"

	"github.com/fairlead-dev/fairlead/linking"
)

// samplePolicy lets pages of this origin frame a sample, in which nothing runs and nothing
// can be sent.
const samplePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// Sample shows how a screen looks that belongs to no link: to whoever chooses the colours of
// it, in a frame of a page of this origin.
func (p *Page) Sample(w http.ResponseWriter, r *http.Request, screen linking.Screen) error {
	p.setHeaders(w, nil)
	w.Header().Set("Content-Security-Policy", samplePolicy)
	v := p.view(r, session{}, screen)
	v.sample = true
	return p.render(w, r, http.StatusOK, newDocument(r, v, choosePage(v)))
}
