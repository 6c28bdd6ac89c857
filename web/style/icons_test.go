package style_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/fairlead-dev/fairlead/web/style"
)

func TestEveryIconThatAPageNamesIsDrawn(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/*.templ")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	named := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`@(?:style\.)?Icon\("([^"]+)"\)`).FindAllStringSubmatch(string(text), -1) {
			if named++; style.IconPath(m[1]) == "" {
				t.Errorf("%s shows the icon %q, which is not drawn", file, m[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d icons are named", named)
	}
}
