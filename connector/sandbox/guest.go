package sandbox

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// Guest is a login form and accounts of the make-believe country for banks that somebody
// else describes: those that an aggregator reaches.
type Guest struct{ *Sandbox }

// NewGuest makes it. What its logins leave behind is stored in memory, which it shares
// with nobody.
func NewGuest(memory kv.Store, options Options) *Guest {
	return &Guest{&Sandbox{memory: memory, options: options, world: world.New(), triggers: triggers()}}
}

// For is the connector for one bank. Its persons are those of its country, or of the
// United States where the world has none; amounts are then of that country.
func (g *Guest) For(i fairlead.Institution) *Sandbox {
	country := i.Country
	if !slices.Contains([]string{"US", "BR", "ES"}, country) {
		country = "US"
	}
	var like institution
	for _, known := range institutions() {
		if known.Country == country && known.bank.Checking {
			like = known
			break
		}
	}
	i.Country = country
	like.Institution, like.redirect, like.chooses = i, "", false
	like.bank.Name, like.bank.Country = string(i.ID), country
	one := *g.Sandbox
	one.institutions = []institution{like}
	return &one
}
