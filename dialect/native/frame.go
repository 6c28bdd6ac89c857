package native

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
)

// maxBody caps every JSON body.
const maxBody = 1 << 20

// callerKey carries the access.Caller in a request's context.
type callerKey struct{}

func callerOf(ctx context.Context) access.Caller {
	c, _ := ctx.Value(callerKey{}).(access.Caller)
	return c
}

type requestIDKey struct{}

// requestID is the id that the answer carries.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// frame is what surrounds every request: an id, who is calling (before anything
// is parsed), and the stored answer of an idempotent one.
func (n *Native) frame(next *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, outer *http.Request) {
		id := fairlead.NewID("req", n.verbs.Clock())
		w.Header().Set("Fairlead-Request-Id", id)
		w.Header().Set("Cache-Control", "no-store")
		ctx := context.WithValue(outer.Context(), requestIDKey{}, id)
		r := outer.WithContext(ctx)
		defer func() { outer.Pattern = r.Pattern }() // what metrics are counted by
		if isPublic(r) {
			_, r.Pattern = next.Handler(r)
			if err := n.checked(w, r); err != nil {
				writeOAuthProblem(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		caller, err := n.authenticate(r)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		_, r.Pattern = next.Handler(r) // also where the route itself is never reached
		if err := may(r, caller); err != nil {
			n.reportSibling(r, caller, err)
			writeProblem(w, r, err)
			return
		}
		ctx = caller.In(ctx, r.RemoteAddr)
		ctx = context.WithValue(ctx, admittedKey{}, func() error { _, err := n.check(outer); return err })
		ctx = context.WithValue(ctx, dialectKey{}, n)
		r = r.WithContext(context.WithValue(ctx, callerKey{}, caller))
		if err := n.checked(w, r); err != nil {
			writeProblem(w, r, err)
			return
		}
		if r.URL.Path == "/v1/sandbox/clock/advance" || r.URL.Path == "/v1/sandbox/links" {
			// A year of a sandbox takes a while, and so does a first collection;
			// both end by themselves.
			http.NewResponseController(w).SetWriteDeadline(time.Time{})
		}
		if key := r.Header.Get("Idempotency-Key"); key != "" && r.Method == http.MethodPost && !isUpload(r) {
			n.once(w, r, next, caller, key)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// checked holds a request to what its route takes. An address that there is not is
// answered as such.
func (n *Native) checked(w http.ResponseWriter, r *http.Request) error {
	in, known := n.inputs[r.Pattern]
	if !known {
		return nil
	}
	return in.check(w, r)
}

// authenticate lets a request in, as often as its application may send one.
func (n *Native) authenticate(r *http.Request) (access.Caller, error) {
	if r.Header.Get("Authorization") == "" { // no credentials are no wrong ones
		return access.Caller{}, missing()
	}
	return n.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) { return n.check(r) })
}

// check takes a bearer token, or the client's id and secret as Basic.
func (n *Native) check(r *http.Request) (access.Caller, error) {
	if id, secret, ok := r.BasicAuth(); ok {
		return n.verbs.Access.ByClient(r.Context(), id, fairlead.NewSecret(secret))
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") || token == "" {
		return access.Caller{}, missing()
	}
	return n.verbs.Access.ByToken(r.Context(), strings.TrimSpace(token), name)
}

func missing() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "Send a bearer token from /v1/oauth/token, or the client id and secret as Basic.")
}

// admittedKey carries how to check that the caller is still let in: a stream of
// events may outlive its token, or its key.
type admittedKey struct{}

func stillAdmitted(ctx context.Context) error {
	check, ok := ctx.Value(admittedKey{}).(func() error)
	if !ok {
		return missing()
	}
	return check()
}

// isUpload reports whether the body is a file: it streams, and uploading the same
// file twice changes nothing anyway.
func isUpload(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/v1/connections/") && strings.HasSuffix(r.URL.Path, "/files")
}

// idempotency is how a POST becomes one effect with its answer.
func idempotency(path string) access.Idempotency {
	switch path {
	case "/v1/links/exchange": // a code knows its replays: an answer kept here would outlive its revocation
		return access.ByItself
	case "/v1/sandbox/clock/advance", "/v1/sandbox/links":
		return access.InSteps
	}
	if strings.HasPrefix(path, "/v1/webhook_endpoints/") && strings.HasSuffix(path, "/test") {
		return access.InSteps // an event has its number only once it is stored
	}
	return access.InOneTransaction
}

// once runs a request under an Idempotency-Key, or gives the stored answer.
func (n *Native) once(w http.ResponseWriter, r *http.Request, next http.Handler, c access.Caller, key string) {
	body, err := io.ReadAll(r.Body) // which input.check has read
	if err != nil {
		writeProblem(w, r, dialect.Unread(err))
		return
	}
	request := access.IdempotentRequest{Method: r.Method, Path: r.URL.Path, Key: key, Body: body, How: idempotency(r.URL.Path)}
	answer, err := n.verbs.Access.Once(r.Context(), c, request, func(ctx context.Context) access.Answer {
		again := r.WithContext(ctx)
		again.Body = io.NopCloser(bytes.NewReader(body))
		rec := recorder{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(&rec, again)
		r.Pattern = again.Pattern
		return access.Answer{Status: rec.status, Header: rec.header, Body: rec.body.Bytes()}
	})
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	for k, v := range answer.Header {
		w.Header()[k] = v
	}
	if answer.Replayed {
		w.Header().Set("Idempotent-Replayed", "true")
		answer.Body = underOwnID(r.Context(), answer)
	}
	w.WriteHeader(answer.Status)
	w.Write(answer.Body)
}

// underOwnID gives a stored error the id of the request that it answers now.
func underOwnID(ctx context.Context, a access.Answer) []byte {
	var p problem
	if a.Status < http.StatusBadRequest || json.Unmarshal(a.Body, &p) != nil {
		return a.Body
	}
	p.RequestID = requestID(ctx)
	body, err := json.Marshal(&p)
	if err != nil {
		return a.Body
	}
	return append(body, '\n')
}

// recorder keeps an answer until what it is the answer to is stored with it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(code int) { r.status = code }

func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
