package server

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/connector/sandbox/hub"
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
