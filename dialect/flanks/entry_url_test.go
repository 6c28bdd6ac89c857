package flanks

import (
	"net/url"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
)

// Two persons whose names are garbled alike would be one.
func TestAnAddressThatIsNotInUTF8IsRefused(t *testing.T) {
	t.Parallel()
	for query, refused := range map[string]bool{
		"token=x&external_id=caf%C3%A9": false, "token=x&external_id=caf%E9": true, "token=x&plan=%FF": true, "token=x&%FE=1": true, "token=x&bank=%F0%9F": true,
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := visit(q); fairlead.Is(err, fairlead.Invalid) != refused {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestLeadingBackChangesNothingElseOfTheAddress(t *testing.T) {
	t.Parallel()
	add := map[string]string{"code": "c&1", "plan": "gold silver", "a b": "é", "mine": "2"}
	for address, want := range map[string]string{
		"https://h.example/back":                     "https://h.example/back?a%20b=%C3%A9&code=c%261&mine=2&plan=gold%20silver",
		"https://h.example:8443/back?mine=1&flag&x=": "https://h.example:8443/back?mine=1&flag&x=&a%20b=%C3%A9&code=c%261&plan=gold%20silver",
		"https://h.example/back?code=own&m%69ne=1":   "https://h.example/back?m%69ne=1&a%20b=%C3%A9&code=c%261&plan=gold%20silver",
		"https://h.example/back?error=own":           "https://h.example/back?a%20b=%C3%A9&code=c%261&mine=2&plan=gold%20silver",
		"https://h.example/app?z=1;y=2#route?code=n": "https://h.example/app?z=1;y=2&a%20b=%C3%A9&code=c%261&mine=2&plan=gold%20silver#route?code=n",
		"com.example.app:back":                       "com.example.app:back?a%20b=%C3%A9&code=c%261&mine=2&plan=gold%20silver",
	} {
		if got := leadBack(address, add, "code", "error"); got != want {
			t.Errorf("%s leads back to\n%s, want\n%s", address, got, want)
		}
	}
}

func TestARedirectDoesNotSayInOurNameWhatWeDoNot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ state, code, address, want string }{
		"linked":   {`{"extra":{"plan":"","x":"2"}}`, "1", "https://shop.example/back?error=retry&x=%7e#top", "https://shop.example/back?x=%7e&code=1&plan=#top"},
		"given up": {`{"extra":{}}`, "", "https://shop.example/back?c%6fde=theirs", "https://shop.example/back?error=ABORTED_BY_USER"},
		"session":  {`{"session":true}`, "", "https://shop.example/back?session_id=theirs&x", "https://shop.example/back?x&session_id=lnk_1"},
	} {
		to, err := New(dialect.Verbs{}).Finish(t.Context(), linking.LinkResult{Code: c.code, Link: fairlead.Link{
			ID: "lnk_1", Origin: fairlead.Origin{Dialect: "flanks", State: []byte(c.state)}, Spec: fairlead.Spec{Redirect: c.address},
		}})
		if err != nil || to.URL != c.want {
			t.Errorf("%s: led to %s (%v), want %s", name, to.URL, err, c.want)
		}
	}
}
