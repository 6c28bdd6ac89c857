package flanks

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

// row is how one kind of error looks from outside: as an answer of the API, and
// at the end of a link.
type row struct {
	status  int
	word    string // of "error"
	code    int    // Flanks' number; 0: none
	link    string // of the redirect's "error", and of "rollback"
	session string // of a session's error_code
}

// The words of errors that the vendor documents.
const (
	incomplete    = "INCOMPLETE"
	processing    = "PROCESSING"
	configuration = "CONFIGURATION_ERROR"
	bankError     = "BANK_ERROR"
	credentials   = "CREDENTIALS_ERROR"

	invalidCredentials = "INVALID_CREDENTIALS"
	invalidSCA         = "INVALID_SCA"
	alreadyExist       = "CREDENTIALS_ALREADY_EXIST"
	internalError      = "INTERNAL_ERROR"
	scaNotAllowed      = "SCA_TYPE_NOT_ALLOWED"
	interaction        = "USER_INTERACTION_NEEDED"
	aborted            = "ABORTED_BY_USER"

	// error_code of a session; the vendor has these five.
	wrongCredentials  = "InvalidCredentials"
	wrongChallenge    = "InvalidChallengeResponse"
	wrongMethod       = "UnsupportedChallengeMethod"
	interactionNeeded = "UserInteractionNeeded"
	internal          = "InternalError"
)

// status is the one table from kinds to Flanks' errors. Conflict is, at a link's end,
// another login than the one to renew. The vendor's page of
// errors has no HTTP status; its clients take 401 for a stale token, 5xx for
// "try again" and everything else for final.
var status = map[fairlead.ErrorKind]row{
	fairlead.Invalid:           {http.StatusBadRequest, configuration, 40001, internalError, internal},
	fairlead.Unauthenticated:   {http.StatusUnauthorized, "Invalid credentials", 0, internalError, internal},
	fairlead.Forbidden:         {http.StatusForbidden, "access_denied", 0, internalError, internal},
	fairlead.NotFound:          {http.StatusBadRequest, configuration, 40001, internalError, internal},
	fairlead.Gone:              {http.StatusBadRequest, configuration, 40001, internalError, internal},
	fairlead.Conflict:          {http.StatusBadRequest, configuration, 40001, invalidCredentials, wrongCredentials},
	fairlead.Duplicate:         {http.StatusBadRequest, configuration, 40001, alreadyExist, internal},
	fairlead.TooLarge:          {http.StatusRequestEntityTooLarge, configuration, 40001, internalError, internal},
	fairlead.RateLimited:       {http.StatusTooManyRequests, "Too many requests", 0, internalError, internal},
	fairlead.Unavailable:       {http.StatusServiceUnavailable, "Internal Error", 0, internalError, internal},
	fairlead.StorageFull:       {http.StatusInsufficientStorage, "Internal Error", 0, internalError, internal},
	fairlead.Internal:          {http.StatusInternalServerError, "Internal Error", 0, internalError, internal},
	fairlead.RejectedLogin:     {http.StatusBadRequest, credentials, 50002, invalidCredentials, wrongCredentials},
	fairlead.Locked:            {http.StatusBadRequest, credentials, 50002, interaction, interactionNeeded},
	fairlead.RejectedChallenge: {http.StatusBadRequest, "SCA_ERROR", 20003, invalidSCA, wrongChallenge},
	fairlead.ChallengeExpired:  {http.StatusBadRequest, "SCA_ERROR", 20003, invalidSCA, wrongChallenge},
	fairlead.ConsentEnded:      {http.StatusBadRequest, "SCA_ERROR", 20003, interaction, interactionNeeded},
	fairlead.ActionNeeded:      {http.StatusBadRequest, bankError, 50001, interaction, interactionNeeded},
	fairlead.InstitutionDown:   {http.StatusBadRequest, bankError, 50001, internalError, internal},
	fairlead.SlowDown:          {http.StatusBadRequest, bankError, 50001, internalError, internal},
	fairlead.NotReady:          {http.StatusBadRequest, processing, 20002, internalError, internal},
	fairlead.Unsupported:       {http.StatusBadRequest, bankError, 50001, scaNotAllowed, wrongMethod},
}

// rolledBack is the kinds that a code of "rollback" means; "true" means all.
func rolledBack(code string) (kinds []fairlead.ErrorKind) {
	for _, k := range fairlead.ErrorKinds() {
		if code == "true" || status[k].link == code {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// incompleteData is an error of Flanks' own: data that its kind has no word for.
type incompleteData struct{}

func (incompleteData) Error() string { return "part of the data could not be collected" }

// refused is the body of an error. Old clients read error, newer ones message.
type refused struct {
	Error   string `json:"error"`
	Code    int    `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// refusal is the answer of most endpoints to an error. Its documented bodies of
// 401 and 500 hold nothing else.
func refusal(err error) (int, any) {
	if errors.As(err, new(incompleteData)) {
		return http.StatusBadRequest, refused{incomplete, 20001, "Some of this data could not be extracted: " +
			"see errored in the status. With ignore_data_error what there is is returned."}
	}
	r := status[fairlead.KindOf(err)]
	return r.status, refused{r.word, r.code, sentence(err, r)}
}

// sentence says what is wrong, where Flanks' body has a field for it.
func sentence(err error, r row) string {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || r.code == 0 {
		return ""
	}
	text := e.Detail
	for _, f := range e.Fields {
		text += " " + f.Name + ": " + f.Reason + "."
	}
	return strings.TrimSpace(text)
}

// linkRefused is the envelope of errors of the links' endpoints.
type linkRefused struct {
	Success bool      `json:"success"`
	Error   linkError `json:"error"`
	TraceID string    `json:"trace_id"`
}

type linkError struct {
	Code    string   `json:"code"`
	Details []detail `json:"details"`
}

// detail is one field that is wrong. The vendor's have no message: it is for people.
type detail struct {
	ErrorType string `json:"error_type"`
	Field     string `json:"field"`
	Message   string `json:"message"`
}

// linkRefusal is the answer of the links' endpoints to an error.
func linkRefusal(err error) (int, any) {
	kind := fairlead.KindOf(err)
	out := linkRefused{Error: linkError{Details: []detail{}}, TraceID: fairlead.NewToken()[:32]}
	switch kind {
	case fairlead.Invalid, fairlead.TooLarge:
		out.Error.Code = "ValidationError"
	case fairlead.NotFound:
		out.Error.Code = "LinkNotFound"
	case fairlead.Conflict:
		out.Error.Code = "PendingCodes"
	default:
		return refusal(err)
	}
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		switch {
		case kind == fairlead.NotFound:
			e = notThere("token", "must be the token of a link")
		case kind == fairlead.Conflict && len(e.Fields) > 0:
			out.Error.Code = "DuplicatedName"
		case kind == fairlead.Conflict:
			e = notThere("token", "must be the token of a link whose codes have all been exchanged")
		}
		out.Error.Details = detailsOf(e, "token", attribute)
	}
	return status[kind].status, out
}

// v2Refusal is the answer of the newer endpoints (Connect v2, Aggregation v2) to an
// error: the envelope of the links' for what is wrong with the request and for what is
// not there.
func v2Refusal(err error) (int, any) {
	kind := fairlead.KindOf(err)
	out := linkRefused{Error: linkError{Details: []detail{}}, TraceID: fairlead.NewToken()[:32]}
	code := http.StatusBadRequest
	switch kind {
	case fairlead.Invalid, fairlead.TooLarge:
		out.Error.Code, code = "ValidationError", status[kind].status
	case fairlead.NotFound, fairlead.Gone:
		out.Error.Code, code = "NotFound", http.StatusNotFound
	case fairlead.Conflict:
		out.Error.Code = "Conflict"
	default:
		return refusal(err)
	}
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		out.Error.Details = detailsOf(e, "body", configured)
	}
	return code, out
}

// notThere refuses a name of nothing that the call is good for.
func notThere(field, must string) *fairlead.Error {
	return &fairlead.Error{Kind: fairlead.NotFound, Fields: []fairlead.Field{{Name: field, Code: "unknown", Reason: must}}}
}

// detailsOf are the fields of an error by Flanks' names; where it has none, its sentence
// is about the one that names what the call is for.
func detailsOf(e *fairlead.Error, field string, theirs func(string) string) []detail {
	if len(e.Fields) == 0 {
		return []detail{{string(e.Kind), field, e.Detail}}
	}
	details := []detail{}
	for _, f := range e.Fields {
		details = append(details, detail{f.Code, theirs(f.Name), f.Reason})
	}
	return details
}

// configured is the newer endpoints' name of a field of a link or of a list.
func configured(field string) string {
	names := map[string]string{
		"institution_id": "configuration.connector_id", "connection_id": "configuration.connection_id", "redirect_url": "configuration.redirect_url",
		"person": "configuration.external_id", "presentation.privacy_url": "configuration.privacy_notice", "language": "configuration.language",
		"after": "page_token",
	}
	return cmp.Or(names[field], field)
}

// attribute is Flanks' name of a field of a template.
func attribute(field string) string {
	names := map[string]string{
		"redirect_url": "redirect_uri", "presentation.company_name": "company_name",
		"presentation.terms_url": "terms_and_conditions_url", "presentation.privacy_url": "privacy_policy_url",
	}
	return cmp.Or(names[field], field)
}

// retryAfter says when to try again, where the error knows it, or which scope is
// missing.
func retryAfter(w http.ResponseWriter, err error) {
	if seconds := fairlead.RetryAfter(err); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	if challenge := access.Challenge(err); challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	text, _ := encode(body) // our own shapes: cannot fail
	w.Write(append(text, '\n'))
}

// encode writes JSON as it is read: & and < stand for themselves.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
