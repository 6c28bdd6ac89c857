package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/connector/sandbox/hub"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/providing"
)

// DevFile is what dev.json tells programs about a dev server.
type DevFile struct {
	BaseURL      string `json:"base_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Demo         string `json:"demo"`
}

// DevFile describes this server.
func (s *Server) DevFile() DevFile {
	return DevFile{s.Config.URL, access.DevClientID, access.DevSecret, s.Config.URL + "/demo"}
}

// WriteDevFile writes DIR/dev.json, whole or not at all.
func (s *Server) WriteDevFile() error {
	body, err := json.MarshalIndent(s.DevFile(), "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(s.Config.Data, "dev.json")
	body = append(body, '\n')
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, body) {
		return nil
	}
	if err := os.WriteFile(path+".new", body, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// mountDev adds what only a dev server has: the demo application, where it is
// given one, and a way to it from /.
func (s *Server) mountDev(mux *http.ServeMux) {
	if s.Config.Demo == nil {
		return
	}
	app := s.Config.Demo(s.DevFile(), s.Config.Log)
	mux.Handle("/demo", app)
	mux.Handle("/demo/", app)
	mux.Handle("GET /{$}", http.RedirectHandler("/demo", http.StatusSeeOther))
}

// ensureEstuary sets up the sandbox's own provider for the dev tenant, where there is
// none. Its keys are tried as any are, at this server, which is about to answer.
func (s *Server) ensureEstuary(ctx context.Context) {
	err := func() error {
		t, err := s.Verbs.Access.TenantNamed(ctx, access.DevTenant)
		if err != nil {
			return err
		}
		if _, err := s.Verbs.Providing.Of(ctx, t.ID, hub.Name); !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		_, err = s.Verbs.Providing.Set(ctx, t.ID, providing.SetRequest{Connector: hub.Name, Fields: map[string]fairlead.Secret{
			"client_id": fairlead.NewSecret(hub.ClientID), "secret": fairlead.NewSecret(hub.Secret),
		}})
		return err
	}()
	if err != nil && ctx.Err() == nil {
		s.Config.Log.WarnContext(ctx, "the sandbox's own provider could not be set up", "error", err)
	}
}

// RequestFailure is a request that was answered with an error, as a developer wants to see
// it pass.
type RequestFailure struct {
	At        time.Time
	Method    string
	Route     string // the pattern that matched: an address itself may hold a token
	Status    int
	RequestID string // by which the log and the body of the answer name it; "": it has none
}

// reportFailure reports a request that failed, where somebody wants to know. What was only
// sent again, or not found by a browser that looks for icons, is none.
func (s *Server) reportFailure(r *http.Request, answer *counting) {
	if s.Config.Failed == nil || answer.status < http.StatusBadRequest || r.Pattern == "" && strings.HasPrefix(r.URL.Path, "/.well-known/") {
		return
	}
	pattern := strings.TrimPrefix(route(r), r.Method+" ")
	s.Config.Failed(RequestFailure{time.Now(), r.Method, pattern, answer.status, answer.Header().Get(requestIDHeader)})
}

// FollowEvents calls show with each event of the dev tenant that happens from now on, until
// ctx ends.
func (s *Server) FollowEvents(ctx context.Context, show func(fairlead.Event)) error {
	t, err := s.Verbs.Access.TenantNamed(ctx, access.DevTenant)
	if err != nil {
		return err
	}
	q := notifying.EventQuery{Wait: time.Minute}
	q.Limit = 500
	for seen := false; ctx.Err() == nil; {
		if !seen {
			q.Wait = 0
		}
		page, err := s.Verbs.Notifying.Events(ctx, t.ID, q)
		if err != nil {
			return err
		}
		for _, e := range page {
			if q.Sequence = e.Sequence; seen && !e.Kind.ForDialects() {
				show(e)
			}
		}
		if !seen && len(page) < q.Limit {
			seen, q.Wait = true, time.Minute
		}
	}
	return nil
}
