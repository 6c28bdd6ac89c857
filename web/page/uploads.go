package page

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// Uploads are the imports of files that connections have had.
type Uploads interface {
	// List gives the imports of a connection that can be undone, newest first.
	List(ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID) ([]fairlead.Collection, error)
	// Undo takes out what an import brought: what was there before stands again.
	// Errors: NotFound, Conflict where it is undone already or can't be.
	Undo(ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, collection fairlead.CollectionID) error
}

// imported is an import as the person sees it.
type imported struct {
	fairlead.Collection
	name string // of the file
}

// uploadsOf are the imports of a connection that is fed by files; nil: not known, which is
// no reason to show nothing else.
func (p *Page) uploadsOf(ctx context.Context, c fairlead.Connection) []imported {
	if p.o.Uploads == nil || !c.Uploaded || c.Status == fairlead.ConnectionDisconnected {
		return nil
	}
	all, err := p.o.Uploads.List(ctx, c.Tenant, c.ID)
	if err != nil {
		p.o.Log.ErrorContext(ctx, "the uploads of a connection can't be listed", "connection", c.ID, "error", err)
		return nil
	}
	out := []imported{}
	for _, one := range all {
		i := imported{Collection: one}
		if one.File != nil {
			i.name = one.File.Name
		}
		out = append(out, i)
	}
	return out
}

// fileName is what an import is called.
func (v *view) fileName(i imported) string {
	if i.name == "" {
		return v.text("institution.file.made")
	}
	return i.name
}

// changes counts the rows that imports have added and changed.
func (v *view) changes(all ...imported) string {
	added, changed := 0, 0
	for _, i := range all {
		for product, n := range i.Products {
			if product != fairlead.ProductAccounts { // they are no rows, and counted beside
				added += n.Added
				changed += n.Changed
			}
		}
	}
	var out []string
	if added > 0 {
		out = append(out, v.count("portal.added", added))
	}
	if changed > 0 {
		out = append(out, v.count("portal.changed", changed))
	}
	if len(out) == 0 {
		return v.text("result.imported.none")
	}
	return strings.Join(out, ", ")
}

// readImports reads what the connections of a result were fed with.
func (p *Page) readImports(ctx context.Context, v *view) {
	if v.screen.Stage != fairlead.StageResult || v.screen.Ended {
		return
	}
	v.imports = map[fairlead.ConnectionID][]imported{}
	for _, c := range connectionsOf(v.screen) {
		v.imports[c.ID] = p.uploadsOf(ctx, c)
	}
}

// importsOf are the imports that a link has made into a connection and that have ended.
func (v *view) importsOf(c linking.Connected) []imported {
	var out []imported
	for _, i := range v.imports[c.Connection.ID] {
		if !i.Started.Before(v.screen.Link.Created) && !i.Ended.IsZero() {
			out = append(out, i)
		}
	}
	return out
}

// importedOf says what a link has imported into a connection; "": nothing that is known yet.
func (v *view) importedOf(c linking.Connected) string {
	all := v.importsOf(c)
	if len(all) == 0 {
		return ""
	}
	out := v.text("result.imported", "what", v.changes(all...))
	if c.Accounts > 0 {
		out = v.count("result.accounts", c.Accounts) + " · " + out
	}
	if len(c.Connection.Waiting) > 0 { // of several files some are still to be read
		out += " · " + v.text("result.collecting")
	}
	return out
}

// uploadOf finds an import that a person may undo, by the ids of a form.
func (p *Page) uploadOf(r *http.Request, connections []fairlead.Connection) (fairlead.Connection, imported, error) {
	for _, c := range connections {
		if string(c.ID) != r.FormValue("connection") {
			continue
		}
		for _, i := range p.uploadsOf(r.Context(), c) {
			if string(i.ID) == r.FormValue("collection") {
				return c, i, nil
			}
		}
	}
	return fairlead.Connection{}, imported{}, fairlead.Errorf(fairlead.NotFound, "There is no such import, or it is undone already.")
}

// undo takes an import back. Where it is gone already, there is nothing left to do.
func (p *Page) undo(r *http.Request, c fairlead.Connection, i imported) error {
	ctx := fairlead.WithActor(r.Context(), "person", p.o.Client(r))
	err := p.o.Uploads.Undo(ctx, c.Tenant, c.ID, i.ID)
	if err != nil && !fairlead.Is(err, fairlead.NotFound) && !fairlead.Is(err, fairlead.Conflict) {
		return fmt.Errorf("page: undo: %w", err)
	}
	return nil
}

// portalOf reads what a person shares, for their own page.
func (p *Page) portalOf(r *http.Request) (consenting.Portal, []fairlead.Connection, error) {
	token, err := p.portalToken(r)
	if err != nil {
		return consenting.Portal{}, nil, err
	}
	shown, err := p.o.Consenting.PortalView(r.Context(), token)
	if err != nil {
		return shown, nil, fmt.Errorf("page: portal: %w", err)
	}
	var connections []fairlead.Connection
	for _, c := range shown.Connections {
		connections = append(connections, c.Connection)
	}
	return shown, connections, nil
}

// confirmPortalUndo shows what an undo takes back, before it does.
func (p *Page) confirmPortalUndo(w http.ResponseWriter, r *http.Request) error {
	shown, connections, err := p.portalOf(r)
	if err != nil {
		return err
	}
	c, i, err := p.uploadOf(r, connections)
	if fairlead.Is(err, fairlead.NotFound) {
		return seeOther(w, ownpath.Portal().WithQuery(p.languageQuery(r)))
	}
	if err != nil {
		return err
	}
	v := p.portalView(r, shown)
	title := v.text("undo.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, undoing(v, title, c, i)}))
}

// portalUndo takes back an import that the person chose on their own page.
func (p *Page) portalUndo(w http.ResponseWriter, r *http.Request) error {
	_, connections, err := p.portalOf(r) // before the form is read
	if err != nil {
		return err
	}
	if err := p.limits.allow(p.o.Client(r), "me"); err != nil {
		return err
	}
	back := ownpath.Portal().WithQuery(p.languageQuery(r))
	c, i, err := p.uploadOf(r, connections)
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return seeOther(w, back)
	case err == nil:
		err = p.undo(r, c, i)
	}
	if err != nil {
		return err
	}
	return seeOther(w, back.With("note", "undone"))
}

// connectionsOf are the connections that a link has made or fed.
func connectionsOf(s linking.Screen) []fairlead.Connection {
	var out []fairlead.Connection
	for _, c := range s.Connected {
		out = append(out, c.Connection)
	}
	return out
}

// confirmUndo shows what an undo takes back, on the page of the link that imported it.
func (p *Page) confirmUndo(w http.ResponseWriter, r *http.Request) error {
	s, screen, err := p.load(r)
	if err != nil {
		return err
	}
	c, i, err := p.uploadOf(r, connectionsOf(screen))
	if fairlead.Is(err, fairlead.NotFound) || screen.Ended {
		return seeOther(w, s.at())
	}
	if err != nil {
		return err
	}
	p.setHeaders(w, screen.Ancestors)
	v := p.view(r, s, screen)
	title := v.text("undo.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, undoing(v, title, c, i)}))
}

// linkUndo takes back an import on the page of the link that imported it.
func (p *Page) linkUndo(w http.ResponseWriter, r *http.Request) error {
	s, screen, err := p.load(r)
	if err != nil {
		return err
	}
	if err := p.limits.allow(s.Client, string(screen.Link.ID)); err != nil {
		return err
	}
	c, i, err := p.uploadOf(r, connectionsOf(screen))
	switch {
	case fairlead.Is(err, fairlead.NotFound) || screen.Ended:
		return seeOther(w, s.at())
	case err == nil:
		err = p.undo(r, c, i)
	}
	if err != nil {
		return err
	}
	return seeOther(w, s.at().With("note", "undone"))
}
