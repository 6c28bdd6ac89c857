package fairlead

import (
	"slices"
	"time"
)

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
	// Trail is how it came here: where it stood, from when on, oldest first, at most
	// MaxTrail. It holds nothing that was typed or shown.
	Trail   []LinkMove `json:"trail,omitempty"`
	Version int64      `json:"-"`
}

// LinkMove is where a link stood from an instant on.
type LinkMove struct {
	At          time.Time     `json:"at"` // tenant time
	Stage       Stage         `json:"stage"`
	Step        string        `json:"step,omitempty"` // of a conversation: a Form's kind, StepSend, StepWait, or StepTurn
	Institution InstitutionID `json:"institution,omitempty"`
	Again       bool          `json:"again,omitempty"`   // what the person answered was refused
	Problem     ErrorKind     `json:"problem,omitempty"` // what stands in the way
}

// Steps of a LinkMove that are no form.
const (
	StepSend = "send" // the person is at the institution's own pages
	StepWait = "wait" // somebody approves elsewhere, or the institution needs time
	StepTurn = "turn" // the institution is answering
)

// MaxTrail bounds a link's Trail: of more, the newest stands in the last.
const MaxTrail = 100

// Standing is where the link stands now.
func (l Link) Standing() LinkMove {
	m := LinkMove{Stage: l.Stage, Institution: l.Institution}
	if l.Problem != nil {
		m.Problem = l.Problem.Kind
	}
	c := l.Conversation
	if l.Stage != StageConversation || c == nil || c.Done {
		return m
	}
	switch {
	case !c.Busy.IsZero() && !c.Polling:
		m.Step = StepTurn
	case c.Step.Form != nil:
		m.Step, m.Again = c.Step.Form.Kind, c.Step.Form.Again
	case c.Step.Send != nil:
		m.Step = StepSend
	case c.Step.Wait != nil:
		m.Step = StepWait
	}
	return m
}

// Track adds where the link stands now to its Trail, unless it stood there before.
func (l *Link) Track(now time.Time) {
	m := l.Standing()
	n := len(l.Trail)
	if n > 0 {
		last := l.Trail[n-1]
		if m.At = last.At; m == last {
			return
		}
	}
	m.At = now
	if n >= MaxTrail {
		l.Trail = append(slices.Clone(l.Trail[:MaxTrail-1]), m)
		return
	}
	l.Trail = append(slices.Clip(l.Trail), m) // what was read may be shared
}
