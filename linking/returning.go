package linking

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// saved lists the connections of a returning person that can be read again
// without signing in.
func (v *Visit) saved(ctx context.Context) (out []fairlead.Connection, err error) {
	if !v.link.Spec.Returning && !offersSaved(v.link) {
		return nil, nil
	}
	err = v.l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		out, err = v.l.savedIn(tx, v.state)
		return err
	})
	return out, in("looking for saved logins", err)
}

// offersSaved reports whether a saved login may be used instead of signing in where a link
// stands: at the welcome, where the institution is the application's proposal, else when
// the person has chosen it. Whose a link of a template is, its address claims: it shows
// nobody's.
func offersSaved(link fairlead.Link) bool {
	s := link.Spec
	if !s.OffersSaved || s.Connection != "" || link.Template != "" || s.OnDuplicate == fairlead.OnDuplicateRefuse {
		return false
	}
	switch link.Stage {
	case fairlead.StageWelcome:
		return s.Institution != ""
	case fairlead.StageConsent:
		return link.Institution != "" && (s.Institution == "" || !wanted(s, fairlead.StageWelcome))
	}
	return false
}

// UseSaved takes what is saved for the institution instead of a sign-in. Errors: Conflict
// where nothing is.
func (v *Visit) UseSaved(ctx context.Context) error {
	v.acting()
	saved, err := v.saved(ctx)
	if err == nil && (len(saved) == 0 || v.link.Stage != fairlead.StageWelcome && !offersSaved(v.link)) {
		err = moved()
	}
	if err == nil {
		err = v.relink(ctx, saved)
	}
	if err != nil {
		return err
	}
	return v.advance(ctx)
}

// savedIn lists them as far as the link wants their institutions, inside a
// transaction.
func (l *Linking) savedIn(tx *store.Tx, s state) (out []fairlead.Connection, err error) {
	all, err := tx.Connections.List(s.tenant.ID, store.Query{
		Where: []store.Match{store.By(store.ByPerson, string(s.link.Person))}, Limit: 1000,
	})
	for _, c := range all {
		if s.tenant.Sharing == fairlead.SharingApplication && c.Application != s.link.Application {
			continue
		}
		well := c.Status == fairlead.ConnectionActive || c.Status == fairlead.ConnectionCollecting
		if !well || len(c.Secrets) == 0 || c.Uploaded || len(out) == maxConnections || slices.Contains(s.link.Connections, c.ID) {
			continue
		}
		fits, err := l.covers(tx, s, c)
		if err != nil {
			return nil, err
		}
		if fits {
			out = append(out, c)
		}
	}
	return out, err
}

// covers reports whether a connection is of an institution that the link wants, and was
// made for all that the link wants and its institution has: what the person never agreed
// to is not read on a saved login.
func (l *Linking) covers(tx *store.Tx, s state, c fairlead.Connection) (bool, error) {
	if (fixed(s.link.Spec) || s.link.Institution != "") && c.Institution != s.link.Institution {
		return false, nil
	}
	i, err := l.o.Directory.Institution(tx, s.tenant, string(c.Institution))
	if fairlead.Is(err, fairlead.NotFound) {
		return false, nil
	}
	fits := fixed(s.link.Spec)
	if err == nil && !fits {
		fits, err = l.o.Directory.Allows(tx, s.tenant, s.link.Spec, i)
	}
	return fits && !slices.ContainsFunc(requestedProducts(s.link.Spec, i), func(p fairlead.Product) bool {
		_, made := c.Products[p]
		return i.Offers(p) && !made
	}), err
}

// relink takes saved connections into the link without signing in, all of them:
// the spec's limit is one of sign-ins. They are collected anew.
func (v *Visit) relink(ctx context.Context, saved []fairlead.Connection) error {
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		link := &s.link
		if err := v.l.dropConsent(tx, s, fairlead.ConsentRejected, ""); err != nil { // of a login that was begun before
			return err
		}
		for _, c := range saved {
			c.Link, c.Origin = link.ID, link.Origin
			link.Institution = c.Institution
			if err := v.enqueue(tx, s, &c, nil, true); err != nil {
				return err
			}
			if err := tx.Connections.Put(s.tenant.ID, &c); err != nil {
				return err
			}
			link.Connections = append(slices.Clone(link.Connections), c.ID)
			e := s.event(fairlead.EventConnectionLinked)
			e.Connection, e.Consent, e.Status, e.Cause = c.ID, c.Consent, string(c.Status), fairlead.CauseRelink
			if err := lifecycle.Publish(tx, v.l.o.Publisher, e); err != nil {
				return err
			}
			if err := v.audit(ctx, tx, s, "person", "connection.relink", string(c.ID)); err != nil {
				return err
			}
		}
		link.Turns++
		link.Problem, link.Stage = nil, stageConnected(link.Spec)
		return nil
	})
}
