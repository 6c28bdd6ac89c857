package klavi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
)

// handler answers with the JSON of what a route returns, or of its error. A route
// that has answered by itself returns nil, nil.
func (k *Klavi) handler(handle func(http.ResponseWriter, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := handle(w, r)
		if err != nil {
			k.refuse(w, r, err)
		} else if body != nil {
			answer(w, http.StatusOK, body)
		}
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	content, err := stringify(body)
	if err != nil {
		status, content = http.StatusInternalServerError, []byte(`{"statusCode":500,"error":"Internal Server Error","message":"Internal Server Error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(content)
}

// read takes JSON whatever the Content-Type says.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return fairlead.Errorf(fairlead.TooLarge, "The body is too large.")
	}
	err = json.Unmarshal(body, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fairlead.InvalidField(strings.TrimPrefix(wrong.Field, "whom."), "format", "has the wrong type")
	}
	if err != nil {
		return errUnreadable
	}
	return nil
}

// bearer is the token of the Authorization header.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func expired() error {
	return fairlead.Errorf(fairlead.Unauthenticated, "Invalid or expired token")
}

// caller is who shows an access token.
func (k *Klavi) caller(r *http.Request) (access.Caller, error) {
	token := bearer(r)
	if token == "" { // no credentials are no wrong ones
		return access.Caller{}, expired()
	}
	c, err := k.verbs.Access.Admit(r.RemoteAddr, func() (access.Caller, error) {
		return k.verbs.Access.ByToken(r.Context(), token, name)
	})
	if fairlead.Is(err, fairlead.Unauthenticated) {
		return c, expired()
	}
	return c, err
}

// holder is who shows a link's token, with the application that made the link.
// Its pages on the application's own origins may read the answer.
func (k *Klavi) holder(w http.ResponseWriter, r *http.Request) (link fairlead.Link, c access.Caller, err error) {
	token := bearer(r)
	if token == "" {
		return link, c, expired()
	}
	c, err = k.verbs.Access.Admit(r.RemoteAddr, func() (c access.Caller, err error) {
		link, c, err = k.ofToken(r.Context(), token)
		return c, err
	})
	if origin := r.Header.Get("Origin"); err == nil && origin != "" {
		w.Header().Add("Vary", "Origin")
		if c.Application.OriginAllowed(origin, k.verbs.Dev) {
			w.Header().Set("Access-Control-Allow-Origin", origin)
		}
	}
	return link, c, err
}

// ofToken finds a link of this dialect's by its token, with its application.
func (k *Klavi) ofToken(ctx context.Context, token string) (link fairlead.Link, c access.Caller, err error) {
	link, err = k.verbs.Linking.LinkByToken(ctx, token)
	kind := fairlead.KindOf(err)
	if err != nil && (kind == fairlead.Unauthenticated || kind == fairlead.Gone) || err == nil && link.Origin.Dialect != name {
		return link, c, expired()
	}
	if err == nil {
		c.Tenant, err = k.verbs.Access.Tenant(ctx, link.Tenant)
	}
	if err == nil {
		c.Application, err = k.verbs.Access.Application(ctx, link.Tenant, link.Application)
	}
	return link, c, err
}

// preflight lets a browser ask: whose page it is shows the request itself.
func preflight(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		h := w.Header()
		h.Add("Vary", "Origin")
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept")
		h.Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
}

func (k *Klavi) auth(w http.ResponseWriter, r *http.Request) (any, error) {
	var body authBody
	if err := read(w, r, &body); err != nil {
		return nil, err
	}
	c, err := k.verbs.Access.Admit(r.RemoteAddr, func() (access.Caller, error) {
		return k.verbs.Access.ByClient(r.Context(), body.AccessKey, fairlead.NewSecret(body.SecretKey))
	})
	if fairlead.Is(err, fairlead.Unauthenticated) {
		err = fairlead.Errorf(fairlead.Unauthenticated, "Invalid accessKey or secretKey")
	}
	if err != nil {
		return nil, err
	}
	return k.issue(r, c)
}

func (k *Klavi) refresh(_ http.ResponseWriter, r *http.Request) (any, error) {
	c, err := k.caller(r)
	if err != nil {
		return nil, err
	}
	return k.issue(r, c)
}

func (k *Klavi) issue(r *http.Request, c access.Caller) (any, error) {
	token, _, err := k.verbs.Access.IssueToken(r.Context(), c, name, tokenLife)
	return accessToken{token, int(tokenLife.Seconds())}, err
}

func (k *Klavi) createLink(w http.ResponseWriter, r *http.Request) (any, error) {
	c, err := k.caller(r)
	if err != nil {
		return nil, err
	}
	var body linkBody
	if err := read(w, r, &body); err != nil {
		return nil, err
	}
	ask, err := k.linkAsk(r.Context(), c, body)
	if err != nil {
		return nil, err
	}
	made, err := k.verbs.Linking.Create(r.Context(), c.Application, ask)
	if err != nil {
		return nil, named(err)
	}
	return createdLink{fairlead.UUID(made.Link.ID), k.linkURL(made), made.Token, int(tokenLife.Seconds())}, nil
}

// linkURL is the hosted page's address as the vendor spells it.
func (k *Klavi) linkURL(made linking.Created) string {
	return k.verbs.BaseURL + "/path?v=" + made.Token
}

// readLink is in clients' code, not in the documentation. What another application,
// another dialect or a consent made for itself is no link of the caller's.
func (k *Klavi) readLink(_ http.ResponseWriter, r *http.Request) (any, error) {
	c, err := k.caller(r)
	if err != nil {
		return nil, err
	}
	link, err := k.verbs.Linking.Link(r.Context(), c.Tenant.ID, linkID(r.PathValue("linkId")))
	if err != nil {
		return nil, err
	}
	s, ours := stateOf(link.Origin)
	if !ours || s.Parent != "" || link.Application != c.Application.ID {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	all, err := k.consentsOfLink(r.Context(), c.Tenant.ID, link.ID)
	if err != nil {
		return nil, err
	}
	shown, err := k.showConsents(r.Context(), c.Tenant.ID, all)
	if err != nil {
		return nil, err
	}
	return linkState{
		LinkID: fairlead.UUID(link.ID), Status: strings.ToUpper(string(link.Status)), CreatedAt: instant(link.Created),
		ExpireAt: instant(link.Expires), ExternalInfo: s.info(), Consents: shown,
	}, nil
}

// linkID reads the id of a link as outsiders know it, or as the core does.
func linkID(text string) fairlead.LinkID {
	if id := fairlead.FromUUID("lnk", text); id != "" {
		return fairlead.LinkID(id)
	}
	return fairlead.LinkID(text)
}

func consentID(text string) fairlead.ConsentID {
	if id := fairlead.FromUUID("cns", text); id != "" {
		return fairlead.ConsentID(id)
	}
	return fairlead.ConsentID(text)
}
