package style_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// declarations are the rules of the stylesheets below the scale that tokens.css sets and the head of page.css explains.
func declarations(t *testing.T) [][]string {
	t.Helper()
	var css []byte
	for _, name := range []string{"../page/static/page.css", "../page/static/files.css", "../console/static/console.css"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		css = append(css, text...)
	}
	text := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(css), "")
	text = regexp.MustCompile(`--[\w-]+:[^;]*;`).ReplaceAllString(text, "")
	found := regexp.MustCompile(`([a-z-]+):\s*([^;{}]+);`).FindAllStringSubmatch(text, -1)
	if len(found) < 700 {
		t.Fatalf("only %d declarations were found", len(found))
	}
	return found
}

func TestTheStylesheetNamesFourSizesAndTwoWeightsAndNoOther(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, d := range declarations(t) {
		name, value := d[1], strings.TrimSpace(d[2])
		ok := true
		switch name {
		case "font-size":
			ok = regexp.MustCompile(`^var\(--(small|text|large|title)\)$`).MatchString(value)
		case "font-weight":
			ok = value == "var(--plain)" || value == "var(--bold)"
		case "font":
			ok = value == "inherit" || strings.HasPrefix(value, "var(--plain) var(--text)/1.5 ")
		}
		if !ok {
			t.Errorf("%s: %s is not of the scale", name, value)
		}
		for _, v := range regexp.MustCompile(`var\(--[\w-]+\)`).FindAllString(value, -1) {
			used[v] = true
		}
	}
	for _, v := range []string{"small", "text", "large", "title", "plain", "bold"} {
		if !used["var(--"+v+")"] {
			t.Errorf("nothing is of --%s", v)
		}
	}
}

func TestTheStylesheetTakesEverySpaceFromOneScale(t *testing.T) {
	t.Parallel()
	space := regexp.MustCompile(`^(margin|padding|gap|row-gap|column-gap)(-[a-z]+)*$`)
	scale := regexp.MustCompile(`var\(--(s[1-7]|side)\)|env\(safe-area-inset-bottom, 0\)|calc|[-+*()]|\b[012](px)?\b|auto|!important|\s`)
	for _, d := range declarations(t) {
		if space.MatchString(d[1]) {
			if left := scale.ReplaceAllString(d[2], ""); left != "" {
				t.Errorf("%s: %s is not of the scale (%s)", d[1], d[2], left)
			}
		}
	}
}
