// Package sdk serves link.js, the script by which an application's page shows a
// link in a frame, and its types.
//
// It owns the script and its addresses. The page inside the frame is web/page's.
// A dialect whose vendor has a script of its own gets link.js followed by a shim
// that renames, under the vendor's address.
package sdk

import (
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"net/http"
)

//go:generate go run ./build

//go:embed link.js
var script []byte

//go:embed link.d.ts
var types []byte

// Guide is the README of link.js, for the pages at /docs.
//
//go:embed README.md
var Guide embed.FS

// Script is link.js.
func Script() []byte { return append([]byte(nil), script...) }

// Integrity is the value for a script tag's integrity attribute.
func Integrity() string {
	sum := sha512.Sum384(script)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Mount serves the script and its types under their versioned addresses.
func Mount(mux *http.ServeMux) {
	mux.Handle("GET /sdk/v1/link.js", file("text/javascript; charset=utf-8", script))
	mux.Handle("GET /sdk/v1/link.d.ts", file("text/plain; charset=utf-8", types))
}

// MountShim serves link.js followed by source, at a vendor's own address. The
// source runs after window.Fairlead is there.
func MountShim(mux *http.ServeMux, path, source string) {
	both := append(Script(), '\n')
	mux.Handle("GET "+path, file("text/javascript; charset=utf-8", append(both, source...)))
}

// file serves a public text that pages of any origin load.
func file(kind string, data []byte) http.Handler {
	sum := sha256.Sum256(data)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Cache-Control", "public, max-age=300")
		h.Set("ETag", tag)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Access-Control-Allow-Origin", "*") // for integrity checks; the script is public
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Write(data)
	})
}
