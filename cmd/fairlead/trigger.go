package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

type triggerCommand struct {
	api
	listing
	Event       string `arg:"" optional:"" help:"Type of the event: consent.expiring, connection.needs_action …; without one, all are listed with what is done for each."`
	Institution string `default:"harbor" help:"Short name or id of the institution that a person is linked at."`
	Person      string `help:"Your own reference of the person; default: a new one."`
}

// recipe is how an event is made to happen in a sandbox, with nothing made up: what an
// application would see is what it sees.
type recipe struct {
	event fairlead.EventKind
	means string
	do    func(*triggering) error
}

// recipes are in the order in which a link's life brings the events.
func recipes() []recipe {
	return []recipe{
		{fairlead.EventLinkOpened, "a link is made and its page opened", (*triggering).open},
		{fairlead.EventLinkFinished, "a person is linked", (*triggering).link},
		{fairlead.EventLinkFailed, "a person's login is locked by the bank", (*triggering).fail},
		{fairlead.EventLinkExited, "a link is made and cancelled", (*triggering).cancel},
		{fairlead.EventLinkExpired, "a link is made, and the clock advanced past its end", (*triggering).expire},
		{fairlead.EventConnectionLinked, "a person is linked", (*triggering).link},
		{fairlead.EventConnectionNeedsAction, "a person is linked, and the bank ends the login at a later collection", (*triggering).breakLogin},
		{fairlead.EventConnectionRecovered, "the same, and the person signs in again", (*triggering).recover},
		{fairlead.EventConnectionDisconnected, "a person is linked and disconnected", (*triggering).disconnect},
		{fairlead.EventConsentGranted, "a person is linked", (*triggering).link},
		{fairlead.EventConsentExpiring, "a person is linked, and the clock advanced to a week before the consent's end", (*triggering).expireConsent},
		{fairlead.EventConsentExpired, "a person is linked, and the clock advanced past the consent's end", (*triggering).expireConsent},
		{fairlead.EventConsentRevoked, "a person is linked and disconnected", (*triggering).disconnect},
		{fairlead.EventCollectionFinished, "a person is linked", (*triggering).link},
		{fairlead.EventRecordsChanged, "a person is linked", (*triggering).link},
		{fairlead.EventDocumentsAvailable, "a person is linked", (*triggering).link},
		{fairlead.EventDocumentAvailable, "a person is linked, and the clock advanced until the next statement", (*triggering).later},
		{fairlead.EventDocumentRevised, "a person is linked at a broker, and the clock advanced until a tax form is corrected", (*triggering).revise},
		{fairlead.EventEndpointTest, "each of your endpoints is tested", (*triggering).testEndpoints},
	}
}

func (c triggerCommand) Run(w *env) error {
	if c.Event == "" {
		return list(w, c.listing, "", recipes(),
			column[recipe]{"event", func(r recipe) any { return r.event }},
			column[recipe]{"what_is_done", func(r recipe) any { return r.means }},
		)
	}
	all := recipes()
	at := slices.IndexFunc(all, func(r recipe) bool { return string(r.event) == c.Event })
	if at < 0 {
		return c.unknown(all)
	}
	if err := c.complete(); err != nil {
		return err
	}
	from, err := listenCommand{api: c.api}.now(w)
	if err != nil {
		return err
	}
	t := &triggering{api: c.api, w: w, wanted: c.Event, institution: c.Institution, person: c.Person, cursor: from, quiet: c.JSON, more: map[string]int{}}
	if t.person == "" {
		t.person = "trigger-" + strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(fairlead.NewToken())[:6])
	}
	t.say("%s: %s.", c.Event, all[at].means)
	if err := all[at].do(t); err != nil {
		return err
	}
	return t.await()
}

func (c triggerCommand) unknown(all []recipe) error {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = string(r.event)
	}
	if near := nearest(c.Event, names); near != "" {
		return fmt.Errorf("no event is called %q: did you mean %s?", c.Event, near)
	}
	if slices.Contains(fairlead.EventKinds(), fairlead.EventKind(c.Event)) {
		return fmt.Errorf("%s can't be made to happen in a sandbox. `fairlead trigger` lists what can", c.Event)
	}
	return fmt.Errorf("no event is called %q. `fairlead trigger` lists all", c.Event)
}

// printedMost is how many events besides the wanted one are printed, a line each.
const printedMost = 10

// triggering is one event being made to happen.
type triggering struct {
	api
	w           *env
	wanted      string
	institution string
	person      string
	cursor      string // of the event feed
	quiet       bool   // only the event is printed
	printed     int    // events
	more        map[string]int
	found       bool // the wanted one has come
}

func (t *triggering) say(format string, args ...any) {
	if !t.quiet {
		fmt.Fprintf(t.w.out, format+"\n", args...)
	}
}

// await prints the events that came until the one that is wanted has.
func (t *triggering) await() error {
	for range 240 {
		found, err := t.read()
		found = found || t.found
		if found || err != nil {
			t.sayMore()
			return err
		}
		if !sleep(t.w, 250*time.Millisecond) {
			return t.w.Err()
		}
	}
	return fmt.Errorf("%s has not come within a minute; `fairlead work list` says whether something fails", t.wanted)
}

// read prints the events that have come since, and reports whether the wanted one is among
// them.
func (t *triggering) read() (found bool, err error) {
	for {
		var page struct {
			Data []json.RawMessage
			Next string
		}
		if err := t.call(t.w, http.MethodGet, "/events?limit=200&after="+url.QueryEscape(t.cursor), nil, &page); err != nil {
			return found, err
		}
		for _, body := range page.Data {
			var e shownEvent
			if err := json.Unmarshal(body, &e); err != nil {
				return found, err
			}
			if e.Type == t.wanted {
				found = true
			}
			switch {
			case t.quiet && e.Type == t.wanted:
				fmt.Fprintf(t.w.out, "%s\n", body)
			case t.quiet:
			case e.Type == t.wanted || t.printed < printedMost:
				t.printed++
				fmt.Fprintln(t.w.out, e.line(time.Now()))
			default:
				t.more[e.Type]++
			}
		}
		if t.cursor = page.Next; len(page.Data) == 0 {
			return found, nil
		}
	}
}

// sayMore counts the events that were not printed: a year of a clock brings hundreds.
func (t *triggering) sayMore() {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(t.more)) {
		parts = append(parts, fmt.Sprintf("%d %s", t.more[name], name))
	}
	if len(parts) > 0 {
		t.say("On the way came %s too.", strings.Join(parts, ", "))
	}
}

// linked links the person with a password that may be a word of the sandbox, and waits for
// the first collection.
func (t *triggering) linked(institution, password string) (connection string, err error) {
	var made struct {
		LinkID       string `json:"link_id"`
		ConnectionID string `json:"connection_id"`
		Status       string `json:"status"`
		Error        string `json:"error"`
	}
	body := map[string]any{"institution_id": institution, "user": "good+" + t.person, "password": password, "person": t.person, "wait": 60}
	if err := t.call(t.w, http.MethodPost, "/sandbox/links", body, &made); err != nil {
		return "", err
	}
	if made.ConnectionID == "" && t.wanted != string(fairlead.EventLinkFailed) {
		return "", refusedLink(made.LinkID, made.Status, fairlead.ErrorKind(made.Error))
	}
	return made.ConnectionID, nil
}

func (t *triggering) link() error {
	_, err := t.linked(t.institution, "")
	return err
}

func (t *triggering) fail() error {
	_, err := t.linked(t.institution, "LOCKED")
	return err
}

// newLink makes a link that nobody has opened yet.
func (t *triggering) newLink() (id, address string, expires time.Time, err error) {
	var made struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	err = t.call(t.w, http.MethodPost, "/links", map[string]any{"person": t.person}, &made)
	return made.ID, made.URL, made.ExpiresAt, err
}

func (t *triggering) open() error {
	_, address, _, err := t.newLink()
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(t.w, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (fairlead trigger)")
	response, err := (&http.Client{Jar: newJar(), Timeout: time.Minute}).Do(r)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func (t *triggering) cancel() error {
	id, _, _, err := t.newLink()
	if err != nil {
		return err
	}
	return t.call(t.w, http.MethodPost, "/links/"+url.PathEscape(id)+"/cancel", nil, nil)
}

func (t *triggering) expire() error {
	_, _, expires, err := t.newLink()
	if err != nil {
		return err
	}
	return t.advance(map[string]any{"to": expires.Add(time.Minute)})
}

// advance moves the sandbox's clock, and says so: it never goes back.
func (t *triggering) advance(body map[string]any) error {
	var now struct{ Now time.Time }
	err := t.call(t.w, http.MethodPost, "/sandbox/clock/advance", body, &now)
	if err == nil {
		t.say("The sandbox's clock is advanced to %s.", now.Now.Format(time.RFC3339))
	}
	return err
}

// until advances the clock step by step until the wanted event has come.
func (t *triggering) until(by string, steps int) error {
	for range steps {
		if err := t.advance(map[string]any{"by": by}); err != nil {
			return err
		}
		for range 8 {
			found, err := t.read()
			if found || err != nil {
				t.found = found
				return err
			}
			if !sleep(t.w, 250*time.Millisecond) {
				return t.w.Err()
			}
		}
	}
	return fmt.Errorf("%s did not come", t.wanted)
}

// breakLogin links a person whose bank refuses the login from the next day on.
func (t *triggering) breakLogin() error {
	if _, err := t.linked(t.institution, "PASSWORD_CHANGED"); err != nil {
		return err
	}
	return t.advance(map[string]any{"by": "2d"})
}

func (t *triggering) recover() error {
	if err := t.breakLogin(); err != nil {
		return err
	}
	return t.link()
}

func (t *triggering) disconnect() error {
	id, err := t.linked(t.institution, "")
	if err != nil {
		return err
	}
	return t.call(t.w, http.MethodDelete, "/connections/"+url.PathEscape(id), nil, nil)
}

// expireConsent advances the clock to the end of a consent, or to shortly before it.
func (t *triggering) expireConsent() error {
	for _, institution := range []string{t.institution, "farol"} { // not every institution's consent ends by itself
		id, err := t.linked(institution, "")
		if err != nil {
			return err
		}
		var consents struct {
			Data []struct {
				ExpiresAt time.Time `json:"expires_at"`
			}
		}
		if err := t.call(t.w, http.MethodGet, "/connections/"+url.PathEscape(id)+"/consents", nil, &consents); err != nil {
			return err
		}
		if len(consents.Data) == 0 || consents.Data[0].ExpiresAt.IsZero() {
			continue
		}
		to := consents.Data[0].ExpiresAt.Add(time.Minute)
		if t.wanted == string(fairlead.EventConsentExpiring) {
			to = to.Add(-7 * 24 * time.Hour)
		}
		return t.advance(map[string]any{"to": to})
	}
	return fmt.Errorf("consents given at %s do not end by themselves: name another with --institution", t.institution)
}

func (t *triggering) later() error {
	if err := t.link(); err != nil {
		return err
	}
	return t.until("7d", 6)
}

func (t *triggering) revise() error {
	if _, err := t.linked("anchor", ""); err != nil {
		return err
	}
	return t.until("30d", 14)
}

func (t *triggering) testEndpoints() error {
	var all struct {
		Data []struct{ ID, URL string }
	}
	if err := t.call(t.w, http.MethodGet, "/webhook_endpoints", nil, &all); err != nil {
		return err
	}
	if len(all.Data) == 0 {
		return fmt.Errorf("there is no endpoint to test: make one with POST /v1/webhook_endpoints, or open the demo")
	}
	for _, e := range all.Data {
		if err := t.call(t.w, http.MethodPost, "/webhook_endpoints/"+url.PathEscape(e.ID)+"/test", nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// newJar is a browser's memory of cookies.
func newJar() http.CookieJar {
	jar, _ := cookiejar.New(nil)
	return jar
}
