package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

const (
	auditPage = 100
	// checkTime is how long a check of the whole trail may take while somebody waits for it.
	checkTime = 100 * time.Second
)

func (c *Console) auditRoutes() []route {
	return []route{
		{"GET " + tenantPath + "/audit", fairlead.PermissionAudit, c.audit},
		{"POST " + tenantPath + "/audit/check", fairlead.PermissionAudit, c.checkAudit},
		{"POST " + tenantPath + "/audit/export", fairlead.PermissionAudit, c.exportAudit},
		{"GET " + tenantPath + "/consents", fairlead.PermissionAudit, c.consents},
		{"GET " + tenantPath + "/consents/{consent}", fairlead.PermissionAudit, c.consent},
	}
}

// trail is a page of the audit trail, the newest first.
type trail struct {
	entries []fairlead.AuditEntry
	older   string
	checked *fairlead.AuditAnchor // how far the trail was just found whole
	broken  string                // why it is not
}

func (c *Console) audit(v *view) error { return c.showAudit(v, trail{}) }

func (c *Console) showAudit(v *view, t trail) error {
	before, _ := strconv.ParseInt(v.query("after"), 10, 64)
	if before <= 0 {
		newest, err := c.o.Access.AuditAnchor(v.ctx, v.tenant.ID)
		if err != nil {
			return err
		}
		before = newest.Sequence + 1
	}
	first := max(1, before-auditPage)
	if before > 1 {
		var err error
		if t.entries, err = c.o.Access.AuditTrail(v.ctx, v.tenant.ID, first-1, int(before-first)); err != nil {
			return err
		}
	}
	slices.Reverse(t.entries)
	if first > 1 {
		t.older = strconv.FormatInt(first, 10)
	}
	return v.page("audit", "Audit trail", auditTrail(v, t))
}

// checkAudit reads the whole trail through.
func (c *Console) checkAudit(v *view) error {
	ctx, cancel := context.WithTimeout(v.ctx, checkTime)
	defer cancel()
	anchor, err := c.o.Access.CheckAudit(ctx, v.tenant.ID)
	switch {
	case ctx.Err() != nil:
		return fairlead.Errorf(fairlead.Unavailable, "The trail is too long to be checked while you wait. Check it with: fairlead audit --tenant %s", v.tenant.Name)
	case fairlead.Is(err, fairlead.Conflict):
		return c.showAudit(v, trail{broken: detail(err)})
	case err != nil:
		return err
	}
	return c.showAudit(v, trail{checked: &anchor})
}

// exportAudit sends the whole trail, one entry of JSON on each line. That it was exported is
// its last entry.
func (c *Console) exportAudit(v *view) error {
	if err := c.o.Access.RecordExport(v.ctx, v.tenant.ID); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/x-ndjson")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "audit-"+string(v.tenant.ID)+".jsonl"))
	out, control := json.NewEncoder(v.w), http.NewResponseController(v.w)
	for after := int64(0); ; {
		page, err := c.o.Access.AuditTrail(v.ctx, v.tenant.ID, after, 1000)
		if err != nil && after == 0 {
			return err
		}
		if err != nil { // what was begun must not look whole
			panic(http.ErrAbortHandler)
		}
		if len(page) == 0 {
			return nil
		}
		control.SetWriteDeadline(time.Now().Add(checkTime))
		for _, e := range page {
			if after = e.Sequence; out.Encode(e) != nil {
				return nil // who asked has gone
			}
		}
	}
}

func (c *Console) consents(v *view) error {
	page, err := c.o.Reading.Consents(v.ctx, v.tenant.ID, reading.ListQuery{
		Reference: v.query("person"), Connection: fairlead.ConnectionID(v.query("connection")), After: v.query("after"), Limit: eventsPage,
	})
	if err != nil {
		return err
	}
	return v.page("consents", "Consents", consents(v, page.Data, page.Next))
}

func (c *Console) consent(v *view) error {
	consent, err := c.o.Reading.Consent(v.ctx, v.tenant.ID, fairlead.ConsentID(v.r.PathValue("consent")))
	if err != nil {
		return err
	}
	return v.page("consents", "Consent", consentPage(v, consent))
}

// consentMood is the colour of a consent's status.
func consentMood(s fairlead.ConsentStatus) mood {
	switch {
	case s == fairlead.ConsentAuthorised:
		return good
	case s == fairlead.ConsentFailed || s == fairlead.ConsentRejected:
		return bad
	case s.Ended():
		return calm
	}
	return warm
}
