package page

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// programs are the setup tokens that are shown: those that nobody claimed in time are not.
func (v portal) programs() (shown []fairlead.SetupToken) {
	for _, t := range v.SetupTokens {
		if t.Status(v.Now) != fairlead.SetupTokenExpired {
			shown = append(shown, t)
		}
	}
	return shown
}

// programState says how a program's token stands.
func (v portal) programState(t fairlead.SetupToken) string {
	switch t.Status(v.Now) {
	case fairlead.SetupTokenRevoked:
		return v.text("program.ended", "date", v.date(t.Revoked))
	case fairlead.SetupTokenUnclaimed:
		return v.text("program.waits", "date", v.date(t.Expires))
	}
	if t.LastUsed.IsZero() {
		return v.text("program.claimed", "date", v.date(t.Claimed))
	}
	return v.text("program.used", "date", v.date(t.Claimed), "last", v.date(t.LastUsed))
}

// programReads says what a program's token reads.
func (v portal) programReads(t fairlead.SetupToken) string {
	var names []string
	for _, c := range v.Connections {
		if slices.Contains(t.Connections, c.Connection.ID) {
			names = append(names, v.shareName(c))
		}
	}
	if len(names) == 0 {
		return v.text("program.reads.all")
	}
	return strings.Join(names, " · ")
}

// standing are the connections that a new token may be narrowed to.
func (v portal) standing() []consenting.PortalConnection {
	return slices.DeleteFunc(slices.Clone(v.Connections), hasEnded)
}

// readsOf are the connections that the form names, each once. None: all, also later ones.
// Whoever ticks some means these, whatever the form says besides.
func readsOf(r *http.Request) (some []fairlead.ConnectionID) {
	for _, id := range r.PostForm["connection"] {
		if c := fairlead.ConnectionID(id); !slices.Contains(some, c) {
			some = append(some, c)
		}
	}
	return some
}

// createProgram makes a setup token for a program that the person names, and shows it.
func (p *Page) createProgram(w http.ResponseWriter, r *http.Request) error {
	token, err := p.portalToken(r)
	if err != nil {
		return err
	}
	shown, err := p.o.Consenting.PortalView(r.Context(), token) // before the form is read
	if err != nil {
		return fmt.Errorf("page: portal: %w", err)
	}
	if err := p.limits.allow(p.o.Client(r), "me"); err != nil {
		return err
	}
	back := ownpath.Portal().WithQuery(p.languageQuery(r))
	ctx := fairlead.WithActor(r.Context(), "person", p.o.Client(r))
	name := strings.TrimSpace(r.PostFormValue("name"))
	some := readsOf(r)
	if r.PostForm.Get("reads") == "some" && len(some) == 0 {
		return seeOther(w, back.With("note", "program_none"))
	}
	made, value, err := p.o.Consenting.PortalCreateSetupToken(ctx, token, name, some)
	switch fairlead.KindOf(err) {
	case fairlead.Invalid:
		if e, ok := errors.AsType[*fairlead.Error](err); ok && len(e.Fields) > 0 && strings.HasPrefix(e.Fields[0].Name, "connections") {
			return seeOther(w, back.With("note", "moved")) // it has ended meanwhile
		}
		return seeOther(w, back.With("note", "program_name"))
	case fairlead.Conflict:
		return seeOther(w, back.With("note", "programs_full"))
	}
	if err != nil {
		return fmt.Errorf("page: making a setup token: %w", err)
	}
	v := p.portalView(r, shown)
	title := v.text("program.made")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, programMade(v, title, made, value.Reveal())}))
}

// revokeProgram ends what a program reads.
func (p *Page) revokeProgram(w http.ResponseWriter, r *http.Request) error {
	token, err := p.portalToken(r)
	if err != nil {
		return err
	}
	if _, err := p.o.Consenting.PortalView(r.Context(), token); err != nil { // before the form is read
		return fmt.Errorf("page: portal: %w", err)
	}
	if err := p.limits.allow(p.o.Client(r), "me"); err != nil {
		return err
	}
	ctx := fairlead.WithActor(r.Context(), "person", p.o.Client(r))
	if err := p.o.Consenting.PortalRevokeSetupToken(ctx, token, fairlead.SetupTokenID(r.PostFormValue("program"))); err != nil {
		return fmt.Errorf("page: revoking a setup token: %w", err)
	}
	return seeOther(w, ownpath.Portal().WithQuery(p.languageQuery(r)))
}

// wherePrograms leads who wants a token for a program to their own page, or says how one
// comes there: only the application knows its people.
func (p *Page) wherePrograms(w http.ResponseWriter, r *http.Request) error {
	if token, err := p.portalToken(r); err == nil && p.o.Consenting != nil {
		if _, err := p.o.Consenting.PortalView(r.Context(), token); err == nil {
			return seeOther(w, ownpath.Portal().WithQuery(p.languageQuery(r)))
		}
	}
	return p.render(w, r, http.StatusOK, p.message(r, "simplefin", false))
}
