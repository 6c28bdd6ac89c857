package notifying_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store"
)

// verify checks a post with the reference library, which checks its time too.
func verify(secret fairlead.Secret, g got) error {
	hook, err := standardwebhooks.NewWebhook(secret.Reveal())
	if err != nil {
		return err
	}
	return hook.Verify(g.body, g.header)
}

func TestStandardSignaturesAreVerifiedByTheReferenceLibrary(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	made := f.endpoint(r.URL)
	if !strings.HasPrefix(made.Secret.Reveal(), "whsec_") {
		t.Fatal("the secret does not begin with whsec_")
	}
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	post := r.all()[0]
	if err := verify(made.Secret, post); err != nil {
		t.Errorf("verifying: %v", err)
	}
	if post.header.Get("Webhook-Id") != string(id) {
		t.Error("the id is not the event's")
	}
	post.body = append(post.body, ' ')
	if verify(made.Secret, post) == nil {
		t.Error("a changed body was accepted")
	}
}

func TestBothSecretsSignWhileTheyRotate(t *testing.T) {
	t.Parallel()
	wall := fairlead.RealClock()
	f := newFixture(t, func(p *notifying.Options) { p.Clock = func() time.Time { return wall } })
	r := f.receive(nil)
	first := f.endpoint(r.URL)
	second, err := f.notifying.RotateEndpoint(t.Context(), f.app, first.Endpoint.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.publish("con_1", "during")
	f.quiet()
	for name, secret := range map[string]fairlead.Secret{"old": first.Secret, "new": second.Secret} {
		if err := verify(secret, r.all()[0]); err != nil {
			t.Errorf("the %s secret: %v", name, err)
		}
	}
	wall = wall.Add(25 * time.Hour)
	f.publish("con_1", "after")
	f.quiet()
	signatures := strings.Fields(r.all()[1].header.Get("Webhook-Signature"))
	if len(signatures) != 1 {
		t.Errorf("%d signatures after the overlap, want 1", len(signatures))
	}
}

func TestAnHMACIsOverTheExactBytesWithTheApplicationsKey(t *testing.T) {
	t.Parallel()
	const key = "application-secret-" + canary
	f := newFixture(t, func(p *notifying.Options) {
		p.Signing = func(_ context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID) ([]fairlead.Secret, error) {
			if tenant != "ten_frozen" || app != "app_one" {
				return nil, fmt.Errorf("needed for %s %s", tenant, app)
			}
			return []fairlead.Secret{fairlead.NewSecret(key), fairlead.NewSecret("an older one")}, nil
		}
	})
	r := f.receive(nil)
	destination := once(r.URL)
	destination.Signing = fairlead.Signing{Scheme: fairlead.SignHMACHex, ApplicationKey: true, Header: "X-Vendor-Signature", TimestampHeader: "X-Vendor-Timestamp"}
	destination.Headers = map[string]string{"X-Vendor": "yes", "User-Agent": "no"}
	f.plain.deliverTo(destination)
	f.publish("con_1", "hello")
	f.quiet()
	post := r.all()[0]
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(post.body)
	if post.header.Get("X-Vendor-Signature") != hex.EncodeToString(mac.Sum(nil)) {
		t.Error("the signature is not the HMAC of what was sent")
	}
	seconds, err := strconv.ParseInt(post.header.Get("X-Vendor-Timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Hour {
		t.Errorf("the timestamp is %d: it must be real time", seconds)
	}
	if post.header.Get("X-Vendor") != "yes" || post.header.Get("User-Agent") != "Fairlead" {
		t.Errorf("headers: %v", post.header)
	}
	// The vendor's timestamp is not under the vendor's signature; the one beside it is.
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	if err := verifier.VerifyIgnoringTimestamp(post.body, post.header); err != nil {
		t.Errorf("the signature with the timestamp under it: %v", err)
	}
}

func TestADeliveryThatCanNotBeSignedIsNotSent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	destination := once(r.URL)
	destination.Signing = fairlead.Signing{Scheme: fairlead.SignHMACHex, ApplicationKey: true, Header: "X-Vendor-Signature"}
	f.plain.deliverTo(destination)
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	n := f.only(id)
	if len(r.all()) != 0 || n.State != fairlead.DeliveryFailed || !strings.Contains(n.Attempts[0].Error, "signed") {
		t.Errorf("%d posts; the delivery is %+v", len(r.all()), n)
	}
}

func TestRedirectsAreFollowedWithTheSameBytesAsFarAsTheDestinationSays(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 307, 308} {
		for follow, want := range map[int]fairlead.DeliveryState{0: fairlead.DeliveryFailed, 2: fairlead.DeliveryFailed, 3: fairlead.DeliveryDelivered} {
			t.Run(fmt.Sprintf("%d, %d followed", status, follow), func(t *testing.T) {
				t.Parallel()
				f := newFixture(t)
				r := f.receive(func(w http.ResponseWriter, req *http.Request) {
					if hop := len(req.URL.Path); hop < 4 { // "/", "/x", "/xx", "/xxx"
						http.Redirect(w, req, req.URL.Path+"x", status)
					}
				})
				destination := once(r.URL + "/")
				destination.Retry.Redirects = follow
				f.plain.deliverTo(destination)
				id := f.publish("con_1", "hello")[0]
				f.quiet()
				if n := f.only(id); n.State != want {
					t.Errorf("the delivery is %s, want %s", n.State, want)
				}
				posts := r.all()
				if len(posts) != follow+1 {
					t.Errorf("%d posts, want %d", len(posts), follow+1)
				}
				for _, p := range posts {
					if !bytes.Equal(p.body, posts[0].body) {
						t.Errorf("%s got another body", p.path)
					}
				}
			})
		}
	}
}

func TestSeeOtherIsARefusal(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, "/other", http.StatusSeeOther) })
	destination := once(r.URL)
	destination.Retry.Redirects = 3
	f.plain.deliverTo(destination)
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if n := f.only(id); n.State != fairlead.DeliveryFailed || len(r.all()) != 1 {
		t.Errorf("the delivery is %s after %d posts", n.State, len(r.all()))
	}
}

func TestNoHopLeadsInside(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]string{
		"a private network":  "http://10.0.0.1/",
		"instance metadata":  "http://169.254.169.254/latest/",
		"a public address":   "https://192.0.2.1/", // in development only loopback is reached
		"another scheme":     "file:///etc/passwd",
		"credentials inside": "http://user:pass@127.0.0.1/",
	} {
		t.Run("a redirect to "+name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			r := f.receive(func(w http.ResponseWriter, req *http.Request) {
				http.Redirect(w, req, to, http.StatusTemporaryRedirect)
			})
			destination := once(r.URL)
			destination.Retry.Redirects = 3
			f.plain.deliverTo(destination)
			id := f.publish("con_1", "hello")[0]
			f.quiet()
			if n := f.only(id); n.State != fairlead.DeliveryFailed || !strings.Contains(n.Attempts[0].Error, "not allowed") {
				t.Errorf("the delivery is %+v", n)
			}
		})
	}
}

func TestARedirectDoesNotFallFromHTTPSToHTTP(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	open := f.receive(nil)
	secure := f.receiveTLS(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, open.URL, http.StatusPermanentRedirect)
	})
	destination := once(secure.URL)
	destination.Retry.Redirects = 3
	f.plain.deliverTo(destination)
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if n := f.only(id); n.State != fairlead.DeliveryFailed || len(secure.all()) != 1 || len(open.all()) != 0 {
		t.Errorf("the delivery is %s after %d and %d posts", n.State, len(secure.all()), len(open.all()))
	}
}

func TestARedirectStaysAmongTheApplicationsCallbackHosts(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(p *notifying.Options) { p.Loopback, p.Allow = false, []string{"127.0.0.0/8"} })
	other := f.receiveTLS(nil)
	var to atomic.Value
	listed := f.receiveTLS(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, to.Load().(string), http.StatusPermanentRedirect)
	})
	f.app.CallbackHosts = []string{strings.TrimPrefix(listed.URL, "https://")}
	f.update(func(tx *store.Tx) error { return tx.Applications.Put(f.app.Tenant, &f.app) })
	to.Store(other.URL)
	destination := once(listed.URL)
	destination.Retry.Redirects = 1
	f.plain.deliverTo(destination)
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if n := f.only(id); n.State != fairlead.DeliveryFailed || len(listed.all()) != 1 || len(other.all()) != 0 {
		t.Errorf("the delivery is %+v after %d and %d posts", n, len(listed.all()), len(other.all()))
	}
}

func TestACertificateThatIsNotTrustedIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receiveTLS(nil)
	f.notifying.Trust(nil)
	f.plain.deliverTo(once(r.URL))
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if n := f.only(id); n.State != fairlead.DeliveryFailed || n.Attempts[0].Error != "the certificate is not trusted" {
		t.Errorf("the delivery is %+v", n)
	}
}

func TestOutsideDevelopmentNothingInsideIsPostedTo(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(p *notifying.Options) { p.Loopback = false })
	r := f.receive(nil)
	for _, address := range []string{
		r.URL, strings.Replace(r.URL, "http:", "https:", 1), strings.Replace(r.URL, "127.0.0.1", "localhost", 1),
		"https://10.0.0.1/", "https://[::1]/", "http://example.com/", "https://user:pw@example.com/", "ftp://example.com/", "nonsense",
	} {
		if _, err := f.notifying.CreateEndpoint(t.Context(), f.app, address, nil); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("an endpoint at %s: %v, want Invalid", address, err)
		}
		f.plain.deliverTo(once(address))
		id := f.publish("con_1", "hello")[0]
		f.quiet()
		if n := f.only(id); n.State != fairlead.DeliveryFailed || n.Attempts[0].Status != 0 {
			t.Errorf("posting to %s: %+v", address, n)
		}
	}
	if len(r.all()) != 0 {
		t.Error("a server inside was reached")
	}
}

func TestTheOperatorsOwnHostsAreReached(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(p *notifying.Options) { p.Loopback, p.Allow = false, []string{"127.0.0.1"} })
	r := f.receive(nil)
	f.endpoint(r.URL)
	f.publish("con_1", "hello")
	f.quiet()
	if len(r.all()) != 1 {
		t.Errorf("%d posts, want 1", len(r.all()))
	}
	if _, err := notifying.New(notifying.Options{Allow: []string{"http://nonsense"}}); err == nil {
		t.Error("an allowance that can't be read was accepted")
	}
}

func TestAnAttemptTimesOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	release := make(chan struct{})
	r := f.receive(func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	destination := once(r.URL)
	destination.Retry.Timeout = 20 * time.Millisecond
	f.plain.deliverTo(destination)
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if n := f.only(id); n.State != fairlead.DeliveryFailed || n.Attempts[0].Error != "timed out" {
		t.Errorf("the delivery is %+v", n)
	}
}

func TestWhatWentWrongIsSaidWithoutTheAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	r.Close()
	for _, address := range []string{r.URL, strings.Replace(r.URL, "http:", "https:", 1), "http://no-such-host.localhost:1"} {
		f.plain.deliverTo(once(address + "/?key=" + canary))
		id := f.publish("con_1", "hello")[0]
		f.quiet()
		a := f.only(id).Attempts[0]
		if a.Error == "" || strings.Contains(a.Error, canary) || strings.Contains(a.Error, "127.0.0.1") {
			t.Errorf("%s: the error reads %q", address, a.Error)
		}
	}
}

func TestAnAnswerIsExcerptedSafely(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	token := fairlead.NewToken()
	answers := map[string]string{
		"/long":    strings.Repeat("words and more ", 200_000),
		"/control": "bad\x00\x1b[31m\r\nred\xff\xfe \u202e end",
		"/echo":    `{"download_url":"https://files.example/d/` + token + `"}`,
		"/empty":   "",
	}
	r := f.receive(func(w http.ResponseWriter, req *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(answers[req.URL.Path]))
	})
	excerpts := map[string]string{}
	for path := range answers {
		f.plain.deliverTo(once(r.URL + path))
		id := f.publish("con_1", "hello")[0]
		f.quiet()
		n := f.only(id)
		excerpts[path] = n.Attempts[0].Excerpt
		if e := excerpts[path]; len(e) > 512 || !utf8.ValidString(e) || n.Attempts[0].Status != 400 {
			t.Errorf("%s: %d bytes, status %d", path, len(e), n.Attempts[0].Status)
		}
	}
	if e := excerpts["/control"]; strings.ContainsAny(e, "\x00\x1b\r\n\u202e") || !strings.HasPrefix(e, "bad") || !strings.HasSuffix(e, "end") {
		t.Errorf("control characters: %q", e)
	}
	if e := excerpts["/echo"]; strings.Contains(e, token) || !strings.Contains(e, "download_url") {
		t.Errorf("an echoed token: %q", e)
	}
}
