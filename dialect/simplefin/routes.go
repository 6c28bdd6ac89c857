package simplefin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

const (
	infoPath     = "GET " + root + "/info"
	claimPath    = "POST " + root + "/claim/{token}"
	accountsPath = "GET " + root + "/accounts"
	currencyPath = "GET " + root + "/currencies/{code}"
)

// Mount adds the endpoints of a server of the protocol; GET /simplefin/create is a page.
func (s *SimpleFIN) Mount(mux *http.ServeMux) {
	mux.HandleFunc(root+"/", s.notServed)
	mux.HandleFunc(infoPath, s.info)
	mux.HandleFunc(claimPath, s.claim)
	mux.HandleFunc(accountsPath, s.accounts)
	mux.HandleFunc(currencyPath, s.currency)
}

// Scopes is every route. None takes a key: a program shows the credentials of its own
// that it was given for a setup token, and which read and do nothing else.
func (s *SimpleFIN) Scopes() map[string]fairlead.AccessScope {
	return map[string]fairlead.AccessScope{infoPath: "", claimPath: "", accountsPath: "", currencyPath: ""}
}

// notServed answers 404, and 405 where another method is served.
func (s *SimpleFIN) notServed(w http.ResponseWriter, r *http.Request) {
	allowed := map[string]string{root + "/info": http.MethodGet, root + "/accounts": http.MethodGet}[r.URL.Path]
	if rest, ok := strings.CutPrefix(r.URL.Path, root+"/claim/"); ok && rest != "" && !strings.Contains(rest, "/") {
		allowed = http.MethodPost
	}
	if allowed != "" {
		w.Header().Set("Allow", allowed)
		s.refuse(w, r, http.StatusMethodNotAllowed, "This endpoint takes "+allowed+".", "gen.api")
		return
	}
	s.refuse(w, r, http.StatusNotFound, "There is no such endpoint.", "gen.api")
}

// info names the versions of the protocol.
func (s *SimpleFIN) info(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string][]string{"versions": {"1.0", "2.0"}})
}

// maxClaimBody is what a claim may send: the protocol sends nothing.
const maxClaimBody = 4 << 10

// forbidden is the answer to a setup token that cannot be claimed. Programs know it by its
// first word.
const forbidden = "Forbidden: this setup token is unknown, or it was used, has expired or was revoked. " +
	"If you have not used it yourself, somebody else may have: revoke it where it was made, and make a new one.\n"

// claim exchanges a setup token for an address with credentials, once.
func (s *SimpleFIN) claim(w http.ResponseWriter, r *http.Request) {
	text := func(code int, body string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
	if n, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxClaimBody+1)); err != nil || n > maxClaimBody {
		text(http.StatusRequestEntityTooLarge, "A claim has no body.\n")
		return
	}
	var address fairlead.Secret
	_, err := s.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		var err error
		ctx := fairlead.WithActor(r.Context(), "", r.RemoteAddr)
		address, err = s.verbs.Consenting.ClaimSetupToken(ctx, r.PathValue("token"))
		if fairlead.Is(err, fairlead.Forbidden) { // counted: it is worth guessing
			err = fairlead.Errorf(fairlead.Unauthenticated, "The setup token cannot be claimed.")
		}
		return access.Caller{}, err
	})
	switch {
	case err == nil:
		text(http.StatusOK, address.Reveal())
	case fairlead.Is(err, fairlead.Unauthenticated):
		text(http.StatusForbidden, forbidden)
	default:
		s.logged(r, err)
		code := status[fairlead.KindOf(err)]
		retryAfter(w, err)
		text(code, words(code, err)+"\n")
	}
}

// program is who reads, and its request.
type program struct {
	*http.Request
	query  query
	tenant fairlead.Tenant
	token  fairlead.SetupToken
}

// accounts answers the accounts of a program, written as they are read.
func (s *SimpleFIN) accounts(w http.ResponseWriter, r *http.Request) {
	p, err := s.admit(r)
	if err == nil {
		p.query, err = readQuery(r.URL.Query())
	}
	var set gathered
	if err == nil {
		set, err = s.gather(p)
	}
	if err != nil {
		s.logged(r, err)
		code := status[fairlead.KindOf(err)]
		retryAfter(w, err)
		s.refuse(w, r, code, words(code, err), codeOf(err))
		return
	}
	s.write(w, p, set)
}

// admit finds the program by its credentials.
func (s *SimpleFIN) admit(r *http.Request) (program, error) {
	p := program{Request: r}
	user, password, ok := r.BasicAuth()
	if !ok { // no credentials are no wrong ones
		return p, fairlead.Errorf(fairlead.Unauthenticated, "Send the credentials of the access URL by Basic authentication.")
	}
	caller, err := s.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		found, err := s.verbs.Consenting.Program(r.Context(), user, password)
		if err != nil {
			return access.Caller{}, err
		}
		p.tenant, p.token = found.Tenant, found.Token
		return access.Caller{Tenant: found.Tenant, Application: found.Application, Scopes: []fairlead.AccessScope{fairlead.AccessScopeRead}}, nil
	})
	if err == nil {
		err = caller.May(fairlead.AccessScopeRead)
	}
	if err != nil {
		return p, err
	}
	p.Request = r.WithContext(fairlead.WithActor(caller.In(r.Context(), r.RemoteAddr), string(p.token.ID), r.RemoteAddr))
	return p, nil
}

// status is the one table from kinds to answers. The protocol knows 200, 402 and 403.
var status = map[fairlead.ErrorKind]int{
	fairlead.Invalid:           http.StatusBadRequest,
	fairlead.Unauthenticated:   http.StatusForbidden,
	fairlead.Forbidden:         http.StatusForbidden,
	fairlead.NotFound:          http.StatusNotFound,
	fairlead.Gone:              http.StatusForbidden,
	fairlead.Conflict:          http.StatusConflict,
	fairlead.Duplicate:         http.StatusConflict,
	fairlead.TooLarge:          http.StatusRequestEntityTooLarge,
	fairlead.RateLimited:       http.StatusTooManyRequests,
	fairlead.Unavailable:       http.StatusServiceUnavailable,
	fairlead.StorageFull:       http.StatusInsufficientStorage,
	fairlead.Internal:          http.StatusInternalServerError,
	fairlead.RejectedLogin:     http.StatusInternalServerError, // of a connection, and so never of a request
	fairlead.Locked:            http.StatusInternalServerError,
	fairlead.RejectedChallenge: http.StatusInternalServerError,
	fairlead.ChallengeExpired:  http.StatusInternalServerError,
	fairlead.ConsentEnded:      http.StatusInternalServerError,
	fairlead.ActionNeeded:      http.StatusInternalServerError,
	fairlead.InstitutionDown:   http.StatusServiceUnavailable,
	fairlead.SlowDown:          http.StatusServiceUnavailable,
	fairlead.NotReady:          http.StatusServiceUnavailable,
	fairlead.Unsupported:       http.StatusInternalServerError,
}

// codeOf is the protocol's code of an error of a request.
func codeOf(err error) string {
	switch fairlead.KindOf(err) {
	case fairlead.Unauthenticated, fairlead.Forbidden, fairlead.Gone:
		return "gen.auth"
	case fairlead.Invalid:
		return "gen.api"
	}
	return "gen."
}

// words say what is wrong with a request; what is wrong with the server stays inside.
func words(code int, err error) string {
	e, ok := errors.AsType[*fairlead.Error](err)
	switch {
	case code == http.StatusTooManyRequests:
		detail := ""
		if ok {
			detail = e.Detail + " "
		}
		return detail + "Please make fewer requests: try again in " + strconv.Itoa(max(1, fairlead.RetryAfter(err))) + " seconds."
	case code >= http.StatusInternalServerError || !ok:
		return "This server has a problem. Try again later."
	case len(e.Fields) > 0:
		var says []string
		for _, f := range e.Fields {
			says = append(says, f.Name+" "+f.Reason+".")
		}
		return strings.Join(says, " ")
	}
	return e.Detail
}

// refuse answers an error in the shape of both versions, so that programs can show it.
func (s *SimpleFIN) refuse(w http.ResponseWriter, r *http.Request, code int, text, protocol string) {
	set := map[string]any{"errors": []string{text}, "accounts": []any{}}
	if slices.Contains(versions(r.URL.Query()), "2") {
		set["errlist"], set["connections"] = []attention{{Code: protocol, Message: text}}, []any{}
	}
	answer(w, code, set)
}

func (s *SimpleFIN) logged(r *http.Request, err error) {
	if fairlead.KindOf(err) == fairlead.Internal && !errors.Is(err, context.Canceled) {
		s.verbs.Log.ErrorContext(r.Context(), "simplefin: request failed", "error", err)
	}
}

func retryAfter(w http.ResponseWriter, err error) {
	if seconds := fairlead.RetryAfter(err); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(cmp.Or(code, http.StatusInternalServerError))
	json.NewEncoder(w).Encode(body)
}
