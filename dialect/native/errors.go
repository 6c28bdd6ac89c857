package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// status is the one table from kinds to this dialect's answers.
var status = map[fairlead.ErrorKind]struct {
	code  int
	title string
}{
	fairlead.Invalid:           {http.StatusUnprocessableEntity, "The request is not valid"},
	fairlead.Unauthenticated:   {http.StatusUnauthorized, "Not authenticated"},
	fairlead.Forbidden:         {http.StatusForbidden, "Not allowed"},
	fairlead.NotFound:          {http.StatusNotFound, "Not found"},
	fairlead.Gone:              {http.StatusGone, "No longer there"},
	fairlead.Conflict:          {http.StatusConflict, "Not possible in the present state"},
	fairlead.Duplicate:         {http.StatusConflict, "Exists already"},
	fairlead.TooLarge:          {http.StatusRequestEntityTooLarge, "Too large"},
	fairlead.RateLimited:       {http.StatusTooManyRequests, "Too many requests"},
	fairlead.Unavailable:       {http.StatusServiceUnavailable, "Not available now"},
	fairlead.StorageFull:       {http.StatusInsufficientStorage, "No room to store it"},
	fairlead.Internal:          {http.StatusInternalServerError, "A mistake of this server"},
	fairlead.RejectedLogin:     {http.StatusUnprocessableEntity, "The institution refused the login"},
	fairlead.Locked:            {http.StatusUnprocessableEntity, "The institution locked the login"},
	fairlead.RejectedChallenge: {http.StatusUnprocessableEntity, "The institution refused the second factor"},
	fairlead.ChallengeExpired:  {http.StatusUnprocessableEntity, "The second factor came too late"},
	fairlead.ConsentEnded:      {http.StatusConflict, "The consent has ended"},
	fairlead.ActionNeeded:      {http.StatusConflict, "The person must act at the institution"},
	fairlead.InstitutionDown:   {http.StatusBadGateway, "The institution cannot be reached"},
	fairlead.SlowDown:          {http.StatusServiceUnavailable, "The institution asks to slow down"},
	fairlead.NotReady:          {http.StatusConflict, "Not ready yet"},
	fairlead.Unsupported:       {http.StatusUnprocessableEntity, "Not supported"},
}

// problem is an RFC 9457 body. It never repeats a submitted value.
type problem struct {
	Type      string             `json:"type" doc:"Where this server explains the kind."`
	Title     string             `json:"title"`
	Status    int                `json:"status"`
	Detail    string             `json:"detail,omitempty"`
	Kind      fairlead.ErrorKind `json:"kind" doc:"Machine word from a closed list."`
	Fields    []fairlead.Field   `json:"fields,omitempty" doc:"Which fields are wrong, and what is expected of them."`
	File      *fileWarningBody   `json:"file,omitempty" doc:"Where an uploaded file is wrong, and why."`
	RequestID string             `json:"request_id,omitempty"`
	retry     int
	challenge string
}

func (p *problem) Error() string             { return string(p.Kind) + ": " + p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="fairlead", Basic realm="fairlead"`)
	}
	if p.challenge != "" {
		h.Set("WWW-Authenticate", p.challenge)
	}
	return h
}

// problemOf makes the answer to an error. The text of an internal one stays inside.
func problemOf(ctx context.Context, err error) huma.StatusError {
	e := asError(err)
	row, ok := status[e.Kind]
	if !ok {
		row = status[fairlead.Internal]
	}
	if s, ok := errors.AsType[*statusError](err); ok {
		row.code, row.title = s.code, s.title
	}
	p := &problem{
		Type: problemType(e.Kind), Title: row.title, Status: row.code,
		Kind: e.Kind, Detail: e.Detail, Fields: e.Fields, RequestID: requestID(ctx),
		retry: fairlead.RetryAfter(e), challenge: access.Challenge(e),
	}
	if e.File != nil {
		w := fileWarningOf(*e.File)
		p.File = &w
	}
	if strings.TrimSuffix(p.Detail, ".") == p.Title {
		p.Detail = "" // it would only be said twice
	}
	if e.Kind == fairlead.Internal {
		p.Detail, p.Fields = "Something went wrong on our side. The request id helps the operator to find it.", nil
		level := slog.LevelError
		if ctx.Err() != nil { // the caller hung up: nobody's mistake
			level = slog.LevelDebug
		}
		slog.Log(ctx, level, "request failed", "request_id", p.RequestID, "error", err)
	}
	return p
}

func asError(err error) *fairlead.Error {
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		return e
	}
	return &fairlead.Error{Kind: fairlead.Internal, Err: err}
}

// writeProblem answers outside of huma: middleware and streams.
func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(r.Context(), err).(*problem)
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// writeWrongMethod answers where the path exists and the method does not.
func writeWrongMethod(w http.ResponseWriter, r *http.Request, allowed []string) {
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusMethodNotAllowed)
	json.NewEncoder(w).Encode(&problem{
		Type: problemType(fairlead.Invalid), Title: "Wrong method", Status: http.StatusMethodNotAllowed,
		Kind: fairlead.Invalid, Detail: "This address takes " + strings.Join(allowed, ", ") + ".", RequestID: requestID(r.Context()),
	})
}

// validation turns huma's own refusals into problems of ours, once per process:
// huma has the constructor in a package variable. Values, which it would echo
// (passwords included), are dropped.
var validation = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.NewErrorWithContext = func(ctx huma.Context, code int, msg string, errs ...error) huma.StatusError {
		var c context.Context = context.Background()
		if ctx != nil {
			c = ctx.Context()
		}
		return problemOf(c, fromHuma(ctx, code, msg, errs))
	}
	huma.NewError = func(code int, msg string, errs ...error) huma.StatusError {
		return problemOf(context.Background(), fromHuma(nil, code, msg, errs))
	}
})

// fromHuma classifies a refusal by the framework.
func fromHuma(h huma.Context, code int, msg string, errs []error) *fairlead.Error {
	switch code {
	case http.StatusRequestEntityTooLarge:
		return fairlead.Errorf(fairlead.TooLarge, "The body is larger than this address takes.")
	case http.StatusRequestTimeout:
		return fairlead.Errorf(fairlead.Unavailable, "The body came too slowly.")
	}
	if code >= 500 {
		return &fairlead.Error{Kind: fairlead.Internal, Err: errors.Join(errs...)}
	}
	if msg == "request body is required" {
		return fairlead.Errorf(fairlead.Invalid, "A JSON body is required.")
	}
	e := &fairlead.Error{Kind: fairlead.Invalid}
	for _, err := range errs {
		d, ok := err.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		e.Fields = append(e.Fields, fieldOf(h, d.ErrorDetail()))
	}
	switch len(e.Fields) {
	case 0:
		e.Detail = "The body could not be read as JSON of the expected shape."
	case 1:
		e.Detail = "A field of the request is wrong."
	default:
		e.Detail = fmt.Sprintf("%d fields of the request are wrong.", len(e.Fields))
	}
	return e
}

// renamed gives a refused field, and those in it, the name that it has in this API.
func renamed(err error, from, to string) error {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i := range out.Fields {
		if rest, ok := strings.CutPrefix(out.Fields[i].Name+".", from+"."); ok {
			out.Fields[i].Name = strings.Trim(to+"."+rest, ".")
		}
	}
	return &out
}
