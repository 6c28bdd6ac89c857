package page

import (
	"github.com/fairlead-dev/fairlead"
)

// problemText is the title or text of the screen's problem: by its code, by how it
// came about, or by its kind, whichever has a message first.
func (v *view) problemText(part string) string {
	kind := string(fairlead.Internal)
	if p := v.screen.Problem; p != nil {
		kind = string(p.Kind)
		for _, finer := range []string{p.Code, v.problemVariant(*p)} {
			if key := "problem." + finer + "." + part; finer != "" && v.has(key) {
				return v.phrase(key)
			}
		}
	}
	return v.phrase("problem." + kind + "." + part)
}

// problemVariant is a finer kind of a problem, by how it came about: a second
// factor that was refused with nothing requested was refused elsewhere.
func (v *view) problemVariant(p fairlead.Problem) string {
	switch {
	case isStatementFile(v.screen.Institution):
		return string(p.Kind) + ".file"
	case p.Kind != fairlead.RejectedChallenge || v.screen.Step != nil || v.screen.Stage != fairlead.StageConversation:
		return ""
	case v.mayTypePassword():
		return string(p.Kind) + ".device"
	}
	return string(p.Kind) + ".away"
}

// actorText says who has to act; "": nobody.
func (v *view) actorText() string {
	p := v.screen.Problem
	if p == nil || p.Actor == "" {
		return ""
	}
	switch p.Kind {
	case fairlead.Duplicate, fairlead.TooLarge, fairlead.Unsupported:
		return "" // nobody has to mend anything: another file or institution may do
	}
	return v.phrase("actor." + string(p.Actor))
}

// retryIn says after how long it is worth trying again; "": unsaid, or now.
func (v *view) retryIn() string {
	p := v.screen.Problem
	if p == nil || v.screen.Now.IsZero() {
		return ""
	}
	if left := p.RetryAfter.Sub(v.screen.Now); left > 0 {
		return v.text("failure.when", "duration", v.duration(left))
	}
	return ""
}

// paused reports whether trying again at once would do no good, or harm.
func (v *view) paused() bool {
	p := v.screen.Problem
	if p == nil {
		return false
	}
	switch p.Kind {
	case fairlead.Locked, fairlead.SlowDown, fairlead.RateLimited:
		return p.RetryAfter.IsZero() || v.retryIn() != ""
	}
	return v.retryIn() != ""
}
