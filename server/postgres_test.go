package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

func TestTwoNodesOnOneDatabaseAreOneServer(t *testing.T) {
	t.Parallel()
	one := apptest.Start(t, apptest.On(apptest.Postgres(t)))
	two := apptest.Start(t, apptest.Beside(one, "two"))
	receiver := apptest.NewReceiver(t)
	two.Call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL}, nil)

	_, address := linkFor(one, "anna")
	p := connect(one, address, "harbor", "otp")
	var got struct{ Connections []struct{ ID string } }
	two.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
	con := got.Connections[0].ID
	two.Until("the connection is active", func() bool {
		var c struct{ Status string }
		two.Call("GET", "/connections/"+con, nil, &c)
		return c.Status == "active"
	})
	readsEverything(two, con)
	for what, text := range everything(one, con) {
		if other := pagesOrConnection(two, con, what); other != text {
			t.Errorf("the nodes tell %s differently", what)
		}
	}
	two.Until("every event has arrived", func() bool { return len(eventKinds(one, "")) > 0 && len(receiver.Got()) >= len(eventKinds(one, "")) })
	seen := map[string]bool{}
	for _, got := range receiver.Got() {
		var e struct{ ID string }
		if err := json.Unmarshal(got.Body, &e); err != nil || seen[e.ID] {
			t.Errorf("%s arrived twice: %v", e.ID, err)
		}
		seen[e.ID] = true
	}
}

func pagesOrConnection(app *apptest.App, con, what string) string {
	if what == "connection" {
		_, body := app.Raw("GET", "/connections/"+con, nil)
		return masked(app, body)
	}
	return pages(app, "/connections/"+con+"/"+what)
}

// nodeConfig names the variable that makes the test below a server of its own.
const nodeConfig = "FAIRLEAD_TEST_NODE"

// TestANodeToBeKilled is no test: it is the process that the next one kills.
func TestANodeToBeKilled(t *testing.T) {
	text, configured := os.LookupEnv(nodeConfig)
	if !configured {
		return
	}
	var c server.Config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	s, err := server.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("listening " + s.URL() + "\n")
	if err := s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// startToBeKilled runs a node in a process of its own and gives its address.
func startToBeKilled(t *testing.T, c server.Config) (address string, kill func()) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	node := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestANodeToBeKilled$", "-test.timeout=2m")
	node.Env = append(os.Environ(), nodeConfig+"="+string(text))
	out, err := node.StdoutPipe()
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill = func() {
		node.Process.Kill()
		node.Wait()
	}
	t.Cleanup(kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, found := strings.CutPrefix(lines.Text(), "listening "); found {
			return at, kill
		}
	}
	t.Fatal("the other node did not start")
	return "", nil
}

func TestANodeThatIsKilledLeavesItsCollectionsToTheOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := server.Config{Dev: true, Addr: "127.0.0.1:0", Data: filepath.Join(dir, "one"), Store: apptest.Postgres(t), Seed: "killed", Node: "one", Frozen: newYear()}
	c.Vault, c.Blobs = "file://"+filepath.Join(dir, "one", "keyset.json"), "file://"+filepath.Join(dir, "blobs")
	address, kill := startToBeKilled(t, c)
	client := &apptest.App{T: t, URL: address}
	var linked []string
	for _, user := range []string{"good", "saver", "investor", "joint", "student", "retiree"} {
		linked = append(linked, client.Link("testbank", user, "good"))
	}
	client.Until("a collection has got somewhere, and another has not", func() bool {
		begun, ended := progress(client, linked)
		return begun > 0 && ended < len(linked)
	})
	kill()

	c.Data, c.Node = filepath.Join(dir, "two"), "two"
	other := apptest.Start(t, func(to *server.Config) { log := to.Log; *to = c; to.Log = log })
	other.Until("the other node has finished", func() bool {
		_, ended := progress(other, linked)
		return ended == len(linked)
	})
	alone := apptest.Start(t, apptest.Seed(c.Seed), apptest.Frozen(c.Frozen))
	for n, con := range linked {
		if n%3 == 0 { // some tell for all
			was := alone.Linked("testbank", []string{"good", "", "", "joint"}[n], "good")
			for what, path := range map[string]string{"transactions": "/transactions", "accounts": "/accounts", "documents": "/documents"} {
				is, want := apptest.List[struct{ ID string }](other, "/connections/"+con+path), apptest.List[struct{ ID string }](alone, "/connections/"+was+path)
				if len(is) != len(want) || len(want) == 0 {
					t.Errorf("%d %s were collected over the death of a node, and %d without", len(is), what, len(want))
				}
			}
		}
		if finished := strings.Count(strings.Join(eventKinds(other, con), " "), string(fairlead.EventCollectionFinished)); finished != 1 {
			t.Errorf("the end of the collection of %s was told %d times", con, finished)
		}
	}
}

// TestSoakAnotherNodeTakesUpWhatAKilledOneHeldWithinFifteenSeconds kills a node that
// collects beside another, and counts until the other has taken up all of its work.
func TestSoakAnotherNodeTakesUpWhatAKilledOneHeldWithinFifteenSeconds(t *testing.T) {
	if os.Getenv("FAIRLEAD_SOAK") == "" {
		t.Skip("set FAIRLEAD_SOAK=1")
	}
	dir := t.TempDir()
	c := server.Config{Dev: true, Addr: "127.0.0.1:0", Data: filepath.Join(dir, "one"), Store: apptest.Postgres(t), Seed: "taken over", Node: "one", Frozen: newYear()}
	c.Vault, c.Blobs = "file://"+filepath.Join(dir, "one", "keyset.json"), "file://"+filepath.Join(dir, "blobs")
	address, kill := startToBeKilled(t, c)
	c.Data, c.Node = filepath.Join(dir, "two"), "two"
	two := apptest.Start(t, func(to *server.Config) { log := to.Log; *to = c; to.Log = log })
	caller, err := two.Server.Verbs.Access.ByClient(t.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		t.Fatal(err)
	}
	leased := func() (keys []string) {
		err := two.Server.Store.View(t.Context(), func(tx *store.Tx) error {
			all, err := tx.Work.List(caller.Tenant.ID, store.WorkQuery{Limit: 500})
			for _, w := range all {
				if strings.HasPrefix(w.Owner, "one") {
					keys = append(keys, string(w.Kind)+" "+w.Key)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	client := &apptest.App{T: t, URL: address}
	var linked []string
	for range 4 {
		for _, user := range []string{"good", "saver", "investor", "joint", "student", "retiree"} {
			linked = append(linked, client.Link("testbank", user, "good"))
		}
	}
	two.Until("the node holds some work", func() bool { return len(leased()) > 1 })
	kill()
	killed, before := time.Now(), leased()
	two.Until("the other has taken up all of it", func() bool { return len(leased()) == 0 })
	took := time.Since(killed)
	t.Logf("%d pieces of work of %d connections were taken up after %s", len(before), len(linked), took.Round(time.Millisecond))
	if len(before) == 0 || took > 15*time.Second {
		t.Errorf("of %v", before)
	}
}

// progress counts the connections whose first collection has read something, and
// those where it has ended.
func progress(app *apptest.App, linked []string) (begun, ended int) {
	app.T.Helper()
	for _, con := range linked {
		var c struct {
			Status   string
			Products map[string]struct{ Status string }
		}
		app.Call("GET", "/connections/"+con, nil, &c)
		switch {
		case c.Status != string(fairlead.ConnectionCollecting):
			ended++
		case c.Products["accounts"].Status == string(fairlead.ProductReady):
			begun++
		}
	}
	return begun, ended
}
