package linking

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// wanted reports whether a link shows a stage. The conversation cannot be left out.
func wanted(spec fairlead.Spec, stage fairlead.Stage) bool {
	if stage == fairlead.StageConversation {
		return true
	}
	stages := spec.Stages
	if len(stages) == 0 {
		stages = fairlead.DefaultStages()
	}
	return slices.Contains(stages, stage)
}

// fixed reports whether the institution is not the person's to choose.
func fixed(spec fairlead.Spec) bool { return spec.Institution != "" || spec.Connection != "" }

// stageAfter is the stage after one of those before the conversation. The choice of
// an institution is shown exactly when there is none yet, wanted or not.
func stageAfter(link fairlead.Link, from fairlead.Stage) fairlead.Stage {
	switch from {
	case "":
		if wanted(link.Spec, fairlead.StageWelcome) {
			return fairlead.StageWelcome
		}
		fallthrough
	case fairlead.StageWelcome:
		if link.Institution == "" {
			return fairlead.StageInstitution
		}
		fallthrough
	case fairlead.StageInstitution:
		if wanted(link.Spec, fairlead.StageConsent) {
			return fairlead.StageConsent
		}
	}
	return fairlead.StageConversation
}

// stageBefore is the stage before, "" when there is none.
func stageBefore(link fairlead.Link, from fairlead.Stage) fairlead.Stage {
	switch from {
	case fairlead.StageAccounts:
		return fairlead.StageConversation
	case fairlead.StageConversation:
		if wanted(link.Spec, fairlead.StageConsent) {
			return fairlead.StageConsent
		}
		fallthrough
	case fairlead.StageConsent:
		if !fixed(link.Spec) {
			return fairlead.StageInstitution
		}
		fallthrough
	case fairlead.StageInstitution:
		if wanted(link.Spec, fairlead.StageWelcome) && len(link.Connections) == 0 {
			return fairlead.StageWelcome
		}
	}
	return ""
}

// stageConnected is the stage after a connection is made.
func stageConnected(spec fairlead.Spec) fairlead.Stage {
	if wanted(spec, fairlead.StageRetrieving) {
		return fairlead.StageRetrieving
	}
	return fairlead.StageResult
}

// more reports whether another connection may be made by the link.
func more(link fairlead.Link) bool {
	return !fixed(link.Spec) && (link.Spec.Limit == 0 || len(link.Connections) < link.Spec.Limit)
}

// resetConversation puts the conversation away: going back, another institution, another try.
func resetConversation(link *fairlead.Link) {
	link.Conversation, link.Problem = nil, nil
	link.Turns++
}
