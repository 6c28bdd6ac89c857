package directory

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countryNames are what people call a country besides its codes and its names by CLDR.
var countryNames = map[string][]string{
	"AE": {"UAE", "Emirates"},
	"BO": {"Bolivia"},
	"CZ": {"Czech Republic", "República Checa"},
	"GB": {"UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Inglaterra", "Grã-Bretanha", "Gran Bretaña"},
	"IR": {"Iran", "Irã", "Irán"},
	"KR": {"Korea", "Coreia", "Corea"},
	"NL": {"Holland", "Holanda"},
	"RU": {"Russia", "Rússia", "Rusia"},
	"TR": {"Turkey", "Turquía"},
	"US": {"USA", "United States of America", "America", "EUA", "EE UU", "EEUU", "Estados Unidos da América", "Estados Unidos de América"},
}

// searchLanguages are those that a country is found in.
var searchLanguages = []language.Tag{language.English, language.BrazilianPortuguese, language.Spanish}

// foldedCountries has the names of each country that was wanted so far, folded, without spaces.
var foldedCountries sync.Map // string → []string

// namesOfCountry are a country's codes and names in all languages of the page, folded,
// without spaces.
func namesOfCountry(code string) []string {
	if names, ok := foldedCountries.Load(code); ok {
		return names.([]string)
	}
	all := append([]string{code}, countryNames[code]...)
	if region, err := language.ParseRegion(code); err == nil {
		all = append(all, region.ISO3())
		for _, tag := range searchLanguages {
			all = append(all, display.Regions(tag).Name(region))
		}
	}
	var out []string
	for _, name := range all {
		if folded := strings.Join(foldWords(name), ""); folded != "" && !slices.Contains(out, folded) {
			out = append(out, folded)
		}
	}
	foldedCountries.Store(code, out)
	return out
}

// countrySpan is some words of a search that name a country.
type countrySpan struct {
	country    string
	begin, end int
}

// leastCountryPrefix is how many letters name a country that is not typed to its end.
const leastCountryPrefix = 4

// countrySpans are the words of a search that name countries of the index: wholly, or
// where a search ends by the beginning of a name. forgiving has small typing errors forgiven.
func (x *index) countrySpans(words []string, forgiving bool) (out []countrySpan) {
	const longest = 5 // words of a name
	for begin := range words {
		for end := begin + 1; end <= min(len(words), begin+longest); end++ {
			text := strings.Join(words[begin:end], "")
			for _, c := range x.countries {
				if namesCountry(c.names, text, end == len(words), forgiving) {
					out = append(out, countrySpan{c.code, begin, end})
				}
			}
		}
	}
	return out
}

func namesCountry(names []string, text string, last, forgiving bool) bool {
	if slices.Contains(names, text) {
		return true
	}
	if len(text) < leastCountryPrefix {
		return false
	}
	if last && slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, text) }) {
		return true
	}
	if !forgiving || len([]rune(text)) > maxLetters {
		return false
	}
	p := newPattern(text)
	return slices.ContainsFunc(names, func(n string) bool {
		return len(n) >= leastCountryPrefix && p.score(n, letterMask(n)) > 0
	})
}

// indexCountry is a country that some institution of the index is in.
type indexCountry struct {
	code    string
	names   []string
	entries []int32
}

// addCountries notes which country each entry is in.
func (x *index) addCountries() {
	at := map[string]int{}
	for n := range x.entries {
		code := x.entries[n].country
		if code == "" {
			continue
		}
		k, ok := at[code]
		if !ok {
			k = len(x.countries)
			at[code] = k
			x.countries = append(x.countries, indexCountry{code: code, names: namesOfCountry(code)})
		}
		x.countries[k].entries = append(x.countries[k].entries, int32(n))
	}
	x.bytes += 4 * len(x.entries)
}

// matchCountries adds what a search means that names a country: all institutions of it, or
// those of it that the other words name.
func (x *index) matchCountries(memory *searchMemory, words []string, forgiving bool) {
	for _, span := range x.countrySpans(words, forgiving) {
		rest := slices.Concat(words[:span.begin], words[span.end:])
		if len(rest) > 0 {
			x.matchWords(memory, rest, span.country)
			continue
		}
		for _, c := range x.countries {
			if c.code != span.country {
				continue
			}
			for _, entry := range c.entries {
				memory.add(entry, scoreCountry)
			}
		}
	}
}
