package page_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestALinkThatWasWithdrawnUsedOrLeftIsNotCalledExpired(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"redirect_url": "http://localhost:9999/back"})
	p := a.Visit(address)
	a.Call("POST", "/links/"+id+"/cancel", nil, nil)
	p.Go(p.At.String())
	says(t, p, "This link was withdrawn")
	other := a.Visit(address)
	says(t, other, "This link was withdrawn")
	if !strings.Contains(other.Page, `href="http://localhost:9999/"`) || strings.Contains(other.Text(), "expired") {
		t.Errorf("there is no way back to the company:\n%s", other.Text())
	}

	_, _, address = link(a, map[string]any{})
	p = a.Visit(address)
	p.Press("leave")
	says(t, p, "You left")
	p.Go(address) // in the browser that left
	says(t, p, "You left")
	says(t, a.Visit(address), "You left this link")

	_, _, address = link(a, map[string]any{"institution_id": "harbor"})
	p = a.Visit(address)
	p.Submit()
	p.Submit()
	p.SignIn("good", "good")
	p.Submit()
	p.Go(address)
	says(t, p, "All done")
	says(t, a.Visit(address), "This link has been used")
}

func TestLeavingInTheMiddleAsksOnceAndFromTheWelcomeDoesNot(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "otp", "password", "otp")
	p.Press("leave")
	says(t, p, "Leave without connecting?")
	var l struct{ Status string }
	if a.Call("GET", "/links/"+id, nil, &l); l.Status != "open" {
		t.Fatalf("the link is %s", l.Status)
	}
	p.Push("sure")
	if a.Call("GET", "/links/"+id, nil, &l); l.Status != "exited" {
		t.Errorf("the link is %s", l.Status)
	}
	says(t, p, "You left")
}

func TestAFailureShowsAReferenceAndALoginLeadsToTheBanksSite(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	says(t, p, "Forgot your details?")
	says(t, p, "Use good / good")
	if !strings.Contains(p.Page, `href="https://harbor.example" target="_blank" rel="noopener noreferrer"`) {
		t.Error("the bank's site is not linked")
	}
	p.Submit("user", "good", "password", "DOWN")
	says(t, p, id)
}

// A person who chooses no account is asked again, and what they took out is not put back.
func TestAccountsThatAPersonTookOutStayOut(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"institution_id": "harbor"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "good", "password", "good")
	if p.Stage() != "accounts" {
		t.Fatalf("the page at %s lists no accounts:\n%s", p.At, p.Text())
	}
	p.Submit("account", "")
	for range 2 { // once more, without a choice
		says(t, p, "Choose at least one account.")
		p.Submit()
	}
}
