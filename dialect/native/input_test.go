package native_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/native"
)

// wrongInput is a request that is refused, as a file of testdata/input says: by one route
// ("GET /v1/links"), or by all of a kind.
type wrongInput struct {
	Why, Routes, Query, ID, Detail, Contains, Body string
	Hex                                            string `json:"body_hex"`
	Size                                           int
	Header                                         map[string]string
	Want                                           struct {
		Status              int
		Field, Code, Reason string
	}
}

// inputsDescribed is the part of the API's description that says what its routes take.
type inputsDescribed struct {
	Paths map[string]map[string]struct {
		Security    []any
		RequestBody *struct{ Content map[string]any }
	}
}

// route is one pattern of the API's mux.
type route struct {
	method, path string
	media        []string
}

// routesOf are all routes: those that the dialect has a scope for, which a test of the
// server holds to its mux, each with what its description says of a body.
func routesOf(a *apptest.App) (all []route) {
	a.T.Helper()
	var spec inputsDescribed
	if status, text := a.Raw("GET", "/openapi.json", nil); status != http.StatusOK || json.Unmarshal(text, &spec) != nil {
		a.T.Fatalf("the description answered %d", status)
	}
	for _, pattern := range slices.Sorted(maps.Keys(native.New(dialect.Verbs{}).Scopes())) {
		method, path, _ := strings.Cut(pattern, " ")
		if path == "/v1/openapi.json" { // a file: it takes nothing, and whoever fetches it may send what they like
			continue
		}
		op, ok := spec.Paths[path][strings.ToLower(method)]
		if !ok {
			a.T.Errorf("%s is not described: nothing says what it takes", pattern)
			continue
		}
		r := route{method: method, path: path}
		if op.RequestBody != nil {
			r.media = slices.Sorted(maps.Keys(op.RequestBody.Content))
		}
		all = append(all, r)
	}
	return all
}

// takes reports whether a case is one of the route's.
func (r route) takes(routes string) bool {
	switch routes {
	case "all":
		return true
	case "with an id":
		return strings.Contains(r.path, "{id}")
	case "POST":
		return r.method == http.MethodPost
	case "json":
		return slices.Contains(r.media, "application/json")
	case "file":
		return slices.Contains(r.media, "application/octet-stream")
	case "bodiless":
		return len(r.media) == 0
	}
	return routes == r.method+" "+r.path
}

func TestEveryRouteRefusesWhatItDoesNotTakeAndNamesIt(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	ids := map[string]string{"own": apptest.List[struct{ ID string }](a, "/applications")[0].ID, "connection": a.Linked("harbor", "student", "good")}
	routes := routesOf(a)
	files, err := filepath.Glob(filepath.Join("testdata", "input", "*.json"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c wrongInput
			strict := json.NewDecoder(bytes.NewReader(text))
			strict.DisallowUnknownFields()
			if err := strict.Decode(&c); err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, r := range routes {
				if r.takes(c.Routes) {
					c.refusedBy(t, a, r, ids)
					n++
				}
			}
			if n == 0 {
				t.Errorf("no route is %q", c.Routes)
			}
		})
	}
}

func (c wrongInput) refusedBy(t *testing.T, a *apptest.App, r route, ids map[string]string) {
	t.Helper()
	id := c.ID
	if known, ok := ids[id]; ok {
		id = known
	} else if id == "" {
		id = "con_1"
	}
	path := strings.NewReplacer("{id}", id, "{key}", "key_1", "{collection}", "col_1", "{dialect}", "taiki").Replace(r.path)
	if c.Query != "" {
		path += "?" + c.Query
	}
	request := a.Request(r.method, path, c.body(t))
	if r.path != "/v1/oauth/token" && r.path != "/v1/oauth/revoke" {
		request.SetBasicAuth(access.DevClientID, access.DevSecret)
	}
	if len(r.media) == 1 {
		request.Header.Set("Content-Type", r.media[0])
	}
	for name, value := range c.Header {
		if name == "Idempotency-Key" { // bytes as they are on the wire
			value = strings.ReplaceAll(value, "ÿ", "\xff")
		}
		request.Header.Del(name)
		for one := range strings.SplitSeq(value, "\n") { // each a header of its own
			request.Header.Add(name, one)
		}
	}
	status, body := a.Do(request)
	want := c.Want.Status
	if want == http.StatusUnprocessableEntity && strings.HasPrefix(r.path, "/v1/oauth/") {
		want = http.StatusBadRequest // RFC 6749, section 5.2
	}
	p := refusal(t, body)
	switch {
	case status != want, !strings.Contains(p.Detail, c.Detail), c.Want.Field == "" && len(p.Fields) > 0:
	case c.Want.Field == "":
		return
	case len(p.Fields) != 1 || p.Fields[0].Name != c.Want.Field || p.Fields[0].Code != c.Want.Code:
	case c.Want.Reason != "" && p.Fields[0].Reason != c.Want.Reason, !strings.Contains(p.Fields[0].Reason, c.Contains):
	default:
		return
	}
	t.Errorf("%s %s answered %d %s", r.method, path, status, body)
}

func (c wrongInput) body(t *testing.T) any {
	switch {
	case c.Hex != "":
		text, err := hex.DecodeString(c.Hex)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	case c.Size > 0:
		return strings.Repeat(" ", c.Size)
	case c.Body != "":
		return c.Body
	}
	return nil
}
