package client

import (
	"context"
	"net/http"
)

// CreateLink makes a link. Its token, for link.js, is shown once.
func (c *Client) CreateLink(ctx context.Context, request LinkRequest) (*CreatedLink, error) {
	return fetch[CreatedLink](ctx, c, http.MethodPost, "/v1/links", nil, request)
}

// Link reads a link.
func (c *Client) Link(ctx context.Context, id string) (*Link, error) {
	return fetch[Link](ctx, c, http.MethodGet, at("/v1/links/{}", id), nil, nil)
}

// ListLinks lists links.
func (c *Client) ListLinks(ctx context.Context, params *ListLinksParams) List[Link] {
	return list[Link](ctx, c, "/v1/links", params)
}

// CancelLink withdraws a link that has not ended.
func (c *Client) CancelLink(ctx context.Context, id string) (*Link, error) {
	return fetch[Link](ctx, c, http.MethodPost, at("/v1/links/{}/cancel", id), nil, nil)
}

// ExchangeCode exchanges the code that the browser brought back, once and within 60 seconds, for connections.
func (c *Client) ExchangeCode(ctx context.Context, request ExchangeRequest) (*Exchange, error) {
	return fetch[Exchange](ctx, c, http.MethodPost, "/v1/links/exchange", nil, request)
}

// ListConnections lists connections.
func (c *Client) ListConnections(ctx context.Context, params *ListConnectionsParams) List[Connection] {
	return list[Connection](ctx, c, "/v1/connections", params)
}

// Connection reads a connection.
func (c *Client) Connection(ctx context.Context, connectionID string) (*Connection, error) {
	return fetch[Connection](ctx, c, http.MethodGet, at("/v1/connections/{}", connectionID), nil, nil)
}

// DeleteConnection disconnects: the consent ends, and the data is erased.
func (c *Client) DeleteConnection(ctx context.Context, connectionID string) error {
	return c.Call(ctx, http.MethodDelete, at("/v1/connections/{}", connectionID), nil, nil, nil)
}

// CollectConnection begins a collection now.
func (c *Client) CollectConnection(ctx context.Context, connectionID string) (*Connection, error) {
	return fetch[Connection](ctx, c, http.MethodPost, at("/v1/connections/{}/collect", connectionID), nil, nil)
}

// ListAccounts lists the accounts of a connection.
func (c *Client) ListAccounts(ctx context.Context, connectionID string, params *ListAccountsParams) List[Account] {
	return list[Account](ctx, c, at("/v1/connections/{}/accounts", connectionID), params)
}

// ListTransactions lists the transactions of a connection, the newest first.
func (c *Client) ListTransactions(ctx context.Context, connectionID string, params *ListTransactionsParams) List[Transaction] {
	return list[Transaction](ctx, c, at("/v1/connections/{}/transactions", connectionID), params)
}

// ListBills lists the bills of a connection's cards.
func (c *Client) ListBills(ctx context.Context, connectionID string, params *ListBillsParams) List[Bill] {
	return list[Bill](ctx, c, at("/v1/connections/{}/bills", connectionID), params)
}

// ListChanges lists what was added, changed and removed since After, to what is there by now.
func (c *Client) ListChanges(ctx context.Context, connectionID string, params *ListChangesParams) List[Change] {
	return list[Change](ctx, c, at("/v1/connections/{}/changes", connectionID), params)
}

// FollowChanges is ListChanges that goes on until the context ends.
func (c *Client) FollowChanges(ctx context.Context, connectionID string, params *ListChangesParams) List[Change] {
	return follow[Change](ctx, c, at("/v1/connections/{}/changes", connectionID), params)
}

// ListCollections lists the collections of a connection.
func (c *Client) ListCollections(ctx context.Context, connectionID string, params *ListCollectionsParams) List[Collection] {
	return list[Collection](ctx, c, at("/v1/connections/{}/collections", connectionID), params)
}

// UndoUpload undoes the upload of a file.
func (c *Client) UndoUpload(ctx context.Context, connectionID, collectionID string) (*Collection, error) {
	return fetch[Collection](ctx, c, http.MethodPost, at("/v1/connections/{}/collections/{}/undo", connectionID, collectionID), nil, nil)
}

// ListConsents lists the consents of a connection.
func (c *Client) ListConsents(ctx context.Context, connectionID string, params *ListConsentsParams) List[Consent] {
	return list[Consent](ctx, c, at("/v1/connections/{}/consents", connectionID), params)
}

// ListDocuments lists the documents of a connection.
func (c *Client) ListDocuments(ctx context.Context, connectionID string, params *ListDocumentsParams) List[Document] {
	return list[Document](ctx, c, at("/v1/connections/{}/documents", connectionID), params)
}

// ListHoldings lists the holdings of a connection.
func (c *Client) ListHoldings(ctx context.Context, connectionID string, params *ListHoldingsParams) List[Holding] {
	return list[Holding](ctx, c, at("/v1/connections/{}/holdings", connectionID), params)
}

// ListIdentities lists who the institution says the accounts are of.
func (c *Client) ListIdentities(ctx context.Context, connectionID string, params *ListIdentitiesParams) List[Identity] {
	return list[Identity](ctx, c, at("/v1/connections/{}/identity", connectionID), params)
}

// ListInvestmentTransactions lists the movements of a connection's investments.
func (c *Client) ListInvestmentTransactions(ctx context.Context, connectionID string, params *ListInvestmentTransactionsParams) List[InvestmentTransaction] {
	return list[InvestmentTransaction](ctx, c, at("/v1/connections/{}/investment_transactions", connectionID), params)
}

// ListLoans lists the loans of a connection.
func (c *Client) ListLoans(ctx context.Context, connectionID string, params *ListLoansParams) List[Loan] {
	return list[Loan](ctx, c, at("/v1/connections/{}/loans", connectionID), params)
}

// ListSecurities lists the securities of a connection.
func (c *Client) ListSecurities(ctx context.Context, connectionID string, params *ListSecuritiesParams) List[Security] {
	return list[Security](ctx, c, at("/v1/connections/{}/securities", connectionID), params)
}

// Account reads an account.
func (c *Client) Account(ctx context.Context, id string, params *GetAccountParams) (*Account, error) {
	return fetch[Account](ctx, c, http.MethodGet, at("/v1/accounts/{}", id), params, nil)
}

// ListAccountTransactions lists the transactions of an account, the newest first.
func (c *Client) ListAccountTransactions(ctx context.Context, id string, params *ListAccountTransactionsParams) List[Transaction] {
	return list[Transaction](ctx, c, at("/v1/accounts/{}/transactions", id), params)
}

// Transaction reads a transaction with its earlier versions.
func (c *Client) Transaction(ctx context.Context, id string) (*TransactionWithVersions, error) {
	return fetch[TransactionWithVersions](ctx, c, http.MethodGet, at("/v1/transactions/{}", id), nil, nil)
}

// Document reads a document, with an address where a browser can download it for a while.
func (c *Client) Document(ctx context.Context, id string, params *GetDocumentParams) (*Document, error) {
	return fetch[Document](ctx, c, http.MethodGet, at("/v1/documents/{}", id), params, nil)
}

// DownloadDocument fetches a document's bytes.
func (c *Client) DownloadDocument(ctx context.Context, id string) (*File, error) {
	return c.file(ctx, at("/v1/documents/{}/content", id))
}

// ListEvents lists events, to what is there by now.
func (c *Client) ListEvents(ctx context.Context, params *ListEventsParams) List[Event] {
	return list[Event](ctx, c, "/v1/events", params)
}

// FollowEvents is ListEvents that goes on until the context ends: it waits for what comes.
func (c *Client) FollowEvents(ctx context.Context, params *ListEventsParams) List[Event] {
	return follow[Event](ctx, c, "/v1/events", params)
}

// ResendEvent sends an event to the endpoints again.
func (c *Client) ResendEvent(ctx context.Context, id string) (*Resend, error) {
	return fetch[Resend](ctx, c, http.MethodPost, at("/v1/events/{}/resend", id), nil, nil)
}

// ResendEvents sends the events of a range again.
func (c *Client) ResendEvents(ctx context.Context, request ResendRequest) (*Resend, error) {
	return fetch[Resend](ctx, c, http.MethodPost, "/v1/events/resend", nil, request)
}

// CreateWebhookEndpoint makes an endpoint. The answer has its secret, shown once.
func (c *Client) CreateWebhookEndpoint(ctx context.Context, request WebhookEndpointRequest) (*WebhookEndpointWithSecret, error) {
	return fetch[WebhookEndpointWithSecret](ctx, c, http.MethodPost, "/v1/webhook_endpoints", nil, request)
}

// ListWebhookEndpoints lists endpoints.
func (c *Client) ListWebhookEndpoints(ctx context.Context, params *ListWebhookEndpointsParams) List[WebhookEndpoint] {
	return list[WebhookEndpoint](ctx, c, "/v1/webhook_endpoints", params)
}

// WebhookEndpoint reads an endpoint.
func (c *Client) WebhookEndpoint(ctx context.Context, id string) (*WebhookEndpoint, error) {
	return fetch[WebhookEndpoint](ctx, c, http.MethodGet, at("/v1/webhook_endpoints/{}", id), nil, nil)
}

// UpdateWebhookEndpoint changes an endpoint.
func (c *Client) UpdateWebhookEndpoint(ctx context.Context, id string, request WebhookEndpointUpdate) (*WebhookEndpoint, error) {
	return fetch[WebhookEndpoint](ctx, c, http.MethodPatch, at("/v1/webhook_endpoints/{}", id), nil, request)
}

// DeleteWebhookEndpoint ends an endpoint.
func (c *Client) DeleteWebhookEndpoint(ctx context.Context, id string) error {
	return c.Call(ctx, http.MethodDelete, at("/v1/webhook_endpoints/{}", id), nil, nil, nil)
}

// ListDeliveries lists what was sent to an endpoint.
func (c *Client) ListDeliveries(ctx context.Context, id string, params *ListDeliveriesParams) List[Delivery] {
	return list[Delivery](ctx, c, at("/v1/webhook_endpoints/{}/deliveries", id), params)
}

// RotateWebhookSecret makes another secret; for a while the old one signs too.
func (c *Client) RotateWebhookSecret(ctx context.Context, id string) (*WebhookEndpointWithSecret, error) {
	return fetch[WebhookEndpointWithSecret](ctx, c, http.MethodPost, at("/v1/webhook_endpoints/{}/rotate", id), nil, nil)
}

// TestWebhookEndpoint sends a test event.
func (c *Client) TestWebhookEndpoint(ctx context.Context, id string) (*Event, error) {
	return fetch[Event](ctx, c, http.MethodPost, at("/v1/webhook_endpoints/{}/test", id), nil, nil)
}

// ListPersons lists persons.
func (c *Client) ListPersons(ctx context.Context, params *ListPersonsParams) List[Person] {
	return list[Person](ctx, c, "/v1/persons", params)
}

// Person reads a person.
func (c *Client) Person(ctx context.Context, id string) (*Person, error) {
	return fetch[Person](ctx, c, http.MethodGet, at("/v1/persons/{}", id), nil, nil)
}

// DeletePerson erases a person and everything of them.
func (c *Client) DeletePerson(ctx context.Context, id string) error {
	return c.Call(ctx, http.MethodDelete, at("/v1/persons/{}", id), nil, nil, nil)
}

// ExportPerson fetches everything of a person, as a file of JSON.
func (c *Client) ExportPerson(ctx context.Context, id string) (*File, error) {
	return c.file(ctx, at("/v1/persons/{}/export", id))
}

// CreatePortal makes an address where the person sees and ends what they share.
func (c *Client) CreatePortal(ctx context.Context, id string) (*Portal, error) {
	return fetch[Portal](ctx, c, http.MethodPost, at("/v1/persons/{}/portal", id), nil, nil)
}

// ListInstitutions lists what can be linked.
func (c *Client) ListInstitutions(ctx context.Context, params *ListInstitutionsParams) List[Institution] {
	return list[Institution](ctx, c, "/v1/institutions", params)
}

// Institution reads an institution.
func (c *Client) Institution(ctx context.Context, id string) (*Institution, error) {
	return fetch[Institution](ctx, c, http.MethodGet, at("/v1/institutions/{}", id), nil, nil)
}

// ListConnectors lists how institutions are reached.
func (c *Client) ListConnectors(ctx context.Context, params *ListConnectorsParams) List[Connector] {
	return list[Connector](ctx, c, "/v1/connectors", params)
}

// SetProvider sets up a provider.
func (c *Client) SetProvider(ctx context.Context, request ProviderRequest) (*Provider, error) {
	return fetch[Provider](ctx, c, http.MethodPost, "/v1/providers", nil, request)
}

// ListProviders lists providers.
func (c *Client) ListProviders(ctx context.Context, params *ListProvidersParams) List[Provider] {
	return list[Provider](ctx, c, "/v1/providers", params)
}

// Provider reads a provider.
func (c *Client) Provider(ctx context.Context, id string) (*Provider, error) {
	return fetch[Provider](ctx, c, http.MethodGet, at("/v1/providers/{}", id), nil, nil)
}

// UpdateProvider changes a provider.
func (c *Client) UpdateProvider(ctx context.Context, id string, request ProviderUpdate) (*Provider, error) {
	return fetch[Provider](ctx, c, http.MethodPatch, at("/v1/providers/{}", id), nil, request)
}

// DeleteProvider ends a provider.
func (c *Client) DeleteProvider(ctx context.Context, id string) error {
	return c.Call(ctx, http.MethodDelete, at("/v1/providers/{}", id), nil, nil, nil)
}

// RefreshProvider fetches the list of a provider's institutions anew.
func (c *Client) RefreshProvider(ctx context.Context, id string) (*Provider, error) {
	return fetch[Provider](ctx, c, http.MethodPost, at("/v1/providers/{}/refresh", id), nil, nil)
}

// TryProvider tries a provider's credentials.
func (c *Client) TryProvider(ctx context.Context, id string) (*Provider, error) {
	return fetch[Provider](ctx, c, http.MethodPost, at("/v1/providers/{}/try", id), nil, nil)
}

// CreateApplication makes an application.
func (c *Client) CreateApplication(ctx context.Context, request ApplicationRequest) (*Application, error) {
	return fetch[Application](ctx, c, http.MethodPost, "/v1/applications", nil, request)
}

// ListApplications lists the tenant's applications.
func (c *Client) ListApplications(ctx context.Context, params *ListApplicationsParams) List[Application] {
	return list[Application](ctx, c, "/v1/applications", params)
}

// Application reads an application.
func (c *Client) Application(ctx context.Context, id string) (*Application, error) {
	return fetch[Application](ctx, c, http.MethodGet, at("/v1/applications/{}", id), nil, nil)
}

// UpdateApplication changes an application.
func (c *Client) UpdateApplication(ctx context.Context, id string, request ApplicationUpdate) (*Application, error) {
	return fetch[Application](ctx, c, http.MethodPatch, at("/v1/applications/{}", id), nil, request)
}

// UpdateApplicationSettings changes an application's settings of a dialect.
func (c *Client) UpdateApplicationSettings(ctx context.Context, id, dialect string, settings map[string]any) (*Application, error) {
	return fetch[Application](ctx, c, http.MethodPatch, at("/v1/applications/{}/settings/{}", id, dialect), nil, settings)
}

// ListKeys lists an application's keys.
func (c *Client) ListKeys(ctx context.Context, id string, params *ListKeysParams) List[Key] {
	return list[Key](ctx, c, at("/v1/applications/{}/keys", id), params)
}

// CreateKey makes a key. The answer has its secret, shown once.
func (c *Client) CreateKey(ctx context.Context, id string, request KeyRequest) (*CreatedKey, error) {
	return fetch[CreatedKey](ctx, c, http.MethodPost, at("/v1/applications/{}/keys", id), nil, request)
}

// RevokeKey ends a key at once, and its tokens.
func (c *Client) RevokeKey(ctx context.Context, id, keyID string) error {
	return c.Call(ctx, http.MethodDelete, at("/v1/applications/{}/keys/{}", id, keyID), nil, nil, nil)
}

// CreateSimplefinToken makes a setup token of SimpleFIN.
func (c *Client) CreateSimplefinToken(ctx context.Context, request SimplefinTokenRequest) (*CreatedSimplefinToken, error) {
	return fetch[CreatedSimplefinToken](ctx, c, http.MethodPost, "/v1/simplefin_tokens", nil, request)
}

// ListSimplefinTokens lists setup tokens.
func (c *Client) ListSimplefinTokens(ctx context.Context, params *ListSimplefinTokensParams) List[SimplefinToken] {
	return list[SimplefinToken](ctx, c, "/v1/simplefin_tokens", params)
}

// SimplefinToken reads a setup token.
func (c *Client) SimplefinToken(ctx context.Context, id string) (*SimplefinToken, error) {
	return fetch[SimplefinToken](ctx, c, http.MethodGet, at("/v1/simplefin_tokens/{}", id), nil, nil)
}

// RevokeSimplefinToken ends a setup token and what came of it.
func (c *Client) RevokeSimplefinToken(ctx context.Context, id string) error {
	return c.Call(ctx, http.MethodDelete, at("/v1/simplefin_tokens/{}", id), nil, nil, nil)
}

// CreateSandboxLink links a make-believe person without a browser. Sandboxes only.
func (c *Client) CreateSandboxLink(ctx context.Context, request SandboxLinkRequest) (*SandboxLink, error) {
	return fetch[SandboxLink](ctx, c, http.MethodPost, "/v1/sandbox/links", nil, request)
}

// Clock reads the sandbox's clock.
func (c *Client) Clock(ctx context.Context) (*Clock, error) {
	return fetch[Clock](ctx, c, http.MethodGet, "/v1/sandbox/clock", nil, nil)
}

// AdvanceClock lets time pass in the sandbox.
func (c *Client) AdvanceClock(ctx context.Context, request AdvanceRequest) (*Advance, error) {
	return fetch[Advance](ctx, c, http.MethodPost, "/v1/sandbox/clock/advance", nil, request)
}

// CancelAdvance stops an advance of the sandbox's clock.
func (c *Client) CancelAdvance(ctx context.Context) (*CancelledAdvances, error) {
	return fetch[CancelledAdvances](ctx, c, http.MethodDelete, "/v1/sandbox/clock/advance", nil, nil)
}

// ListApprovals lists what waits for a person's approval in a make-believe app.
func (c *Client) ListApprovals(ctx context.Context, params *ListApprovalsParams) List[Approval] {
	return list[Approval](ctx, c, "/v1/sandbox/approvals", params)
}

// DecideApproval approves or refuses as the person would in the make-believe app.
func (c *Client) DecideApproval(ctx context.Context, id string, request ApprovalDecision) error {
	return c.Call(ctx, http.MethodPost, at("/v1/sandbox/approvals/{}", id), nil, request, nil)
}

// UploadFile uploads a statement file: OFX, CSV, CAMT, MT940, PDF and others. The
// same file twice changes nothing. See PreviewFile for saying only what is in it.
func (c *Client) UploadFile(ctx context.Context, connectionID string, file []byte, params *UploadFileParams) (*Collection, error) {
	return upload[Collection](ctx, c, connectionID, file, params)
}

// PreviewFile says what is in a statement file, and stores nothing of it.
func (c *Client) PreviewFile(ctx context.Context, connectionID string, file []byte, params *UploadFileParams) (*UploadPreview, error) {
	dry := UploadFileParams{}
	if params != nil {
		dry = *params
	}
	dry.DryRun = new(true)
	return upload[UploadPreview](ctx, c, connectionID, file, &dry)
}

func upload[T any](ctx context.Context, c *Client, connectionID string, file []byte, params *UploadFileParams) (*T, error) {
	answer := new(T)
	r := call{method: http.MethodPost, path: at("/v1/connections/{}/files", connectionID), query: values(params), body: file, idempotent: true}
	if err := c.call(ctx, r, answer); err != nil {
		return nil, err
	}
	return answer, nil
}
