package server_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// drip sends the head of a request and then a byte a second of its body, and says how
// long the server put up with it.
func drip(t *testing.T, address, head string) (time.Duration, string) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer conn.Close()
	began := time.Now()
	fmt.Fprint(conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
	closed := make(chan string, 1)
	go func() {
		answer, _ := io.ReadAll(bufio.NewReader(conn))
		first, _, _ := strings.Cut(string(answer), "\r\n")
		closed <- first
	}()
	for {
		select {
		case answer := <-closed:
			return time.Since(began), answer
		case <-time.After(time.Second):
			fmt.Fprint(conn, " ")
		}
		if time.Since(began) > 30*time.Second {
			return time.Since(began), ""
		}
	}
}

func TestASlowBodyHoldsNoConnection(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	known := "\nAuthorization: Basic " + base64.StdEncoding.EncodeToString([]byte(access.DevClientID+":"+access.DevSecret))
	json, form := "\nContent-Type: application/json", "\nContent-Type: application/x-www-form-urlencoded"
	var made struct{ ID, URL string }
	app.Call("POST", "/links", map[string]any{"person": "ada", "institution_id": "ins_statement", "stages": []string{"conversation"}}, &made)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := (&http.Client{Jar: jar}).Get(made.URL)
	if err != nil {
		t.Fatal(err)
	}
	visit.Body.Close()
	cookie := ""
	for _, c := range jar.Cookies(visit.Request.URL) {
		cookie += "\nCookie: " + c.Name + "=" + c.Value
	}
	const usual, unknown = 12 * time.Second, 4 * time.Second
	var all sync.WaitGroup
	for name, c := range map[string]struct {
		head string
		most time.Duration
	}{
		"the API":                      {"POST /v1/links HTTP/1.1" + known + json, usual},
		"under a key":                  {"POST /v1/links HTTP/1.1" + known + json + "\nIdempotency-Key: slow", usual},
		"by nobody":                    {"POST /v1/links HTTP/1.1" + json, unknown},
		"a token":                      {"POST /v1/oauth/token HTTP/1.1" + form, usual},
		"an upload by nobody":          {"POST /v1/connections/con_x/files HTTP/1.1", unknown},
		"a dialect":                    {"POST /data/v1/auth HTTP/1.1" + json, usual},
		"another":                      {"POST /v0/token HTTP/1.1" + json, usual},
		"a third":                      {"POST /api/token HTTP/1.1" + json, usual},
		"the page":                     {"POST /l/" + made.ID + "/answer HTTP/1.1" + form + cookie, usual},
		"the page, by nobody":          {"POST /l/" + made.ID + "/answer HTTP/1.1" + form, unknown},
		"a file that does not move":    {"POST /l/" + made.ID + "/upload HTTP/1.1\nContent-Type: multipart/form-data; boundary=x" + cookie, usual},
		"a file by nobody":             {"POST /l/" + made.ID + "/upload HTTP/1.1\nContent-Type: multipart/form-data; boundary=x", unknown},
		"a frame":                      {"POST /f HTTP/1.1" + form, usual},
		"a bank":                       {"POST /sandbox/farol/s/x HTTP/1.1" + form, usual},
		"what is not there":            {"POST /nothing HTTP/1.1" + json, unknown},
		"a get with a body":            {"GET /healthz HTTP/1.1" + json, usual},
		"a statement of no connection": {"POST /v1/connections/con_x/files HTTP/1.1" + known, unknown},
		"a body in pieces":             {"POST /v1/links HTTP/1.1" + known + json + "\nX-Filler: x", usual},
	} {
		all.Go(func() {
			took, answer := drip(t, app.Server.Listening(), c.head)
			if took > c.most {
				t.Errorf("%s: the connection lived %s (%s)", name, took, answer)
			}
			t.Logf("%-30s %5.1f s %s", name, took.Seconds(), answer)
		})
	}
	all.Wait()
}
