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
)

//go:embed messages/*.json
var messageFiles embed.FS

// spoken lists the languages of the page; the first one answers for all others.
func spoken() []string { return []string{"en", "pt-BR", "es"} }

// catalog holds the page's words in every language.
type catalog struct {
	languages []*speech
	matcher   language.Matcher
}

// speech is the page's words in one language.
type speech struct {
	code     string // BCP 47
	messages map[string]string
}

func loadCatalog() (*catalog, error) {
	c := &catalog{}
	var tags []language.Tag
	for _, code := range spoken() {
		data, err := messageFiles.ReadFile("messages/" + code + ".json")
		if err != nil {
			return nil, fmt.Errorf("page: messages: %w", err)
		}
		l := &speech{code: code}
		if err := json.Unmarshal(data, &l.messages); err != nil {
			return nil, fmt.Errorf("page: messages of %s: %w", code, err)
		}
		c.languages = append(c.languages, l)
		tags = append(tags, language.MustParse(code))
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// has tells whether tag is exactly one of the spoken languages.
func (c *catalog) has(tag string) bool {
	for _, l := range c.languages {
		if l.code == tag {
			return true
		}
	}
	return false
}

// choose picks the language that fits the wishes best; the first wish that
// names any language decides. A wish is a tag or an Accept-Language header.
func (c *catalog) choose(wishes ...string) *speech {
	for _, w := range wishes {
		tags, _, err := language.ParseAcceptLanguage(w)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, n, sure := c.matcher.Match(tags...); sure > language.No {
			return c.languages[n]
		}
	}
	return c.languages[0]
}

// has tells whether there is a message of the key.
func (l *speech) has(key string) bool { _, ok := l.messages[key]; return ok }

// text is the message of a key with its {places} filled in from name, value pairs.
func (l *speech) text(key string, places ...string) string {
	s, ok := l.messages[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(places); i += 2 {
		s = strings.ReplaceAll(s, "{"+places[i]+"}", places[i+1])
	}
	return s
}

// count is the message of key.one or key.other, by CLDR's plural rule.
func (l *speech) count(key string, n int, places ...string) string {
	form := ".other"
	if n == 1 || (n == 0 && l.code == "pt-BR") {
		form = ".one"
	}
	return l.text(key+form, append([]string{"n", strconv.Itoa(n)}, places...)...)
}

// date is a day written out, by CLDR's long pattern.
func (l *speech) date(t time.Time) string {
	return l.text("date.long", "day", strconv.Itoa(t.Day()), "month", l.text("month."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// period is a number of months in words: "12 months" is "one year".
func (l *speech) period(months int) string {
	if months > 0 && months%12 == 0 {
		return l.count("period.years", months/12)
	}
	return l.count("period.months", months)
}

// said is the message of a key, or the text itself where it is none: an
// institution's own words.
func (l *speech) said(keyOrText string) string {
	if l.has(keyOrText) {
		return l.text(keyOrText)
	}
	return keyOrText
}

// keys lists the catalog's keys in order.
func (l *speech) keys() []string {
	out := make([]string, 0, len(l.messages))
	for k := range l.messages {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
