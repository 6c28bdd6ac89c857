package linking_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestALinkRemembersWhereItStoodAndNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	p.login("good+usercanary", "WRONG_PASSWORD")
	link, err := x.l.Link(t.Context(), x.tenant, p.screen().Link.ID)
	must(t, err)
	var stood []string
	refused := false
	for n, m := range link.Trail {
		stood = append(stood, strings.TrimSuffix(string(m.Stage)+" "+m.Step, " "))
		refused = refused || m.Again
		if n > 0 && m.At.Before(link.Trail[n-1].At) {
			t.Errorf("%+v comes after %+v", m, link.Trail[n-1])
		}
	}
	want := []string{"welcome", "institution", "consent", "conversation", "conversation turn", "conversation login", "conversation turn", "conversation login"}
	if !slices.Equal(stood, want) || !refused {
		t.Errorf("it stood at %q (refused: %v), want %q", stood, refused, want)
	}
	if b, err := json.Marshal(link.Trail); err != nil || strings.Contains(string(b), "usercanary") || strings.Contains(string(b), "WRONG_PASSWORD") {
		t.Errorf("the trail has what was typed: %s (%v)", b, err)
	}
}

func TestATrailIsBounded(t *testing.T) {
	t.Parallel()
	var link fairlead.Link
	for n := range 3 * fairlead.MaxTrail {
		link.Stage = []fairlead.Stage{fairlead.StageInstitution, fairlead.StageConsent}[n%2]
		link.Track(link.Created)
		link.Track(link.Created) // where it stood before adds nothing
	}
	if len(link.Trail) != fairlead.MaxTrail || link.Trail[fairlead.MaxTrail-1].Stage != fairlead.StageConsent {
		t.Errorf("%d moves, the last %+v", len(link.Trail), link.Trail[len(link.Trail)-1])
	}
}

func TestLinksAreListedNewestFirstByPersonAndApplication(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	var made []fairlead.LinkID
	for _, person := range []string{"ada", "bob", "ada"} {
		c, err := x.l.Create(t.Context(), x.app, request(func(r *linking.CreateRequest) { r.Reference = person }))
		must(t, err)
		made = append(made, c.Link.ID)
	}
	ada, err := x.l.Link(t.Context(), x.tenant, made[0])
	must(t, err)
	for name, c := range map[string]struct {
		query linking.ListQuery
		want  []fairlead.LinkID
	}{
		"all":                 {linking.ListQuery{}, []fairlead.LinkID{made[2], made[1], made[0]}},
		"a page":              {linking.ListQuery{Limit: 1}, []fairlead.LinkID{made[2]}},
		"the next page":       {linking.ListQuery{After: made[2], Limit: 1}, []fairlead.LinkID{made[1]}},
		"of a person":         {linking.ListQuery{Person: ada.Person}, []fairlead.LinkID{made[2], made[0]}},
		"of an application":   {linking.ListQuery{Application: x.app.ID, Limit: 2}, []fairlead.LinkID{made[2], made[1]}},
		"of no application":   {linking.ListQuery{Application: "app_nothing"}, nil},
		"of both, and beyond": {linking.ListQuery{Application: x.app.ID, Person: ada.Person, After: made[0]}, nil},
	} {
		page, err := x.l.Newest(t.Context(), x.tenant, c.query)
		must(t, err)
		var got []fairlead.LinkID
		for _, l := range page {
			got = append(got, l.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
