package linking

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// maxReopened bounds the links that one token opens, one after the other.
const maxReopened = 50

// reopens reports whether a token begins its ended link anew: where the spec wants that,
// nothing came of the link, and the token is still good.
func (s state) reopens(t fairlead.Token) bool {
	nothing := s.link.Status == fairlead.LinkExited || s.link.Status == fairlead.LinkFailed
	return t.Kind == fairlead.LinkToken && s.link.Spec.Reopens && nothing && t.Live(s.now) && s.link.Reopened < maxReopened
}

// reopen makes of a link that was left a new one for the same token, which leads to it
// from here on. What the person typed before is gone with the old one.
func (l *Linking) reopen(tx *store.Tx, t *fairlead.Token, s *state) error {
	if _, err := tx.Persons.Get(s.tenant.ID, string(s.link.Person)); fairlead.Is(err, fairlead.NotFound) {
		return s.open() // erased meanwhile
	} else if err != nil {
		return err
	}
	old := s.link
	s.link = fairlead.Link{
		ID: fairlead.LinkID(fairlead.NewID("lnk", s.wall)), Tenant: old.Tenant, Application: old.Application, Template: old.Template,
		Person: old.Person, Reference: old.Reference, Spec: old.Spec, Institution: old.Spec.Institution, Status: fairlead.LinkOpen,
		Origin: old.Origin, Previous: old.ID, Reopened: old.Reopened + 1, Created: s.now, Expires: t.Expires,
		Token: old.Token,
	}
	var err error
	if s.link.Stage, err = l.firstStage(tx, *s); err != nil {
		return err
	}
	if err := tx.Links.Put(s.tenant.ID, &s.link); err != nil {
		return err
	}
	t.Subject = string(s.link.ID)
	if err := tx.Tokens.Put(t); err != nil {
		return err
	}
	return l.announce(tx, *s, &s.link)
}

// OfToken returns the newest link that a token opened, also when it has ended: as long as
// its pages are stored. NotFound for a token that is none of the tenant's.
func (l *Linking) OfToken(ctx context.Context, tenant fairlead.TenantID, token string) (link fairlead.Link, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tokenOf(tx, token, fairlead.LinkToken)
		if err == nil && t.Tenant != tenant {
			err = fairlead.Errorf(fairlead.NotFound, "There is no such link.")
		}
		if err != nil {
			return err
		}
		link, err = tx.Links.Get(tenant, t.Subject)
		return err
	})
	return link, in("reading the link of a token", err)
}
