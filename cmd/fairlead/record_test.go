package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// simplefinConnection links a stand-in for a SimpleFIN server and returns the connection.
func simplefinConnection(t *testing.T, app *apptest.App) (id string) {
	t.Helper()
	s := simplefintest.Start()
	t.Cleanup(s.Close)
	s.Household(time.Now())
	var link struct{ URL string }
	app.Call("POST", "/links", map[string]any{"person": "anna", "redirect_url": "http://127.0.0.1:9/back"}, &link)
	p := app.Visit(link.URL)
	p.Submit()
	p.Press("choose", "institution", "simplefin-server")
	p.Submit()
	p.Submit("token", s.Token())
	for range 100 {
		if !strings.Contains(p.Text(), "One moment") {
			break
		}
		time.Sleep(100 * time.Millisecond)
		p.Go(p.At.String())
	}
	for range 5 {
		if p.Left || !slices.ContainsFunc(p.Forms(), apptest.Form.Main) {
			break
		}
		p.Submit()
	}
	app.Until("the first collection ends", func() bool {
		for _, c := range apptest.List[struct{ ID, Connector, Status string }](app, "/connections") {
			id = c.ID
			return c.Status != "collecting"
		}
		return false
	})
	return id
}

func TestACollectionIsRecordedWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	id := simplefinConnection(t, app)
	file := filepath.Join(t.TempDir(), "exchanges.jsonl")
	code, out, errOut := command(t, "record", id, "--to", file, "--data", dir)
	if code != 0 || !strings.Contains(out, "Recorded ") || !strings.Contains(out, "header Authorization") {
		t.Fatalf("record answered %d\n%s%s", code, out, errOut)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file has the mode %v (%v)", info.Mode(), err)
	}
	content, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	all, err := kit.ReadRecording(content)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d exchanges were recorded (%v)", len(all), err)
	}
	for _, e := range all {
		if !strings.Contains(e.URL, "/accounts?") || e.Status != 200 || e.Header["Authorization"] != kit.Blank || !strings.Contains(e.Content, `"accounts"`) {
			t.Errorf("an exchange is %+v", e)
		}
	}
	if code, _, errOut := command(t, "record", id, "--to", file, "--data", dir); code != 1 || !strings.Contains(errOut, "is there already") {
		t.Errorf("over a file that there is it answered %d: %s", code, errOut)
	}
}

func TestWhatCannotBeCollectedIsNotRecorded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	id := app.Linked("harbor", "good", "good")
	app.Call("DELETE", "/connections/"+id, nil, nil)
	for connection, says := range map[string]string{"con_none": "no connection", id: "disconnected"} {
		file := filepath.Join(t.TempDir(), "exchanges.jsonl")
		code, _, errOut := command(t, "record", connection, "--to", file, "--data", dir)
		if code != 1 || !strings.Contains(errOut, says) {
			t.Errorf("%s answered %d: %s", connection, code, errOut)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s left a file behind", connection)
		}
	}
}
