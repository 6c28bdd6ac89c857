package native

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/securitylog"
)

// need is what a key or token must be good for, to be let in at a route. A route
// of an application that the path names needs manage, or own where it names the
// caller's own.
type need struct {
	scope fairlead.AccessScope
	own   fairlead.AccessScope
}

const (
	read    = fairlead.AccessScopeRead
	link    = fairlead.AccessScopeLink
	collect = fairlead.AccessScopeCollect
	manage  = fairlead.AccessScopeManage
	erase   = fairlead.AccessScopeErase
)

// needs is every route of this API, below /v1, that a caller is let in at. One that
// is missing here lets nobody in.
var needs = map[string]need{
	"POST /links":             {scope: link},
	"GET /links":              {scope: read},
	"GET /links/{id}":         {scope: read},
	"POST /links/{id}/cancel": {scope: link},
	"POST /links/exchange":    {scope: link},

	"GET /institutions":         {scope: read},
	"GET /institutions/{id}":    {scope: read},
	"GET /persons":              {scope: read},
	"GET /persons/{id}":         {scope: read},
	"DELETE /persons/{id}":      {scope: erase},
	"GET /persons/{id}/export":  {scope: read},
	"POST /persons/{id}/portal": {scope: link},

	"POST /simplefin_tokens":        {scope: link},
	"GET /simplefin_tokens":         {scope: read},
	"GET /simplefin_tokens/{id}":    {scope: read},
	"DELETE /simplefin_tokens/{id}": {scope: link},

	"GET /connections":                  {scope: read},
	"GET /connections/{id}":             {scope: read},
	"DELETE /connections/{id}":          {scope: erase},
	"POST /connections/{id}/collect":    {scope: collect},
	"GET /connections/{id}/consents":    {scope: read},
	"GET /connections/{id}/collections": {scope: read},
	"POST /connections/{id}/files":      {scope: collect},

	"POST /connections/{id}/collections/{collection}/undo": {scope: collect},

	"GET /connections/{id}/accounts":                {scope: read},
	"GET /connections/{id}/holdings":                {scope: read},
	"GET /connections/{id}/securities":              {scope: read},
	"GET /connections/{id}/investment_transactions": {scope: read},
	"GET /connections/{id}/loans":                   {scope: read},
	"GET /connections/{id}/bills":                   {scope: read},
	"GET /connections/{id}/identity":                {scope: read},
	"GET /connections/{id}/documents":               {scope: read},
	"GET /connections/{id}/transactions":            {scope: read},
	"GET /connections/{id}/changes":                 {scope: read},
	"GET /accounts/{id}/transactions":               {scope: read},
	"GET /accounts/{id}":                            {scope: read},
	"GET /transactions/{id}":                        {scope: read},
	"GET /documents/{id}":                           {scope: read},
	"GET /documents/{id}/content":                   {scope: read},

	"GET /events":              {scope: read},
	"POST /events/{id}/resend": {scope: link},
	"POST /events/resend":      {scope: link},

	"POST /webhook_endpoints":                {scope: link},
	"GET /webhook_endpoints":                 {scope: read},
	"GET /webhook_endpoints/{id}":            {scope: read},
	"PATCH /webhook_endpoints/{id}":          {scope: link},
	"DELETE /webhook_endpoints/{id}":         {scope: link},
	"POST /webhook_endpoints/{id}/rotate":    {scope: link},
	"POST /webhook_endpoints/{id}/test":      {scope: link},
	"GET /webhook_endpoints/{id}/deliveries": {scope: read},

	"GET /applications":                           {scope: read},
	"POST /applications":                          {scope: manage},
	"GET /applications/{id}":                      {scope: manage, own: read},
	"PATCH /applications/{id}":                    {scope: manage, own: link},
	"PATCH /applications/{id}/settings/{dialect}": {scope: manage, own: link},
	"GET /applications/{id}/keys":                 {scope: manage, own: read},
	"POST /applications/{id}/keys":                {scope: manage, own: link},
	"DELETE /applications/{id}/keys/{key}":        {scope: manage, own: link},

	"GET /connectors":              {scope: manage},
	"GET /providers":               {scope: manage},
	"POST /providers":              {scope: manage},
	"GET /providers/{id}":          {scope: manage},
	"PATCH /providers/{id}":        {scope: manage},
	"DELETE /providers/{id}":       {scope: manage},
	"POST /providers/{id}/try":     {scope: manage},
	"POST /providers/{id}/refresh": {scope: manage},

	"GET /sandbox/clock":            {scope: read},
	"POST /sandbox/clock/advance":   {scope: collect},
	"DELETE /sandbox/clock/advance": {scope: collect},
	"POST /sandbox/links":           {scope: link},
	"GET /sandbox/approvals":        {scope: read},
	"POST /sandbox/approvals/{id}":  {scope: link},
}

// public are the routes whose callers say in the request itself who they are, or
// need not say it.
var public = []string{"POST /oauth/token", "POST /oauth/revoke", "GET /openapi.json"}

// Scopes is every route with the scope that it needs of a caller's key; where a path
// names another application than the caller's, it is manage.
func (n *Native) Scopes() map[string]fairlead.AccessScope {
	all := map[string]fairlead.AccessScope{}
	for route, need := range needs {
		method, path, _ := strings.Cut(route, " ")
		all[method+" /v1"+path] = cmp.Or(need.own, need.scope)
	}
	for _, route := range public {
		method, path, _ := strings.Cut(route, " ")
		all[method+" /v1"+path] = ""
	}
	return all
}

// words says in the reference what a route needs.
func (n need) words() string {
	switch {
	case n.own != "":
		return "Scope: " + string(n.own) + "; of another application of the tenant: manage."
	case n.scope != "":
		return "Scope: " + string(n.scope) + "."
	}
	return ""
}

// security is what OpenAPI says of it.
func (n need) security() []map[string][]string {
	scopes := []string{string(cmp.Or(n.own, n.scope))}
	return []map[string][]string{{"bearer": scopes}, {"basic": scopes}}
}

// may lets a caller in at the route that matches a request, or says which scope is
// missing. Another application is unknown to who may not manage it. An address that
// there is not is let through: it is answered as such.
func may(r *http.Request, c access.Caller) error {
	method, path, _ := strings.Cut(r.Pattern, " ")
	if path == "" { // no method: the catch-all
		return nil
	}
	n, ok := needs[method+" "+strings.TrimPrefix(path, "/v1")]
	switch {
	case !ok:
		return fairlead.Errorf(fairlead.Forbidden, "Nobody is let in here.")
	case n.own == "":
		return c.May(n.scope)
	case c.May(manage) == nil:
		return nil
	case applicationIn(r.URL.Path) != string(c.Application.ID):
		return errNoApplication()
	}
	return c.May(n.own)
}

// applicationIn is the id in /v1/applications/{id}/….
func applicationIn(path string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "/v1/applications/"), "/")
	return id
}

func errNoApplication() error {
	return fairlead.Errorf(fairlead.NotFound, "There is no such application.")
}

// isPublic reports whether a request is for a route that is public.
func isPublic(r *http.Request) bool {
	return slices.ContainsFunc(public, func(route string) bool {
		_, path, _ := strings.Cut(route, " ")
		return r.URL.Path == "/v1"+path
	})
}

// reportSibling reports who reached for another application of their tenant.
func (n *Native) reportSibling(r *http.Request, c access.Caller, err error) {
	if !fairlead.Is(err, fairlead.NotFound) {
		return
	}
	a, err := n.verbs.Access.Application(r.Context(), c.Tenant.ID, fairlead.ApplicationID(applicationIn(r.URL.Path)))
	if err == nil {
		n.verbs.Security.Report(r.Context(), securitylog.AccessRefused, securitylog.Entry{Subject: string(a.ID), Status: http.StatusNotFound})
	}
}
