// Package download serves documents at /d/{token}.
//
// It owns the headers under which a document leaves the server: always as a
// download, never as a page of this origin. Whether the token is good, and that
// the download is audited, is reading's.
package download

import (
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// Mount adds GET /d/{token}.
func Mount(mux *http.ServeMux, v *reading.Reading, log *slog.Logger) {
	mux.HandleFunc("GET /d/{token}", func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		d, body, err := v.Download(r.Context(), r.PathValue("token"), r.RemoteAddr)
		if err != nil {
			refuse(w, r, log, err)
			return
		}
		defer body.Close()
		h.Set("Content-Type", d.MediaType)
		h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.FileName}))
		if _, err := io.Copy(w, body); err != nil {
			log.InfoContext(r.Context(), "a download broke off", "document", d.ID, "error", err)
		}
	})
}

// refuse says what a person who follows an old address needs to know.
func refuse(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	code, text := http.StatusNotFound, "There is no document at this address."
	switch fairlead.KindOf(err) {
	case fairlead.Gone:
		code, text = http.StatusGone, "This address has expired. Ask the application for a new one: document addresses live 15 minutes."
	case fairlead.NotFound:
	default:
		code, text = http.StatusInternalServerError, "The document could not be read."
		log.ErrorContext(r.Context(), "a document could not be read", "error", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]any{"status": code, "error": text})
}
