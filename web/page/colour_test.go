package page

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// properties reads the two sets that themeCSS writes: light and dark.
func properties(t interface{ Fatalf(string, ...any) }, css string) [2]map[string]rgb {
	var out [2]map[string]rgb
	blocks := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(css, -1)
	if len(blocks) != 2 {
		t.Fatalf("the theme has %d sets: %s", len(blocks), css)
	}
	for i, b := range blocks {
		out[i] = map[string]rgb{}
		for _, p := range strings.Split(b[1], ";") {
			name, value, _ := strings.Cut(p, ":")
			c, ok := parseColour(value)
			if !ok {
				t.Fatalf("%s is no colour: %q", name, value)
			}
			out[i][name] = c
		}
	}
	return out
}

func TestAnyAccentKeepsItsColourAndStaysReadable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		accent := rapid.StringMatching(`#[0-9a-f]{6}`).Draw(t, "accent")
		for i, set := range properties(t, themeCSS(accent)) {
			grounds := [2][]rgb{{lightSurface, lightGround}, {darkSurface, darkGround}}[i]
			if set["--accent"].String() != accent {
				t.Fatalf("a button in %s is %s", accent, set["--accent"])
			}
			for _, g := range append(grounds, set["--accent-soft"]) {
				if r := contrast(set["--accent-text"], g); r < 4.5 {
					t.Fatalf("%s: text in the accent %s on %s has %.2f", accent, set["--accent-text"], g, r)
				}
			}
			for _, button := range []string{"--accent", "--accent-strong"} {
				if r := contrast(set["--on-accent"], set[button]); r < 4.5 {
					t.Fatalf("%s: ink %s on %s %s has %.2f", accent, set["--on-accent"], button, set[button], r)
				}
			}
			if seen, edge := contrast(set["--accent"], grounds[0]), contrast(set["--accent-edge"], grounds[0]); seen < edgeBelow && edge < 3 {
				t.Fatalf("%s: neither a button nor its edge can be seen: %.2f and %.2f", accent, seen, edge)
			}
		}
	})
}

func TestOrdinaryTextIsReadableOnEverySurface(t *testing.T) {
	t.Parallel()
	for i, set := range stylesheetColours(t) {
		grounds := []rgb{set["--surface"], set["--ground"], set["--raised"], set["--good-soft"], set["--bad-soft"]}
		want := [2]struct{ surface, ground, ink rgb }{{lightSurface, lightGround, lightInk}, {darkSurface, darkGround, darkInk}}[i]
		if set["--surface"] != want.surface || set["--ground"] != want.ground || set["--ink"] != want.ink {
			t.Errorf("page.css has other surfaces than colour.go: %v", set)
		}
		for _, text := range []string{"--ink", "--ink-2"} {
			for _, g := range grounds {
				if r := contrast(set[text], g); r < 4.5 {
					t.Errorf("%s %s on %s has %.2f", text, set[text], g, r)
				}
			}
		}
		for _, pair := range [][2]string{{"--good", "--good-soft"}, {"--good", "--surface"}, {"--bad", "--bad-soft"}, {"--bad", "--surface"}, {"--bad", "--ground"}, {"--on-bad", "--bad"}} {
			if r := contrast(set[pair[0]], set[pair[1]]); r < 4.5 {
				t.Errorf("%s on %s has %.2f", pair[0], pair[1], r)
			}
		}
		if r := contrast(set["--line-strong"], set["--raised"]); r < 3 {
			t.Errorf("the edge of a field has %.2f", r)
		}
	}
}

func TestTheStylesheetHasTheColoursOfTheDefaultAccent(t *testing.T) {
	t.Parallel()
	sheet := stylesheetColours(t)
	for i, set := range properties(t, themeCSS("")) {
		for name, c := range set {
			if sheet[i][name] != c {
				t.Errorf("set %d: page.css has %s %s, a theme without an accent %s", i, name, sheet[i][name], c)
			}
		}
	}
}

// stylesheetColours reads the colours of page.css: light, and dark.
func stylesheetColours(t *testing.T) [2]map[string]rgb {
	t.Helper()
	css, err := os.ReadFile("../style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	var out [2]map[string]rgb
	blocks := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(string(css), 2)
	if len(blocks) != 2 {
		t.Fatalf("page.css has %d sets of colours", len(blocks))
	}
	for i, b := range blocks {
		out[i] = map[string]rgb{}
		for _, p := range regexp.MustCompile(`(--[\w-]+): (#[0-9a-f]{6});`).FindAllStringSubmatch(b[1], -1) {
			out[i][p[1]], _ = parseColour(p[2])
		}
	}
	return out
}

func TestAThemeWritesNoStylesOfItsOwn(t *testing.T) {
	t.Parallel()
	env := themeCSS("")
	for _, accent := range []string{"red", "#12", "#12345", "#1234567", "#fff;}body{display:none", "url(//evil.example)", "#-12345", "#+1a2b3"} {
		if themeCSS(accent) != env {
			t.Errorf("%q was taken for a colour", accent)
		}
	}
	if themeCSS("#abc") != themeCSS("#aabbcc") {
		t.Error("#abc is not #aabbcc")
	}
}
