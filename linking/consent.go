package linking

import (
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// until is when a consent ends; zero: when it is revoked.
func until(now time.Time, months int, endless bool) time.Time {
	if endless || months == 0 {
		return time.Time{}
	}
	day := fairlead.DateOf(now).AddMonths(months)
	return day.Time().Add(now.Sub(fairlead.DateOf(now).Time()))
}

// addConsent writes what the person has just agreed to.
func (l *Linking) addConsent(tx *store.Tx, s *state, expires time.Time) (fairlead.Consent, error) {
	i, err := l.o.Directory.Institution(tx, s.tenant, string(s.link.Institution))
	if err != nil {
		return fairlead.Consent{}, err
	}
	c := fairlead.Consent{
		ID: fairlead.ConsentID(fairlead.NewID("cns", s.wall)), Tenant: s.tenant.ID, Application: s.link.Application,
		Person: s.link.Person, Link: s.link.ID, Institution: i.ID, Products: requestedProducts(s.link.Spec, i),
		Purpose: s.link.Spec.Presentation.Purpose, Created: s.now, Expires: expires, Origin: s.link.Origin,
	}
	c.Become(fairlead.ConsentStarted, s.now)
	s.link.Consent = c.ID
	return c, tx.Consents.Put(s.tenant.ID, &c)
}

// requestedProducts is what a link wants of an institution, in the order of
// collection. What the institution does not have is among it where the application
// named it: it is reported unavailable rather than left out.
func requestedProducts(spec fairlead.Spec, i fairlead.Institution) []fairlead.Product {
	var out []fairlead.Product
	for _, p := range fairlead.Products() {
		if slices.Contains(spec.Products, p) || (len(spec.Products) == 0 && i.Offers(p)) {
			out = append(out, p)
		}
	}
	return out
}

// standingConsent returns the consent of the conversation that is to begin: the
// one just agreed to, or — where that has ended, or the link shows no such
// stage — a new one on the same terms.
func (l *Linking) standingConsent(tx *store.Tx, s *state) (fairlead.Consent, error) {
	expires := until(s.now, s.link.Spec.Validity, s.link.Spec.Endless)
	if s.link.Consent != "" {
		c, err := tx.Consents.Get(s.tenant.ID, string(s.link.Consent))
		if err != nil {
			return c, err
		}
		if !c.Status.Ended() && c.Status != fairlead.ConsentAuthorised && c.Institution == s.link.Institution {
			return c, nil
		}
		if c.Institution == s.link.Institution {
			expires = c.Expires
		}
	}
	return l.addConsent(tx, s, expires)
}

// dropConsent ends the consent of the conversation under way, if there is one
// that has not ended.
func (l *Linking) dropConsent(tx *store.Tx, s *state, status fairlead.ConsentStatus, why fairlead.ErrorKind) error {
	if s.link.Consent == "" {
		return nil
	}
	c, err := tx.Consents.Get(s.tenant.ID, string(s.link.Consent))
	if err != nil || c.Status == fairlead.ConsentAuthorised {
		return err
	}
	events, err := lifecycle.EndConsent(tx, &c, status, why, s.now)
	if err != nil {
		return err
	}
	return lifecycle.Publish(tx, l.o.Publisher, events...)
}
