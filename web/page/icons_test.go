package page

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestEveryProductAndEveryKindOfFailureHasAnIcon(t *testing.T) {
	t.Parallel()
	drawings := map[string]fairlead.Product{}
	for _, p := range fairlead.Products() {
		d := iconPath(productIcon(p))
		if other, taken := drawings[d]; d == "" || taken {
			t.Errorf("%s is drawn as %q, as %s is", p, d, other)
		}
		drawings[d] = p
	}
	for _, k := range fairlead.ErrorKinds() {
		name := failureIcon(k)
		if iconPaths[name] == "" && iconPaths[iconAliases[name]] == "" {
			t.Errorf("%s has no icon", k)
		}
	}
}

func TestEveryIconThatAPageNamesIsDrawn(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`@icon\("([^"]+)"\)`).FindAllStringSubmatch(string(text), -1) {
			if iconPath(m[1]) == "" {
				t.Errorf("%s shows the icon %q, which is not drawn", file, m[1])
			}
		}
	}
}
