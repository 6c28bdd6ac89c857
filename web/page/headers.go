package page

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// maxForm bounds the body of a form that uploads nothing.
const maxForm = 64 << 10

// maxFile is the cap of a file, and maxFiles of how many a form takes.
const (
	maxFile  = 16 << 20
	maxFiles = 20
)

// maxUpload bounds a form with files: their own caps, one byte over, so that linking
// is the one to say so, and a form around them.
const maxUpload = maxFiles*maxFile + 1 + maxForm

// guarded wraps a handler of a top-level page.
func (p *Page) guarded(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.setHeaders(w, nil)
		if err := p.crossOrigin.Check(r); err != nil {
			p.writeError(w, r, fairlead.Errorf(fairlead.Forbidden, "This form was sent from another site."))
			return
		}
		p.serve(w, r, h)
	})
}

// framed wraps a handler that is only good inside a frame. The post of link.js
// comes from another site by nature; everything after it comes from ourselves.
func (p *Page) framed(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.setHeaders(w, nil)
		if !inFrame(r) {
			p.writeError(w, r, fairlead.Errorf(fairlead.Forbidden, "This address is only good inside the application's page."))
			return
		}
		if r.URL.Path != "/f" {
			if err := p.crossOrigin.Check(r); err != nil {
				p.writeError(w, r, fairlead.Errorf(fairlead.Forbidden, "This form was sent from another site."))
				return
			}
		}
		p.serve(w, r, h)
	})
}

func (p *Page) serve(w http.ResponseWriter, r *http.Request, h handler) {
	limit := int64(maxForm)
	if strings.HasSuffix(r.URL.Path, "/upload") {
		limit = maxUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := h(w, r); err != nil {
		p.writeError(w, r, err)
	}
}

// inFrame reports whether a request is on behalf of a frame: a navigation in an
// iframe, or what the page in it loads for itself. Browsers that do not say
// (Sec-Fetch-Dest is missing) carry the flag that link.js sets.
func inFrame(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "iframe":
		return true
	case "":
		return r.URL.Query().Get("frame") == "1" || r.URL.Path == "/f" || r.Method != http.MethodGet
	case "empty", "style", "image", "script":
		return r.Header.Get("Sec-Fetch-Site") == "same-origin"
	}
	return false
}

// setHeaders sets the headers that the page has a word on; the rest are the server's,
// as for every answer. Pages of the ancestors may frame it.
func (p *Page) setHeaders(w http.ResponseWriter, ancestors []string) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", p.contentSecurityPolicy(ancestors))
}

// keepWindow leaves the frame that opened this window its hold on it, to close it
// when the visit is over. Every other page of ours is out of the reach of whoever
// opened it: they could lead it to one that looks like it.
func keepWindow(w http.ResponseWriter) { w.Header().Set("Cross-Origin-Opener-Policy", "unsafe-none") }

func (p *Page) contentSecurityPolicy(ancestors []string) string {
	frames := slices.Clone(ancestors)
	if p.o.Dev {
		frames = append(frames, "http://localhost:*", "http://*.localhost:*", "http://127.0.0.1:*")
	}
	slices.Sort(frames)
	frames = slices.Compact(frames)
	frames = slices.DeleteFunc(frames, func(o string) bool { return strings.ContainsAny(o, " ;,'\"\r\n") || o == "" })
	if len(frames) == 0 {
		frames = []string{"'none'"}
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
		"form-action 'self'; frame-ancestors " + strings.Join(frames, " ")
}

// mayFrame reports whether a page of the origin may show the link in a frame.
func (p *Page) mayFrame(origin string, ancestors []string) bool {
	return slices.Contains(ancestors, origin) || p.loopback(origin) != ""
}

// loopback is an origin if it is one of this machine's, and those may frame the page: in
// dev, where the policy has no more than patterns of them. Else it is "".
func (p *Page) loopback(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || !p.o.Dev || !fairlead.Loopback(u.Hostname()) {
		return ""
	}
	return origin
}

// remoteHost is the address of the connection, without its port.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
