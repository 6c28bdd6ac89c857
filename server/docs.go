package server

import (
	"io/fs"
	"net/http"
	"sync"

	"github.com/fairlead-dev/fairlead/client"
	"github.com/fairlead-dev/fairlead/dialect"
	guides "github.com/fairlead-dev/fairlead/docs"
	"github.com/fairlead-dev/fairlead/packages"
	"github.com/fairlead-dev/fairlead/web/docs"
	"github.com/fairlead-dev/fairlead/web/sdk"
)

// mountDocs serves the guides and the reference at /docs. They are rendered when
// somebody reads them first.
func (s *Server) mountDocs(mux *http.ServeMux) {
	pages := sync.OnceValues(s.pages)
	for _, path := range docs.Paths() {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			handler, err := pages()
			if err != nil {
				s.Config.Log.ErrorContext(r.Context(), "the documentation does not render", "error", err)
				http.Error(w, "The documentation could not be rendered.", http.StatusInternalServerError)
				return
			}
			handler.ServeHTTP(w, r)
		})
	}
}

// pages renders the documentation.
func (s *Server) pages() (http.Handler, error) {
	opts := docs.Options{
		BaseURL: s.Config.URL,
		Files:   map[string]fs.FS{"docs": guides.Files, "dialect": dialect.Guides, "web/sdk": sdk.Guide, "packages": packages.Guides, "client": client.Guide},
	}
	for _, d := range s.dialects {
		described, ok := d.(dialect.Described)
		if !ok {
			continue
		}
		var err error
		if opts.Description, err = described.Description(); err != nil {
			return nil, err
		}
		events, errors := described.Words()
		for _, w := range events {
			opts.Events = append(opts.Events, docs.Word(w))
		}
		for _, w := range errors {
			opts.Errors = append(opts.Errors, docs.Word(w))
		}
	}
	rendered, err := docs.New(opts)
	if err != nil {
		return nil, err
	}
	return rendered.Handler(), nil
}
