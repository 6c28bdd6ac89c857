package simplefin

import (
	"slices"
	"strings"
	"unicode"

	"github.com/fairlead-dev/fairlead"
)

// attention is an error of the protocol: what somebody should know, in words for the person.
type attention struct {
	Code       string `json:"code"`
	Message    string `json:"msg"`
	Connection string `json:"conn_id,omitempty"`
	Account    string `json:"account_id,omitempty"`
}

// attention says what of a connection needs somebody, and what of its data is not whole.
func (c shared) attention(q query) (out []attention) {
	if c.Status == fairlead.ConnectionNeedsAction && c.Problem != nil {
		code := "con."
		if signIn(c.Problem.Kind) {
			code = "con.auth"
		}
		out = append(out, c.said(code, c.sentence(*c.Problem)))
	} else if c.Problem != nil {
		out = append(out, c.said("con.", c.sentence(*c.Problem)))
	}
	if c.Status == fairlead.ConnectionCollecting {
		out = append(out, c.said("con.", "Its data is being read for the first time and is not whole yet."))
	}
	for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings} {
		if p == fairlead.ProductTransactions && q.balancesOnly {
			continue
		}
		out = append(out, c.missing(p)...)
	}
	for _, a := range c.accounts {
		if a.Balances.Current == nil {
			out = append(out, attention{
				Code: "act.failed", Connection: string(c.ID), Account: string(a.ID),
				Message: c.institution.Name + " gives no balance of " + accountName(a) + ", so that it is left out.",
			})
		}
	}
	return out
}

// missing says what of a product could not be read.
func (c shared) missing(p fairlead.Product) (out []attention) {
	state, wanted := c.Products[p]
	if !wanted {
		return nil
	}
	var problems []fairlead.Problem
	if state.Status == fairlead.ProductFailed && state.Problem != nil && !(c.Problem != nil && c.Problem.Kind == state.Problem.Kind) {
		problems = append(problems, *state.Problem)
	}
	for _, problem := range append(problems, state.Partial...) {
		text := "The " + string(p) + " could not be read as a whole. " + c.sentence(problem)
		of := c.accounts
		if len(problem.Accounts) > 0 {
			of = slices.DeleteFunc(slices.Clone(of), func(a fairlead.Account) bool { return !slices.Contains(problem.Accounts, a.Ref) })
		}
		if len(problem.Accounts) == 0 {
			out = append(out, c.said("con.", text))
			continue
		}
		code := "act.failed"
		if p == fairlead.ProductTransactions {
			code = "act.missingdata"
		}
		for _, a := range of {
			out = append(out, attention{
				Code: code, Connection: string(c.ID), Account: string(a.ID),
				Message: accountName(a) + " at " + c.institution.Name + ": " + text,
			})
		}
	}
	return out
}

// said is something about the connection. Programs recognise how it begins.
func (c shared) said(code, text string) attention {
	return attention{Code: code, Message: "Connection to " + c.institution.Name + " may need attention: " + text, Connection: string(c.ID)}
}

// signIn reports whether a problem ends when the person signs in again.
func signIn(k fairlead.ErrorKind) bool {
	switch k {
	case fairlead.RejectedLogin, fairlead.RejectedChallenge, fairlead.ChallengeExpired, fairlead.ConsentEnded:
		return true
	}
	return false
}

// sentence says what is wrong and who must act.
func (c shared) sentence(p fairlead.Problem) string {
	at := c.institution.Name
	switch p.Kind {
	case fairlead.RejectedLogin:
		return at + " refuses the saved sign-in. Sign in to it again where you connected it."
	case fairlead.RejectedChallenge, fairlead.ChallengeExpired:
		return at + " asks for a code again. Sign in to it again where you connected it."
	case fairlead.ConsentEnded:
		return "The permission at " + at + " has ended. Renew it where you connected it."
	case fairlead.Locked:
		return at + " has locked the sign-in. Unlock it at " + at + "."
	case fairlead.ActionNeeded:
		return at + " wants you to do something there first. Sign in at " + at + " itself."
	case fairlead.InstitutionDown:
		return at + " cannot be reached at the moment. It is tried again; you need not do anything."
	case fairlead.SlowDown, fairlead.RateLimited:
		return at + " takes no more requests at the moment. It is tried again; you need not do anything."
	case fairlead.NotReady:
		return at + " has not got the data ready yet. It is tried again; you need not do anything."
	case fairlead.Unsupported:
		return at + " does not give it."
	}
	if p.Passing() {
		return "It is tried again; you need not do anything."
	}
	return "Whoever runs this server must look into it."
}

// accountName is what a person calls an account.
func accountName(a fairlead.Account) string {
	for _, n := range []string{a.Name, a.Official, a.Subtype, string(a.Kind)} {
		if n = shown(n); n != "" {
			return n
		}
	}
	return "Account"
}

// maxText bounds a text that comes from an institution or a caller, in characters.
const maxText = 1024

// shown is a text without control characters, bounded.
func shown(text string) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
	if all := []rune(text); len(all) > maxText {
		text = string(all[:maxText])
	}
	return text
}

// messages are the errors as the first version has them.
func messages(all []attention) []string {
	out := make([]string, 0, len(all))
	for _, a := range all {
		if !slices.Contains(out, a.Message) {
			out = append(out, a.Message)
		}
	}
	return out
}
