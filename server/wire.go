package server

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/connector"
	plaidconnector "github.com/fairlead-dev/fairlead/connector/plaid"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
	"github.com/fairlead-dev/fairlead/connector/sandbox/hub"
	simplefinconnector "github.com/fairlead-dev/fairlead/connector/simplefin"
	"github.com/fairlead-dev/fairlead/connector/statementfile"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/flanks"
	"github.com/fairlead-dev/fairlead/dialect/klavi"
	"github.com/fairlead-dev/fairlead/dialect/native"
	"github.com/fairlead-dev/fairlead/dialect/plaid"
	"github.com/fairlead-dev/fairlead/dialect/simplefin"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/erasing"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/measuring"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/providing"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/simulating"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/working"
)

// connectors is every way to talk to institutions.
func (s *Server) connectors() []connector.Connector {
	return []connector.Connector{
		sandbox.New(memory{s.Store, s.Vault}, sandbox.Options{Time: s.tenantTime}),
		hub.New(memory{s.Store, s.Vault}, hub.Options{Time: s.tenantTime}),
		statementfile.New(),
		simplefinconnector.New(),
		plaidconnector.New(),
	}
}

// allDialects is every API that is served.
func allDialects(v dialect.Verbs) []dialect.Dialect {
	return []dialect.Dialect{
		native.New(v),
		klavi.New(v),
		taiki.New(v),
		flanks.New(v),
		plaid.New(v),
		simplefin.New(v),
	}
}

// wire gives the parts to one another.
func (s *Server) wire() error {
	if s.clock = machineClock(); s.Store != nil {
		ctx, cancel := context.WithTimeout(context.Background(), healthTime)
		defer cancel()
		if err := s.resumeClock(ctx); err != nil {
			return err
		}
	}
	c, log, clock := s.Config, s.Config.Log, fairlead.Clock(s.clock.Now)
	registry, err := connector.NewRegistry(append(s.connectors(), c.Connectors...)...)
	if err != nil {
		return err
	}
	s.registry, s.metrics = registry, newMetrics()
	institutions := directory.New(registry, s.Store)
	provide := providing.New(providing.Options{
		Store: s.Store, Vault: s.Vault, Bucket: s.bucket, Clock: clock, Registry: registry, Env: s.envWith, Reaches: s.reaches,
		Download: fetchFile, BaseURL: c.URL, Log: log,
	})
	if s.listener != nil { // a command of the operator alone is watched by who typed it
		s.security = securitylog.New(securitylog.Options{Log: log, Clock: clock, Observe: s.metrics.secured})
	}
	callers := access.New(s.Store, s.Vault, clock, access.Options{Seed: c.Seed, Frozen: c.Frozen, Limits: c.limits(), Log: log, Security: s.security})
	events, err := notifying.New(notifying.Options{
		Store: s.Store, Vault: s.Vault, Clock: clock, Stamp: fairlead.RealClock, Log: log, Loopback: c.Dev, Allow: c.Allow, Signing: callers.Signing,
		BodyToken: callers.BodyToken,
		Observe:   s.metrics.delivered, Receipts: filepath.Join(c.Data, "receipts.log"), Linger: c.linger(),
	})
	if err != nil {
		return err
	}
	consent := consenting.New(consenting.Options{
		Store: s.Store, Vault: s.Vault, Clock: clock, Directory: institutions, ConnectorEnv: s.connectorEnv, Publisher: events, BaseURL: c.URL, Log: log,
	})
	s.processes = newProcesses(c.Node+"/"+fairlead.NewToken()[:12], s.Store)
	link := linking.New(linking.Options{
		Store: s.Store, Vault: s.Vault, Bucket: s.bucket, Clock: clock, Directory: institutions, ConnectorEnv: s.connectorEnv,
		Publisher: events, Revoke: consent.Revoke, BaseURL: c.URL, Dev: c.Dev, Log: log, Security: s.security,
		Process: s.processes.own, Died: s.processes.died,
	})
	erase := erasing.New(erasing.Options{Store: s.Store, Vault: s.Vault, Bucket: s.bucket, Clock: clock, Ender: ender{link, consent}})
	read := reading.New(reading.Options{Store: s.Store, Vault: s.Vault, Bucket: s.bucket, Clock: clock, Directory: institutions, BaseURL: c.URL, Log: log})
	collect := collecting.New(collecting.Options{
		Store: s.Store, Vault: s.Vault, Bucket: s.bucket, Clock: clock, Directory: institutions, ConnectorEnv: s.recordedEnv, Publisher: events, Log: log,
		Changed: read.Wake,
	})
	s.Working = working.New(working.Options{Store: s.Store, Clock: clock, Owner: c.Node, Workers: c.Workers, Observe: s.metrics.worked, Yield: events.Yield, Log: log})
	s.Verbs = dialect.Verbs{
		Access: callers, Linking: link, Consenting: consent, Erasing: erase, Collecting: collect, Reading: read, Notifying: events,
		Simulating: simulating.New(simulating.Options{Store: s.Store, Clock: clock, Registry: registry, Advancer: s.Working, Events: events}),
		Notes:      notes.New(s.Store), Providing: provide, Clock: clock, BaseURL: c.URL, Dev: c.Dev, Log: log, Security: s.security,
	}
	s.Measuring = measuring.New(measuring.Options{Store: s.Store, Log: log})
	s.Operating = operating.New(operating.Options{
		Store: s.Store, Vault: s.Vault, Clock: clock, BaseURL: c.URL, Log: log, Security: s.security, OIDC: c.OIDC.provider(c.Allow), WrongAtOnce: c.wrongOperators(),
	})
	s.dialects = allDialects(s.Verbs)
	for _, d := range s.dialects {
		if router, ok := d.(notifying.Router); ok {
			events.AddRouter(router)
		}
		link.Finishes(d.Name(), d)
		erase.ErasesNotes(d.Name())
		if configurable, ok := d.(dialect.Configurable); ok {
			if err := s.Verbs.Notes.Declare(d.Name(), configurable.Settings()); err != nil {
				return err
			}
		}
	}
	s.Working.Handle(fairlead.CollectWork, s.recordedRun(collect.Run))
	s.Working.SideBySide(fairlead.CollectWork, collect.Independent)
	s.Working.Handle(fairlead.DeliverWork, events.Deliver)
	s.Working.Handle(fairlead.PollWork, link.Poll)
	s.Working.Handle(fairlead.ExpireWork, link.Expire)
	s.Working.HandleKeys(fairlead.ExpireWork, "cns_", consent.Expire)
	s.Working.Handle(fairlead.EraseWork, erase.Erase)
	s.Working.HandleKeys(fairlead.PruneWork, notifying.PruneKey, events.Prune)
	s.Working.HandleKeys(fairlead.PruneWork, "lnk_", erase.PruneLink)
	s.Working.Handle(fairlead.RefreshWork, provide.Run)
	return s.serveHTTP()
}

// linger is how long a run stays with the empty queue of a receiver. With several nodes it
// does not: those that advance a tenant's clock cannot ask the others to end.
func (c Config) linger() time.Duration {
	if strings.HasPrefix(c.Store, "sqlite://") {
		return 100 * time.Millisecond
	}
	return 0
}

// ender ends what stands of a person who is erased.
type ender struct {
	*linking.Linking
	*consenting.Consenting
}

// tenantTime says to a sandbox bank's own pages what time it is there.
func (s *Server) tenantTime(ctx context.Context, id fairlead.TenantID) (now time.Time, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(id)
		now = t.Time(fairlead.RealClock())
		return err
	})
	return now, err
}
