package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func institutionTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"AnInstitutionComesBackAsItWasPut":               institutionComesBack,
		"PutWritesOnlyWhatDiffers":                       putWritesDifferences,
		"PutRefusesWhatHasNoProviderOrIsTooMuch":         putRefusesInstitutions,
		"OfTwoWithOneIDTheLastIsWritten":                 lastInstitutionWins,
		"InstitutionsAreListedByProviderInTheOrderOfIDs": institutionsAreListed,
		"UsesCountWhatIsStillConnected":                  usesAreCounted,
		"EraseDeletesAsManyAsItMayOfOneProvider":         institutionsAreErased,
		"InstitutionsOfOneTenantAreNotAnothers":          institutionsAreIsolated,
	}
}

func institution(id string, provider fairlead.ProviderID) fairlead.Institution {
	return fairlead.Institution{
		ID: fairlead.InstitutionID(id), Connector: "example", Name: "Bánk & Söhne <" + id + ">", Country: "US", Provider: provider, Ref: id,
		Codes: []fairlead.Code{{Scheme: "routing", Value: "021000021"}}, OtherNames: []string{"B&S"}, Website: "https://bank.example",
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
		Environments: []fairlead.Environment{fairlead.Live}, LogoHash: "abc",
	}
}

func manyInstitutions(n int, provider fairlead.ProviderID) []fairlead.Institution {
	list := make([]fairlead.Institution, n)
	for i := range list {
		list[i] = institution(fmt.Sprintf("%s_%04d", provider, i), provider)
	}
	return list
}

// putInstitutions expects that so many are written.
func (f *fixture) putInstitutions(want int, list ...fairlead.Institution) {
	f.t.Helper()
	var written int
	f.update(func(tx *store.Tx) (err error) {
		written, err = tx.Institutions.Put(ours, list)
		return err
	})
	same(f.t, "how many were written", written, want)
}

func institutionID(i fairlead.Institution) string { return string(i.ID) }

func institutionComesBack(t *testing.T, f *fixture) {
	i := institution("example_ins_1", "prv_1")
	i.Gone = noon.Add(123 * time.Microsecond)
	f.putInstitutions(1, i)
	got := read(f, func(tx *store.Tx) (fairlead.Institution, error) { return tx.Institutions.Get(ours, i.ID) })
	same(t, "the institution", got, i)
	f.view(func(tx *store.Tx) error {
		for _, id := range []fairlead.InstitutionID{"example_ins_2", "", "example_ins_\x00", "\xff"} {
			if _, err := tx.Institutions.Get(ours, id); !fairlead.Is(err, fairlead.NotFound) {
				t.Errorf("Get of %q gave %v", id, err)
			}
		}
		return nil
	})
}

func putWritesDifferences(t *testing.T, f *fixture) {
	list := manyInstitutions(1000, "prv_1")
	f.putInstitutions(1000, list...)
	f.putInstitutions(0, list...)
	list[17].Name, list[999].Gone = "Renamed", noon
	f.putInstitutions(2, list...)
	f.putInstitutions(0, list...)
	list[3].Provider = "prv_2"
	f.putInstitutions(1, list[3])
	f.putInstitutions(0)
	got := read(f, func(tx *store.Tx) (fairlead.Institution, error) { return tx.Institutions.Get(ours, list[17].ID) })
	same(t, "the name", got.Name, "Renamed")
	failed := fmt.Errorf("the caller thought better of it")
	list[0].Name = "Never"
	if err := f.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Institutions.Put(ours, list[:1]); err != nil {
			return err
		}
		return failed
	}); err != failed {
		t.Fatalf("Update gave %v", err)
	}
	f.putInstitutions(1, list[0])
}

func putRefusesInstitutions(t *testing.T, f *fixture) {
	good := institution("example_ins_1", "prv_1")
	without, nameless := good, good
	without.Provider, nameless.ID = "", ""
	for _, list := range [][]fairlead.Institution{{good, without}, {good, nameless}, manyInstitutions(1001, "prv_1")} {
		f.refuses(fairlead.Internal, func(tx *store.Tx) error {
			_, err := tx.Institutions.Put(ours, list)
			return err
		})
	}
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Institutions.Get(ours, good.ID)
		return err
	})
}

func lastInstitutionWins(t *testing.T, f *fixture) {
	first, second := institution("example_ins_1", "prv_1"), institution("example_ins_1", "prv_1")
	second.Name = "Second"
	f.putInstitutions(2, first, institution("example_ins_0", "prv_1"), second)
	got := read(f, func(tx *store.Tx) (fairlead.Institution, error) { return tx.Institutions.Get(ours, first.ID) })
	same(t, "the name", got.Name, "Second")
}

func institutionsAreListed(t *testing.T, f *fixture) {
	f.putInstitutions(25, manyInstitutions(25, "prv_1")...)
	f.putInstitutions(3, manyInstitutions(3, "prv_2")...)
	gone := institution("prv_1_0024", "prv_1")
	gone.Gone = noon
	f.putInstitutions(1, gone)
	var got []string
	var after fairlead.InstitutionID
	for range 4 {
		page := read(f, func(tx *store.Tx) ([]fairlead.Institution, error) {
			return tx.Institutions.List(ours, "prv_1", after, 10)
		})
		if len(page) == 0 {
			break
		}
		got, after = append(got, ids(page, institutionID)...), page[len(page)-1].ID
	}
	same(t, "the pages", got, ids(manyInstitutions(25, "prv_1"), institutionID))
	none := read(f, func(tx *store.Tx) ([]fairlead.Institution, error) { return tx.Institutions.List(ours, "prv_3", "", 10) })
	same(t, "of a provider without any", len(none), 0)
}

func usesAreCounted(t *testing.T, f *fixture) {
	f.update(func(tx *store.Tx) error {
		for n, status := range []fairlead.ConnectionStatus{
			fairlead.ConnectionActive, fairlead.ConnectionCollecting, fairlead.ConnectionDisconnected, fairlead.ConnectionActive,
		} {
			c := connection(fmt.Sprint("con_", n), status)
			c.Identity = fmt.Sprint(n)
			if n == 3 {
				c.Institution = "example_ins_3"
			}
			if err := tx.Connections.Put(ours, &c); err != nil {
				return err
			}
		}
		return nil
	})
	uses := func(tenant fairlead.TenantID) map[fairlead.InstitutionID]int {
		return read(f, func(tx *store.Tx) (map[fairlead.InstitutionID]int, error) { return tx.Institutions.Uses(tenant) })
	}
	same(t, "the uses", uses(ours), map[fairlead.InstitutionID]int{"ins_1": 2, "example_ins_3": 1})
	same(t, "those of another tenant", uses(theirs), map[fairlead.InstitutionID]int{})
}

func institutionsAreErased(t *testing.T, f *fixture) {
	f.putInstitutions(25, manyInstitutions(25, "prv_1")...)
	f.putInstitutions(3, manyInstitutions(3, "prv_2")...)
	f.update(func(tx *store.Tx) error { // a connection that has ended still names its bank
		c := connection("con_1", fairlead.ConnectionDisconnected)
		c.Institution = "prv_1_0007"
		return tx.Connections.Put(ours, &c)
	})
	var erased []int
	for range 4 {
		f.update(func(tx *store.Tx) error {
			n, err := tx.Institutions.Erase(ours, "prv_1", 10)
			erased = append(erased, n)
			return err
		})
	}
	same(t, "how many were erased", erased, []int{10, 10, 4, 0})
	f.view(func(tx *store.Tx) error {
		left, err := tx.Institutions.List(ours, "prv_1", "", 10)
		same(t, "what is left", ids(left, institutionID), []string{"prv_1_0007"})
		if err == nil {
			_, err = tx.Institutions.Get(ours, "prv_2_0000")
		}
		return err
	})
}

func institutionsAreIsolated(t *testing.T, f *fixture) {
	i := institution("example_ins_1", "prv_1")
	f.putInstitutions(1, i)
	f.update(func(tx *store.Tx) error {
		if _, err := tx.Institutions.Get(theirs, i.ID); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("Get of another tenant gave %v", err)
		}
		if list, err := tx.Institutions.List(theirs, "prv_1", "", 10); err != nil || len(list) != 0 {
			t.Errorf("List of another tenant gave %v, %v", list, err)
		}
		i.Name = "Theirs"
		if n, err := tx.Institutions.Put(theirs, []fairlead.Institution{i}); err != nil || n != 1 {
			t.Errorf("Put for another tenant gave %d, %v", n, err)
		}
		n, err := tx.Institutions.Erase(theirs, "prv_1", 10)
		same(t, "what was erased", n, 1)
		return err
	})
	got := read(f, func(tx *store.Tx) (fairlead.Institution, error) { return tx.Institutions.Get(ours, i.ID) })
	same(t, "the name", got.Name, institution("example_ins_1", "prv_1").Name)
}
