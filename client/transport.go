package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// call is one request, which may be sent more than once.
type call struct {
	method, path string
	query        url.Values
	body         any // JSON; []byte is sent as it is
	idempotent   bool
}

type keyOfRequests struct{}

// WithIdempotencyKey makes requests with this context carry the key. Without one
// each POST gets a key of its own.
func WithIdempotencyKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyOfRequests{}, key)
}

// send sends a request, again where that is safe, and hands a good answer to read.
func (c *Client) send(ctx context.Context, r call, read func(*http.Response) error) error {
	var content []byte
	media := "application/json"
	switch b := r.body.(type) {
	case nil:
	case []byte:
		content, media = b, "application/octet-stream"
	default:
		var err error
		if content, err = json.Marshal(b); err != nil {
			return fmt.Errorf("client: the request can't be written as JSON: %w", err)
		}
	}
	key, _ := ctx.Value(keyOfRequests{}).(string)
	if r.method != http.MethodPost || r.idempotent {
		key = ""
	} else if key == "" {
		key = rand.Text()
	}
	attempts := 1
	if key != "" || r.idempotent || slices.Contains([]string{http.MethodGet, http.MethodPut, http.MethodDelete}, r.method) {
		attempts += c.retries
	}
	for attempt := 1; ; attempt++ {
		err := c.attempt(ctx, r, content, media, key, read)
		if err == nil {
			return nil
		}
		wait, again := c.wait(attempt, err)
		if !again || attempt >= attempts || ctx.Err() != nil {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-timer.C:
		}
	}
}

// noAnswer is a request that nobody answered.
type noAnswer struct{ error }

func (n noAnswer) Unwrap() error { return n.error }

func (c *Client) attempt(ctx context.Context, r call, content []byte, media, key string, read func(*http.Response) error) error {
	address := c.base.JoinPath(r.path)
	address.RawQuery = r.query.Encode()
	request, err := http.NewRequestWithContext(ctx, r.method, address.String(), bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.SetBasicAuth(c.id, c.secret.Reveal())
	request.Header.Set("Accept", "application/json, */*;q=0.5")
	request.Header.Set("User-Agent", "fairlead-go/"+Version)
	if r.body != nil {
		request.Header.Set("Content-Type", media)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return noAnswer{fmt.Errorf("client: no answer: %w", err)}
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return errorOf(response)
	}
	return read(response)
}

// wait is how long to wait before trying again after err, and whether to.
func (c *Client) wait(attempt int, err error) (time.Duration, bool) {
	jitter := time.Duration(mathrand.Int64N(int64(250 * time.Millisecond)))
	if e, ok := errors.AsType[*Error](err); ok {
		switch e.Status {
		case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		case http.StatusConflict: // the same key is under way
			if e.RetryAfter == 0 {
				return 0, false
			}
		default:
			return 0, false
		}
		if e.RetryAfter > 0 {
			return e.RetryAfter + jitter, e.RetryAfter <= c.maxRetryDelay
		}
	} else if _, ok := errors.AsType[noAnswer](err); !ok {
		return 0, false
	}
	longest := min(float64(c.maxRetryDelay), float64(500*time.Millisecond)*math.Pow(2, float64(attempt-1)))
	return time.Duration(longest * (0.5 + mathrand.Float64()/2)), true
}

// values are a query of the fields of a generated struct of parameters.
func values(params any) url.Values {
	if v, ok := params.(url.Values); ok || params == nil {
		return v
	}
	s := reflect.ValueOf(params)
	if s.Kind() == reflect.Pointer {
		if s.IsNil() {
			return nil
		}
		s = s.Elem()
	}
	query := url.Values{}
	for i := range s.NumField() {
		name, _, _ := strings.Cut(s.Type().Field(i).Tag.Get("form"), ",")
		f := s.Field(i)
		if f.Kind() == reflect.Pointer && f.IsNil() || name == "" {
			continue
		}
		f = reflect.Indirect(f)
		if f.Kind() != reflect.Slice {
			query.Set(name, text(f))
			continue
		}
		var list []string
		for j := range f.Len() {
			list = append(list, text(f.Index(j)))
		}
		if name == "answer" { // once for each
			query[name] = list
		} else if len(list) > 0 {
			query.Set(name, strings.Join(list, ","))
		}
	}
	return query
}

func text(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return x.Format(time.RFC3339Nano)
	case fmt.Stringer:
		return x.String()
	}
	return fmt.Sprint(v.Interface())
}

// longestRetryAfter is what a longer one is taken for: a time.Duration has an end.
const longestRetryAfter = 365 * 24 * time.Hour

// seconds reads a Retry-After: seconds, or a time.
func seconds(header string) time.Duration {
	if n, err := strconv.ParseUint(header, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(n, uint64(longestRetryAfter/time.Second))) * time.Second
	}
	if t, err := http.ParseTime(header); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

// fileName is the name in a Content-Disposition, "" if there is none.
func fileName(disposition string) string {
	_, parameters, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	return parameters["filename"]
}
