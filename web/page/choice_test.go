package page_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestABankIsFoundByItsCountryAndByItsOtherNames(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"stages": []string{"institution"}})
	p := a.Visit(address)
	for text, want := range map[string][]string{
		"brazil":         {"ins_farol", "ins_ancora"},
		"Espanha":        {"ins_puerto", "ins_testbank"},
		"reino unido":    {"ins_tern", "ins_curlew", "ins_heron", "ins_avocet"},
		"farol brasil":   {"ins_farol"},
		"severn":         {"ins_heron"},
		"pier savings":   {"ins_harbor"},
		"banco do cais":  {"ins_ancora"},
		"estados unidos": {"ins_harbor", "ins_anchor", "ins_cove", "ins_mesa", "ins_prairie", "ins_summitridge", "ins_lakeside"},
	} {
		searchFor(p, text, "")
		got := slices.DeleteFunc(choices(p), func(id string) bool { return !strings.HasPrefix(id, "ins_") || id == "ins_statement_file" })
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
}

func TestCountriesAreChosenWithScriptsOff(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"stages": []string{"institution"}})
	p := a.Visit(address)
	for _, chip := range []string{`name="country" value="" checked`, `name="country" value="BR"`, `name="country" value="GB"`} {
		if !strings.Contains(p.Page, chip) {
			t.Errorf("there is no %s", chip)
		}
	}
	searchFor(p, "", "BR")
	if !strings.Contains(p.Page, `name="country" value="BR" checked`) || strings.Contains(p.Text(), "Harbor Bank") {
		t.Errorf("Brazil was chosen:\n%s", p.Text())
	}
	says(t, p, "Banco Farol")
	_, _, address = link(a, map[string]any{"stages": []string{"institution"}, "countries": []string{"BR"}})
	if p = a.Visit(address); strings.Contains(p.Page, `type="radio"`) {
		t.Error("a link of one country has a choice of countries")
	}
}

func TestWhatAPersonConnectedBeforeComesFirst(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	a.Linked("cove", "grace", "good")
	a.Linked("lakeside", "grace", "good")
	_, _, address := link(a, map[string]any{"stages": []string{"institution"}, "person": "grace"})
	p := a.Visit(address)
	says(t, p, "Connected before")
	if got := choices(p); len(got) < 2 || got[0] != "ins_lakeside" || got[1] != "ins_cove" || slices.Contains(got[2:], "ins_cove") {
		t.Errorf("the list begins with %v", got)
	}
	_, _, address = link(a, map[string]any{"stages": []string{"institution"}, "person": "another"})
	if p = a.Visit(address); strings.Contains(p.Text(), "Connected before") {
		t.Error("somebody who has connected nothing sees what another has")
	}
}

func TestSomebodyWhoseBankIsMissingTellsTheCompany(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"stages": []string{"institution"}, "person": "rosa"})
	p := a.Visit(address)
	searchFor(p, "Caixa de Crédito Serrano", "")
	says(t, p, "No match for “Caixa de Crédito Serrano”")
	says(t, p, "Upload a statement instead")
	p.Press("request", "country", "BR")
	says(t, p, "which bank you’re looking for.")

	var events struct {
		Data []struct {
			Type string
			Data map[string]any
		}
	}
	a.Call("GET", "/events?limit=100", nil, &events)
	var data map[string]any
	for _, e := range events.Data {
		if e.Type == "institution.requested" {
			data = e.Data
		}
	}
	if data["name"] != "Caixa de Crédito Serrano" || data["country"] != "BR" || data["link_id"] != id || data["person"] != "rosa" {
		t.Errorf("the company is told %v", data)
	}

	searchFor(p, "", "")
	p.Press("request", "name", "  ")
	says(t, p, "Enter the name of your bank or broker.")
	if !strings.Contains(p.Page, `aria-invalid="true"`) {
		t.Error("the field that is wrong is not marked")
	}
	for n := range 9 { // more than a link may say is thanked for and not passed on
		p.Press("request", "name", strings.Repeat("x", n+1))
		says(t, p, "Thanks.")
	}
	a.Call("GET", "/events?"+url.Values{"limit": {"100"}}.Encode(), nil, &events)
	n := 0
	for _, e := range events.Data {
		if e.Type == "institution.requested" {
			n++
		}
	}
	if n != 5 {
		t.Errorf("one link was passed on %d times, want 5", n)
	}
}

func TestAMistypedNameIsSuggestedAnotherSpelling(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"stages": []string{"institution"}})
	p := a.Visit(address)
	searchFor(p, "farrolle", "")
	says(t, p, "No match for “farrolle”")
	says(t, p, "Did you mean")
	if got := choices(p); len(got) == 0 || got[0] != "ins_farol" {
		t.Errorf("suggested are %v", got)
	}
	searchFor(p, "harbor", "BR")
	says(t, p, "Did you mean")
	if got := choices(p); len(got) == 0 || got[0] != "ins_harbor" {
		t.Errorf("suggested from other countries are %v", got)
	}
}
