package linking_test

import (
	"context"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

// detailsOf are who a person is, and at which version.
func (x *fixture) detailsOf(id fairlead.PersonID) (d fairlead.PersonDetails, version int64) {
	x.t.Helper()
	var p fairlead.Person
	must(x.t, x.store.View(x.t.Context(), func(tx *store.Tx) (err error) {
		p, err = tx.Persons.Get(x.tenant, string(id))
		return err
	}))
	d, err := x.reads.PersonDetails(x.t.Context(), x.tenant, id)
	must(x.t, err)
	return d, p.Version
}

func TestAPersonWhoseHintsAreTheSameIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	create := func(hints fairlead.PersonDetails) fairlead.Link {
		made, err := x.l.Create(t.Context(), x.app, linking.CreateRequest{Reference: "ana", Hints: hints})
		must(t, err)
		return made.Link
	}
	ana := fairlead.PersonDetails{Email: "ana@example.com"}
	first := create(ana)
	_, version := x.detailsOf(first.Person)
	second := create(ana)
	if d, now := x.detailsOf(first.Person); now != version || d != ana {
		t.Errorf("the person is %+v at version %d, was at %d", d, now, version)
	}
	if second.Person != first.Person || second.Reference != "ana" || len(second.Hints) == 0 || string(second.Key) == string(first.Key) {
		t.Errorf("the second link is %+v", second)
	}
	moved := fairlead.PersonDetails{Email: "ana@example.org", Phone: "+5511999990000"}
	create(moved)
	if d, now := x.detailsOf(first.Person); now == version || d != moved {
		t.Errorf("the person is %+v at version %d", d, now)
	}
	create(ana)
	if d, _ := x.detailsOf(first.Person); d.Email != ana.Email || d.Phone != moved.Phone {
		t.Errorf("the person is %+v", d)
	}
}

func TestAPersonWhoWasErasedSinceIsMadeAnew(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	request := linking.CreateRequest{Reference: "ana", Hints: fairlead.PersonDetails{Email: "ana@example.com"}}
	first, err := x.l.Create(t.Context(), x.app, request)
	must(t, err)
	x.update(func(tx *store.Tx) error { return tx.Persons.Delete(x.tenant, string(first.Link.Person)) })
	second, err := x.l.Create(t.Context(), x.app, request)
	must(t, err)
	if second.Link.Person == first.Link.Person {
		t.Error("the id of somebody who was erased was given again")
	}
	if d, _ := x.detailsOf(second.Link.Person); d != request.Hints {
		t.Errorf("the person is %+v", d)
	}
}

func TestALinkInOneTransactionWithOthersIsMadeForAPersonWhoChangedSince(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	request := linking.CreateRequest{Reference: "ana", Hints: fairlead.PersonDetails{Email: "ana@example.com"}}
	first, err := x.l.Create(t.Context(), x.app, request)
	must(t, err)
	x.update(func(tx *store.Tx) error {
		p, err := tx.Persons.Get(x.tenant, string(first.Link.Person))
		if err != nil {
			return err
		}
		return tx.Persons.Put(x.tenant, &p)
	})
	var second linking.Created
	must(t, store.Atomically(t.Context(), x.store, func(ctx context.Context) (func(*store.Tx) error, error) {
		err := x.store.Update(ctx, func(tx *store.Tx) error {
			_, err := tx.Notes.Next(x.tenant, "native", "links")
			return err
		})
		if err == nil { // what fails is rolled back with the rest, and is the answer otherwise
			second, _ = x.l.Create(ctx, x.app, request)
		}
		return func(*store.Tx) error { return nil }, err
	}))
	if second.Link.Person != first.Link.Person || second.Link.ID == first.Link.ID {
		t.Errorf("the link is %+v", second.Link)
	}
}
