package kit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// canaries are what no recording may hold, by where they stand at the bank below.
var canaries = map[string]string{
	"header": "canary-header-4711", "cookie": "canary-cookie-4712", "set-cookie": "canary-set-4713", "own header": "canary-own-4714",
	"query": "canary-query-4715", "user": "canary-user-4716", "password of an address": "canary-basic-4717", "json field": "canary-json-4718",
	"nested": "canary-nested-4719", "form": "canary-form-4720", "declared in a path": "canary-path-4721", "declared in text": "canary text/4722+=",
	"fresh token": "canary-fresh-4723", "fresh elsewhere": "canary-fresh-4723", "torn": "canary-torn-4724", "declared key": "canary-key-4725",
	"account": "9876543210123", "iban": "DE89370400440532013000", "card": "4111 1111 1111 1234", "short account": "55667788", "in text": "120034005600",
	"paper": "canary-paper-4726",
}

// bank answers with secrets in every place.
func bank(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	write := func(w http.ResponseWriter, kind, body string) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Set-Cookie", "s="+canaries["set-cookie"])
		w.Header().Set("X-Session-Key", canaries["own header"])
		io.WriteString(w, body)
	}
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		write(w, "application/json", `{"access_token":"`+canaries["fresh token"]+`","expires_in":3600,"pin":123456789}`)
	})
	mux.HandleFunc("GET /accounts/{id}", func(w http.ResponseWriter, r *http.Request) {
		write(w, "application/json; charset=utf-8", `{"id":"acc_1","account_number":"`+canaries["account"]+`","number":"`+canaries["short account"]+`","id2":"`+canaries["short account"]+
			`","iban":"`+canaries["iban"]+`","note":"paid by `+canaries["card"]+` from `+canaries["in text"]+`, thanks `+canaries["fresh elsewhere"]+`",
			"`+canaries["declared key"]+`":1,"credentials":{"list":[{"deep":"`+canaries["nested"]+`"}]},"said":"`+canaries["declared in text"]+`",
			"balance":1234567890.12,"created_at":1764460800,"posted":"1764460800","day":"2026-01-31","amount":"-12.30"}`)
	})
	mux.HandleFunc("GET /torn", func(w http.ResponseWriter, _ *http.Request) {
		write(w, "application/json", `{"ok":true,"refresh_token":"`+canaries["torn"]+`","a":`)
	})
	mux.HandleFunc("GET /paper", func(w http.ResponseWriter, _ *http.Request) {
		write(w, "application/pdf", "%PDF-1.7 "+canaries["paper"])
	})
	mux.HandleFunc("GET /long", func(w http.ResponseWriter, _ *http.Request) { write(w, "text/csv", strings.Repeat("a;b\n", 1<<19)) })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// record makes the calls of a connector and returns the recording, with what the calls brought.
func record(t *testing.T, s *httptest.Server) (text string, done kit.Recorded, seen []string) {
	t.Helper()
	var out bytes.Buffer
	r := kit.NewRecorder(s.Client().Transport, &out, fairlead.NewSecret(canaries["declared in text"]), fairlead.NewSecret(canaries["declared key"]))
	r.Secret(fairlead.NewSecret("https://"+canaries["user"]+":"+canaries["password of an address"]+"@bank.example"), fairlead.NewSecret(canaries["declared in a path"]))
	seen = calls(t, &http.Client{Transport: r}, s.URL)
	done, err := r.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), done, seen
}

// calls makes every call and returns the bodies.
func calls(t *testing.T, client *http.Client, base string) (seen []string) {
	t.Helper()
	for _, c := range []struct{ method, path, kind, body string }{
		{"POST", "/token?api_key=" + canaries["query"], "application/json", `{"client_id":"` + canaries["json field"] + `","secret":"` + canaries["json field"] + `","scope":"read"}`},
		{"POST", "/token", "application/x-www-form-urlencoded", url.Values{"grant_type": {"refresh"}, "password": {canaries["form"]}}.Encode()},
		{"GET", "/accounts/" + canaries["declared in a path"] + "?account=9876543210123&who=" + url.QueryEscape(canaries["declared in text"]), "", ""},
		{"GET", "/torn", "", ""},
		{"GET", "/paper", "", ""},
		{"GET", "/long", "", ""},
	} {
		r, err := http.NewRequest(c.method, base+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		r.SetBasicAuth(canaries["user"], canaries["password of an address"])
		r.Header.Set("X-Auth", canaries["header"])
		r.AddCookie(&http.Cookie{Name: "c", Value: canaries["cookie"]})
		resp, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, string(body))
	}
	return seen
}

func TestNoSecretIsInARecording(t *testing.T) {
	t.Parallel()
	text, done, _ := record(t, bank(t))
	for where, secret := range canaries {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(text, form) {
				t.Errorf("the %s is in the recording as %q", where, form)
			}
		}
	}
	if strings.Contains(text, "123456789,") || strings.Contains(text, `"pin":123456789`) {
		t.Error("a pin that is a number is in the recording")
	}
	for _, plain := range []string{`\"balance\":1234567890.12`, `\"created_at\":1764460800`, `\"posted\":\"1764460800\"`, `\"day\":\"2026-01-31\"`, `\"amount\":\"-12.30\"`, `\"id\":\"acc_1\"`, "grant_type=refresh", `\"expires_in\":3600`, "0123"} {
		if !strings.Contains(text, plain) {
			t.Errorf("%s, which is no secret, is not in the recording:\n%s", plain, text[:min(len(text), 4000)])
		}
	}
	if done.Exchanges != 6 || done.Cut != 2 || done.Blanked["number"] == 0 || done.Blanked["header Authorization"] != 6 || done.Blanked["secret value"] == 0 {
		t.Errorf("what was done is %+v", done)
	}
}

func TestARecorderChangesNothingOfWhatGoesThrough(t *testing.T) {
	t.Parallel()
	s := bank(t)
	_, _, seen := record(t, s)
	if diff := cmp.Diff(calls(t, s.Client(), s.URL), seen); diff != "" {
		t.Errorf("through the recorder something else comes: %s", diff)
	}
}

func TestAMaskedNumberIsTheSameWhereverItStands(t *testing.T) {
	t.Parallel()
	text, _, _ := record(t, bank(t))
	all, err := kit.ReadRecording(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		Number string `json:"account_number"`
		Short  string `json:"number"`
		ID2    string `json:"id2"`
	}
	if err := json.Unmarshal([]byte(all[2].Content), &a); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(all[2].URL)
	if err != nil {
		t.Fatal(err)
	}
	if a.Number == canaries["account"] || len(a.Number) != len(canaries["account"]) || u.Query().Get("account") != a.Number || a.Short != a.ID2 || !strings.HasSuffix(a.Short, "7788") {
		t.Errorf("the numbers are %+v, in the address %s", a, u.RawQuery)
	}
}

func TestARecordingIsReplayedByRequestAndInOrder(t *testing.T) {
	t.Parallel()
	text, _, _ := record(t, bank(t))
	all, err := kit.ReadRecording(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	declared := []fairlead.Secret{fairlead.NewSecret(canaries["declared in text"]), fairlead.NewSecret(canaries["declared in a path"])}
	exchanges := slices.Clone(all)
	exchanges[2].URL = strings.Replace(exchanges[2].URL, accountIn(t, all[2]), canaries["account"], 1) // a connector would ask with the number that it was given
	for name, r := range map[string]*kit.Replayer{"by request": kit.ReplayByRequest(exchanges, declared...), "in order": kit.ReplayInOrder(exchanges, declared...)} {
		seen := calls(t, &http.Client{Transport: r}, "https://elsewhere.example")
		for i, body := range seen {
			if body != all[i].Content {
				t.Errorf("%s: call %d is answered %s", name, i, body)
			}
		}
		if left := r.Left(); len(left) != 0 || len(r.Unrecorded()) != 0 {
			t.Errorf("%s: %v is left, %v was not recorded", name, left, r.Unrecorded())
		}
	}
}

func accountIn(t *testing.T, e kit.Exchange) string {
	t.Helper()
	u, err := url.Parse(e.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("account")
}

func TestARequestThatWasNotRecordedFails(t *testing.T) {
	t.Parallel()
	exchanges := []kit.Exchange{
		{Method: "GET", URL: "https://bank.example/a?x=1&y=2", Status: 200, Content: "first"},
		{Method: "GET", URL: "https://bank.example/a?x=1&y=2", Status: 200, Content: "second"},
		{Method: "POST", URL: "https://bank.example/b", Body: `{"n":1}`, Status: 503},
		{Method: "GET", URL: "https://bank.example/down", Failure: "connection refused"},
	}
	call := func(r *kit.Replayer, method, address, body string) (string, error) {
		req, err := http.NewRequest(method, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := (&http.Client{Transport: r}).Do(req)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		content, err := io.ReadAll(resp.Body)
		return string(content), err
	}
	r := kit.ReplayByRequest(exchanges)
	for _, want := range []string{"first", "second", "second"} {
		if got, err := call(r, "GET", "http://127.0.0.1:1/a?y=2&x=1", ""); err != nil || got != want {
			t.Errorf("it is answered %q (%v), want %q", got, err, want)
		}
	}
	for _, c := range [][3]string{{"GET", "http://h/a?x=1&y=3", ""}, {"POST", "http://h/a?x=1&y=2", ""}, {"POST", "http://h/b", `{"n":2}`}, {"GET", "http://h/other", ""}} {
		if _, err := call(r, c[0], c[1], c[2]); err == nil || !strings.Contains(err.Error(), "was not recorded") {
			t.Errorf("%v is answered (%v)", c, err)
		}
	}
	if got := r.Unrecorded(); len(got) != 4 {
		t.Errorf("what was not recorded is %v", got)
	}
	if got := r.Left(); len(got) != 2 {
		t.Errorf("what is left is %v", got)
	}
	if _, err := call(r, "GET", "http://h/down", ""); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("a failure is replayed as %v", err)
	}
	strict := kit.ReplayInOrder(exchanges)
	if _, err := call(strict, "POST", "http://h/b", `{"n":1}`); err == nil {
		t.Error("in order, the third request is answered first")
	}
}

func TestAFailureIsRecordedWithoutItsAddress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := kit.NewRecorder(failing{}, &out, fairlead.NewSecret("canary-7000"))
	_, err := (&http.Client{Transport: r}).Get("https://bank.example/x?token=canary-7001&who=canary-7000")
	if err == nil || strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), `"failure":"no way to [blanked]"`) {
		t.Errorf("it is recorded as %s", out.String())
	}
}

type failing struct{}

func (failing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: "Get", URL: "https://canary", Err: errors.New("no way to canary-7000")}
}

func TestARecordingThatIsNoneSaysInWhichLine(t *testing.T) {
	t.Parallel()
	if _, err := kit.ReadRecording(strings.NewReader(`{"method":"GET","url":"https://a.example"}` + "\n\n{}")); err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("it is read: %v", err)
	}
}
