package page_test

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// ownPage opens the own page of a person who has linked a bank.
func ownPage(t *testing.T) (*apptest.App, *apptest.Browser) {
	t.Helper()
	a := apptest.Start(t)
	id := a.Linked("harbor", "good", "good")
	var c struct{ Person string }
	a.Call("GET", "/connections/"+id, nil, &c)
	var own struct{ URL string }
	a.Call("POST", "/persons/"+c.Person+"/portal", map[string]any{}, &own)
	return a, a.Visit(own.URL)
}

func TestAPersonMakesATokenForAProgramSeesItOnceAndEndsIt(t *testing.T) {
	t.Parallel()
	a, p := ownPage(t)
	says(t, p, "Programs that read your accounts")
	p.Press("programs", "name", "Actual <3")
	says(t, p, "Actual <3")
	says(t, p, "It works once")
	found := regexp.MustCompile(`id="setup-token" value="([A-Za-z0-9+/=]+)"`).FindStringSubmatch(p.Page)
	if found == nil {
		t.Fatalf("no token is shown:\n%s", p.Page)
	}
	address, err := base64.StdEncoding.DecodeString(found[1])
	if err != nil || !strings.HasPrefix(string(address), a.URL+"/simplefin/claim/") {
		t.Fatalf("the token is %q", address)
	}
	p.Go(a.URL + "/me")
	says(t, p, "Waiting to be pasted into the program")
	if strings.Contains(p.Page, found[1]) {
		t.Error("the token is shown a second time")
	}
	claim := func() int {
		r, err := http.NewRequest("POST", string(address), nil)
		if err != nil {
			t.Fatal(err)
		}
		status, _ := a.Do(r)
		return status
	}
	if status := claim(); status != http.StatusOK {
		t.Fatalf("the claim answered %d", status)
	}
	p.Go(a.URL + "/me")
	says(t, p, "hasn’t read anything yet")
	if status := claim(); status != http.StatusForbidden {
		t.Errorf("a second claim answered %d", status)
	}
	p.Go(a.URL + "/me")
	says(t, p, "Somebody tried to use this token again")
	p.Push("program")
	says(t, p, "Ended on")
	all := apptest.List[struct{ Status, Name string }](a, "/simplefin_tokens")
	if len(all) != 1 || all[0].Status != "revoked" || all[0].Name != "Actual <3" {
		t.Errorf("the tokens are %+v", all)
	}
}

func TestAPersonChoosesWhatAProgramReads(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	first := a.Linked("harbor", "good", "good")
	var c struct{ Person string }
	a.Call("GET", "/connections/"+first, nil, &c)
	var second string
	a.Call("POST", "/sandbox/links", map[string]any{"institution_id": "cove", "person": c.Person}, nil)
	a.Until("there are two connections", func() bool {
		for _, each := range apptest.List[struct{ ID, Status string }](a, "/connections?person="+c.Person) {
			if each.ID != first && each.Status == "active" {
				second = each.ID
			}
		}
		return second != ""
	})
	var own struct{ URL string }
	a.Call("POST", "/persons/"+c.Person+"/portal", map[string]any{}, &own)
	p := a.Visit(own.URL)
	p.Press("programs", "name", "One", "reads", "some")
	says(t, p, "Choose what the program can read")
	p.Press("programs", "name", "One", "reads", "some", "connection", second)
	p.Go(a.URL + "/me")
	p.Press("programs", "name", "All", "reads", "all")
	p.Go(a.URL + "/me")
	p.Press("programs", "name", "Stranger", "reads", "some", "connection", "con_nobody")
	all := apptest.List[struct {
		Name        string
		Connections []string `json:"connection_ids"`
	}](a, "/simplefin_tokens")
	if len(all) != 2 || all[0].Name != "One" || len(all[0].Connections) != 1 || all[0].Connections[0] != second || all[1].Name != "All" || len(all[1].Connections) != 0 {
		t.Errorf("the tokens are %+v", all)
	}
}

func TestATokenNeedsAName(t *testing.T) {
	t.Parallel()
	a, p := ownPage(t)
	p.Press("programs", "name", strings.Repeat("x", 101))
	says(t, p, "up to 100 characters")
	if all := apptest.List[struct{ ID string }](a, "/simplefin_tokens"); len(all) != 0 {
		t.Errorf("%d tokens were made", len(all))
	}
}

func TestTheCreatePageLeadsToTheOwnPageOrSaysWhereTokensComeFrom(t *testing.T) {
	t.Parallel()
	a, p := ownPage(t)
	p.Go(a.URL + "/simplefin/create")
	if p.At.Path != "/me" {
		t.Errorf("who is at their own page is led to %s", p.At)
	}
	stranger := a.Visit(a.URL + "/simplefin/create?lang=es")
	if stranger.Status != http.StatusOK {
		t.Errorf("a stranger is answered %d", stranger.Status)
	}
	says(t, stranger, "Crea un token de SimpleFIN en tu propia página")
}
