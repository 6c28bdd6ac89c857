package console

import (
	"errors"
	"net/http"

	"github.com/fairlead-dev/fairlead"
)

// statuses is how each kind of error is answered.
var statuses = map[fairlead.ErrorKind]int{
	fairlead.Invalid: http.StatusUnprocessableEntity, fairlead.Unauthenticated: http.StatusUnauthorized, fairlead.Forbidden: http.StatusForbidden,
	fairlead.NotFound: http.StatusNotFound, fairlead.Gone: http.StatusGone, fairlead.Conflict: http.StatusConflict,
	fairlead.Duplicate: http.StatusConflict, fairlead.TooLarge: http.StatusRequestEntityTooLarge, fairlead.RateLimited: http.StatusTooManyRequests,
	fairlead.Unavailable: http.StatusServiceUnavailable, fairlead.StorageFull: http.StatusInsufficientStorage, fairlead.Internal: http.StatusInternalServerError,
	fairlead.RejectedLogin: http.StatusConflict, fairlead.Locked: http.StatusConflict, fairlead.RejectedChallenge: http.StatusConflict,
	fairlead.ChallengeExpired: http.StatusConflict, fairlead.ConsentEnded: http.StatusConflict, fairlead.ActionNeeded: http.StatusConflict,
	fairlead.InstitutionDown: http.StatusBadGateway, fairlead.SlowDown: http.StatusTooManyRequests, fairlead.NotReady: http.StatusServiceUnavailable,
	fairlead.Unsupported: http.StatusConflict,
}

// titles head the pages that say what went wrong.
var titles = map[int]string{
	http.StatusUnauthorized: "Sign in", http.StatusForbidden: "Not for your role", http.StatusNotFound: "Not found",
	http.StatusInternalServerError: "That failed",
}

// fail answers with a page that says what went wrong.
func (v *view) fail(err error) {
	kind := fairlead.KindOf(err)
	status := statuses[kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if status == http.StatusInternalServerError {
		v.c.o.Log.ErrorContext(v.r.Context(), "a page of the console failed", "route", v.r.Pattern, "error", err)
	}
	title := titles[status]
	if title == "" {
		title = "That was not done"
	}
	if err := v.render(status, title, failure(title, detail(err))); err != nil {
		http.Error(v.w, title, status)
	}
}

// detail is what may be shown of an error.
func detail(err error) string {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind == fairlead.Internal || e.Detail == "" {
		return "Something went wrong on this server. Its log says what."
	}
	text := e.Detail
	for _, f := range e.Fields {
		text += " " + f.Name + " " + f.Reason + "."
	}
	return text
}
