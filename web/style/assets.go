// Package style is what the pages of people and the console have in common: colours and
// sizes, drawings, and how files are served for good.
package style

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:generate go tool -modfile=../../tools/go.mod templ generate

//go:embed tokens.css
var tokens []byte

// Assets are files under names that change with their content, so that a browser may
// keep them for good.
type Assets struct {
	base  string
	names map[string]string // "page.css" → "page.1a2b3c4d.css"
	files map[string]asset  // by that name
}

type asset struct {
	kind   string
	plain  []byte
	zipped func() []byte // made once, when it is first wanted: a start need not wait for it
}

// Load reads the files of a folder, which are served below base ("/l/static/"). A
// stylesheet that imports tokens.css gets them in that place.
func Load(folder fs.FS, base string) (*Assets, error) {
	a := &Assets{base: base, names: map[string]string{}, files: map[string]asset{}}
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("style: assets: %w", err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(folder, e.Name())
		if err != nil {
			return nil, fmt.Errorf("style: assets: %w", err)
		}
		switch path.Ext(e.Name()) {
		case ".css":
			data = slimCSS(WithTokens(data))
		case ".js":
			data = scriptNoise.ReplaceAll(data, nil)
		}
		zipped := sync.OnceValue(func() []byte {
			var b bytes.Buffer
			z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
			z.Write(data)
			z.Close()
			return b.Bytes()
		})
		sum := sha256.Sum256(data)
		ending := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ending) + "." + hex.EncodeToString(sum[:4]) + ending
		a.names[e.Name()] = name
		a.files[name] = asset{kind: mime.TypeByExtension(ending), plain: data, zipped: zipped}
	}
	return a, nil
}

// WithTokens puts tokens.css where a stylesheet imports it.
func WithTokens(css []byte) []byte {
	return bytes.Replace(css, []byte(`@import "tokens.css";`), tokens, 1)
}

var cssNoise = regexp.MustCompile(`(?s)/\*.*?\*/|\n\s*`)

// scriptNoise is what only the readers of a script need: lines of comment, and indentation.
var scriptNoise = regexp.MustCompile(`(?m)^[ \t]*//.*\n|^[ \t]+`)

// slimCSS leaves out of a stylesheet what only its readers need: comments and line breaks.
func slimCSS(css []byte) []byte { return cssNoise.ReplaceAll(css, nil) }

// Address is where a file is served.
func (a *Assets) Address(name string) string { return a.base + a.names[name] }

// Serve answers with the file that the request's path calls {file}.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[r.PathValue("file")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	Forever(w, f.kind)
	w.Header().Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(f.zipped())
		return
	}
	w.Write(f.plain)
}

// Forever sets the headers of a file whose address changes with its content.
func Forever(w http.ResponseWriter, kind string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
}
