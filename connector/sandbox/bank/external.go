package bank

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// confirmation is a page of an institution's to visit and confirm on: the second factor
// SCA_LINK.
type confirmation struct {
	Institution fairlead.InstitutionID `json:"institution"`
	Back        string                 `json:"back"`
	Now         time.Time              `json:"now"`
	Confirmed   bool                   `json:"confirmed,omitempty"`
	Expires     time.Time              `json:"expires"`
}

func externalKey(token string) string { return externalPrefix + fairlead.TokenHash(token) }

const externalPrefix = "visit/"

// External serves pages to confirm on that belong to no bank's server.
type External struct {
	Memory      kv.Store
	Time        func(ctx context.Context, tenant fairlead.TenantID) (time.Time, error) // as Server's
	Institution func(id fairlead.InstitutionID) (fairlead.Institution, error)
}

// Mount serves the pages.
func (e External) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+root+"visit/{tenant}/{token}", e.page(e.show))
	mux.HandleFunc("POST "+root+"visit/{tenant}/{token}", e.page(e.confirm))
}

// Open makes a page that is there until an instant, and names it by a token.
func (e External) Open(ctx context.Context, start connector.Start, until time.Time) (token string, err error) {
	if err := kv.DeleteExpired(ctx, e.Memory, start.Tenant, externalPrefix, start.Now.Add(-time.Hour)); err != nil {
		return "", err
	}
	token = fairlead.NewToken()
	page := confirmation{Institution: start.Institution.ID, Back: start.ReturnURL, Now: start.Now, Expires: until}
	return token, kv.Put(ctx, e.Memory, start.Tenant, externalKey(token), page)
}

// Step sends the person to the page.
func (e External) Step(start connector.Start, token string, until time.Time) fairlead.Step {
	return fairlead.Step{Send: &fairlead.Send{URL: start.BaseURL + addressOf(string(start.Tenant), token), Opens: until, Expires: until}}
}

// addressOf is a page's, which was found under its token.
func addressOf(tenant, token string) string { return root + "visit/" + tenant + "/" + token }

// Confirmed reports whether the person did.
func (e External) Confirmed(ctx context.Context, tenant fairlead.TenantID, token string) (bool, error) {
	page, there, err := kv.Get[confirmation](ctx, e.Memory, tenant, externalKey(token))
	return there && page.Confirmed, err
}

// Close removes the page.
func (e External) Close(ctx context.Context, tenant fairlead.TenantID, token string) error {
	return kv.Delete(ctx, e.Memory, tenant, externalKey(token))
}

// page wraps a page that belongs to no bank's server.
func (e External) page(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		inWindow(w)
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := serve(w, r); err != nil {
			_ = render(w, r, http.StatusNotFound, view{
				Bank:  fairlead.Institution{Name: "Sandbox", Colour: "#1b1f24"},
				Title: "This page has expired. Go back to where you came from and begin again.",
			})
		}
	}
}

func (e External) find(r *http.Request) (confirmation, view, error) {
	tenant := fairlead.TenantID(r.PathValue("tenant"))
	if !isTenant(tenant) {
		return confirmation{}, view{}, errNoVisit
	}
	v, there, err := kv.Get[confirmation](r.Context(), e.Memory, tenant, externalKey(r.PathValue("token")))
	if err != nil {
		return v, view{}, err
	}
	if !there {
		return v, view{}, errNoVisit
	}
	now, err := timeOf(e.Time, r, tenant, v.Now)
	if err != nil || now.After(v.Expires) {
		return v, view{}, errNoVisit
	}
	i, err := e.Institution(v.Institution)
	return v, view{Bank: i, Stage: "visit"}, err
}

func (e External) show(w http.ResponseWriter, r *http.Request) error {
	v, shown, err := e.find(r)
	if err != nil {
		return err
	}
	if v.Confirmed {
		back, err := url.Parse(v.Back)
		if err != nil {
			return err
		}
		q := back.Query()
		q.Set("visit", "done")
		back.RawQuery = q.Encode()
		shown.Back = back.String()
	}
	return render(w, r, http.StatusOK, shown)
}

func (e External) confirm(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := e.find(r); err != nil {
		return err
	}
	err := kv.Update(r.Context(), e.Memory, fairlead.TenantID(r.PathValue("tenant")), externalKey(r.PathValue("token")), func(v *confirmation) bool {
		v.Confirmed = true
		return true
	})
	if err == nil {
		http.Redirect(w, r, addressOf(r.PathValue("tenant"), r.PathValue("token")), http.StatusSeeOther)
	}
	return err
}
