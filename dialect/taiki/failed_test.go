package taiki_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/reading"
)

func TestAFileThatCouldNotBeFetchedSaysSoAndComesNextTime(t *testing.T) {
	t.Parallel()
	// The same person has the same ids on every sandbox of one seed: the first
	// shows where the second will store the form, and there a folder is in its way.
	blob := blobOfTheForm(t, apptest.Start(t))
	dir := t.TempDir()
	obstacle := filepath.Join(dir, "blobs", filepath.FromSlash(blob))
	if err := os.MkdirAll(filepath.Join(obstacle, "in-the-way"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := start(t, apptest.Data(dir))
	c.Call("POST", "/links", map[string]string{"person": "ada", "redirect_url": "http://127.0.0.1:9/"}, nil)
	p := c.open(c.initialize("ada").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	if result := c.finish(p); result["status"] != "success" {
		t.Errorf("the modal ended with %v", result)
	}
	n := c.receive(1)
	var failed []string
	for _, f := range n.Files {
		if f.Status != "success" {
			failed = append(failed, f.FileName)
		}
	}
	form := n.file(t, "1099_INT")
	if form.Status != "failed" || form.DownloadURL != "" || form.Size == nil || *form.Size != 0 || len(failed) != 1 {
		t.Errorf("failed are %q; the form is %+v", failed, form)
	}
	if !strings.HasPrefix(form.FileName, "1099_INT_") || form.Type != "tax_form" || form.Error == "" || form.TaxYear == 0 {
		t.Errorf("the form that failed is %+v", form)
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	p = c.open(c.initialize("ada").TemporaryToken, "")
	p.Submit()
	c.rest(p)
	form = c.receive(2).file(t, "1099_INT")
	if status, content := c.download(form.DownloadURL); form.Status != "success" || status != http.StatusOK || !strings.HasPrefix(content, "%PDF-") {
		t.Errorf("the next time the form is %+v, its address answers %d", form, status)
	}
}

// blobOfTheForm is where ada's newest 1099-INT is stored.
func blobOfTheForm(t *testing.T, a *apptest.App) string {
	t.Helper()
	a.Call("POST", "/sandbox/links", map[string]string{"institution_id": "harbor", "user": "good", "password": "good", "person": "ada"}, nil)
	var found []struct {
		ID     fairlead.ConnectionID
		Status string
	}
	a.Until("the documents are there", func() bool {
		found = apptest.List[struct {
			ID     fairlead.ConnectionID
			Status string
		}](a, "/connections")
		return found[0].Status == "active"
	})
	dev, err := a.Server.Verbs.Access.ApplicationByClientID(t.Context(), "dev")
	if err != nil {
		t.Fatal(err)
	}
	page, err := a.Server.Verbs.Reading.Documents(t.Context(), dev.Tenant.ID, reading.Query{Connection: found[0].ID, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(page.Data, func(d fairlead.Document) bool { return d.Form == "1099-INT" })
	if i < 0 {
		t.Fatal("there is no 1099-INT")
	}
	return page.Data[i].Blob
}
