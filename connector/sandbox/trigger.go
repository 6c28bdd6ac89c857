package sandbox

import (
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// trigger is a text that, typed as the password (or as the answer to a second
// factor), calls something up. The table is also the documentation: docs/sandbox.md
// is made from it.
type trigger struct {
	Text  string // a trailing * stands for what Takes says
	Takes takes
	Group group
	Means string

	challenge challenge                     // of second factors
	refuses   fairlead.ErrorKind            // ends the login
	slow      bool                          // makes the login take the trigger's seconds
	fetch     func(*fetching, string) error // before each page; with what stands for the star
}

// takes is what the star of a trigger stands for.
type takes string

const (
	takesSeconds takes = "seconds"
	takesProduct takes = "product"
	takesData    takes = "kind of data"
	takesRounds  takes = "rounds_questions"
)

// group is where a trigger has its effect.
type group string

const (
	groupFactor group = "Second factors"
	groupLogin  group = "Failures at login"
	groupFetch  group = "Failures while collecting"
	groupData   group = "Odd data"
)

// triggers is the table.
func triggers() []trigger {
	var all []trigger
	all = append(all, factorTriggers()...)
	all = append(all, loginTriggers()...)
	all = append(all, fetchTriggers()...)
	return append(all, dataTriggers()...)
}

// factorTriggers call up second factors; every code is 1234.
func factorTriggers() []trigger {
	factor := func(text, means string, c challenge) trigger {
		return trigger{Text: text, Group: groupFactor, Means: means, challenge: c}
	}
	sms, mail := challenge{Kind: "code", Device: "•••• 7890"}, challenge{Kind: "code", Device: "p•••@mail.example"}
	app := challenge{Kind: "code", Text: "form.code.authenticator"}
	reader := challenge{Kind: "reader", Text: "sandbox.reader"}
	return []trigger{
		factor("SCA_SMS", "A code by text message.", sms), factor("SCA_CODE", "A code by text message.", sms), factor("SCA_CALL", "A code by telephone call.", sms),
		factor("SCA_EMAIL", "A code by e-mail.", mail),
		factor("SCA_APP_CODE", "A code from the bank's app.", challenge{Kind: "code", Text: "form.code.app"}),
		factor("SCA_CODE_FROM_APP", "A code from the bank's app.", challenge{Kind: "code", Text: "form.code.app"}),
		factor("SCA_GOOGLE_AUTHENTICATOR", "A code from an authenticator app.", app), factor("SCA_TOTP", "A code from an authenticator app.", app),
		factor("SCA_CODE_DEVICE", "Pick where a code is sent, then type it.", challenge{Kind: "choice", Rounds: 2}),
		factor("SCA_CHOICE", "Pick one of several devices; no code follows.", challenge{Kind: "choice", Rounds: 1}),
		factor("SCA_CARD_READER", "A card reader's answer to a number.", reader), factor("SCA_DIGIPASS", "A token's answer to a number.", reader),
		factor("SCA_CRYPTOCALCULATOR", "A calculator's answer to a number.", reader),
		factor("SCA_COORDINATE", "Three cells of a coordinate card.", challenge{Kind: "coordinates"}), factor("SCA_COORDINATE_CARD", "Three cells of a coordinate card.", challenge{Kind: "coordinates"}),
		factor("SCA_QR_ACCEPT", "A QR code to scan; going on counts as scanned.", challenge{Kind: "qr"}),
		factor("SCA_UPDATABLE_QR", "A QR code that changes every 10 seconds.", challenge{Kind: "qr", Refresh: 10}),
		factor("SCA_IMAGE", "A picture with a text to type (it shows 1234).", challenge{Kind: "image"}),
		factor("SCA_QUESTIONS", "Two security questions; `question i` has the answer `answer i`.", challenge{Kind: "questions", Rounds: 1, Questions: 2}),
		{Text: "SCA_QUESTIONS_*", Takes: takesRounds, Group: groupFactor, Means: "So many rounds of so many questions (`SCA_QUESTIONS_2_3`).", challenge: challenge{Kind: "questions"}},
		factor("SCA_APP", "A confirmation in the bank's app: waits until it is given by `fairlead sandbox push approve` or the API, at most 5 minutes.", challenge{Kind: "push"}),
		{Text: "SCA_APP_*", Takes: takesSeconds, Group: groupFactor, Means: "The same, but given by itself after so many seconds (`SCA_APP_10`).", challenge: challenge{Kind: "push"}},
		factor("SCA_EXTERNAL_WAIT", "A confirmation elsewhere, given by itself after 10 seconds.", challenge{Kind: "push", After: 10 * time.Second}),
		factor("SCA_LINK", "A page of the bank's to visit and confirm on.", challenge{Kind: "visit"}),
	}
}

// loginTriggers end the login, or slow it down.
func loginTriggers() []trigger {
	no := func(text, means string, kind fairlead.ErrorKind) trigger {
		return trigger{Text: text, Group: groupLogin, Means: means, refuses: kind}
	}
	return []trigger{
		no("WRONG_PASSWORD", "The user name or the password is wrong. The third time in a row locks the login for 15 minutes.", fairlead.RejectedLogin),
		no("INVALID_CREDENTIALS", "The user name or the password is wrong. The third time in a row locks the login for 15 minutes.", fairlead.RejectedLogin),
		no("LOCKED", "The institution has locked the login.", fairlead.Locked),
		no("CHANGE_PASSWORD", "The password has expired and must be changed at the institution.", fairlead.ActionNeeded),
		no("ACTION_NEEDED", "Something must be done at the institution first: new terms to accept.", fairlead.ActionNeeded),
		no("USER_INTERACTION_NEEDED", "Something must be done at the institution first.", fairlead.ActionNeeded),
		no("WRONG_CODE", "The second factor is wrong. So is any code but 1234.", fairlead.RejectedChallenge),
		no("INVALID_SCA", "The second factor is wrong.", fairlead.RejectedChallenge),
		no("EXPIRED_CODE", "The second factor came too late. So does any answer after 5 minutes.", fairlead.ChallengeExpired),
		no("SCA_TYPE_NOT_ALLOWED", "The institution wants a second factor that cannot be given here.", fairlead.Unsupported),
		no("CONSENT_REJECTED", "The person refused at the institution.", fairlead.ConsentEnded),
		no("ALREADY_EXISTS", "The institution allows one login at a time and has one.", fairlead.Duplicate),
		no("INTERNAL_ERROR", "Something breaks that nobody foresaw.", fairlead.Internal),
		no("DOWN", "The institution cannot be reached.", fairlead.InstitutionDown),
		no("SLOW_DOWN", "The institution allows no more logins for 15 minutes.", fairlead.SlowDown),
		{Text: "SLOW_*", Takes: takesSeconds, Group: groupLogin, Means: "The login takes so many seconds of the tenant's time (`SLOW_30`).", slow: true},
	}
}

// match finds the trigger of one text, and what stands for its star.
func (s *Sandbox) match(text string) (trigger, string, bool) {
	for _, t := range s.triggers {
		if t.Text == text {
			return t, "", true
		}
	}
	for _, t := range s.triggers {
		if stem, star := strings.CutSuffix(t.Text, "*"); star {
			if rest, ok := strings.CutPrefix(text, stem); ok && t.Takes.fits(rest) {
				return t, rest, true
			}
		}
	}
	return trigger{}, "", false
}

// fits reports whether a text can stand for the star.
func (k takes) fits(rest string) bool {
	switch k {
	case takesSeconds:
		_, ok := number(rest, 3600)
		return ok
	case takesProduct:
		return fairlead.Product(rest).Valid()
	case takesData:
		_, ok := kindsOfData()[rest]
		return ok
	case takesRounds:
		_, _, ok := rounds(rest)
		return ok
	}
	return false
}

// splitTriggers splits what was typed: several may be joined by "+".
func splitTriggers(typed string) []string { return strings.Split(strings.TrimSpace(typed), "+") }

// number reads a whole number from 1 to most.
func number(text string, most int) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= most
}

// seconds reads the number of a text that fits.
func seconds(rest string) time.Duration {
	n, _ := number(rest, 3600)
	return time.Duration(n) * time.Second
}

// rounds reads "2_3": two rounds of three questions.
func rounds(rest string) (n, each int, ok bool) {
	a, b, _ := strings.Cut(rest, "_")
	n, first := number(a, 5)
	each, second := number(b, 5)
	return n, each, first && second
}
