package native

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/providing"
)

type connectorBody struct {
	Name    string               `json:"name"`
	Title   string               `json:"title" doc:"What the service is called."`
	Console string               `json:"console,omitempty" doc:"Where its keys are found."`
	Fields  []connectorFieldBody `json:"fields" nullable:"false"`
}

type connectorFieldBody struct {
	Name     string                      `json:"name"`
	Kind     connector.ProviderFieldKind `json:"type" doc:"text, secret, choice, list (with commas between) or number."`
	Label    string                      `json:"label"`
	Help     string                      `json:"help,omitempty"`
	Default  string                      `json:"default,omitempty"`
	Choices  []string                    `json:"choices,omitempty"`
	Required bool                        `json:"required"`
}

func connectorOf(s providing.Specified) connectorBody {
	b := connectorBody{Name: s.Name, Title: s.Spec.Title, Console: s.Spec.Console, Fields: []connectorFieldBody{}}
	for _, f := range s.Spec.Fields {
		b.Fields = append(b.Fields, connectorFieldBody{f.Name, f.Kind, f.Label, f.Help, f.Default, f.Choices, !f.Optional && f.Default == ""})
	}
	return b
}

type providerBody struct {
	ID          fairlead.ProviderID  `json:"id"`
	Connector   string               `json:"connector"`
	Environment fairlead.Environment `json:"environment" doc:"The tenant's: a sandbox tenant's keys are those of the service's sandbox."`
	Settings    map[string]string    `json:"settings" doc:"Fields that are not secret."`
	Keys        map[string]string    `json:"keys" doc:"Secret fields: the last four characters of each, or nothing of a short one."`
	Base        string               `json:"base,omitempty" doc:"Address of the service, where it is not the usual one."`
	Priority    int                  `json:"priority" doc:"Where several providers reach one bank, the lowest is used."`
	Slots       *slotsBody           `json:"slots,omitempty" doc:"Connections that the service's plan allows for ever; absent: no limit is known."`
	ResetsAt    *time.Time           `json:"resets_at,omitempty" doc:"Until then the service takes no more calls with these keys."`
	Directory   directoryBody        `json:"directory"`
	Redirect    string               `json:"redirect,omitempty" doc:"registered or missing: whether the service knows this server's return address; absent: it does not say."`
	KeysExpire  *time.Time           `json:"keys_expire_at,omitempty"`
	Problem     *problemBody         `json:"problem,omitempty" doc:"What the last call met, and who must act."`
	TriedAt     *time.Time           `json:"tried_at,omitempty"`
	CreatedAt   time.Time            `json:"created_at"`
}

type slotsBody struct {
	Limit int `json:"limit"`
	Used  int `json:"used"`
	Left  int `json:"left" doc:"Ending a connection gives none back."`
}

type directoryBody struct {
	Institutions int          `json:"institutions" doc:"How many the service listed when it was read last."`
	RefreshedAt  *time.Time   `json:"refreshed_at,omitempty" doc:"End of the last complete reading; absent: there was none yet."`
	Refreshing   bool         `json:"refreshing" doc:"It is being read."`
	Problem      *problemBody `json:"problem,omitempty" doc:"Why the last reading failed; what was there stays."`
}

// providerOf shows a provider: of its keys no more than their ends.
func (n *Native) providerOf(p fairlead.Provider) (providerBody, error) {
	ends, err := n.verbs.Providing.LastFour(p)
	if err != nil {
		return providerBody{}, err
	}
	b := providerBody{
		ID: p.ID, Connector: p.Connector, Environment: p.Environment, Settings: p.Settings, Keys: ends, Base: p.Base, Priority: p.Priority,
		ResetsAt: timePtr(p.ResetsAt), Redirect: p.Redirect, KeysExpire: timePtr(p.KeysExpire), Problem: problemPtr(p.Problem),
		TriedAt: timePtr(p.Tried), CreatedAt: p.Created,
		Directory: directoryBody{p.Directory.Institutions, timePtr(p.Directory.Refreshed), !p.Directory.Started.IsZero(), problemPtr(p.Directory.Problem)},
	}
	if b.Settings == nil {
		b.Settings = map[string]string{}
	}
	if p.Slots.Limit > 0 {
		b.Slots = &slotsBody{p.Slots.Limit, len(p.Slots.Used), p.Slots.Left()}
	}
	return b, nil
}

// shownProvider shows what a verb answered.
func (n *Native) shownProvider(p fairlead.Provider, err error) (providerBody, error) {
	if err != nil {
		return providerBody{}, err
	}
	return n.providerOf(p)
}

func (n *Native) listConnectors(r request[Paging]) (list[connectorBody], error) {
	return pageOf(n.verbs.Providing.Connectors(r.caller.Tenant.Environment), r.in, func(s providing.Specified) string { return s.Name }, connectorOf)
}

func (n *Native) listProviders(r request[Paging]) (list[providerBody], error) {
	if err := checkCursor(r.in.After, "prv"); err != nil {
		return list[providerBody]{}, err
	}
	providers, err := n.verbs.Providing.List(r, r.tenant(), fairlead.ProviderID(r.in.After), r.in.Limit)
	if err != nil {
		return list[providerBody]{}, err
	}
	bodies := make([]providerBody, 0, len(providers))
	for _, p := range providers {
		b, err := n.providerOf(p)
		if err != nil {
			return list[providerBody]{}, err
		}
		bodies = append(bodies, b)
	}
	next := nextID(providers, r.in.Limit, func(p fairlead.Provider) fairlead.ProviderID { return p.ID })
	return listOf(bodies, next, func(b providerBody) providerBody { return b }), nil
}

type providerChange struct {
	Fields   map[string]string `json:"fields,omitempty" doc:"By name, as GET /v1/connectors lists them; an empty text takes one back."`
	Base     *string           `json:"base,omitempty" maxLength:"500" doc:"Another address of the service; empty: the usual one."`
	Priority *int              `json:"priority,omitempty" minimum:"0" maximum:"1000" doc:"Where several providers reach one bank, the lowest is used."`
}

func (c providerChange) request(connector string) providing.SetRequest {
	s := providing.SetRequest{Connector: connector, Base: c.Base, Priority: c.Priority, Fields: map[string]fairlead.Secret{}}
	for name, value := range c.Fields {
		s.Fields[name] = fairlead.NewSecret(value)
	}
	return s
}

type setProviderBody struct {
	Connector string            `json:"connector" maxLength:"80" doc:"Name of a connector, as GET /v1/connectors lists them."`
	Fields    map[string]string `json:"fields,omitempty" doc:"By name, as GET /v1/connectors lists them; an empty text takes one back."`
	Base      *string           `json:"base,omitempty" maxLength:"500" doc:"Another address of the service; empty: the usual one."`
	Priority  *int              `json:"priority,omitempty" minimum:"0" maximum:"1000" doc:"Where several providers reach one bank, the lowest is used."`
}

func (n *Native) setProvider(r request[withBody[setProviderBody]]) (providerBody, error) {
	b := r.in.Body
	return n.shownProvider(n.verbs.Providing.Set(r, r.tenant(), providerChange{b.Fields, b.Base, b.Priority}.request(b.Connector)))
}

func (n *Native) readProvider(r request[ByID]) (providerBody, error) {
	return n.shownProvider(n.verbs.Providing.Get(r, r.tenant(), fairlead.ProviderID(r.in.ID)))
}

func (n *Native) changeProvider(r request[withID[providerChange]]) (providerBody, error) {
	p, err := n.verbs.Providing.Get(r, r.tenant(), fairlead.ProviderID(r.in.ID))
	if err != nil {
		return providerBody{}, err
	}
	return n.shownProvider(n.verbs.Providing.Set(r, r.tenant(), r.in.Body.request(p.Connector)))
}

func (n *Native) deleteProvider(r request[ByID]) error {
	return n.verbs.Providing.Delete(r, r.tenant(), fairlead.ProviderID(r.in.ID))
}

func (n *Native) tryProvider(r request[ByID]) (providerBody, error) {
	return n.shownProvider(n.verbs.Providing.TryAgain(r, r.tenant(), fairlead.ProviderID(r.in.ID)))
}

func (n *Native) refreshProvider(r request[ByID]) (providerBody, error) {
	return n.shownProvider(n.verbs.Providing.Refresh(r, r.tenant(), fairlead.ProviderID(r.in.ID)))
}
