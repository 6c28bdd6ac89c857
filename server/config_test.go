package server_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

func TestOperatorsAreToldEveryAddressThatOpensSomething(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	vendors := apptest.Start(t).Server.EntryPaths()
	if len(vendors) < 3 {
		t.Errorf("only %v were found", vendors)
	}
	for _, path := range append(vendors, "/l/{token}", "/l/return", "/f/{session}", "/me/{token}", "/d/{token}", "/data/v1/basic-links/{appId}", "/sandbox/") {
		if !strings.Contains(string(text), "`"+path+"?") && !strings.Contains(string(text), "`"+path) {
			t.Errorf("docs/running.md does not list %s", path)
		}
	}
}

func TestServeNamesEverythingThatIsNotSafe(t *testing.T) {
	t.Parallel()
	sound := server.Config{Data: "/var/lib/fairlead", Vault: "file:///etc/fairlead/keyset.json", URL: "https://connect.example.com", TLSEnded: true}
	for want, spoil := range map[string]func(*server.Config){
		"FAIRLEAD_VAULT is not set":           func(c *server.Config) { c.Vault = "" },
		"FAIRLEAD_VAULT lies inside":          func(c *server.Config) { c.Vault = "file:///var/lib/fairlead/keyset.json" },
		"FAIRLEAD_URL is not set":             func(c *server.Config) { c.URL = "" },
		"FAIRLEAD_URL must look like":         func(c *server.Config) { c.URL = "https://connect.example.com/path" },
		"FAIRLEAD_URL is plain http":          func(c *server.Config) { c.URL = "http://connect.example.com" },
		"speaks plain HTTP":                   func(c *server.Config) { c.TLSEnded = false },
		"FAIRLEAD_TRUSTED_PROXIES must be":    func(c *server.Config) { c.Proxies = []string{"the proxy"} },
		"FAIRLEAD_ALLOW":                      func(c *server.Config) { c.Allow = []string{"http://inside"} },
		"FAIRLEAD_RATE, FAIRLEAD_WORKERS and": func(c *server.Config) { c.Workers = -1 },
	} {
		c := sound
		spoil(&c)
		if err := c.CheckServe(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not said: %v", want, err)
		}
	}
	c := sound
	if err := c.CheckServe(); err != nil || !slices.Contains(c.Proxies, "127.0.0.0/8") {
		t.Errorf("a sound configuration: %v, proxies %v", err, c.Proxies)
	}
}
