package directory

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/directory/directorytest"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// described is a connector that has a name, institutions and nothing else.
type described struct {
	connector.Connector
	name string
	list []fairlead.Institution
}

func (d described) Describe() connector.Description {
	return connector.Description{Name: d.name, Institutions: d.list}
}

// fixture is a directory of a store, with a clock of its own.
type fixture struct {
	t *testing.T
	*Directory
	store.Store
	at time.Time
}

var us = fairlead.Tenant{ID: "ten_us", Environment: fairlead.Live}

func newFixture(t *testing.T, static ...fairlead.Institution) *fixture {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "fairlead.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for n := range static {
		if static[n].Environments == nil {
			static[n].Environments = []fairlead.Environment{fairlead.Live}
		}
	}
	registry, err := connector.NewRegistry(described{name: "static", list: static}, described{name: "plaid"}, described{name: "hub"})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t, New(registry, s), s, time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)}
	f.now = func() time.Time { return f.at }
	return f
}

// provide gives a tenant a provider that reaches some institutions.
func (f *fixture) provide(tenant fairlead.Tenant, connector string, priority int, list ...fairlead.Institution) *fairlead.Provider {
	f.t.Helper()
	p := &fairlead.Provider{
		ID: fairlead.ProviderID("prv_" + connector), Tenant: tenant.ID, Connector: connector, Environment: tenant.Environment, Priority: priority,
	}
	f.list(p, list...)
	return p
}

// list writes what of a provider's institutions is new or different.
func (f *fixture) list(p *fairlead.Provider, list ...fairlead.Institution) {
	f.t.Helper()
	for n := range list {
		list[n].Provider, list[n].Connector = p.ID, p.Connector
		if list[n].Products == nil {
			list[n].Products = []fairlead.Product{fairlead.ProductAccounts}
		}
	}
	if err := directorytest.Provide(f.t.Context(), f.Store, p, list); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) search(tenant fairlead.Tenant, s Search) Found {
	f.t.Helper()
	found, err := f.try(tenant, s)
	if err != nil {
		f.t.Fatal(err)
	}
	return found
}

func (f *fixture) try(tenant fairlead.Tenant, s Search) (found Found, err error) {
	err = f.View(f.t.Context(), func(tx *store.Tx) (err error) {
		found, err = f.Search(tx, tenant, s)
		return err
	})
	return found, err
}

func ids(list []fairlead.Institution) string {
	var out []string
	for _, i := range list {
		out = append(out, string(i.ID))
	}
	return strings.Join(out, " ")
}

// finds expects what a search finds, in order.
func (f *fixture) finds(want string, tenant fairlead.Tenant, s Search) {
	f.t.Helper()
	if got := ids(f.search(tenant, s).Institutions); got != want {
		f.t.Errorf("%+v finds %q, want %q", s, got, want)
	}
}

func (f *fixture) connect(tenant fairlead.Tenant, institution fairlead.InstitutionID, times int) {
	f.t.Helper()
	err := f.Update(f.t.Context(), func(tx *store.Tx) error {
		for n := range times {
			c := fairlead.Connection{
				ID: fairlead.ConnectionID(fmt.Sprintf("con_%s_%d", institution, n)), Tenant: tenant.ID, Institution: institution, Status: fairlead.ConnectionActive,
			}
			if err := tx.Connections.Put(tenant.ID, &c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestATenantFindsWhatItsProvidersReachAndNoOtherDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t, fairlead.Institution{ID: "ins_farol", Name: "Banco Farol", Country: "BR", Popular: 9})
	f.provide(us, "plaid", 0, fairlead.Institution{ID: "plaid_ins_1", Name: "Chase", Country: "US", Website: "https://www.chase.com"})
	f.finds("ins_farol plaid_ins_1", us, Search{})
	f.finds("plaid_ins_1", us, Search{Text: "chsae"})
	f.finds("plaid_ins_1", us, Search{Text: "plaid_ins_1"})
	for _, other := range []fairlead.Tenant{{ID: "ten_other", Environment: fairlead.Live}, {ID: us.ID, Environment: fairlead.Sandbox}} {
		f.finds("", other, Search{Text: "chase"})
	}
	found := f.search(us, Search{Text: "chase"}).Institutions[0]
	if found.Provider != "prv_plaid" || !found.Serves(fairlead.Live) || found.Connector != "plaid" {
		t.Errorf("found %+v", found)
	}
}

func TestWhatIsGoneIsFoundByItsIDAndNeverOffered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	gone := fairlead.Institution{ID: "plaid_ins_1", Name: "Chase", Country: "US", Codes: []fairlead.Code{{Scheme: "routing", Value: "021000021"}}}
	p := f.provide(us, "plaid", 0, gone, fairlead.Institution{ID: "plaid_ins_2", Name: "Chase Manhattan", Country: "US"})
	f.finds("plaid_ins_1 plaid_ins_2", us, Search{Text: "chase"})
	gone.Gone = f.at
	f.list(p, gone)
	f.finds("plaid_ins_2", us, Search{Text: "chase"})
	f.finds("plaid_ins_2", us, Search{After: "plaid_ins_1"})
	i, err := f.Find(t.Context(), us, "plaid_ins_1")
	if err != nil || i.Gone.IsZero() {
		t.Errorf("by its id: %+v, %v", i, err)
	}
	if _, err := f.Find(t.Context(), us, "021000021"); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("by its code: %v", err)
	}
	f.allows(false, fairlead.Spec{}, i)
}

// allows expects whether a link of the spec lets the person choose.
func (f *fixture) allows(want bool, spec fairlead.Spec, i fairlead.Institution) {
	f.t.Helper()
	err := f.View(f.t.Context(), func(tx *store.Tx) error {
		got, err := f.Allows(tx, us, spec, i)
		if got != want {
			f.t.Errorf("a link of %+v allows %s: %v, want %v", spec, i.ID, got, want)
		}
		return err
	})
	if err != nil {
		f.t.Error(err)
	}
}

func TestABankThatSeveralProvidersReachIsShownOnceByTheOneThatComesFirst(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	holdings := []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductHoldings}
	f.provide(us, "plaid", 2, fairlead.Institution{ID: "plaid_1", Name: "BBVA", OtherNames: []string{"Bilbao Vizcaya"}, Country: "ES", Products: holdings})
	hub := f.provide(us, "hub", 1, fairlead.Institution{ID: "hub_1", Name: "BBVA, S.A.", Country: "ES"}, fairlead.Institution{ID: "hub_2", Name: "BBVA", Country: "MX"})
	f.finds("hub_2 hub_1", us, Search{Text: "bbva"})
	f.finds("hub_1", us, Search{Text: "bilbao"}) // the name is the other's, the way is the first's
	f.finds("plaid_1", us, Search{Product: fairlead.ProductHoldings})
	spec := fairlead.Spec{Institutions: []fairlead.InstitutionID{"plaid_1"}}
	f.finds("plaid_1", us, Search{Spec: &spec})
	for _, id := range []string{"plaid_1", "hub_1"} {
		i, err := f.Find(t.Context(), us, id)
		if err != nil || string(i.ID) != id {
			t.Errorf("by its id: %+v, %v", i, err)
		}
		f.allows(true, fairlead.Spec{}, i)
	}
	hub.Priority = 3
	f.list(hub)
	f.finds("hub_2 plaid_1", us, Search{Text: "bbva"})
	if total := f.search(us, Search{}).Total; total != 2 {
		t.Errorf("%d banks in all", total)
	}
}

func TestWhatConnectorsDescribeComesBeforeProvidersOfNoPriority(t *testing.T) {
	t.Parallel()
	f := newFixture(t, fairlead.Institution{ID: "ins_indexa", Name: "Indexa Capital", Country: "ES", Codes: []fairlead.Code{{Scheme: "bic", Value: "INDXESM1"}}})
	p := f.provide(us, "hub", 0, fairlead.Institution{ID: "hub_1", Name: "Indexa Capital A.V., S.A.", Country: "ES", Codes: []fairlead.Code{{Scheme: "bic", Value: "INDXESM1XXX"}}})
	f.finds("ins_indexa", us, Search{Text: "indexa"})
	p.Priority = -1
	f.list(p)
	f.finds("hub_1", us, Search{Text: "indexa"})
}

func TestACodeFindsTheBankThatHasItAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := func(v string) []fairlead.Code { return []fairlead.Code{{Scheme: "routing", Value: v}} }
	f.provide(us, "plaid", 1,
		fairlead.Institution{ID: "plaid_1", Name: "Chase", Country: "US", Codes: code("021000021")},
		fairlead.Institution{ID: "plaid_2", Name: "Ally", Country: "US", Codes: code("1")},
		fairlead.Institution{ID: "plaid_3", Name: "Keel", Country: "US", Codes: code("1")})
	f.provide(us, "hub", 0, fairlead.Institution{ID: "hub_1", Name: "JPMorgan Chase", Country: "US", Codes: code("021000021")})
	if i, err := f.Find(t.Context(), us, "021000021"); err != nil || i.ID != "hub_1" {
		t.Errorf("found %s, %v", i.ID, err)
	}
	for _, name := range []string{"1", "2", "", "nonsense"} {
		if i, err := f.Find(t.Context(), us, name); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("%q finds %s, %v", name, i.ID, err)
		}
	}
}

func TestResultsAreRankedByCountryUseAndPopularity(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	bank := func(id, country string, popular int) fairlead.Institution {
		return fairlead.Institution{ID: fairlead.InstitutionID(id), Name: "Bank " + id, Country: country, Popular: popular}
	}
	f.provide(us, "plaid", 0, bank("a", "US", 1), bank("b", "US", 2), bank("c", "CA", 3), bank("d", "CA", 0), bank("e", "US", 1))
	f.finds("c b a e d", us, Search{Text: "bank"})
	f.finds("c d b a e", us, Search{Text: "bank", Near: []string{"CA"}})
	f.connect(us, "e", 2)
	f.connect(us, "d", 1)
	f.finds("c b a e d", us, Search{}) // counted a moment ago
	f.at = f.at.Add(usesLife)
	f.finds("e d c b a", us, Search{})
	f.finds("d c e b a", us, Search{Near: []string{"CA"}})
	f.finds("a", us, Search{Text: "a", Country: "US"}) // what is meant comes before what is used
}

func TestPagesPutTogetherAreTheWholeAndGoOnWhereOneIsGone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var list []fairlead.Institution
	for n := range 120 {
		list = append(list, fairlead.Institution{ID: fairlead.InstitutionID(fmt.Sprintf("plaid_%03d", n)), Name: fmt.Sprintf("Bank %d", n*7%120), Country: "US", Popular: n % 3})
	}
	p := f.provide(us, "plaid", 0, slices.Clone(list)...)
	whole := f.search(us, Search{Text: "bank", Limit: 500})
	if whole.Total != 120 || len(whole.Institutions) != 120 || whole.More {
		t.Fatalf("%d of %d, more: %v", len(whole.Institutions), whole.Total, whole.More)
	}
	var pages []fairlead.Institution
	for s := (Search{Text: "bank", Limit: 7}); ; {
		page := f.search(us, s)
		pages = append(pages, page.Institutions...)
		if !page.More {
			break
		}
		s.After = pages[len(pages)-1].ID
		if len(pages) == 14 { // the last one that was shown is listed no more
			gone := pages[13]
			gone.Gone = f.at
			f.list(p, gone)
		}
	}
	if ids(pages) != ids(whole.Institutions) {
		t.Errorf("the pages are\n%s\nwant\n%s", ids(pages), ids(whole.Institutions))
	}
	skipped := f.search(us, Search{Text: "bank", Skip: 50, Limit: 5})
	if want := ids(whole.Institutions[51:56]); ids(skipped.Institutions) != want { // one is gone
		t.Errorf("after 50: %s, want %s", ids(skipped.Institutions), want)
	}
	for _, s := range []Search{{After: "plaid_999"}, {After: "plaid_001", Text: "harbor"}} {
		if _, err := f.try(us, s); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("a cursor of another search: %v", err)
		}
	}
	if got := f.search(us, Search{Skip: 1000}); len(got.Institutions) != 0 || got.More {
		t.Errorf("beyond the end: %+v", got)
	}
}

func TestALinksChoiceFollowsItsSpec(t *testing.T) {
	t.Parallel()
	accounts := []fairlead.Product{fairlead.ProductAccounts}
	live := []fairlead.Environment{fairlead.Live}
	f := newFixture(t,
		fairlead.Institution{ID: "a", Name: "A", Country: "BR", Products: accounts, Logins: []fairlead.LoginKind{fairlead.LoginFile}},
		fairlead.Institution{ID: "b", Name: "B", Environments: live, Products: accounts},
		fairlead.Institution{ID: "d", Name: "D", Country: "BR", Environments: []fairlead.Environment{fairlead.Sandbox}, Products: accounts},
		fairlead.Institution{ID: "e", Name: "E", Country: "BR", Environments: live, Products: []fairlead.Product{fairlead.ProductLoans}},
	)
	f.provide(us, "plaid", 0, fairlead.Institution{ID: "c", Name: "C", Country: "US", Products: accounts})
	for want, spec := range map[string]fairlead.Spec{
		"a b c e": {}, "a b": {Countries: []string{"BR"}, Products: accounts}, "c": {Institutions: []fairlead.InstitutionID{"c", "d"}},
		"b c e": {NoFiles: true}, "": {Products: []fairlead.Product{"nonsense"}}, "b c": {Countries: []string{"US"}},
	} {
		f.finds(want, us, Search{Spec: &spec})
		for _, id := range []string{"a", "b", "c", "e"} {
			i, err := f.Find(t.Context(), us, id)
			if err != nil {
				t.Fatal(err)
			}
			f.allows(slices.Contains(strings.Fields(want), id), spec, i)
		}
		err := f.View(t.Context(), func(tx *store.Tx) error {
			several, err := f.Several(tx, us, spec)
			if several != (len(want) > 1) {
				t.Errorf("of %q there are several: %v", want, several)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		upload := f.Upload(us, spec)
		if (upload != nil) != strings.HasPrefix(want, "a") {
			t.Errorf("of %q files go to %v", want, upload)
		}
	}
	f.allows(false, fairlead.Spec{}, fairlead.Institution{})
	f.allows(false, fairlead.Spec{}, fairlead.Institution{ID: "x", Provider: "prv_other", Environments: live})
}

func TestAChangeIsFoundAtOnceAndWhileAListIsReadAtMostEveryHalfMinute(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := f.provide(us, "plaid", 0, fairlead.Institution{ID: "p1", Name: "Bank 1", Country: "US"})
	f.finds("p1", us, Search{})
	f.list(p, fairlead.Institution{ID: "p2", Name: "Bank 2", Country: "US"})
	f.finds("p1 p2", us, Search{})
	p.Directory.Started = f.at
	f.list(p, fairlead.Institution{ID: "p3", Name: "Bank 3", Country: "US"})
	f.finds("p1 p2 p3", us, Search{})
	f.list(p, fairlead.Institution{ID: "p4", Name: "Bank 4", Country: "US"})
	f.finds("p1 p2 p3", us, Search{})
	f.at = f.at.Add(readingLife)
	f.finds("p1 p2 p3 p4", us, Search{})
	f.list(p, fairlead.Institution{ID: "p5", Name: "Bank 5", Country: "US"})
	f.finds("p1 p2 p3 p4", us, Search{})
	p.Directory.Started = time.Time{}
	f.list(p)
	f.finds("p1 p2 p3 p4 p5", us, Search{})
	if err := f.Update(t.Context(), func(tx *store.Tx) error { return tx.Providers.Delete(us.ID, string(p.ID)) }); err != nil {
		t.Fatal(err)
	}
	f.finds("", us, Search{})
}

func TestTenantsOfOneServiceShareItsDirectoryAndMemoryIsBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	tenant := func(n int) fairlead.Tenant {
		return fairlead.Tenant{ID: fairlead.TenantID(fmt.Sprint("ten_", n)), Environment: fairlead.Live}
	}
	list := func(p fairlead.Provider, different bool) []fairlead.Institution {
		all := directorytest.Institutions(300, p)
		if different {
			all[0].Name = "Bank of " + string(p.Tenant)
		}
		return all
	}
	for n := range 6 {
		p := fairlead.Provider{ID: fairlead.ProviderID(fmt.Sprint("prv_", n)), Tenant: tenant(n).ID, Connector: "plaid", Environment: fairlead.Live}
		if err := directorytest.Provide(t.Context(), f.Store, &p, list(p, n >= 3)); err != nil {
			t.Fatal(err)
		}
	}
	count := func(n int) { // of all that is in memory
		t.Helper()
		found := f.search(tenant(n), Search{Text: "first springfield", Limit: 1})
		if n < 3 && (len(found.Institutions) != 1 || found.Institutions[0].Provider != fairlead.ProviderID(fmt.Sprint("prv_", n))) {
			t.Errorf("tenant %d found %+v", n, found.Institutions)
		}
	}
	count(0)
	one := f.cache.bytes
	count(1)
	count(2)
	if f.cache.bytes != one || len(f.cache.indexes) != 1 {
		t.Errorf("three tenants of one directory take %d bytes, one takes %d", f.cache.bytes, one)
	}
	if one < 300*500 || one > 300*2000 {
		t.Errorf("300 institutions weigh %d bytes", one)
	}
	f.cache.limit = 2*one + one/2
	for range 2 {
		for n := range 6 {
			count(n)
		}
	}
	if f.cache.bytes > f.cache.limit || len(f.cache.tenants) != 2 || f.cache.order.Len() != 2 {
		t.Errorf("%d tenants take %d bytes of %d", len(f.cache.tenants), f.cache.bytes, f.cache.limit)
	}
	f.cache.limit = 1
	count(0)
	if len(f.cache.tenants) != 1 || len(f.cache.indexes) != 1 || len(f.cache.listings) != 2 {
		t.Errorf("%d tenants, %d indexes, %d listings are left", len(f.cache.tenants), len(f.cache.indexes), len(f.cache.listings))
	}
}

func TestManyWhoSearchAtOnceBuildOneIndex(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := fairlead.Provider{ID: "prv_1", Tenant: us.ID, Connector: "plaid", Environment: fairlead.Live}
	if err := directorytest.Provide(t.Context(), f.Store, &p, directorytest.Institutions(2000, p)); err != nil {
		t.Fatal(err)
	}
	done := make(chan *index, 16)
	for range cap(done) {
		go func() {
			var x *index
			err := f.View(t.Context(), func(tx *store.Tx) error {
				s, err := f.snapshot(tx, us)
				if err == nil {
					x = s.index
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			done <- x
		}()
	}
	first := <-done
	for range cap(done) - 1 {
		if x := <-done; x != first {
			t.Error("two indexes were built")
		}
	}
}

// large is an index of 20 000 institutions.
func large() *index {
	l := &listing{institutions: directorytest.Institutions(20_000, fairlead.Provider{ID: "prv_1", Connector: "plaid", Environment: fairlead.Live})}
	return newIndex([]*listing{l})
}

func BenchmarkSearchOf20000(b *testing.B) {
	s := &snapshot{index: large(), providers: []fairlead.ProviderID{"prv_1"}, environment: fairlead.Live}
	memory := &searchMemory{}
	for _, text := range []string{"", "bank", "first springfield", "sprngfield credt unoin", "harbor fairmuoth", "c", "zzzzzzzz"} {
		b.Run(cmp.Or(text, "all"), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.find(Search{Text: text, Near: []string{"CA"}}, memory); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkIndexOf20000(b *testing.B) {
	for b.Loop() {
		large()
	}
}

func TestWhatTheTenantsPeopleLinkComesFirstWithoutAProviderToo(t *testing.T) {
	t.Parallel()
	f := newFixture(t,
		fairlead.Institution{ID: "ins_a", Name: "Ardea", Country: "US", Popular: 9},
		fairlead.Institution{ID: "ins_b", Name: "Brant", Country: "CA", Popular: 5})
	f.finds("ins_a ins_b", us, Search{})
	f.connect(us, "ins_b", 1)
	f.at = f.at.Add(usesLife)
	f.finds("ins_b ins_a", us, Search{})
	other := fairlead.Tenant{ID: "ten_other", Environment: fairlead.Live}
	f.finds("ins_a ins_b", other, Search{})
}

func TestTheCountriesOfASpecAreThoseThatItsLinkOffers(t *testing.T) {
	t.Parallel()
	f := newFixture(t, fairlead.Institution{ID: "ins_a", Name: "Ardea", Country: "US", Products: []fairlead.Product{fairlead.ProductAccounts}})
	f.provide(us, "hub", 0,
		fairlead.Institution{ID: "hub_1", Name: "Brant", Country: "CA"}, fairlead.Institution{ID: "hub_2", Name: "Crane", Country: "CA"},
		fairlead.Institution{ID: "hub_3", Name: "Dunlin", Country: "ES", Gone: f.at}, fairlead.Institution{ID: "hub_4", Name: "Everywhere"})
	for want, spec := range map[string]fairlead.Spec{
		"CA US": {},
		"US":    {Countries: []string{"US", "MX"}},
		"CA":    {Institutions: []fairlead.InstitutionID{"hub_1", "hub_4"}},
		"":      {Products: []fairlead.Product{fairlead.ProductLoans}},
	} {
		var got []string
		err := f.View(t.Context(), func(tx *store.Tx) (err error) {
			got, err = f.Countries(tx, us, spec)
			return err
		})
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%+v offers %v, %v, want %q", spec, got, err, want)
		}
	}
}
