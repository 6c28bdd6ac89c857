package simplefin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const (
	claimTimeout   = 15 * time.Second
	proofTimeout   = 45 * time.Second
	requestTimeout = 120 * time.Second // servers read banks while we wait
	patience       = requestTimeout + 5*time.Second
	maxClaim       = 8 << 10  // bytes of a claim's answer
	maxRefusal     = 64 << 10 // bytes of an error's body that are read
	maxHops        = 5        // redirects of a request
	quotaSpan      = 24 * time.Hour
)

// claim uses a token up, once, and returns the access address, or the message key of why
// there is none. It follows no redirect and repeats nothing.
func claim(ctx context.Context, s connector.Start, address string) (access, refused string) {
	ctx, cancel := context.WithTimeout(ctx, claimTimeout)
	defer cancel()
	sent := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent = true }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, http.NoBody)
	if err != nil {
		return "", "form.token.malformed"
	}
	resp, err := kit.Once(s.Client).Do(req)
	switch {
	case kit.Untrusted(err):
		return "", "form.token.certificate"
	case err != nil && !sent:
		return "", "form.token.unreachable"
	case err != nil:
		return "", "form.token.lost"
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxClaim+1))
	switch status := resp.StatusCode; {
	case status == http.StatusPaymentRequired:
		return "", "form.token.payment"
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusOK && err != nil:
		return "", "form.token.lost"
	case status == http.StatusForbidden, status == http.StatusUnauthorized, status == http.StatusNotFound, status == http.StatusGone:
		return "", "form.token.used"
	case status != http.StatusOK || len(body) > maxClaim:
		return "", "form.token.refused"
	case bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(body)), []byte("forbidden")):
		return "", "form.token.used"
	}
	access, err = readAccess(string(body), address, s.PlainHTTP)
	switch {
	case errors.Is(err, errInsecure):
		return "", "form.token.insecure"
	case err != nil:
		return "", "form.token.refused"
	}
	return access, ""
}

// query is what one request wants.
type query struct {
	from, to     fairlead.Date // from is included, to is not; zero: no limit
	pending      bool
	balancesOnly bool
}

// encode writes it. "pending" is sent as 1 or not at all: at some servers that it is there
// counts, whatever its value.
func (q query) encode() string {
	v := url.Values{"version": {"2"}}
	for name, day := range map[string]fairlead.Date{"start-date": q.from, "end-date": q.to} {
		if !day.IsZero() {
			v.Set(name, strconv.FormatInt(day.Time().Unix(), 10))
		}
	}
	if q.pending {
		v.Set("pending", "1")
	}
	if q.balancesOnly {
		v.Set("balances-only", "1")
	}
	return v.Encode()
}

// request reads /accounts. Its errors name no address: access addresses are credentials.
func request(ctx context.Context, env connector.Env, access string, q query) (answer, error) {
	base, user, password, err := split(access)
	if err == nil {
		err = allowedScheme(base, env.PlainHTTP)
	}
	if err != nil {
		return answer{}, &fairlead.Error{Kind: fairlead.ConsentEnded, Detail: "The access address can't be used any more. Make a new setup token and connect again.", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	to := base.JoinPath("accounts")
	to.RawQuery = q.encode()
	authorised := true
	for range maxHops + 1 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), http.NoBody)
		if err != nil {
			return answer{}, down(errMalformed)
		}
		req.Header.Set("Accept", "application/json")
		if authorised {
			req.SetBasicAuth(user, password)
		}
		resp, err := kit.Once(env.Client).Do(req)
		if err != nil {
			return answer{}, unreachable(err)
		}
		if !redirects(resp.StatusCode) {
			defer resp.Body.Close()
			return read(resp, env.Language, authorised)
		}
		resp.Body.Close()
		if to, err = hop(to, resp.Header.Get("Location"), env.PlainHTTP); err != nil {
			return answer{}, down(err)
		}
		authorised = authorised && to.Scheme == base.Scheme && to.Host == base.Host
	}
	return answer{}, down(fmt.Errorf("simplefin: more than %d redirects", maxHops))
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// hop judges where a redirect leads: to an address that may be called, with no user in it,
// and never from https down to http.
func hop(from *url.URL, location string, plain func(string) bool) (*url.URL, error) {
	to, err := from.Parse(location)
	if err != nil || location == "" || to.User != nil || from.Scheme == "https" && to.Scheme != "https" {
		return nil, errors.New("simplefin: a redirect that is not followed")
	}
	return readAddress(to.String(), plain)
}

// read takes an answer in and classifies what is none.
func read(resp *http.Response, language string, authorised bool) (answer, error) {
	if resp.StatusCode != http.StatusOK {
		var body []byte
		if from, err := kit.Body(resp); err == nil {
			body, _ = io.ReadAll(io.LimitReader(from, maxRefusal)) // the status counts, however much came after it
		}
		return answer{}, refusedBy(resp, body, language, authorised)
	}
	if strings.Contains(resp.Header.Get("Content-Type"), "html") {
		return answer{}, down(errors.New("simplefin: HTML where JSON was expected"))
	}
	body, err := kit.Body(resp)
	if err != nil {
		return answer{}, down(err)
	}
	a, err := decode(body)
	switch {
	case err == nil:
		return a, nil
	case errors.Is(err, errTorn), errors.Is(err, errTooLong), errors.Is(err, errShapeless):
		return answer{}, down(err)
	}
	return answer{}, unreachable(err)
}

// refusedBy classifies an error status. A page of HTML is a gateway speaking, and a server
// that was reached by a redirect away never saw the credentials: neither says anything of
// the access.
func refusedBy(resp *http.Response, body []byte, language string, authorised bool) error {
	html := strings.Contains(resp.Header.Get("Content-Type"), "html") || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
	said := kit.Said{Status: resp.StatusCode}
	if !html {
		said.Text = words(body)
	}
	after := kit.RetryAfter(resp.Header)
	if rule, ok := table.Find(said); ok && rule.Kind == fairlead.SlowDown {
		return rule.Error(said, language, after)
	}
	rule, ok := table.Find(kit.Said{Status: resp.StatusCode})
	if !ok || !authorised || html && rule.Kind != fairlead.SlowDown && rule.Kind != fairlead.ActionNeeded {
		return down(&kit.Refusal{Status: resp.StatusCode})
	}
	return rule.Error(kit.Said{Status: resp.StatusCode}, language, after)
}

// words are what an error's body says: the errors in its JSON, or its text.
func words(body []byte) string {
	a, err := decode(bytes.NewReader(body))
	if err != nil {
		return kit.Sanitise(string(body))
	}
	var all []string
	for _, c := range a.errors {
		all = append(all, c.said())
	}
	return kit.Sanitise(strings.Join(all, " "))
}

// unreachable classifies a failed exchange. The library's error has the address in it: only
// the cause is passed on.
func unreachable(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return &fairlead.Error{Kind: fairlead.Unavailable, Err: fmt.Errorf("simplefin: calling the server: %w", err)}
	case kit.Untrusted(err):
		return &fairlead.Error{
			Kind: fairlead.InstitutionDown, Code: kit.CodeCertificate, Err: err,
			Detail: "The certificate of the SimpleFIN server can't be verified. Whoever runs that server must mend it.",
		}
	}
	return down(fmt.Errorf("simplefin: calling the server: %w", err))
}

func down(err error) error {
	return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "The SimpleFIN server can't be reached at the moment, or answers in a way that can't be read.", Err: err}
}

// counted requests within the connection's quota, which counts before the call.
func counted(ctx context.Context, s connector.Session, q query) (answer, error) {
	if s.Count != nil {
		if err := s.Count(ctx); err != nil {
			return answer{}, err
		}
	}
	return request(ctx, s.Env, s.Secrets[accessSecret].Reveal(), q)
}

// shared requests once in a collection, however many products want the answer.
func shared(ctx context.Context, s connector.Session, q query) (answer, error) {
	if s.Once == nil {
		return counted(ctx, s, q)
	}
	v, err := s.Once(cmp.Or(q.encode(), name), func() (any, error) { return counted(ctx, s, q) })
	a, _ := v.(answer)
	return a, err
}
