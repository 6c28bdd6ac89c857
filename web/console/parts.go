package console

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// section is one entry of a tenant's navigation.
type section struct {
	name, title, icon string
	needs             fairlead.Permission
	sandbox           bool // only of a sandbox tenant
}

var sections = []section{
	{"", "Overview", "control", fairlead.PermissionView, false},
	{"applications", "Applications", "key", fairlead.PermissionView, false},
	{"links", "Links", "resend", fairlead.PermissionView, false},
	{"connections", "Connections", "bank", fairlead.PermissionView, false},
	{"sandbox", "Sandbox", "clock", fairlead.PermissionView, true},
	{"events", "Events", "message", fairlead.PermissionView, false},
	{"providers", "Providers", "out", fairlead.PermissionView, false},
	{"institutions", "Institutions", "globe", fairlead.PermissionView, false},
	{"consents", "Consents", "shield", fairlead.PermissionAudit, false},
	{"audit", "Audit trail", "data", fairlead.PermissionAudit, false},
}

// visible is the navigation that the operator has in the page's tenant.
func (v *view) visible() (out []section) {
	for _, s := range sections {
		if v.may(s.needs) && (!s.sandbox || v.tenant.Environment == fairlead.Sandbox) {
			out = append(out, s)
		}
	}
	return out
}

// address is where a section begins.
func (v *view) address(s section) string {
	if s.name == "" {
		return v.at()
	}
	return v.at(s.name)
}

// doneWords is what a page says after a form that led to it.
var doneWords = map[string]string{
	"created": "Created.",
	"saved":   "Saved.",
	"deleted": "Deleted.",
	"revoked": "Revoked.",
	"tested":  "A test is on its way: its delivery shows below.",
	"resent":  "On its way again.",
	"nobody":  "Nobody is named to deliver it to.",

	"decided":      "Decided.",
	"reset":        "The person must sign in again.",
	"linked":       "Connected: it is being collected.",
	"unlinked":     "No connection was made.",
	"cancelled":    "The link has ended.",
	"collecting":   "It is being collected.",
	"disconnected": "Disconnected.",
	"erased":       "The person is erased. What was collected goes in the background.",

	"tried":      "The service takes the keys.",
	"refreshing": "Its list is being read.",
}

// mood is the colour of a status: good, bad, warm (somebody must act, or it waits), calm.
type mood string

const (
	good mood = "good"
	bad  mood = "bad"
	warm mood = "warm"
	calm mood = "calm"
)

// ago says how long before the page's now something was, in one unit.
func (v *view) ago(t time.Time) string {
	d, format := v.now.Sub(t), "%s ago"
	if d < 0 {
		d, format = -d, "in %s"
	}
	if d < time.Second {
		return "now"
	}
	return fmt.Sprintf(format, span(d))
}

// span writes a duration in one unit.
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	case d < 100*24*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
	return fmt.Sprintf("%d months", int(d.Hours()/24/30.44))
}

// moment writes an instant whole, for who points at it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// words turns a machine word into one to read: "needs_action" → "needs action".
func words[T ~string](s T) string { return strings.ReplaceAll(string(s), "_", " ") }

// many writes a count with its noun: "1 link", "3 links".
func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// sortedKeys are the keys of a map in their order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// pages are the sections whose pages show what an id names, by the id's prefix.
var pages = map[string]string{
	"app": "applications", "lnk": "links", "con": "connections", "col": "collections", "per": "people", "cns": "consents", "evt": "events", "dlv": "deliveries",
}

// sectionOf is the section that has a page of an id; "": none has.
func sectionOf(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return pages[prefix]
}

// shares names the products that a consent is for.
func shares(c fairlead.Consent) string {
	products := c.Granted
	if len(products) == 0 {
		products = c.Products
	}
	names := make([]string, len(products))
	for i, p := range products {
		names[i] = words(p)
	}
	return strings.Join(names, ", ")
}

// scopeWords say what each scope of a key is for.
var scopeWords = map[fairlead.AccessScope]string{
	fairlead.AccessScopeRead:    "data, documents, events",
	fairlead.AccessScopeLink:    "links and the application's own settings",
	fairlead.AccessScopeCollect: "collections, uploads, the sandbox's clock",
	fairlead.AccessScopeManage:  "the tenant's other applications and providers",
	fairlead.AccessScopeErase:   "disconnecting, erasing persons",
}

func contains[T comparable](all []T, one T) bool { return slices.Contains(all, one) }

// long writes a duration of whole hours or days.
func long(d time.Duration) string {
	if d < 48*time.Hour {
		return many(int(d.Hours()), "hour", "hours")
	}
	return many(int(d.Hours()/24), "day", "days")
}

// curlLink is the request that makes a link.
func curlLink(base string, a fairlead.Application) string {
	return "curl -u " + a.ClientID + ":SECRET -H 'Content-Type: application/json' \\\n  -d '{\"person\": \"ada\"}' " + base + "/v1/links"
}

// nameOf is what an operator is called.
func nameOf(o fairlead.Operator) string { return cmp.Or(o.Name, o.Email, string(o.ID)) }

// roleWords say what each role may do.
var roleWords = map[fairlead.Role]string{
	fairlead.RoleOwner:     "everything, everywhere",
	fairlead.RoleDeveloper: "everything but the audit trail, in tenants of theirs",
	fairlead.RoleSupport:   "sees how it goes, and collects again; no secrets, no bank data",
	fairlead.RoleAuditor:   "sees how it goes, consents and the audit trail; no secrets, no bank data",
}

// tenantNames names where an operator's role counts.
func (v *view) tenantNames(o fairlead.Operator) string {
	if o.Role == fairlead.RoleOwner {
		return "all"
	}
	var names []string
	for _, t := range v.tenants {
		if slices.Contains(o.Tenants, t.ID) {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, ", ")
}

// ways are how an operator can sign in.
func ways(o fairlead.Operator) (out []string) {
	if hasTOTP(o) {
		out = append(out, "password")
	}
	if n := len(o.Passkeys); n > 0 {
		out = append(out, many(n, "passkey", "passkeys"))
	}
	if o.Issuer != "" {
		out = append(out, "single sign-on")
	}
	if out == nil {
		return []string{"nothing yet"}
	}
	return out
}

// passkeyID is how a form names a passkey.
func passkeyID(p fairlead.Passkey) string { return base64.RawURLEncoding.EncodeToString(p.ID) }

// hasTOTP reports whether an operator has an authenticator app.
func hasTOTP(o fairlead.Operator) bool { return len(o.TOTP) > 0 }
