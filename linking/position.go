package linking

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// A position names what a page of a link shows, so that its address can carry it and the
// browser's history has an entry for each: the stage, and of a conversation its turn. What
// goes on by itself has none.

// positionOf is where a link stands; "" where that goes on by itself, or the link has ended.
func positionOf(s state) string {
	link := s.link
	if link.Status != fairlead.LinkOpen || link.Stage == fairlead.StageRetrieving {
		return ""
	}
	c := link.Conversation
	if c != nil && s.wall.Before(c.Busy) {
		return ""
	}
	if link.Stage != fairlead.StageConversation {
		return string(link.Stage)
	}
	if c == nil || c.Step.Wait != nil || c.Step.Form != nil && c.Step.Form.Refresh > 0 {
		return ""
	}
	return string(link.Stage) + "-" + strconv.Itoa(c.Turn)
}

// Position is where the link stands now: a turn that an action began may have ended. ""
// where that is not known, too.
func (v *Visit) Position(ctx context.Context) string {
	fresh, err := v.l.openLink(ctx, v.tenant.ID, v.link.ID, v.client)
	if err != nil {
		return ""
	}
	return positionOf(fresh.state)
}

// parsePosition reads a position; -1 for a stage that there is not.
func parsePosition(at string) (stage fairlead.Stage, rank, turn int) {
	name, number, _ := strings.Cut(at, "-")
	turn, err := strconv.Atoi(number)
	if err != nil || turn < 0 {
		turn = 0
	}
	stage = fairlead.Stage(name)
	return stage, slices.Index(stages(), stage), turn
}

// Behind reports whether a position is one that the link has left behind, and whether the
// person can go back to it.
func (s Screen) Behind(at string) (behind, can bool) {
	stage, rank, turn := parsePosition(at)
	now := slices.Index(stages(), s.Link.Stage)
	switch {
	case s.Ended || rank < 0 || rank > now:
		return false, false
	case rank < now:
		return true, !s.Busy && reaches(s.Link, stage)
	case stage != fairlead.StageConversation || s.Link.Conversation == nil || turn >= s.Link.Conversation.Turn:
		return false, false
	}
	c := s.Link.Conversation // of the same conversation, or of one before it
	return c.Answered, c.Answered && !s.Busy
}

// Earlier reports whether a position is one of an earlier turn of the stage where the link
// stands.
func (s Screen) Earlier(at string) bool {
	stage, _, turn := parsePosition(at)
	c := s.Link.Conversation
	return !s.Ended && stage == fairlead.StageConversation && stage == s.Link.Stage && c != nil && turn > 0 && turn < c.Turn
}

// reaches reports whether going back leads to a stage.
func reaches(link fairlead.Link, to fairlead.Stage) bool {
	for at := stageBefore(link, link.Stage); at != ""; at = stageBefore(link, at) {
		if at == to {
			return true
		}
	}
	return false
}

// BackTo leads back to a position. What came after it is given up. Errors: Conflict where
// it can't be gone back to.
func (v *Visit) BackTo(ctx context.Context, at string) error {
	v.acting()
	stage, _, _ := parsePosition(at)
	screen := Screen{Link: v.link, Busy: v.link.Conversation != nil && v.wall.Before(v.link.Conversation.Busy)}
	if behind, can := screen.Behind(at); !behind || !can {
		return moved()
	}
	if stage == v.link.Stage {
		return v.Retry(ctx)
	}
	return v.back(ctx, func(link fairlead.Link) fairlead.Stage {
		if !reaches(link, stage) {
			return ""
		}
		return stage
	})
}

// back leads to an earlier stage. A conversation under way is given up, and what a login
// that is done was granted.
func (v *Visit) back(ctx context.Context, earlier func(fairlead.Link) fairlead.Stage) error {
	var granted *pending
	before := *v
	if v.link.Stage == fairlead.StageAccounts {
		p, err := v.pendingAt(v.link.Stage)
		if err != nil {
			return err
		}
		granted = &p
	}
	err := v.change(ctx, func(tx *store.Tx, s *state) error {
		if granted != nil && !checkpointOf(s.link).equal(v.at) {
			return moved()
		}
		to := earlier(s.link)
		if to == "" {
			return fairlead.Errorf(fairlead.Conflict, "There is no way back from here.")
		}
		if to == fairlead.StageInstitution || to == fairlead.StageWelcome {
			if err := v.l.dropConsent(tx, s, fairlead.ConsentRejected, ""); err != nil {
				return err
			}
			s.link.Institution = s.link.Spec.Institution
		}
		resetConversation(&s.link)
		s.link.Stage = to
		return nil
	})
	if err != nil {
		return err
	}
	if granted != nil {
		before.revokePending(ctx, *granted)
	}
	return v.advance(ctx)
}
