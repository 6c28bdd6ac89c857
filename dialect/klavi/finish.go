package klavi

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// returnNames are the parameters of the way back that are ours to say.
func returnNames() []string {
	return []string{"link_id", "consent_id", "external_info", "external_track_id", "error", "error_description"}
}

// Finish leads to the redirectURL of the link, or of the consent for one that the
// API made.
func (k *Klavi) Finish(_ context.Context, o linking.LinkResult) (linking.AppReturn, error) {
	address := o.Link.Spec.Redirect
	if address == "" {
		return linking.AppReturn{}, nil
	}
	s, _ := stateOf(o.Link.Origin)
	query := [][2]string{{"link_id", fairlead.UUID(s.linkOf(o.Link.ID))}}
	if s.Parent != "" {
		for _, c := range o.Consents {
			query = append(query, [2]string{"consent_id", fairlead.UUID(c.ID)})
			break
		}
	}
	if len(s.ExternalInfo) > 0 {
		query = append(query, [2]string{"external_info", string(s.ExternalInfo)})
	}
	if s.Parent != "" {
		query = append(query, [2]string{"external_track_id", s.TrackID})
	}
	if o.Link.Status != fairlead.LinkFinished {
		code, description := linkError(o.Link)
		query = append(query, [2]string{"error", code}, [2]string{"error_description", description})
	}
	return linking.AppReturn{URL: fairlead.SetQuery(address, returnNames(), query...)}, nil
}

// linkError is the error of a link that brought nothing, in the words of OAuth, which
// Open Finance Brasil uses.
func linkError(link fairlead.Link) (code, description string) {
	if link.Status == fairlead.LinkExpired {
		return "access_denied", "The time to authorise has run out"
	}
	if link.Reason == "" {
		return "access_denied", "The user gave up"
	}
	return oauthError(link.Reason)
}

// oauthError is a problem in the words of OAuth.
func oauthError(k fairlead.ErrorKind) (code, description string) {
	switch k {
	case "":
		return "access_denied", "The user gave up"
	case fairlead.ConsentEnded:
		return "access_denied", "The user did not authorise"
	case fairlead.ChallengeExpired, fairlead.Gone:
		return "access_denied", "The time to authorise has run out"
	case fairlead.RejectedLogin, fairlead.RejectedChallenge, fairlead.Locked, fairlead.ActionNeeded:
		return "access_denied", "The institution refused the user"
	case fairlead.InstitutionDown, fairlead.SlowDown, fairlead.NotReady, fairlead.Unavailable, fairlead.StorageFull, fairlead.RateLimited:
		return "temporarily_unavailable", "The institution is not available"
	case fairlead.Internal:
		return "server_error", "Something went wrong"
	}
	return "invalid_request", "The institution can't do what was asked"
}
