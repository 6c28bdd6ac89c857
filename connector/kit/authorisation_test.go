package kit_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

func TestAReturnMustNameTheServerThatWasAsked(t *testing.T) {
	t.Parallel()
	sent := kit.Authorisation{State: "s", Issuer: "https://bank.example"}
	for name, c := range map[string]struct {
		sent  kit.Authorisation
		query map[string]string
		want  bool
	}{
		"as sent":           {sent, map[string]string{"state": "s", "iss": "https://bank.example", "code": "c"}, true},
		"an error of its":   {sent, map[string]string{"state": "s", "iss": "https://bank.example", "error": "access_denied"}, true},
		"another's":         {sent, map[string]string{"state": "s", "iss": "https://evil.example", "code": "c"}, false},
		"nobody's":          {sent, map[string]string{"state": "s", "code": "c"}, false},
		"nobody's error":    {sent, map[string]string{"state": "s", "error": "access_denied"}, false},
		"with a slash":      {sent, map[string]string{"state": "s", "iss": "https://bank.example/", "code": "c"}, false},
		"another state":     {sent, map[string]string{"state": "t", "iss": "https://bank.example"}, false},
		"no state":          {sent, map[string]string{"iss": "https://bank.example"}, false},
		"no issuer known":   {kit.Authorisation{State: "s"}, map[string]string{"state": "s"}, false},
		"no state was kept": {kit.Authorisation{Issuer: "https://bank.example"}, map[string]string{"iss": "https://bank.example"}, false},
	} {
		err := c.sent.Check(c.query)
		if (err == nil) != c.want || err != nil && !fairlead.Is(err, fairlead.RejectedChallenge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
