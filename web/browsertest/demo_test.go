package browsertest

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/examples/demo"
	"github.com/fairlead-dev/fairlead/server"
)

func TestTheDemoInABrowser(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t, func(c *server.Config) {
		c.Demo = func(f server.DevFile, log *slog.Logger) http.Handler {
			return demo.New(demo.Options{API: f.BaseURL, Home: f.Demo, ClientID: f.ClientID, ClientSecret: f.ClientSecret, Log: log})
		}
	})
	run(t, "demo.mjs", map[string]string{"api": a.URL, "links": links(t, a)})
}
