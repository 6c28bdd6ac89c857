package page

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// span is a length of time in words, rounded up so that it is never too short.
func (l *speech) span(d time.Duration) string {
	up := func(unit time.Duration) int { return int((d + unit - 1) / unit) }
	switch {
	case d <= time.Minute:
		return l.count("span.seconds", max(up(time.Second), 1))
	case d <= 2*time.Hour:
		return l.count("span.minutes", up(time.Minute))
	case d <= 48*time.Hour:
		return l.count("span.hours", up(time.Hour))
	}
	return l.count("span.days", up(24*time.Hour))
}

// timeLeft says how long a wait may still take; "": unsaid.
func (m *view) timeLeft() string {
	step, c := m.s.Step, m.s.Link.Conversation
	if m.s.Busy || step == nil || step.Wait == nil || m.s.Now.IsZero() {
		return ""
	}
	if step.Wait.Approval != "" || c == nil {
		if left := step.Wait.Expires.Sub(m.s.Now); left > 0 {
			return m.t("wait.confirm", "span", m.l.span(left))
		}
		return ""
	}
	if left := c.Next.Sub(m.s.Now); left > 0 {
		return m.t("wait.left", "span", m.l.span(left))
	}
	return ""
}

// retryIn says after how long it is worth trying again; "": unsaid, or now.
func (m *view) retryIn() string {
	if m.s.Problem == nil || m.s.Now.IsZero() {
		return ""
	}
	if left := m.s.Problem.RetryAfter.Sub(m.s.Now); left > 0 {
		return m.t("failure.when", "span", m.l.span(left))
	}
	return ""
}

// paused tells whether trying again at once would do no good, or harm.
func (m *view) paused() bool {
	if m.s.Problem == nil {
		return false
	}
	switch m.s.Problem.Kind {
	case fairlead.Locked, fairlead.SlowDown, fairlead.RateLimited:
		return m.s.Problem.RetryAfter.IsZero() || m.retryIn() != ""
	}
	return m.retryIn() != ""
}

// problemSpecial is a finer word for the screen's problem, by how it came about:
// a second factor that was refused with nothing asked was refused elsewhere.
func (m *view) problemSpecial() string {
	p := m.s.Problem
	switch {
	case p == nil:
		return ""
	case broughtFile(m.s.Institution):
		return string(p.Kind) + ".file"
	case p.Kind != fairlead.RejectedChallenge || m.s.Step != nil || m.s.Stage != fairlead.StageConversation:
		return ""
	}
	if may, _ := m.typesPassword(); may {
		return string(p.Kind) + ".device"
	}
	return string(p.Kind) + ".away"
}
