package fairlead

import "testing"

func TestAParameterIsAddedAfterThoseOfAnAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://a.example":         "https://a.example?a=b%20c%26&d=",
		"https://a.example/p?a=1":   "https://a.example/p?a=1&a=b%20c%26&d=",
		"https://a.example/p#top":   "https://a.example/p?a=b%20c%26&d=#top",
		"myapp:done?x=1#top?really": "myapp:done?x=1&a=b%20c%26&d=#top?really",
	} {
		if got := WithQuery(address, [2]string{"a", "b c&"}, [2]string{"d", ""}); got != want {
			t.Errorf("%s becomes %s, want %s", address, got, want)
		}
	}
}
