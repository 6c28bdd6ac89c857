package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed static/*
var staticFiles embed.FS

// assets are the page's own files under names that change with their content, so
// that a browser may keep them for good.
type assets struct {
	names map[string]string // "page.css" → "page.1a2b3c4d.css"
	files map[string]asset  // by that name
}

type asset struct {
	kind   string
	plain  []byte
	zipped func() []byte // made once, when it is first wanted: a start need not wait for it
}

func loadAssets() (*assets, error) {
	a := &assets{names: map[string]string{}, files: map[string]asset{}}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, fmt.Errorf("page: assets: %w", err)
	}
	for _, e := range entries {
		data, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("page: assets: %w", err)
		}
		switch path.Ext(e.Name()) {
		case ".css":
			data = slimCSS(data)
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

var cssNoise = regexp.MustCompile(`(?s)/\*.*?\*/|\n\s*`)

// scriptNoise is what only the readers of a script need: lines of comment, and indentation.
var scriptNoise = regexp.MustCompile(`(?m)^[ \t]*//.*\n|^[ \t]+`)

// slimCSS leaves out of a stylesheet what only its readers need: comments and line breaks.
func slimCSS(css []byte) []byte { return cssNoise.ReplaceAll(css, nil) }

// address is where a file is served.
func (a *assets) address(name string) string { return "/l/static/" + a.names[name] }

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[r.PathValue("file")]
	if accent, found := accentOf(r.PathValue("file")); found {
		f, ok = asset{kind: "text/css; charset=utf-8", plain: []byte(themeCSS(accent))}, true
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if f.zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		w.Write(f.zipped())
		return
	}
	w.Write(f.plain)
}

// accentFile names the colours of an accent where there is no link yet whose theme
// could be served; accentOf reads the name.
func accentFile(accent string) string {
	c, ok := parseColour(accent)
	if !ok {
		return ""
	}
	return "/l/static/accent-" + strings.TrimPrefix(c.String(), "#") + ".css"
}

func accentOf(file string) (string, bool) {
	hex, found := strings.CutPrefix(strings.TrimSuffix(file, ".css"), "accent-")
	return "#" + hex, found
}
