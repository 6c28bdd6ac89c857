package sdk

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestTheSourceStaysSmall(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("source/link.ts")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
		lines++
	}
	if lines > 250 {
		t.Errorf("link.ts has %d lines; an auditor was promised at most 250", lines)
	}
}

func TestTheScriptAndItsTypesAreServed(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	Mount(mux)
	MountShim(mux, "/link/link-initialize.js", "window.Vendor={create:window.Fairlead.create};")
	for path, want := range map[string]string{
		"/sdk/v1/link.js": "Fairlead", "/sdk/v1/link.d.ts": "FairleadOptions", "/link/link-initialize.js": "window.Vendor",
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %q not in the body", path, w.Code, want)
		}
		again := httptest.NewRequest("GET", path, nil)
		again.Header.Set("If-None-Match", w.Header().Get("ETag"))
		w = httptest.NewRecorder()
		mux.ServeHTTP(w, again)
		if w.Code != http.StatusNotModified {
			t.Errorf("%s: status %d for what the browser has already", path, w.Code)
		}
	}
	if !strings.HasPrefix(Integrity(), "sha384-") {
		t.Errorf("integrity %q", Integrity())
	}
}
