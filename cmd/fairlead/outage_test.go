package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// devOn runs dev on a data folder and returns how it ended; it is not to start.
func devOn(t *testing.T, data string, more ...string) string {
	t.Helper()
	code, out, errOut := command(t, append([]string{"dev", "--data", data, "--addr", "127.0.0.1:0"}, more...)...)
	if code != 1 {
		t.Errorf("it answered %d: %s%s", code, out, errOut)
	}
	return errOut
}

// dataOf is the data of a dev server that has stopped.
func dataOf(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	app := apptest.Start(t, apptest.Data(data))
	app.Stop()
	return data
}

func TestDevMakesNoNewKeysetBesideOldData(t *testing.T) {
	t.Parallel()
	data := dataOf(t)
	if err := os.Remove(filepath.Join(data, "keyset.json")); err != nil {
		t.Fatal(err)
	}
	if said := devOn(t, data); !strings.Contains(said, "keyset.json is missing") {
		t.Errorf("it said %s", said)
	}
	if _, err := os.Stat(filepath.Join(data, "keyset.json")); err == nil {
		t.Error("there is a new keyset")
	}
}

func TestAKeysetThatIsNotTheDatasIsFoundAtTheStartAndByTheDoctor(t *testing.T) {
	t.Parallel()
	data := dataOf(t)
	keys := filepath.Join(data, "keyset.json")
	if err := os.Remove(keys); err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := command(t, "keys", "create", keys); code != 0 {
		t.Fatal(errOut)
	}
	for what, said := range map[string]string{"dev": devOn(t, data), "doctor": func() string {
		_, out, _ := command(t, "doctor", "--data", data)
		return out
	}()} {
		if !strings.Contains(said, keys) || !strings.Contains(said, "not the one that this database was sealed under") {
			t.Errorf("%s said %s", what, said)
		}
	}
}

func TestOldDataIsNotOpenedWithAnotherSeed(t *testing.T) {
	t.Parallel()
	if said := devOn(t, dataOf(t), "--seed", "other"); !strings.Contains(said, "was made with --seed ") {
		t.Errorf("it said %s", said)
	}
}

func TestADamagedFileIsNamedAtTheStartAndByTheDoctor(t *testing.T) {
	t.Parallel()
	data := dataOf(t)
	file := filepath.Join(data, "fairlead.db")
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err == nil {
		_, err = f.WriteAt([]byte(strings.Repeat("garbage", 100)), 0)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	_, doctor, _ := command(t, "doctor", "--data", data)
	for what, said := range map[string]string{"dev": devOn(t, data), "doctor": doctor} {
		if !strings.Contains(said, file) || !strings.Contains(said, "damaged") || !strings.Contains(said, "does not begin as") {
			t.Errorf("%s said %s", what, said)
		}
	}
}

func TestAStartSaysWhyTheDatabaseIsNotAvailable(t *testing.T) {
	t.Parallel()
	said := devOn(t, t.TempDir(), "--store", "postgres://somebody:hunter2@127.0.0.1:1/none")
	if !strings.Contains(said, "connection refused") || strings.Contains(said, "hunter2") {
		t.Errorf("it said %s", said)
	}
}

// TestAServerStartsReadsAndSaysSoOnAFullDisk fills a small file system to the last byte.
func TestAServerStartsReadsAndSaysSoOnAFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	v := newVictim(t)
	if err := syscall.Mount("tmpfs", v.data, "tmpfs", 0, "size=24m"); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	t.Cleanup(func() { v.kill(); syscall.Unmount(v.data, syscall.MNT_DETACH) })
	v.start()
	var link struct{ ID string }
	if !v.call("POST", "/links", map[string]string{"person": "anna"}, &link) {
		t.Fatal("no link")
	}
	filling := filepath.Join(v.data, "filling")
	for _, stop := range []os.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		fillUp(t, filling)
		v.cmd.Process.Signal(stop)
		<-v.alive
		fillUp(t, filling)
		v.launch()
		until(t, "it answers", func() string { code, _, body := v.get("/readyz"); return map[bool]string{true: body}[code == 0] })
		if !v.call("GET", "/links/"+link.ID, nil, nil) {
			t.Errorf("after %s: what was stored can't be read", stop)
		}
		full := 0
		for n := 0; n < 3000 && full == 0; n++ {
			code, header, _ := v.send("POST", "/links", `{"person":"b"}`)
			if code == 507 && header.Get("Retry-After") != "" {
				full = n + 1
			} else if code >= 300 {
				t.Fatalf("after %s: a write was answered %d", stop, code)
			}
		}
		if full == 0 {
			t.Errorf("after %s: the disk was never full", stop)
		}
		if code, _, body := v.get("/readyz"); code != 503 || !strings.Contains(body, "no room") {
			t.Errorf("after %s: /readyz answered %d %s", stop, code, body)
		}
		if !v.call("GET", "/links/"+link.ID, nil, nil) {
			t.Errorf("after %s: what was stored can't be read once it is full", stop)
		}
		if said := v.errs.String(); !strings.Contains(said, "no room to store") || !strings.Contains(said, "a request was refused") {
			t.Errorf("after %s the log says: %s", stop, said)
		}
		if err := os.Remove(filling); err != nil {
			t.Fatal(err)
		}
		until(t, "it is ready once there is room", func() string {
			code, _, body := v.get("/readyz")
			return map[bool]string{true: body}[code != 200]
		})
		if !v.call("POST", "/links", map[string]string{"person": "c"}, nil) {
			t.Errorf("after %s: once there is room nothing can be written", stop)
		}
	}
}

// fillUp appends to a file until there is no room at all.
func fillUp(t *testing.T, name string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 64 << 10; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

// send sends a request and returns the answer, 0 without one.
func (v *victim) send(method, path, body string) (int, http.Header, string) {
	r, err := http.NewRequest(method, v.url+"/v1"+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.SetBasicAuth("dev", "dev-secret")
	r.Header.Set("Content-Type", "application/json")
	return answerTo(r)
}

func (v *victim) get(path string) (int, http.Header, string) {
	r, err := http.NewRequest("GET", v.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return answerTo(r)
}

func answerTo(r *http.Request) (int, http.Header, string) {
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, string(body)
}

// TestADatabaseThatIsFrozenHoldsNobodyLongAndNoStop freezes the processes of a
// PostgreSQL server of its own.
func TestADatabaseThatIsFrozenHoldsNobodyLongAndNoStop(t *testing.T) {
	server := ownPostgres(t)
	v := newVictim(t, "--store", server.url)
	v.start()
	if !v.call("POST", "/links", map[string]string{"person": "anna"}, nil) {
		t.Fatal("no link")
	}
	server.signal(t, syscall.SIGSTOP)
	defer server.signal(t, syscall.SIGCONT)
	type answered struct {
		what  string
		code  int
		retry string
		took  time.Duration
	}
	answers := make(chan answered, 32)
	send := func(what, method, path, body string) {
		began := time.Now()
		var code int
		var header http.Header
		if path == "/readyz" {
			code, header, _ = v.get(path)
		} else {
			code, header, _ = v.send(method, path, body)
		}
		answers <- answered{what, code, header.Get("Retry-After"), time.Since(began)}
	}
	for n := range 20 {
		go send(fmt.Sprint("write ", n), "POST", "/links", `{"person":"b"}`)
	}
	go send("readyz", "GET", "/readyz", "")
	for range 21 {
		a := <-answers
		if a.code != 503 || a.retry == "" || a.took > 10*time.Second {
			t.Errorf("%s: %d (Retry-After %q) after %s", a.what, a.code, a.retry, a.took)
		}
	}
	server.signal(t, syscall.SIGCONT)
	until(t, "it answers again", func() string {
		code, _, body := v.send("POST", "/links", `{"person":"c"}`)
		return map[bool]string{true: body}[code != 201]
	})
	server.signal(t, syscall.SIGSTOP)
	began := time.Now()
	v.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-v.alive:
	case <-time.After(16 * time.Second):
		t.Error("SIGTERM is not obeyed while the database is frozen")
	}
	t.Logf("it ended %s after SIGTERM", time.Since(began).Round(time.Millisecond))
}

// postgresServer is one that a test may freeze.
type postgresServer struct{ url string }

// ownPostgres starts a server as scripts/with-postgres does.
func ownPostgres(t *testing.T) postgresServer {
	apptest.Postgres(t) // skips where there is none
	script, err := filepath.Abs("../../scripts/with-postgres")
	if err != nil {
		t.Fatal(err)
	}
	address := filepath.Join(t.TempDir(), "address")
	cmd := exec.Command(script, "sh", "-c", "echo $FAIRLEAD_TEST_POSTGRES >"+address+".new; mv "+address+".new "+address+"; read end")
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "FAIRLEAD_TEST_POSTGRES=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	until(t, "PostgreSQL runs", func() string {
		if _, err := os.Stat(address); err != nil {
			return err.Error()
		}
		return ""
	})
	text, err := os.ReadFile(address)
	if err != nil {
		t.Fatal(err)
	}
	return postgresServer{url: strings.TrimSpace(string(text))}
}

// signal signals the server's processes: those that hold its port, and their children.
func (p postgresServer) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	_, port, _ := strings.Cut(strings.TrimPrefix(p.url, "postgres://postgres@127.0.0.1"), ":")
	port, _, _ = strings.Cut(port, "/")
	out, err := exec.Command("pgrep", "-f", "--", "postgres .* -p "+port+" -c listen_addresses").Output()
	if err != nil {
		t.Fatalf("the server's processes: %v", err)
	}
	for _, parent := range strings.Fields(string(out)) {
		children, _ := exec.Command("pgrep", "-P", parent).Output()
		for _, pid := range append(strings.Fields(string(children)), parent) {
			var n int
			fmt.Sscan(pid, &n)
			syscall.Kill(n, s)
		}
	}
}

func TestALongPollEndsEmptyWhenTheServerStops(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	v.start()
	var made struct {
		ConnectionID string `json:"connection_id"`
	}
	if !v.call("POST", "/sandbox/links", map[string]string{"institution_id": "harbor", "user": "good", "person": "anna"}, &made) {
		t.Fatal("no connection")
	}
	until(t, "the first collection has ended and is told", func() string {
		var page struct {
			Data []struct {
				Type string `json:"type"`
			} `json:"data"`
		}
		if !v.call("GET", "/events?limit=500", nil, &page) || len(page.Data) == 0 || page.Data[len(page.Data)-1].Type != "records.changed" {
			return "collecting"
		}
		return ""
	})
	ends := map[string]string{}
	for _, path := range []string{"/events?limit=500", "/connections/" + made.ConnectionID + "/changes?limit=500"} {
		until(t, "the end of "+path, func() string {
			var page struct {
				Data []struct{} `json:"data"`
				Next string     `json:"next"`
			}
			if !v.call("GET", path+beginning(ends[path]), nil, &page) {
				return "no answer"
			}
			ends[path] = page.Next
			return map[bool]string{true: "more"}[len(page.Data) > 0]
		})
	}
	answers := make(chan string, len(ends))
	for path, after := range ends {
		go func() {
			code, _, body := v.send("GET", path+"&wait=60&after="+url.QueryEscape(after), "")
			if code == 200 && strings.Contains(body, after) {
				body = ""
			}
			answers <- body
		}()
	}
	for range 20 { // what was asked for before these is surely waiting
		if !v.call("GET", "/links?limit=1", nil, nil) {
			t.Fatal("a read got no answer")
		}
	}
	time.Sleep(500 * time.Millisecond)
	v.cmd.Process.Signal(syscall.SIGTERM)
	for range ends {
		if body := <-answers; body != "" {
			t.Errorf("a long poll was answered %s", body)
		}
	}
}
