package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// fetchFile reads an address of a directory with what its connector may dial with.
func fetchFile(ctx context.Context, env connector.Env, address string, most int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Invalid, Detail: "This is no address.", Err: err}
	}
	request.Header.Set("Accept", "image/png, image/jpeg, image/gif")
	response, err := env.Client.Do(request)
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.InstitutionDown, Err: err}
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, &fairlead.Error{Kind: fairlead.InstitutionDown, Err: errors.New("the answer was " + response.Status)}
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.InstitutionDown, Err: err}
	}
	if int64(len(body)) > most {
		return nil, fairlead.Errorf(fairlead.TooLarge, "The file is too large.")
	}
	return body, nil
}

// logo serves a logo that a directory brought: an image whose name says what its bytes
// are, so that it never changes.
func (s *Server) logo(w http.ResponseWriter, r *http.Request) {
	hash, ok := strings.CutSuffix(r.PathValue("file"), ".png")
	if !ok {
		http.NotFound(w, r)
		return
	}
	body, err := s.Verbs.Providing.Logo(r.Context(), hash)
	if fairlead.Is(err, fairlead.NotFound) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		s.Config.Log.ErrorContext(r.Context(), "a logo could not be read", "error", err)
		http.Error(w, "The logo could not be read.", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(body)
}
