package page

import "github.com/fairlead-dev/fairlead"

// productIcon names the drawing of a product.
func productIcon(p fairlead.Product) string { return "product-" + string(p) }

// failureIcon names the drawing of a kind of failure.
func failureIcon(k fairlead.ErrorKind) string { return "failure-" + string(k) }

// failureIcon draws what went wrong: a problem's kind.
func (v *view) failureIcon() string {
	if v.screen.Problem == nil {
		return "alert"
	}
	return failureIcon(v.screen.Problem.Kind)
}

// failureMood is "bad" where something broke or was refused, and "calm" where there is
// only something to do, or to wait for.
func (v *view) failureMood() string {
	if v.screen.Problem == nil {
		return "bad"
	}
	switch v.screen.Problem.Kind {
	case fairlead.SlowDown, fairlead.NotReady, fairlead.RateLimited, fairlead.ActionNeeded, fairlead.ChallengeExpired, fairlead.ConsentEnded, fairlead.Duplicate:
		return "calm"
	}
	return "bad"
}
