package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/guard"
	"github.com/fairlead-dev/fairlead/operating"
)

const (
	oidcCall      = 10 * time.Second
	maxOIDCAnswer = 1 << 20
)

// OIDC is the OpenID Connect provider by which operators sign in to the console. Its
// redirect address is the server's with /console/oidc behind it.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret fairlead.Secret `json:"-"`
}

// check names what is missing or not safe.
func (o OIDC) check() (wrong []error) {
	if o == (OIDC{}) {
		return nil
	}
	if o.Issuer == "" || o.ClientID == "" || o.ClientSecret.Empty() {
		wrong = append(wrong, errors.New("FAIRLEAD_OIDC_ISSUER, FAIRLEAD_OIDC_CLIENT_ID and FAIRLEAD_OIDC_CLIENT_SECRET must be set together, or none"))
	}
	u, err := url.Parse(o.Issuer)
	if o.Issuer != "" && (err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !fairlead.Loopback(u.Hostname()))) {
		wrong = append(wrong, errors.New("FAIRLEAD_OIDC_ISSUER must be an https address, as the provider itself writes it"))
	}
	return wrong
}

// provider is the same with a client that reaches public addresses, and what is allowed.
func (o OIDC) provider(allow []string) *operating.OIDC {
	transport, err := guard.Transport(guard.Policy{Allow: allow})
	if o == (OIDC{}) || err != nil { // which is said at the start
		return nil
	}
	return &operating.OIDC{
		Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: o.ClientSecret,
		HTTP: &http.Client{Transport: capped{transport}, Timeout: oidcCall, CheckRedirect: refuseRedirects},
	}
}

// capped bounds the answers of a provider.
type capped struct{ http.RoundTripper }

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, maxOIDCAnswer), answer.Body}
	}
	return answer, err
}

// wrongOperators is how many wrong answers of operators one address may give at once: on a
// dev server far more than a test does, as of all limits.
func (c *Config) wrongOperators() int {
	if c.Dev {
		return 1_000_000
	}
	return 0
}

// FirstInvitation mints an invitation for the first operator of a server that has none;
// else, and in dev, whose console needs no signing in, address is empty.
func (s *Server) FirstInvitation(ctx context.Context) (address string, err error) {
	if s.Config.Dev {
		return "", nil
	}
	return s.Operating.FirstInvitation(ctx)
}
