package storetest

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func transactionTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"AFailedUpdateLeavesNothing":                      failedUpdate,
		"APanicIsAnErrorAndLeavesNothing":                 panics,
		"AGoroutineThatEndsInsideHoldsNobodyUp":           goexit,
		"AGoroutineThatEndsAmongOthersEndsAlone":          goexitAmongOthers,
		"AViewSeesOneMoment":                              viewIsASnapshot,
		"AViewSeesOneMomentOfWhatIsReadOften":             viewIsOneMoment,
		"AViewWritesNothing":                              viewRefusesWrites,
		"UpdateSeesItsOwnWrites":                          seesItself,
		"OneOfManyGroupedUpdatesFailsAlone":               failsAlone,
		"ManyReadAndReplaceTheSameNounAndNoneIsLost":      countersMeet,
		"ManyFindOrCreateTheSamePersonAndThereIsOne":      findOrCreate,
		"OfManyThatReadBeforeOneWins":                     oneWins,
		"AContextThatEndedIsRefusedInTheQueue":            endedContext,
		"AClientThatHangsUpDoesNotAbortWhatHasBegun":      hangUp,
		"ACloseWhileManyWriteLosesNothingThatWasAnswered": closing,
		"ATransactionCannotBeUsedAfterItsEnd":             outlives,
		"PingAnswers":                                     pings,
	}
}

func (f *fixture) people(tenant fairlead.TenantID) []string {
	f.t.Helper()
	return ids(read(f, func(tx *store.Tx) ([]fairlead.Person, error) {
		return tx.Persons.List(tenant, store.Query{Limit: 1000})
	}),
		func(p fairlead.Person) string { return string(p.ID) })
}

func failedUpdate(t *testing.T, f *fixture) {
	f.refuses(fairlead.Gone, func(tx *store.Tx) error {
		p := person("per_1", "ada")
		if err := tx.Persons.Put(ours, &p); err != nil {
			return err
		}
		if err := tx.Work.Due(task("a", noon)); err != nil {
			return err
		}
		if err := tx.Events.Append(event("evt_1", ours)); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	})
	same(t, "the persons", f.people(ours), "[]")
	same(t, "the work", len(f.claim(claimOf("n", noon))), 0)
	same(t, "the events", len(f.eventsAfter(ours, store.EventQuery{})), 0)
}

func panics(t *testing.T, f *fixture) {
	secret := "hunter2"
	for _, value := range []any{secret, fmt.Errorf("%s", secret), nil} {
		err := f.Update(t.Context(), func(tx *store.Tx) error {
			p := person("per_1", "ada")
			if err := tx.Persons.Put(ours, &p); err != nil {
				return err
			}
			if value == nil {
				var none []int
				_ = none[len(secret)]
			}
			panic(value)
		})
		if !fairlead.Is(err, fairlead.Internal) || strings.Contains(err.Error(), secret) {
			t.Fatalf("Update gave %v", err)
		}
	}
	if err := f.View(t.Context(), func(*store.Tx) error { panic("in a view") }); !fairlead.Is(err, fairlead.Internal) {
		t.Fatalf("View gave %v", err)
	}
	same(t, "the persons", f.people(ours), "[]")
}

func goexit(t *testing.T, f *fixture) {
	var ended sync.WaitGroup
	ended.Go(func() {
		_ = f.Update(t.Context(), func(tx *store.Tx) error {
			p := person("per_1", "ada")
			if err := tx.Persons.Put(ours, &p); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	})
	ended.Go(func() { _ = f.View(t.Context(), func(*store.Tx) error { runtime.Goexit(); return nil }) })
	ended.Wait()
	p := person("per_2", "bob")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	same(t, "the persons", f.people(ours), "[per_2]")
}

func goexitAmongOthers(t *testing.T, f *fixture) {
	var ended sync.WaitGroup
	for i := range 40 {
		ended.Go(func() {
			err := f.Update(t.Context(), func(tx *store.Tx) error {
				p := person(fmt.Sprintf("per_%02d", i), fmt.Sprint("p", i))
				if err := tx.Persons.Put(ours, &p); err != nil {
					return err
				}
				if i%10 == 3 {
					runtime.Goexit()
				}
				if i%10 == 4 {
					return fairlead.Errorf(fairlead.Gone, "No.")
				}
				return nil
			})
			if i%10 != 3 && i%10 != 4 && err != nil {
				t.Errorf("update %d gave %v", i, err)
			}
		})
	}
	ended.Wait()
	same(t, "the persons", len(f.people(ours)), 32)
}

func viewIsASnapshot(t *testing.T, f *fixture) {
	p, q := person("per_1", "ada"), person("per_2", "bob")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	f.view(func(tx *store.Tx) error {
		if _, err := tx.Persons.Get(ours, "per_1"); err != nil {
			return err
		}
		p.Reference = "changed"
		f.update(func(tx *store.Tx) error {
			if err := tx.Persons.Put(ours, &q); err != nil {
				return err
			}
			return tx.Persons.Put(ours, &p)
		})
		list, err := tx.Persons.List(ours, store.Query{})
		same(t, "inside the view", fmt.Sprint(len(list), list[0].Reference), "1ada")
		return err
	})
	same(t, "afterwards", len(f.people(ours)), 2)
}

// viewIsOneMoment: what every request reads (a tenant, an application) and what
// few do are of the same moment, whichever is read first.
func viewIsOneMoment(t *testing.T, f *fixture) {
	write := func(tx *store.Tx, name string) error {
		app, err := tx.Applications.Get(ours, "app_1")
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		app.ID, app.Tenant, app.Name = "app_1", ours, name
		if err := tx.Applications.Put(ours, &app); err != nil {
			return err
		}
		p, err := tx.Persons.Get(ours, "per_1")
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		p.ID, p.Tenant, p.Reference = "per_1", ours, name
		return tx.Persons.Put(ours, &p)
	}
	f.update(func(tx *store.Tx) error { return write(tx, "0") })
	done := make(chan struct{})
	var reading sync.WaitGroup
	for first := range 2 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				var app fairlead.Application
				var p fairlead.Person
				err := f.View(t.Context(), func(tx *store.Tx) (err error) {
					reads := []func(){
						func() { app, err = tx.Applications.Get(ours, "app_1") },
						func() { p, err = tx.Persons.Get(ours, "per_1") },
					}
					for i := range reads {
						if reads[(i+first)%2](); err != nil {
							return err
						}
						runtime.Gosched()
					}
					return nil
				})
				if err != nil || app.Name != p.Reference {
					t.Errorf("one moment has %q and %q, and gave %v", app.Name, p.Reference, err)
					return
				}
			}
		})
	}
	for n := range 300 {
		f.update(func(tx *store.Tx) error { return write(tx, fmt.Sprint(n+1)) })
	}
	close(done)
	reading.Wait()
}

func viewRefusesWrites(t *testing.T, f *fixture) {
	writes := map[string]func(*store.Tx) error{
		"Put": func(tx *store.Tx) error {
			p := person("per_1", "ada")
			return tx.Persons.Put(ours, &p)
		},
		"Append": func(tx *store.Tx) error { return tx.Events.Append(event("evt_1", ours)) },
		"Audit":  func(tx *store.Tx) error { return tx.Audit.Append(entry(ours, "one")) },
		"Next": func(tx *store.Tx) error {
			_, err := tx.Notes.Next(ours, "second", "n")
			return err
		},
		"Due":    func(tx *store.Tx) error { return tx.Work.Due(task("a", noon)) },
		"Upsert": func(tx *store.Tx) error { return tx.Records.Upsert(ours, "con_1", []fairlead.Record{record(1)}) },
	}
	for name, write := range writes {
		if err := f.View(t.Context(), write); !fairlead.Is(err, fairlead.Internal) {
			t.Errorf("%s inside View gave %v", name, err)
		}
	}
}

func seesItself(t *testing.T, f *fixture) {
	f.update(func(tx *store.Tx) error {
		p := person("per_1", "ada")
		for i := range 3 {
			p.Reference = fmt.Sprint("ada-", i)
			if err := tx.Persons.Put(ours, &p); err != nil {
				return err
			}
			got, err := tx.Persons.Find(ours, store.By(store.ByReference, p.Reference))
			if err != nil {
				return err
			}
			same(t, "the version", got.Version, i+1)
		}
		return nil
	})
}

func failsAlone(t *testing.T, f *fixture) {
	atOnce(40, func(i int) {
		err := f.Update(t.Context(), func(tx *store.Tx) error {
			p := person(fmt.Sprintf("per_%02d", i), fmt.Sprint("p", i))
			if err := tx.Persons.Put(ours, &p); err != nil {
				return err
			}
			switch i % 4 {
			case 1:
				return fairlead.Errorf(fairlead.Gone, "No.")
			case 2:
				panic("no")
			}
			return nil
		})
		want := [4]fairlead.ErrorKind{"", fairlead.Gone, fairlead.Internal, ""}[i%4]
		if (err == nil) != (want == "") || (err != nil && !fairlead.Is(err, want)) {
			t.Errorf("update %d gave %v", i, err)
		}
	})
	same(t, "the persons", len(f.people(ours)), 20)
}

func countersMeet(t *testing.T, f *fixture) {
	p := person("per_1", "0")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	atOnce(8, func(int) {
		for range 5 {
			if err := f.Update(t.Context(), func(tx *store.Tx) error {
				p, err := tx.Persons.Get(ours, "per_1")
				if err != nil {
					return err
				}
				p.Reference += "+"
				return tx.Persons.Put(ours, &p)
			}); err != nil && !fairlead.Is(err, fairlead.Conflict) {
				t.Errorf("Update: %v", err)
			} else if err != nil {
				t.Log("gave up after many races")
			}
		}
	})
	got := read(f, func(tx *store.Tx) (fairlead.Person, error) { return tx.Persons.Get(ours, "per_1") })
	same(t, "the changes", fmt.Sprint(len(got.Reference), got.Version), "41 41")
}

func findOrCreate(t *testing.T, f *fixture) {
	atOnce(12, func(i int) {
		err := f.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Persons.Find(ours, store.By(store.ByReference, "ada"))
			if !fairlead.Is(err, fairlead.NotFound) {
				return err
			}
			p := person(fmt.Sprint("per_", i), "ada")
			return tx.Persons.Put(ours, &p)
		})
		if err != nil {
			t.Errorf("Update: %v", err)
		}
	})
	same(t, "the persons", len(f.people(ours)), 1)
}

func oneWins(t *testing.T, f *fixture) {
	p := person("per_1", "ada")
	f.update(func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
	var won, lost atomic.Int64
	atOnce(8, func(i int) {
		mine := p
		mine.Reference = fmt.Sprint("winner-", i)
		err := f.Update(t.Context(), func(tx *store.Tx) error { return tx.Persons.Put(ours, &mine) })
		switch {
		case err == nil:
			won.Add(1)
		case fairlead.Is(err, fairlead.Conflict):
			lost.Add(1)
		default:
			t.Errorf("Update: %v", err)
		}
	})
	same(t, "winners and losers", fmt.Sprint(won.Load(), lost.Load()), "1 7")
}

func endedContext(t *testing.T, f *fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	for name, try := range map[string]func(context.Context, func(*store.Tx) error) error{"Update": f.Update, "View": f.View} {
		if err := try(ctx, func(*store.Tx) error { ran = true; return nil }); !fairlead.Is(err, fairlead.Unavailable) {
			t.Errorf("%s gave %v", name, err)
		}
	}
	same(t, "whether anything ran", ran, false)
}

func hangUp(t *testing.T, f *fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	if err := f.Update(ctx, func(tx *store.Tx) error {
		cancel()
		p := person("per_1", "ada")
		return tx.Persons.Put(ours, &p)
	}); err != nil {
		t.Fatalf("Update gave %v", err)
	}
	same(t, "the persons", f.people(ours), "[per_1]")
}

// closing closes while many write: each write is answered, by success or by Unavailable.
func closing(t *testing.T, f *fixture) {
	var first sync.Once
	begun := make(chan struct{})
	var writing sync.WaitGroup
	for i := range 8 {
		writing.Go(func() {
			for n := 0; ; n++ {
				p := person(fmt.Sprintf("per_%d_%d", i, n), fmt.Sprintf("%d-%d", i, n))
				err := f.Update(within(t), func(tx *store.Tx) error { return tx.Persons.Put(ours, &p) })
				if fairlead.Is(err, fairlead.Unavailable) {
					return
				}
				if err != nil {
					t.Errorf("Update: %v", err)
					return
				}
				first.Do(func() { close(begun) })
			}
		})
	}
	<-begun
	if err := f.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	writing.Wait()
	if err := f.View(t.Context(), func(*store.Tx) error { return nil }); !fairlead.Is(err, fairlead.Unavailable) {
		t.Errorf("View of a closed store gave %v", err)
	}
}

func outlives(t *testing.T, f *fixture) {
	var ended []*store.Tx
	remember := func(tx *store.Tx) error { ended = append(ended, tx); return nil }
	f.update(remember)
	f.view(remember)
	for _, tx := range ended {
		p := person("per_1", "ada")
		if err := tx.Persons.Put(ours, &p); !fairlead.Is(err, fairlead.Internal) {
			t.Errorf("Put gave %v", err)
		}
		if _, err := tx.Persons.Get(ours, "per_1"); !fairlead.Is(err, fairlead.Internal) {
			t.Errorf("Get gave %v", err)
		}
	}
	same(t, "the persons", f.people(ours), "[]")
}

func pings(t *testing.T, f *fixture) {
	if err := f.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
}
