package sandbox

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

//go:generate go test -run TestTheDocsAreUpToDate|TestTheWorldIsWhatItWas -update .

//go:embed docs.tmpl
var docTemplate string

//go:embed docs.json
var docPersona string

// docs is docs/sandbox.md: written from the tables that the sandbox runs on, so
// that it cannot say anything else than what happens.
func docs() (string, error) {
	funcs := template.FuncMap{
		"triggers": docRows, "logins": func(i institution) string {
			if i.redirect != "" {
				return "its own pages (OAuth)"
			}
			return "user name and password"
		},
		"products": docProducts, "forms": docForms, "codes": func(i institution) string {
			var out []string
			for _, c := range i.Codes {
				out = append(out, c.Scheme+" "+c.Value)
			}
			return strings.Join(out, ", ")
		},
	}
	t, err := template.New("guide").Funcs(funcs).Parse(docTemplate)
	if err != nil {
		return "", fmt.Errorf("sandbox: reading the guide: %w", err)
	}
	var out strings.Builder
	err = t.Execute(&out, map[string]any{
		"Custom": docPersona, "Institutions": institutions(), "Personas": world.Personas(),
		"Groups": []group{groupFactor, groupLogin, groupFetch, groupData},
	})
	return out.String(), err
}

func docProducts(i institution) string {
	if len(i.Products) == len(fairlead.Products()) {
		return "all"
	}
	var out []string
	for _, p := range i.Products {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}

// docForm is which American tax forms a persona gets in a year.
type docForm struct{ User, Harbor, Anchor string }

func docForms() []docForm {
	const year = 2025
	names := func(i institution, p world.Persona) string {
		i.bank.Name, i.bank.Country = string(i.ID), i.Country
		var out []string
		c := world.New().Customer(world.Seed{Text: "docs", Tenant: "docs"}, i.bank, p.Name, p, "")
		for _, t := range c.TaxForms(year, time.Date(year+1, time.July, 1, 0, 0, 0, 0, time.UTC)) {
			if !slices.Contains(out, t.Form) {
				out = append(out, t.Form)
			}
		}
		return strings.Join(out, ", ")
	}
	var out []docForm
	for _, p := range world.Personas() {
		if !p.Empty && p.Bulk == 0 {
			out = append(out, docForm{p.Name, names(harbor(), p), names(anchor(), p)})
		}
	}
	return out
}

// docRow is a row of a table of triggers.
type docRow struct{ Text, Means string }

func docRows(g group) []docRow {
	var out []docRow
	for _, t := range triggers() {
		if t.Group != g {
			continue
		}
		w := docRow{strings.Replace(t.Text, "*", "<"+string(t.Takes)+">", 1), t.Means}
		if t.refuses != "" {
			w.Means += " Problem: `" + string(t.refuses) + "`."
		}
		out = append(out, w)
	}
	return out
}

// Personas lists who there is.
func (s *Sandbox) Personas() (out []simulated.Persona) {
	for _, p := range world.Personas() {
		out = append(out, simulated.Persona{User: p.Name, Life: p.Life})
	}
	return out
}

// Triggers lists what is called up.
func (s *Sandbox) Triggers() (out []simulated.Trigger) {
	for _, t := range triggers() {
		out = append(out, simulated.Trigger{
			Text: strings.Replace(t.Text, "*", "<"+string(t.Takes)+">", 1), Group: string(t.Group), Means: t.Means, Refuses: t.refuses,
		})
	}
	return out
}

// TriggerInfo is a row of the table of triggers: texts that call something up when they are
// typed as a password, or as the answer to a second factor.
type TriggerInfo struct {
	Text    string // as it is typed; with an example where the table has a star
	Group   string
	Means   string
	Refuses fairlead.ErrorKind // with which a login that types it ends
	// Of a second factor: its kind as fairlead.Form.Kind, or "push" or "visit",
	// its rounds, and the questions of each.
	Factor            string
	Rounds, Questions int
}

// Triggers lists the table, in its order.
func Triggers() []TriggerInfo {
	var out []TriggerInfo
	for _, t := range triggers() {
		c := t.challenge.of(t.Takes.example(), t.Takes)
		out = append(out, TriggerInfo{
			Text: strings.Replace(t.Text, "*", t.Takes.example(), 1), Group: string(t.Group), Means: t.Means, Refuses: t.refuses,
			Factor: c.Kind, Rounds: max(c.Rounds, 1), Questions: c.Questions,
		})
	}
	return out
}

// example is something that can stand for the star.
func (k takes) example() string {
	switch k {
	case takesSeconds:
		return "3"
	case takesProduct:
		return string(fairlead.ProductTransactions)
	case takesData:
		return "ACCOUNT_TRANSACTION"
	case takesRounds:
		return "2_3"
	}
	return ""
}
