package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// endpoint gives the application an endpoint at a receiver and returns its id.
func (d desk) endpoint(address string) string {
	d.T.Helper()
	var made struct {
		ID string `json:"id"`
	}
	d.Call("POST", "/webhook_endpoints", map[string]any{"url": address}, &made)
	return made.ID
}

// first is the first id with a prefix on a page.
func first(t *testing.T, got answer, section, prefix string) string {
	t.Helper()
	found := regexp.MustCompile(`/` + section + `/(` + prefix + `_[0-9a-z]+)`).FindStringSubmatch(got.page)
	if found == nil {
		t.Fatalf("no %s on the page:\n%s", prefix, got.page)
	}
	return found[1]
}

func TestWhatHappenedIsShownWithItsDeliveriesAndResent(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	receiver := apptest.NewReceiver(t)
	endpoint := d.endpoint(receiver.URL + "/hook")
	connection := d.Linked("ins_harbor", "good", "good")
	d.Until("an event was delivered", func() bool { return strings.Contains(d.get("/deliveries").page, ">delivered<") })

	d.shows(d.get(""), "connection.linked", connection)
	d.shows(d.get("/events?subject="+connection), "connection.linked", connection)
	only := d.get("/events?type=connection.linked")
	d.shows(only, "connection.linked")
	if strings.Contains(only.page, "<td><a href=\"/console/t/dev/events/") && strings.Contains(only.page, ">collection.finished</a>") {
		t.Errorf("a filter by type shows another:\n%s", only.page)
	}
	event := first(t, only, "events", "evt")
	shown := d.get("/events/" + event)
	d.shows(shown, receiver.URL+"/hook", "delivered", connection)

	before := len(receiver.Got())
	d.leads(d.post("/events/"+event+"/resend", nil), "/events/"+event+"?done=resent")
	d.Until("it came once more", func() bool { return len(receiver.Got()) > before })

	delivery := first(t, shown, "deliveries", "dlv")
	attempts := d.get("/deliveries/" + delivery)
	d.shows(attempts, "Attempt 1", ">204<", receiver.URL+"/hook")
	if strings.Contains(attempts.page, "&#34;sequence&#34;") {
		t.Errorf("the body is shown without being asked for:\n%s", attempts.page)
	}
	d.shows(d.post("/deliveries/"+delivery+"/body", nil), "&#34;sequence&#34;", connection)
	d.shows(d.get("/audit"), "delivery.reveal", delivery)

	other := apptest.NewReceiver(t)
	form := url.Values{"event": {event}, "endpoint": {endpoint}, "instead": {other.URL + "/look"}}
	d.leads(d.post("/resend", form), "/deliveries?done=resent")
	d.Until("it came to the other address", func() bool { return len(other.Got()) == 1 })
}

func TestWhatCannotBeResentIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	endpoint := d.endpoint(apptest.NewReceiver(t).URL)
	span := func(from, to, endpoint, instead string) url.Values {
		return url.Values{"application": {first(t, d.get(""), "applications", "app")}, "from": {from}, "to": {to}, "endpoint": {endpoint}, "instead": {instead}}
	}
	const early, late = "2026-01-01T00:00", "2026-02-01T00:00"
	d.refuses(d.post("/resend", span("yesterday", late, "", "")), "from", "must be a day and a time")
	d.refuses(d.post("/resend", span(late, early, "", "")), "to", "must be later")
	d.refuses(d.post("/resend", span(early, late, "", "https://example.com/")), "endpoint", "must say whose")
	d.refuses(d.post("/resend", span(early, late, endpoint, "ftp://example.com/")), "instead", "must be an https address")
	d.leads(d.post("/resend", span(early, late, "", "")), "/deliveries?done=nobody")
	if got := d.get("/events/evt_nothing"); got.status != http.StatusNotFound {
		t.Errorf("an event that is not there was answered with %d", got.status)
	}
}
