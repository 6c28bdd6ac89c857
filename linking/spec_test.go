package linking_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestAWrongAskNamesItsFields(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for field, change := range map[string]func(*linking.CreateRequest){
		"redirect_url":   func(a *linking.CreateRequest) { a.Spec.Redirect = "https://evil.test/" },
		"app_link":       func(a *linking.CreateRequest) { a.Spec.AppLink = "evil://x" },
		"institution_id": func(a *linking.CreateRequest) { a.Spec.Institution = "nowhere" },
		"countries":      func(a *linking.CreateRequest) { a.Spec.Countries = []string{"Brazil"} },
		"products":       func(a *linking.CreateRequest) { a.Spec.Products = []fairlead.Product{"wishes"} },
		"language":       func(a *linking.CreateRequest) { a.Spec.Language = "not a language" },
		"mode":           func(a *linking.CreateRequest) { a.Spec.Mode = "carrier pigeon" },
		"stages":         func(a *linking.CreateRequest) { a.Spec.Stages = []fairlead.Stage{"grief"} },
		"origins":        func(a *linking.CreateRequest) { a.Spec.Origins = []string{"https://evil.test"} },
		"connection_id":  func(a *linking.CreateRequest) { a.Spec.Connection = "con_none" },
		"expires_in":     func(a *linking.CreateRequest) { a.Life = time.Second },
		"metadata":       func(a *linking.CreateRequest) { a.Spec.Metadata = []byte("{") },
		"person":         func(a *linking.CreateRequest) { a.Reference = "per_mine" },
		"hints.email":    func(a *linking.CreateRequest) { a.Hints.Email = "nobody" },
		"hints.phone":    func(a *linking.CreateRequest) { a.Hints.Phone = "call me" },
		"hints.personal_tax_id": func(a *linking.CreateRequest) {
			a.Spec.Countries, a.Hints.PersonalTaxID = []string{"br"}, "529.982.247-26"
		},
		"hints.business_tax_id":     func(a *linking.CreateRequest) { a.Spec.Countries, a.Hints.BusinessTaxID = []string{"BR"}, "1" },
		"presentation.terms_url":    func(a *linking.CreateRequest) { a.Spec.Presentation.TermsURL = "javascript:alert(1)" },
		"presentation.theme.logo":   func(a *linking.CreateRequest) { a.Spec.Presentation.Theme.Logo = "javascript:alert(1)" },
		"presentation.theme.accent": func(a *linking.CreateRequest) { a.Spec.Presentation.Theme.Accent = "red;}" },
	} {
		_, err := x.l.Create(t.Context(), x.app, request(change))
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || e.Kind != fairlead.Invalid || !slices.ContainsFunc(e.Fields, func(f fairlead.Field) bool { return f.Name == field }) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestUnknownInstitutionsInAListAreIgnored(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	list := func(names ...fairlead.InstitutionID) []fairlead.Institution {
		p := x.open(func(a *linking.CreateRequest) {
			a.Spec.Institutions = names
			a.Spec.Stages = []fairlead.Stage{fairlead.StageConsent}
		})
		return p.screen().Institutions
	}
	all := list()
	if got := list("nowhere", "neverwhere"); len(all) == 0 || len(got) != len(all) {
		t.Errorf("only unknown ones show %d of %d", len(got), len(all))
	}
	if got := list("nowhere", "harbor", "statement"); len(got) != 2 {
		t.Errorf("shown %d, want 2", len(got))
	}
}

func TestAPersonIsMadeOnceAndAnAnonymousOneEachTime(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	make := func(reference string) fairlead.Link {
		made, err := x.l.Create(t.Context(), x.app, request(func(a *linking.CreateRequest) { a.Reference = reference }))
		must(t, err)
		return made.Link
	}
	if first, again := make("alice"), make("alice"); first.Person != again.Person {
		t.Error("alice is two people")
	}
	one, two := make(""), make("")
	if one.Person == two.Person || one.Reference != string(one.Person) {
		t.Errorf("anonymous: %s (%q) and %s", one.Person, one.Reference, two.Person)
	}
}
