package installtest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// walked is what a client prints at the end of its walk.
type walked struct {
	Connection   string           `json:"connection"`
	Transactions int              `json:"transactions"`
	Pages        int              `json:"pages"`
	Total        fairlead.Decimal `json:"total"`
	Document     string           `json:"document"`
	File         string           `json:"file"`
}

// check compares what a client has seen with what the server says without it.
func (w walked) check(t *testing.T, a *apptest.App, folder string) {
	t.Helper()
	var total fairlead.Decimal
	all := apptest.List[struct {
		Amount struct{ Amount fairlead.Decimal }
	}](a, "/connections/"+w.Connection+"/transactions")
	for _, transaction := range all {
		total = total.Add(transaction.Amount.Amount)
	}
	if len(all) < 200 || w.Transactions != len(all) || w.Pages < 2 || !w.Total.Equal(total) {
		t.Errorf("the client saw %d transactions of %s in %d pages, there are %d of %s", w.Transactions, w.Total, w.Pages, len(all), total)
	}
	status, want := a.Raw("GET", "/documents/"+w.Document+"/content", nil)
	got, err := os.ReadFile(filepath.Join(folder, w.File))
	if err != nil || status != http.StatusOK || len(want) == 0 || !bytes.Equal(got, want) {
		t.Errorf("the client has a document of %d bytes (%v), the server one of %d (%d)", len(got), err, len(want), status)
	}
}

func decoded(t *testing.T, out []byte) (w walked) {
	t.Helper()
	if err := json.Unmarshal(out, &w); err != nil {
		t.Fatalf("the walk printed %q: %v", out, err)
	}
	return w
}

// busy stands before a server: of each route's requests the first is answered 429, the
// second 503, and those that follow by the server.
type busy struct {
	*httptest.Server
	mu   sync.Mutex
	seen map[string][]string // the idempotency keys by route
}

func before(t *testing.T, a *apptest.App) *busy {
	t.Helper()
	to, err := url.Parse(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := &busy{seen: map[string][]string{}}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := r.Method + " " + r.URL.Path
		b.mu.Lock()
		b.seen[route] = append(b.seen[route], r.Header.Get("Idempotency-Key"))
		n := len(b.seen[route])
		b.mu.Unlock()
		switch n {
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// check wants one link to be made of three requests with one key.
func (b *busy) check(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := b.seen["POST /v1/links"]
	if len(keys) != 3 || keys[0] == "" || keys[1] != keys[0] || keys[2] != keys[0] {
		t.Errorf("a link was made of requests with the keys %q, want three of one key", keys)
	}
}

// config is what a walk is given: the server, and a person of its own.
func config(a *apptest.App, b *busy, person string) map[string]string {
	return map[string]string{"url": a.URL, "busy": b.URL, "id": access.DevClientID, "secret": access.DevSecret, "person": person}
}

func TestEachPackageIsInstalledFromWhatIsPackedAndUsedAgainstAServer(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	t.Run("Go's walks from a link to a webhook outside this module", func(t *testing.T) {
		t.Parallel()
		goWalks(t, a)
	})
	t.Run("Python's walks from a link to a webhook", func(t *testing.T) {
		t.Parallel()
		pythonWalks(t, a)
	})
	t.Run("npm's", func(t *testing.T) {
		t.Parallel()
		need(t, "node", "npm", absolute(t, "../node_modules/typescript"))
		folder := project(t)
		t.Run("have what they promise in them", func(t *testing.T) { contents(t, folder) })
		t.Run("are accepted by a strict compiler", func(t *testing.T) { typescript(t, folder, "types.ts", "types.tsx") })
		t.Run("walk from a link to a webhook", func(t *testing.T) { nodeWalks(t, a, folder) })
		t.Run("link and leave in a browser", func(t *testing.T) { browse(t, a, folder) })
	})
}

func nodeWalks(t *testing.T, a *apptest.App, folder string) {
	t.Helper()
	write(t, folder, "walk.mjs", "walk.cjs", "operations.mjs")
	b := before(t, a)
	decoded(t, run(t, folder, config(a, b, "nadia"), "node", "walk.mjs")).check(t, a, folder)
	b.check(t)
	run(t, folder, config(a, b, "nadia"), "node", "walk.cjs")
	operations(t, run(t, folder, nil, "node", "operations.mjs"))
}

// typescript compiles files strictly, as projects of both kinds of modules do.
func typescript(t *testing.T, folder string, files ...string) {
	t.Helper()
	write(t, folder, files...)
	for module, resolution := range map[string]string{"nodenext": "nodenext", "esnext": "bundler"} {
		arguments := []string{
			absolute(t, "../node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--target", "es2022", "--jsx", "react-jsx",
			"--module", module, "--moduleResolution", resolution, "--typeRoots", absolute(t, "../node_modules/@types"), "--types", "node",
		}
		run(t, folder, nil, "node", append(arguments, files...)...)
	}
}

func pythonWalks(t *testing.T, a *apptest.App) {
	t.Helper()
	need(t, python)
	folder := t.TempDir()
	source := filepath.Join(folder, "source") // what builds a wheel leaves its traces in the folder of the sources
	if err := os.CopyFS(source, os.DirFS("../python")); err != nil {
		t.Fatal(err)
	}
	licence, err := os.ReadFile("../../LICENSE")
	if err == nil {
		err = os.WriteFile(filepath.Join(source, "LICENSE"), licence, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	run(t, source, nil, python, "-c", "from setuptools import build_meta as b; b.build_wheel('..'); b.build_sdist('..')")
	install := func(archive string) string {
		environment := filepath.Join(folder, "for-"+archive)
		run(t, folder, nil, python, "-m", "venv", "--system-site-packages", environment) // setuptools, which builds the second
		run(t, folder, nil, environment+"/bin/python", "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps", filepath.Join(folder, archive))
		return environment + "/bin/python"
	}
	write(t, folder, "walk.py", "operations.py")
	b := before(t, a)
	wheel := install("fairlead-0.1.0-py3-none-any.whl")
	decoded(t, run(t, folder, config(a, b, "petra"), wheel, "-I", "walk.py")).check(t, a, folder)
	b.check(t)
	operations(t, run(t, folder, nil, wheel, "-I", "operations.py"))
	sources := install("fairlead-0.1.0.tar.gz")
	operations(t, run(t, folder, nil, sources, "-I", "operations.py"))
}

// goWalks uses the Go client from a module that is not this one.
func goWalks(t *testing.T, a *apptest.App) {
	t.Helper()
	need(t, "go")
	folder := t.TempDir()
	tree := absolute(t, "../..")
	sums, err := os.ReadFile(filepath.Join(tree, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	walk, err := os.ReadFile("testdata/walk/main.go")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"go.mod": []byte("module an.example/application\n\ngo 1.26.0\n\nrequire github.com/fairlead-dev/fairlead v0.0.0\n\nreplace github.com/fairlead-dev/fairlead => " + tree + "\n"),
		"go.sum": sums, "main.go": walk,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(t, folder, nil, "env", "GOFLAGS=-trimpath", "GOWORK=off", "GOPROXY=off", "CGO_ENABLED=0", "go", "build", "-o", "walk", ".")
	b := before(t, a)
	decoded(t, run(t, folder, config(a, b, "greta"), "./walk")).check(t, a, folder)
	b.check(t)
}
