package dialecttest

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// RunTranscripts runs every *.txtar file of a folder as a test of its own, each
// on a fresh application. A file begins with why it exists; then come sections,
// in order, as often as needed:
//
//	-- do --        what happens besides requests, one line each (see do.go)
//	-- request --   "POST /path", headers, an empty line, the body
//	-- response --  status, headers that matter, an empty line, the body
//	-- notice --    the next post to ${receiver}: "POST /path", headers, an empty line, the body
//
// ${name} stands for what was captured or is given: url, receiver, client_id, secret,
// basic. In answers, masks stand for what differs from run to run, and
// "<=name>" captures it (see match.go). A body that is left out must be empty.
func RunTranscripts(t *testing.T, dir string, options ...apptest.Option) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("there is no transcript in %s", dir)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(content)
			if strings.TrimSpace(string(archive.Comment)) == "" {
				t.Fatal("the transcript does not say why it exists")
			}
			run(t, archive, options)
		})
	}
}

// transcript is one that is being run.
type transcript struct {
	*testing.T
	app      *apptest.App
	captured map[string]string
	receiver *apptest.Receiver
	compared int // posts that were compared already
	person   *apptest.Browser

	status int // of the last answer
	header http.Header
	body   string
}

func run(t *testing.T, archive *txtar.Archive, options []apptest.Option) {
	x := &transcript{T: t, app: apptest.Start(t, options...), receiver: apptest.NewReceiver(t)}
	x.captured = map[string]string{
		"url": x.app.URL, "receiver": x.receiver.URL, "client_id": access.DevClientID, "secret": access.DevSecret,
		"basic": "Basic " + basic(access.DevClientID, access.DevSecret),
	}
	for _, section := range archive.Files {
		text := strings.TrimRight(string(section.Data), "\n")
		switch section.Name {
		case "do":
			for line := range strings.Lines(text) {
				x.do(x.expand(strings.TrimSpace(line)))
			}
		case "request":
			x.request(x.expand(text))
		case "response":
			x.response(x.expand(text))
		case "notice":
			x.post(x.expand(text))
		default:
			t.Fatalf("%q is no section of a transcript", section.Name)
		}
	}
}

var variable = regexp.MustCompile(`\$\{([a-z_0-9]+)\}`)

// expand puts in what was captured.
func (x *transcript) expand(text string) string {
	return variable.ReplaceAllStringFunc(text, func(v string) string {
		value, ok := x.captured[v[2:len(v)-1]]
		if !ok {
			x.Fatalf("nothing was captured as %s", v)
		}
		return value
	})
}

// message is what a section holds: a first line, headers, a body.
type message struct {
	first  string
	header map[string]string
	body   string
}

func (x *transcript) read(text string) message {
	m := message{header: map[string]string{}}
	head, body, _ := strings.Cut(text, "\n\n")
	m.body = strings.TrimSpace(body)
	lines := strings.Split(head, "\n")
	m.first = strings.TrimSpace(lines[0])
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			x.Fatalf("%q is no header", line)
		}
		m.header[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return m
}

func (x *transcript) request(text string) {
	x.Helper()
	m := x.read(text)
	method, path, ok := strings.Cut(m.first, " ")
	if !ok {
		x.Fatalf("%q is no request line", m.first)
	}
	r, err := http.NewRequestWithContext(x.Context(), method, x.app.URL+path, strings.NewReader(m.body))
	if err != nil {
		x.Fatal(err)
	}
	for name, value := range m.header {
		r.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		x.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		x.Fatal(err)
	}
	x.status, x.header, x.body = answer.StatusCode, answer.Header, string(content)
	x.Logf("%s → %d", m.first, x.status)
}

func (x *transcript) response(text string) {
	x.Helper()
	m := x.read(text)
	check := matcher{captured: x.captured}
	check.text("the status", m.first, strconv.Itoa(x.status))
	x.compare(&check, m, x.header, x.body)
}

// post compares the next post that the receiver gets, and waits for it.
func (x *transcript) post(text string) {
	x.Helper()
	m := x.read(text)
	x.app.Until("another post arrived", func() bool { return len(x.receiver.Got()) > x.compared })
	got := x.receiver.Got()[x.compared]
	x.compared++
	check := matcher{captured: x.captured}
	check.text("the post", m.first, "POST "+got.Path)
	x.compare(&check, m, got.Header, string(got.Body))
}

func (x *transcript) compare(check *matcher, m message, header http.Header, body string) {
	x.Helper()
	for _, name := range slices.Sorted(maps.Keys(m.header)) {
		check.text("the header "+name, m.header[name], header.Get(name))
	}
	if m.body == "" && strings.TrimSpace(body) != "" {
		check.fault("", "should be empty and is %.300q", body)
	} else if m.body != "" {
		check.body(m.body, body)
	}
	if len(check.wrong) > 0 {
		x.Fatalf("%s\nthe whole body:\n%s", strings.Join(check.wrong, "\n"), body)
	}
}
