package taiki_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
)

// failuresTo sets where failures are told.
func (c customer) failuresTo(path string) {
	c.T.Helper()
	var apps struct{ Data []struct{ ID string } }
	c.Call("GET", "/applications", nil, &apps)
	c.Call("PATCH", "/applications/"+apps.Data[0].ID+"/settings/taiki", map[string]string{"failure_webhook_url": c.hook.URL + path}, nil)
}

// postedTo waits for n webhooks and returns the paths that they were posted to, in order.
func (c customer) postedTo(n int) (paths []string) {
	c.T.Helper()
	c.receive(n)
	for _, got := range c.hook.Got() {
		paths = append(paths, got.Path)
	}
	return paths
}

// TestWhatTheModalSaysIsWhatTheWebhooksSay ends modals in every way that a retrieval can
// come out and holds the page, the script's result and both webhooks to each other.
func TestWhatTheModalSaysIsWhatTheWebhooksSay(t *testing.T) {
	t.Parallel()
	const nothing = "\u2014"
	for password, want := range map[string]struct {
		page, error string
		failed      string // of onSuccess
		files       int    // of the webhook that failed, where it is one
		success     bool
	}{
		"good":                     {"You’re connected", "", "null", 0, true},
		"PRODUCT_FAILS_tax_forms":  {"Missing: Tax forms", "", `["tax_form"]`, 0, true},
		"PRODUCT_FAILS_statements": {"Missing: Statements", "", `["bank_statement"]`, 0, true},
		"PRODUCT_FAILS_accounts":   {"You’re connected", "", "null", 0, true},
		"PRODUCT_FAILS_statements+PRODUCT_FAILS_tax_forms":                        {nothing, "institution_down", "null", 2, false},
		"PRODUCT_FAILS_accounts+PRODUCT_FAILS_statements+PRODUCT_FAILS_tax_forms": {nothing, "institution_down", "null", 2, false},
		"PRODUCT_FAILS_statements+PRODUCT_MISSING_tax_forms":                      {nothing, "institution_down", "null", 1, false},
		"PRODUCT_MISSING_statements+PRODUCT_MISSING_tax_forms":                    {"You’re connected", "", "null", 0, true},
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.failuresTo("/failed")
			made := c.initialize("")
			p := c.open(made.TemporaryToken, `{"order":7}`)
			c.signIn(p, "harbor", "good", password)
			connected := strings.Contains(p.Text(), "You’re connected")
			if connected != want.success || want.success && !strings.Contains(p.Text(), want.page) {
				t.Errorf("the page says\n%s", p.Text())
			}
			result := c.finish(p)
			n := c.receive(1)
			c.Advance("1s")
			if got := c.hook.Got(); len(got) != 1 {
				t.Fatalf("%d webhooks", len(got))
			}
			if n.Data.ID != made.ID || n.Data.ClientID != made.UserID || string(n.Data.Metadata) != `{"order":7}` {
				t.Errorf("the webhook's data is %+v", n.Data)
			}
			failed, _ := json.Marshal(result["failed"])
			if want.success {
				if path := c.hook.Got()[0].Path; result["status"] != "success" || string(failed) != want.failed || n.Status != "success" || path != "/taiki" || n.Data.Error != "" {
					t.Errorf("onSuccess is called with %v, %s is posted %+v", result, path, n.Data)
				}
				return
			}
			listed := slices.ContainsFunc(n.Files, func(f file) bool { return f.Status != "failed" || f.Error != want.error })
			if result["status"] != "error" || result["error"] != want.error || n.Status != "failed" || n.Data.Error != want.error || len(n.Files) != want.files || listed || c.hook.Got()[0].Path != "/failed" {
				t.Errorf("onExit is called with %v; posted %s", result, c.hook.Got()[0].Body)
			}
		})
	}
}

func TestARetrievalThatBroughtNothingIsNotToldUnlessTheApplicationWants(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "PRODUCT_FAILS_statements+PRODUCT_FAILS_tax_forms")
	if result := c.finish(p); result["status"] != "error" || result["error"] != "institution_down" {
		t.Errorf("the modal ended with %v", result)
	}
	c.Advance("1m")
	if got := c.hook.Got(); len(got) != 0 {
		t.Errorf("posted %s", got[0].Body)
	}
}

func TestAModalThatEndedEarlyIsToldAsAFailure(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.failuresTo("/failed")
	c.initialize("") // is never opened: nothing to tell
	p := c.open(c.initialize("").TemporaryToken, "")
	p.Press("leave")
	if n := c.receive(1); n.Status != "failed" || n.Data.Error != "exited" || n.Data.ID != 2 || len(n.Files) != 0 || !strings.Contains(string(c.hook.Got()[0].Body), `"files":[]`) {
		t.Errorf("posted %s", c.hook.Got()[0].Body)
	}
	c.open(c.initialize("").TemporaryToken, "")
	c.Advance("61m")
	if n := c.receive(2); n.Data.Error != "expired" || n.Data.ID != 3 {
		t.Errorf("posted %s", c.hook.Got()[1].Body)
	}
	if paths := c.postedTo(2); !slices.Equal(paths, []string{"/failed", "/failed"}) {
		t.Errorf("told at %q", paths)
	}
}

func TestAFailureIsToldOnceAndTheSuccessAfterIt(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.failuresTo("/failed")
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "HTML") // for an hour
	c.finish(p)
	c.receive(1)
	c.Advance("3h")
	if paths := c.postedTo(2); !slices.Equal(paths, []string{"/failed", "/taiki"}) {
		t.Errorf("told at %q", paths)
	}
}

func TestOfSeveralInstitutionsTheOneThatFailedIsListedWithTheFilesOfTheOther(t *testing.T) {
	t.Parallel()
	c := start(t, apptest.Frozen(time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC))) // no new statement for weeks
	c.failuresTo("/failed")
	made := c.initialize("")
	p := c.open(made.TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	files := len(c.receive(1).Files)
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	p.Press("another")
	c.signIn(p, "anchor", "good", "PASSWORD_CHANGED")
	c.receive(2)
	c.Advance("30h") // until the next collection Anchor's password is no good
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	p.Submit()
	c.rest(p)
	if !strings.Contains(p.Text(), "Missing: Accounts and balances · Statements · Tax forms") {
		t.Errorf("the page says\n%s", p.Text())
	}
	result := c.finish(p)
	if listed, _ := json.Marshal(result["failed"]); result["status"] != "success" || string(listed) != `["bank_statement","tax_form"]` {
		t.Errorf("onSuccess is called with %v", result)
	}
	n := c.receive(3)
	if n.Status != "success" || len(n.Files) != files+2 {
		t.Fatalf("%s with %d files, Harbor had %d", n.Status, len(n.Files), files)
	}
	for i, name := range []string{"BANK_STATEMENTS_ANCHOR", "TAX_FORMS_ANCHOR"} {
		if f := n.Files[files+i]; f.FileName != name || f.Status != "failed" || f.Error != "rejected_login" || f.Institution.ID != "ins_anchor" {
			t.Errorf("of what failed there is %+v", f)
		}
	}
	if paths := c.postedTo(3); slices.Contains(paths, "/failed") {
		t.Errorf("told at %q", paths)
	}
}

func TestTheSameTokenOpensOneOfSixteenModals(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := start(t, options...)
		token := c.initialize("").TemporaryToken
		r := c.Request("POST", "/f", "token="+token)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://localhost:3000")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		answers := map[int]int{}
		for status := range c.atOnce(16, func() *http.Request {
			again := r.Clone(t.Context())
			again.Body, _ = r.GetBody()
			return again
		}) {
			answers[status]++
		}
		if answers[http.StatusSeeOther] != 1 || answers[http.StatusGone] != 15 {
			t.Errorf("sixteen at once are answered %v", answers)
		}
	})
}

func TestRetrievalsAreNumberedOnceWhenSixteenBeginAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := start(t, options...)
		seen := map[int64]bool{}
		numbers := make(chan int64, 16)
		for range cap(numbers) {
			go func() {
				var made token
				defer func() { numbers <- made.ID }() // a failure, too
				made = c.initialize("")
			}()
		}
		for range cap(numbers) {
			seen[<-numbers] = true
		}
		if len(seen) != cap(numbers) {
			t.Errorf("%d numbers for %d retrievals", len(seen), cap(numbers))
		}
	})
}

// atOnce sends so many requests at the same time and yields the statuses.
func (c customer) atOnce(n int, request func() *http.Request) <-chan int {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	begin, statuses, out := make(chan struct{}), make(chan int, n), make(chan int, n)
	for range n {
		r := request()
		go func() {
			<-begin
			answer, err := client.Do(r)
			if err != nil {
				statuses <- 0
				return
			}
			answer.Body.Close()
			statuses <- answer.StatusCode
		}()
	}
	close(begin)
	for range n {
		out <- <-statuses
	}
	close(out)
	return out
}

func TestMetadataIsWrittenAsTheBrowserWroteIt(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		`{"a":"\u003cb\u003e \u0026"}`: `{"a":"<b> &"}`, `"\\u003c"`: `"\\u003c"`, `"\\\u003c"`: `"\\<"`, `"\u00e9\ud83d"`: `"\u00e9\ud83d"`,
		`"\u2028\n\""`: "\"\u2028\\n\\\"\"", `9007199254740993`: `9007199254740993`, ``: ``, `"\u003`: `"\u003`,
	} {
		if got := taiki.AsGiven(json.RawMessage(stored)); string(got) != want {
			t.Errorf("%s is written %s, want %s", stored, got, want)
		}
	}
}
