package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/server"
)

func TestMakeBelieveBanksAreOnlyWhereThereIsASandbox(t *testing.T) {
	t.Parallel()
	var running *server.Server
	address, _ := production(t, func(*server.Config) {}, func(s *server.Server) { running = s })
	status := func(path string) int {
		response, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	for _, path := range []string{"/sandbox/farol/authorize", "/sandbox/farol/s/x", "/sandbox/visit/x/y", "/sandbox/keel/par"} {
		if got := status(path); got != http.StatusNotFound {
			t.Errorf("%s answered %d where there are live tenants only", path, got)
		}
	}
	if got := status("/sandbox/farol/par"); got != http.StatusNotFound {
		t.Errorf("an address that takes another method answered %d", got)
	}
	operated(t, running, "tenant.create", server.Params{Tenant: "play", Environment: "sandbox"}, nil)
	for until := time.Now().Add(5 * time.Second); status("/sandbox/farol/par") != http.StatusMethodNotAllowed; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("the banks do not answer, though there is a sandbox tenant now")
		}
	}
}
