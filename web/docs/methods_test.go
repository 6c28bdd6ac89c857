package docs_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestTheReferenceCallsMethodsThatThePackagesHave looks for each method that an example of
// the reference calls in the package of its language.
func TestTheReferenceCallsMethodsThatThePackagesHave(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	node, python := source(t, "../../packages/node/src/client.ts"), source(t, "../../packages/python/src/fairlead/_client.py")
	calls := map[string]bool{}
	call := regexp.MustCompile("(?s)```(js|python)[^\n]*\n(.*?)```")
	for address := range walk(app) {
		if !strings.HasPrefix(address, "/docs/api/") {
			continue
		}
		_, _, text := get(app, address+".md")
		for _, block := range call.FindAllStringSubmatch(text, -1) {
			for _, m := range regexp.MustCompile(`fairlead\.(\w+)\.(\w+)\(`).FindAllStringSubmatch(block[2], -1) {
				calls[block[1]+" "+m[1]+"."+m[2]] = true
			}
		}
	}
	for c := range calls {
		language, name, _ := strings.Cut(c, " ")
		of, method, _ := strings.Cut(name, ".")
		begins, has, in := `(?m)^  readonly `+of+` = \{$`, `(?m)^    (async )?`+method+`[:(]`, node
		if language == "python" {
			begins, has, in = `(?m)^class `+regexp.MustCompile(`(^|_)(\w)`).ReplaceAllStringFunc(of, func(s string) string {
				return strings.ToUpper(strings.TrimPrefix(s, "_"))
			})+`\(`, `(?m)^    def `+method+`\(`, python
		}
		at := regexp.MustCompile(begins).FindStringIndex(in)
		if at == nil {
			t.Errorf("%s has no %s", language, of)
			continue
		}
		rest := in[at[1]:]
		if end := regexp.MustCompile(`(?m)^(  \};|class )`).FindStringIndex(rest); end != nil {
			rest = rest[:end[0]]
		}
		if !regexp.MustCompile(has).MatchString(rest) {
			t.Errorf("%s has no %s", language, name)
		}
	}
	if len(calls) < 120 {
		t.Errorf("there are examples of %d methods", len(calls))
	}
}

func source(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
