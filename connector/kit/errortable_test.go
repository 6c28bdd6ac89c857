package kit_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const table = `[
	{"code": "LOGIN", "kind": "action_needed", "scope": "bank", "word": "login", "sentence": {"en": "Sign in at the bank: {said}", "es": "Entre en el banco: {said}"}},
	{"code": "con.*", "status": 409, "kind": "not_ready", "scope": "account"},
	{"text": ["once every 24 hours", "una vez cada 24 horas", "limite di\\w+"], "kind": "slow_down", "actor": "nobody", "retry_after": "6h"},
	{"status": 402, "kind": "action_needed", "actor": "operator", "sentence": {"en": "Pay."}}
]`

func TestAnErrorIsOfTheFirstRuleWhoseConditionsAllHold(t *testing.T) {
	t.Parallel()
	rules, err := kit.ParseErrorTable([]byte(table))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		said kit.Said
		want fairlead.ErrorKind
	}{
		"a code":                    {kit.Said{Code: "LOGIN"}, fairlead.ActionNeeded},
		"another code":              {kit.Said{Code: "LOGIN_OK"}, ""},
		"a beginning, and a status": {kit.Said{Code: "con.x", Status: 409}, fairlead.NotReady},
		"a beginning alone":         {kit.Said{Code: "con.x", Status: 400}, ""},
		"words":                     {kit.Said{Text: "Data is refreshed only ONCE every 24 hours."}, fairlead.SlowDown},
		"words in Spanish":          {kit.Said{Text: "Solo una vez cada 24 horas"}, fairlead.SlowDown},
		"a status":                  {kit.Said{Status: 402}, fairlead.ActionNeeded},
		"nothing known":             {kit.Said{Code: "x", Status: 500, Text: "y"}, ""},
	} {
		rule, ok := rules.Find(c.said)
		if ok != (c.want != "") || rule.Kind != c.want {
			t.Errorf("%s: %q, %v", name, rule.Kind, ok)
		}
	}
}

func TestARuleSaysWhoMustActInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	rules := kit.MustErrorTable([]byte(table))
	said := kit.Said{Code: "LOGIN", Text: "locked\x00\n\u202e out"}
	rule, _ := rules.Find(said)
	for language, want := range map[string]string{"es-MX": "Entre en el banco: locked out", "de": "Sign in at the bank: locked out", "": "Sign in at the bank: locked out"} {
		if e := rule.Error(said, language, 0); e.Detail != want || e.Code != "login" {
			t.Errorf("%s: %q, %q", language, e.Detail, e.Code)
		}
	}
	said = kit.Said{Text: "only once every 24 hours"}
	rule, _ = rules.Find(said)
	if e := rule.Error(said, "en", 0); e.RetryAfter != 6*time.Hour || e.Detail != said.Text {
		t.Errorf("%v, %q", e.RetryAfter, e.Detail)
	}
	if e := rule.Error(said, "en", time.Minute); e.RetryAfter != time.Minute {
		t.Errorf("what the service says itself is overruled: %v", e.RetryAfter)
	}
	rule, _ = rules.Find(kit.Said{Status: 402})
	if p := fairlead.NewProblem(rule.Error(kit.Said{}, "", 0), "", time.Now()); p.Actor != fairlead.ActorOperator || p.Detail != "Pay." {
		t.Errorf("%+v", p)
	}
}

func TestATableWithAMistakeIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no list":         `{}`,
		"no condition":    `[{"kind": "internal"}]`,
		"unknown kind":    `[{"code": "a", "kind": "odd"}]`,
		"unknown actor":   `[{"code": "a", "kind": "internal", "actor": "cat"}]`,
		"unknown scope":   `[{"code": "a", "kind": "internal", "scope": "moon"}]`,
		"unknown field":   `[{"code": "a", "kind": "internal", "when": "now"}]`,
		"broken pattern":  `[{"text": ["("], "kind": "internal"}]`,
		"broken duration": `[{"code": "a", "kind": "internal", "retry_after": "soon"}]`,
		"no English":      `[{"code": "a", "kind": "internal", "sentence": {"es": "No."}}]`,
	} {
		if _, err := kit.ParseErrorTable([]byte(text)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

func TestAServicesWordsAreCutToWhatCanBeShown(t *testing.T) {
	t.Parallel()
	long := kit.Sanitise(strings.Repeat("é\u0007 ", 100_000))
	if len(long) > 300 || !utf8.ValidString(long) || strings.ContainsRune(long, 7) {
		t.Errorf("%d bytes: %q", len(long), long)
	}
	if got := kit.Sanitise(" a\t\tb\r\nc\xff "); got != "a b c" {
		t.Errorf("%q", got)
	}
}
