package native

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
)

// codeLife is how long the code at the end of a link may be exchanged.
const codeLife = time.Minute

type hintsBody struct {
	PersonalTaxID string `json:"personal_tax_id,omitempty" maxLength:"40" doc:"CPF, SSN or NIF; sealed."`
	BusinessTaxID string `json:"business_tax_id,omitempty" maxLength:"40" doc:"CNPJ, EIN or CIF; sealed."`
	Email         string `json:"email,omitempty" maxLength:"320" doc:"Sealed."`
	Phone         string `json:"phone,omitempty" maxLength:"40" doc:"Sealed."`
}

type createLinkBody struct {
	Person         string                `json:"person,omitempty" maxLength:"255" doc:"Your own reference of the person; made if new. Required unless connection_id is given."`
	Products       []fairlead.Product    `json:"products,omitempty" doc:"Default: all that the institution offers."`
	InstitutionID  string                `json:"institution_id,omitempty" maxLength:"80" doc:"Id or short name: the person does not choose."`
	InstitutionIDs []string              `json:"institution_ids,omitempty" maxItems:"200" doc:"Only these may be chosen."`
	Countries      []string              `json:"countries,omitempty" maxItems:"50" doc:"Only institutions of these, ISO 3166 of two letters."`
	Language       string                `json:"language,omitempty" maxLength:"35" doc:"en, pt-BR or es; default: the browser's."`
	Mode           fairlead.Mode         `json:"mode,omitempty" doc:"redirect (default) or frame."`
	RedirectURL    string                `json:"redirect_url,omitempty" maxLength:"2000" doc:"Where the browser goes at the end, with a code. A host of the application."`
	AppLink        string                `json:"app_link,omitempty" maxLength:"2000" doc:"The same for an app on the phone."`
	Hints          *hintsBody            `json:"hints,omitempty"`
	Metadata       any                   `json:"metadata,omitempty" doc:"Given back with the link."`
	ConnectionID   fairlead.ConnectionID `json:"connection_id,omitempty" maxLength:"80" doc:"Update mode: renew this connection."`
	ExpiresIn      int                   `json:"expires_in,omitempty" minimum:"60" maximum:"604800" doc:"Seconds; default 1800."`
	Stages         []fairlead.Stage      `json:"stages,omitempty" doc:"welcome, institution, consent, accounts, acceptance, retrieving, result; default: all but acceptance and retrieving."`
	Purpose        string                `json:"purpose,omitempty" maxLength:"500" doc:"Why the data is wanted; shown to the person and stored with the consent."`
}

// spec makes the core's words of the request.
func (b createLinkBody) ask() linking.CreateRequest {
	ask := linking.CreateRequest{
		Reference: b.Person,
		Life:      time.Duration(b.ExpiresIn) * time.Second,
		Origin:    fairlead.Origin{Dialect: name},
		Spec: fairlead.Spec{
			Institution: fairlead.InstitutionID(b.InstitutionID), Countries: b.Countries, Products: b.Products, Language: b.Language,
			Mode: b.Mode, Redirect: b.RedirectURL, AppLink: b.AppLink, Connection: b.ConnectionID, Stages: b.Stages,
			Code: fairlead.CodePolicy{Life: codeLife}, OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson,
			Presentation: fairlead.Presentation{Purpose: b.Purpose},
		},
	}
	for _, id := range b.InstitutionIDs {
		ask.Spec.Institutions = append(ask.Spec.Institutions, fairlead.InstitutionID(id))
	}
	if b.Hints != nil {
		ask.Hints = fairlead.PersonDetails(*b.Hints)
	}
	if b.Metadata != nil {
		ask.Spec.Metadata, _ = json.Marshal(b.Metadata)
	}
	return ask
}

type exchangeBody struct {
	Code string `json:"code" minLength:"1" maxLength:"100" doc:"From the redirect."`
}

type exchangedConnection struct {
	ID            fairlead.ConnectionID  `json:"id"`
	InstitutionID fairlead.InstitutionID `json:"institution_id"`
	Person        string                 `json:"person"`
}

type exchanged struct {
	LinkID      fairlead.LinkID       `json:"link_id"`
	Connections []exchangedConnection `json:"connections" nullable:"false"`
}

func (n *Native) linkRoutes(api huma.API) {
	const tag = "Links"
	create := operation(http.MethodPost, "/links", tag, "Create a link", "Makes an invitation for a person and returns its token and hosted page.")
	create.DefaultStatus = http.StatusCreated
	route(api, create, func(r in[struct{ Body createLinkBody }]) (createdLink, error) {
		if r.I.Body.Person == "" && r.I.Body.ConnectionID == "" {
			return createdLink{}, fairlead.InvalidField("person", "required", "must be given")
		}
		c, err := n.verbs.Linking.Create(r, r.application(), r.I.Body.ask())
		if err != nil {
			return createdLink{}, err
		}
		return createdLink{c.Link.ID, c.Token, c.URL, c.Link.Expires, c.Link.Status}, nil
	})
	route(api, operation(http.MethodGet, "/links", tag, "List links", ""), func(r in[Paging]) (list[linkBody], error) {
		links, err := n.verbs.Linking.Links(r, r.tenant(), r.applicationID(), fairlead.LinkID(r.I.After), r.I.Limit)
		next := nextID(links, r.I.Limit, func(l fairlead.Link) fairlead.LinkID { return l.ID })
		return listOf(links, next, linkOf), err
	})
	route(api, operation(http.MethodGet, "/links/{id}", tag, "Read a link", "Its stage, its connections and how it ended."), func(r in[ByID]) (linkBody, error) {
		l, err := n.ownLink(r)
		return linkOf(l), err
	})
	route(api, operation(http.MethodPost, "/links/{id}/cancel", tag, "Cancel a link", "Its page says that the invitation was withdrawn."), func(r in[ByID]) (linkBody, error) {
		l, err := n.ownLink(r)
		if err != nil {
			return linkBody{}, err
		}
		l, err = n.verbs.Linking.Cancel(r, r.tenant(), l.ID)
		return linkOf(l), err
	})
	route(api, operation(http.MethodPost, "/links/exchange", tag, "Exchange a code", "The code of the redirect lives 60 seconds and works once; the same Idempotency-Key gets the same answer."),
		func(r in[struct {
			Key  string `header:"Idempotency-Key" maxLength:"255"`
			Body exchangeBody
		}],
		) (exchanged, error) {
			g, err := n.verbs.Linking.Exchange(r, r.application(), r.I.Body.Code, r.I.Key)
			out := exchanged{LinkID: g.Link.ID, Connections: []exchangedConnection{}}
			for _, c := range g.Connections {
				out.Connections = append(out.Connections, exchangedConnection{c.ID, c.Institution, c.Reference})
			}
			return out, err
		})
}

// ownLink is the link that is asked for. An invitation belongs to the
// application that made it: another's is NotFound.
func (n *Native) ownLink(r in[ByID]) (fairlead.Link, error) {
	l, err := n.verbs.Linking.Link(r, r.tenant(), fairlead.LinkID(r.I.ID))
	if err == nil && l.Application != r.applicationID() {
		return fairlead.Link{}, fairlead.Errorf(fairlead.NotFound, "There is no such link.")
	}
	return l, err
}

// finished is what the frame tells its opener, and in part what the redirect carries.
type finished struct {
	Status        fairlead.LinkStatus     `json:"status"`
	LinkID        fairlead.LinkID         `json:"link_id"`
	Code          string                  `json:"code,omitempty"`
	ConnectionIDs []fairlead.ConnectionID `json:"connection_ids,omitempty"`
	Error         fairlead.ErrorKind      `json:"error,omitempty"`
	Metadata      any                     `json:"metadata,omitempty"`
}

// Finish leads to the redirect address with link_id, status and code (or error),
// or tells the opener the same.
func (n *Native) Finish(_ context.Context, o linking.LinkResult) (linking.AppReturn, error) {
	f := finished{Status: o.Link.Status, LinkID: o.Link.ID, Code: o.Code, Metadata: raw(o.Link.Spec.Metadata)}
	for _, c := range o.Connections {
		f.ConnectionIDs = append(f.ConnectionIDs, c.ID)
	}
	if o.Link.Status != fairlead.LinkFinished {
		f.Error = o.Link.Reason
		if f.Error == "" {
			f.Error = "exited"
		}
	}
	message, err := json.Marshal(f)
	if err != nil {
		return linking.AppReturn{}, err
	}
	d := linking.AppReturn{Message: message}
	if target := o.Link.Spec.AppLink; target != "" {
		d.URL = withQuery(target, f)
	} else if target := o.Link.Spec.Redirect; target != "" {
		d.URL = withQuery(target, f)
	}
	return d, nil
}

func withQuery(address string, f finished) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("link_id", string(f.LinkID))
	q.Set("status", string(f.Status))
	if f.Code != "" {
		q.Set("code", f.Code)
	}
	if f.Error != "" {
		q.Set("error", string(f.Error))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func (n *Native) tokenRoute(api huma.API, mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/oauth/token", n.token)
	number := &huma.Schema{Type: huma.TypeInteger}
	text := &huma.Schema{Type: huma.TypeString}
	op := operation(http.MethodPost, "/oauth/token", "Authentication", "Get a bearer token",
		"Client credentials as form fields, JSON, or Basic. The token lives 30 minutes.")
	op.Security = []map[string][]string{}
	op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{
		"application/x-www-form-urlencoded": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
			"grant_type": {Type: huma.TypeString, Enum: []any{"client_credentials"}}, "client_id": text, "client_secret": text,
		}}},
	}}
	op.Responses = map[string]*huma.Response{"200": {Description: "A token", Content: map[string]*huma.MediaType{
		"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
			"access_token": text, "token_type": text, "expires_in": number,
		}}},
	}}}
	api.OpenAPI().AddOperation(&op)
}

// token answers client credentials however OAuth 2 lets them be sent.
func (n *Native) token(w http.ResponseWriter, r *http.Request) {
	grant, id, secret, err := tokenRequest(r)
	if err == nil && grant != "client_credentials" {
		err = fairlead.InvalidField("grant_type", "format", "must be client_credentials")
	}
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	caller, err := n.verbs.Access.Admit(r.RemoteAddr, func() (access.Caller, error) {
		return n.verbs.Access.ByClient(r.Context(), id, secret)
	})
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	token, _, err := n.verbs.Access.IssueToken(r.Context(), caller, name, tokenLife)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds())})
}

func tokenRequest(r *http.Request) (grant, id string, secret fairlead.Secret, err error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		var ask struct {
			GrantType    string `json:"grant_type" doc:"client_credentials"`
			ClientID     string `json:"client_id"`
			ClientSecret string `json:"client_secret"`
		}
		if json.NewDecoder(r.Body).Decode(&ask) != nil {
			return "", "", secret, fairlead.Errorf(fairlead.Invalid, "The body is not valid JSON.")
		}
		grant, id, secret = ask.GrantType, ask.ClientID, fairlead.NewSecret(ask.ClientSecret)
	} else {
		if r.ParseForm() != nil {
			return "", "", secret, fairlead.Errorf(fairlead.Invalid, "The body could not be read as form fields.")
		}
		grant, id, secret = r.PostForm.Get("grant_type"), r.PostForm.Get("client_id"), fairlead.NewSecret(r.PostForm.Get("client_secret"))
	}
	if basicID, basicSecret, ok := r.BasicAuth(); ok {
		id, secret = basicID, fairlead.NewSecret(basicSecret)
	}
	return grant, id, secret, nil
}

// encodeCursor hides what a cursor is made of, so that nobody builds on it.
func encodeCursor(s string) string {
	if s == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(s))
}

func decodeCursor(s string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return "", fairlead.InvalidField("after", "format", "must be a cursor that this API gave")
	}
	return string(b), nil
}
