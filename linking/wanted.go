package linking

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Bounds of what a person may say that is missing from the list.
const (
	maxWanted     = 5   // institutions per link
	maxWantedName = 100 // bytes
	maxRecent     = 3   // institutions of a person's own that are shown first
)

var wantedCountry = regexp.MustCompile(`^([A-Z]{2})?$`)

// RequestInstitution publishes to the application that the person looked for an
// institution that is not in the list: its name as they typed it, and its country (ISO 3166
// alpha-2, "": unsaid). Errors: Invalid, RateLimited where the link has said so often
// enough, Conflict where the link no longer stands at the choice, Gone.
func (v *Visit) RequestInstitution(ctx context.Context, name, country string) error {
	v.acting()
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return fairlead.InvalidField("name", "required", "must be the institution's name")
	case len(name) > maxWantedName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return fairlead.InvalidField("name", "format", "must be printable text of at most 100 bytes")
	case !wantedCountry.MatchString(country):
		return fairlead.InvalidField("country", "format", "must be an ISO 3166 code of two letters")
	}
	return v.change(ctx, func(tx *store.Tx, s *state) error {
		if s.link.Stage != fairlead.StageInstitution {
			return moved()
		}
		if s.link.Wanted >= maxWanted {
			return fairlead.Errorf(fairlead.RateLimited, "This link has said that too often.")
		}
		s.link.Wanted++
		e := s.event(fairlead.EventInstitutionRequested)
		e.Name, e.Country = name, country
		return lifecycle.Publish(tx, v.l.o.Publisher, e)
	})
}

// choiceOn fills what somebody sees who chooses an institution.
func (l *Linking) choiceOn(tx *store.Tx, st state, s *Screen) error {
	spec := st.link.Spec
	found, err := l.o.Directory.Search(tx, st.tenant, directory.Search{Spec: &spec, Near: near(spec.Language), Limit: firstInstitutions})
	if err != nil {
		return err
	}
	s.Institutions, s.Choices = found.Institutions, found.Total
	s.Upload = l.o.Directory.Upload(st.tenant, spec)
	if s.Countries, err = l.o.Directory.Countries(tx, st.tenant, spec); err != nil {
		return err
	}
	s.Recent, err = l.recent(tx, st)
	return err
}

// recent are the institutions that the link's person has connected before, the last one
// first, as far as the link offers them. A link of a template has none: whose it is, its
// address claims.
func (l *Linking) recent(tx *store.Tx, st state) (out []fairlead.Institution, err error) {
	if st.link.Template != "" && st.link.Reference != "" {
		return nil, nil
	}
	all, err := tx.Connections.List(st.tenant.ID, store.Query{
		Where: []store.Match{store.By(store.ByPerson, string(st.link.Person))}, Limit: 1000,
	})
	if err != nil {
		return nil, err
	}
	seen := map[fairlead.InstitutionID]bool{}
	for _, c := range slices.Backward(all) { // ids are in the order of time
		others := st.tenant.Sharing == fairlead.SharingApplication && c.Application != st.link.Application
		if others || seen[c.Institution] || len(out) == maxRecent {
			continue
		}
		seen[c.Institution] = true
		i, err := l.o.Directory.Institution(tx, st.tenant, string(c.Institution))
		if fairlead.Is(err, fairlead.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		offered, err := l.o.Directory.Allows(tx, st.tenant, st.link.Spec, i)
		if err != nil {
			return nil, err
		}
		if offered {
			out = append(out, i)
		}
	}
	return out, nil
}
