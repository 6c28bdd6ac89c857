package native_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/native"
)

const descriptionFile = "../../docs/openapi.json"

func description(t *testing.T) []byte {
	t.Helper()
	text, err := native.New(dialect.Verbs{}).Description()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheDescriptionInTheTreeIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile(descriptionFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(description(t), want) {
		t.Error("docs/openapi.json is not what the code says; run: go generate ./dialect/native")
	}
}

// schema is what the tests look at of a schema.
type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Description          string
	Properties           map[string]schema
	Required             []string
	Items                *schema
	Enum                 []string
	AllOf                []schema
	AdditionalProperties any
}

type operation struct {
	OperationID, Summary, Description string
	Parameters                        []struct {
		Ref                   string `json:"$ref"`
		Name, In, Description string
	}
	RequestBody *struct {
		Content map[string]struct{ Schema schema }
	}
	Responses map[string]struct {
		Ref         string `json:"$ref"`
		Description string
		Content     map[string]struct{ Schema schema }
	}
}

type document struct {
	Paths, Webhooks map[string]map[string]operation
	Tags            []struct{ Name, Description string }
	Components      struct{ Schemas map[string]schema }
}

func documented(t *testing.T) (d document) {
	t.Helper()
	if err := json.Unmarshal(description(t), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryShapeAndEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	d := documented(t)
	var walk func(path string, s schema)
	walk = func(path string, s schema) {
		for name, p := range s.Properties {
			if p.Description == "" {
				t.Errorf("%s.%s is not described", path, name)
			}
			walk(path+"."+name, p)
		}
		for _, part := range s.AllOf {
			walk(path, part)
		}
		if s.Items != nil {
			walk(path+"[]", *s.Items)
		}
	}
	for name, s := range d.Components.Schemas {
		if s.Description == "" {
			t.Errorf("%s is not described", name)
		}
		walk(name, s)
	}
	if len(d.Components.Schemas) < 100 {
		t.Errorf("there are only %d shapes", len(d.Components.Schemas))
	}
	for _, tag := range d.Tags {
		if tag.Description == "" {
			t.Errorf("the chapter %s is not described", tag.Name)
		}
	}
}

func TestNoWordsAreLeftOfFieldsThatAreGone(t *testing.T) {
	t.Parallel()
	d := documented(t)
	for shape, fields := range native.Words {
		s, ok := d.Components.Schemas[shape]
		if !ok {
			t.Errorf("there are words on %s, and no such shape", shape)
			continue
		}
		for _, part := range s.AllOf {
			maps.Copy(mapOf(&s.Properties), part.Properties)
		}
		for field := range fields {
			if _, ok := s.Properties[field]; !ok && field != "" {
				t.Errorf("there are words on %s.%s, and no such field", shape, field)
			}
		}
	}
}

func mapOf(m *map[string]schema) map[string]schema {
	if *m == nil {
		*m = map[string]schema{}
	}
	return *m
}

func TestEveryOperationIsNamedAndSaysAllOfItsAnswers(t *testing.T) {
	t.Parallel()
	d := documented(t)
	name := regexp.MustCompile(`^[a-z][A-Za-z]+$`)
	seen := map[string]bool{}
	for path, methods := range d.Paths {
		for method, op := range methods {
			route := strings.ToUpper(method) + " " + path
			if !name.MatchString(op.OperationID) || seen[op.OperationID] {
				t.Errorf("%s is called %q", route, op.OperationID)
			}
			seen[op.OperationID] = true
			if op.Summary == "" {
				t.Errorf("%s has no summary", route)
			}
			for _, p := range op.Parameters {
				if p.Ref == "" && (p.Description == "" || strings.EqualFold(p.Name, "Accept")) {
					t.Errorf("%s: the parameter %s is not described", route, p.Name)
				}
			}
			for status, answer := range op.Responses {
				if answer.Ref == "" && (answer.Description == "" || answer.Description == "OK" || answer.Description == "Created" || answer.Description == "Accepted" || answer.Description == "No Content") {
					t.Errorf("%s: the answer %s is not described: %q", route, status, answer.Description)
				}
			}
			for _, status := range []string{"401", "429", "503", "default"} {
				if _, ok := op.Responses[status]; !ok {
					t.Errorf("%s does not say that it may answer %s", route, status)
				}
			}
		}
	}
}

func TestAnswersAreOpenToNewFieldsAndRequestsAreNot(t *testing.T) {
	t.Parallel()
	d := documented(t)
	for name, s := range d.Components.Schemas {
		closed := s.AdditionalProperties == false
		if request := strings.HasSuffix(name, "Request") || strings.HasSuffix(name, "Update"); request != closed && s.Properties != nil &&
			name != "PersonHints" && name != "ApprovalDecision" {
			t.Errorf("%s: closed to further fields: %v", name, closed)
		}
	}
}

func TestFieldsComeInTheOrderOfUse(t *testing.T) {
	t.Parallel()
	text := string(description(t))
	request := text[strings.Index(text, `"LinkRequest": {`):]
	last := 0
	for _, field := range []string{"person", "products", "institution_id", "language", "redirect_url", "expires_in"} {
		at := strings.Index(request, `"`+field+`": {`)
		if at < last {
			t.Errorf("%s comes before what stands before it where it is declared", field)
		}
		last = at
	}
}

// TestEveryConstantOfAClosedSetIsListed reads the constants where they are declared, so
// that a new one cannot be forgotten.
func TestEveryConstantOfAClosedSetIsListed(t *testing.T) {
	t.Parallel()
	d := documented(t)
	listed := map[string][]string{}
	for of, name := range native.SetNames() {
		listed[of] = d.Components.Schemas[name].Enum
	}
	found := map[string]int{}
	for _, folder := range []string{"../..", "../../connector"} {
		for of, values := range constants(t, folder) {
			enum, ok := listed[of]
			if !ok {
				continue
			}
			found[of] += len(values)
			for _, v := range values {
				if of == "Mode" && v == "headless" { // a link of the sandbox without a page, which no request names
					found[of]--
					continue
				}
				if !slices.Contains(enum, v) && !slices.Contains(native.Unpublished(), v) {
					t.Errorf("%s: %q is missing in the description", of, v)
				}
			}
		}
	}
	for of, enum := range listed {
		if len(enum) == 0 || found[of] < len(enum) {
			t.Errorf("%s: %d values are listed, and %d constants are declared", of, len(enum), found[of])
		}
	}
}

// constants are the text constants of a package's folder, by their types.
func constants(t *testing.T, folder string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v", folder, err)
	}
	out := map[string][]string{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			of, ok := spec.Type.(*ast.Ident)
			for _, value := range spec.Values {
				if literal, isText := value.(*ast.BasicLit); ok && isText && literal.Kind == token.STRING {
					text, _ := strconv.Unquote(literal.Value)
					out[of.Name] = append(out[of.Name], text)
				}
			}
			return true
		})
	}
	return out
}

func TestEveryTypeOfEventIsAWebhook(t *testing.T) {
	t.Parallel()
	d := documented(t)
	for _, kind := range d.Components.Schemas["EventType"].Enum {
		hook, ok := d.Webhooks[kind]["post"]
		if !ok || hook.RequestBody == nil {
			t.Errorf("%s is no webhook of the description", kind)
			continue
		}
		var headers []string
		for _, p := range hook.Parameters {
			headers = append(headers, p.Name)
		}
		if want := []string{"webhook-id", "webhook-timestamp", "webhook-signature"}; !slices.Equal(headers, want) {
			t.Errorf("%s comes with the headers %v, want %v", kind, headers, want)
		}
	}
	if _, ok := d.Paths["/v1/events"]["get"].Responses["200"].Content["text/event-stream"]; !ok {
		t.Error("the stream of events is not described")
	}
}

// installed is a program of testdata/clients; scripts/setup installs them.
func installed(t *testing.T, program string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata/clients/node_modules/.bin", program))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if apptest.Full() {
			t.Fatalf("%v (make setup installs it)", err)
		}
		t.Skipf("skipped: %v (make setup installs it)", err)
	}
	return path
}

func TestTheDescriptionIsLintedWithoutAWarning(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), installed(t, "redocly"), "lint", "--config", "testdata/clients/redocly.yaml", descriptionFile)
	command.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true")
	out, err := command.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("Your API description is valid")) || bytes.Contains(out, []byte("warning")) && !bytes.Contains(out, []byte("Deprecation warning")) {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestTypesThatAreGeneratedOfTheDescriptionCompile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	types, use := filepath.Join(folder, "api.ts"), filepath.Join(folder, "use.ts")
	if out, err := exec.CommandContext(t.Context(), installed(t, "openapi-typescript"), descriptionFile, "-o", types).CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	source, err := os.ReadFile("testdata/clients/use.ts")
	if err == nil {
		err = os.WriteFile(use, source, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), installed(t, "tsc"), "--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", use).CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
