package native_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// refused is a problem body.
type refused struct {
	Title, Detail, Kind string
	Fields              []struct{ Name, Code, Reason string }
}

func (r refused) names(field string) bool {
	return slices.ContainsFunc(r.Fields, func(f struct{ Name, Code, Reason string }) bool { return f.Name == field })
}

func refusal(t *testing.T, content []byte) (p refused) {
	t.Helper()
	if err := json.Unmarshal(content, &p); err != nil {
		t.Fatalf("%s: %v", content, err)
	}
	if p.Title == "" || strings.TrimSuffix(p.Detail, ".") == p.Title {
		t.Errorf("the detail only repeats the title: %s", content)
	}
	return p
}

func TestARefusalSaysWhatIsWrongWithTheBody(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for _, c := range []struct {
		body   any
		detail string
		fields []string
	}{
		{nil, "A JSON body is required.", nil},
		{`[]`, "A field of the request is wrong.", []string{"body"}},
		{`{"institution_id": "nowhere"}`, "A field of the request is wrong.", []string{"institution_id"}},
		{`{"institution_id": "nowhere", "wait": 121}`, "2 fields of the request are wrong.", []string{"institution_id", "wait"}},
		{`{"institution_id": "harbor", "colour": "red"}`, "A field of the request is wrong.", []string{"colour"}},
	} {
		status, content := a.Raw("POST", "/sandbox/links", c.body)
		p := refusal(t, content)
		if status != http.StatusUnprocessableEntity || p.Detail != c.detail || len(p.Fields) != len(c.fields) {
			t.Errorf("%v answered %d %s", c.body, status, content)
		}
		for _, f := range c.fields {
			if !p.names(f) {
				t.Errorf("%v does not name %s: %s", c.body, f, content)
			}
		}
	}
}

func TestABodyThatIsNoTextIsNotSaidToRepeatAKey(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for body, want := range map[string]struct{ field, reason string }{
		`{"person": "a", "person": "b"}`:       {"person", "must not be given twice"},
		`{"hints": {"name": "a", "name": ""}}`: {"hints.name", "must not be given twice"},
		"{\"person\": \"caf\xe9\"}":            {"person", "must be in UTF-8"},
		`{"person": "a\ud83d"}`:                {"person", "must not have half of a surrogate pair, which is no character"},
	} {
		status, content := a.Raw("POST", "/links", body)
		p := refusal(t, content)
		if status != http.StatusUnprocessableEntity || len(p.Fields) != 1 || p.Fields[0].Name != want.field || p.Fields[0].Reason != want.reason {
			t.Errorf("%q answered %d %s", body, status, content)
		}
	}
}

func TestAWrongMethodIsToldWhichOnesThereAre(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	for path, allow := range map[string]string{"/v1/links": "GET, POST", "/v1/connections/con_1": "GET, DELETE", "/v1/sandbox/clock": "GET"} {
		r := a.Request("PUT", path, "{}")
		r.SetBasicAuth(access.DevClientID, access.DevSecret)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != allow || response.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("PUT %s answered %d, Allow %q", path, response.StatusCode, response.Header.Get("Allow"))
		}
	}
	if status, _ := a.Raw("GET", "/nowhere", nil); status != http.StatusNotFound {
		t.Errorf("an unknown path answered %d", status)
	}
}

func TestALinkWithoutAPageAnswersWhenItsDataIsHere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	var made struct {
		ConnectionID     string `json:"connection_id"`
		ConnectionStatus string `json:"connection_status"`
	}
	a.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "wait": 60}, &made)
	if made.ConnectionStatus != "active" {
		t.Errorf("the connection is %q", made.ConnectionStatus)
	}
	if len(apptest.List[struct{ ID string }](a, "/connections/"+made.ConnectionID+"/accounts")) == 0 {
		t.Error("there are no accounts")
	}
}

// The request would outlast its deadline if the answer waited for the seconds that it names.
func TestWaitingForAFrozenClockIsGivenUpAtOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Frozen(time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)))
	var made struct {
		ConnectionStatus string `json:"connection_status"`
	}
	r := a.Request("POST", "/v1/sandbox/links", map[string]any{"institution_id": "harbor", "password": "HTML", "wait": 120})
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	if status, content := a.Do(r.WithContext(ctx)); status != 201 || json.Unmarshal(content, &made) != nil {
		t.Fatalf("it answered %d: %s", status, content)
	}
	if made.ConnectionStatus != "collecting" {
		t.Errorf("the connection is %q", made.ConnectionStatus)
	}
}
