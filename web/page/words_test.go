package page

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(`\{\w+\}`)
	places := func(s string) []string {
		return slices.Compact(slices.Sorted(slices.Values(place.FindAllString(s, -1))))
	}
	first := c.languages[0]
	for _, l := range c.languages[1:] {
		if missing, more := without(first.keys(), l.messages), without(l.keys(), first.messages); len(missing)+len(more) > 0 {
			t.Errorf("%s lacks %v and has besides %v", l.code, missing, more)
		}
		for key, text := range l.messages {
			if !slices.Equal(places(text), places(first.messages[key])) {
				t.Errorf("%s: %s has the places %v, in English %v", l.code, key, places(text), places(first.messages[key]))
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", l.code, key)
			}
		}
	}
}

func without(keys []string, in map[string]string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { _, ok := in[k]; return ok })
}

func TestEveryKindOfProblemAndProductHasItsWords(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.languages {
		for _, k := range fairlead.ErrorKinds() {
			for _, word := range []string{".title", ".text"} {
				if !l.has("problem." + string(k) + word) {
					t.Errorf("%s has no words for %s", l.code, k)
				}
			}
			if !l.has("turn." + string(fairlead.ActorFor(k))) {
				t.Errorf("%s does not say whose turn %s is", l.code, k)
			}
			if s, ok := sayings()[k]; !ok || !l.has("message."+s.message+".title") || !l.has("message."+s.message+".text") {
				t.Errorf("the page has no answer to %s in %s", k, l.code)
			}
		}
		for _, p := range fairlead.Products() {
			if !l.has("product."+string(p)) || !l.has("product."+string(p)+".text") {
				t.Errorf("%s has no words for %s", l.code, p)
			}
		}
	}
}

// TestNoWordIsLeftOver finds messages that no page can show any more. A key is
// used when it, or its beginning up to the last computed part, stands in a source.
func TestNoWordIsLeftOver(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, pattern := range []string{"*.go", "*.templ", "../../connector/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(data)
		}
	}
	computed := []string{
		"month.", "period.", "language.", "note.", "error.", "product.", "ask.", "field.", "problem.", "turn.", "message.", "ended.",
		"span.", "institution.found", "result.accounts", "portal.accounts", "portal.documents", "wait.", "update.", "busy.", "retrieving.", "accounts.legend",
	}
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range c.languages[0].keys() {
		if slices.ContainsFunc(computed, func(p string) bool { return strings.HasPrefix(key, p) }) {
			continue
		}
		if !strings.Contains(source.String(), `"`+key+`"`) {
			t.Errorf("nothing shows %q", key)
		}
	}
}

func TestDatesAndSpansAreWrittenOut(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2027, 3, 4, 0, 0, 0, 0, time.UTC)
	want := map[string][3]string{
		"en": {"March 4, 2027", "1 year", "3 months"}, "pt-BR": {"4 de março de 2027", "1 ano", "3 meses"}, "es": {"4 de marzo de 2027", "1 año", "3 meses"},
	}
	for _, l := range c.languages {
		if got := [3]string{l.date(day), l.period(12), l.period(3)}; got != want[l.code] {
			t.Errorf("%s: %v", l.code, got)
		}
	}
	if len(want) != len(c.languages) || !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(slices.Values(spoken()))) {
		t.Error("a language is not tested")
	}
}
