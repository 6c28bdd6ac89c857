package server

import (
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/console"
	"github.com/fairlead-dev/fairlead/web/page"
)

// mountConsole serves the operator's pages.
func (s *Server) mountConsole(mux *http.ServeMux, hosted *page.Page, entries []linking.EntryURL) error {
	v := s.Verbs
	var templates []linking.TemplateKind
	for _, e := range entries {
		if e.Templates != nil {
			templates = append(templates, *e.Templates)
		}
	}
	pages, err := console.New(console.Options{
		Access: v.Access, Linking: v.Linking, Consenting: v.Consenting, Erasing: v.Erasing, Collecting: v.Collecting, Reading: v.Reading,
		Notifying: v.Notifying, Simulating: v.Simulating, Notes: v.Notes, Providing: v.Providing, Measuring: s.Measuring, Operating: s.Operating, DeleteApplication: s.deleteApplication,
		Templates: templates, Preview: hosted.Sample,
		BaseURL: s.Config.URL, Secure: strings.HasPrefix(s.Config.URL, "https://"), Dev: s.Config.Dev, Clock: v.Clock, Log: s.Config.Log,
	})
	if err != nil {
		return err
	}
	pages.Mount(mux)
	return nil
}
