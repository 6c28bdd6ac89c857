package dialecttest

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/flanks"
	"github.com/fairlead-dev/fairlead/dialect/klavi"
	"github.com/fairlead-dev/fairlead/dialect/native"
	"github.com/fairlead-dev/fairlead/linking"
)

// hardAddresses are those that a parameter is easily lost in.
var hardAddresses = []string{
	"https://app.example.com", "https://app.example.com:8443/done", "https://app.example.com/done?", "https://app.example.com/done?z=1#route",
	"https://app.example.com/done#/route?z=1", "https://app.example.com/a%2Fb/%7E?z=a+b%20c&z=2&empty", "https://app.example.com/done?z=a;b",
	"com.example.app:done", "com.example.app://done?z=1#route", "com.example.app:",
}

// TestWhereTheEndLeadsIsReadInEveryAddress lets each dialect end links with each address,
// as a redirect and, where it knows them, as an app link: nothing of the address is lost,
// and what was added can be read.
func TestWhereTheEndLeadsIsReadInEveryAddress(t *testing.T) {
	t.Parallel()
	for _, address := range hardAddresses {
		endAt(t, address, func(d dialect.Dialect, to string, q url.Values, parameters []string) {
			before, fragment, _ := strings.Cut(address, "#")
			got, fragmentThen, _ := strings.Cut(to, "#")
			if !strings.HasPrefix(got, before) || fragmentThen != fragment {
				t.Errorf("%s: %s becomes %s", d.Name(), address, to)
			}
			areRead(t, d, address, to, q, parameters)
		})
	}
}

// TestNothingOfAnAddressStandsInForWhatALinkSays: a script that reads a parameter takes
// the first of its name.
func TestNothingOfAnAddressStandsInForWhatALinkSays(t *testing.T) {
	t.Parallel()
	const address = "https://app.example.com/done?z=1&code=old&link_id=old&status=old&error=old&error_description=old&external_info=old&x=%7E#route"
	endAt(t, address, func(d dialect.Dialect, to string, q url.Values, parameters []string) {
		areRead(t, d, address, to, q, parameters)
		for _, name := range parameters {
			if q.Get(name) == "old" {
				t.Errorf("%s: %s becomes %s", d.Name(), address, to)
			}
		}
		if !strings.HasPrefix(to, "https://app.example.com/done?z=1&") || !strings.Contains(to, "&x=%7E") || !strings.HasSuffix(to, "#route") {
			t.Errorf("%s: %s becomes %s", d.Name(), address, to)
		}
	})
}

// endAt ends links of each dialect at an address, and hands over where that leads with
// the names of the parameters that it must have.
func endAt(t *testing.T, address string, check func(d dialect.Dialect, to string, q url.Values, parameters []string)) {
	t.Helper()
	stateOf := map[string]string{
		"native": `{}`, "klavi": `{"external_info":{"a":"b c&#?é"}}`, "flanks": `{"link_token":"t","extra":{"plan":"b c&#?é"}}`,
	}
	parameters := map[string]map[fairlead.LinkStatus][]string{ // by how the link ends
		"native": {"finished": {"link_id", "status", "code"}, "exited": {"link_id", "status"}},
		"klavi":  {"finished": {"link_id", "external_info"}, "exited": {"link_id", "external_info", "error", "error_description"}},
		"flanks": {"finished": {"plan", "code"}, "exited": {"plan", "error"}},
	}
	for _, d := range []dialect.Dialect{native.New(dialect.Verbs{}), klavi.New(dialect.Verbs{}), flanks.New(dialect.Verbs{})} {
		for _, status := range []fairlead.LinkStatus{fairlead.LinkFinished, fairlead.LinkExited} {
			specs := []fairlead.Spec{{Redirect: address}}
			if d.Name() == "native" {
				specs = append(specs, fairlead.Spec{AppLink: address})
			}
			for _, spec := range specs {
				r := linking.LinkResult{Link: fairlead.Link{
					ID: "lnk_01jd7y3vaqe8n9w4t2k5m6p7r8", Status: status, Spec: spec,
					Origin: fairlead.Origin{Dialect: d.Name(), State: json.RawMessage(stateOf[d.Name()])},
				}}
				if status == fairlead.LinkFinished {
					r.Code = "the-code"
				}
				to, err := d.Finish(t.Context(), r)
				if err != nil {
					t.Fatal(err)
				}
				u, err := url.Parse(to.URL)
				if err != nil {
					t.Fatalf("%s: %s becomes %s: %v", d.Name(), address, to.URL, err)
				}
				check(d, to.URL, u.Query(), parameters[d.Name()][status])
			}
		}
	}
}

// areRead checks that each parameter is there once, and whole.
func areRead(t *testing.T, d dialect.Dialect, address, to string, q url.Values, parameters []string) {
	t.Helper()
	for _, name := range parameters {
		given := name == "plan" || name == "external_info" // by the application
		if len(q[name]) != 1 || q.Get(name) == "" || given && !strings.Contains(q.Get(name), "b c&#?é") {
			t.Errorf("%s: %s becomes %s, in which %s is %q", d.Name(), address, to, name, q[name])
		}
	}
}
