package fairlead

import "time"

// LinkStatus is how a link stands for its application.
type LinkStatus string

const (
	LinkOpen     LinkStatus = "open"
	LinkFinished LinkStatus = "finished" // at least one connection was made and the person is done
	LinkFailed   LinkStatus = "failed"   // ended by a problem
	LinkExited   LinkStatus = "exited"   // the person gave up, or the application cancelled
	LinkExpired  LinkStatus = "expired"
)

// Link is one invitation to connect, short-lived; it yields one or more connections.
type Link struct {
	ID          LinkID         `json:"id"`
	Tenant      TenantID       `json:"tenant"`
	Application ApplicationID  `json:"application"`
	Person      PersonID       `json:"person"`
	Reference   string         `json:"reference"` // the person's, copied
	Template    TemplateID     `json:"template,omitempty"`
	Spec        Spec           `json:"spec"`
	Hints       Sealed         `json:"hints,omitempty"` // PersonDetails given with the link
	Stage       Stage          `json:"stage"`
	Status      LinkStatus     `json:"status"`
	Reason      ErrorKind      `json:"reason,omitempty"` // why it failed or exited; "" for a plain exit
	Problem     *Problem       `json:"problem,omitempty"`
	Withdrawn   bool           `json:"withdrawn,omitempty"`   // exited because the application cancelled it
	Institution InstitutionID  `json:"institution,omitempty"` // chosen now
	Connections []ConnectionID `json:"connections,omitempty"`
	Consent     ConsentID      `json:"consent,omitempty"` // of the conversation under way
	Origin      Origin         `json:"origin"`
	Token       string         `json:"token,omitempty"`    // Name of the LinkToken that opens it; "" where that is not Known
	Previous    LinkID         `json:"previous,omitempty"` // the link that the same token opened before
	Reopened    int            `json:"reopened,omitempty"` // how many there were before

	Key          []byte        `json:"key,omitempty"`          // wrapped data key of the link's own secrets
	Conversation *Conversation `json:"conversation,omitempty"` // while one is under way
	Result       Sealed        `json:"result,omitempty"`       // where the browser goes at the end, code included
	LastSession  string        `json:"last_session,omitempty"` // name of the page's session that acted last: it sees the result, and no other
	Turns        int           `json:"turns,omitempty"`        // counts all turns of all its conversations: Conversation.Turn comes from it
	Wrong        int           `json:"wrong,omitempty"`        // answers that were refused: bounded, because banks lock people out
	Wanted       int           `json:"wanted,omitempty"`       // institutions that the person said are missing from the list
	Uploads      []string      `json:"uploads,omitempty"`      // blobs of uploaded files, deleted with the link's secrets

	Opened       time.Time `json:"opened,omitzero"` // first visit
	Created      time.Time `json:"created"`
	Expires      time.Time `json:"expires"`
	ExpiryQueued time.Time `json:"expiry_queued,omitzero"` // the Expires whose end was made due
	Unseen       time.Time `json:"unseen,omitzero"`        // since when it has a connection that was made while no page was open, tenant time
	Ended        time.Time `json:"ended,omitzero"`
	Version      int64     `json:"-"`
}
