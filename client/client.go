// Package client speaks to a Fairlead server as one application.
//
// Its types are generated from the OpenAPI description, its methods carry the
// operations' names. Amounts are exact decimals, days are dates without a time,
// and what the source does not give is nil, never zero. The README shows its use.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

//go:generate go tool -modfile=../tools/openapi.mod oapi-codegen -config generate.yaml ../docs/openapi.json

// Version is the version of this package.
const Version = "0.1.0"

// Limits of one answer, so that a server gone wrong does not fill the memory.
const (
	maxJSON = 64 << 20
	maxFile = 512 << 20
)

// Decimal is an exact decimal number. It keeps the digits it came with.
type Decimal = fairlead.Decimal

// Date is a civil day, without a time or a zone.
type Date = fairlead.Date

// ParseDecimal reads digits with an optional sign and one point.
func ParseDecimal(s string) (Decimal, error) { return fairlead.ParseDecimal(s) }

// ParseDate reads "2006-01-02".
func ParseDate(s string) (Date, error) { return fairlead.ParseDate(s) }

// Client is safe for use by several goroutines.
type Client struct {
	base          *url.URL
	id            string
	secret        fairlead.Secret
	http          *http.Client
	retries       int
	maxRetryDelay time.Duration
}

// String names the server and the application, and not the secret.
func (c *Client) String() string { return "client of " + c.base.Host + " as " + c.id }

// GoString is the same for %#v.
func (c *Client) GoString() string { return c.String() }

// Option changes a Client.
type Option func(*Client)

// WithHTTPClient sends requests with h. Redirects are not followed whatever it
// says: the credentials go to the server that was named, and nowhere else.
func WithHTTPClient(h *http.Client) Option {
	return func(c *Client) { c.http = h }
}

// WithRetries sets how often a request is tried again (default 2), and the longest
// wait before that (default 30 s).
func WithRetries(n int, longest time.Duration) Option {
	return func(c *Client) { c.retries, c.maxRetryDelay = n, longest }
}

// New makes a client of the server at an address like https://link.example.com.
func New(address, clientID, clientSecret string, options ...Option) (*Client, error) {
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, errors.New("client: the address must be like https://link.example.com")
	}
	if base.User != nil {
		return nil, errors.New("client: the address must have no user name or password in it")
	}
	if clientID == "" || clientSecret == "" {
		return nil, errors.New("client: the client id and secret must be given")
	}
	c := &Client{
		base: base, id: clientID, secret: fairlead.NewSecret(clientSecret), retries: 2, maxRetryDelay: 30 * time.Second,
		http: &http.Client{Timeout: time.Minute},
	}
	for _, o := range options {
		o(c)
	}
	own := *c.http
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &own
	return c, nil
}

// Call calls an operation by its route and decodes its answer into answer (nil: it
// is left unread). body is sent as JSON unless nil, query may be nil.
func (c *Client) Call(ctx context.Context, method, path string, query url.Values, body, answer any) error {
	return c.call(ctx, call{method: method, path: path, query: query, body: body}, answer)
}

func (c *Client) call(ctx context.Context, r call, answer any) error {
	return c.send(ctx, r, func(response *http.Response) error {
		content, err := readUpTo(response.Body, maxJSON)
		if err != nil || answer == nil || len(content) == 0 {
			return err
		}
		if err := json.Unmarshal(content, answer); err != nil {
			return fmt.Errorf("client: %s %s was answered with what is not understood: %w", r.method, r.path, err)
		}
		return nil
	})
}

// fetch calls an operation whose answer is of type T.
func fetch[T any](ctx context.Context, c *Client, method, path string, query, body any) (*T, error) {
	answer := new(T)
	if err := c.call(ctx, call{method: method, path: path, query: values(query), body: body}, answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// File is a file: its bytes and what its headers say of it.
type File struct {
	Bytes     []byte
	MediaType string
	Name      string
}

func (c *Client) file(ctx context.Context, path string) (*File, error) {
	var f File
	err := c.send(ctx, call{method: http.MethodGet, path: path}, func(response *http.Response) (err error) {
		f.MediaType = response.Header.Get("Content-Type")
		f.Name = fileName(response.Header.Get("Content-Disposition"))
		f.Bytes, err = readUpTo(response.Body, maxFile)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &f, nil
}

func readUpTo(r io.Reader, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("client: the answer is larger than %d bytes", limit)
	}
	return content, err
}

// at puts ids into a path: each {} is one. What is no id leads to no other path.
func at(path string, ids ...string) string {
	for _, id := range ids {
		escaped := url.PathEscape(id)
		if id == "." || id == ".." {
			escaped = strings.ReplaceAll(id, ".", "%2E")
		}
		path = strings.Replace(path, "{}", escaped, 1)
	}
	return path
}
