package connectortest

import (
	"net/http"
	"os"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// Recorded is a collection that was recorded (fairlead record), which a connector must
// still be able to read.
type Recorded struct {
	New  func() connector.Connector
	File string // the recording
	// Session is what is fetched with: its Now is when the recording was made, as far as
	// requests depend on it, and its secrets are any that lead to the same requests. Its
	// Institution is the connector's first if it is left out. Its Client is not used.
	Session  connector.Session
	Products []fairlead.Product // nil: those of the institution
	Limit    int                // page size; 0: 500, which the engine asks for
}

// recordedLimit is the engine's page size.
const recordedLimit = 500

// Replay fetches every product from a recording, page by page and each page twice as Run
// does, and returns what came. A request that was not recorded fails the test.
func Replay(t testing.TB, c Recorded) map[fairlead.Product]connector.Page {
	t.Helper()
	file, err := os.Open(c.File)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	exchanges, err := kit.ReadRecording(file)
	if err != nil {
		t.Fatal(err)
	}
	var secrets []fairlead.Secret
	for _, s := range c.Session.Secrets {
		secrets = append(secrets, s)
	}
	replayer := kit.ReplayByRequest(exchanges, secrets...)
	r := &run{TB: t, Case: Case{New: c.New, Session: c.Session, Limit: c.Limit}, result: Result{Data: map[fairlead.Product]connector.Page{}}}
	if r.Limit == 0 {
		r.Limit = recordedLimit
	}
	if r.Session.Institution.ID == "" {
		r.Session.Institution = c.New().Describe().Institutions[0]
	}
	r.Session.Client = &http.Client{Transport: replayer}
	products := c.Products
	if products == nil {
		products = r.Session.Institution.Products
	}
	defer func() {
		for _, request := range replayer.Unrecorded() {
			t.Errorf("%s was not recorded", request)
		}
	}()
	for _, p := range products {
		r.result.Data[p] = r.fetch(p)
	}
	for _, request := range replayer.Left() {
		t.Logf("nobody asked for what was recorded of %s", request)
	}
	return r.result.Data
}
