package sandbox

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

//go:generate go test -run TestTheGuideIsUpToDate|TestTheWorldIsWhatItWas -update .

//go:embed guide.tmpl
var guideText string

//go:embed guide.json
var guidePerson string

// guide is docs/sandbox.md: written from the tables that the sandbox runs on, so
// that it cannot say anything else than what happens.
func guide() (string, error) {
	funcs := template.FuncMap{
		"words": guideWords, "logins": func(i institution) string {
			if i.redirect != "" {
				return "its own pages (OAuth)"
			}
			return "user name and password"
		},
		"products": guideProducts, "codes": func(i institution) string {
			var out []string
			for _, c := range i.Codes {
				out = append(out, c.Scheme+" "+c.Value)
			}
			return strings.Join(out, ", ")
		},
	}
	t, err := template.New("guide").Funcs(funcs).Parse(guideText)
	if err != nil {
		return "", fmt.Errorf("sandbox: reading the guide: %w", err)
	}
	var out strings.Builder
	err = t.Execute(&out, map[string]any{"Custom": guidePerson, "Institutions": institutions(), "Personas": world.Personas(), "Groups": []group{groupFactor, groupLogin, groupFetch, groupData}})
	return out.String(), err
}

func guideProducts(i institution) string {
	if len(i.Products) == len(fairlead.Products()) {
		return "all"
	}
	var out []string
	for _, p := range i.Products {
		out = append(out, string(p))
	}
	return strings.Join(out, ", ")
}

// guideWord is one line of a table of words.
type guideWord struct{ Word, Means string }

func guideWords(g group) []guideWord {
	var out []guideWord
	for _, t := range triggers() {
		if t.Group != g {
			continue
		}
		w := guideWord{strings.Replace(t.Word, "*", "<"+string(t.Takes)+">", 1), t.Means}
		if t.refuses != "" {
			w.Means += " Problem: `" + string(t.refuses) + "`."
		}
		out = append(out, w)
	}
	return out
}

// Word is one line of the table of words that call something up when they are
// typed as a password, or as the answer to a second factor.
type Word struct {
	Word    string // as it is typed; with an example where the table has a star
	Group   string
	Means   string
	Refuses fairlead.ErrorKind // with which a login that types it ends
	// Of a second factor: its kind as fairlead.Ask.Kind, or "push" or "visit",
	// its rounds, and the questions of each.
	Factor            string
	Rounds, Questions int
}

// Words lists the table, in its order.
func Words() []Word {
	var out []Word
	for _, t := range triggers() {
		c := t.challenge.of(t.Takes.example(), t.Takes)
		out = append(out, Word{
			Word: strings.Replace(t.Word, "*", t.Takes.example(), 1), Group: string(t.Group), Means: t.Means, Refuses: t.refuses,
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
