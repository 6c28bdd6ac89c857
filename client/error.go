package client

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Error is an answer that is no success: RFC 9457, as errors.As finds it.
type Error struct {
	Status     int           // HTTP status
	Kind       ErrorKind     // the machine's word; "" where the answer was not Fairlead's
	Title      string        // what went wrong, in a few words
	Detail     string        // a sentence more
	Fields     []FieldError  // which fields of the request are wrong, and why
	RequestID  string        // what the operator finds the request by
	RetryAfter time.Duration // after which trying again makes sense; 0: the server did not say
	Body       []byte        // the answer as it came, at most 64 KiB of it
}

// Errors that errors.Is finds in an *Error, by its status.
var (
	ErrUnauthenticated = &Error{Status: http.StatusUnauthorized}
	ErrForbidden       = &Error{Status: http.StatusForbidden}
	ErrNotFound        = &Error{Status: http.StatusNotFound}
	ErrConflict        = &Error{Status: http.StatusConflict}
	ErrGone            = &Error{Status: http.StatusGone}
	ErrRateLimited     = &Error{Status: http.StatusTooManyRequests}
)

// Is makes errors.Is compare by status with ErrNotFound and its like.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == "" && t.Body == nil && t.Status == e.Status
}

func (e *Error) Error() string {
	if e.Kind == "" {
		return fmt.Sprintf("fairlead: %d %s: the answer is not Fairlead's", e.Status, http.StatusText(e.Status))
	}
	said := []string{fmt.Sprintf("fairlead: %d %s", e.Status, e.Title)}
	if e.Detail != "" {
		said = append(said, e.Detail)
	}
	for _, f := range e.Fields {
		said = append(said, f.Name+" "+f.Reason)
	}
	return strings.Join(said, ": ")
}

func errorOf(response *http.Response) *Error {
	content, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10)) // what could be read says more than nothing
	e := &Error{Status: response.StatusCode, Body: content, RetryAfter: seconds(response.Header.Get("Retry-After"))}
	var problem struct {
		Kind      ErrorKind    `json:"kind"`
		Title     string       `json:"title"`
		Detail    string       `json:"detail"`
		Fields    []FieldError `json:"fields"`
		RequestID string       `json:"request_id"`
	}
	if json.Unmarshal(content, &problem) == nil {
		e.Kind, e.Title, e.Detail, e.Fields = problem.Kind, problem.Title, problem.Detail, problem.Fields
	}
	e.RequestID = cmp.Or(problem.RequestID, response.Header.Get("Fairlead-Request-Id"))
	return e
}
