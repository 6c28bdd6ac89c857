package installtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// inBraces is a parameter of a path.
var inBraces = regexp.MustCompile(`\{[^}]*\}`)

// operations compares the requests that all methods of a client made, one a line with the
// names of its query where the client names them, with the operations of the description.
func operations(t *testing.T, out []byte) {
	t.Helper()
	file, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var description struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct{ Name, In string }
		}
	}
	if err := json.Unmarshal(file, &description); err != nil {
		t.Fatal(err)
	}
	seen, queries := map[string]bool{}, map[string]bool{}
	for request := range strings.Lines(string(out)) {
		words := strings.Fields(request)
		seen[words[0]+" "+words[1]] = true
		for _, name := range words[2:] {
			queries[words[0]+" "+words[1]+" "+name] = true
		}
	}
	count := 0
	for path, methods := range description.Paths {
		for method, o := range methods {
			if o.OperationID == "" || strings.HasPrefix(path, "/v1/oauth/") || strings.HasSuffix(path, "/stream") { // the credentials go with each request
				continue
			}
			count++
			operation := strings.ToUpper(method) + " " + inBraces.ReplaceAllString(path, "{}")
			if !seen[operation] {
				t.Errorf("%s (%s) has no method", operation, o.OperationID)
			}
			for _, p := range o.Parameters {
				if len(queries) > 0 && p.In == "query" && p.Name != "wait" && !queries[operation+" "+p.Name] {
					t.Errorf("%s (%s) is not given %s", operation, o.OperationID, p.Name)
				}
			}
			delete(seen, operation)
		}
	}
	if count < 60 {
		t.Errorf("the description has %d operations, which can't be all", count)
	}
	for operation := range seen {
		t.Errorf("%s is no operation of the description", operation)
	}
}

// contents holds the installed npm packages to what their package.json says, and to having
// nothing beyond it.
func contents(t *testing.T, folder string) {
	t.Helper()
	allowed := regexp.MustCompile(`^(package\.json|README\.md|LICENSE|dist/(esm|cjs)/(package\.json|[a-z/]+\.(js|d\.ts)))$`)
	for _, name := range []string{"link", "react", "node"} {
		root := filepath.Join(folder, "node_modules/@fairlead", name)
		var files []string
		err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				relative, _ := filepath.Rel(root, path)
				files = append(files, relative)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !allowed.MatchString(file) {
				t.Errorf("@fairlead/%s brings %s", name, file)
			}
		}
		var about struct {
			Name, Version, License, Main, Types string
			Repository                          struct{ URL, Directory string }
			Exports                             json.RawMessage
		}
		content, err := os.ReadFile(filepath.Join(root, "package.json"))
		if err == nil {
			err = json.Unmarshal(content, &about)
		}
		if err != nil {
			t.Fatal(err)
		}
		if about.License != "Apache-2.0" || about.Repository.URL != "git+https://github.com/fairlead-dev/fairlead.git" || about.Repository.Directory != "packages/"+name {
			t.Errorf("@fairlead/%s is under %q, of %v", name, about.License, about.Repository)
		}
		named := regexp.MustCompile(`"\./([^"]+)"\s*[,}]`).FindAllStringSubmatch(string(about.Exports), -1)
		for _, m := range append(named, []string{"", strings.TrimPrefix(about.Main, "./")}, []string{"", strings.TrimPrefix(about.Types, "./")}) {
			if !slices.Contains(files, m[1]) {
				t.Errorf("@fairlead/%s names %s, which it has not", name, m[1])
			}
		}
		if len(named) < 4 || !slices.Contains(files, "LICENSE") || !slices.Contains(files, "README.md") {
			t.Errorf("@fairlead/%s has %q, and exports %s", name, files, about.Exports)
		}
	}
}
