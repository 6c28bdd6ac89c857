package dialecttest

import (
	"strings"
	"testing"
)

func TestAnAnswerMatchesWhatIsWanted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ want, got string }{
		"the order of keys does not matter":    {`{"a":1,"b":[true,null]}`, `{"b":[true,null],"a":1}`},
		"numbers go by value":                  {`{"a":1.50}`, `{"a":1.5}`},
		"a mask stands for a text":             {`"<uuid>"`, `"0f8fad5b-d9cb-469f-a165-70867728950e"`},
		"a mask stands inside a text":          {`"http://x/l/<token>?a=b"`, `"http://x/l/abcdefghijklmnopqrstuvwx?a=b"`},
		"a mask stands for a number":           {`{"n":"<int>","f":"<float>"}`, `{"n":12,"f":-1.5}`},
		"more keys where more may be":          {`{"a":1,"<...>":0}`, `{"a":1,"b":2}`},
		"more elements where more may be":      {`[1,"<...>"]`, `[1,2,3]`},
		"text that is no JSON":                 {`<html><any></html>`, `<html>hello</html>`},
		"a time has a zone":                    {`"<time>"`, `"2026-01-02T03:04:05Z"`},
		"angle brackets that are no mask stay": {`"<b>"`, `"<b>"`},
	} {
		m := matcher{captured: map[string]string{}}
		if m.body(c.want, c.got); len(m.wrong) > 0 {
			t.Errorf("%s: %v", name, m.wrong)
		}
	}
}

func TestAnAnswerThatDiffersIsTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ want, got, says string }{
		"a key is missing":        {`{"a":{"b":1}}`, `{"a":{}}`, ".a.b is missing"},
		"a key too many":          {`{}`, `{"a":1}`, ".a is not wanted"},
		"another number":          {`{"a":1}`, `{"a":2}`, ".a is 2, not 1"},
		"a number as text":        {`{"a":1}`, `{"a":"1"}`, `.a is "1", not 1`},
		"a text as number":        {`{"a":"1"}`, `{"a":1}`, `.a is 1, not "1"`},
		"an element too many":     {`[1]`, `[1,2]`, "has 2 elements"},
		"not a uuid":              {`"<uuid>"`, `"abc"`, `is "abc"`},
		"not a whole number":      {`{"n":"<int>"}`, `{"n":1.5}`, ".n is 1.5"},
		"null for anything else":  {`{"n":"<int>"}`, `{"n":null}`, ".n is null"},
		"no JSON at all":          {`{}`, `oops`, "is not JSON"},
		"something before a mask": {`"x<token>"`, `"yabcdefghijklmnopqrstuvwx"`, `is "y`},
	} {
		m := matcher{captured: map[string]string{}}
		m.body(c.want, c.got)
		if len(m.wrong) == 0 || !strings.Contains(m.wrong[0], c.says) {
			t.Errorf("%s: reported %q, want something with %q", name, m.wrong, c.says)
		}
	}
}

func TestWhatIsKeptIsKept(t *testing.T) {
	t.Parallel()
	m := matcher{captured: map[string]string{}}
	m.body(`{"a":"<=a>","u":"http://x/<token=b>/","n":"<int=c>"}`, `{"a":"one","u":"http://x/abcdefghijklmnopqrstuvwx/","n":7}`)
	if m.captured["a"] != "one" || m.captured["b"] != "abcdefghijklmnopqrstuvwx" || m.captured["c"] != "7" || len(m.wrong) > 0 {
		t.Errorf("captured %v, wrong %v", m.captured, m.wrong)
	}
}
