package described_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest/described"
)

func TestAnAnswerThatIsNotAsDescribedIsFound(t *testing.T) {
	t.Parallel()
	const good = `{"id":"lnk_1","token":"t","url":"https://x","expires_at":"2026-11-20T12:00:00Z","status":"open"}`
	for name, c := range map[string]struct {
		status int
		media  string
		body   string
		want   string // "": nothing is wrong
	}{
		"as described":          {201, "application/json", good, ""},
		"a status too many":     {206, "application/json", good, "status 206"},
		"another media type":    {201, "text/html", good, "media type"},
		"a field too many":      {201, "application/json", strings.Replace(good, `{`, `{"colour":"red",`, 1), "colour is not described"},
		"a field too few":       {201, "application/json", strings.Replace(good, `"token":"t",`, ``, 1), "token is missing"},
		"a value of no list":    {201, "application/json", strings.Replace(good, `open`, `ajar`, 1), "ajar"},
		"a number for a text":   {201, "application/json", strings.Replace(good, `"t"`, `1`, 1), "type integer"},
		"a day for an instant":  {201, "application/json", strings.Replace(good, `T12:00:00Z`, ``, 1), "expires_at"},
		"a refusal of no shape": {422, "application/problem+json", `{}`, "title is missing"},
	} {
		got := strings.Join(described.Answer("POST", "/v1/links", c.status, c.media, []byte(c.body)), "; ")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := described.Webhook([]byte(`{"id":"evt_1","type":"link.opened","timestamp":"2026-11-20T12:00:00Z","sequence":1,"application_id":"app_1","data":{"link":"lnk_1"}}`)); len(got) == 0 {
		t.Error("a webhook with a field too many is as described")
	}
}

func TestEveryExampleOfARequestAndOfAnAnswerIsOfItsShape(t *testing.T) {
	t.Parallel()
	wrong, count := described.Examples()
	for _, w := range wrong {
		t.Error(w)
	}
	if count < 75 {
		t.Errorf("there are only %d examples", count)
	}
}
