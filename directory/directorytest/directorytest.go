// Package directorytest makes institutions by the thousand, for tests and measurements of
// directories as long as those of the large services.
//
// It owns their names, which are the same each time, and writing them to a store as what
// a provider reaches. It calls no service.
package directorytest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

var (
	firsts = strings.Fields(`First Second Farmers Merchants Citizens Peoples Harbor Summit Pioneer Prairie Liberty Heritage Granite
		Cedar Maple River Lakeside Coastal Valley Mountain Golden Silver Northern Southern Eastern Western Central United National
		Royal Patriot Beacon Anchor Keystone Cornerstone Frontier Evergreen Horizon Sunrise Pinnacle`)
	beginnings = strings.Fields(`Spring Green Fair Clear West East North South Bright Stone Oak Pine Elm Ash Maple Wood Lake Brook
		Ham King Queen Prince Lan Win Man Chel Dor Har Bur Mar Nor Sal Wal Whit Black Red Gold Silver Copper Iron`)
	endings = strings.Fields(`field ville ton ford bury port mouth wood dale view land ham ridge side brook haven crest burg stead
		water bridge gate hurst more low wick worth shire minster combe beck thorpe by holm garth dene leigh stow over market`)
	lasts = strings.Split("Bank,Credit Union,Savings Bank,Trust Company,Community Bank,Federal Credit Union,Bank & Trust,Financial,State Bank,Caisse Populaire", ",")
)

// Institutions are n institutions of a provider, no two of one name: most of the United
// States, some of Canada.
func Institutions(n int, provider fairlead.Provider) []fairlead.Institution {
	list := make([]fairlead.Institution, n)
	for i := range list {
		town := beginnings[i%len(beginnings)] + endings[(i/len(beginnings))%len(endings)]
		name := firsts[(7*i+i/len(beginnings))%len(firsts)] + " " + town + " " + lasts[(i/(len(beginnings)*len(endings)))%len(lasts)]
		if round := i / (len(beginnings) * len(endings) * len(lasts)); round > 0 {
			name += fmt.Sprint(" ", round+1)
		}
		ref := fmt.Sprintf("ins_%06d", i)
		list[i] = fairlead.Institution{
			ID: fairlead.InstitutionID(provider.Connector + "_" + ref), Connector: provider.Connector, Provider: provider.ID, Ref: ref,
			Name: name, Country: "US", Website: fmt.Sprintf("https://www.bank-%d.example.com", i),
			Codes:    []fairlead.Code{{Scheme: "routing", Value: fmt.Sprintf("%09d", 110000000+i)}},
			Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
			Environments: []fairlead.Environment{provider.Environment}, Currency: "USD",
		}
		if i%7 == 0 {
			list[i].Country, list[i].Currency = "CA", "CAD"
		}
	}
	return list
}

// Provide writes a provider as a tenant's, and what it reaches. A provider that is there
// already (Version) gets the next revision of its directory.
func Provide(ctx context.Context, s store.Store, p *fairlead.Provider, list []fairlead.Institution) error {
	for page := range slices.Chunk(list, 500) {
		err := s.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Institutions.Put(p.Tenant, page)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.Update(ctx, func(tx *store.Tx) error {
		made := *p
		made.Directory.Revision++
		made.Directory.Institutions = len(list)
		err := tx.Providers.Put(p.Tenant, &made)
		if err == nil {
			*p = made
		}
		return err
	})
}
