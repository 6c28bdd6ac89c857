package native

import (
	"cmp"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

// eventWords says when each kind of event that this API publishes happens.
var eventWords = map[fairlead.EventKind]string{
	fairlead.EventLinkOpened:             "The person opened the link's page for the first time.",
	fairlead.EventLinkFinished:           "The link ended with at least one connection.",
	fairlead.EventLinkFailed:             "The link ended without one, by a problem; reason names it.",
	fairlead.EventLinkExited:             "The person gave up, or the application cancelled.",
	fairlead.EventLinkExpired:            "The link's time was over.",
	fairlead.EventConnectionLinked:       "An institution was connected, or connected again.",
	fairlead.EventConnectionNeedsAction:  "The data flows no more until actor acts: the person by update mode, the application, or the institution. Where status is active, a part of it does: the connection's products say which.",
	fairlead.EventConnectionRecovered:    "What was wrong with a connection is over.",
	fairlead.EventConnectionDisconnected: "A connection ended; its credentials and documents are erased.",
	fairlead.EventConsentGranted:         "The person agreed to what is collected.",
	fairlead.EventConsentExpiring:        "A consent ends soon: lead the person to renew it.",
	fairlead.EventConsentExpired:         "A consent's time was over.",
	fairlead.EventConsentRevoked:         "A consent was taken back, here or at the institution.",
	fairlead.EventCollectionFinished:     "A collection ended; the connection says how each product went.",
	fairlead.EventRecordsChanged:         "Records were added, changed or removed: read on in the connection's feed.",
	fairlead.EventDocumentAvailable:      "A statement, bill or tax form can be downloaded that came after the first collection.",
	fairlead.EventDocumentsAvailable:     "The first collection brought documents, which can be downloaded: one event for all of them, whose counts say how many of each type.",
	fairlead.EventDocumentRevised:        "A document was replaced by a corrected one.",
	fairlead.EventInstitutionDegraded:    "Collections from an institution fail for many.",
	fairlead.EventInstitutionRecovered:   "They work again.",
	fairlead.EventInstitutionRequested:   "A person looked for an institution that the list has not: name is what they typed, country where it is, if they said so. At most five a link.",
	fairlead.EventEndpointTest:           "You requested a test of an endpoint.",
}

// errorWords says what each kind of error means and what helps.
var errorWords = map[fairlead.ErrorKind]string{
	fairlead.Invalid:           "A field is wrong: fields says which, and what is expected.",
	fairlead.Unauthenticated:   "No credentials, or wrong or expired ones.",
	fairlead.Forbidden:         "You are known, and may not.",
	fairlead.NotFound:          "It does not exist, or is somebody else's.",
	fairlead.Gone:              "It existed, and has expired, ended or been erased.",
	fairlead.Conflict:          "Its present state does not allow it.",
	fairlead.Duplicate:         "It exists already, and duplicates are refused.",
	fairlead.TooLarge:          "A body, file or range over its bound.",
	fairlead.RateLimited:       "Come back after Retry-After.",
	fairlead.Unavailable:       "The server can't do it now; the same request may be sent again.",
	fairlead.StorageFull:       "The server has no room to store it: reads go on, and the same request may be sent again after Retry-After.",
	fairlead.Internal:          "Our mistake; the operator finds it by request_id.",
	fairlead.RejectedLogin:     "The institution refused user name or password: the person signs in again by update mode.",
	fairlead.Locked:            "The institution locked the login: the person unlocks it there.",
	fairlead.RejectedChallenge: "The one-time code or approval was wrong.",
	fairlead.ChallengeExpired:  "It came too late.",
	fairlead.ConsentEnded:      "The consent expired or was revoked: the person renews it by update mode.",
	fairlead.ActionNeeded:      "The person must do something at the institution first.",
	fairlead.InstitutionDown:   "The institution can't be reached; it is tried again by itself.",
	fairlead.SlowDown:          "The institution's quota is used up; it is tried again by itself.",
	fairlead.NotReady:          "The data is not there yet; come back after Retry-After.",
	fairlead.Unsupported:       "This institution can't do that.",
}

// Words explains the types of event and the kinds of error, for the reference.
func (n *Native) Words() (events, errors []dialect.Word) { return referenceEvents(), referenceErrors() }

func referenceEvents() (out []dialect.Word) {
	for _, k := range eventKinds() {
		out = append(out, dialect.Word{Name: string(k), Words: eventWords[k]})
	}
	return out
}

func referenceErrors() (out []dialect.Word) {
	for k, row := range status {
		out = append(out, dialect.Word{Name: string(k), Words: errorWords[k], Title: row.title, Status: row.code})
	}
	slices.SortFunc(out, func(a, b dialect.Word) int { return cmp.Or(a.Status-b.Status, cmp.Compare(a.Name, b.Name)) })
	return out
}

// problemType is the address that explains a kind: a section of the server's own
// reference page.
func problemType(k fairlead.ErrorKind) string { return "/docs#error-" + string(k) }

// ErrorWords says what a kind of error means and what helps, in one sentence.
func ErrorWords(k fairlead.ErrorKind) string { return errorWords[k] }
