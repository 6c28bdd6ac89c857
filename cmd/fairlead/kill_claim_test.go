package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

func TestATokenWhoseClaimIsKilledIsNotClaimedAgain(t *testing.T) {
	t.Parallel()
	s := simplefintest.Start()
	t.Cleanup(s.Close)
	s.Household(time.Now())
	claims := func() (n int) {
		for _, c := range s.Calls() {
			if c.Method == http.MethodPost {
				n++
			}
		}
		return n
	}
	v := newVictim(t)
	v.start()
	var link struct{ URL string }
	if !v.call("POST", "/links", map[string]any{"person": "anna", "institution_id": "simplefin-server", "redirect_url": "http://localhost:9999/back"}, &link) {
		t.Fatal("no link was made")
	}
	p := (&apptest.App{T: t, URL: v.url}).Visit(link.URL)
	for n := 0; n < 4 && !strings.Contains(p.Page, `name="token"`); n++ {
		p.Submit()
	}
	s.Change(func(s *simplefintest.Server) { s.Takes = 3 * time.Second })
	p.Waits = func() bool { return claims() == 0 }
	p.Submit("token", s.Token())
	v.kill()
	if claims() != 1 {
		t.Fatalf("the server was killed after %d claims", claims())
	}
	s.Change(func(s *simplefintest.Server) { s.Takes = 0 })
	v.start()
	p.Waits = nil
	p.Go(p.At.String())
	if !strings.Contains(p.Text(), "got lost on the way") || claims() != 1 {
		t.Errorf("after %d claims the page at %s says:\n%s", claims(), p.At, p.Text())
	}
	p.Submit("token", s.Token())
	if !strings.Contains(p.Text(), "Everyday 4411") || claims() != 2 {
		t.Errorf("a new token, after %d claims:\n%s", claims(), p.Text())
	}
}
