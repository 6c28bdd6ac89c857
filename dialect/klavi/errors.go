package klavi

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// businessStatus is the status of a business error; the body's statusCode says which.
const businessStatus = http.StatusRequestedRangeNotSatisfiable

// The vendor's business errors.
const (
	invalidAuthorisation = 4001
	invalidProduct       = 4002
	tooManyConsents      = 4003
	invalidInstitution   = 4004
	noProducts           = 4005
	invalidCallback      = 4006
)

var businessText = map[int]string{
	invalidAuthorisation: "Invalid authorisation info",
	invalidProduct:       "Invalid product info",
	tooManyConsents:      "Invalid consent request",
	invalidInstitution:   "Invalid institution",
	noProducts:           "Invalid products",
	invalidCallback:      "Invalid productsCallbackURL",
}

// businessError is what only this vendor distinguishes.
type businessError struct {
	code int
	why  string
}

func (e *businessError) Error() string {
	return "klavi: business error " + strconv.Itoa(e.code) + ": " + e.why
}

func business(code int, why string) error { return &businessError{code, why} }

// row is a status and its text.
type row struct {
	status int
	text   string
}

// rows is the one table from kinds to this dialect's answers.
var rows = map[fairlead.ErrorKind]row{
	fairlead.Invalid:           {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.Unauthenticated:   {http.StatusUnauthorized, "Unauthorized"},
	fairlead.Forbidden:         {http.StatusForbidden, "Forbidden"},
	fairlead.NotFound:          {http.StatusNotFound, "Not Found"},
	fairlead.Gone:              {http.StatusUnauthorized, "Unauthorized"}, // an expired token of a link
	fairlead.Conflict:          {http.StatusConflict, "Conflict"},
	fairlead.Duplicate:         {http.StatusConflict, "Conflict"},
	fairlead.TooLarge:          {http.StatusRequestEntityTooLarge, "Payload Too Large"},
	fairlead.RateLimited:       {http.StatusTooManyRequests, "Too Many Requests"},
	fairlead.Unavailable:       {http.StatusServiceUnavailable, "Service Unavailable"},
	fairlead.StorageFull:       {http.StatusInsufficientStorage, "Insufficient Storage"},
	fairlead.Internal:          {http.StatusInternalServerError, "Internal Server Error"},
	fairlead.RejectedLogin:     {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.Locked:            {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.RejectedChallenge: {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.ChallengeExpired:  {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.ConsentEnded:      {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.ActionNeeded:      {http.StatusUnprocessableEntity, "Unprocessable Entity"},
	fairlead.InstitutionDown:   {http.StatusBadGateway, "Bad Gateway"},
	fairlead.SlowDown:          {http.StatusServiceUnavailable, "Service Unavailable"},
	fairlead.NotReady:          {http.StatusServiceUnavailable, "Service Unavailable"},
	fairlead.Unsupported:       {http.StatusUnprocessableEntity, "Unprocessable Entity"},
}

// failure is the body of every error.
type failure struct {
	StatusCode int    `json:"statusCode"`
	Error      string `json:"error"`
	Message    string `json:"message"`
}

// errUnreadable is a body that is no JSON.
var errUnreadable = errors.New("klavi: the body is no JSON")

func asError(err error) (*fairlead.Error, bool) { return errors.AsType[*fairlead.Error](err) }

// failureOf makes the status and body of an error.
func failureOf(err error) (int, failure) {
	if b, ok := errors.AsType[*businessError](err); ok {
		text := businessText[b.code]
		return businessStatus, failure{b.code, text, text + ": " + b.why}
	}
	if errors.Is(err, errUnreadable) {
		return http.StatusBadRequest, failure{http.StatusBadRequest, "Bad Request", "The body must be JSON"}
	}
	r := rows[fairlead.KindOf(err)]
	if r.status == 0 {
		r = rows[fairlead.Internal]
	}
	message := r.text
	if e, ok := asError(err); ok && e.Kind != fairlead.Internal {
		message = e.Detail
		if len(e.Fields) > 0 {
			message = e.Fields[0].Name + " " + e.Fields[0].Reason
			if r, _ := utf8.DecodeRuneInString(e.Fields[0].Reason); unicode.IsUpper(r) { // a sentence of its own
				message = e.Fields[0].Name + ": " + e.Fields[0].Reason
			}
		}
	}
	return r.status, failure{r.status, r.text, message}
}

func (k *Klavi) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, body := failureOf(err)
	if status == http.StatusInternalServerError {
		k.verbs.Log.ErrorContext(r.Context(), "klavi: request failed", "error", err)
	}
	if seconds := fairlead.RetryAfter(err); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	if challenge := access.Challenge(err); challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	answer(w, status, body)
}

// fieldNames are the vendor's names of what linking calls by its own.
var fieldNames = map[string]string{
	"redirect_url": "redirectURL", "app_link": "appLink", "connection_id": "connectionKey",
	"hints.personal_tax_id": "personalTaxId", "hints.business_tax_id": "businessTaxId", "hints.email": "email", "hints.phone": "phone",
	"presentation.title": "externalInfo.customization.landingTitle", "presentation.subtitle": "externalInfo.customization.landingSubTitle",
}

// named speaks of wrong fields by the vendor's names; an institution that can't
// be is the business error 4004.
func named(err error) error {
	e, ok := asError(err)
	if !ok || e.Kind != fairlead.Invalid {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for n, f := range out.Fields {
		if f.Name == "institution_id" {
			return business(invalidInstitution, "does not exist")
		}
		if known, ok := fieldNames[f.Name]; ok {
			out.Fields[n].Name = known
		}
	}
	return &out
}
