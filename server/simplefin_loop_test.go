package server_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestASecondServerLinksThroughTheFirstOnesSimpleFIN(t *testing.T) {
	t.Parallel()
	first, second := apptest.Start(t), apptest.Start(t)
	at := first.Linked("harbor", "good", "good")
	var person struct{ Person string }
	first.Call("GET", "/connections/"+at, nil, &person)
	var token struct {
		SetupToken string `json:"setup_token"`
	}
	first.Call("POST", "/simplefin_tokens", map[string]any{"person": person.Person}, &token)

	_, address := linkFor(second, "anna")
	p := paste(second, address, token.SetupToken)
	for n := 0; n < 3 && !p.Left; n++ {
		p.Submit()
	}
	if !p.Left {
		t.Fatalf("the page at %s says:\n%s", p.At, p.Text())
	}
	var got struct{ Connections []struct{ ID string } }
	second.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
	con := got.Connections[0].ID
	second.Until("the first collection has ended", func() bool { return connectionNow(second, con).Status != "collecting" })
	if c := connectionNow(second, con); c.Status != "active" || c.Problem != nil {
		t.Errorf("%+v", c)
	}

	type row struct {
		Name, Currency string
		BookedOn       string `json:"booked_on"`
		Status         string
		Amount         struct{ Amount, Currency string }
		Balances       struct {
			Current *struct{ Amount, Currency string }
		}
	}
	accounts := func(app *apptest.App, id string) (all []string) {
		for _, a := range apptest.List[row](app, "/connections/"+id+"/accounts") {
			if a.Balances.Current != nil {
				all = append(all, strings.Join([]string{a.Name, a.Currency, a.Balances.Current.Amount}, " "))
			}
		}
		slices.Sort(all)
		return all
	}
	if a, b := accounts(first, at), accounts(second, con); !slices.Equal(a, b) || len(a) == 0 {
		t.Errorf("the first has %q, the second %q", a, b)
	}
	c := connectionNow(second, con)
	rows := func(app *apptest.App, id string) (all []string) {
		for _, r := range apptest.List[row](app, "/connections/"+id+"/transactions") {
			if r.BookedOn >= c.Products["transactions"].From && r.Status != "reversed" { // SimpleFIN has no such state
				all = append(all, strings.Join([]string{r.BookedOn, r.Status, r.Amount.Amount, r.Amount.Currency}, " "))
			}
		}
		slices.Sort(all)
		return all
	}
	a, b := rows(first, at), rows(second, con)
	if len(a) == 0 || !slices.Equal(a, b) {
		t.Errorf("the first has %d transactions, the second %d", len(a), len(b))
		for _, r := range a {
			if !slices.Contains(b, r) {
				t.Logf("only the first: %s", r)
			}
		}
		for _, r := range b {
			if !slices.Contains(a, r) {
				t.Logf("only the second: %s", r)
			}
		}
	}
}
