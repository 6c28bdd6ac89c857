// Package hub is Estuary, a make-believe aggregator: the sandbox's own provider.
//
// It owns both sides. The service (service.go) is a real server under /sandbox/estuary/:
// keys that must be right, an environment, ten slots for ever, a quota of calls an hour, a
// directory of invented banks, page by page, with logos that it draws, and a switch for
// what may go wrong (faults.go). The connector (hub.go, connector.go) is its ordinary
// client, which shares nothing with it but HTTP, and the names of the banks. Logging in at
// a bank and what people own there is the sandbox's.
package hub

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

// Name of the connector.
const Name = "estuary"

// Keys that every sandbox tenant's Estuary knows, and those of its other environment,
// which it refuses here.
const (
	ClientID     = "estuary-dev"
	Secret       = "estuary-sandbox-secret-7Q2M9XKD" //nolint:gosec // a well-known one, of a make-believe service
	LiveClientID = "estuary-live"
	LiveSecret   = "estuary-live-secret-4TQ8W0ZB" //nolint:gosec // as above
)

// SlotLimit is how many connections the service's plan allows, for ever.
const SlotLimit = 10

// Options are what New leaves to choose.
type Options struct {
	// Time is a sandbox tenant's. Nil: real time.
	Time func(ctx context.Context, tenant fairlead.TenantID) (time.Time, error)
	// CallsAnHour is the quota; 0: 1000.
	CallsAnHour int
}

// Hub is the connector, and the service that it calls.
type Hub struct {
	*sandbox.Guest
	memory  kv.Store
	options Options
}

// New makes the aggregator; what it remembers is stored in memory, apart from the banks'.
func New(memory kv.Store, options Options) *Hub {
	if options.CallsAnHour == 0 {
		options.CallsAnHour = 1000
	}
	if options.Time == nil {
		options.Time = func(context.Context, fairlead.TenantID) (time.Time, error) { return time.Now(), nil }
	}
	own := apart{memory}
	return &Hub{sandbox.NewGuest(own, sandbox.Options{Time: options.Time}), own, options}
}

var (
	_ connector.Connector = (*Hub)(nil)
	_ connector.Provided  = (*Hub)(nil)
	_ connector.Renewer   = (*Hub)(nil)
	_ connector.Revoker   = (*Hub)(nil)
	_ simulated.Simulator = (*Hub)(nil)
)

// Describe says what the account at the service needs. Which banks there are, its
// directory says.
func (h *Hub) Describe() connector.Description {
	return connector.Description{Name: Name, Provider: &connector.ProviderSpec{
		Title: "Estuary", Fields: []connector.ProviderField{
			{Name: "client_id", Kind: connector.ProviderText, Label: "Client id", Help: "In the sandbox: " + ClientID + "."},
			{Name: "secret", Kind: connector.ProviderSecret, Label: "Secret", Help: "In the sandbox it stands in docs/providers.md."},
			{Name: "countries", Kind: connector.ProviderList, Label: "Countries", Help: "Whose banks are listed.", Choices: countries(), Default: strings.Join(countries(), ",")},
		},
	}}
}

// client calls the service with a provider's keys.
type client struct {
	api    kit.API
	base   string
	header http.Header
}

func newClient(env connector.Env) (client, error) {
	p := env.Provider
	if p == nil {
		return client{}, &fairlead.Error{Kind: fairlead.Unsupported, Actor: fairlead.ActorOperator, Detail: "No account at Estuary is set up."}
	}
	base := p.Base
	if base == "" {
		base = env.BaseURL + root + "/v1/" + string(env.Tenant)
	}
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(p.Settings["client_id"], p.Keys["secret"].Reveal())
	return client{kit.API{Client: env.Client, Kinds: map[int]fairlead.ErrorKind{
		http.StatusUnauthorized: fairlead.Unauthenticated, http.StatusForbidden: fairlead.Forbidden, http.StatusNotFound: fairlead.NotFound,
	}}, base, r.Header}, nil
}

// problems are the service's words for what is wrong, and who must act.
var problems = map[string]fairlead.Error{
	"invalid_client": {Kind: fairlead.Unauthenticated, Actor: fairlead.ActorOperator, Detail: "Estuary does not know this client id and secret. Copy both again from its console."},
	"wrong_environment": {
		Kind: fairlead.Forbidden, Actor: fairlead.ActorOperator,
		Detail: "These are keys of Estuary's live environment, and this tenant is a sandbox. Use the keys of its sandbox.",
	},
	"keys_revoked":   {Kind: fairlead.Unauthenticated, Actor: fairlead.ActorOperator, Detail: "These keys of Estuary have been revoked. Make new ones in its console and set them."},
	"slots_used_up":  {Kind: fairlead.Unsupported, Actor: fairlead.ActorOperator, Detail: "All 10 connections of the Estuary plan are used up. Ending one gives none back."},
	"quota_exceeded": {Kind: fairlead.SlowDown, Detail: "Estuary takes no more calls for this hour."},
	"unknown_item":   {Kind: fairlead.ConsentEnded, Detail: "Estuary does not have this connection any more. The person links the bank again."},
}

// said makes of an answer's word what it means.
func said(err error) error {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		return err
	}
	refusal, ok := errors.AsType[*kit.Refusal](err)
	if !ok {
		if e.Kind == fairlead.InstitutionDown {
			return &fairlead.Error{Kind: e.Kind, Detail: "Estuary did not answer as it should. Nothing is lost: it is tried again.", Err: err}
		}
		return err
	}
	var body struct{ Error string }
	_ = decode(refusal.Body, &body)
	known, ok := problems[body.Error]
	if !ok {
		return &fairlead.Error{Kind: e.Kind, Detail: "Estuary did not answer as it should. Nothing is lost: it is tried again.", RetryAfter: e.RetryAfter, Err: err}
	}
	known.RetryAfter, known.Err = e.RetryAfter, err
	return &known
}

// shapeless is the error of an answer that lacks what it must have.
func shapeless(what string) error {
	return &fairlead.Error{Kind: fairlead.InstitutionDown, Detail: "Estuary's answer was incomplete. Nothing is lost: it is tried again.", Err: errors.New("hub: no " + what)}
}

func (c client) get(ctx context.Context, path string, v any) error {
	return said(c.api.Get(ctx, c.base+path, c.header, v))
}

func (c client) post(ctx context.Context, path string, body, v any) error {
	return said(c.api.Post(ctx, c.base+path, c.header, body, v))
}

// Try reads the account at the service.
func (h *Hub) Try(ctx context.Context, env connector.Env) (connector.ProviderReport, error) {
	c, err := newClient(env)
	if err != nil {
		return connector.ProviderReport{}, err
	}
	var a accountAnswer
	if err := c.get(ctx, "/account", &a); err != nil {
		return connector.ProviderReport{}, err
	}
	if a.Plan == "" {
		return connector.ProviderReport{}, shapeless("plan")
	}
	return connector.ProviderReport{Slots: a.Connections, Redirect: "registered"}, nil
}

// Institutions lists a page of the directory.
func (h *Hub) Institutions(ctx context.Context, env connector.Env, cursor string) (page connector.DirectoryPage, err error) {
	c, err := newClient(env)
	if err != nil {
		return page, err
	}
	q := url.Values{"limit": {strconv.Itoa(pageSize)}, "countries": {env.Provider.Settings["countries"]}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	var a directoryAnswer
	if err := c.get(ctx, "/institutions?"+q.Encode(), &a); err != nil {
		return page, err
	}
	if a.Institutions == nil {
		return page, shapeless("list")
	}
	for _, b := range a.Institutions {
		i := institutionOf(b)
		entry := connector.DirectoryEntry{Institution: i}
		if b.Logo != "" {
			entry.LogoURL = env.BaseURL + b.Logo
		}
		page.Institutions = append(page.Institutions, entry)
	}
	page.Cursor, page.More = a.Next, a.Next != ""
	return page, nil
}

// institutionOf is a bank of the directory as people see it.
func institutionOf(b bank) fairlead.Institution {
	i := fairlead.Institution{
		ID: fairlead.InstitutionID(Name + "_" + b.ID), Ref: b.ID, Connector: Name, Name: b.Name, Country: b.Country, Currency: currencies[b.Country],
		Colour: b.Colour, Website: b.Website, Environments: []fairlead.Environment{fairlead.Sandbox},
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions},
		Logins:   []fairlead.LoginKind{fairlead.LoginPassword},
	}
	for scheme, value := range b.Codes {
		i.Codes = append(i.Codes, fairlead.Code{Scheme: scheme, Value: value})
	}
	return i
}
