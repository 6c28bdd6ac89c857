package erasing

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// linkLife is how long a link that brought nothing is stored after its end, in tenant time.
const linkLife = 90 * 24 * time.Hour

// PruneLink is the handler of PruneWork whose key is a link: some time after its
// end its sessions, its last secrets and its files go; long after it, a link that
// brought no connection goes itself, with its consents and with whom nobody named.
func (x *Erasing) PruneLink(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	link, err := x.link(ctx, w.Tenant, fairlead.LinkID(w.Key))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && link.Status == fairlead.LinkOpen {
		return store.WorkResult{}, nil
	}
	if err != nil {
		return store.WorkResult{}, err
	}
	if err := x.deleteBlobs(ctx, link.Uploads); err != nil {
		return store.WorkResult{}, err
	}
	var out store.WorkResult
	wall := x.o.Clock()
	err = x.o.Store.Update(ctx, func(tx *store.Tx) error {
		link, err := tx.Links.Get(w.Tenant, w.Key)
		if err != nil {
			return err
		}
		_, now, err := lifecycle.TenantNow(tx, w.Tenant, wall)
		if err != nil {
			return err
		}
		if err := lifecycle.DropLinkTokens(tx, link, linkTokens()...); err != nil {
			return err
		}
		out = store.WorkResult{}
		if len(link.Connections) == 0 {
			if out.Again = link.Ended.Add(linkLife); !now.Before(out.Again) {
				out.Again = time.Time{}
				return dropLink(tx, link)
			}
		}
		link.Key, link.Result, link.Uploads = nil, nil, nil
		return tx.Links.Put(w.Tenant, &link)
	})
	x.o.Vault.Forget(vault.Owner{Tenant: w.Tenant, ID: w.Key})
	return out, in("pruning a link", err)
}

// dropLink deletes a link that brought nothing, its consents, and its person where
// the application has no name for them and nothing else is theirs.
func dropLink(tx *store.Tx, link fairlead.Link) error {
	consents, err := tx.Consents.List(link.Tenant, store.Query{Where: []store.Match{store.By(store.ByLink, string(link.ID))}, Limit: 100})
	if err != nil {
		return err
	}
	for _, c := range consents {
		if c.Connection != "" {
			continue
		}
		if err := tx.Consents.Delete(link.Tenant, string(c.ID)); err != nil {
			return err
		}
	}
	if err := lifecycle.DropTokens(tx, link.Tenant, string(link.ID), fairlead.CodeToken); err != nil {
		return err
	}
	if err := tx.Links.Delete(link.Tenant, string(link.ID)); err != nil || link.Reference != string(link.Person) {
		return err
	}
	of := store.Query{Where: []store.Match{store.By(store.ByPerson, string(link.Person))}, Limit: 1}
	links, err := tx.Links.List(link.Tenant, of)
	if err != nil || len(links) > 0 {
		return err
	}
	connections, err := tx.Connections.List(link.Tenant, of)
	if err != nil || len(connections) > 0 {
		return err
	}
	if err := lifecycle.DropTokens(tx, link.Tenant, string(link.Person), fairlead.PortalToken, fairlead.PortalSessionToken); err != nil {
		return err
	}
	return tx.Persons.Delete(link.Tenant, string(link.Person))
}
