package page

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// conversations answers the forms about files as an institution would, one for each name of
// a link: /l/mapping-1 is a mapping, /l/files-1 takes files.
type conversations struct {
	p      *Page
	mu     sync.Mutex
	turns  map[string]int
	values map[string]map[string]string // what was posted last, by link
	posted map[string][]string          // the buttons that were pressed, or the names of the files
	stale  int                          // answers that named another turn
}

func (c *conversations) screen(name string) linking.Screen {
	kind, _, _ := strings.Cut(name, "-")
	s := states()[kind]
	form := *s.Step.Form
	s.Turn = c.turns[name]
	if values := c.values[name]; kind == "mapping" && values != nil {
		form.Fields = slices.Clone(form.Fields)
		for n := range form.Fields {
			if v, ok := values[form.Fields[n].Name]; ok {
				form.Fields[n].Value = v
			}
		}
		form.Preview = readAs(form.Preview, values)
	}
	s.Step = &fairlead.Step{Form: &form}
	return s
}

// readAs is the preview of the rows as values make it.
func readAs(p *fairlead.Preview, values map[string]string) *fairlead.Preview {
	if values["column.4"] != "amount" {
		return nil
	}
	out := *p
	out.Rows = slices.Clone(p.Rows)
	out.Accounts = slices.Clone(p.Accounts)
	for n := range out.Rows {
		if values["sign"] == "inverted" {
			out.Rows[n].Amount = out.Rows[n].Amount.Neg()
		}
		out.Rows[n].Amount.Currency = values["currency"]
		if values["column.2"] == "ignore" {
			out.Rows[n].Description = ""
		}
	}
	if values["dates"] == "month_first" {
		out.Accounts[0].To = day(2024, 5, 1)
	}
	return &out
}

func (c *conversations) show(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	s := c.screen(r.PathValue("name"))
	c.mu.Unlock()
	c.p.setHeaders(w, nil)
	_ = c.p.renderState(w, r, s)
}

func (c *conversations) take(w http.ResponseWriter, r *http.Request) {
	name, turn := r.PathValue("name"), ""
	values := map[string]string{}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		turn = c.files(name, r)
	} else {
		_ = r.ParseForm()
		turn = r.PostForm.Get(turnField)
		for field := range r.PostForm {
			values[field] = r.PostForm.Get(field)
		}
	}
	if values["sign"] == "inverted" && values["column.2"] == "ignore" {
		time.Sleep(400 * time.Millisecond) // a slow one
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if turn != strconv.Itoa(c.turns[name]) {
		c.stale++
	}
	c.turns[name]++
	if c.values[name] = values; values["currency"] == "XXX" {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	for _, button := range []string{"try", "import", "another"} {
		if values[button] == "yes" {
			c.posted[name] = append(c.posted[name], button)
		}
	}
	if len(values) > 0 && values["try"] == "" && values["import"] == "" && values["another"] == "" {
		c.posted[name] = append(c.posted[name], "main")
	}
	w.Header().Set("Location", "/l/"+name)
	w.WriteHeader(http.StatusSeeOther)
}

func (c *conversations) files(name string, r *http.Request) (turn string) {
	reader, err := r.MultipartReader()
	for err == nil {
		var part *multipart.Part
		if part, err = reader.NextPart(); err != nil {
			break
		}
		data, _ := io.ReadAll(part)
		if part.FormName() == turnField {
			turn = string(data)
			continue
		}
		c.mu.Lock()
		c.posted[name] = append(c.posted[name], part.FileName()+" "+strconv.Itoa(len(data)))
		c.mu.Unlock()
	}
	return turn
}

func TestTheFormsAboutFilesInABrowser(t *testing.T) {
	t.Parallel()
	full := os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1"
	if _, err := os.Stat("../browsertest/node_modules/axe-core"); err != nil {
		if full {
			t.Fatal("run `npm ci` in web/browsertest: nothing may be skipped here")
		}
		t.Skip("skipped: run `npm ci` in web/browsertest first")
	}
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &conversations{p: p, turns: map[string]int{}, values: map[string]map[string]string{}, posted: map[string][]string{}}
	mux := http.NewServeMux()
	mux.Handle("/", gallery(p))
	mux.HandleFunc("GET /l/{name}", c.show)
	mux.HandleFunc("POST /l/{name}/answer", c.take)
	mux.HandleFunc("POST /l/{name}/upload", c.take)
	mux.HandleFunc("GET /posted/{name}", func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		_ = json.NewEncoder(w).Encode(map[string]any{"posted": append([]string{}, c.posted[r.PathValue("name")]...), "stale": c.stale})
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	config, err := json.Marshal(map[string]string{"api": server.URL, "links": server.URL})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "files.mjs")
	cmd.Dir, cmd.Stdin = "../browsertest", bytes.NewReader(config)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the browser did not run: %v\n%s", err, out)
	}
	count := 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		var r struct{ Name, Error string }
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Name == "" {
			t.Fatalf("the browser said %q", line)
		}
		if count++; r.Error != "" {
			t.Errorf("%s: %s", r.Name, r.Error)
		}
	}
	if count < 8 {
		t.Errorf("only %d scenarios ran", count)
	}
}
