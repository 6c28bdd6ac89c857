package fairlead

import "testing"

func TestAParameterIsAddedAfterThoseOfAnAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://a.example":                     "https://a.example?a=b%20c%26&d%23=",
		"https://a.example:8443/p?":             "https://a.example:8443/p?a=b%20c%26&d%23=",
		"https://a.example/p?a=1":               "https://a.example/p?a=1&a=b%20c%26&d%23=",
		"https://a.example/p?a=1&":              "https://a.example/p?a=1&a=b%20c%26&d%23=",
		"https://a.example/p#top":               "https://a.example/p?a=b%20c%26&d%23=#top",
		"https://a.example/p?z=1#route?x=1":     "https://a.example/p?z=1&a=b%20c%26&d%23=#route?x=1",
		"https://a.example/p#":                  "https://a.example/p?a=b%20c%26&d%23=#",
		"https://a.example/%7E;v=1?q=a+b;c=%zz": "https://a.example/%7E;v=1?q=a+b;c=%zz&a=b%20c%26&d%23=",
		"com.example.app:done?x=1#top?really":   "com.example.app:done?x=1&a=b%20c%26&d%23=#top?really",
		"com.example.app://done":                "com.example.app://done?a=b%20c%26&d%23=",
		"com.example.app:":                      "com.example.app:?a=b%20c%26&d%23=",
		"https://[::1]:8080":                    "https://[::1]:8080?a=b%20c%26&d%23=",
	} {
		if got := WithQuery(address, [2]string{"a", "b c&"}, [2]string{"d#", ""}); got != want {
			t.Errorf("%s becomes %s, want %s", address, got, want)
		}
	}
}

func TestAParameterThatIsOursIsSaidByUsAlone(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://a.example/p":                         "https://a.example/p?code=1&plan=",
		"https://a.example/p?code=old&x=1&c%6fde=2#f": "https://a.example/p?x=1&code=1&plan=#f",
		"https://a.example/p?code#f":                  "https://a.example/p?code=1&plan=#f",
		"https://a.example/p?x=%zz&decode=1":          "https://a.example/p?x=%zz&decode=1&code=1&plan=",
		"https://a.example/p?error=retry&e%72ror&y=+": "https://a.example/p?y=+&code=1&plan=",
		"https://a.example/p?pl%61n=own&x":            "https://a.example/p?pl%61n=own&x&code=1",
		"com.example.app:done?code=2":                 "com.example.app:done?code=1&plan=",
	} {
		if got := SetQuery(address, []string{"code", "error"}, [2]string{"code", "1"}, [2]string{"plan", ""}); got != want {
			t.Errorf("%s becomes %s, want %s", address, got, want)
		}
	}
}
