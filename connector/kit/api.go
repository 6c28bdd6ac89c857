package kit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Limits of one call.
const (
	DefaultMaxBytes = 8 << 20
	DefaultTimeout  = 30 * time.Second
	maxRetryAfter   = 24 * time.Hour
	maxRefusal      = 64 << 10 // of an error's body that a connector may look into
)

// API is an institution's JSON interface. The zero value of each field but Client
// is usable. It stores nothing between calls.
type API struct {
	Client   *http.Client
	MaxBytes int64         // of a response; 0: 8 MiB
	Timeout  time.Duration // of a call, body included; 0: 30 s
	// Unauthorised is what a 401 means here: RejectedLogin while logging in,
	// ConsentEnded (if empty) afterwards.
	Unauthorised fairlead.ErrorKind
	// Kinds says what further statuses mean where it differs from the usual.
	Kinds map[int]fairlead.ErrorKind
}

// Refusal is the answer behind an error status: what a connector looks into
// (errors.As) to classify more finely. Its text never shows the body.
type Refusal struct {
	Status int
	Body   []byte // at most 64 KiB
}

func (r *Refusal) Error() string { return "status " + strconv.Itoa(r.Status) }

// Get fetches JSON into v, a pointer; nil ignores the body.
func (a API) Get(ctx context.Context, address string, header http.Header, v any) error {
	return a.send(ctx, http.MethodGet, address, header, nil, v)
}

// Post sends body as JSON and reads JSON into v.
func (a API) Post(ctx context.Context, address string, header http.Header, body, v any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("kit: encoding a request: %w", err)
	}
	return a.send(ctx, http.MethodPost, address, with(header, "application/json"), b, v)
}

// PostForm sends a form and reads JSON into v.
func (a API) PostForm(ctx context.Context, address string, header http.Header, form url.Values, v any) error {
	return a.send(ctx, http.MethodPost, address, with(header, "application/x-www-form-urlencoded"), []byte(form.Encode()), v)
}

func with(header http.Header, contentType string) http.Header {
	h := header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set("Content-Type", contentType)
	return h
}

func (a API) send(ctx context.Context, method, address string, header http.Header, body []byte, v any) error {
	timeout := a.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("kit: the institution's address is malformed")}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
	resp, err := a.Client.Do(req)
	if err != nil {
		return unreachable(err)
	}
	defer resp.Body.Close()
	return a.read(resp, v)
}

// read takes the body under its cap and classifies the answer.
func (a API) read(resp *http.Response, v any) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // the status counts, however much came after it
		return a.refused(resp, body)
	}
	limit := a.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return unreachable(err)
	}
	if int64(len(body)) > limit {
		return down(fmt.Errorf("kit: an answer is over %d bytes", limit))
	}
	if v == nil || resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if html(resp, body) {
		return down(errors.New("kit: HTML where JSON was expected"))
	}
	if err := json.Unmarshal(body, v); err != nil {
		return down(decodeFailure(err))
	}
	return nil
}

// decodeFailure says where JSON broke, without what it said.
func decodeFailure(err error) error {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("kit: a JSON field %q holds no %s", e.Field, e.Type)
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("kit: JSON is torn at byte %d", e.Offset)
	}
	return errors.New("kit: JSON does not have the expected shape")
}

func html(resp *http.Response, body []byte) bool {
	return strings.Contains(resp.Header.Get("Content-Type"), "html") || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}

// refused classifies an error status. A page of HTML is a gateway or a firewall
// speaking, not the institution's interface, so its status says nothing finer.
func (a API) refused(resp *http.Response, body []byte) error {
	kind, known := a.Kinds[resp.StatusCode]
	switch {
	case known:
	case resp.StatusCode == http.StatusTooManyRequests:
		kind = fairlead.SlowDown
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusRequestTimeout || html(resp, body):
		kind = fairlead.InstitutionDown
	case resp.StatusCode == http.StatusUnauthorized && a.Unauthorised != "":
		kind = a.Unauthorised
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden:
		kind = fairlead.ConsentEnded
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		kind = fairlead.InstitutionDown
	default:
		kind = fairlead.Internal // the institution did not understand us
	}
	return &fairlead.Error{
		Kind: kind, Detail: sentence(kind), RetryAfter: retryAfter(resp.Header),
		Err: &Refusal{resp.StatusCode, body},
	}
}

func sentence(kind fairlead.ErrorKind) string {
	switch kind {
	case fairlead.SlowDown:
		return "The institution asks us to come back later."
	case fairlead.InstitutionDown:
		return "The institution can't be reached at the moment."
	case fairlead.RejectedLogin:
		return "The institution did not accept the login."
	case fairlead.ConsentEnded:
		return "The institution no longer accepts this connection."
	}
	return ""
}

// retryAfter reads Retry-After: seconds, or a date, which is taken relative to the
// answer's own Date, so that no clock of ours comes into it. At most a day.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		if n < 0 {
			return 0
		}
		return time.Duration(min(n, int64(maxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	sent, err2 := http.ParseTime(h.Get("Date"))
	if err != nil || err2 != nil || at.Before(sent) {
		return 0
	}
	return min(at.Sub(sent), maxRetryAfter)
}

// unreachable classifies a failed exchange. The standard library puts the whole
// address into the error, query and all: only the cause is passed on.
func unreachable(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if errors.Is(err, context.Canceled) {
		return &fairlead.Error{Kind: fairlead.Unavailable, Err: fmt.Errorf("kit: calling the institution: %w", err)}
	}
	return down(fmt.Errorf("kit: calling the institution: %w", err))
}

func down(err error) error {
	return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: sentence(fairlead.InstitutionDown), Err: err}
}
