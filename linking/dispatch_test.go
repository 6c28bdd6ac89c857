package linking

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestDispatchDecidesForEveryState(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	before, after := now.Add(-time.Second), now.Add(time.Second)
	stages := func(s ...fairlead.Stage) func(*fairlead.Link) { return func(l *fairlead.Link) { l.Spec.Stages = s } }
	at := func(s fairlead.Stage) func(*fairlead.Link) { return func(l *fairlead.Link) { l.Stage = s } }
	conversation := func(c fairlead.Conversation) func(*fairlead.Link) {
		return func(l *fairlead.Link) { l.Stage, l.Conversation = fairlead.StageConversation, &c }
	}
	problem := func(kind fairlead.ErrorKind) func(*fairlead.Link) {
		return func(l *fairlead.Link) { l.Problem = &fairlead.Problem{Kind: kind} }
	}
	step := func(s fairlead.Step) fairlead.Conversation { return fairlead.Conversation{ID: "c", Step: s} }
	form := fairlead.Step{Form: &fairlead.Form{Kind: "login"}}
	refresh := fairlead.Step{Form: &fairlead.Form{Kind: "qr", Refresh: 5}}
	wait := fairlead.Step{Wait: &fairlead.Wait{Seconds: 5}}
	approval := fairlead.Step{Wait: &fairlead.Wait{Seconds: 5, Approval: "a"}}
	send := func(until time.Time) fairlead.Step {
		return fairlead.Step{Send: &fairlead.Send{URL: "https://bank", Expires: until}}
	}
	atNext := func(c fairlead.Conversation, at time.Time) fairlead.Conversation { c.Next = at; return c }
	busy := func(c fairlead.Conversation, until time.Time) fairlead.Conversation { c.Busy = until; return c }
	done := func(c fairlead.Conversation) fairlead.Conversation { c.Done = true; return c }
	type change = func(*fairlead.Link)
	with := func(changes ...change) change {
		return func(l *fairlead.Link) {
			for _, c := range changes {
				c(l)
			}
		}
	}
	for name, c := range map[string]struct {
		link change
		want next
	}{
		"a finished link shows how it ended":               {func(l *fairlead.Link) { l.Status = fairlead.LinkFinished }, show},
		"a failed link shows how it ended, late too":       {func(l *fairlead.Link) { l.Status, l.Expires = fairlead.LinkFailed, before }, show},
		"an open link ends with its time":                  {func(l *fairlead.Link) { l.Expires = now }, end},
		"it ends with its time in a conversation too":      {with(conversation(step(form)), func(l *fairlead.Link) { l.Expires = before }), end},
		"the welcome waits for the person":                 {at(fairlead.StageWelcome), show},
		"the choice of institution waits for the person":   {at(fairlead.StageInstitution), show},
		"the consent waits for the person":                 {at(fairlead.StageConsent), show},
		"a conversation begins where there is none":        {at(fairlead.StageConversation), begin},
		"a form waits for the person":                      {conversation(step(form)), show},
		"a turn in flight is waited for":                   {conversation(busy(step(wait), after)), show},
		"an interrupted turn is shown, not repeated":       {conversation(busy(step(form), before)), show},
		"an interrupted refresh is shown, not repeated":    {conversation(busy(step(refresh), before)), show},
		"a wait goes on when its time has come":            {conversation(atNext(step(wait), now)), resume},
		"a wait that was interrupted goes on":              {conversation(busy(atNext(step(wait), now), before)), resume},
		"a wait is left alone before":                      {conversation(atNext(step(wait), after)), show},
		"an approval is looked for each time":              {conversation(atNext(step(approval), after)), resume},
		"a form that changes is shown anew in its time":    {conversation(atNext(step(refresh), now)), resume},
		"a form that changes stays until then":             {conversation(atNext(step(refresh), after)), show},
		"somebody at the bank is waited for":               {conversation(step(send(after))), show},
		"somebody at the bank for ever is waited for":      {conversation(step(send(time.Time{}))), show},
		"a visit to the bank that took too long is over":   {conversation(step(send(now))), expire},
		"a problem waits for the person":                   {with(conversation(step(fairlead.Step{})), problem(fairlead.Locked)), show},
		"a problem that the spec names ends the link":      {with(conversation(step(fairlead.Step{})), problem(fairlead.Locked), func(l *fairlead.Link) { l.Spec.ExitOn = []fairlead.ErrorKind{fairlead.Locked} }), end},
		"a form that is shown again does not":              {with(conversation(step(form)), problem(fairlead.Locked), func(l *fairlead.Link) { l.Spec.ExitOn = []fairlead.ErrorKind{fairlead.Locked} }), show},
		"too many wrong answers end the link":              {with(conversation(step(fairlead.Step{})), problem(fairlead.RejectedLogin), func(l *fairlead.Link) { l.Wrong = maxWrong }), end},
		"a login that is done is connected":                {conversation(done(step(fairlead.Step{}))), connect},
		"with accounts to choose from, these come first":   {conversation(fairlead.Conversation{Done: true, Choice: true}), accounts},
		"unless the spec does not want them":               {with(conversation(fairlead.Conversation{Done: true, Choice: true}), stages(fairlead.StageResult)), connect},
		"the choice of accounts waits for the person":      {with(conversation(fairlead.Conversation{Done: true, Choice: true}), at(fairlead.StageAccounts)), show},
		"what was chosen is connected":                     {with(conversation(fairlead.Conversation{Done: true, Choice: true, Accounts: []string{"1"}}), at(fairlead.StageAccounts)), connect},
		"while it is, others wait":                         {with(conversation(busy(fairlead.Conversation{Done: true, Choice: true, Accounts: []string{"1"}}, after)), at(fairlead.StageAccounts)), show},
		"what a stopped server left is connected then":     {with(conversation(busy(fairlead.Conversation{Done: true, Accepted: true}, before)), at(fairlead.StageAcceptance), stages(fairlead.StageAcceptance)), connect},
		"unless an acceptance is wanted":                   {with(conversation(fairlead.Conversation{Done: true, Choice: true, Accounts: []string{"1"}}), at(fairlead.StageAccounts), stages(fairlead.StageAccounts, fairlead.StageAcceptance)), acceptance},
		"an acceptance may come at once":                   {with(conversation(fairlead.Conversation{Done: true}), stages(fairlead.StageAcceptance)), acceptance},
		"the acceptance waits for the person":              {with(conversation(fairlead.Conversation{Done: true}), at(fairlead.StageAcceptance), stages(fairlead.StageAcceptance)), show},
		"what was accepted is connected":                   {with(conversation(fairlead.Conversation{Done: true, Accepted: true}), at(fairlead.StageAcceptance), stages(fairlead.StageAcceptance)), connect},
		"accounts without a login are shown as they stand": {at(fairlead.StageAccounts), show},
		"the data is looked for":                           {at(fairlead.StageRetrieving), retrieving},
		"a result is shown where it is wanted":             {at(fairlead.StageResult), show},
		"and ends the link where it is not":                {with(at(fairlead.StageResult), stages(fairlead.StageWelcome)), end},
	} {
		link := fairlead.Link{Status: fairlead.LinkOpen, Stage: fairlead.StageWelcome, Expires: now.Add(time.Hour)}
		c.link(&link)
		if got := dispatch(state{link: link, wall: now, now: now}); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
