package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func tableTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ANounComesBackAsItWasPut":                      aNounComesBack,
		"PutReplacesOnlyTheVersionThatWasRead":          putComparesVersions,
		"ANewNounWithATakenIDIsRefused":                 takenID,
		"AUniqueKeyRefusesASecond":                      uniqueKey,
		"AnIdentityIsFreeAgainOnceDisconnected":         identityIsFreed,
		"ATenantHasOneProviderPerConnector":             oneProvider,
		"AServicesOwnNameFindsTheConnection":            findsByUpstream,
		"FindPrefersTheConnectionThatIsStillConnected":  findPrefersLive,
		"ListPagesByIDInBothDirections":                 listPages,
		"OpenLinksAreFoundByTheirEnd":                   openLinksEnd,
		"ListCombinesKeys":                              listCombines,
		"AKeyWithoutAnIndexIsRefused":                   unknownKey,
		"DeleteRemovesAndAMissingNounIsNoError":         deletes,
		"ANounOfAnotherTenantIsRefused":                 foreignNoun,
		"NoMethodShowsOneTenantWhatAnotherHas":          tablesAreIsolated,
		"EveryTableFindsItsNounByEachKey":               everyTable,
		"AFailedTransactionGivesNounsTheirVersionsBack": versionsAreGivenBack,
		"OperatorsAreTheServersOwn":                     operatorsAreTheServersOwn,
	}
}

func person(id, reference string) fairlead.Person {
	return fairlead.Person{ID: fairlead.PersonID(id), Tenant: ours, Reference: reference, Created: noon}
}

func aNounComesBack(t *testing.T, f *fixture) {
	link := fairlead.Link{
		ID: "lnk_1", Tenant: ours, Application: "app_1", Person: "per_1", Status: fairlead.LinkOpen, Stage: fairlead.StageWelcome,
		Hints: fairlead.Sealed{0, 1, 255}, Origin: fairlead.Origin{Dialect: "second", State: []byte(`{"a":1}`)},
		Conversation: &fairlead.Conversation{ID: "c", Turn: 2}, Created: noon, Expires: noon.AddDate(0, 0, 1),
	}
	f.update(func(tx *store.Tx) error { return tx.Links.Put(ours, &link) })
	same(t, "the version", link.Version, 1)
	got := read(f, func(tx *store.Tx) (fairlead.Link, error) { return tx.Links.Get(ours, "lnk_1") })
	same(t, "the turn", got.Conversation.Turn, 2)
	got.Conversation, link.Conversation = nil, nil
	same(t, "the link", got, link)
}

func putComparesVersions(t *testing.T, f *fixture) {
	p := person("per_1", "ada")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	late := p
	p.Reference = "grace"
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	same(t, "the version", p.Version, 2)
	late.Reference = "late"
	err := f.Update(t.Context(), func(tx *store.Tx) error { return tx.Persons.Put(ours, &late) })
	if !fairlead.Is(err, fairlead.Conflict) || !errors.Is(err, store.ErrStale) {
		t.Fatalf("Put of an old version gave %v", err)
	}
	same(t, "the loser's version", late.Version, 1)
	got := read(f, func(tx *store.Tx) (fairlead.Person, error) { return tx.Persons.Get(ours, "per_1") })
	same(t, "the reference", got.Reference, "grace")
}

func takenID(t *testing.T, f *fixture) {
	p, q := person("per_1", "ada"), person("per_1", "grace")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Persons.Put(ours, &q) })
}

func uniqueKey(t *testing.T, f *fixture) {
	a, b, c := person("per_a", "ada"), person("per_b", "bob"), person("per_c", "ada")
	f.update(func(tx *store.Tx) error {
		if err := tx.Persons.Put(ours, &a); err != nil {
			return err
		}
		return tx.Persons.Put(ours, &b)
	})
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Persons.Put(ours, &c) })
	b.Reference = "ada"
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Persons.Put(ours, &b) })
	// A refusal that fn expects does not spoil its transaction.
	f.update(func(tx *store.Tx) error {
		if err := tx.Persons.Put(ours, &b); !fairlead.Is(err, fairlead.Conflict) {
			return fmt.Errorf("a taken key gave %v", err)
		}
		b.Reference = "barbara"
		return tx.Persons.Put(ours, &b)
	})
	// Another tenant may use the same.
	d := person("per_d", "ada")
	d.Tenant = theirs
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(theirs, &d) })
}

func connection(id string, status fairlead.ConnectionStatus) fairlead.Connection {
	return fairlead.Connection{
		ID: fairlead.ConnectionID(id), Tenant: ours, Application: "app_1", Person: "per_1", Institution: "ins_1",
		Identity: "hmac", Login: "login", Status: status, Created: noon,
	}
}

func identityIsFreed(t *testing.T, f *fixture) {
	first, second := connection("con_1", fairlead.ConnectionActive), connection("con_2", fairlead.ConnectionCollecting)
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(ours, &first) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Connections.Put(ours, &second) })
	first.Status = fairlead.ConnectionDisconnected
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(ours, &first) })
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(ours, &second) })
	first.Status = fairlead.ConnectionActive
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Connections.Put(ours, &first) })
}

func provider(id, connector string) fairlead.Provider {
	return fairlead.Provider{
		ID: fairlead.ProviderID(id), Tenant: ours, Connector: connector, Environment: fairlead.Live, Created: noon,
		Settings: map[string]string{"client_id": "abc"}, Keys: fairlead.Sealed{0, 1, 255}, Slots: fairlead.Slots{Limit: 10, Used: []string{"item-1"}},
	}
}

func oneProvider(t *testing.T, f *fixture) {
	first, second := provider("prv_1", "example"), provider("prv_2", "example")
	f.update(func(tx *store.Tx) error { return tx.Providers.Put(ours, &first) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Providers.Put(ours, &second) })
	got := read(f, func(tx *store.Tx) (fairlead.Provider, error) { return tx.Providers.Get(ours, "prv_1") })
	same(t, "the provider", got, first)
	same(t, "its keys", []byte(got.Keys), []byte{0, 1, 255})
	// Another connector's, and another tenant's, are others.
	second.Connector = "hub"
	f.update(func(tx *store.Tx) error { return tx.Providers.Put(ours, &second) })
	second.Connector = "example"
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Providers.Put(ours, &second) })
	third := provider("prv_1", "example")
	third.Tenant = theirs
	f.update(func(tx *store.Tx) error { return tx.Providers.Put(theirs, &third) })
	f.update(func(tx *store.Tx) error { return tx.Providers.Delete(ours, "prv_1") })
	again := provider("prv_3", "example")
	f.update(func(tx *store.Tx) error { return tx.Providers.Put(ours, &again) })
}

func findsByUpstream(t *testing.T, f *fixture) {
	old, live, none := connection("con_1", fairlead.ConnectionDisconnected), connection("con_2", fairlead.ConnectionActive), connection("con_3", fairlead.ConnectionActive)
	old.Upstream, live.Upstream = "item-7", "item-7"
	none.Identity = "other"
	f.update(func(tx *store.Tx) error {
		for _, c := range []*fairlead.Connection{&old, &live, &none} {
			if err := tx.Connections.Put(ours, c); err != nil {
				return err
			}
		}
		return nil
	})
	find := func(name string) (c fairlead.Connection, err error) {
		f.view(func(tx *store.Tx) error {
			c, err = tx.Connections.Find(ours, store.By(store.ByUpstream, name))
			return nil
		})
		return c, err
	}
	got, err := find("item-7")
	same(t, "the connection", fmt.Sprint(got.ID, err), "con_2<nil>")
	if _, err := find(""); !fairlead.Is(err, fairlead.NotFound) {
		t.Fatalf("a connection without such a name was found: %v", err)
	}
	live.Upstream, live.Version = "item-8", 1
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(ours, &live) })
	got, err = find("item-7")
	same(t, "what is left of the name", fmt.Sprint(got.ID, err), "con_1<nil>")
}

func findPrefersLive(t *testing.T, f *fixture) {
	old := connection("con_1", fairlead.ConnectionDisconnected)
	live, none := connection("con_2", fairlead.ConnectionActive), connection("con_3", fairlead.ConnectionActive)
	none.Identity, none.Login = "", ""
	key := store.By(store.ByIdentity, store.IdentityKey("per_1", "ins_1", "hmac"))
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(ours, &old) })
	find := func(m store.Match) fairlead.ConnectionID {
		return read(f, func(tx *store.Tx) (fairlead.Connection, error) { return tx.Connections.Find(ours, m) }).ID
	}
	same(t, "the only one", find(key), "con_1")
	f.update(func(tx *store.Tx) error {
		if err := tx.Connections.Put(ours, &live); err != nil {
			return err
		}
		return tx.Connections.Put(ours, &none)
	})
	same(t, "by identity", find(key), "con_2")
	same(t, "by login", find(store.By(store.ByLogin, store.LoginKey("ins_1", "login"))), "con_2")
	err := f.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Connections.Find(ours, store.By(store.ByLogin, store.LoginKey("ins_1", "")))
		return err
	})
	same(t, "an empty login", fairlead.KindOf(err), fairlead.NotFound)
}

func listPages(t *testing.T, f *fixture) {
	f.update(func(tx *store.Tx) error {
		for i := range 25 {
			l := fairlead.Link{ID: fairlead.LinkID(fmt.Sprintf("lnk_%02d", i)), Tenant: ours, Application: "app_1", Status: fairlead.LinkOpen}
			if err := tx.Links.Put(ours, &l); err != nil {
				return err
			}
		}
		return nil
	})
	for _, newest := range []bool{false, true} {
		q := store.Query{Where: []store.Match{store.By(store.ByApplication, "app_1")}, Limit: 10, Newest: newest}
		list := read(f, func(tx *store.Tx) ([]fairlead.Link, error) { return store.Collect(store.All(tx.Links, ours, q)) })
		got := ids(list, func(l fairlead.Link) string { return string(l.ID) })
		var pages []int
		for page, err := range store.Pages(t.Context(), f.Store, func(tx *store.Tx) store.Table[fairlead.Link] { return tx.Links }, ours, q) {
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, len(page))
		}
		same(t, "the pages", pages, "[10 10 5]")
		same(t, "the number of links", len(got), 25)
		first, last := "lnk_00", "lnk_24"
		if newest {
			first, last = last, first
		}
		same(t, "the first", got[0], first)
		same(t, "the last", got[24], last)
	}
}

func listCombines(t *testing.T, f *fixture) {
	f.update(func(tx *store.Tx) error {
		for i, person := range []fairlead.PersonID{"per_1", "per_2", "per_1"} {
			app := fairlead.ApplicationID(fmt.Sprintf("app_%d", i/2))
			l := fairlead.Link{ID: fairlead.LinkID(fmt.Sprintf("lnk_%d", i)), Tenant: ours, Application: app, Person: person}
			if err := tx.Links.Put(ours, &l); err != nil {
				return err
			}
		}
		return nil
	})
	got := read(f, func(tx *store.Tx) ([]fairlead.Link, error) {
		return tx.Links.List(ours, store.Query{Where: []store.Match{store.By(store.ByApplication, "app_0"), store.By(store.ByPerson, "per_1")}})
	})
	same(t, "the links", ids(got, func(l fairlead.Link) string { return string(l.ID) }), "[lnk_0]")
}

func openLinksEnd(t *testing.T, f *fixture) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for i, minutes := range []int{30, 10, 20, 10} {
		l := fairlead.Link{ID: fairlead.LinkID(fmt.Sprint("lnk_", i)), Tenant: ours, Status: fairlead.LinkOpen, Expires: at(minutes)}
		f.update(func(tx *store.Tx) error { return tx.Links.Put(ours, &l) })
	}
	linkID := func(l fairlead.Link) string { return string(l.ID) }
	expiring := func(minutes, limit int) []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Link, error) { return tx.Links.Expiring(ours, at(minutes), limit) }), linkID)
	}
	next := func() time.Time {
		return read(f, func(tx *store.Tx) (time.Time, error) { return tx.Links.NextExpiry(ours) })
	}
	change := func(id string, change func(*fairlead.Link)) {
		f.update(func(tx *store.Tx) error {
			l, err := tx.Links.Get(ours, id)
			if err != nil {
				return err
			}
			change(&l)
			return tx.Links.Put(ours, &l)
		})
	}
	same(t, "too early", len(expiring(9, 10)), 0)
	same(t, "a page", expiring(20, 2), "[lnk_1 lnk_3]")
	same(t, "the next", next(), at(10))
	change("lnk_1", func(l *fairlead.Link) { l.Status = fairlead.LinkExpired })
	change("lnk_3", func(l *fairlead.Link) { l.ExpiryQueued = l.Expires })
	same(t, "when one has ended and one is queued", expiring(40, 10), "[lnk_2 lnk_0]")
	same(t, "the next then", next(), at(20))
	change("lnk_3", func(l *fairlead.Link) { l.Expires = at(25) })
	same(t, "when it was given more time", expiring(40, 10), "[lnk_2 lnk_3 lnk_0]")
	for _, id := range []string{"lnk_0", "lnk_2", "lnk_3"} {
		change(id, func(l *fairlead.Link) { l.ExpiryQueued = l.Expires })
	}
	same(t, "none after the last", next(), time.Time{})
}

func unknownKey(t *testing.T, f *fixture) {
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Persons.Find(ours, store.By(store.ByLink, "x"))
		return err
	})
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Persons.List(ours, store.Query{Where: []store.Match{store.By("reference; drop", "x")}})
		return err
	})
}

func deletes(t *testing.T, f *fixture) {
	p := person("per_1", "ada")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	f.update(func(tx *store.Tx) error { return tx.Persons.Delete(ours, "per_1") })
	f.update(func(tx *store.Tx) error { return tx.Persons.Delete(ours, "per_1") })
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Persons.Get(ours, "per_1")
		return err
	})
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
}

func foreignNoun(t *testing.T, f *fixture) {
	p := person("per_1", "ada")
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Persons.Put(theirs, &p) })
}

func tablesAreIsolated(t *testing.T, f *fixture) {
	p := person("per_1", "ada")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	f.update(func(tx *store.Tx) error { return tx.Persons.Delete(theirs, "per_1") })
	f.view(func(tx *store.Tx) error {
		if _, err := tx.Persons.Get(theirs, "per_1"); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("Get gave %v", err)
		}
		if _, err := tx.Persons.Find(theirs, store.By(store.ByReference, "ada")); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("Find gave %v", err)
		}
		if list, err := tx.Persons.List(theirs, store.Query{}); err != nil || len(list) != 0 {
			t.Errorf("List gave %v, %v", list, err)
		}
		_, err := tx.Persons.Get(ours, "per_1")
		return err
	})
	twin := p
	twin.Tenant, twin.Version = theirs, 0
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(theirs, &twin) })
}

// storesAndFinds puts a noun, finds it by each key and deletes it.
func storesAndFinds[T any](t *testing.T, f *fixture, what string, table func(*store.Tx) store.Table[T], noun T, id string, keys map[store.Key]string) {
	f.update(func(tx *store.Tx) error { return table(tx).Put(ours, &noun) })
	f.view(func(tx *store.Tx) error {
		for key, value := range keys {
			if got, err := table(tx).Find(ours, store.By(key, value)); err != nil || fmt.Sprint(got) != fmt.Sprint(noun) {
				t.Errorf("%s by %s gave %v, %v", what, key, got, err)
			}
			if list, err := table(tx).List(ours, store.Query{Where: []store.Match{store.By(key, value)}}); err != nil || len(list) != 1 {
				t.Errorf("%s listed by %s gave %d, %v", what, key, len(list), err)
			}
			if _, err := table(tx).Find(theirs, store.By(key, value)); !fairlead.Is(err, fairlead.NotFound) {
				t.Errorf("%s of another tenant by %s gave %v", what, key, err)
			}
		}
		return nil
	})
	f.update(func(tx *store.Tx) error { return table(tx).Put(ours, &noun) })
	f.update(func(tx *store.Tx) error { return table(tx).Delete(ours, id) })
}

func everyTable(t *testing.T, f *fixture) {
	storesAndFinds(t, f, "application", func(tx *store.Tx) store.Table[fairlead.Application] { return tx.Applications },
		fairlead.Application{ID: "app_1", Tenant: ours, Name: "shop"}, "app_1", map[store.Key]string{store.ByName: "shop"})
	storesAndFinds(t, f, "key", func(tx *store.Tx) store.Table[fairlead.Key] { return tx.Keys },
		fairlead.Key{ID: "key_1", Tenant: ours, Application: "app_1"}, "key_1", map[store.Key]string{store.ByApplication: "app_1"})
	storesAndFinds(t, f, "person", func(tx *store.Tx) store.Table[fairlead.Person] { return tx.Persons },
		fairlead.Person{ID: "per_1", Tenant: ours, Reference: "ada"}, "per_1", map[store.Key]string{store.ByReference: "ada"})
	storesAndFinds(t, f, "template", func(tx *store.Tx) store.Table[fairlead.Template] { return tx.Templates },
		fairlead.Template{ID: "lkt_1", Tenant: ours, Application: "app_1", Name: "n", Token: "t"}, "lkt_1",
		map[store.Key]string{store.ByApplication: "app_1", store.ByName: "n"})
	storesAndFinds(t, f, "link", func(tx *store.Tx) store.Table[fairlead.Link] { return tx.Links },
		fairlead.Link{ID: "lnk_1", Tenant: ours, Application: "app_1", Person: "per_1", Status: fairlead.LinkOpen}, "lnk_1",
		map[store.Key]string{store.ByApplication: "app_1", store.ByPerson: "per_1"})
	c := connection("con_1", fairlead.ConnectionActive)
	c.Link, c.Upstream = "lnk_1", "item-7"
	storesAndFinds(t, f, "connection", func(tx *store.Tx) store.Table[fairlead.Connection] { return tx.Connections }, c, "con_1",
		map[store.Key]string{
			store.ByApplication: "app_1", store.ByPerson: "per_1", store.ByIdentity: store.IdentityKey("per_1", "ins_1", "hmac"),
			store.ByLogin: store.LoginKey("ins_1", "login"), store.ByInstitution: "ins_1", store.ByLink: "lnk_1",
			store.ByUpstream: "item-7", store.ByStatus: string(fairlead.ConnectionActive),
		})
	storesAndFinds(t, f, "consent", func(tx *store.Tx) store.Table[fairlead.Consent] { return tx.Consents },
		fairlead.Consent{
			ID: "cns_1", Tenant: ours, Application: "app_1", Person: "per_1", Link: "lnk_1", Connection: "con_1",
			Status: fairlead.ConsentAuthorised,
		}, "cns_1",
		map[store.Key]string{store.ByApplication: "app_1", store.ByPerson: "per_1", store.ByLink: "lnk_1", store.ByConnection: "con_1"})
	storesAndFinds(t, f, "collection", func(tx *store.Tx) store.Table[fairlead.Collection] { return tx.Collections },
		fairlead.Collection{ID: "col_1", Tenant: ours, Connection: "con_1"}, "col_1", map[store.Key]string{store.ByConnection: "con_1"})
	storesAndFinds(t, f, "endpoint", func(tx *store.Tx) store.Table[fairlead.Endpoint] { return tx.Endpoints },
		fairlead.Endpoint{ID: "whe_1", Tenant: ours, Application: "app_1", Address: "https://a.example/h"}, "whe_1",
		map[store.Key]string{store.ByApplication: "app_1"})
	storesAndFinds(t, f, "delivery", func(tx *store.Tx) store.Table[fairlead.Delivery] { return tx.Deliveries },
		fairlead.Delivery{ID: "ntc_1", Tenant: ours, Event: "evt_1", Destination: fairlead.Destination{Address: "https://a.example/h", Endpoint: "whe_1"}}, "ntc_1",
		map[store.Key]string{store.ByEvent: "evt_1", store.ByEndpoint: "whe_1"})
	storesAndFinds(t, f, "provider", func(tx *store.Tx) store.Table[fairlead.Provider] { return tx.Providers }, provider("prv_1", "example"), "prv_1",
		map[store.Key]string{store.ByConnector: "example"})
	storesAndFinds(t, f, "saved response", func(tx *store.Tx) store.Table[store.SavedResponse] { return tx.SavedResponses },
		store.SavedResponse{ID: "hash", Tenant: ours, Status: 200}, "hash", nil)
	storesAndFinds(t, f, "collection page", func(tx *store.Tx) store.Table[store.CollectionPage] { return tx.CollectionPages },
		store.CollectionPage{ID: store.CollectionPageID("col_1", 0), Tenant: ours, Seen: []byte{1}}, store.CollectionPageID("col_1", 0), nil)
	storesAndFinds(t, f, "setup token", func(tx *store.Tx) store.Table[fairlead.SetupToken] { return tx.SetupTokens },
		fairlead.SetupToken{ID: "stk_1", Tenant: ours, Application: "app_1", Person: "per_1"}, "stk_1",
		map[store.Key]string{store.ByApplication: "app_1", store.ByPerson: "per_1"})
	storesAndFinds(t, f, "upload page", func(tx *store.Tx) store.Table[store.UploadPage] { return tx.UploadPages },
		store.UploadPage{ID: store.UploadPageID("col_1", 0), Tenant: ours, Sealed: fairlead.Sealed{1}}, store.UploadPageID("col_1", 0), nil)
}

// operatorsAreTheServersOwn: they are of no tenant, and none finds them.
func operatorsAreTheServersOwn(t *testing.T, f *fixture) {
	ada := fairlead.Operator{ID: "ope_1", Email: "ada@example.com", Role: fairlead.RoleOwner}
	f.update(func(tx *store.Tx) error { return tx.Operators.Put(fairlead.ServerTenant, &ada) })
	f.view(func(tx *store.Tx) error {
		got, err := tx.Operators.Find(fairlead.ServerTenant, store.By(store.ByEmail, "ada@example.com"))
		same(t, "the operator by e-mail", got.ID, ada.ID)
		if _, err := tx.Operators.Get(ours, "ope_1"); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("a tenant's operator gave %v", err)
		}
		return err
	})
	again := fairlead.Operator{ID: "ope_2", Email: "ada@example.com", Role: fairlead.RoleSupport}
	err := f.Update(t.Context(), func(tx *store.Tx) error { return tx.Operators.Put(fairlead.ServerTenant, &again) })
	if !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("a second operator of one e-mail address gave %v", err)
	}
}

func versionsAreGivenBack(t *testing.T, f *fixture) {
	p := person("per_1", "ada")
	failed := fmt.Errorf("the caller thought better of it")
	if err := f.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Persons.Put(ours, &p); err != nil {
			return err
		}
		return failed
	}); err != failed {
		t.Fatalf("Update gave %v", err)
	}
	same(t, "the version", p.Version, 0)
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
}
