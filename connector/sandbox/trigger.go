package sandbox

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// trigger is one word that, typed as the password (or as the answer to a second
// factor), calls something up. The table is also the documentation: see
// docs/sandbox.md, which is made from it.
type trigger struct {
	Word  string // a trailing * stands for what is named: a product, a number
	Group group
	Means string

	challenge challenge               // of factors
	refuses   fairlead.Kind           // ends the login
	detail    string                  // sentence of the refusal
	wait      time.Duration           // makes the login take so long; 0 with *: the seconds of the word
	fetch     func(f *fetching) error // before each page
}

// group is where a word has its effect.
type group string

const (
	groupFactor group = "Second factors"
	groupLogin  group = "Failures at login"
	groupFetch  group = "Failures while collecting"
	groupData   group = "Odd data"
)

// triggers is the table.
func triggers() []trigger {
	return []trigger{
		{Word: "SCA_SMS", Group: groupFactor, Means: "A code by text message.", challenge: challenge{Kind: "code", Title: "code.sms", Device: "•••• 1234"}},
		{Word: "WRONG_PASSWORD", Group: groupLogin, Means: "The user name or password is wrong; the third time in a row locks the login for 15 minutes.", refuses: fairlead.RejectedLogin,
			detail: "The user name or the password is wrong."},
		{Word: "DOWN", Group: groupLogin, Means: "The institution cannot be reached.", refuses: fairlead.InstitutionDown, detail: "The institution cannot be reached."},
		{Word: "SLOW_*", Group: groupLogin, Means: "The login takes so many seconds (`SLOW_30`).", wait: time.Second},
	}
}

// match finds the trigger of one word, and what stands for its star.
func (s *Sandbox) match(word string) (trigger, string, bool) {
	for _, t := range s.triggers {
		if stem, star := strings.CutSuffix(t.Word, "*"); star {
			if rest, ok := strings.CutPrefix(word, stem); ok && rest != "" {
				return t, rest, true
			}
		} else if t.Word == word {
			return t, "", true
		}
	}
	return trigger{}, "", false
}

// words splits what was typed: several words may be joined by "+".
func words(typed string) []string { return strings.Split(strings.TrimSpace(typed), "+") }

// seconds reads the number of a word, within an hour.
func seconds(rest string) time.Duration {
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 3600)) * time.Second
}
