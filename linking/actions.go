package linking

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Proceed leads from the welcome on. Where saved logins of a returning person
// are offered, it uses them.
func (v *Visit) Proceed(ctx context.Context) error {
	v.acting()
	var saved []fairlead.Connection
	var err error
	if v.link.Stage == fairlead.StageWelcome && v.link.Spec.Returning {
		saved, err = v.saved(ctx)
	}
	switch {
	case err != nil:
		return err
	case len(saved) > 0:
		err = v.relink(ctx, saved)
	default:
		err = v.change(ctx, func(_ *store.Tx, s *state) error {
			if s.link.Stage != fairlead.StageWelcome {
				return moved()
			}
			s.link.Stage = stageAfter(s.link, fairlead.StageWelcome)
			return nil
		})
	}
	if err != nil {
		return err
	}
	return v.advance(ctx)
}

// Choose takes the institution: id, short name or code.
func (v *Visit) Choose(ctx context.Context, name string) error {
	v.acting()
	i, offered, err := v.l.allowed(ctx, v.tenant, v.link.Spec, name)
	if err != nil {
		return err
	}
	err = v.change(ctx, func(_ *store.Tx, s *state) error {
		if s.link.Stage != fairlead.StageInstitution {
			return moved()
		}
		if !offered {
			return fairlead.InvalidField("institution_id", "unknown", "must be an institution of the list")
		}
		s.link.Institution, s.link.Problem = i.ID, nil
		s.link.Stage = stageAfter(s.link, fairlead.StageInstitution)
		return nil
	})
	if err != nil {
		return err
	}
	return v.advance(ctx)
}

// Agree takes the person's consent: for so many months, or until revoked. months
// 0 and not endless means what the page proposed. Then the conversation begins.
func (v *Visit) Agree(ctx context.Context, months int, endless bool) error {
	v.acting()
	if months < 0 || months > maxMonths {
		return fairlead.InvalidField("months", "range", "must be between 1 and 60")
	}
	err := v.change(ctx, func(tx *store.Tx, s *state) error {
		if s.link.Stage != fairlead.StageConsent || s.link.Institution == "" {
			return moved()
		}
		if months == 0 && !endless {
			months, endless = s.link.Spec.Validity, s.link.Spec.Endless
		}
		// Agreeing anew, after coming back, is another consent.
		if err := v.l.dropConsent(tx, s, fairlead.ConsentRejected, ""); err != nil {
			return err
		}
		if _, err := v.l.addConsent(tx, s, until(s.now, months, endless)); err != nil {
			return err
		}
		s.link.Stage = stageAfter(s.link, fairlead.StageConsent)
		return nil
	})
	if err != nil {
		return err
	}
	return v.advance(ctx)
}

// Answer gives the person's answer to the step that the form of the turn showed.
// Errors: Conflict for a stale form or a turn in flight, Invalid for fields that
// can't be, Gone.
func (v *Visit) Answer(ctx context.Context, turn int, a fairlead.Answer) error {
	v.acting()
	form, err := v.formOf(turn)
	if err != nil {
		return err
	}
	if a, err = filterAnswer(v.link, form, a); err != nil {
		return err
	}
	if e := form.Expires; !e.IsZero() && !v.now.Before(e) {
		if err := v.refuse(ctx, fairlead.Errorf(fairlead.ChallengeExpired, "The answer came too late.")); err != nil {
			return err
		}
		return v.advance(ctx)
	}
	logins, err := v.sealLogins(form, a)
	if err != nil {
		return in("sealing a login", err)
	}
	return v.resume(ctx, a, logins)
}

// Pick takes the accounts to share, by the institution's own ids.
func (v *Visit) Pick(ctx context.Context, refs []string) error {
	v.acting()
	p, err := v.pendingAt(fairlead.StageAccounts)
	if err != nil {
		return err
	}
	var picked []string
	for _, offer := range p.Offers {
		if slices.Contains(refs, offer.Ref) {
			picked = append(picked, offer.Ref)
		}
	}
	if len(picked) == 0 {
		return fairlead.InvalidField("accounts", "required", "must name at least one of the accounts")
	}
	return v.decide(ctx, p, func(c *fairlead.Conversation) { c.Accounts = picked })
}

// Accept takes the person's word after the bank: yes makes the connection, no
// rejects the consent and stores nothing.
func (v *Visit) Accept(ctx context.Context, yes bool) error {
	v.acting()
	p, err := v.pendingAt(fairlead.StageAcceptance)
	if err != nil {
		return err
	}
	if yes {
		return v.decide(ctx, p, func(c *fairlead.Conversation) { c.Accepted = true })
	}
	v.revokePending(ctx, p)
	if err := v.decline(ctx); err != nil {
		return err
	}
	return v.advance(ctx)
}

// decide stores what the person decided about a login that is done, reserves the
// making of the connection, and goes on.
func (v *Visit) decide(ctx context.Context, p pending, note func(*fairlead.Conversation)) error {
	if err := v.reserve(ctx, note); err != nil {
		return err
	}
	v.pending = &p
	return v.advance(ctx)
}

// Back leads to the stage before. A conversation under way is given up.
func (v *Visit) Back(ctx context.Context) error {
	v.acting()
	return v.back(ctx, func(link fairlead.Link) fairlead.Stage { return stageBefore(link, link.Stage) })
}

// anew leads from a result that has nothing to another login of the institution.
func (l *Linking) anew(tx *store.Tx, s *state) error {
	screen, err := l.screen(tx, *s)
	if err == nil && !screen.CanAgain {
		err = fairlead.Errorf(fairlead.Conflict, "This link connects no other login.")
	}
	if err != nil {
		return err
	}
	resetConversation(&s.link)
	s.link.Stage = stageAfter(s.link, fairlead.StageInstitution)
	return nil
}

// Retry begins the conversation anew, after a problem, or after a login that has nothing.
func (v *Visit) Retry(ctx context.Context) error {
	v.acting()
	err := v.change(ctx, func(tx *store.Tx, s *state) error {
		if s.link.Stage == fairlead.StageResult {
			return v.l.anew(tx, s)
		}
		c := s.link.Conversation
		if s.link.Stage != fairlead.StageConversation || (c != nil && s.wall.Before(c.Busy)) {
			return moved()
		}
		resetConversation(&s.link)
		return nil
	})
	if err != nil {
		return err
	}
	return v.advance(ctx)
}

// Another leads to the choice of an institution: to connect one more, to try
// another after a problem, or to sign in rather than use what is saved.
func (v *Visit) Another(ctx context.Context) error {
	v.acting()
	return v.change(ctx, func(tx *store.Tx, s *state) error {
		if !more(s.link) || s.link.Stage == fairlead.StageAcceptance || s.link.Stage == fairlead.StageAccounts {
			return fairlead.Errorf(fairlead.Conflict, "This link connects no other institution.")
		}
		if err := v.l.dropConsent(tx, s, fairlead.ConsentRejected, ""); err != nil {
			return err
		}
		resetConversation(&s.link)
		s.link.Institution = ""
		s.link.Stage = fairlead.StageInstitution
		return nil
	})
}

// Leave is the person giving up. What has been connected stays connected, and
// the link is finished then.
func (v *Visit) Leave(ctx context.Context) error {
	v.acting()
	_, _, err := v.end(ctx, ending{left: true})
	return err
}

// Finish ends the link and says where the browser goes. Done again it says the
// same; the code is minted once.
func (v *Visit) Finish(ctx context.Context) (AppReturn, error) {
	v.acting()
	_, to, err := v.end(ctx, ending{})
	return to, err
}
