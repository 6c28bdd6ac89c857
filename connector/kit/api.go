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
	// Lenient takes a field of another type than is expected for one that is missing, so that
	// one odd field does not make an answer unreadable. The caller looks at what must be there.
	Lenient bool
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
	ctx, cancel := a.limited(ctx)
	defer cancel()
	resp, err := a.do(ctx, method, address, header, body, "application/json")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return a.read(resp, v)
}

// limited bounds the time of one call, body included.
func (a API) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	timeout := a.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	return context.WithTimeout(ctx, timeout)
}

// do makes one request; the caller closes the body.
func (a API) do(ctx context.Context, method, address string, header http.Header, body []byte, accept string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("kit: the institution's address is malformed")}
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", accept)
	}
	resp, err := Once(a.Client).Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	return resp, nil
}

// read takes the body under its cap and classifies the answer.
func (a API) read(resp *http.Response, v any) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return a.refused(resp)
	}
	limit := a.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	body, err := capped(resp, limit)
	if err != nil {
		return err
	}
	if v == nil || resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if html(resp, body) {
		return down(errors.New("kit: HTML where JSON was expected"))
	}
	err = json.Unmarshal(body, v)
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !(mistyped && a.Lenient) {
		return down(decodeFailure(err))
	}
	return nil
}

// capped reads a body to its end, if that comes before the limit.
func capped(resp *http.Response, limit int64) ([]byte, error) {
	from, err := Body(resp)
	if err != nil {
		return nil, down(err)
	}
	body, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, unreachable(err)
	}
	if int64(len(body)) > limit {
		return nil, &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "The institution's answer is larger than what is accepted.", Err: fmt.Errorf("kit: an answer is over %d bytes", limit)}
	}
	return body, nil
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
func (a API) refused(resp *http.Response) error {
	var body []byte
	if from, err := Body(resp); err == nil {
		body, _ = io.ReadAll(io.LimitReader(from, maxRefusal)) // the status counts, however much came after it
	}
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
		Kind: kind, Detail: sentence(kind), RetryAfter: RetryAfter(resp.Header),
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

// RetryAfter reads the header of that name: seconds, or a date, which is taken relative to the
// answer's own Date, so that no clock of ours comes into it. At most a day.
func RetryAfter(h http.Header) time.Duration {
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

// unreachable classifies a failed exchange.
func unreachable(err error) error {
	err = causeOf(err)
	switch {
	case errors.Is(err, context.Canceled):
		return &fairlead.Error{Kind: fairlead.Unavailable, Err: fmt.Errorf("kit: calling the institution: %w", err)}
	case Untrusted(err):
		return untrusted(err)
	}
	return down(fmt.Errorf("kit: calling the institution: %w", err))
}

func down(err error) error {
	return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: sentence(fairlead.InstitutionDown), Err: err}
}
