// Package providing is what becomes of providers: the operator's accounts at outside
// services, through which connectors reach institutions.
//
// It owns setting one (its keys are tried once, and sealed), trying it again, refreshing
// the copy of what it lists, its slots, and handing a connector what it may use. Which
// institutions a person may choose is package directory's.
package providing

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Providing works with.
type Options struct {
	Store    store.Store
	Vault    vault.Root
	Bucket   bucket.Bucket // of logos
	Clock    fairlead.Clock
	Registry *connector.Registry
	// Env is what a connector's call is handed, with a provider that need not be stored.
	Env func(t fairlead.Tenant, connector string, p *connector.Provider) connector.Env
	// Reaches says why a connector may not call a base address of its service; nil: it may.
	Reaches func(e fairlead.Environment, connector, base string) error
	// Download reads at most so many bytes of an address with what a connector may dial with.
	// What it can't be had from is InstitutionDown; what is too large TooLarge, what is no address Invalid.
	Download func(ctx context.Context, env connector.Env, address string, most int64) ([]byte, error)
	BaseURL  string // public address, no slash at the end
	Log      *slog.Logger
	// Pace is the pause between two pages of a directory; 0: 100 ms.
	Pace time.Duration
}

// Providing is the verb. It is safe for concurrent use.
type Providing struct{ o Options }

// New builds the verb on its ports.
func New(o Options) *Providing {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Pace == 0 {
		o.Pace = 100 * time.Millisecond
	}
	return &Providing{o}
}

// Access is the provider by which a tenant reaches a connector's institutions; nil where
// the connector needs none. A tenant without one is Unsupported, and the operator must act.
func (p *Providing) Access(ctx context.Context, tenant fairlead.Tenant, name string) (*connector.Provider, error) {
	c, err := p.o.Registry.Connector(name)
	if err != nil {
		return nil, in("finding a connector", err)
	}
	spec := c.Describe().Provider
	if spec == nil {
		return nil, nil
	}
	var stored fairlead.Provider
	err = p.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		stored, err = tx.Providers.Find(tenant.ID, store.By(store.ByConnector, name))
		return err
	})
	if fairlead.Is(err, fairlead.NotFound) {
		return nil, &fairlead.Error{
			Kind: fairlead.Unsupported, Actor: fairlead.ActorOperator,
			Detail: fmt.Sprintf("No account at %s is set up here. Whoever operates this server sets one with `fairlead provider set %s`.", spec.Title, name),
		}
	}
	if err != nil {
		return nil, in("reading a provider", err)
	}
	if err := p.reaches(tenant, stored); err != nil {
		return nil, err
	}
	return p.opened(*spec, stored)
}

// reaches refuses a base address that may not be called (any more).
func (p *Providing) reaches(tenant fairlead.Tenant, stored fairlead.Provider) error {
	if stored.Base == "" || p.o.Reaches == nil {
		return nil
	}
	if err := p.o.Reaches(tenant.Environment, stored.Connector, stored.Base); err != nil {
		return &fairlead.Error{Kind: fairlead.Unsupported, Actor: fairlead.ActorOperator, Detail: "The provider's base " + err.Error() + ".", Err: err}
	}
	return nil
}

// opened is a provider as its connector is handed it.
func (p *Providing) opened(spec connector.ProviderSpec, stored fairlead.Provider) (*connector.Provider, error) {
	keys, err := p.keys(stored)
	if err != nil {
		return nil, err
	}
	return p.handed(spec, stored, keys), nil
}

func (p *Providing) handed(spec connector.ProviderSpec, stored fairlead.Provider, keys map[string]fairlead.Secret) *connector.Provider {
	out := &connector.Provider{
		ID: stored.ID, Environment: stored.Environment, Settings: map[string]string{}, Keys: keys,
		Base: stored.Base, SlotsLeft: stored.Slots.Left(), WebhookURL: p.webhookURL(stored),
	}
	for _, f := range spec.Fields {
		if f.Kind == connector.ProviderSecret {
			continue
		}
		if value, ok := stored.Settings[f.Name]; ok {
			out.Settings[f.Name] = value
		} else if f.Default != "" {
			out.Settings[f.Name] = f.Default
		}
	}
	return out
}

// keys opens the secret fields of a provider.
func (p *Providing) keys(stored fairlead.Provider) (map[string]fairlead.Secret, error) {
	keys := map[string]fairlead.Secret{}
	if len(stored.Keys) == 0 {
		return keys, nil
	}
	plain, err := p.o.Vault.OpenRoot(sealing.ProviderLocation(stored), stored.Keys)
	if err != nil {
		return nil, in("opening a provider's keys", err)
	}
	var texts map[string]string
	if err := json.Unmarshal(plain, &texts); err != nil {
		return nil, in("reading a provider's keys", fairlead.Errorf(fairlead.Internal, "they are no JSON object"))
	}
	for name, text := range texts {
		keys[name] = fairlead.NewSecret(text)
	}
	return keys, nil
}

// seal seals the secret fields of a provider.
func (p *Providing) seal(of fairlead.Provider, keys map[string]fairlead.Secret) (fairlead.Sealed, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	texts := make(map[string]string, len(keys))
	for name, secret := range keys {
		texts[name] = secret.Reveal()
	}
	plain, err := json.Marshal(texts)
	if err != nil {
		return nil, in("sealing a provider's keys", err)
	}
	sealed, err := p.o.Vault.SealRoot(sealing.ProviderLocation(of), plain)
	return sealed, in("sealing a provider's keys", err)
}

// webhookURL is where the service posts webhooks; "" where it can't reach this server.
func (p *Providing) webhookURL(of fairlead.Provider) string {
	own, err := url.Parse(p.o.BaseURL)
	if err != nil || own.Host == "" {
		return ""
	}
	if !public(own.Hostname()) {
		base, err := url.Parse(of.Base)
		if err != nil || !fairlead.Loopback(base.Hostname()) {
			return ""
		}
	}
	return strings.TrimSuffix(p.o.BaseURL, "/") + "/hooks/" + string(of.Tenant) + "/" + of.Connector
}

// in says during what an error was met; nil stays nil.
func in(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("providing: %s: %w", doing, err)
}
