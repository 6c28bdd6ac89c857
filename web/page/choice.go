package page

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// maxChips is how many countries stand beside the search; others are found by their names.
const maxChips = 8

// countryChips are the countries to narrow the list by: the near ones, the chosen one and
// those with the most institutions.
func (v *view) countryChips() []string {
	var out []string
	for _, c := range slices.Concat(v.search.near, []string{v.search.country}, v.screen.Countries) {
		if slices.Contains(v.screen.Countries, c) && !slices.Contains(out, c) && len(out) < maxChips {
			out = append(out, c)
		}
	}
	return out
}

// narrowed reports whether the person has searched.
func (v *view) narrowed() bool { return v.search.text != "" || v.search.country != "" }

// nothingFound reports whether there is nothing to choose but what is offered below the list.
func (v *view) nothingFound() bool {
	return len(v.search.found) == 0 && (v.narrowed() || v.upload() == nil)
}

// noneHint says what to do about a search that finds nothing.
func (v *view) noneHint() string {
	if len(v.search.nearest) > 0 {
		return v.text("institution.none.nearest")
	}
	return v.text("institution.none.hint")
}

// countFound says how many institutions a search has found.
func (v *view) countFound() string {
	if v.nothingFound() && v.search.text != "" {
		return v.text("institution.none", "query", v.search.text)
	}
	return v.count("institution.found", v.search.total)
}

// recent are the institutions that the person has connected before.
func (v *view) recent() []fairlead.Institution {
	if v.narrowed() {
		return nil
	}
	below := v.upload()
	return slices.DeleteFunc(slices.Clone(v.screen.Recent), func(i fairlead.Institution) bool {
		return below != nil && i.ID == below.ID
	})
}

// listing are the institutions of the list, without the recent ones above it.
func (v *view) listing() []fairlead.Institution {
	above := v.recent()
	list := slices.DeleteFunc(slices.Clone(v.search.found), func(i fairlead.Institution) bool {
		return slices.ContainsFunc(above, func(r fairlead.Institution) bool { return r.ID == i.ID })
	})
	return list[:min(len(list), maxListed)]
}

// listTitle is what the list is.
func (v *view) listTitle() string {
	switch {
	case v.narrowed():
		return v.text("institution.list")
	case v.search.total > min(len(v.search.found), maxListed):
		return v.text("institution.popular")
	case len(v.recent()) > 0:
		return v.text("institution.all")
	}
	return v.text("institution.list")
}

// wrongAttributes tie a field to what is wrong with it.
func (v *view) wrongAttributes(name, id string) templ.Attributes {
	if v.wrong[name] == "" {
		return templ.Attributes{}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id + "-error"}
}

// requestInstitution passes on which institution the person misses.
func requestInstitution(r *http.Request, link *linking.Visit) error {
	return link.RequestInstitution(r.Context(), r.PostFormValue("name"), r.PostFormValue("country"))
}
