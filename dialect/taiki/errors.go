package taiki

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// status is the one table from kinds to this dialect's answers. The vendor
// documents one error body and no status.
var status = map[fairlead.ErrorKind]int{
	fairlead.Invalid:           http.StatusBadRequest,
	fairlead.Unauthenticated:   http.StatusUnauthorized,
	fairlead.Forbidden:         http.StatusForbidden,
	fairlead.NotFound:          http.StatusBadRequest, // an unknown TAIKI-USER-ID
	fairlead.Gone:              http.StatusBadRequest,
	fairlead.Conflict:          http.StatusBadRequest,
	fairlead.Duplicate:         http.StatusBadRequest,
	fairlead.TooLarge:          http.StatusRequestEntityTooLarge,
	fairlead.RateLimited:       http.StatusTooManyRequests,
	fairlead.Unavailable:       http.StatusServiceUnavailable,
	fairlead.StorageFull:       http.StatusInsufficientStorage,
	fairlead.Internal:          http.StatusInternalServerError,
	fairlead.RejectedLogin:     http.StatusBadRequest,
	fairlead.Locked:            http.StatusBadRequest,
	fairlead.RejectedChallenge: http.StatusBadRequest,
	fairlead.ChallengeExpired:  http.StatusBadRequest,
	fairlead.ConsentEnded:      http.StatusBadRequest,
	fairlead.ActionNeeded:      http.StatusBadRequest,
	fairlead.InstitutionDown:   http.StatusServiceUnavailable,
	fairlead.SlowDown:          http.StatusServiceUnavailable,
	fairlead.NotReady:          http.StatusServiceUnavailable,
	fairlead.Unsupported:       http.StatusBadRequest,
}

// text is what the one documented body says.
func text(code int) string {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "Unauthorized"
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return "Invalid request"
	case http.StatusTooManyRequests:
		return "Too many requests"
	}
	return "Internal error"
}

func (t *Taiki) refuse(w http.ResponseWriter, r *http.Request, err error) {
	kind := fairlead.KindOf(err)
	code := status[kind]
	if kind == fairlead.Internal {
		t.verbs.Log.ErrorContext(r.Context(), "taiki: request failed", "error", err)
	}
	if seconds := fairlead.RetryAfter(err); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	if challenge := access.Challenge(err); challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	said := refused{Error: text(code)}
	if code < http.StatusInternalServerError && code != http.StatusTooManyRequests {
		said.Message = message(err)
	}
	answer(w, code, said)
}

// refused is the body of an error: the vendor documents the first key.
type refused struct {
	Error   string `json:"error"`
	Message string `json:"message,omitempty"` // what is wrong with which field, and how it can be mended
}

func message(err error) string {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		return ""
	}
	var says []string
	for _, f := range e.Fields {
		says = append(says, f.Name+" "+f.Reason+".")
	}
	if len(says) == 0 {
		return e.Detail
	}
	return strings.Join(says, " ")
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}
