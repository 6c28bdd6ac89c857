package sandbox

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// challenge is one second factor. The zero value is none.
type challenge struct {
	Kind   string // as fairlead.Ask.Kind, or "push", "visit"
	Title  string // message key
	Device string
}

// challengeLife is how long an answer is accepted.
const challengeLife = 5 * time.Minute

// code is the one-time code of every second factor.
const code = "1234"

// ask makes the step of a challenge.
func (c challenge) ask(now time.Time) fairlead.Step {
	return fairlead.Step{Ask: &fairlead.Ask{Kind: c.Kind, Title: c.Title, Device: c.Device, Expires: now.Add(challengeLife),
		Fields: []fairlead.AskField{{Name: "code", Kind: fairlead.FieldCode, Label: "field.code", Digits: true, Length: 4}}}}
}

// check tells what is wrong with an answer.
func (c challenge) check(a fairlead.Answer) error {
	if a.Fields["code"].Reveal() != code {
		return fairlead.Errorf(fairlead.RejectedChallenge, "The code is wrong.")
	}
	return nil
}
