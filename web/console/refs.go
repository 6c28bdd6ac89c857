package console

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
)

// pageOf is the address of the page of what an id names; "": it has none, or the operator
// may not see it.
func (v *view) pageOf(id string) string {
	switch section := sectionOf(id); {
	case section == "consents" && !v.may(fairlead.PermissionAudit), section == "" && !isRecord(id):
		return ""
	case section == "":
		return v.at("records", id)
	default:
		return v.at(section, id)
	}
}

// isRecord reports whether an id names a piece of what an institution gave.
func isRecord(id string) bool {
	for _, kind := range fairlead.RecordKinds() {
		if fairlead.HasPrefix(id, string(kind)) {
			return true
		}
	}
	return false
}

// institution is an institution's name, or its id where the directory has it no more.
func (v *view) institution(id fairlead.InstitutionID) string {
	if name, known := v.names[string(id)]; known || id == "" {
		return name
	}
	i, err := v.c.o.Reading.Institution(v.ctx, v.tenant.ID, string(id))
	return v.named(string(id), i.Name, err)
}

// application is an application's name, or its id where it was deleted.
func (v *view) application(id fairlead.ApplicationID) string {
	if name, known := v.names[string(id)]; known || id == "" {
		return name
	}
	a, err := v.c.o.Access.Application(v.ctx, v.tenant.ID, id)
	return v.named(string(id), a.Name, err)
}

func (v *view) named(id, name string, err error) string {
	if err != nil || name == "" {
		name = id
	}
	if v.names == nil {
		v.names = map[string]string{}
	}
	v.names[id] = name
	return name
}

// who says who must act.
var who = map[fairlead.Actor]string{
	fairlead.ActorPerson: "The person must act", fairlead.ActorApplication: "The application must act", fairlead.ActorOperator: "You must act",
	fairlead.ActorInstitution: "The institution must act", fairlead.ActorNobody: "It passes by itself",
}

// meanings says of each kind of problem what it is.
var meanings = map[fairlead.ErrorKind]string{
	fairlead.RejectedLogin: "The institution refused the user name or the password.", fairlead.Locked: "The institution has locked the login.",
	fairlead.RejectedChallenge: "The second factor was refused.", fairlead.ChallengeExpired: "The second factor came too late.",
	fairlead.ConsentEnded: "The consent has expired, or was refused or revoked.", fairlead.ActionNeeded: "The person must do something at the institution first.",
	fairlead.InstitutionDown: "The institution did not answer as it should.", fairlead.SlowDown: "The institution takes no more calls for now.",
	fairlead.NotReady: "The institution does not have the data ready yet.", fairlead.Unsupported: "The institution can't do this.",
	fairlead.Invalid: "Something that was given is not what it must be.", fairlead.Unauthenticated: "The credentials of a service are missing or wrong.",
	fairlead.Forbidden: "This is not allowed.", fairlead.NotFound: "Something that is needed is not there.", fairlead.Gone: "Something that is needed has ended.",
	fairlead.Conflict: "Its present state does not allow it.", fairlead.Duplicate: "The login is connected already.", fairlead.TooLarge: "A file is too large.",
	fairlead.RateLimited: "Too much was requested in a short time.", fairlead.Unavailable: "This server could not do it then.",
	fairlead.StorageFull: "This server has no room to store it.", fairlead.Internal: "This server made a mistake: its log says which.",
}

// linkMoods, connectionMoods and productMoods are the colours of statuses.
var (
	linkMoods = map[fairlead.LinkStatus]mood{
		fairlead.LinkOpen: warm, fairlead.LinkFinished: good, fairlead.LinkFailed: bad, fairlead.LinkExited: calm, fairlead.LinkExpired: calm,
	}
	connectionMoods = map[fairlead.ConnectionStatus]mood{
		fairlead.ConnectionCollecting: calm, fairlead.ConnectionActive: good, fairlead.ConnectionNeedsAction: warm, fairlead.ConnectionDisconnected: calm,
	}
	productMoods = map[fairlead.ProductStatus]mood{
		fairlead.ProductPending: calm, fairlead.ProductReady: good, fairlead.ProductFailed: bad, fairlead.ProductUnavailable: calm,
	}
)

// crumb is one step of the way to a page.
type crumb struct{ address, text string }

// live has a part of a page show itself anew every few seconds while it changes.
func live(changing bool) templ.Attributes {
	if !changing {
		return nil
	}
	return templ.Attributes{"data-live": "3"}
}

// ending is an id by its prefix and its last characters, which differ.
func ending(id string) string {
	prefix, rest, ok := strings.Cut(id, "_")
	if !ok || len(rest) < 10 {
		return id
	}
	return prefix + "_…" + rest[len(rest)-6:]
}

// belongs says whose something is: "Harbor Bank of anna"; of an erased person it says so.
func (v *view) belongs(what, reference string) string {
	if reference == "" {
		return what + " of an erased person"
	}
	return what + " of " + reference
}
