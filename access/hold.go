package access

import (
	"cmp"
	"context"
	"runtime"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/securitylog"
)

const (
	usualStreams = 100             // held open by one application
	tenantShare  = 2               // applications' worth that a tenant has together
	nodeShare    = 20              // applications' worth that all have together
	holdAgain    = 5 * time.Second // after which it is worth trying again
)

// Hold counts a request that is held open (a stream of events, a long poll) until
// it is released. RateLimited, with RetryAfter: the application, its tenant, the
// client's address or all together hold as many as they may.
func (a *Access) Hold(ctx context.Context, c Caller, from string) (release func(), err error) {
	most := cmp.Or(a.options.Limits.Streams, usualStreams)
	client, site := ratelimit.Client(from)
	release, full := a.opened.Take(
		ratelimit.Share{Name: "application", Key: string(c.Tenant.ID) + " " + string(c.Application.ID), Most: most},
		ratelimit.Share{Name: "tenant", Key: string(c.Tenant.ID), Most: tenantShare * most},
		ratelimit.Share{Name: "client", Key: client, Most: tenantShare * most},
		ratelimit.Share{Name: "site", Key: site, Most: siteShare * tenantShare * most},
		ratelimit.Share{Name: "node", Most: nodeShare * most},
	)
	if full != "" {
		a.report(ctx, securitylog.LimitReached, securitylog.Entry{
			From: from, Tenant: string(c.Tenant.ID), Application: string(c.Application.ID), Limit: "streams",
		})
		return release, limited("Too many streams and waiting requests are open: of the "+full+".", holdAgain)
	}
	return release, nil
}

// Pass waits until a tenant may read a page of events: one page of each tenant at a
// time, few at once, so that what one's streams catch up leaves readers and
// processors for the others' requests. leave makes room.
func (a *Access) Pass(ctx context.Context, tenant fairlead.TenantID) (leave func(), err error) {
	return a.gate.Enter(ctx, string(tenant))
}

// readersAtOnce is half the processors, one at least.
func readersAtOnce() int { return max(runtime.GOMAXPROCS(0)/2, 1) }
