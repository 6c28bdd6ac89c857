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
// as a redirect and, where it knows them, as an app link.
func TestWhereTheEndLeadsIsReadInEveryAddress(t *testing.T) {
	t.Parallel()
	stateOf := map[string]string{
		"native": `{}`, "klavi": `{"external_info":{"a":"b c&#?é"}}`, "flanks": `{"link_token":"t","extra":{"plan":"b c&#?é"}}`,
	}
	parameters := map[string]map[string][]string{ // by how the link ends
		"native": {"finished": {"link_id", "status", "code"}, "exited": {"link_id", "status", "error"}},
		"klavi":  {"finished": {"link_id", "external_info"}, "exited": {"link_id", "external_info", "error", "error_description"}},
		"flanks": {"finished": {"plan", "code"}, "exited": {"plan", "error"}},
	}
	for _, d := range []dialect.Dialect{native.New(dialect.Verbs{}), klavi.New(dialect.Verbs{}), flanks.New(dialect.Verbs{})} {
		for _, address := range hardAddresses {
			for _, status := range []fairlead.LinkStatus{fairlead.LinkFinished, fairlead.LinkExited} {
				r := linking.LinkResult{Link: fairlead.Link{
					ID: "lnk_01jd7y3vaqe8n9w4t2k5m6p7r8", Status: status, Spec: fairlead.Spec{Redirect: address},
					Origin: fairlead.Origin{Dialect: d.Name(), State: json.RawMessage(stateOf[d.Name()])},
				}}
				if status == fairlead.LinkFinished {
					r.Code = "the-code"
				}
				leads(t, d, r, address, parameters[d.Name()][string(status)])
				if d.Name() == "native" {
					r.Link.Spec.Redirect, r.Link.Spec.AppLink = "", address
					leads(t, d, r, address, parameters[d.Name()][string(status)])
				}
			}
		}
	}
}

// leads checks that nothing of an address is lost, and that what was added can be read.
func leads(t *testing.T, d dialect.Dialect, r linking.LinkResult, address string, parameters []string) {
	t.Helper()
	to, err := d.Finish(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	before, fragment, _ := strings.Cut(address, "#")
	got, fragmentThen, _ := strings.Cut(to.URL, "#")
	if !strings.HasPrefix(got, before) || fragmentThen != fragment {
		t.Errorf("%s: %s becomes %s", d.Name(), address, to.URL)
	}
	u, err := url.Parse(to.URL)
	if err != nil {
		t.Fatalf("%s: %s becomes %s: %v", d.Name(), address, to.URL, err)
	}
	q := u.Query()
	for _, name := range parameters {
		if len(q[name]) != 1 || q.Get(name) == "" {
			t.Errorf("%s: %s becomes %s, in which %s is %q", d.Name(), address, to.URL, name, q[name])
		}
	}
	for _, name := range []string{"plan", "external_info"} {
		if q.Has(name) && !strings.Contains(q.Get(name), "b c&#?é") {
			t.Errorf("%s: %s becomes %s, in which %s is %q", d.Name(), address, to.URL, name, q.Get(name))
		}
	}
}
