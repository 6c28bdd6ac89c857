package server_test

import (
	"os"
	"path/filepath"
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
		"FAIRLEAD_VAULT is not set":                        func(c *server.Config) { c.Vault = "" },
		"FAIRLEAD_VAULT lies inside":                       func(c *server.Config) { c.Vault = "file:///var/lib/fairlead/keyset.json" },
		"FAIRLEAD_URL is not set":                          func(c *server.Config) { c.URL = "" },
		"FAIRLEAD_URL must look like":                      func(c *server.Config) { c.URL = "https://connect.example.com/path" },
		"FAIRLEAD_URL is plain http":                       func(c *server.Config) { c.URL = "http://connect.example.com" },
		"speaks plain HTTP":                                func(c *server.Config) { c.TLSEnded = false },
		"FAIRLEAD_TRUSTED_PROXIES must be":                 func(c *server.Config) { c.Proxies = []string{"the proxy"} },
		"FAIRLEAD_OIDC_CLIENT_SECRET must be set together": func(c *server.Config) { c.OIDC.Issuer = "https://id.example.com" },
		"FAIRLEAD_OIDC_ISSUER must be an https address":    func(c *server.Config) { c.OIDC.Issuer = "http://id.example.com" },
		"FAIRLEAD_ALLOW":                                   func(c *server.Config) { c.Allow = []string{"http://inside"} },
		"FAIRLEAD_RATE, FAIRLEAD_WORKERS, FAIRLEAD_STREAMS, FAIRLEAD_CONNECTIONS_PER_CLIENT and": func(c *server.Config) { c.Workers = -1 },
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

func TestAKeysetIsJudgedByWhereItsPathLeads(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	data, outside := filepath.Join(root, "data"), filepath.Join(root, "outside")
	for _, folder := range []string{filepath.Join(data, "keys"), outside} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"into": filepath.Join(data, "keys"), "other": data, "beside": outside} {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(data, "out")); err != nil {
		t.Fatal(err)
	}
	for vault, refused := range map[string]bool{
		"into/keyset.json": true, "into/new/keyset.json": true, "other/keyset.json": true, "data/keys/../keyset.json": true,
		"data/out/keyset.json": true, // as it is written, a backup of the folder may follow it
		"beside/keyset.json":   false, "outside/keyset.json": false, "database/keyset.json": false,
	} {
		c := server.Config{Data: data, Vault: "file://" + filepath.Join(root, vault), URL: "https://connect.example.com", TLSEnded: true}
		if vault == "data/keys/../keyset.json" {
			c.Vault = "file://" + root + "/" + vault
		}
		err := c.CheckServe()
		if got := err != nil && strings.Contains(err.Error(), "FAIRLEAD_VAULT lies inside"); got != refused {
			t.Errorf("%s: %v, want it refused: %v", vault, err, refused)
		}
	}
}
