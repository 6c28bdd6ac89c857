package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/fairlead-dev/fairlead"
)

//go:embed messages/*.json
var messageFiles embed.FS

// languageCodes lists the languages of the page; the first one stands in for all others.
func languageCodes() []string { return []string{"en", "pt-BR", "es"} }

// catalog holds the page's messages in every language.
type catalog struct {
	translators []*translator
	matcher     language.Matcher
}

// translator is the page's messages in one language.
type translator struct {
	language string // BCP 47
	messages map[string]string
}

func loadCatalog() (*catalog, error) {
	c := &catalog{}
	var tags []language.Tag
	for _, code := range languageCodes() {
		data, err := messageFiles.ReadFile("messages/" + code + ".json")
		if err != nil {
			return nil, fmt.Errorf("page: messages: %w", err)
		}
		t := &translator{language: code}
		if err := json.Unmarshal(data, &t.messages); err != nil {
			return nil, fmt.Errorf("page: messages of %s: %w", code, err)
		}
		c.translators = append(c.translators, t)
		tags = append(tags, language.MustParse(code))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// has reports whether tag is exactly one of the page's languages.
func (c *catalog) has(tag string) bool {
	for _, t := range c.translators {
		if t.language == tag {
			return true
		}
	}
	return false
}

// choose picks the language that fits the preferences best; the first one that
// names any language decides. A preference is a tag or an Accept-Language header.
func (c *catalog) choose(preferences ...string) *translator {
	for _, p := range preferences {
		tags, _, err := language.ParseAcceptLanguage(p)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, n, confidence := c.matcher.Match(tags...); confidence > language.No {
			return c.translators[n]
		}
	}
	return c.translators[0]
}

// near is the country that the first preference with a region names; nil: none does.
func near(preferences ...string) []string {
	for _, p := range preferences {
		tags, _, err := language.ParseAcceptLanguage(p)
		if err != nil {
			continue
		}
		for _, tag := range tags {
			if region, confidence := tag.Region(); confidence == language.Exact && region.IsCountry() {
				return []string{region.String()}
			}
		}
	}
	return nil
}

// has reports whether there is a message of the key.
func (t *translator) has(key string) bool { _, ok := t.messages[key]; return ok }

// text is the message of a key with its {variables} filled in from name, value pairs.
func (t *translator) text(key string, variables ...string) string {
	s, ok := t.messages[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(variables); i += 2 {
		name, value := "{"+variables[i]+"}", variables[i+1]
		if strings.HasSuffix(value, ".") { // a name that ends in a point ends its sentence too: "Ltda."
			s = strings.ReplaceAll(s, name+".", name)
		}
		s = strings.ReplaceAll(s, name, value)
	}
	return s
}

// count is the message of key.one or key.other, by CLDR's plural rule.
func (t *translator) count(key string, n int, variables ...string) string {
	plural := ".other"
	if n == 1 || (n == 0 && t.language == "pt-BR") {
		plural = ".one"
	}
	return t.text(key+plural, append([]string{"n", t.number(n)}, variables...)...)
}

// date is a day written out, by CLDR's long pattern.
func (t *translator) date(day time.Time) string {
	return t.text("date.long", "day", strconv.Itoa(day.Day()), "month", t.text("month."+strconv.Itoa(int(day.Month()))), "year", strconv.Itoa(day.Year()))
}

// period is a number of months in words: "12 months" is "one year".
func (t *translator) period(months int) string {
	if months > 0 && months%12 == 0 {
		return t.count("period.years", months/12)
	}
	return t.count("period.months", months)
}

// duration is a length of time in words, rounded up so that it is never too short.
func (t *translator) duration(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }
	switch {
	case d <= time.Minute:
		return t.count("duration.seconds", max(up(time.Second), 1))
	case d <= 2*time.Hour:
		return t.count("duration.minutes", up(time.Minute))
	case d <= 48*time.Hour:
		return t.count("duration.hours", up(time.Hour))
	}
	return t.count("duration.days", up(24*time.Hour))
}

// country is the name of a country by CLDR.
func (t *translator) country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(t.language)).Name(region); name != "" {
		return name
	}
	return code
}

// products lists products in a sentence's manner.
func (t *translator) products(products []fairlead.Product) string {
	var out []string
	for _, p := range products {
		out = append(out, t.text("product."+string(p)))
	}
	return strings.Join(out, "\u00a0· ") // no line begins with the dot
}

// translate is the message of a key, or the text itself where it is none: an
// institution's own text.
func (t *translator) translate(keyOrText string) string {
	if t.has(keyOrText) {
		return t.text(keyOrText)
	}
	return keyOrText
}

// known is translate, but "" for a key that has no message here: the page has a
// text of its own then.
func (t *translator) known(keyOrText string, variables ...string) string {
	switch {
	case t.has(keyOrText):
		return t.text(keyOrText, variables...)
	case isKey(keyOrText):
		return ""
	}
	return keyOrText
}

// isKey tells a message key ("form.code.title") from an institution's text.
func isKey(s string) bool {
	return strings.Contains(s, ".") && !strings.ContainsAny(s, " \t\n?!,") && s == strings.ToLower(s)
}

// keys lists the catalog's keys in order.
func (t *translator) keys() []string {
	out := make([]string, 0, len(t.messages))
	for k := range t.messages {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
