package plaid

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// The vendor's types of errors that are answered.
const (
	invalidRequest    = "INVALID_REQUEST"
	invalidInput      = "INVALID_INPUT"
	itemError         = "ITEM_ERROR"
	institutionError  = "INSTITUTION_ERROR"
	transactionsError = "TRANSACTIONS_ERROR"
	apiError          = "API_ERROR"
	rateLimit         = "RATE_LIMIT_EXCEEDED"
	sandboxError      = "SANDBOX_ERROR"
)

// row is how one kind of error looks from outside. display is for the person; "": there
// is nothing that a person could do.
type row struct {
	status  int
	kind    string
	code    string
	message string
	display string
}

const loginAgain = "The login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information."

// status is the one table from kinds to Plaid's errors.
var status = map[fairlead.ErrorKind]row{
	fairlead.Invalid:           {http.StatusBadRequest, invalidRequest, "INVALID_FIELD", "a field of the request is wrong", ""},
	fairlead.Unauthenticated:   {http.StatusBadRequest, invalidInput, "INVALID_API_KEYS", "invalid client_id or secret provided", ""},
	fairlead.Forbidden:         {http.StatusForbidden, invalidInput, "UNAUTHORIZED_ROUTE_ACCESS", "this client may not call this endpoint", ""},
	fairlead.NotFound:          {http.StatusBadRequest, itemError, "ITEM_NOT_FOUND", "the Item cannot be found", ""},
	fairlead.Gone:              {http.StatusBadRequest, itemError, "ITEM_NOT_FOUND", "the Item has been removed", ""},
	fairlead.Conflict:          {http.StatusBadRequest, invalidInput, "INVALID_ACTION", "what the request names does not allow it now", ""},
	fairlead.Duplicate:         {http.StatusBadRequest, invalidInput, "INVALID_ACTION", "there is an Item of this login already", ""},
	fairlead.TooLarge:          {http.StatusRequestEntityTooLarge, invalidRequest, "INVALID_BODY", "the request is too large", ""},
	fairlead.RateLimited:       {http.StatusTooManyRequests, rateLimit, "RATE_LIMIT_EXCEEDED", "too many requests; try again later", ""},
	fairlead.Unavailable:       {http.StatusServiceUnavailable, apiError, "INTERNAL_SERVER_ERROR", "this server cannot answer now; try again later", ""},
	fairlead.StorageFull:       {http.StatusInsufficientStorage, apiError, "INTERNAL_SERVER_ERROR", "this server has no room left; its operator must make some", ""},
	fairlead.Internal:          {http.StatusInternalServerError, apiError, "INTERNAL_SERVER_ERROR", "an unexpected error occurred", ""},
	fairlead.RejectedLogin:     {http.StatusBadRequest, itemError, "INVALID_CREDENTIALS", "the provided credentials were not correct", "The provided credentials were not correct. Please try again."},
	fairlead.Locked:            {http.StatusBadRequest, itemError, "ITEM_LOCKED", "the account is locked; the user must unlock it at the institution", "The given account is locked. Please visit the institution's own pages to unlock it."},
	fairlead.RejectedChallenge: {http.StatusBadRequest, itemError, "INVALID_MFA", "the provided MFA response was not correct", "The answer was not correct. Please try again."},
	fairlead.ChallengeExpired:  {http.StatusBadRequest, itemError, "USER_INPUT_TIMEOUT", "the user did not answer in time", "Your session has timed out. Please try again."},
	fairlead.ConsentEnded:      {http.StatusBadRequest, itemError, "ITEM_LOGIN_REQUIRED", "the user must sign in again: use Link in update mode", loginAgain},
	fairlead.ActionNeeded:      {http.StatusBadRequest, itemError, "USER_SETUP_REQUIRED", "the user must do something at the institution's own pages before the Item can be used", "Please sign in at the institution's own pages and do what it wants of you, then try again."},
	fairlead.InstitutionDown:   {http.StatusBadRequest, institutionError, "INSTITUTION_NOT_RESPONDING", "the institution is not responding; try again later", "This institution is not responding at present. Please try again later."},
	fairlead.SlowDown:          {http.StatusTooManyRequests, rateLimit, "RATE_LIMIT_EXCEEDED", "the institution takes no more requests for this Item now; try again later", ""},
	fairlead.NotReady:          {http.StatusBadRequest, itemError, "PRODUCT_NOT_READY", "the requested product is not yet ready; wait for the webhook, or try again", ""},
	fairlead.Unsupported:       {http.StatusBadRequest, itemError, "PRODUCTS_NOT_SUPPORTED", "the institution does not support the requested product", ""},
}

// plaidError is the vendor's error object, and an error that is answered as it is.
type plaidError struct {
	Type             string   `json:"error_type"`
	Code             string   `json:"error_code"`
	CodeReason       *string  `json:"error_code_reason"`
	Message          string   `json:"error_message"`
	Display          *string  `json:"display_message"`
	RequestID        string   `json:"request_id,omitempty"` // given with the answer
	Causes           []string `json:"causes"`
	Status           *int     `json:"status,omitempty"` // within webhooks alone
	DocumentationURL string   `json:"documentation_url"`
	SuggestedAction  *string  `json:"suggested_action"`

	status int
}

// Error makes it an error; the code and the sentence are for whoever reads a log.
func (e *plaidError) Error() string { return e.Code + ": " + e.Message }

const documentation = "https://github.com/fairlead-dev/fairlead/blob/main/dialect/plaid/README.md"

func newError(kind, code, message string) *plaidError {
	return &plaidError{Type: kind, Code: code, Message: message, Causes: []string{}, DocumentationURL: documentation, status: http.StatusBadRequest}
}

// missing refuses a request without a field that it must have.
func missing(fields ...string) *plaidError {
	return newError(invalidRequest, "MISSING_FIELDS", "the following required fields are missing: "+strings.Join(fields, ", "))
}

// invalidField refuses a field by its vendor's name.
func invalidField(field, must string) *plaidError {
	return newError(invalidRequest, "INVALID_FIELD", field+" "+must)
}

// errorOf describes an error of this server as the vendor's object.
func errorOf(err error) *plaidError {
	if own, ok := errors.AsType[*plaidError](err); ok {
		return own
	}
	e, _ := errors.AsType[*fairlead.Error](err)
	return describe(fairlead.KindOf(err), e)
}

// describe is the vendor's object of a kind. What our error says of fields goes with it.
func describe(kind fairlead.ErrorKind, e *fairlead.Error) *plaidError {
	r := status[kind]
	out := newError(r.kind, r.code, r.message)
	out.status = r.status
	if r.display != "" {
		out.Display = &r.display
	}
	if e == nil || kind == fairlead.Internal || kind == fairlead.Unauthenticated {
		return out
	}
	var says []string
	for _, f := range e.Fields {
		says = append(says, theirName(f.Name)+" "+f.Reason)
	}
	if len(says) > 0 {
		out.Message = strings.Join(says, "; ")
	} else if e.Detail != "" && (kind == fairlead.Conflict || kind == fairlead.Forbidden) {
		out.Message = e.Detail
	}
	return out
}

// theirName is the vendor's name of a field of a link.
func theirName(field string) string {
	names := map[string]string{
		"redirect_url": "hosted_link.completion_redirect_uri", "person": "user.client_user_id", "institution_id": "institution_id",
		"countries": "country_codes", "presentation.company_name": "client_name", "hints.email": "user.email_address", "hints.phone": "user.phone_number",
		"after": "cursor",
	}
	return cmp.Or(names[field], field)
}

// refuse answers an error.
func (p *Plaid) refuse(w http.ResponseWriter, r *http.Request, err error) {
	out := errorOf(err)
	if out.status >= http.StatusInternalServerError {
		p.verbs.Log.ErrorContext(r.Context(), "plaid: request failed", "error", err)
	}
	if seconds := fairlead.RetryAfter(err); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	if challenge := access.Challenge(err); challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	answer(w, out.status, *out)
}

// newRequestID names one answer, for whoever reports it.
func newRequestID() string { return fairlead.NewToken()[:15] }

// answer writes an object with a request_id.
func answer(w http.ResponseWriter, code int, body any) {
	id := newRequestID()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Plaid-Request-Id", id)
	w.WriteHeader(code)
	text, _ := encode(body, "") // our own shapes: cannot fail
	text = bytes.TrimSuffix(text, []byte("}"))
	if len(text) > 1 {
		text = append(text, ',')
	}
	w.Write(append(text, `"request_id":"`+id+`"}`+"\n"...))
}

// encode writes JSON as it is read: & and < stand for themselves.
func encode(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(value)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
