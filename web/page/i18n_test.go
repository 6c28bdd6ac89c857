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
	"github.com/fairlead-dev/fairlead/format"
)

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`\{\w+\}`)
	variables := func(s string) []string {
		return slices.Compact(slices.Sorted(slices.Values(variable.FindAllString(s, -1))))
	}
	first := c.translators[0]
	for _, l := range c.translators[1:] {
		if missing, more := without(first.keys(), l.messages), without(l.keys(), first.messages); len(missing)+len(more) > 0 {
			t.Errorf("%s lacks %v and has besides %v", l.language, missing, more)
		}
		for key, text := range l.messages {
			if !slices.Equal(variables(text), variables(first.messages[key])) {
				t.Errorf("%s: %s has the variables %v, in English %v", l.language, key, variables(text), variables(first.messages[key]))
			}
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", l.language, key)
			}
		}
	}
}

func without(keys []string, messages map[string]string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { _, ok := messages[k]; return ok })
}

func TestEveryKindOfProblemAndProductHasItsMessages(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.translators {
		for _, k := range fairlead.ErrorKinds() {
			for _, word := range []string{".title", ".text"} {
				if !l.has("problem." + string(k) + word) {
					t.Errorf("%s has no words for %s", l.language, k)
				}
			}
			if !l.has("actor." + string(fairlead.ActorFor(k))) {
				t.Errorf("%s does not say who acts on %s", l.language, k)
			}
			if s, ok := errorPages()[k]; !ok || !l.has("message."+s.message+".title") || !l.has("message."+s.message+".text") {
				t.Errorf("the page has no answer to %s in %s", k, l.language)
			}
		}
		for _, p := range fairlead.Products() {
			if !l.has("product."+string(p)) || !l.has("product."+string(p)+".text") {
				t.Errorf("%s has no words for %s", l.language, p)
			}
		}
	}
}

func TestEveryKindOfRefusalAndWarningOfAFileHasItsMessages(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	plain := fairlead.FileWarningKinds()
	kinds := slices.Clone(plain)
	for _, k := range format.Kinds() {
		kinds = append(kinds, string(k))
	}
	for _, l := range c.translators {
		for _, k := range kinds {
			refused, warned := l.has("file.refused."+k), l.has("file.warning."+k) || l.has("file.warning."+k+".other")
			if !refused && !warned || !slices.Contains(plain, k) && !(refused && warned) {
				t.Errorf("%s has no words for a file that is %s", l.language, k)
			}
		}
		for _, key := range l.keys() {
			word := strings.TrimPrefix(strings.TrimPrefix(key, "file.refused."), "file.warning.")
			kind, _, _ := strings.Cut(word, ".")
			if word != key && kind != "where" && !slices.Contains(kinds, kind) {
				t.Errorf("%s has %s of no kind", l.language, key)
			}
		}
	}
}

// TestNoMessageIsLeftOver finds messages that no page can show any more. A key is
// used when it, or its beginning up to the last computed part, stands in a source.
func TestNoMessageIsLeftOver(t *testing.T) {
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
		"month.", "period.", "language.", "note.", "error.", "product.", "form.", "field.", "problem.", "actor.", "message.", "ended.",
		"duration.", "institution.found", "result.accounts", "portal.accounts", "portal.documents", "wait.", "mapping.", "undo", "preview.", "file.refused.", "file.warning.", "portal.added", "portal.changed", "update.", "busy.", "retrieving.", "channel.", "accounts.legend", "about.", "question ",
	}
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range c.translators[0].keys() {
		if slices.ContainsFunc(computed, func(p string) bool { return strings.HasPrefix(key, p) }) {
			continue
		}
		if !strings.Contains(source.String(), `"`+key+`"`) {
			t.Errorf("nothing shows %q", key)
		}
	}
}

func TestDatesAndPeriodsAreWrittenOut(t *testing.T) {
	t.Parallel()
	c, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2027, 3, 4, 0, 0, 0, 0, time.UTC)
	want := map[string][3]string{
		"en": {"March 4, 2027", "1 year", "3 months"}, "pt-BR": {"4 de março de 2027", "1 ano", "3 meses"}, "es": {"4 de marzo de 2027", "1 año", "3 meses"},
	}
	for _, l := range c.translators {
		if got := [3]string{l.date(day), l.period(12), l.period(3)}; got != want[l.language] {
			t.Errorf("%s: %v", l.language, got)
		}
	}
	if len(want) != len(c.translators) || !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(slices.Values(languageCodes()))) {
		t.Error("a language is not tested")
	}
}
