package kit

import (
	"crypto/subtle"

	"github.com/fairlead-dev/fairlead"
)

// Authorisation is what an authorisation server was sent a person with, and who it is:
// what a return from it is held to.
type Authorisation struct {
	State  string // of the request
	Issuer string // as the server's metadata has it
}

// Check judges what a person came back with before anything of it is believed, its
// errors too: that it answers this request, and that this server says so (RFC 9207).
// Else one server's code, handed to another's client, would be redeemed at the wrong
// one. A return that names no issuer is refused as one that names another. Errors:
// RejectedChallenge.
func (a Authorisation) Check(query map[string]string) error {
	switch {
	case a.State == "" || subtle.ConstantTimeCompare([]byte(query["state"]), []byte(a.State)) != 1:
		return fairlead.Errorf(fairlead.RejectedChallenge, "The return does not belong to this login.")
	case a.Issuer == "" || query["iss"] != a.Issuer:
		return fairlead.Errorf(fairlead.RejectedChallenge, "The return does not come from this institution.")
	}
	return nil
}
