package providing

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// erase erases what a deleted provider left behind. Institutions that connections name stay,
// as gone: what has ended is listed with the name of its bank.
func (p *Providing) erase(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) error {
	for {
		n := 0
		err := p.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.Institutions.Erase(tenant, id, batch)
			return err
		})
		if err != nil {
			return in("erasing a directory", err)
		}
		if n < batch {
			break
		}
	}
	if err := p.leaveNamed(ctx, tenant, id); err != nil {
		return in("leaving institutions that connections name", err)
	}
	return p.dropNotes(ctx, tenant, string(id)+"/")
}

// leaveNamed marks what is left of a deleted provider's institutions as gone.
func (p *Providing) leaveNamed(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) error {
	instant := p.o.Clock()
	for after := fairlead.InstitutionID(""); ; {
		var page []fairlead.Institution
		err := p.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			if page, err = tx.Institutions.List(tenant, id, after, batch); err != nil || len(page) == 0 {
				return err
			}
			for k := range page {
				if page[k].Gone.IsZero() {
					page[k].Gone = instant
				}
			}
			_, err = tx.Institutions.Put(tenant, page)
			return err
		})
		if err != nil || len(page) < batch {
			return err
		}
		after = page[len(page)-1].ID
	}
}

// What a reading under way has listed, and logos that are to be fetched, are notes: they
// live no longer than the reading, and a provider.
const (
	ownNotes  = "providing"
	listedKey = "/listed/"
	noteBatch = 200
)

// noteListed notes which institutions a page listed.
func noteListed(tx *store.Tx, of fairlead.Provider, institutions []fairlead.Institution) error {
	ids := make([]fairlead.InstitutionID, len(institutions))
	for n, i := range institutions {
		ids[n] = i.ID
	}
	value, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	n, err := tx.Notes.Next(of.Tenant, ownNotes, "page")
	if err != nil {
		return err
	}
	return tx.Notes.Put(&fairlead.Note{
		Tenant: of.Tenant, Dialect: ownNotes, Key: fmt.Sprintf("%s%s%d/%012d", of.ID, listedKey, of.Directory.Started.UnixMicro(), n), Value: value,
	})
}

// listed are the institutions that the pages of this reading listed.
func (r *refreshing) listed(ctx context.Context) (map[fairlead.InstitutionID]bool, error) {
	out := map[fairlead.InstitutionID]bool{}
	prefix := fmt.Sprintf("%s%s%d/", r.provider.ID, listedKey, r.provider.Directory.Started.UnixMicro())
	for after := ""; ; {
		var notes []fairlead.Note
		err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			notes, err = tx.Notes.List(r.provider.Tenant, ownNotes, prefix, after, noteBatch)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, note := range notes {
			after = note.Key
			var ids []fairlead.InstitutionID
			if err := json.Unmarshal(note.Value, &ids); err != nil {
				return nil, err
			}
			for _, id := range ids {
				out[id] = true
			}
		}
		if len(out) > maxListed {
			return nil, fairlead.Errorf(fairlead.InstitutionDown, "The service lists more than %d institutions.", maxListed)
		}
		if len(notes) < noteBatch {
			return out, nil
		}
	}
}

// dropListed deletes the notes of this reading and of those before it.
func (r *refreshing) dropListed(ctx context.Context) error {
	return r.dropNotes(ctx, r.provider.Tenant, string(r.provider.ID)+listedKey)
}

func (p *Providing) dropNotes(ctx context.Context, tenant fairlead.TenantID, prefix string) error {
	for {
		n := 0
		err := p.o.Store.Update(ctx, func(tx *store.Tx) error {
			notes, err := tx.Notes.List(tenant, ownNotes, prefix, "", noteBatch)
			if err != nil {
				return err
			}
			n = len(notes)
			for _, note := range notes {
				if err := tx.Notes.Delete(tenant, ownNotes, note.Key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || n < noteBatch {
			return in("deleting notes", err)
		}
	}
}
