package page

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pictureFolder holds a sheet of pictures of each state, at three widths, light and dark.
const pictureFolder = "../../docs/pictures"

// picture is a sheet that shows a page of the gallery.
type picture struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// pictures are all states, and what else the same styles draw.
func pictures() []picture {
	out := []picture{
		{"own-portal", "/own/portal"},
		{"own-undo", "/own/undo"},
		{"own-revoke", "/own/revoke"},
		{"asks-leave", "/asks/leave"},
		{"said-not_found", "/said/not_found"},
		{"said-returned", "/said/returned"},
		{"accent-yellow", "/l/welcome?accent=%23ffcc00"},
		{"accent-black", "/l/login?accent=%23101010"},
		{"accent-white", "/l/consent?accent=%23ffffff"},
		{"portuguese", "/l/consent?lang=pt-BR"},
		{"spanish", "/l/login-again?lang=es"},
		{"nothing-found", "/l/institution-upload?q=Sparkasse"},
	}
	for name := range states() {
		out = append(out, picture{name, "/l/" + name})
	}
	slices.SortFunc(out, func(a, b picture) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// TestDrawPictures writes the pictures anew: `make pictures` runs it.
func TestDrawPictures(t *testing.T) {
	folder, only := os.Getenv("FAIRLEAD_PICTURES"), os.Getenv("FAIRLEAD_PICTURES_ONLY")
	if folder == "" {
		t.Skip("skipped: run `make pictures` to draw them")
	}
	p, err := New(Options{BaseURL: "https://connect.moneda.example"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gallery(p))
	defer server.Close()
	all := pictures()
	if only != "" {
		all = slices.DeleteFunc(all, func(p picture) bool { return !slices.Contains(strings.Split(only, ","), p.Name) })
	}
	list, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "pictures.mjs", server.URL, folder)
	cmd.Dir, cmd.Stdin = "../browsertest", bytes.NewReader(list)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("nothing was drawn: %v\n%s", err, out)
	}
}

func TestEveryStateHasAPictureAndEveryPictureAState(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, p := range pictures() {
		want = append(want, p.Name)
	}
	files, err := filepath.Glob(pictureFolder + "/*.webp")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".webp"); !strings.HasPrefix(name, "modal") {
			got = append(got, name)
		}
		if info, err := os.Stat(f); err != nil || info.Size() > 200<<10 {
			t.Errorf("%s is larger than a sheet should be: %v", f, err)
		}
	}
	slices.Sort(got)
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s has no picture: run `make pictures`", name)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s/%s.webp shows no state: delete it", pictureFolder, name)
		}
	}
}
