package directory

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fairlead-dev/fairlead"
)

// One bank is often reached by several providers. Two institutions of different sources
// are one bank where they are of one country, serve the same kind of persons, and
//
//   - have one name, legal forms aside, which is one bank's alone in each source (there are
//     dozens of a "First National Bank": of those, the website or a code must agree too), or
//   - have one public code (BIC, routing number …) that is one bank's alone in each, or
//   - have one website that is one bank's alone in each.
//
// Where that is not certain both are shown: one too many does less harm than one missing.

// marks are what an entry may be recognised by, each with its country before it.
type marks struct {
	name, host string
	codes      []string
}

func marksOf(i *fairlead.Institution) (m marks) {
	country := strings.ToUpper(i.Country) + " "
	if name := bankName(i.Name); name != "" {
		m.name = country + name
	}
	if host := hostOf(i.Website); host != "" {
		m.host = country + host
	}
	for _, c := range i.Codes {
		if scheme, value := strings.ToLower(c.Scheme), codeValue(c); value != "" {
			m.codes = append(m.codes, country+scheme+" "+value)
		}
	}
	return m
}

// codeValue is a code as it is compared: a BIC names the head office with XXX or without.
func codeValue(c fairlead.Code) string {
	value := strings.ToUpper(strings.TrimSpace(c.Value))
	if strings.EqualFold(c.Scheme, "bic") && len(value) == 11 {
		value = strings.TrimSuffix(value, "XXX")
	}
	return value
}

// legalForms are words at the end of a name that say what kind of company it is.
var legalForms = map[string]bool{
	"ab": true, "ag": true, "as": true, "asa": true, "bv": true, "co": true, "company": true, "corp": true, "corporation": true,
	"cv": true, "eg": true, "fsb": true, "gmbh": true, "inc": true, "incorporated": true, "kg": true, "kgaa": true, "limited": true,
	"llc": true, "llp": true, "ltd": true, "ltda": true, "me": true, "na": true, "nv": true, "oy": true, "oyj": true, "plc": true,
	"sa": true, "sab": true, "sae": true, "sarl": true, "sas": true, "sau": true, "se": true, "sl": true, "slu": true, "spa": true,
	"srl": true,
}

// bankName is a name without what says nothing about which bank it is: case, accents,
// punctuation, an article before and the legal form behind.
func bankName(name string) string {
	words := foldWords(name)
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	for len(words) > 1 {
		begin := len(words) - 1 // single letters at the end are one word: "S.A.", "N.A."
		for len([]rune(words[begin])) == 1 && begin > 1 && len([]rune(words[begin-1])) == 1 {
			begin--
		}
		form := strings.Join(words[begin:], "")
		if !legalForms[form] {
			break
		}
		words = words[:begin]
		if form == "cv" && len(words) > 1 && words[len(words)-1] == "de" {
			words = words[:len(words)-1]
		}
	}
	return strings.Join(words, " ")
}

// hostOf is the domain of a website that somebody registered: "chase.com" of
// https://www.chase.com/personal.
func hostOf(website string) string {
	if website != "" && !strings.Contains(website, "://") {
		website = "https://" + website
	}
	u, err := url.Parse(website)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")))
	if err != nil {
		return ""
	}
	return domain
}

// grouping finds which entries are one bank.
type grouping struct {
	x       *index
	marks   []marks
	banks   [][]int32         // entries, the preferred source first
	bankOf  map[int32]int     // entry → bank
	byMark  map[string][]int  // mark → banks of the sources before
	shared  []map[string]int  // by source: how many entries have a mark
	unclear []map[string]bool // by source: names of several websites
}

// group fills groups. Sources come in the order of preference.
func (x *index) group(sources []*listing) {
	if len(sources) < 2 {
		return
	}
	g := &grouping{x: x, bankOf: map[int32]int{}, byMark: map[string][]int{}}
	bySource := make([][]int32, len(sources))
	g.marks = make([]marks, len(x.entries))
	for n := range x.entries {
		if e := &x.entries[n]; !e.files { // files are brought of any bank
			g.marks[n] = marksOf(e.institution)
			bySource[e.source] = append(bySource[e.source], int32(n))
		}
	}
	for source, entries := range bySource {
		g.count(entries)
		for _, n := range entries {
			if bank, ok := g.bank(source, n); ok {
				g.banks[bank] = append(g.banks[bank], n)
				g.bankOf[n] = bank
			}
		}
		g.open(entries)
	}
	for _, bank := range g.banks {
		if len(bank) > 1 {
			for _, n := range bank {
				x.entries[n].group = int32(len(x.groups))
			}
			x.groups = append(x.groups, bank)
		}
	}
}

// count notes what several entries of one source have alike.
func (g *grouping) count(entries []int32) {
	shared, unclear := map[string]int{}, map[string]bool{}
	hosts := map[string]string{}
	for _, n := range entries {
		m := g.marks[n]
		for _, mark := range m.all() {
			shared[mark]++
		}
		if host, seen := hosts[m.name]; seen && host != m.host {
			unclear[m.name] = true
		}
		hosts[m.name] = m.host
	}
	g.shared, g.unclear = append(g.shared, shared), append(g.unclear, unclear)
}

// all are the marks, by which kind is which.
func (m marks) all() []string {
	all := make([]string, 0, len(m.codes)+2)
	if m.name != "" {
		all = append(all, "name "+m.name)
	}
	if m.host != "" {
		all = append(all, "host "+m.host)
	}
	for _, c := range m.codes {
		all = append(all, "code "+c)
	}
	return all
}

// open makes banks of the entries that are none so far, and lets those of the sources
// to come be recognised by all of their marks.
func (g *grouping) open(entries []int32) {
	for _, n := range entries {
		bank, ok := g.bankOf[n]
		if !ok {
			bank = len(g.banks)
			g.banks = append(g.banks, []int32{n})
			g.bankOf[n] = bank
		}
		for _, mark := range g.marks[n].all() {
			if !slices.Contains(g.byMark[mark], bank) {
				g.byMark[mark] = append(g.byMark[mark], bank)
			}
		}
	}
}

// bank is that of an earlier source which the entry is, if that is certain.
func (g *grouping) bank(source int, n int32) (int, bool) {
	m := g.marks[n]
	if m.name != "" {
		banks := g.fitting(n, g.byMark["name "+m.name])
		if g.isUnclear(m.name) {
			banks = slices.DeleteFunc(banks, func(bank int) bool { return !g.agree(bank, m) })
		}
		if len(banks) == 1 || len(banks) > 1 && g.oneBank(banks) {
			return banks[0], true
		}
	}
	for _, mark := range slices.Backward(m.all()) { // codes before the website
		if strings.HasPrefix(mark, "name ") || g.shared[source][mark] > 1 {
			continue
		}
		if banks := g.fitting(n, g.byMark[mark]); len(banks) == 1 && len(g.byMark[mark]) == 1 {
			return banks[0], true
		}
	}
	return 0, false
}

func (g *grouping) isUnclear(name string) bool {
	return slices.ContainsFunc(g.unclear, func(names map[string]bool) bool { return names[name] })
}

// fitting are the banks whose first way serves whom the entry serves.
func (g *grouping) fitting(n int32, banks []int) []int {
	wanted := g.x.entries[n].institution.Persons
	return slices.DeleteFunc(slices.Clone(banks), func(bank int) bool {
		serves := g.x.entries[g.banks[bank][0]].institution.Persons
		if len(serves) == 0 {
			return false
		}
		return len(wanted) == 0 || slices.ContainsFunc(wanted, func(p fairlead.PersonKind) bool { return !slices.Contains(serves, p) })
	})
}

// agree reports whether a website or a code of a bank is the entry's too.
func (g *grouping) agree(bank int, m marks) bool {
	return slices.ContainsFunc(g.banks[bank], func(n int32) bool {
		other := g.marks[n]
		return m.host != "" && m.host == other.host || slices.ContainsFunc(m.codes, func(c string) bool { return slices.Contains(other.codes, c) })
	})
}

// oneBank reports whether banks of one name have one website: a source may list a bank
// several times.
func (g *grouping) oneBank(banks []int) bool {
	first := g.marks[g.banks[banks[0]][0]].host
	return !slices.ContainsFunc(banks, func(bank int) bool { return g.marks[g.banks[bank][0]].host != first })
}
