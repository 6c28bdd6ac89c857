package docscheck_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/web/docs"
)

// binary builds the program once for all documents.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "docscheck-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "fairlead")
	build := exec.Command("go", "build", "-o", path, "./cmd/fairlead")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// run is one document being run.
type run struct {
	t        *testing.T
	document string
	fences   []docs.Fence
	folder   string            // where its commands run
	replaced *strings.Replacer // the documents' addresses and folders by those of this run
	ports    map[string]string // the documents' ports for programs of theirs, by those of this run
	address  string
}

func newRun(t *testing.T, document string, fences []docs.Fence) *run {
	for _, tool := range []string{"bash", "curl", "jq", "node", "python3", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			if apptest.Full() {
				t.Fatal(err)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	r := &run{t: t, document: document, fences: fences, folder: shortFolder(t), address: freeAddress(t)}
	own := func(path string) string { return filepath.Join(r.folder, path) }
	r.replaced = strings.NewReplacer(
		"127.0.0.1:8080", r.address, "localhost:8080", r.address,
		"go run ./cmd/fairlead", "fairlead",
		"/etc/fairlead", own("etc"), "/var/lib/fairlead", own("lib"), "/usr/local/bin", own("bin"),
	)
	r.ports = map[string]string{}
	for _, port := range []string{"3000", "3001", "3002"} {
		_, r.ports[port], _ = strings.Cut(freeAddress(t), ":")
	}
	return r
}

// shortFolder is a folder whose path leaves room for that of a socket.
func shortFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "d-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

var ownPort = regexp.MustCompile(`\b300[012]\b`)

// replace writes a block as it is run here.
func (r *run) replace(code string) string {
	for placeholder, command := range suppositions[r.document].placeholders {
		code = strings.ReplaceAll(code, placeholder, command)
	}
	return ownPort.ReplaceAllStringFunc(r.replaced.Replace(code), func(port string) string { return r.ports[port] })
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// programs stand before those of the machine: what a document installs is what was
// built here, and an answer that is an error fails, unless the document says so.
var programs = map[string]string{
	"curl": `for a in "$@"; do case "$a" in -f|-sf|-fs|-sSf|-fsS) exec "$CURL" "$@" ;; esac; done
if [ -n "${REFUSED-}" ]; then ! "$CURL" --fail-with-body "$@"; else exec "$CURL" --fail-with-body "$@"; fi`,
	"sudo": `exec "$@"`,
	"git":  `if [ "$1" = clone ]; then ln -s "$TREE" "$(basename "$2" .git)"; else exit 1; fi`,
	"make": `"$MAKE_PROGRAM" -C "$TREE" -n "$@" >/dev/null; if [ "$1" = build ]; then mkdir -p bin && cp "$FAIRLEAD" bin/fairlead; fi`,
	"npm":  `for name in "$@"; do case "$name" in @fairlead/*) test -d "$TREE/packages/${name#@fairlead/}" ;; esac; done`,
	"go":   `if [ "$1" = get ]; then test -d "$TREE/${2#github.com/fairlead-dev/fairlead/}"; else exec "$GO" "$@"; fi`,
	"pip":  `test "$2" != fairlead || test -d "$TREE/packages/python"`,
}

func (r *run) all() {
	path, err := binary()
	if err != nil {
		r.t.Fatal(err)
	}
	tree, err := filepath.Abs(root)
	if err != nil {
		r.t.Fatal(err)
	}
	bin := filepath.Join(r.folder, "bin")
	r.write("bin/.keep", "")
	for name, script := range programs {
		r.write("bin/"+name, "#!/bin/bash\nset -e\n"+script+"\n")
	}
	if err := os.Symlink(path, filepath.Join(bin, "fairlead")); err != nil {
		r.t.Fatal(err)
	}
	r.packages(tree)
	script := r.script()
	ctx, cancel := context.WithTimeout(r.t.Context(), 3*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", script)
	shell.Dir = r.folder
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) }
	shell.WaitDelay = time.Second // programs in the background have the same output
	curl, _ := exec.LookPath("curl")
	makeProgram, _ := exec.LookPath("make")
	goProgram, _ := exec.LookPath("go")
	shell.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "CURL="+curl, "MAKE_PROGRAM="+makeProgram, "GO="+goProgram, "TREE="+tree, "FAIRLEAD="+path,
		"FAIRLEAD_ADDR="+r.address, "TMPDIR="+r.folder, "PYTHONPATH="+filepath.Join(tree, "packages/python/src"))
	out, err := shell.CombinedOutput()
	syscall.Kill(-shell.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, exec.ErrWaitDelay) { // the shell ended well; what it left running did not
		err = nil
	}
	r.judge(string(out), err)
}

// packages are found by programs as if they had been installed.
func (r *run) packages(tree string) {
	for _, name := range []string{"node", "link"} {
		result := api.Build(api.BuildOptions{
			EntryPoints: []string{filepath.Join(tree, "packages", name, "src/index.ts")}, Outfile: filepath.Join(r.folder, "node_modules/@fairlead", name, "index.mjs"),
			Bundle: true, Write: true, Format: api.FormatESModule, Platform: api.PlatformNode, LogLevel: api.LogLevelSilent,
		})
		for _, e := range result.Errors {
			r.t.Fatal(e.Text)
		}
		r.write("node_modules/@fairlead/"+name+"/package.json", `{"name": "@fairlead/`+name+`", "version": "0.0.0", "type": "module", "exports": "./index.mjs"}`)
	}
}

func (r *run) write(name, text string) string {
	path := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // programs of the test
		r.t.Fatal(err)
	}
	return path
}

const marker = "\x1eblock "

// script is the whole document as one shell program.
func (r *run) script() string {
	var out strings.Builder
	out.WriteString("set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n")
	before := suppositions[r.document].before
	if suppositions[r.document].server || !r.startsServer() && before == "" {
		out.WriteString(`fairlead dev --data "$TMPDIR/data" >"$TMPDIR/server.log" 2>&1 &` + "\n" + until("http://"+r.address+"/readyz"))
	}
	out.WriteString(r.replace(before) + "\n")
	for i, f := range r.fences {
		if _, no := f.Info["illustrative"]; no {
			continue
		}
		if _, no := f.Info["output"]; no {
			continue
		}
		fmt.Fprintf(&out, "echo; echo '%s%d'\n%s\n", marker, i, r.command(i, f))
	}
	fmt.Fprintf(&out, "echo; echo '%send'\n", marker)
	return out.String()
}

// startsServer reports whether the document itself starts the server.
func (r *run) startsServer() bool {
	for _, f := range r.fences {
		_, no := f.Info["illustrative"]
		if !no && f.Language == "sh" && (strings.Contains(f.Code, "fairlead dev") || strings.Contains(f.Code, "fairlead serve")) {
			return true
		}
	}
	return false
}

func until(address string) string {
	return `for i in $(seq 900); do if "$CURL" -s -o /dev/null "` + address + `"; then break; fi; if [ $i = 900 ]; then echo "nothing answers at ` + address + `"; exit 1; fi; sleep 0.1; done` + "\n"
}

// stop ends the server that an earlier block started: it has the address.
const stop = "kill $(jobs -p) 2>/dev/null && wait || true\n"

// command is what runs a block.
func (r *run) command(i int, f docs.Fence) string {
	code := r.replace(f.Code)
	if name, ok := f.Info["file"]; ok {
		return fmt.Sprintf("cat > %q <<'END-OF-FILE'\n%sEND-OF-FILE\n", name, code)
	}
	if _, ok := f.Info["compiles"]; ok && f.Language == "python" {
		return "python3 -m py_compile " + r.write(fmt.Sprintf("block-%d.py", i), code)
	} else if ok {
		r.compile(f, code)
		return ":"
	}
	switch f.Language {
	case "sh":
		if address, ok := f.Info["background"]; ok { // one command, which is the job itself: stop ends it, not a shell around it
			return stop + fmt.Sprintf("{ exec %s\n} >>\"$TMPDIR/background.log\" 2>&1 &\n%s", code, until(r.replace(address)))
		}
		if _, ok := f.Info["fresh"]; ok {
			return stop + code
		}
		if _, ok := f.Info["refused"]; ok {
			return "export REFUSED=1\n" + code + "\nunset REFUSED"
		}
		return code
	case "js":
		return "node " + r.write(fmt.Sprintf("block-%d.mjs", i), code)
	case "python":
		return "python3 " + r.write(fmt.Sprintf("block-%d.py", i), code)
	case "go":
		return `(cd "$TREE" && go run ` + r.write(fmt.Sprintf("block-%d.go", i), code) + ")"
	}
	r.compile(f, code)
	return ":"
}

// compile checks what has no program of its own: types and markup are left to a browser.
func (r *run) compile(f docs.Fence, code string) {
	loader := map[string]api.Loader{"js": api.LoaderJS, "jsx": api.LoaderJSX, "ts": api.LoaderTS}
	switch f.Language {
	case "json":
		if !json.Valid([]byte(strings.ReplaceAll(code, "…", "0"))) && !json.Valid([]byte(code)) {
			r.t.Errorf("%s:%d: it is not JSON", r.document, f.Row)
		}
	case "go": // statements of a function
		if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc _() {\n"+code+"}\n", parser.SkipObjectResolution); err != nil {
			r.t.Errorf("%s:%d: %v", r.document, f.Row, err)
		}
	case "html":
		for _, m := range inlineScript.FindAllStringSubmatch(code, -1) {
			r.transform(f, m[1], api.LoaderJS)
		}
	default:
		r.transform(f, code, loader[f.Language])
	}
}

var inlineScript = regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`)

func (r *run) transform(f docs.Fence, code string, loader api.Loader) {
	result := api.Transform(code, api.TransformOptions{Loader: loader, LogLevel: api.LogLevelSilent})
	for _, e := range result.Errors {
		r.t.Errorf("%s:%d: %s", r.document, f.Row, e.Text)
	}
}

// judge says which block failed, and compares what blocks printed.
func (r *run) judge(out string, err error) {
	printed := map[string]string{}
	last := "the start"
	for _, part := range strings.Split(out, marker)[1:] {
		name, text, _ := strings.Cut(part, "\n")
		printed[name], last = strings.TrimSpace(text), name
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(r.folder, "background.log"))
		var at int
		if _, scanErr := fmt.Sscan(last, &at); scanErr == nil {
			r.t.Fatalf("%s:%d: %v\n%s\n\nit printed:\n%s\n\nin the background:\n%s", r.document, r.fences[at].Row, err, r.fences[at].Code, tail(printed[last]), tail(string(log)))
		}
		r.t.Fatalf("%s: %v\n%s\n%s", r.document, err, tail(out), tail(string(log)))
	}
	if _, whole := printed["end"]; !whole {
		r.t.Fatalf("%s: a block ended the shell:\n%s", r.document, tail(out))
	}
	for i, f := range r.fences {
		if _, ok := f.Info["output"]; !ok {
			continue
		}
		before := i - 1
		for before > 0 && printed[fmt.Sprint(before)] == "" {
			before--
		}
		if got := printed[fmt.Sprint(before)]; !like(r.replace(f.Code), got) {
			r.t.Errorf("%s:%d: it prints\n%s\nand not\n%s", r.document, f.Row, tail(got), f.Code)
		}
	}
}

func tail(text string) string { return text[max(0, len(text)-4000):] }

// like reports whether a text is as the document shows it, where … is any text.
func like(shown, got string) bool {
	parts := strings.Split(regexp.QuoteMeta(strings.TrimSpace(shown)), "…")
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, `.*?`) + `$`).MatchString(strings.TrimSpace(got))
}
