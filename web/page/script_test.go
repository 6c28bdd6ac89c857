package page

import (
	"path"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

func TestEveryScriptOfThePageCanBeRead(t *testing.T) {
	t.Parallel()
	files, err := staticFiles.ReadDir("static")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if path.Ext(f.Name()) != ".js" {
			continue
		}
		text, err := staticFiles.ReadFile("static/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range api.Transform(string(text), api.TransformOptions{}).Errors {
			t.Errorf("%s: %s in line %d", f.Name(), m.Text, m.Location.Line)
		}
	}
}
