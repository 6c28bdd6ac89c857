package sandbox

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

// definitions reads the official API definitions: the names of their fields and
// the values of their enumerations.
func definitions(t *testing.T) (fields, values map[string]bool) {
	t.Helper()
	files, _ := filepath.Glob("../../../shared/data/openfinancebr/*.yml")
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the definitions of Open Finance Brasil are missing")
		}
		t.Skip("no definitions of Open Finance Brasil beside the repository")
	}
	field, value := regexp.MustCompile(`(?m)^\s+([A-Za-z]+):`), regexp.MustCompile(`(?m)^\s+- '?([A-Z][A-Z0-9_]+)'?\s*$`)
	fields, values = map[string]bool{}, map[string]bool{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range field.FindAllStringSubmatch(string(raw), -1) {
			fields[m[1]] = true
		}
		for _, m := range value.FindAllStringSubmatch(string(raw), -1) {
			values[m[1]] = true
		}
	}
	return fields, values
}

func TestExtraUsesTheWordsOfOpenFinanceBrasil(t *testing.T) {
	t.Parallel()
	fields, values := definitions(t)
	// The answer of the limits interface has no name of its own.
	for _, own := range []string{"limits"} {
		fields[own] = true
	}
	enumeration := regexp.MustCompile(`^[A-Z]+(_[A-Z0-9]+)+$`)
	var check func(name string, v any)
	check = func(name string, v any) {
		if !fields[name] {
			t.Errorf("no definition has a field %q", name)
		}
		switch v := v.(type) {
		case string:
			if enumeration.MatchString(v) && !values[v] {
				t.Errorf("%s: no enumeration has %q", name, v)
			}
		case map[string]any:
			for k, inner := range v {
				check(k, inner)
			}
		case []any:
			for _, inner := range v {
				check(name, inner)
			}
		}
	}
	extra := func(e fairlead.Extra) {
		for k, v := range e {
			name, ok := strings.CutPrefix(k, "ofb.")
			if !ok {
				t.Errorf("extra %q is of another standard", k)
			}
			check(name, v)
		}
	}
	for _, user := range []string{"good", "business", "joint", "investor"} {
		b := newFixture(t, "farol")
		s := b.mustLogin(user, "good")
		for _, p := range fairlead.Products() {
			page := b.mustCollect(s, p)
			for _, x := range page.Accounts {
				extra(x.Extra)
			}
			for _, x := range page.Transactions {
				extra(x.Extra)
			}
			for _, x := range page.Bills {
				extra(x.Extra)
			}
			for _, x := range page.Loans {
				extra(x.Extra)
			}
			for _, x := range page.Holdings {
				extra(x.Extra)
			}
			for _, x := range page.Securities {
				extra(x.Extra)
			}
			for _, x := range page.InvestmentTransactions {
				extra(x.Extra)
			}
			for _, x := range page.Identities {
				extra(x.Extra)
			}
		}
	}
}
