package page

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead/web/style"
)

//go:embed static/*
var staticFiles embed.FS

func loadAssets() (*style.Assets, error) {
	files, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, err
	}
	return style.Load(files, "/l/static/")
}

// serveAsset serves the page's own files, and the colours of an accent.
func (p *Page) serveAsset(w http.ResponseWriter, r *http.Request) {
	if accent, found := accentOf(r.PathValue("file")); found {
		style.Forever(w, "text/css; charset=utf-8")
		w.Write([]byte(themeCSS(accent)))
		return
	}
	p.assets.Serve(w, r)
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
