package example_test

import (
	"bytes"
	"flag"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/example"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// recording is a collection at the bank of these tests, as `fairlead record` writes it.
const recording = "testdata/collection.jsonl"

var update = flag.Bool("update", false, "write the recording anew")

// TestARecordedCollectionIsStillRead reads the recording that lies here, without the bank.
func TestARecordedCollectionIsStillRead(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	if *update {
		if err := os.WriteFile(recording, recordAt(t, b), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	session := b.session()
	session.Secrets = map[string]fairlead.Secret{"token": fairlead.NewSecret("another token")}
	data := connectortest.Replay(t, connectortest.Recorded{
		New:     func() connector.Connector { return example.New("https://bank.example") },
		File:    recording,
		Session: session,
	})
	if n := len(data[fairlead.ProductAccounts].Accounts); n != 2 {
		t.Errorf("%d accounts come from the recording", n)
	}
	if n := len(data[fairlead.ProductTransactions].Transactions); n != 2*rows {
		t.Errorf("%d transactions come from the recording", n)
	}
}

// TestTheRecordingIsWhatTheBankAnswers makes it anew and compares.
func TestTheRecordingIsWhatTheBankAnswers(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	got := recordAt(t, newBank(t))
	if strings.Contains(string(got), token) {
		t.Error("the token is in the recording")
	}
	count := func(b []byte) int { return bytes.Count(b, []byte("\n")) }
	if count(got) != count(want) || count(want) < 3 {
		t.Errorf("the bank answers %d times, the recording has %d: run the test with -update", count(got), count(want))
	}
}

// recordAt collects at the bank once, as the engine does, and returns the recording.
func recordAt(t *testing.T, b *bank) []byte {
	t.Helper()
	var written bytes.Buffer
	session := b.session()
	recorder := kit.NewRecorder(b.Client().Transport, &written, session.Secrets["token"])
	session.Client = &http.Client{Transport: recorder}
	for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions} {
		for req := (connector.FetchRequest{Product: p, Limit: 500}); ; {
			page, err := example.New(b.URL).Fetch(t.Context(), session, req)
			if err != nil {
				t.Fatal(err)
			}
			if !page.More {
				break
			}
			req.Cursor = page.Cursor
		}
	}
	return written.Bytes()
}
