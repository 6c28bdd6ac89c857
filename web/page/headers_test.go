package page

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOnlyNamedOriginsMayFrameAPage(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		dev       bool
		ancestors []string
	}{
		"frame-ancestors 'none'":                                {},
		"frame-ancestors https://a.example https://b.example":   {ancestors: []string{"https://b.example", "https://a.example", "https://b.example"}},
		"frame-ancestors https://ok.example":                    {ancestors: []string{"https://x.example; script-src *", "https://y.example 'self'", "", "https://ok.example"}},
		"frame-ancestors http://*.localhost:* http://127.0.0.1": {dev: true},
	} {
		p, err := New(Options{Dev: c.dev})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		p.setHeaders(w, c.ancestors)
		policy := w.Header().Get("Content-Security-Policy")
		_, frames, _ := strings.Cut(policy, "form-action 'self'; ")
		if !strings.HasPrefix(frames, want) || (!c.dev && frames != want) {
			t.Errorf("%v: the policy ends with %q, want %q", c.ancestors, frames, want)
		}
	}
}

func TestAnOpenerOnLoopbackMayFrameInDevOnly(t *testing.T) {
	t.Parallel()
	for origin, dev := range map[string]bool{
		"http://localhost:3000": true, "http://app.localhost": true, "http://127.0.0.1:9": true, "http://[::1]:9": true,
		"https://localhost.example": false, "https://127.0.0.1.example": false, "null": false, "": false, "http://%zz": false,
	} {
		for _, inDev := range []bool{true, false} {
			p, err := New(Options{Dev: inDev})
			if err != nil {
				t.Fatal(err)
			}
			if got := p.mayFrame(origin, []string{"https://app.example"}); got != (dev && inDev) {
				t.Errorf("%q may frame, dev %v: %v", origin, inDev, got)
			}
			if !p.mayFrame("https://app.example", []string{"https://app.example"}) {
				t.Error("the application's own origin may not")
			}
		}
	}
}

func TestARequestOfAFrameIsKnownByItsHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, address, dest, site string
		want                        bool
	}{
		{"GET", "/f/x", "iframe", "cross-site", true},
		{"GET", "/f/x?frame=1", "document", "none", false},
		{"GET", "/f/x", "", "", false},
		{"GET", "/f/x?frame=1", "", "", true},
		{"POST", "/f", "", "", true},
		{"GET", "/f/x/theme.css", "style", "same-origin", true},
		{"GET", "/f/x/logo", "image", "cross-site", false},
		{"GET", "/f/x/state", "empty", "same-origin", true},
		{"GET", "/f/x", "embed", "same-origin", false},
	} {
		r := httptest.NewRequest(c.method, c.address, nil)
		r.Header.Set("Sec-Fetch-Dest", c.dest)
		r.Header.Set("Sec-Fetch-Site", c.site)
		if got := inFrame(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestABodyHasACapAndAnUploadALargerOne(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]int{"/l/x/answer": http.StatusRequestEntityTooLarge, "/l/x/upload": http.StatusOK} {
		h := p.guarded(func(w http.ResponseWriter, r *http.Request) error {
			if err := r.ParseForm(); err != nil {
				return unreadable(err)
			}
			return nil
		})
		r := httptest.NewRequest("POST", address, strings.NewReader("a="+strings.Repeat("x", maxForm)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s answered %d, want %d", address, w.Code, want)
		}
	}
}
