package deliver

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/guard"
)

const (
	defaultTimeout = 10 * time.Second
	maxTimeout     = 60 * time.Second // that a dialect may want
	maxAnswer      = 64 << 10         // read of an answer, so that its connection can be used again
	maxExcerpt     = 512
	userAgent      = "Fairlead"
)

// errRedirect ends an attempt at a redirect that is not followed.
var errRedirect = errors.New("redirected more often than is followed")

// post sends the body once, following as many redirects as the destination allows:
// each hop is judged anew, and gets the same bytes by POST.
func (e *Engine) post(ctx context.Context, a *attempt, body []byte) outcome {
	policy := a.delivery.Destination.Retry
	ctx, cancel := context.WithTimeout(ctx, min(cmp.Or(policy.Timeout, defaultTimeout), maxTimeout))
	defer cancel()
	result := outcome{attempt: fairlead.Attempt{At: e.o.Clock()}}
	began := time.Now()
	err := e.send(ctx, a, body, &result)
	result.attempt.Duration = time.Since(began)
	if err != nil {
		result.attempt.Error = describe(err)
	}
	return result
}

// send fills in result what the last hop answered.
func (e *Engine) send(ctx context.Context, a *attempt, body []byte, result *outcome) error {
	redirects := a.delivery.Destination.Retry.Redirects
	to := a.receiver
	for hops := 0; ; hops++ {
		if to.err != nil {
			return to.err
		}
		req, err := e.request(ctx, a, to.address, body)
		if err != nil {
			return err
		}
		resp, err := e.client.Do(req)
		if err != nil {
			return err
		}
		if result.attempt.Status = resp.StatusCode; result.accepted() {
			e.receipts.accepted(a.delivery, result.attempt.At, resp.StatusCode)
		}
		err = e.read(resp, result)
		if err != nil || !isRedirect(resp.StatusCode) {
			return err
		}
		if hops == redirects {
			return errRedirect
		}
		next, err := resp.Location()
		if err != nil {
			return errRedirect
		}
		if err := guard.Hop(to.address, next); err != nil {
			return err
		}
		to = e.receiverAt(a.message.Application, next.String())
	}
}

// receiver is an address that may be posted to, or why it may not.
type receiver struct {
	address *url.URL
	err     error
}

func (e *Engine) receiverAt(app *fairlead.Application, address string) *receiver {
	u, err := parseAddress(address)
	if err != nil {
		return &receiver{err: err}
	}
	if err := e.CheckAddress(*app, address); err != nil {
		return &receiver{err: fmt.Errorf("%w: %w", guard.ErrRefused, err)}
	}
	return &receiver{address: u}
}

// isRedirect reports whether an answer leads elsewhere. 303 asks for a GET, which
// would deliver nothing: it is taken for what it is, a refusal.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// request makes one hop's request, signed.
func (e *Engine) request(ctx context.Context, a *attempt, to *url.URL, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range a.delivery.Destination.Headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("User-Agent", userAgent)
	if err := e.sign(ctx, req.Header, a, body); err != nil {
		return nil, fmt.Errorf("%w: %w", errSigning, err)
	}
	return req, nil
}

var errSigning = errors.New("the delivery could not be signed")

// read notes the status and an excerpt; what is over the cap is not read.
func (e *Engine) read(resp *http.Response, result *outcome) error {
	defer resp.Body.Close()
	result.attempt.Status = resp.StatusCode
	result.after = retryAfter(resp.Header, e.o.Clock)
	if resp.ContentLength == 0 {
		return nil
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	result.attempt.Excerpt = excerpt(answer)
	if err != nil && !result.accepted() {
		return err
	}
	return nil // a 2xx is an answer, even where its body is torn
}

// longWord is what looks like a token: an answer may echo what it was sent.
var longWord = regexp.MustCompile(`[A-Za-z0-9_\-+/=.~%]{32,}`)

// excerpt is the beginning of an answer made fit for a log: one line of text,
// without control characters and without what looks like a token.
func excerpt(answer []byte) string {
	if len(answer) == 0 {
		return ""
	}
	text := strings.ToValidUTF8(string(answer[:min(len(answer), 4*maxExcerpt)]), "")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	text = longWord.ReplaceAllString(text, "[…]")
	if len(text) > maxExcerpt {
		text = strings.ToValidUTF8(text[:maxExcerpt], "")
	}
	return text
}

// describe says what went wrong without the address, whose query may hold what
// must not be stored.
func describe(err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	switch {
	case errors.Is(err, guard.ErrRefused):
		return "the address is not allowed"
	case errors.Is(err, errRedirect):
		return errRedirect.Error()
	case errors.Is(err, errSigning):
		return errSigning.Error()
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return "timed out"
	case errors.As(err, &dns):
		return "the host name could not be resolved"
	case errors.As(err, &certificate):
		return "the certificate is not trusted"
	case errors.As(err, &header):
		return "it does not speak TLS"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed without an answer"
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Sprintf("the connection failed (%s)", op.Op)
	}
	return "the post failed"
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

// parseAddress reads a callback's address.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%w: it can't be read", guard.ErrRefused)
	}
	return u, nil
}
