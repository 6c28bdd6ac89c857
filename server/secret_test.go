package server_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestAMarkedPasswordIsFoundNowhere(t *testing.T) {
	t.Parallel()
	const canary = "canary-Pa55word-91c4"
	dir := t.TempDir()
	app := apptest.Start(t, apptest.Data(dir))
	receiver := apptest.NewReceiver(t)
	app.Call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL}, nil)
	var shown []string

	_, address := linkFor(app, "anna")
	p := app.Visit(address)
	p.Submit()
	p.Press("choose", "institution", "harbor")
	p.Submit()
	p.Submit("user", canary+"-user", "password", "WRONG_PASSWORD")
	// The user name is shown again, once, to whoever has just typed it, in its own field.
	again := strings.Replace(p.Page, `value="`+canary+`-user"`, "", 1)
	if again == p.Page {
		t.Error("the user name is to be typed again after a wrong password")
	}
	shown = append(shown, again)
	p.Submit("user", "otp", "password", canary)
	shown = append(shown, p.Page)
	p.Submit("code", canary+"-code")
	shown = append(shown, p.Page)
	p.Submit("code", "1234")
	p.Submit()
	shown = append(shown, p.Page, p.At.String())
	app.Link("harbor", "good", canary)
	app.Until("a collection has ended", func() bool {
		_, events := app.Raw("GET", "/events?type=collection.finished", nil)
		return bytes.Count(events, []byte("collection.finished")) >= 2
	})
	for _, path := range []string{"/links", "/connections", "/persons", "/events"} {
		_, body := app.Raw("GET", path, nil)
		shown = append(shown, string(body))
	}
	for _, got := range receiver.Got() {
		shown = append(shown, string(got.Body))
	}
	shown = append(shown, app.Log.String())
	app.Stop()

	for i, text := range shown {
		if strings.Contains(text, canary) {
			t.Errorf("the canary is in text %d: …%s…", i, around(text, canary))
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&fs.ModeSocket != 0 {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(canary)) {
			t.Errorf("the canary is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// around is where in a text something stands.
func around(text, what string) string {
	i := strings.Index(text, what)
	return text[max(0, i-80):min(len(text), i+len(what)+40)]
}
