package native

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/fairlead-dev/fairlead"
)

// Mount adds /v1/*.
func (n *Native) Mount(mux *http.ServeMux) {
	inner := http.NewServeMux()
	api := n.describe(inner)
	n.spec = api.OpenAPI()
	closeSets(n.spec)
	n.inputs = inputsOf(n.spec)
	inner.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		if allowed := methodsOf(inner, r); len(allowed) > 0 {
			writeWrongMethod(w, r, allowed)
			return
		}
		writeProblem(w, r, fairlead.Errorf(fairlead.NotFound, "There is no such address in this API."))
	})
	mux.Handle("/v1/", &framed{inner, n.frame(inner)})
	n.mountReference(mux)
}

// framed is the routes of the API in their frame.
type framed struct {
	routes *http.ServeMux
	frame  http.Handler
}

func (f *framed) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.frame.ServeHTTP(w, r) }

// methodsOf lists the methods that the path of a request takes.
func methodsOf(mux *http.ServeMux, r *http.Request) []string {
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := mux.Handler(probe); strings.HasPrefix(pattern, m+" ") {
			allowed = append(allowed, m)
		}
	}
	return allowed
}

// describe registers every operation; the description of the API grows with it.
func (n *Native) describe(mux *http.ServeMux) huma.API {
	validation() // before the first registration, which reads what it sets
	config := huma.DefaultConfig("Fairlead", "1")
	config.Info.Description = "Links a person's financial accounts to an application and keeps the data flowing."
	config.Formats = formats()
	config.Components.Schemas = huma.NewMapRegistry(schemaPrefix, schemaName)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	if n.verbs.BaseURL != "" {
		config.Servers = []*huma.Server{{URL: n.verbs.BaseURL}}
	}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer"},
		"basic":  {Type: "http", Scheme: "basic"},
	}
	config.Security = []map[string][]string{{"bearer": {}}, {"basic": {}}} // of no route, but a reader expects it
	for _, t := range tags() {
		config.Tags = append(config.Tags, &huma.Tag{Name: t})
	}
	api := humago.New(mux, config)
	n.linkRoutes(chapter{api, "Links"})
	n.personRoutes(api)
	n.connectionRoutes(chapter{api, "Connections"}, mux)
	n.dataRoutes(api)
	n.documentRoutes(chapter{api, "Documents"}, mux)
	n.eventRoutes(chapter{api, "Events"})
	n.endpointRoutes(chapter{api, "Webhook endpoints"})
	n.applicationRoutes(chapter{api, "Applications"})
	n.providerRoutes(chapter{api, "Providers"})
	n.sandboxRoutes(chapter{api, "Sandbox"})
	mux.HandleFunc("POST /v1/oauth/token", n.token)
	mux.HandleFunc("POST /v1/oauth/revoke", n.revoke)
	describeToken(chapter{api, "Authentication"})
	return api
}

// tags are the chapters of the reference, in the order in which one reads them.
func tags() []string {
	return []string{
		"Authentication", "Links", "Institutions", "Connections", "Accounts", "Transactions", "Cards and loans", "Investments", "Documents",
		"Events", "Webhook endpoints", "Persons", "SimpleFIN tokens", "Applications", "Providers", "Sandbox",
	}
}

func (n *Native) linkRoutes(c chapter) {
	created(c, "POST /links", "Create a link", "Makes an invitation for a person and returns its token and hosted page.", n.createLink)
	route(c, "GET /links", "List links", "", n.listLinks)
	route(c, "GET /links/{id}", "Read a link", "Its stage, its connections and how it ended.", n.readLink)
	route(c, "POST /links/{id}/cancel", "Cancel a link", "Its page says that the invitation was withdrawn.", n.cancelLink)
	route(c, "POST /links/exchange", "Exchange a code",
		"The code of the redirect lives 60 seconds and works once; the same Idempotency-Key gets the same answer.", n.exchange)
}

func (n *Native) personRoutes(api huma.API) {
	c := chapter{api, "Institutions"}
	route(c, "GET /institutions", "Search institutions", "Accents, case and small typing errors are forgiven.", n.searchInstitutions)
	route(c, "GET /institutions/{id}", "Read an institution", "By id or short name.", n.readInstitution)
	c = chapter{api, "Persons"}
	route(c, "GET /persons", "List persons", "", n.listPersons)
	route(c, "GET /persons/{id}", "Read a person", "", n.readPerson)
	silent(c, "DELETE /persons/{id}", "Erase a person", "Disconnects everything and erases all data of the person. Feeds retain tombstones.", n.erasePerson)
	streamed(c, "GET /persons/{id}/export", "Export all data of a person", "One JSON document, streamed.", n.exportPerson)
	route(c, "POST /persons/{id}/portal", "Open the person's own page",
		"A short-lived address where the person sees what is shared and can revoke it.", n.openPortal)
	c = chapter{api, "SimpleFIN tokens"}
	created(c, "POST /simplefin_tokens", "Create a SimpleFIN token",
		"For a program of the person's, which exchanges it once for credentials of its own and reads by SimpleFIN what the person shares. The token is shown once.", n.createSetupToken)
	route(c, "GET /simplefin_tokens", "List SimpleFIN tokens", "Of a person or of all, oldest first, with when each was used last.", n.listSetupTokens)
	route(c, "GET /simplefin_tokens/{id}", "Read a SimpleFIN token", "", n.readSetupToken)
	silent(c, "DELETE /simplefin_tokens/{id}", "Revoke a SimpleFIN token", "The program reads nothing any more, from now on.", n.revokeSetupToken)
}

func (n *Native) connectionRoutes(c chapter, mux *http.ServeMux) {
	route(c, "GET /connections", "List connections", "Of the whole tenant, whichever application and dialect made them.", n.listConnections)
	route(c, "GET /connections/{id}", "Read a connection", "Its status, and per product how it stands, how old its data is, how far back it goes, what is missing and who must act.", n.readConnection)
	silent(c, "DELETE /connections/{id}", "Disconnect",
		"Erases credentials and documents, and revokes the consent at the institution where it can.", n.disconnect)
	accepted(c, "POST /connections/{id}/collect", "Collect now", "Queues a collection; the event collection.finished marks its end. While the institution takes no more requests (resets_at) it is 429 with Retry-After.", n.collect)
	route(c, "GET /connections/{id}/consents", "List consents", "", n.listConsents)
	route(c, "GET /connections/{id}/collections", "List collections", "Each run of fetching: what it brought, product by product.", n.listCollections)
	accepted(c, "POST /connections/{id}/collections/{collection}/undo", "Undo an upload",
		"What was there before the upload stands again; what later uploads brought too stays. It is a collection of its own, and its event collection.finished marks its end. "+
			"For 90 days after the upload.", n.undo)
	mux.HandleFunc("POST /v1/connections/{id}/files", n.upload)
	describeUpload(c)
}

func (n *Native) dataRoutes(api huma.API) {
	v := n.verbs.Reading
	c := chapter{api, "Accounts"}
	route(c, "GET /connections/{id}/accounts", "List accounts", "", n.listAccounts)
	route(c, "GET /accounts/{id}", "Read an account", "", n.readAccount)
	records(c, "identity", "Read identity", v.Identities, identityOf)
	c = chapter{api, "Transactions"}
	route(c, "GET /connections/{id}/transactions", "List transactions of a connection", "Newest day first.", n.listTransactions)
	route(c, "GET /accounts/{id}/transactions", "List transactions of an account", "Newest day first.", n.listAccountTransactions)
	route(c, "GET /transactions/{id}", "Read a transaction", "With its history: pending, posted, corrected.", n.readTransaction)
	route(c, "GET /connections/{id}/changes", "Follow what changes",
		"Added, changed and removed records in the order of commit. With wait the answer comes when there is one.", n.followChanges)
	c = chapter{api, "Cards and loans"}
	records(c, "bills", "List card bills", v.Bills, billOf)
	records(c, "loans", "List loans", v.Loans, loanOf)
	c = chapter{api, "Investments"}
	records(c, "holdings", "List holdings", v.Holdings, holdingOf)
	records(c, "securities", "List securities", v.Securities, securityOf)
	records(c, "investment_transactions", "List investment transactions", v.InvestmentTransactions, investmentTransactionOf)
	records(chapter{api, "Documents"}, "documents", "List documents", v.Documents, documentOf)
}

func (n *Native) documentRoutes(c chapter, mux *http.ServeMux) {
	route(c, "GET /documents/{id}", "Read a document", "With an address to download it from; ttl bounds its life, at most 900 seconds.", n.readDocument)
	mux.HandleFunc("GET /v1/documents/{id}/content", n.content)
	describeContent(c)
}

func (n *Native) eventRoutes(c chapter) {
	streamed(c, "GET /events", "Follow events",
		"In the order of commit. Long-poll with wait, or accept text/event-stream (resume with Last-Event-ID).", n.followEvents)
	describeAnswer[eventsPage](c, "/v1/events", "A page of events")
	accepted(c, "POST /events/{id}/resend", "Resend an event", "To every destination it had.", n.resendEvent)
	accepted(c, "POST /events/resend", "Resend a range of events",
		"Of a span of time, to one endpoint or address: what was lost while the receiver was down.", n.resendEvents)
}

func (n *Native) endpointRoutes(c chapter) {
	const base = "/webhook_endpoints"
	created(c, "POST "+base, "Create an endpoint", "Its secret is shown once.", n.createEndpoint)
	route(c, "GET "+base, "List endpoints", "", n.listEndpoints)
	route(c, "GET "+base+"/{id}", "Read an endpoint", "", n.readEndpoint)
	route(c, "PATCH "+base+"/{id}", "Change an endpoint", "", n.changeEndpoint)
	silent(c, "DELETE "+base+"/{id}", "Delete an endpoint", "", n.deleteEndpoint)
	route(c, "POST "+base+"/{id}/rotate", "Rotate the secret", "The old one signs beside the new one for 24 hours.", n.rotateEndpoint)
	accepted(c, "POST "+base+"/{id}/test", "Send a test event", "", n.testEndpoint)
	route(c, "GET "+base+"/{id}/deliveries", "List deliveries", "Each with its attempts.", n.listDeliveries)
}

func (n *Native) applicationRoutes(c chapter) {
	const base = "/applications"
	route(c, "GET "+base, "List applications", "Of your tenant, for a key that may manage them; else your own alone.", n.listApplications)
	created(c, "POST "+base, "Create an application", "In your tenant. Give it a key next.", n.createApplication)
	route(c, "GET "+base+"/{id}", "Read an application", "", n.readApplication)
	route(c, "PATCH "+base+"/{id}", "Change an application", "", n.changeApplication)
	route(c, "PATCH "+base+"/{id}/settings/{dialect}", "Change settings of a dialect",
		"Typed fields that each dialect declares; null brings a default back.", n.changeSettings)
	route(c, "GET "+base+"/{id}/keys", "List keys", "", n.listKeys)
	created(c, "POST "+base+"/{id}/keys", "Create a key", "Several live at once, so that rotating interrupts nothing. The secret is shown once. It has at most the scopes of the key or token that makes it.", n.createKey)
	silent(c, "DELETE "+base+"/{id}/keys/{key}", "Revoke a key", "Its bearer tokens die with it.", n.revokeKey)
}

func (n *Native) providerRoutes(c chapter) {
	const base = "/providers"
	route(c, "GET /connectors", "List connectors that take a provider",
		"Those that reach institutions through an account of yours at an outside service, with the fields that such an account has.", n.listConnectors)
	route(c, "GET "+base, "List providers", "Your tenant's accounts at outside services.", n.listProviders)
	created(c, "POST "+base, "Set a provider",
		"Creates the tenant's provider of a connector, or changes it: fields that are left out stay as they are. "+
			"Keys are tried once at the service before they are stored, and are never shown again.", n.setProvider)
	route(c, "GET "+base+"/{id}", "Read a provider", "Its environment, slots and quota left, and how its directory of institutions stands.", n.readProvider)
	route(c, "PATCH "+base+"/{id}", "Change a provider", "New keys, settings, address or priority. Keys are tried before they are stored.", n.changeProvider)
	silent(c, "DELETE "+base+"/{id}", "Delete a provider", "With its keys and its institutions. Refused while connections use it.", n.deleteProvider)
	route(c, "POST "+base+"/{id}/try", "Try a provider", "Calls the service once with the stored keys; problem in the answer says what it has against them.", n.tryProvider)
	accepted(c, "POST "+base+"/{id}/refresh", "Refresh the directory", "Has the list of institutions read anew at once. It is read once a day by itself.", n.refreshProvider)
}

func (n *Native) sandboxRoutes(c chapter) {
	const base = "/sandbox"
	route(c, "GET "+base+"/clock", "Read the clock", "The tenant's own time.", n.readClock)
	streamed(c, "POST "+base+"/clock/advance", "Advance the clock",
		"Runs everything that becomes due on the way, in order, and answers when it is quiet. Accept application/x-ndjson or text/event-stream to follow it. "+
			"A caller who hangs up cancels it: the clock stands where it came to.", n.advanceClock)
	describeAdvance(c, "/v1"+base+"/clock/advance")
	route(c, "DELETE "+base+"/clock/advance", "Cancel advancing the clock",
		"Advances under way on this server end with the work that runs just then, and answer where the clock stands.", n.cancelAdvance)
	created(c, "POST "+base+"/links", "Link without a page",
		"A persona goes through the whole flow; the answer is what the redirect would have carried. "+
			"With wait it comes when the first collection has ended, at once where a frozen clock prevents it.", n.linkHeadless)
	route(c, "GET "+base+"/approvals", "List pending approvals", "", n.listApprovals)
	silent(c, "POST "+base+"/approvals/{id}", "Approve or refuse", "", n.decideApproval)
}
