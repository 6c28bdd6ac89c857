package page

import (
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

func TestAnyAccentStaysReadable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		accent := rapid.StringMatching(`#[0-9a-f]{6}`).Draw(t, "accent")
		for i, set := range properties(t, themeCSS(accent)) {
			grounds := [2][]rgb{{lightSurface, lightGround}, {darkSurface, darkGround}}[i]
			for _, g := range append(grounds, set["--accent-soft"]) {
				if r := contrast(set["--accent"], g); r < 4.5 {
					t.Fatalf("%s: text in the accent %s on %s has %.2f", accent, set["--accent"], g, r)
				}
			}
			for _, button := range []string{"--accent", "--accent-strong"} {
				if r := contrast(set["--on-accent"], set[button]); r < 4.5 {
					t.Fatalf("%s: text on %s %s has %.2f", accent, button, set[button], r)
				}
			}
		}
	})
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
