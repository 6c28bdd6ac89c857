// Generated from docs/openapi.json by `make generate`. Do not edit.
import type { Decimal } from "../decimal.js";

export interface paths {
    "/v1/oauth/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke a bearer token
         * @description Ends one token (RFC 7009). The client shows its credentials as for getting one; what is no live token of its own is answered alike.
         */
        post: operations["revokeToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/oauth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a bearer token
         * @description Client credentials as form fields, JSON, or Basic. The token lives 30 minutes. It has the key's scopes, or those of them that scope names.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List links
         * @description Scope: read.
         */
        get: operations["listLinks"];
        put?: never;
        /**
         * Create a link
         * @description Makes an invitation for a person and returns its token and hosted page. Scope: link.
         */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/exchange": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a code
         * @description The code of the redirect lives 60 seconds and works once; the same Idempotency-Key gets the same answer. Scope: link.
         */
        post: operations["exchangeCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a link
         * @description Its stage, its connections and how it ended. Scope: read.
         */
        get: operations["getLink"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/links/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a link
         * @description Its page says that the invitation was withdrawn. Scope: link.
         */
        post: operations["cancelLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/institutions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search institutions
         * @description Accents, case and small typing errors are forgiven. Scope: read.
         */
        get: operations["listInstitutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/institutions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an institution
         * @description By id or short name. Scope: read.
         */
        get: operations["getInstitution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connections
         * @description Of the whole tenant, whichever application and dialect made them. Scope: read.
         */
        get: operations["listConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a connection
         * @description Its status, and per product how it stands, how old its data is, how far back it goes, what is missing and who must act. Scope: read.
         */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /**
         * Disconnect
         * @description Erases credentials and documents, and revokes the consent at the institution where it can. Scope: erase.
         */
        delete: operations["deleteConnection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/collect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect now
         * @description Queues a collection; the event collection.finished marks its end. While the institution takes no more requests (resets_at) it is 429 with Retry-After. Scope: collect.
         */
        post: operations["collectConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List collections
         * @description Each run of fetching: what it brought, product by product. Scope: read.
         */
        get: operations["listCollections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/collections/{collection}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo an upload
         * @description What was there before the upload stands again; what later uploads brought too stays. It is a collection of its own, and its event collection.finished marks its end. For 90 days after the upload. Scope: collect.
         */
        post: operations["undoUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List consents
         * @description Scope: read.
         */
        get: operations["listConsents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a statement file
         * @description The file is the body, at most 16 MiB: OFX, QIF, CSV, Excel, CAMT, MT940, PDF and others, or a ZIP of them; what it is, it says itself. Uploading it twice, or an overlapping one, changes nothing. The collection says what was left out of it (warnings), which of its accounts the connection does not have (offered), and why a file could not be read (problem, with a sentence, a line and a field). Scope: collect.
         */
        post: operations["uploadFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an account
         * @description Scope: read.
         */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description Scope: read.
         */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/identity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read identity
         * @description Scope: read.
         */
        get: operations["listIdentities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transactions of an account
         * @description Newest day first. Scope: read.
         */
        get: operations["listAccountTransactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what changes
         * @description Added, changed and removed records in the order of commit. With wait the answer comes when there is one. Scope: read.
         */
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transactions of a connection
         * @description Newest day first. Scope: read.
         */
        get: operations["listTransactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transactions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a transaction
         * @description With its history: pending, posted, corrected. Scope: read.
         */
        get: operations["getTransaction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/bills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List card bills
         * @description Scope: read.
         */
        get: operations["listBills"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/loans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List loans
         * @description Scope: read.
         */
        get: operations["listLoans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/holdings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List holdings
         * @description Scope: read.
         */
        get: operations["listHoldings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/investment_transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List investment transactions
         * @description Scope: read.
         */
        get: operations["listInvestmentTransactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/securities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List securities
         * @description Scope: read.
         */
        get: operations["listSecurities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List documents
         * @description Scope: read.
         */
        get: operations["listDocuments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a document
         * @description With an address to download it from; ttl bounds its life, at most 900 seconds. Scope: read.
         */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/documents/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a document
         * @description The bytes themselves. Scope: read.
         */
        get: operations["downloadDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow events
         * @description In the order of commit. Long-poll with wait, or accept text/event-stream (resume with Last-Event-ID). Scope: read.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend a range of events
         * @description Of a span of time, to one endpoint or address: what was lost while the receiver was down. Scope: link.
         */
        post: operations["resendEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resend an event
         * @description To every destination it had. Scope: link.
         */
        post: operations["resendEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook_endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List endpoints
         * @description Scope: read.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Create an endpoint
         * @description Its secret is shown once. Scope: link.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook_endpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an endpoint
         * @description Scope: read.
         */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Delete an endpoint
         * @description Scope: link.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change an endpoint
         * @description Scope: link.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v1/webhook_endpoints/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deliveries
         * @description Each with its attempts. Scope: read.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook_endpoints/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret
         * @description The old one signs beside the new one for 24 hours. Scope: link.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook_endpoints/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Scope: link.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List persons
         * @description Scope: read.
         */
        get: operations["listPersons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a person
         * @description Scope: read.
         */
        get: operations["getPerson"];
        put?: never;
        post?: never;
        /**
         * Erase a person
         * @description Disconnects everything and erases all data of the person. Feeds retain tombstones. Scope: erase.
         */
        delete: operations["deletePerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all data of a person
         * @description One JSON document, streamed. Scope: read.
         */
        get: operations["exportPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{id}/portal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open the person's own page
         * @description A short-lived address where the person sees what is shared and can revoke it. Scope: link.
         */
        post: operations["createPortal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/simplefin_tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List SimpleFIN tokens
         * @description Of a person or of all, oldest first, with when each was used last. Scope: read.
         */
        get: operations["listSimplefinTokens"];
        put?: never;
        /**
         * Create a SimpleFIN token
         * @description For a program of the person's, which exchanges it once for credentials of its own and reads by SimpleFIN what the person shares. The token is shown once. Scope: link.
         */
        post: operations["createSimplefinToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/simplefin_tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a SimpleFIN token
         * @description Scope: read.
         */
        get: operations["getSimplefinToken"];
        put?: never;
        post?: never;
        /**
         * Revoke a SimpleFIN token
         * @description The program reads nothing any more, from now on. Scope: link.
         */
        delete: operations["revokeSimplefinToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List applications
         * @description Of your tenant, for a key that may manage them; else your own alone. Scope: read.
         */
        get: operations["listApplications"];
        put?: never;
        /**
         * Create an application
         * @description In your tenant. Give it a key next. Scope: manage.
         */
        post: operations["createApplication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an application
         * @description Scope: read; of another application of the tenant: manage.
         */
        get: operations["getApplication"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an application
         * @description Scope: link; of another application of the tenant: manage.
         */
        patch: operations["updateApplication"];
        trace?: never;
    };
    "/v1/applications/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys
         * @description Scope: read; of another application of the tenant: manage.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Create a key
         * @description Several live at once, so that rotating interrupts nothing. The secret is shown once. It has at most the scopes of the key or token that makes it. Scope: link; of another application of the tenant: manage.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{id}/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description Its bearer tokens die with it. Scope: link; of another application of the tenant: manage.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{id}/settings/{dialect}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change settings of a dialect
         * @description Typed fields that each dialect declares; null brings a default back. Scope: link; of another application of the tenant: manage.
         */
        patch: operations["updateApplicationSettings"];
        trace?: never;
    };
    "/v1/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connectors that take a provider
         * @description Those that reach institutions through an account of yours at an outside service, with the fields that such an account has. Scope: manage.
         */
        get: operations["listConnectors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List providers
         * @description Your tenant's accounts at outside services. Scope: manage.
         */
        get: operations["listProviders"];
        put?: never;
        /**
         * Set a provider
         * @description Creates the tenant's provider of a connector, or changes it: fields that are left out stay as they are. Keys are tried once at the service before they are stored, and are never shown again. Scope: manage.
         */
        post: operations["setProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/providers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a provider
         * @description Its environment, slots and quota left, and how its directory of institutions stands. Scope: manage.
         */
        get: operations["getProvider"];
        put?: never;
        post?: never;
        /**
         * Delete a provider
         * @description With its keys and its institutions. Refused while connections use it. Scope: manage.
         */
        delete: operations["deleteProvider"];
        options?: never;
        head?: never;
        /**
         * Change a provider
         * @description New keys, settings, address or priority. Keys are tried before they are stored. Scope: manage.
         */
        patch: operations["updateProvider"];
        trace?: never;
    };
    "/v1/providers/{id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the directory
         * @description Has the list of institutions read anew at once. It is read once a day by itself. Scope: manage.
         */
        post: operations["refreshProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/providers/{id}/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a provider
         * @description Calls the service once with the stored keys; problem in the answer says what it has against them. Scope: manage.
         */
        post: operations["tryProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List pending approvals
         * @description Scope: read.
         */
        get: operations["listApprovals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/approvals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve or refuse
         * @description Scope: link.
         */
        post: operations["decideApproval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the clock
         * @description The tenant's own time. Scope: read.
         */
        get: operations["getClock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Advance the clock
         * @description Runs everything that becomes due on the way, in order, and answers when it is quiet. Accept application/x-ndjson or text/event-stream to follow it. A caller who hangs up cancels it: the clock stands where it came to. Scope: collect.
         */
        post: operations["advanceClock"];
        /**
         * Cancel advancing the clock
         * @description Advances under way on this server end with the work that runs just then, and answer where the clock stands. Scope: collect.
         */
        delete: operations["cancelAdvance"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link without a page
         * @description A persona goes through the whole flow; the answer is what the redirect would have carried. With wait it comes when the first collection has ended, at once where a frozen clock prevents it. Scope: link.
         */
        post: operations["createSandboxLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "link.opened": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * link.opened
         * @description The person opened the link's page for the first time.
         */
        post: operations["onLinkOpened"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "link.finished": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * link.finished
         * @description The link ended with at least one connection.
         */
        post: operations["onLinkFinished"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "link.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * link.failed
         * @description The link ended without one, by a problem; reason names it.
         */
        post: operations["onLinkFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "link.exited": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * link.exited
         * @description The person gave up, or the application cancelled.
         */
        post: operations["onLinkExited"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "link.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * link.expired
         * @description The link's time was over.
         */
        post: operations["onLinkExpired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "connection.linked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * connection.linked
         * @description An institution was connected, or connected again.
         */
        post: operations["onConnectionLinked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "connection.needs_action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * connection.needs_action
         * @description The data flows no more until actor acts: the person by update mode, the application, or the institution. Where status is active, a part of it does: the connection's products say which.
         */
        post: operations["onConnectionNeedsAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "connection.recovered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * connection.recovered
         * @description What was wrong with a connection is over.
         */
        post: operations["onConnectionRecovered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "connection.disconnected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * connection.disconnected
         * @description A connection ended; its credentials and documents are erased.
         */
        post: operations["onConnectionDisconnected"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "consent.granted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * consent.granted
         * @description The person agreed to what is collected.
         */
        post: operations["onConsentGranted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "consent.expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * consent.expiring
         * @description A consent ends soon: lead the person to renew it.
         */
        post: operations["onConsentExpiring"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "consent.expired": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * consent.expired
         * @description A consent's time was over.
         */
        post: operations["onConsentExpired"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "consent.revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * consent.revoked
         * @description A consent was taken back, here or at the institution.
         */
        post: operations["onConsentRevoked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "collection.finished": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * collection.finished
         * @description A collection ended; the connection says how each product went.
         */
        post: operations["onCollectionFinished"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "records.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * records.changed
         * @description Records were added, changed or removed: read on in the connection's feed.
         */
        post: operations["onRecordsChanged"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "document.available": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * document.available
         * @description A statement, bill or tax form can be downloaded that came after the first collection.
         */
        post: operations["onDocumentAvailable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "document.revised": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * document.revised
         * @description A document was replaced by a corrected one.
         */
        post: operations["onDocumentRevised"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "documents.available": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * documents.available
         * @description The first collection brought documents, which can be downloaded: one event for all of them, whose counts say how many of each type.
         */
        post: operations["onDocumentsAvailable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "institution.degraded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * institution.degraded
         * @description Collections from an institution fail for many.
         */
        post: operations["onInstitutionDegraded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "institution.recovered": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * institution.recovered
         * @description They work again.
         */
        post: operations["onInstitutionRecovered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "institution.requested": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * institution.requested
         * @description A person looked for an institution that the list has not: name is what they typed, country where it is, if they said so. At most five a link.
         */
        post: operations["onInstitutionRequested"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "endpoint.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * endpoint.test
         * @description You requested a test of an endpoint.
         */
        post: operations["onEndpointTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @description An account at an institution. */
        Account: {
            /** @description Id of the account. It stays the same when the connection is renewed. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description The broad type of the account. */
            type: components["schemas"]["AccountType"];
            /** @description A finer word than `type`, as the institution's format has it. Absent where it gives none. */
            subtype?: string;
            /** @description What the institution or the person calls it. */
            name: string;
            /** @description The institution's name of the product. Absent where it gives none. */
            official_name?: string;
            /** @description Whom it belongs to. Absent where the institution does not say. */
            holders?: components["schemas"]["Holder"][];
            /** @description The last digits of the number, for people to recognise it by. Absent where the institution gives no number. */
            mask?: string;
            /** @description The numbers that it is paid under. Sealed: only with `?numbers=true`. */
            numbers?: components["schemas"]["AccountNumbers"];
            /** @description ISO 4217 code of the currency, of three letters. */
            currency: string;
            /** @description Its balances. One that the institution does not give is absent, never zero. */
            balances: components["schemas"]["Balances"];
            /** @description `open`, `closed` or `blocked`. Absent where the institution does not say. */
            status?: string;
            /**
             * Format: date
             * @description The day on which it was opened. Absent where the institution does not say.
             */
            opened_on?: string;
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A page of a list, each item of the shape Account. */
        AccountList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Account"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description The numbers that an account is paid under. What an institution does not give is absent. */
        AccountNumbers: {
            /** @description The account's number. */
            number?: string;
            /** @description The check digit of the number, in Brazil. */
            check_digit?: string;
            /** @description The branch's number. */
            branch?: string;
            /** @description ABA routing number, in the United States. */
            routing?: string;
            /** @description IBAN. */
            iban?: string;
            /** @description BIC, also called SWIFT code. */
            bic?: string;
            /** @description Sort code, in the United Kingdom. */
            sort_code?: string;
            /** @description COMPE code of the bank, in Brazil. */
            compe?: string;
            /** @description ISPB code of the bank, in Brazil. */
            ispb?: string;
            /** @description Card number, masked by the institution. */
            pan?: string;
        };
        /** @description The person's part in an account. */
        AccountRelation: {
            /** @description The account. Absent where it is not among those that are shared. */
            account_id?: string;
            /** @description The part: `owner`, `joint`, `authorised` or `company`. */
            role: string;
        };
        /**
         * @description The broad type of an account.
         *     - `depository`: money on deposit; subtypes: checking, savings, payment, money_market, cd
         *     - `card`: a card; subtypes: credit, debit, prepaid
         *     - `loan`: borrowed money; subtypes: loan, mortgage, overdraft, invoice, line_of_credit
         *     - `investment`: investments; subtypes: brokerage, ira, 401k, fixed_income, funds, treasury, variable_income
         *     - `pension`: a pension plan
         *     - `other`: none of these
         * @enum {string}
         */
        AccountType: "depository" | "card" | "loan" | "investment" | "pension" | "other";
        /**
         * @description Who must act for a problem to go away.
         *     - `person`: the person, in update mode or at the institution: see `where`
         *     - `application`: you
         *     - `operator`: whoever runs this server
         *     - `institution`: the institution; it is retried automatically
         *     - `nobody`: nobody: it passes, and is retried automatically
         * @enum {string}
         */
        Actor: "person" | "application" | "operator" | "institution" | "nobody";
        /** @description A postal address. */
        Address: {
            /** @description Street, number and the like, as they are written. */
            lines: string[];
            /** @description The city. Absent where the institution does not say. */
            city?: string;
            /** @description The state or province. Absent where the institution does not say. */
            region?: string;
            /** @description The postal code. Absent where the institution does not say. */
            postcode?: string;
            /** @description ISO 3166 code of the country, of two letters. */
            country: string;
        };
        /** @description How far the clock came. */
        Advance: {
            /**
             * Format: date-time
             * @description What time it is now: all that was due by then is done.
             */
            now: string;
            /**
             * Format: int64
             * @description How many pieces of work were done on the way.
             */
            work_done: number;
            /** @description `true` where the advance was cancelled on the way. Else absent. */
            cancelled?: boolean;
        };
        /** @description How far an advance has come. */
        AdvanceProgress: {
            /**
             * Format: date-time
             * @description What time it is.
             */
            now: string;
            /**
             * Format: date-time
             * @description What time it shall be.
             */
            to: string;
        };
        /** @description How far the clock is advanced: `by` or `to`. */
        AdvanceRequest: {
            /**
             * @description A span: days, hours, minutes and seconds, as in `30d`, `1d12h` or `90m`; at most ten years.
             * @example 30d
             */
            by?: string;
            /**
             * Format: date-time
             * @description A later time of the tenant's.
             */
            to?: string;
        };
        /** @description An application of your tenant. */
        Application: {
            /**
             * @description Id of the application.
             * @example app_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description What it is called where a token is requested, and as the user of HTTP Basic. */
            client_id: string;
            /** @description Its name, unique in the tenant. */
            name: string;
            /** @description The company's name, which people are shown. */
            company_name: string;
            /** @description Exact origins whose pages may show a link in a frame: `https://app.example`. */
            origins: string[];
            /** @description Where a redirect may lead: a host, an exact https address, or an app's scheme of the form `com.example.app:`. */
            redirect_hosts: string[];
            /** @description Hosts that webhooks may be posted to. Empty: any that is reachable from the internet. */
            callback_hosts: string[];
            /** @description Its logo, as a `data:` URI. Absent where it has none. */
            logo?: string;
            /** @description The colour of its pages, as `#rrggbb`. Absent where it has none. */
            accent?: string;
            /** @description Your terms of use, shown to people before they begin. */
            terms_url?: string;
            /** @description Your privacy notice, likewise. */
            privacy_url?: string;
            /** @description Settings of dialects, by the dialect's name. Absent where all are defaults. */
            settings?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
        };
        /** @description A page of a list, each item of the shape Application. */
        ApplicationList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Application"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A new application. */
        ApplicationRequest: {
            /** @description Its name, unique in the tenant. */
            name: string;
            /** @description The company's name, which people are shown. */
            company_name?: string;
            /** @description Exact origins whose pages may show a link in a frame: `https://app.example`. */
            origins?: string[];
            /** @description Where a redirect may lead: a host, an exact https address, or an app's scheme of the form `com.example.app:`. */
            redirect_hosts?: string[];
            /** @description Hosts that webhooks may be posted to. Empty: any that is reachable from the internet. */
            callback_hosts?: string[];
            /** @description Your terms of use: an https page, shown to people before they begin. A link may name another. */
            terms_url?: string;
            /** @description Your privacy notice, likewise. */
            privacy_url?: string;
        };
        /** @description What changes of an application. What is absent stays as it is. */
        ApplicationUpdate: {
            /** @description Its name, unique in the tenant. */
            name?: string;
            /** @description The company's name, which people are shown. */
            company_name?: string;
            /** @description Exact origins whose pages may show a link in a frame: `https://app.example`. */
            origins?: string[];
            /** @description Where a redirect may lead: a host, an exact https address, or an app's scheme of the form `com.example.app:`. */
            redirect_hosts?: string[];
            /** @description Hosts that webhooks may be posted to. Empty: any that is reachable from the internet. */
            callback_hosts?: string[];
            /** @description Its logo: a `data:` URI of a PNG, JPEG, GIF, WebP or SVG. Empty: none. */
            logo?: string;
            /** @description The colour of its pages, as `#rrggbb`. Text on it stays readable whatever it is. */
            accent?: string;
            /** @description Your terms of use: an https page, shown to people before they begin; empty: none. A link may name another. */
            terms_url?: string;
            /** @description Your privacy notice, likewise. */
            privacy_url?: string;
        };
        /** @description Something that waits for the simulated person to approve it on another device. */
        Approval: {
            /** @description Id of the approval. */
            id: string;
            /**
             * @description The institution that waits.
             * @example ins_harbor
             */
            institution_id: string;
            /** @description The simulated person. */
            user: string;
            /** @description What is approved, such as `sign in`. */
            what: string;
            /**
             * Format: date-time
             * @description Since when it waits.
             */
            requested_at: string;
        };
        /** @description What the simulated person decides. */
        ApprovalDecision: {
            /** @description `true`: the person approves; `false`: the person declines. */
            approve: boolean;
        };
        /** @description A page of a list, each item of the shape Approval. */
        ApprovalList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Approval"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description What is on an account. A balance that the institution does not give is absent, never zero. */
        Balances: {
            /** @description What is booked. Of a card or loan, negative is owed. */
            current?: components["schemas"]["Money"];
            /** @description What can be spent now. */
            available?: components["schemas"]["Money"];
            /** @description The credit limit. */
            limit?: components["schemas"]["Money"];
            /** @description What is used of the limit. */
            used?: components["schemas"]["Money"];
            /** @description What is there and cannot be spent. */
            blocked?: components["schemas"]["Money"];
            /** @description What is invested automatically and comes back when it is needed. */
            invested?: components["schemas"]["Money"];
            /** @description The overdraft that is agreed. */
            overdraft_contracted?: components["schemas"]["Money"];
            /** @description What is used of the agreed overdraft. */
            overdraft_used?: components["schemas"]["Money"];
            /** @description What is overdrawn beyond the agreed overdraft. */
            overdraft_unarranged?: components["schemas"]["Money"];
            /**
             * Format: date-time
             * @description When the institution says that these were so. Absent where it does not say.
             */
            as_of?: string;
        };
        /** @description A billing cycle of a card. */
        Bill: {
            /** @description Id of the bill. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description The card's account. */
            account_id: string;
            /** @description The institution's id of it: transactions name it as `bill_ref`. */
            ref: string;
            /**
             * Format: date
             * @description The day on which the cycle closes. `null` where the institution does not say.
             */
            closes_on: string | null;
            /**
             * Format: date
             * @description The day by which it is to be paid. `null` where the institution does not say.
             */
            due_on: string | null;
            /** @description What is owed: positive. */
            total: components["schemas"]["Money"];
            /** @description The least that is to be paid. Absent where the institution does not say. */
            minimum?: components["schemas"]["Money"];
            /** @description `open`, `closed` or `paid`. */
            status: string;
            /** @description What paid it. Absent where there is nothing. */
            payments?: components["schemas"]["BillPayment"][];
            /** @description Charges of it, such as interest and fines. Absent where there are none. */
            charges?: components["schemas"]["BillCharge"][];
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A charge of a bill. */
        BillCharge: {
            /** @description What for: `late_interest`, `fine`, `iof` and others, as the institution has it. */
            type: string;
            /** @description How much: positive is owed. */
            amount: components["schemas"]["Money"];
        };
        /** @description A page of a list, each item of the shape Bill. */
        BillList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Bill"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description Money that paid a bill. */
        BillPayment: {
            /**
             * Format: date
             * @description The day. `null` where the institution does not say.
             */
            paid_on: string | null;
            /** @description How much: positive. */
            amount: components["schemas"]["Money"];
        };
        /** @description What was cancelled. */
        CancelledAdvances: {
            /**
             * Format: int64
             * @description How many advances were under way on this server.
             */
            cancelled: number;
        };
        /** @description What happened to a record. */
        Change: {
            /** @description What sort of record. */
            type: components["schemas"]["RecordType"];
            /** @description What happened to it. */
            change: components["schemas"]["ChangeType"];
            /** @description Id of the record. */
            id: string;
            /** @description The account that the record belongs to. Absent where it belongs to none. */
            account_id?: string;
            /**
             * Format: int64
             * @description Counts the versions of this record, from 1.
             */
            version: number;
            /** @description The record as it is now, in the shape of its type. Absent when it was removed. */
            record?: unknown;
        };
        /** @description A page of the feed of changes, in the order of commit. */
        ChangeList: {
            /** @description The changes; empty where there are none yet. */
            data: components["schemas"]["Change"][];
            /** @description Cursor for the next request: send it as `after`. It is always given and never expires. */
            next: string;
        };
        /**
         * @description What happened to a record.
         *     - `added`: it is new
         *     - `changed`: it is another version of what was there
         *     - `removed`: it is gone; `record` is absent
         * @enum {string}
         */
        ChangeType: "added" | "changed" | "removed";
        /** @description The tenant's own time. */
        Clock: {
            /**
             * Format: date-time
             * @description What time it is there.
             */
            now: string;
            /** @description Whether it stands still until it is advanced. */
            frozen: boolean;
        };
        /** @description One run of collecting. */
        Collection: {
            /**
             * @description Id of the collection.
             * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description Why it ran. */
            cause: components["schemas"]["CollectionCause"];
            /** @description What it brought, by product. */
            products: {
                [key: string]: components["schemas"]["CollectionProduct"];
            };
            /**
             * Format: date-time
             * @description When it began. Absent while it waits.
             */
            started_at?: string;
            /**
             * Format: date-time
             * @description When it ended. Absent before that.
             */
            ended_at?: string;
            /** @description Of an upload: what the file is called. Else absent. */
            file_name?: string;
            /** @description Of an upload: what of the file was left out or is in doubt. Absent where nothing is. */
            warnings?: components["schemas"]["FileWarning"][];
            /** @description Of an upload: accounts of the file that the connection does not have. Uploaded with `add_accounts=true` they are added. Absent where there are none. */
            offered?: components["schemas"]["OfferedAccount"][];
            /**
             * @description Of an upload: the collection that undoes it. Absent where none does.
             * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            undone_by_id?: string;
            /**
             * @description Of an undo: the upload. Else absent.
             * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            undoes_id?: string;
        };
        /**
         * @description Why a collection ran.
         *     - `first`: the connection was just made
         *     - `schedule`: it was due
         *     - `requested`: the application requested it
         *     - `upload`: a statement file was uploaded
         *     - `relink`: the person renewed the connection through a link
         *     - `undo`: an upload was undone
         *     - `updated`: the provider's webhook announced something new
         * @enum {string}
         */
        CollectionCause: "first" | "schedule" | "requested" | "upload" | "relink" | "undo" | "updated";
        /** @description A collection ended; the connection says how each product went. */
        CollectionFinishedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `collection.finished`.
             * @constant
             */
            type: "collection.finished";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /** @description Why the collection ran. Only of what happened in one. */
                cause: components["schemas"]["CollectionCause"];
                /**
                 * @description The collection in which it happened.
                 * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                collection_id: string;
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description A page of a list, each item of the shape Collection. */
        CollectionList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Collection"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description What a collection brought of one product. */
        CollectionProduct: {
            /**
             * Format: int64
             * @description How many pages were read at the institution.
             */
            pages: number;
            /**
             * Format: int64
             * @description How many records are new.
             */
            added: number;
            /**
             * Format: int64
             * @description How many records have another version.
             */
            changed: number;
            /**
             * Format: int64
             * @description How many records are gone.
             */
            removed: number;
            /**
             * Format: date
             * @description First day of the history that was read. Absent where the product has none, or it is not known.
             */
            from?: string;
            /**
             * Format: date
             * @description Last day of the history that was read. Absent as `from`.
             */
            to?: string;
            /** @description Why it failed. Absent where it did not. */
            problem?: components["schemas"]["Problem"];
            /** @description What is missing although the rest came, and who must act. Absent where nothing is. */
            missing?: components["schemas"]["Problem"][];
            /** @description Whether it has ended: `false` while it runs or waits. */
            ended: boolean;
        };
        /** @description A person at an institution, as last collected. */
        Connection: {
            /**
             * @description Id of the connection. It stays the same when the person renews it.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description Your own reference of the person, as you gave it. */
            person: string;
            /**
             * @description Our id of the person, which stays the same.
             * @example per_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            person_id: string;
            /**
             * @description The application whose link made it.
             * @example app_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            application_id: string;
            /**
             * @description The institution.
             * @example ins_harbor
             */
            institution_id: string;
            /**
             * @description The link that made or renewed it last. Absent where that link is erased.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            link_id?: string;
            /**
             * @description The consent that it rests on. Absent where it needs none.
             * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            consent_id?: string;
            /** @description How it stands. */
            status: components["schemas"]["ConnectionStatus"];
            /** @description What keeps the data, or a part of it, from coming, and who must act. Absent where nothing does. */
            problem?: components["schemas"]["Problem"];
            /** @description How each product stands. */
            products: {
                [key: string]: components["schemas"]["ConnectionProduct"];
            };
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description How old the institution says that its data is: the oldest of the products'. Absent where it does not say.
             */
            data_as_of?: string;
            /**
             * Format: date-time
             * @description When it was last collected to its end: the oldest of the products'. Absent before the first time.
             */
            collected_at?: string;
            /**
             * Format: date-time
             * @description When a collection last brought anything new. Absent before the first time.
             */
            refreshed_at?: string;
            /**
             * Format: date-time
             * @description When it is collected next. Absent where nothing is scheduled.
             */
            next_run_at?: string;
            /**
             * Format: date-time
             * @description Until then the institution takes no more requests for this connection. Absent where it takes them.
             */
            resets_at?: string;
            /**
             * Format: date-time
             * @description When it was disconnected. Absent unless `status` is `disconnected`.
             */
            ended_at?: string;
        };
        /** @description A connection ended; its credentials and documents are erased. */
        ConnectionDisconnectedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `connection.disconnected`.
             * @constant
             */
            type: "connection.disconnected";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description An institution was connected, or connected again. */
        ConnectionLinkedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `connection.linked`.
             * @constant
             */
            type: "connection.linked";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description A page of a list, each item of the shape Connection. */
        ConnectionList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Connection"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description The data flows no more until actor acts: the person by update mode, the application, or the institution. Where status is active, a part of it does: the connection's products say which. */
        ConnectionNeedsActionEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `connection.needs_action`.
             * @constant
             */
            type: "connection.needs_action";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description How one product of a connection stands. */
        ConnectionProduct: {
            /** @description How it stands. */
            status: components["schemas"]["ProductStatus"];
            /**
             * Format: date-time
             * @description How old the institution says that this data is. Absent where it does not say.
             */
            data_as_of?: string;
            /**
             * Format: date-time
             * @description When it was last collected to its end. Absent before the first time.
             */
            collected_at?: string;
            /** @description Why the last collection of it failed. Absent where it did not. */
            problem?: components["schemas"]["Problem"];
            /** @description What of the last collection is missing although the rest came, and who must act. What was there before stays. Absent where nothing is. */
            missing?: components["schemas"]["Problem"][];
            /**
             * Format: date
             * @description First day of the history that is complete here. Absent where the product has no history, or it is not known.
             */
            from?: string;
            /**
             * Format: date
             * @description Last day of the history that is complete here. Absent as `from`.
             */
            to?: string;
            /**
             * Format: date
             * @description From which day on history was requested. Absent: all there is.
             */
            wanted_from?: string;
            /**
             * Format: date
             * @description From which day on the institution gave it. Absent where it does not say.
             */
            served_from?: string;
        };
        /** @description What was wrong with a connection is over. */
        ConnectionRecoveredEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `connection.recovered`.
             * @constant
             */
            type: "connection.recovered";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /**
         * @description How a connection stands.
         *     - `collecting`: its first collection has not ended
         *     - `active`: its first collection has ended, and it is kept up to date
         *     - `needs_action`: nothing more comes until `problem.actor` acts
         *     - `disconnected`: ended: credentials and documents are erased
         * @enum {string}
         */
        ConnectionStatus: "collecting" | "active" | "needs_action" | "disconnected";
        /** @description A connector that reaches institutions through an account of yours at an outside service. */
        Connector: {
            /** @description Its name, as `connector` of a provider. */
            name: string;
            /** @description What the service is called. */
            title: string;
            /** @description Where its keys are found. Absent where there is no such page. */
            console?: string;
            /** @description What such an account is made of. */
            fields: components["schemas"]["ConnectorField"][];
        };
        /** @description A field of a provider. */
        ConnectorField: {
            /** @description Its name, as a key of `fields`. */
            name: string;
            /** @description What it takes. */
            type: components["schemas"]["ConnectorFieldType"];
            /** @description What the service's own pages call it. */
            label: string;
            /** @description A sentence about it. Absent where it needs none. */
            help?: string;
            /** @description What it is where it is left out. Absent where there is no default. */
            default?: string;
            /** @description What may be chosen. Absent where anything may. */
            choices?: string[];
            /** @description Whether it must be given. */
            required: boolean;
        };
        /**
         * @description What a field of a provider takes.
         *     - `text`: text
         *     - `secret`: text that is sealed and never shown again
         *     - `choice`: one of `choices`
         *     - `list`: texts with commas between, of `choices` where there are any
         *     - `number`: a whole number, not negative
         * @enum {string}
         */
        ConnectorFieldType: "text" | "secret" | "choice" | "list" | "number";
        /** @description A page of a list, each item of the shape Connector. */
        ConnectorList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Connector"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description What the person allowed, and until when. */
        Consent: {
            /**
             * @description Id of the consent.
             * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description The connection that rests on it. Absent before it was granted.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id?: string;
            /**
             * @description The link in which the person agreed.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            link_id: string;
            /**
             * @description The institution.
             * @example ins_harbor
             */
            institution_id: string;
            /** @description How it stands. */
            status: components["schemas"]["ConsentStatus"];
            /** @description Why it failed or was rejected. Absent otherwise. */
            reason?: components["schemas"]["ErrorKind"];
            /** @description What was requested. */
            products: components["schemas"]["Product"][];
            /** @description What was granted. Absent before it was. */
            granted?: components["schemas"]["Product"][];
            /** @description Why the data is wanted, as it was shown to the person. Absent where the link gave none. */
            purpose?: string;
            /** @description Every status that it had, oldest first. */
            history: components["schemas"]["ConsentChange"][];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it came into force. Absent before that.
             */
            granted_at?: string;
            /**
             * Format: date-time
             * @description Until when it lasts. Absent: until it is revoked.
             */
            expires_at?: string;
        };
        /** @description A step in the life of a consent. */
        ConsentChange: {
            /** @description The status that it took. */
            status: components["schemas"]["ConsentStatus"];
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
        };
        /** @description A consent's time was over. */
        ConsentExpiredEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `consent.expired`.
             * @constant
             */
            type: "consent.expired";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The consent.
                 * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                consent_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description A consent ends soon: lead the person to renew it. */
        ConsentExpiringEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `consent.expiring`.
             * @constant
             */
            type: "consent.expiring";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The consent.
                 * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                consent_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description The person agreed to what is collected. */
        ConsentGrantedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `consent.granted`.
             * @constant
             */
            type: "consent.granted";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The consent.
                 * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                consent_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description A page of a list, each item of the shape Consent. */
        ConsentList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Consent"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A consent was taken back, here or at the institution. */
        ConsentRevokedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `consent.revoked`.
             * @constant
             */
            type: "consent.revoked";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The consent.
                 * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                consent_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /**
         * @description A consent's place in its life.
         *     - `started`: the person is agreeing
         *     - `awaiting_authorisation`: the person is at the institution
         *     - `awaiting_acceptance`: the person is back from the institution and has one more confirmation to give
         *     - `authorised`: in force
         *     - `rejected`: refused by the person or the institution
         *     - `failed`: ended by an error before it was in force
         *     - `expired`: its time ran out
         *     - `revoked_by_person`: taken back by the person on their own page
         *     - `revoked_at_institution`: taken back at the institution
         *     - `revoked_by_application`: ended by the application
         *     - `erased`: erased together with the person
         * @enum {string}
         */
        ConsentStatus: "started" | "awaiting_authorisation" | "awaiting_acceptance" | "authorised" | "rejected" | "failed" | "expired" | "revoked_by_person" | "revoked_at_institution" | "revoked_by_application" | "erased";
        /** @description The other side of a transaction. What the institution does not give is absent. */
        Counterparty: {
            /** @description Its name. */
            name?: string;
            /** @description Its tax id. */
            tax_id?: string;
            /** @description The code of its bank. */
            bank?: string;
            /** @description Its branch there. */
            branch?: string;
            /** @description Its account's number there. */
            account?: string;
            /** @description Its IBAN. */
            iban?: string;
            /** @description Whether it is a natural person or a company. */
            type?: components["schemas"]["HolderType"];
        };
        /** @description A new key with its secret, which is shown only here. */
        CreatedKey: {
            /**
             * @description Id of the key.
             * @example key_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description The last four characters of its secret. */
            last_four: string;
            /** @description What it may be used for. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Until then it is good. Absent: it does not expire.
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @description When it was first used. Absent where it never was.
             */
            first_used_at?: string;
            /** @description The client secret. Shown once. */
            secret: string;
        };
        /** @description A new link with its token, which is shown only here. */
        CreatedLink: {
            /**
             * @description Id of the link.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description What link.js opens the page with. Shown once. */
            token: string;
            /** @description Address of the page: send the person there. */
            url: string;
            /**
             * Format: date-time
             * @description Until then the link can be used.
             */
            expires_at: string;
            /** @description How it stands. */
            status: components["schemas"]["LinkStatus"];
        };
        /** @description A new token with its value, which is shown only here. */
        CreatedSimplefinToken: {
            /**
             * @description Id of the token.
             * @example stk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description Whose data is read.
             * @example per_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            person_id: string;
            /**
             * @description The application in whose name it is read.
             * @example app_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            application_id: string;
            /** @description Name of the program. */
            name: string;
            /** @description The connections that it reads. Empty: all that the person shares. */
            connection_ids: string[];
            /** @description How it stands. */
            status: components["schemas"]["SimplefinTokenStatus"];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Until then it can be claimed.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When a program claimed it. `null` before that.
             */
            claimed_at: string | null;
            /**
             * Format: date-time
             * @description When it was last used, to a few minutes. `null` where it never was.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description When it was revoked. `null` where it is not.
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description When somebody tried last to claim it again: it has come into other hands. `null` where nobody did.
             */
            reused_at: string | null;
            /** @description What the person pastes into the program. Shown once. */
            setup_token: string;
        };
        /** @description An event on its way to an endpoint. */
        Delivery: {
            /**
             * @description Id of the delivery.
             * @example dlv_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description The event: the `webhook-id` of its posts.
             * @example evt_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            event_id: string;
            /** @description The address that it is posted to. */
            url: string;
            /** @description How it stands. */
            status: components["schemas"]["DeliveryStatus"];
            /** @description What was tried so far, oldest first. */
            attempts: components["schemas"]["DeliveryAttempt"][];
            /**
             * Format: date-time
             * @description When the next attempt is due. Absent where there is none.
             */
            next_at?: string;
        };
        /** @description One attempt to post an event. */
        DeliveryAttempt: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            at: string;
            /**
             * Format: int64
             * @description The HTTP status that your server answered with. Absent where no answer came.
             */
            status_code?: number;
            /** @description The beginning of your server's answer, at most 512 bytes. Absent where it was empty. */
            excerpt?: string;
            /** @description Why no answer came. Absent where one did. */
            error?: string;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            duration_ms: number;
        };
        /** @description A page of a list, each item of the shape Delivery. */
        DeliveryList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Delivery"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /**
         * @description How the delivery of an event to an endpoint stands.
         *     - `waiting`: it has attempts left; `next_at` is the time of the next
         *     - `delivered`: the endpoint answered with a 2xx status
         *     - `failed`: all attempts are used up
         *     - `dropped`: there was nothing to deliver after all, or the endpoint is gone
         * @enum {string}
         */
        DeliveryStatus: "waiting" | "delivered" | "failed" | "dropped";
        /** @description A statement or tax form. */
        Document: {
            /**
             * @description Id of the document.
             * @example doc_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description `statement`, `tax_form`, `contract` or `other`. */
            type: string;
            /** @description Which form: `1099-INT`, `informe-de-rendimentos` and others. Absent where it is none. */
            form?: string;
            /**
             * Format: int64
             * @description The year that it is for. Absent where it is no tax form.
             */
            tax_year?: number;
            /**
             * Format: date
             * @description First day of its period. Absent where the institution does not say.
             */
            period_from?: string;
            /**
             * Format: date
             * @description Last day of its period. Absent where the institution does not say.
             */
            period_to?: string;
            /**
             * Format: date
             * @description The day on which it was issued. `null` where the institution does not say.
             */
            issued_on: string | null;
            /** @description What the file is called. */
            file_name: string;
            /** @description Its media type, such as `application/pdf`. */
            media_type: string;
            /**
             * Format: int64
             * @description How large it is, in bytes; 0 until it was fetched.
             */
            size: number;
            /** @description SHA-256 of its bytes, in hexadecimal. Absent until it was fetched. */
            sha256?: string;
            /** @description The accounts that it is about. */
            account_ids: string[];
            /**
             * Format: int64
             * @description 0 for the first, 1 for its correction, and so on.
             */
            revision: number;
            /**
             * @description The document that it corrects. Absent where it corrects none.
             * @example doc_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            replaces_id?: string;
            /** @description What was read from it, by name. Absent where nothing was. */
            fields?: {
                [key: string]: components["schemas"]["DocumentField"];
            };
            /** @description Why its bytes could not be fetched. Absent where they could. */
            problem?: components["schemas"]["Problem"];
            /** @description Where it can be downloaded without credentials until `expires_at`. Only when one document is read. */
            url?: string;
            /**
             * Format: date-time
             * @description Until then `url` works. Absent as `url`.
             */
            expires_at?: string;
        };
        /** @description A statement, bill or tax form can be downloaded that came after the first collection. */
        DocumentAvailableEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `document.available`.
             * @constant
             */
            type: "document.available";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /** @description Why the collection ran. Only of what happened in one. */
                cause: components["schemas"]["CollectionCause"];
                /**
                 * @description The collection in which it happened.
                 * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                collection_id: string;
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The document, of `document.*`.
                 * @example doc_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                document_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
            };
        };
        /** @description A value that was read from a document. */
        DocumentField: {
            /** @description The value, as text; amounts are exact decimal text. */
            value: string;
            /**
             * Format: int64
             * @description How sure it is: 0 to 100; 100 when the institution itself said it.
             */
            certainty: number;
        };
        /** @description A page of a list, each item of the shape Document. */
        DocumentList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Document"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A document was replaced by a corrected one. */
        DocumentRevisedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `document.revised`.
             * @constant
             */
            type: "document.revised";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /** @description Why the collection ran. Only of what happened in one. */
                cause: components["schemas"]["CollectionCause"];
                /**
                 * @description The collection in which it happened.
                 * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                collection_id: string;
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /**
                 * @description The document, of `document.*`.
                 * @example doc_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                document_id: string;
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
            };
        };
        /** @description The first collection brought documents, which can be downloaded: one event for all of them, whose counts say how many of each type. */
        DocumentsAvailableEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `documents.available`.
             * @constant
             */
            type: "documents.available";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /** @description Why the collection ran. Only of what happened in one. */
                cause: components["schemas"]["CollectionCause"];
                /**
                 * @description The collection in which it happened.
                 * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                collection_id: string;
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /** @description How many, by name: `connections` of a link, `added`, `changed` and `removed` of records, and per product of documents. */
                counts: {
                    [key: string]: number;
                };
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
            };
        };
        /** @description You requested a test of an endpoint. */
        EndpointTestEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `endpoint.test`.
             * @constant
             */
            type: "endpoint.test";
        };
        /**
         * @description Whether a tenant meets simulated or live institutions.
         *     - `sandbox`: simulated institutions, and a clock that you move
         *     - `live`: live institutions
         * @enum {string}
         */
        Environment: "sandbox" | "live";
        /** @description A refusal, as RFC 9457 has it. It never repeats a submitted value. */
        Error: {
            /** @description Where this server explains the kind: an address of its reference. */
            type: string;
            /** @description What the status says in words. */
            title: string;
            /**
             * Format: int64
             * @description The HTTP status, once more.
             */
            status: number;
            /** @description A sentence for the developer. Absent where `title` says it all. */
            detail?: string;
            /** @description What went wrong, as a word for programs. */
            kind: components["schemas"]["ErrorKind"];
            /** @description Which fields are wrong, and what is expected of each. Absent where it is not about fields. */
            fields?: components["schemas"]["FieldError"][];
            /** @description Where an uploaded file is wrong. Absent where it is not about a file. */
            file?: components["schemas"]["FileWarning"];
            /** @description Names the request in the server's log: the `Fairlead-Request-Id` of the answer. */
            request_id?: string;
        };
        /**
         * @description What went wrong, with a request or at an institution.
         *     - `invalid`: A field is wrong: fields says which, and what is expected.
         *     - `unauthenticated`: No credentials, or wrong or expired ones.
         *     - `forbidden`: You are known, and may not.
         *     - `not_found`: It does not exist, or is somebody else's.
         *     - `gone`: It existed, and has expired, ended or been erased.
         *     - `conflict`: Its present state does not allow it.
         *     - `duplicate`: It exists already, and duplicates are refused.
         *     - `too_large`: A body, file or range over its bound.
         *     - `rate_limited`: Come back after Retry-After.
         *     - `unavailable`: The server can't do it now; the same request may be sent again.
         *     - `storage_full`: The server has no room to store it: reads go on, and the same request may be sent again after Retry-After.
         *     - `internal`: Our mistake; the operator finds it by request_id.
         *     - `rejected_login`: The institution refused user name or password: the person signs in again by update mode.
         *     - `locked`: The institution locked the login: the person unlocks it there.
         *     - `rejected_challenge`: The one-time code or approval was wrong.
         *     - `challenge_expired`: It came too late.
         *     - `consent_ended`: The consent expired or was revoked: the person renews it by update mode.
         *     - `action_needed`: The person must do something at the institution first.
         *     - `institution_down`: The institution can't be reached; it is tried again by itself.
         *     - `slow_down`: The institution's quota is used up; it is tried again by itself.
         *     - `not_ready`: The data is not there yet; come back after Retry-After.
         *     - `unsupported`: This institution can't do that.
         * @enum {string}
         */
        ErrorKind: "invalid" | "unauthenticated" | "forbidden" | "not_found" | "gone" | "conflict" | "duplicate" | "too_large" | "rate_limited" | "unavailable" | "storage_full" | "internal" | "rejected_login" | "locked" | "rejected_challenge" | "challenge_expired" | "consent_ended" | "action_needed" | "institution_down" | "slow_down" | "not_ready" | "unsupported";
        /** @description Something that happened. It is thin: ids and statuses, and no data of people. Read what it is about by the API. */
        Event: {
            /**
             * @description Id of the event: the `webhook-id` of its posts, and the same on every retry and when it is sent again.
             * @example evt_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description What happened. */
            type: components["schemas"]["EventType"];
            /**
             * Format: date-time
             * @description When it happened, in the tenant's time.
             */
            timestamp: string;
            /**
             * Format: int64
             * @description Counts the tenant's events in the order of commit. It grows, with gaps.
             */
            sequence: number;
            /**
             * @description The application that the event is for.
             * @example app_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            application_id: string;
            /** @description What it is about. */
            data: components["schemas"]["EventData"];
        };
        /** @description What an event is about. Fields that do not belong to its type are absent. */
        EventData: {
            /**
             * @description The link, or the one that made or renewed the connection last.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            link_id?: string;
            /**
             * @description The connection; of `link.finished` the last of several.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id?: string;
            /**
             * @description The consent.
             * @example cns_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            consent_id?: string;
            /**
             * @description The collection in which it happened.
             * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            collection_id?: string;
            /**
             * @description The document, of `document.*`.
             * @example doc_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            document_id?: string;
            /**
             * @description The institution.
             * @example ins_harbor
             */
            institution_id?: string;
            /** @description Your own reference of the person, as you gave it. */
            person?: string;
            /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
            status?: string;
            /** @description What went wrong. Absent where nothing did. */
            reason?: components["schemas"]["ErrorKind"];
            /** @description Who must act. Absent where nobody must. */
            actor?: components["schemas"]["Actor"];
            /** @description Why the collection ran. Only of what happened in one. */
            cause?: components["schemas"]["CollectionCause"];
            /** @description How many, by name: `connections` of a link, `added`, `changed` and `removed` of records, and per product of documents. */
            counts?: {
                [key: string]: number;
            };
            /** @description Of institution.requested: the institution's name, as the person typed it. */
            name?: string;
            /** @description Of institution.requested: where it is, ISO 3166 alpha-2. */
            country?: string;
        };
        /** @description A page of the feed of events, oldest first. */
        EventList: {
            /** @description The events; empty where there are none yet. */
            data: components["schemas"]["Event"][];
            /** @description Cursor for the next request: send it as `after`. It is always given and never expires. */
            next: string;
        };
        /** @description One message of a stream of server-sent events, which has no end. Lines that begin with a colon are comments, sent after 15 seconds without an event. */
        EventMessage: {
            /**
             * @description Cursor: as `Last-Event-ID` (or `after`) the stream goes on behind this event. It never expires.
             * @example ZTQy
             */
            id: string;
            /** @description The event's type. */
            event: components["schemas"]["EventType"];
            /** @description The event as one line of JSON. */
            data: string;
        };
        /**
         * @description The type of an event.
         *     - `link.opened`: The person opened the link's page for the first time.
         *     - `link.finished`: The link ended with at least one connection.
         *     - `link.failed`: The link ended without one, by a problem; reason names it.
         *     - `link.exited`: The person gave up, or the application cancelled.
         *     - `link.expired`: The link's time was over.
         *     - `connection.linked`: An institution was connected, or connected again.
         *     - `connection.needs_action`: The data flows no more until actor acts: the person by update mode, the application, or the institution. Where status is active, a part of it does: the connection's products say which.
         *     - `connection.recovered`: What was wrong with a connection is over.
         *     - `connection.disconnected`: A connection ended; its credentials and documents are erased.
         *     - `consent.granted`: The person agreed to what is collected.
         *     - `consent.expiring`: A consent ends soon: lead the person to renew it.
         *     - `consent.expired`: A consent's time was over.
         *     - `consent.revoked`: A consent was taken back, here or at the institution.
         *     - `collection.finished`: A collection ended; the connection says how each product went.
         *     - `records.changed`: Records were added, changed or removed: read on in the connection's feed.
         *     - `document.available`: A statement, bill or tax form can be downloaded that came after the first collection.
         *     - `document.revised`: A document was replaced by a corrected one.
         *     - `documents.available`: The first collection brought documents, which can be downloaded: one event for all of them, whose counts say how many of each type.
         *     - `institution.degraded`: Collections from an institution fail for many.
         *     - `institution.recovered`: They work again.
         *     - `institution.requested`: A person looked for an institution that the list has not: name is what they typed, country where it is, if they said so. At most five a link.
         *     - `endpoint.test`: You requested a test of an endpoint.
         * @enum {string}
         */
        EventType: "link.opened" | "link.finished" | "link.failed" | "link.exited" | "link.expired" | "connection.linked" | "connection.needs_action" | "connection.recovered" | "connection.disconnected" | "consent.granted" | "consent.expiring" | "consent.expired" | "consent.revoked" | "collection.finished" | "records.changed" | "document.available" | "document.revised" | "documents.available" | "institution.degraded" | "institution.recovered" | "institution.requested" | "endpoint.test";
        /** @description What a code stands for. */
        Exchange: {
            /**
             * @description The link at whose end the code was given.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            link_id: string;
            /** @description The connections that the link made or renewed. */
            connections: components["schemas"]["ExchangedConnection"][];
        };
        /** @description The code at the end of a link. */
        ExchangeRequest: {
            /** @description The `code` of the redirect, or of `onSuccess`. It lives 60 seconds and works once. */
            code: string;
        };
        /** @description A connection that a link made or renewed. */
        ExchangedConnection: {
            /**
             * @description Id of the connection.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description The institution.
             * @example ins_harbor
             */
            institution_id: string;
            /** @description Your own reference of the person, as you gave it. */
            person: string;
        };
        /** @description A field that is wrong. */
        FieldError: {
            /** @description Its dotted path in the body, or the name of the parameter or header: `hints.email`. */
            name: string;
            /** @description What is expected of it, as the end of a sentence: `must be given`. Never what was submitted. */
            reason: string;
            /** @description What is wrong, as a word for programs: `required`, `format`, `range`, `unknown`, `exclusive` and others. */
            code: string;
        };
        /** @description Where an uploaded file is in doubt. It repeats nothing of the file. */
        FileWarning: {
            /** @description What is in doubt. Absent where no word fits. */
            kind?: components["schemas"]["FileWarningKind"];
            /** @description Name of the file. Absent unless several came in an archive. */
            file?: string;
            /**
             * Format: int64
             * @description The line, from 1. Absent where the format has none.
             */
            line?: number;
            /** @description The field, as the format calls it: `DTPOSTED`. Absent where it is about none. */
            field?: string;
            /** @description What is expected, as the end of a sentence: `must be a date of the form YYYYMMDD`. */
            reason: string;
        };
        /**
         * @description What of an uploaded file is in doubt.
         * @enum {string}
         */
        FileWarningKind: "unknown" | "too_large" | "truncated" | "missing" | "bad_value" | "refused" | "empty" | "locked" | "open" | "differs" | "unread" | "elsewhere" | "uncertain" | "other_accounts" | "too_open" | "more" | "more_accounts";
        /** @description Somebody an account belongs to. */
        Holder: {
            /** @description The name. */
            name: string;
            /** @description The part that they have: `owner`, `joint`, `authorised` or `company`. */
            role: string;
        };
        /**
         * @description Whether somebody is a natural person or a company.
         *     - `person`: a natural person
         *     - `company`: a company
         * @enum {string}
         */
        HolderType: "person" | "company";
        /** @description A position in a security. */
        Holding: {
            /** @description Id of the holding. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description The account it belongs to. */
            account_id: string;
            /** @description The security. Absent where the institution names none. */
            security_id?: string;
            /**
             * Format: decimal
             * @description How many, as exact decimal text.
             * @example 0.0199
             */
            quantity: Decimal;
            /** @description The price of one. Absent where the institution does not say. */
            unit_price?: components["schemas"]["Money"];
            /**
             * Format: date
             * @description The day of that price. Absent where the institution does not say.
             */
            priced_on?: string;
            /** @description What the position is worth. */
            value: components["schemas"]["Money"];
            /** @description What it cost. Absent where the institution does not say. */
            cost_basis?: components["schemas"]["Money"];
            /**
             * Format: date
             * @description The day on which it was acquired. Absent where the institution does not say.
             */
            acquired_on?: string;
            /**
             * Format: date
             * @description The day on which it matures. Absent where it does not, or the institution does not say.
             */
            matures_on?: string;
            /** @description Its value before tax. Absent where the institution does not say. */
            gross?: components["schemas"]["Money"];
            /** @description Its value after tax. Absent where the institution does not say. */
            net?: components["schemas"]["Money"];
            /** @description As the `type` of a security. */
            type: string;
            /** @description A finer word than `type`, as the institution's format has it. Absent where it gives none. */
            subtype?: string;
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A page of a list, each item of the shape Holding. */
        HoldingList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Holding"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description Who the institution says the person is. Sealed where it is stored. */
        Identity: {
            /** @description Id of the identity. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description Whether it is a natural person or a company. */
            type: components["schemas"]["HolderType"];
            /** @description The names, the usual one first. */
            names: string[];
            /** @description Numbers by which states know the person. Absent where the institution gives none. */
            documents?: components["schemas"]["TaxDocument"][];
            /**
             * Format: date
             * @description The day of birth. Absent where the institution does not say.
             */
            born_on?: string;
            /** @description E-mail addresses. Absent where the institution gives none. */
            emails?: string[];
            /** @description Telephone numbers. Absent where the institution gives none. */
            phones?: string[];
            /** @description Postal addresses. Absent where the institution gives none. */
            addresses?: components["schemas"]["Address"][];
            /** @description The person's part in the accounts. Absent where the institution does not say. */
            relations?: components["schemas"]["AccountRelation"][];
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A page of a list, each item of the shape Identity. */
        IdentityList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Identity"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description Which of how many instalments. */
        Instalment: {
            /**
             * Format: int64
             * @description Which, from 1.
             */
            number: number;
            /**
             * Format: int64
             * @description Of how many.
             */
            of: number;
        };
        /** @description A bank or broker. */
        Institution: {
            /**
             * @description Id of the institution.
             * @example ins_harbor
             */
            id: string;
            /** @description A short name, which is taken wherever its id is. Absent where it has none. */
            short_name?: string;
            /** @description Its name, as people know it. */
            name: string;
            /** @description ISO 3166 code of its country, of two letters. Absent: it is of no country. */
            country?: string;
            /** @description Its codes in public directories. Absent where none is known. */
            codes?: components["schemas"]["InstitutionCode"][];
            /** @description What it offers. */
            products: components["schemas"]["Product"][];
            /** @description How a person proves there who they are. */
            logins: components["schemas"]["LoginType"][];
            /** @description Its colour, as `#rrggbb`. Absent where none is known. */
            colour?: string;
            /** @description Its home page. Absent where none is known. */
            website?: string;
            /** @description Its logo, as the text of an SVG. Absent where there is none. */
            logo?: string;
            /** @description Address of its logo on this server, a PNG. Absent where there is an SVG, or no logo. */
            logo_url?: string;
            /** @description How it is doing. */
            health: components["schemas"]["InstitutionHealth"];
            /**
             * @description Which of the tenant's providers reaches it. Absent: no provider is needed.
             * @example prv_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            provider_id?: string;
            /**
             * Format: date-time
             * @description Since when its provider lists it no more: it cannot be linked, and what is linked stays. Absent while it is listed.
             */
            gone_at?: string;
        };
        /** @description A code of an institution in a public directory. */
        InstitutionCode: {
            /** @description The directory: `compe`, `ispb`, `bic`, `fid` or `routing`. */
            scheme: string;
            /** @description The code there. */
            value: string;
        };
        /** @description Collections from an institution fail for many. */
        InstitutionDegradedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `institution.degraded`.
             * @constant
             */
            type: "institution.degraded";
        };
        /**
         * @description How an institution is doing, judged by what others met there.
         *     - `healthy`: nothing unusual
         *     - `degraded`: collections fail for many
         *     - `down`: it cannot be reached
         * @enum {string}
         */
        InstitutionHealth: "healthy" | "degraded" | "down";
        /** @description A page of a list, each item of the shape Institution. */
        InstitutionList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Institution"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description They work again. */
        InstitutionRecoveredEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `institution.recovered`.
             * @constant
             */
            type: "institution.recovered";
        };
        /** @description A person looked for an institution that the list has not: name is what they typed, country where it is, if they said so. At most five a link. */
        InstitutionRequestedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `institution.requested`.
             * @constant
             */
            type: "institution.requested";
        };
        /** @description A movement in an investment account. */
        InvestmentTransaction: {
            /** @description Id of the movement. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description The account it belongs to. */
            account_id: string;
            /** @description The security. Absent where it is about none. */
            security_id?: string;
            /** @description `buy`, `sell`, `dividend`, `interest`, `fee`, `tax`, `transfer`, `split`, `contribution`, `withdrawal` or `other`. */
            type: string;
            /**
             * Format: date
             * @description The day of the trade. `null` where the institution does not say.
             */
            traded_on: string | null;
            /**
             * Format: date
             * @description The day on which it was settled. Absent where the institution does not say.
             */
            settled_on?: string;
            /**
             * Format: decimal
             * @description How many, as exact decimal text: negative leaves the account. Absent where it is about none.
             * @example 0.0199
             */
            quantity?: Decimal;
            /** @description The price of one. Absent where the institution does not say. */
            price?: components["schemas"]["Money"];
            /** @description The amount: positive is money in. */
            amount: components["schemas"]["Money"];
            /** @description Fees in it. Absent where the institution does not say. */
            fees?: components["schemas"]["Money"];
            /** @description Tax withheld in it. Absent where the institution does not say. */
            tax_withheld?: components["schemas"]["Money"];
            /** @description What the institution says of it. Absent where it says nothing. */
            description?: string;
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A page of a list, each item of the shape InvestmentTransaction. */
        InvestmentTransactionList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["InvestmentTransaction"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A key of an application. Its secret is not shown again. */
        Key: {
            /**
             * @description Id of the key.
             * @example key_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description The last four characters of its secret. */
            last_four: string;
            /** @description What it may be used for. */
            scopes: components["schemas"]["Scope"][];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Until then it is good. Absent: it does not expire.
             */
            expires_at?: string;
            /**
             * Format: date-time
             * @description When it was first used. Absent where it never was.
             */
            first_used_at?: string;
        };
        /** @description A page of a list, each item of the shape Key. */
        KeyList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Key"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A new key. Without a body it has the scopes of whoever makes it, but `manage`, and does not expire. */
        KeyRequest: {
            /**
             * Format: date-time
             * @description Until then the key is good. Absent: it does not expire.
             */
            expires_at?: string;
            /** @description What it may be used for: at most what whoever makes it may. Absent: that, but `manage`. */
            scopes?: components["schemas"]["Scope"][];
        };
        /** @description An invitation to connect, and what came of it. */
        Link: {
            /**
             * @description Id of the link.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description Your own reference of the person, as you gave it. */
            person: string;
            /** @description How it stands. */
            status: components["schemas"]["LinkStatus"];
            /** @description The step that the page shows, or showed last. */
            stage: components["schemas"]["LinkStage"];
            /** @description Why it failed, or what had gone wrong before the person left. Absent where nothing went wrong. */
            reason?: components["schemas"]["ErrorKind"];
            /** @description What is wrong now, or was at the end. Absent where nothing is. */
            problem?: components["schemas"]["Problem"];
            /**
             * @description The institution that the person chose last. Absent before that.
             * @example ins_harbor
             */
            institution_id?: string;
            /** @description The connections that it made or renewed. */
            connection_ids: string[];
            /** @description Your own JSON, as you gave it. Absent where you gave none. */
            metadata?: unknown;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When its page was first opened. Absent before that.
             */
            opened_at?: string;
            /**
             * Format: date-time
             * @description Until then it can be used.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When it ended. Absent while it is open.
             */
            ended_at?: string;
        };
        /** @description The person gave up, or the application cancelled. */
        LinkExitedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `link.exited`.
             * @constant
             */
            type: "link.exited";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The link, or the one that made or renewed the connection last.
                 * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                link_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description The link's time was over. */
        LinkExpiredEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `link.expired`.
             * @constant
             */
            type: "link.expired";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The link, or the one that made or renewed the connection last.
                 * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                link_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description The link ended without one, by a problem; reason names it. */
        LinkFailedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `link.failed`.
             * @constant
             */
            type: "link.failed";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The link, or the one that made or renewed the connection last.
                 * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                link_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description The link ended with at least one connection. */
        LinkFinishedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `link.finished`.
             * @constant
             */
            type: "link.finished";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /** @description How many, by name: `connections` of a link, `added`, `changed` and `removed` of records, and per product of documents. */
                counts: {
                    [key: string]: number;
                };
                /**
                 * @description The link, or the one that made or renewed the connection last.
                 * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                link_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description A page of a list, each item of the shape Link. */
        LinkList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Link"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /**
         * @description How the page meets the person.
         *     - `redirect`: a full page that ends at `redirect_url` or `app_link`
         *     - `frame`: a modal in the application's own page, by link.js
         * @enum {string}
         */
        LinkMode: "redirect" | "frame";
        /** @description The person opened the link's page for the first time. */
        LinkOpenedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `link.opened`.
             * @constant
             */
            type: "link.opened";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /**
                 * @description The link, or the one that made or renewed the connection last.
                 * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                link_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
                /** @description How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`. */
                status: string;
            };
        };
        /** @description What a link invites to. Only `person` is needed: the person chooses the rest. */
        LinkRequest: {
            /** @description Your own reference of the person: any text, such as the id of a customer. The person is made if new. Required unless `connection_id` is given. */
            person?: string;
            /** @description What to collect. Absent: all that the institution offers. */
            products?: components["schemas"]["Product"][];
            /** @description Id or short name of an institution: the person does not choose one. */
            institution_id?: string;
            /** @description Ids or short names of institutions: only these may be chosen. */
            institution_ids?: string[];
            /** @description Only institutions of these countries may be chosen: ISO 3166 codes of two letters. */
            countries?: string[];
            /** @description The page's language: `en`, `pt-BR` or `es`. Absent: the browser's. */
            language?: string;
            /** @description How the page meets the person. Default: `redirect`. */
            mode?: components["schemas"]["LinkMode"];
            /** @description Where the browser goes at the end, with `link_id`, `status` and `code` (or `error`) in its query. On a host that is registered for the application, or exactly a registered address. Absent: the page itself says that all is done. */
            redirect_url?: string;
            /** @description Where an app on a phone is opened at the end, instead of `redirect_url`: a registered address or scheme of its own. */
            app_link?: string;
            /** @description What you know of the person, so that they need not type it. Sealed, and deleted with the link. */
            hints?: components["schemas"]["PersonHints"];
            /** @description Any JSON of your own, at most 16 KiB. Given back with the link and to the page that shows it. */
            metadata?: unknown;
            /**
             * @description Update mode: the link renews this connection, with the institution that it has.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id?: string;
            /**
             * Format: int64
             * @description Seconds until the link expires. Default: 1800.
             */
            expires_in?: number;
            /** @description Whether the link belongs to the browser that opens it first: in any other its address opens nothing. Default: `false`. */
            one_visit?: boolean;
            /** @description The steps that the page shows. Default: all but `acceptance` and `retrieving`. Signing in cannot be left out. */
            stages?: components["schemas"]["LinkStage"][];
            /** @description Why the data is wanted: shown to the person and stored with the consent. */
            purpose?: string;
            /** @description Your terms of use: an https page, shown to the person before they begin; default: the application's. */
            terms_url?: string;
            /** @description Your privacy notice, likewise. */
            privacy_url?: string;
        };
        /**
         * @description A step of the link's page.
         *     - `welcome`: what the application wants and who it is
         *     - `institution`: choosing the bank or broker
         *     - `consent`: agreeing to what is shared and for how long
         *     - `conversation`: signing in: form, one-time code, visit to the institution or file
         *     - `accounts`: choosing the accounts
         *     - `acceptance`: a last confirmation after the institution; it gates authorisation and collection
         *     - `retrieving`: waiting until the data is there
         *     - `result`: what came of it
         * @enum {string}
         */
        LinkStage: "welcome" | "institution" | "consent" | "conversation" | "accounts" | "acceptance" | "retrieving" | "result";
        /**
         * @description How a link stands.
         *     - `open`: the person can still use it
         *     - `finished`: it made at least one connection and the person is done
         *     - `failed`: a problem ended it; `reason` says which
         *     - `exited`: the person left, or the application cancelled it
         *     - `expired`: its time ran out
         * @enum {string}
         */
        LinkStatus: "open" | "finished" | "failed" | "exited" | "expired";
        /** @description A credit contract. */
        Loan: {
            /** @description Id of the loan. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description Its account, where the institution shows it as one too. Else absent. */
            account_id?: string;
            /** @description The number of the contract. Absent where the institution gives none. */
            contract_number?: string;
            /** @description What the institution calls it. */
            name: string;
            /** @description `loan`, `financing`, `overdraft`, `invoice_financing` or `mortgage`. */
            type: string;
            /** @description A finer word than `type`, as the institution's format has it. Absent where it gives none. */
            subtype?: string;
            /**
             * Format: date
             * @description The day of the contract. `null` where the institution does not say.
             */
            contracted_on: string | null;
            /**
             * Format: date
             * @description The day by which it is to be paid off. Absent where the institution does not say.
             */
            matures_on?: string;
            /** @description What was lent: positive. Absent where the institution does not say. */
            amount?: components["schemas"]["Money"];
            /** @description What is still owed: positive. */
            outstanding: components["schemas"]["Money"];
            /** @description Its rates. Absent where the institution gives none. */
            rates?: components["schemas"]["LoanRate"][];
            /**
             * Format: decimal
             * @description Total effective cost a year (CET, APR), as a fraction in decimal text: `0.2682` is 26.82 %. Absent where the institution does not say.
             * @example 0.0199
             */
            total_cost?: Decimal;
            /** @description Its instalments, summed up. */
            instalments: components["schemas"]["LoanInstalments"];
            /** @description Its instalments one by one. Absent where the institution gives none. */
            schedule?: components["schemas"]["LoanInstalment"][];
            /** @description What was paid. Absent where the institution gives none. */
            payments?: components["schemas"]["LoanPayment"][];
            /** @description How it is paid off: `sac`, `price`, `sam` or `other`. Absent where the institution does not say. */
            amortisation?: string;
            /** @description What secures it. Absent where there is nothing. */
            guarantees?: components["schemas"]["LoanGuarantee"][];
            /** @description The fees of the contract. Absent where there are none. */
            fees?: components["schemas"]["LoanFee"][];
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A fee of a contract. */
        LoanFee: {
            /** @description What it is for. */
            name: string;
            /** @description The institution's code of it. Absent where it gives none. */
            code?: string;
            /** @description How much: positive. */
            amount: components["schemas"]["Money"];
        };
        /** @description What secures a loan. */
        LoanGuarantee: {
            /** @description What sort of security it is, as the institution has it. */
            type: string;
            /** @description A finer word than `type`, as the institution's format has it. Absent where it gives none. */
            subtype?: string;
            /** @description What it is worth: positive. */
            amount: components["schemas"]["Money"];
        };
        /** @description An instalment of a loan. */
        LoanInstalment: {
            /**
             * Format: int64
             * @description Which, from 1.
             */
            number: number;
            /**
             * Format: date
             * @description The day on which it is due. `null` where the institution does not say.
             */
            due_on: string | null;
            /** @description How much: positive. */
            amount: components["schemas"]["Money"];
            /** @description Whether it is paid. */
            paid: boolean;
        };
        /** @description The instalments of a loan, summed up. */
        LoanInstalments: {
            /**
             * Format: int64
             * @description How many there are in all.
             */
            total: number;
            /**
             * Format: int64
             * @description How many are paid.
             */
            paid: number;
            /**
             * Format: int64
             * @description How many are still to come.
             */
            due: number;
            /**
             * Format: int64
             * @description How many are overdue.
             */
            overdue: number;
            /** @description What one is. Absent where they differ or the institution does not say. */
            amount?: components["schemas"]["Money"];
            /**
             * Format: int64
             * @description The day of the month on which they are due, 1 to 31. Absent where the institution does not say.
             */
            due_day?: number;
            /** @description How often one is due, such as `month`. Absent where the institution does not say. */
            periodicity?: string;
        };
        /** @description A page of a list, each item of the shape Loan. */
        LoanList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Loan"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A payment on a loan. */
        LoanPayment: {
            /** @description The institution's id of it. */
            ref: string;
            /**
             * Format: date
             * @description The day. `null` where the institution does not say.
             */
            paid_on: string | null;
            /** @description How much: positive. */
            amount: components["schemas"]["Money"];
            /**
             * Format: int64
             * @description The instalment that it paid. Absent where the institution does not say.
             */
            number?: number;
        };
        /** @description A rate of a contract. Rates are fractions in decimal text: `0.0199` is 1.99 %. */
        LoanRate: {
            /**
             * Format: decimal
             * @description The nominal rate. Absent where there is none.
             * @example 0.0199
             */
            nominal?: Decimal;
            /**
             * Format: decimal
             * @description The effective rate. Absent where there is none.
             * @example 0.0199
             */
            effective?: Decimal;
            /** @description What the rates are for: a `month` or a `year`. */
            period: string;
            /** @description The index that they are added to, such as `CDI` or `IPCA`. Absent: none, the rate is fixed. */
            index?: string;
            /** @description Which of them the contract states: `nominal` or `effective`. Absent where the institution does not say. */
            type?: string;
        };
        /**
         * @description How a person proves who they are to an institution.
         *     - `password`: a form on our page, perhaps followed by a second factor
         *     - `redirect`: at the institution's own pages or app
         *     - `file`: no login: the person uploads statement files
         *     - `token`: a token that the person makes at the institution
         * @enum {string}
         */
        LoginType: "password" | "redirect" | "file" | "token";
        /** @description An exact amount. */
        Money: {
            /**
             * Format: decimal
             * @description Decimal text with a point, as exact as the institution gives it. Positive is money in.
             * @example 12.30
             */
            amount: Decimal;
            /**
             * @description ISO 4217 code, of three letters.
             * @example BRL
             */
            currency: string;
        };
        /** @description A refusal as RFC 6749, section 5.2, has it, with the fields of every other refusal. */
        OAuthError: components["schemas"]["Error"] & {
            /**
             * @description The word of OAuth 2. Absent where OAuth 2 has none.
             * @enum {string}
             */
            error?: "invalid_request" | "invalid_client" | "invalid_scope" | "unsupported_grant_type";
        };
        /** @description An account that a file has and the connection does not. */
        OfferedAccount: {
            /** @description The last digits of the number, for people to recognise it by. Absent where the institution gives no number. */
            mask?: string;
            /** @description The broad type of the account. */
            type: components["schemas"]["AccountType"];
            /** @description ISO 4217 code of its currency. Absent where the file does not say. */
            currency?: string;
            /**
             * Format: date
             * @description The first day of which the file speaks. Absent where it speaks of none.
             */
            from?: string;
            /**
             * Format: date
             * @description The last day of which the file speaks. Absent where it speaks of none.
             */
            to?: string;
            /**
             * Format: int64
             * @description How many transactions the file has of it.
             */
            transactions: number;
            /**
             * Format: int64
             * @description How many holdings the file has of it. Absent: none.
             */
            holdings?: number;
            /**
             * Format: int64
             * @description How many movements of investments the file has of it. Absent: none.
             */
            investment_transactions?: number;
        };
        /** @description Somebody whose accounts are linked. */
        Person: {
            /**
             * @description Our id of the person. Addresses take it and your reference alike.
             * @example per_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description Your own reference of the person. */
            person: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
        };
        /** @description What you know of the person. Sealed, and deleted with the link. */
        PersonHints: {
            /** @description Tax id of a natural person: CPF, SSN or NIF. */
            personal_tax_id?: string;
            /** @description Tax id of a company: CNPJ, EIN or CIF. */
            business_tax_id?: string;
            /** @description E-mail address. */
            email?: string;
            /** @description Telephone number, with the country's prefix: `+5511987654321`. */
            phone?: string;
        };
        /** @description A page of a list, each item of the shape Person. */
        PersonList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Person"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description The person's own page, where they see what is shared and can end it. */
        Portal: {
            /** @description Its address: send the person there. It works once. */
            url: string;
            /**
             * Format: date-time
             * @description Until then the address can be opened.
             */
            expires_at: string;
        };
        /** @description An account of an uploaded file. */
        PreviewAccount: {
            /** @description The institution's id that the account has or would have. */
            ref: string;
            /** @description Its name. Absent where the file gives none. */
            name?: string;
            /** @description The last digits of the number, for people to recognise it by. Absent where the institution gives no number. */
            mask?: string;
            /** @description The broad type of the account. */
            type: components["schemas"]["AccountType"];
            /** @description ISO 4217 code of its currency. Absent where the file does not say. */
            currency?: string;
            /** @description Whether the connection has it already. */
            known: boolean;
            /**
             * Format: date
             * @description The first day of which the file speaks. Absent where it speaks of none.
             */
            from?: string;
            /**
             * Format: date
             * @description The last day of which the file speaks. Absent where it speaks of none.
             */
            to?: string;
            /**
             * Format: int64
             * @description How many transactions the file has of it.
             */
            transactions: number;
            /**
             * Format: int64
             * @description How many holdings the file has of it. Absent: none.
             */
            holdings?: number;
            /**
             * Format: int64
             * @description How many movements of investments the file has of it. Absent: none.
             */
            investment_transactions?: number;
            /**
             * Format: int64
             * @description How many documents the file has of it. Absent: none.
             */
            documents?: number;
            /** @description What comes in, in all. Absent where the file has no transactions. */
            in?: components["schemas"]["Money"];
            /** @description What goes out, in all: zero or negative. Absent where the file has no transactions. */
            out?: components["schemas"]["Money"];
            /** @description The balance that the file gives. Absent where it gives none. */
            balance?: components["schemas"]["Money"];
            /**
             * Format: date
             * @description The day of that balance. Absent where the file does not say.
             */
            balance_on?: string;
        };
        /** @description A file of an upload. */
        PreviewFile: {
            /** @description What it is called. */
            name: string;
            /**
             * @description Its format, as people call it. Absent where it cannot be read.
             * @example CAMT
             */
            format?: string;
            /** @description Why it cannot be read. Absent where it can. */
            detail?: string;
        };
        /** @description A transaction of an uploaded file. */
        PreviewRow: {
            /** @description The `ref` of its account. */
            account_ref: string;
            /**
             * Format: date
             * @description The day on which it was booked. `null` where the file does not say.
             */
            booked_on: string | null;
            /** @description The amount: positive is money in. */
            amount: components["schemas"]["Money"];
            /** @description What the file says of it. */
            description: string;
        };
        /** @description What is wrong, since when, and who must act. */
        Problem: {
            /** @description What went wrong. */
            kind: components["schemas"]["ErrorKind"];
            /** @description The product that it concerns. Absent: the whole connection or file. */
            product?: components["schemas"]["Product"];
            /** @description Who must act for it to go away. */
            actor: components["schemas"]["Actor"];
            /** @description Where the actor acts: `link` (a link with this `connection_id`), `institution` (at the institution's own site or app), or an address. Absent where there is nothing to do. */
            where?: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            started_at: string;
            /**
             * Format: date-time
             * @description When it is retried automatically. Absent: at the next scheduled collection, or not before somebody acts.
             */
            retry_at?: string;
            /** @description A finer word of the connector's, such as `accounts_unclear`. Absent where there is none. */
            code?: string;
            /** @description The accounts that it concerns, as far as they are stored. Absent: all. */
            account_ids?: string[];
            /** @description A sentence for people: what the institution says, or what is wrong with an uploaded file. Absent where there is none. */
            detail?: string;
            /** @description Where an uploaded file is wrong. Absent where it is not about a file. */
            file?: components["schemas"]["FileWarning"];
            /** @description The questions that an uploaded file leaves open: upload it again with `answer` for each. Absent where there are none. */
            fields?: components["schemas"]["FieldError"][];
        };
        /**
         * @description A kind of data that is collected and consented to.
         *     - `accounts`: accounts with their balances
         *     - `identity`: who the institution says the person is
         *     - `transactions`: transactions of accounts and cards
         *     - `bills`: billing cycles of credit cards
         *     - `loans`: credit contracts, with rates and instalments
         *     - `holdings`: positions in securities, and the securities
         *     - `investment_transactions`: movements in investment accounts
         *     - `statements`: statements as documents
         *     - `tax_forms`: tax forms as documents
         * @enum {string}
         */
        Product: "accounts" | "identity" | "transactions" | "bills" | "loans" | "holdings" | "investment_transactions" | "statements" | "tax_forms";
        /**
         * @description How one product of a connection stands.
         *     - `pending`: never collected yet
         *     - `ready`: collected
         *     - `failed`: the last collection of it failed, `problem` says why; what was there stays
         *     - `unavailable`: the institution or the consent does not have it
         * @enum {string}
         */
        ProductStatus: "pending" | "ready" | "failed" | "unavailable";
        /** @description An account of the operator's at an outside service. */
        Provider: {
            /**
             * @description Id of the provider.
             * @example prv_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description The connector that uses it. */
            connector: string;
            /** @description The tenant's: the keys of a sandbox tenant are those of the service's sandbox. */
            environment: components["schemas"]["Environment"];
            /** @description Fields that are not secret, by name. */
            settings: {
                [key: string]: string;
            };
            /** @description Secret fields, by name: the last four characters of each, or nothing of a short one. */
            keys: {
                [key: string]: string;
            };
            /** @description Address of the service. Absent: the usual one. */
            base?: string;
            /**
             * Format: int64
             * @description Where several providers reach one institution, the lowest is used.
             */
            priority: number;
            /** @description Connections that the service's plan allows for ever. Absent: no limit is known. */
            slots?: components["schemas"]["ProviderSlots"];
            /**
             * Format: date-time
             * @description Until then the service takes no more calls with these keys. Absent where it takes them.
             */
            resets_at?: string;
            /** @description How its list of institutions stands. */
            directory: components["schemas"]["ProviderDirectory"];
            /** @description Whether the service knows this server's return address: `registered` or `missing`. Absent where it does not say. */
            redirect?: string;
            /**
             * Format: date-time
             * @description When the keys expire. Absent where they do not, or it is not known.
             */
            keys_expire_at?: string;
            /** @description What the last call met, and who must act. Absent where it met nothing. */
            problem?: components["schemas"]["Problem"];
            /**
             * Format: date-time
             * @description When the keys were last tried. Absent where they never were.
             */
            tried_at?: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
        };
        /** @description How a provider's list of institutions stands. It is read once a day. */
        ProviderDirectory: {
            /**
             * Format: int64
             * @description How many the service listed when it was read last.
             */
            institutions: number;
            /**
             * Format: date-time
             * @description When it was last read to its end. Absent before the first time.
             */
            refreshed_at?: string;
            /** @description Whether it is being read. */
            refreshing: boolean;
            /** @description Why the last reading failed; what was there stays. Absent where it did not. */
            problem?: components["schemas"]["Problem"];
        };
        /** @description A page of a list, each item of the shape Provider. */
        ProviderList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Provider"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A provider. Where the tenant has one of the connector already, it is changed. */
        ProviderRequest: {
            /** @description Name of a connector, as `GET /v1/connectors` lists them. */
            connector: string;
            /** @description The connector's fields, by name. An empty text takes one back. Keys are tried at the service before they are stored, and are never shown again. */
            fields?: {
                [key: string]: string;
            };
            /** @description Another address of the service. Empty: the usual one. */
            base?: string;
            /**
             * Format: int64
             * @description Where several providers reach one institution, the lowest is used.
             */
            priority?: number;
        };
        /** @description Connections that a plan allows for ever. */
        ProviderSlots: {
            /**
             * Format: int64
             * @description How many in all.
             */
            limit: number;
            /**
             * Format: int64
             * @description How many are used: ending a connection gives none back.
             */
            used: number;
            /**
             * Format: int64
             * @description How many are left.
             */
            left: number;
        };
        /** @description What changes of a provider. What is absent stays as it is. */
        ProviderUpdate: {
            /** @description The connector's fields, by name. An empty text takes one back. Keys are tried at the service before they are stored, and are never shown again. */
            fields?: {
                [key: string]: string;
            };
            /** @description Another address of the service. Empty: the usual one. */
            base?: string;
            /**
             * Format: int64
             * @description Where several providers reach one institution, the lowest is used.
             */
            priority?: number;
        };
        /**
         * @description What sort of record a change is about: its shape is the one of the same name.
         * @enum {string}
         */
        RecordType: "account" | "transaction" | "bill" | "loan" | "security" | "holding" | "investment_transaction" | "identity" | "document";
        /** @description Records were added, changed or removed: read on in the connection's feed. */
        RecordsChangedEvent: components["schemas"]["Event"] & {
            /**
             * @description Always `records.changed`.
             * @constant
             */
            type: "records.changed";
            /** @description What every event of this type is about. It may have further fields of EventData. */
            data: {
                /** @description Why the collection ran. Only of what happened in one. */
                cause: components["schemas"]["CollectionCause"];
                /**
                 * @description The collection in which it happened.
                 * @example col_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                collection_id: string;
                /**
                 * @description The connection; of `link.finished` the last of several.
                 * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
                 */
                connection_id: string;
                /** @description How many, by name: `connections` of a link, `added`, `changed` and `removed` of records, and per product of documents. */
                counts: {
                    [key: string]: number;
                };
                /**
                 * @description The institution.
                 * @example ins_harbor
                 */
                institution_id: string;
                /** @description Your own reference of the person, as you gave it. */
                person: string;
            };
        };
        /** @description What is sent again. */
        Resend: {
            /**
             * Format: int64
             * @description How many new deliveries there are.
             */
            deliveries: number;
        };
        /** @description Which events are sent again, and where to. */
        ResendRequest: {
            /**
             * Format: date-time
             * @description The beginning of the span, included.
             */
            from: string;
            /**
             * Format: date-time
             * @description The end of the span, not included.
             */
            to: string;
            /**
             * @description Only to this endpoint. Absent: wherever each went.
             * @example whe_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            endpoint_id?: string;
            /** @description Only to this address. Absent: wherever each went. */
            url?: string;
        };
        /** @description A token that is to end, with the credentials of its client. */
        RevokeRequest: {
            /** @description The token. */
            token: string;
            /**
             * @description What sort of token it is. There is one sort: it may be left out.
             * @example access_token
             */
            token_type_hint?: string;
            /** @description The application's `client_id`. Absent where it comes as HTTP Basic. */
            client_id?: string;
            /** @description The secret of one of its keys. Absent where it comes as HTTP Basic. */
            client_secret?: string;
        };
        /** @description What the redirect would have carried. */
        SandboxLink: {
            /**
             * @description The link.
             * @example lnk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            link_id: string;
            /**
             * @description The connection that it made. Absent where it made none.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id?: string;
            /** @description How the connection stands: `collecting` while its first collection has not ended. Absent as `connection_id`. */
            connection_status?: components["schemas"]["ConnectionStatus"];
            /** @description The code, for `POST /v1/links/exchange`. Absent where the link made no connection. */
            code?: string;
            /** @description How the link ended. */
            status: components["schemas"]["LinkStatus"];
            /** @description What went wrong. Absent where nothing did. */
            error?: components["schemas"]["ErrorKind"];
        };
        /** @description A simulated person who goes through a link without a page. */
        SandboxLinkRequest: {
            /**
             * @description Id or short name of an institution of the sandbox: `harbor`, `farol` and others.
             * @example harbor
             */
            institution_id: string;
            /**
             * @description The simulated person, with a suffix for another one of the same sort: `good+alice`. Default: `good`.
             * @default good
             */
            user: string;
            /** @description A word that says what happens, from the list of the sandbox's guide; of the user `custom` the document that says what there is. Default: the user. */
            password?: string;
            /**
             * @description Your own reference of the person. Default: the user.
             * @example anna
             */
            person?: string;
            /** @description What to collect. Absent: all that the institution offers. */
            products?: components["schemas"]["Product"][];
            /**
             * Format: int64
             * @description How many seconds to wait for the end of the first collection before answering. Default: 0.
             * @example 60
             */
            wait?: number;
        };
        /**
         * @description What a key or token may be used for.
         *     - `read`: data, documents, events, and what the application itself has
         *     - `link`: links, codes, portals, and the application's own record, settings, keys and endpoints
         *     - `collect`: collections, uploads, and a sandbox's clock
         *     - `manage`: the tenant's other applications, and its providers
         *     - `erase`: disconnecting, and erasing persons
         * @enum {string}
         */
        Scope: "read" | "link" | "collect" | "manage" | "erase";
        /** @description What a position is held in. */
        Security: {
            /** @description Id of the security. */
            id: string;
            /** @description ISIN. Absent where the institution gives none. */
            isin?: string;
            /** @description CUSIP. Absent where the institution gives none. */
            cusip?: string;
            /** @description The symbol under which it is traded. Absent where the institution gives none. */
            ticker?: string;
            /** @description Its name. */
            name: string;
            /** @description `equity`, `etf`, `fund`, `fixed_income`, `treasury`, `pension`, `derivative`, `crypto`, `cash` or `other`. */
            type: string;
            /** @description A finer word than `type`, as the institution's format has it. Absent where it gives none. */
            subtype?: string;
            /** @description ISO 4217 code of the currency in which it is priced. */
            currency: string;
            /** @description Who issued it. Absent where the institution does not say. */
            issuer?: string;
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
        };
        /** @description A page of a list, each item of the shape Security. */
        SecurityList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Security"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A token by which a program of the person's reads what the person shares. */
        SimplefinToken: {
            /**
             * @description Id of the token.
             * @example stk_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /**
             * @description Whose data is read.
             * @example per_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            person_id: string;
            /**
             * @description The application in whose name it is read.
             * @example app_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            application_id: string;
            /** @description Name of the program. */
            name: string;
            /** @description The connections that it reads. Empty: all that the person shares. */
            connection_ids: string[];
            /** @description How it stands. */
            status: components["schemas"]["SimplefinTokenStatus"];
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Until then it can be claimed.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When a program claimed it. `null` before that.
             */
            claimed_at: string | null;
            /**
             * Format: date-time
             * @description When it was last used, to a few minutes. `null` where it never was.
             */
            last_used_at: string | null;
            /**
             * Format: date-time
             * @description When it was revoked. `null` where it is not.
             */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description When somebody tried last to claim it again: it has come into other hands. `null` where nobody did.
             */
            reused_at: string | null;
        };
        /** @description A page of a list, each item of the shape SimplefinToken. */
        SimplefinTokenList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["SimplefinToken"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description A token for a program of the person's. */
        SimplefinTokenRequest: {
            /** @description Id or reference of the person whose data is read. */
            person: string;
            /** @description Name of the program, as the person knows it. Default: `SimpleFIN`. */
            name?: string;
            /** @description The connections that it reads. Absent or empty: all that the person shares, those linked later too. */
            connection_ids?: string[];
            /**
             * Format: int64
             * @description Seconds in which it must be claimed. Default: a week.
             */
            expires_in?: number;
        };
        /**
         * @description How a SimpleFIN token stands.
         *     - `unclaimed`: no program has claimed it yet
         *     - `active`: a program reads with it
         *     - `expired`: it was not claimed in time
         *     - `revoked`: revoked; nothing is read any more
         * @enum {string}
         */
        SimplefinTokenStatus: "unclaimed" | "active" | "expired" | "revoked";
        /** @description A number by which a state knows somebody. */
        TaxDocument: {
            /** @description `cpf`, `cnpj`, `ssn`, `ein`, `nif`, `dni` or `passport`. */
            type: string;
            /** @description The number. */
            number: string;
        };
        /** @description A bearer token. */
        Token: {
            /** @description The token, for `Authorization: Bearer …`. */
            access_token: string;
            /**
             * @description Always `Bearer`.
             * @enum {string}
             */
            token_type: "Bearer";
            /**
             * Format: int64
             * @description In how many seconds it ends: 1800.
             * @example 1800
             */
            expires_in: number;
            /**
             * @description The scopes that it has, with spaces between.
             * @example read link collect
             */
            scope: string;
        };
        /** @description Client credentials: in the body, or as HTTP Basic, which goes before. */
        TokenRequest: {
            /**
             * @description Always `client_credentials`.
             * @enum {string}
             */
            grant_type: "client_credentials";
            /** @description The application's `client_id`. Absent where it comes as HTTP Basic. */
            client_id?: string;
            /** @description The secret of one of its keys. Absent where it comes as HTTP Basic. */
            client_secret?: string;
            /**
             * @description Words of `read`, `link`, `collect`, `manage` and `erase`, with spaces between. Absent: all that the key has.
             * @example read link
             */
            scope?: string;
        };
        /** @description A movement on an account, from pending to posted to corrected. */
        Transaction: {
            /** @description Id of the transaction. It stays the same from pending to posted to corrected. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description The account it belongs to. */
            account_id: string;
            /** @description Where it stands in its life. */
            status: components["schemas"]["TransactionStatus"];
            /** @description The amount in the account's currency: positive is money in. */
            amount: components["schemas"]["Money"];
            /**
             * Format: date
             * @description The day on which it was booked; of a pending one the day that is expected. `null` where the institution does not say.
             */
            booked_on: string | null;
            /**
             * Format: date
             * @description The day from which it counts for interest. Absent where the institution does not say.
             */
            value_on?: string;
            /**
             * Format: date-time
             * @description When it was made, as the institution knows it. Absent where it does not say.
             */
            transacted_at?: string;
            /** @description What it was, tidied. */
            description: string;
            /** @description What the institution says of it, unchanged. Absent where it is the same. */
            original_description?: string;
            /** @description `card`, `transfer`, `pix`, `ted`, `boleto`, `fee`, `interest`, `cash`, `salary`, `direct_debit`, `cheque`, `refund`, `payment` or `other`. Absent where the institution does not say. */
            type?: string;
            /** @description The other side. Absent where the institution does not say. */
            counterparty?: components["schemas"]["Counterparty"];
            /** @description Merchant category code (ISO 18245), of four digits. Absent where the institution gives none. */
            mcc?: string;
            /** @description The institution's own category; never guessed. Absent where it gives none. */
            category?: string;
            /** @description The account's balance after it. Absent where the institution gives none. */
            balance_after?: components["schemas"]["Money"];
            /** @description The amount in the currency in which it was made. Absent where that is the account's. */
            foreign_amount?: components["schemas"]["Money"];
            /**
             * Format: decimal
             * @description What one unit of the foreign currency was in the account's, as exact decimal text. Absent where the institution does not say.
             * @example 0.0199
             */
            rate?: Decimal;
            /** @description The number of the cheque. Absent where it is none. */
            check_number?: string;
            /** @description The last digits of the card. Absent where it was made with none. */
            card_mask?: string;
            /** @description The `ref` of the card bill that it is on. Absent where it is on none. */
            bill_ref?: string;
            /** @description Which instalment it is. Absent where it is none. */
            instalment?: components["schemas"]["Instalment"];
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description Counts its versions, from 1.
             */
            version: number;
            /**
             * Format: date-time
             * @description When this version came. Absent where it is not known.
             */
            changed_at?: string;
        };
        /** @description A page of a list, each item of the shape Transaction. */
        TransactionList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["Transaction"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /**
         * @description Where a transaction stands in its life. Its id stays the same throughout.
         *     - `pending`: announced, not booked: it may change or vanish
         *     - `posted`: booked
         *     - `reversed`: booked, and undone by the institution
         *     - `removed`: the institution does not have it any more; only in a transaction's `versions`
         * @enum {string}
         */
        TransactionStatus: "pending" | "posted" | "reversed" | "removed";
        /** @description A transaction with what it was before. */
        TransactionWithVersions: {
            /** @description Id of the transaction. It stays the same from pending to posted to corrected. */
            id: string;
            /**
             * @description The connection it belongs to.
             * @example con_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            connection_id: string;
            /** @description The account it belongs to. */
            account_id: string;
            /** @description Where it stands in its life. */
            status: components["schemas"]["TransactionStatus"];
            /** @description The amount in the account's currency: positive is money in. */
            amount: components["schemas"]["Money"];
            /**
             * Format: date
             * @description The day on which it was booked; of a pending one the day that is expected. `null` where the institution does not say.
             */
            booked_on: string | null;
            /**
             * Format: date
             * @description The day from which it counts for interest. Absent where the institution does not say.
             */
            value_on?: string;
            /**
             * Format: date-time
             * @description When it was made, as the institution knows it. Absent where it does not say.
             */
            transacted_at?: string;
            /** @description What it was, tidied. */
            description: string;
            /** @description What the institution says of it, unchanged. Absent where it is the same. */
            original_description?: string;
            /** @description `card`, `transfer`, `pix`, `ted`, `boleto`, `fee`, `interest`, `cash`, `salary`, `direct_debit`, `cheque`, `refund`, `payment` or `other`. Absent where the institution does not say. */
            type?: string;
            /** @description The other side. Absent where the institution does not say. */
            counterparty?: components["schemas"]["Counterparty"];
            /** @description Merchant category code (ISO 18245), of four digits. Absent where the institution gives none. */
            mcc?: string;
            /** @description The institution's own category; never guessed. Absent where it gives none. */
            category?: string;
            /** @description The account's balance after it. Absent where the institution gives none. */
            balance_after?: components["schemas"]["Money"];
            /** @description The amount in the currency in which it was made. Absent where that is the account's. */
            foreign_amount?: components["schemas"]["Money"];
            /**
             * Format: decimal
             * @description What one unit of the foreign currency was in the account's, as exact decimal text. Absent where the institution does not say.
             * @example 0.0199
             */
            rate?: Decimal;
            /** @description The number of the cheque. Absent where it is none. */
            check_number?: string;
            /** @description The last digits of the card. Absent where it was made with none. */
            card_mask?: string;
            /** @description The `ref` of the card bill that it is on. Absent where it is on none. */
            bill_ref?: string;
            /** @description Which instalment it is. Absent where it is none. */
            instalment?: components["schemas"]["Instalment"];
            /** @description What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text. */
            extra?: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description Counts its versions, from 1.
             */
            version: number;
            /**
             * Format: date-time
             * @description When this version came. Absent where it is not known.
             */
            changed_at?: string;
            /** @description Every version of it, oldest first; the present one is the last. */
            versions: components["schemas"]["Transaction"][];
        };
        /** @description What an uploaded file would bring. Nothing of it is stored. */
        UploadPreview: {
            /** @description The file, or each file of an archive. */
            files: components["schemas"]["PreviewFile"][];
            /** @description The accounts that it has. */
            accounts: components["schemas"]["PreviewAccount"][];
            /** @description What would be left out or is in doubt. Absent where nothing is. */
            warnings?: components["schemas"]["FileWarning"][];
            /**
             * Format: int64
             * @description How many warnings there are beyond those listed. Absent: none.
             */
            more_warnings?: number;
            /** @description The first few transactions. Absent where there are none. */
            rows?: components["schemas"]["PreviewRow"][];
        };
        /** @description An address of yours to which events are posted. */
        WebhookEndpoint: {
            /**
             * @description Id of the endpoint.
             * @example whe_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description Where events are posted. */
            url: string;
            /** @description The types of events that are posted. Empty: all. */
            types: components["schemas"]["EventType"][];
            /** @description How it stands: `active`; `failing`, while attempts fail and are retried; `disabled`, when nothing is posted. */
            status: components["schemas"]["WebhookEndpointStatus"];
            /** @description Why nothing is posted: `requested` by the application, or the endpoint answered 410 (`gone`). Absent unless `status` is `disabled`. */
            disabled_because?: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
        };
        /** @description A page of a list, each item of the shape WebhookEndpoint. */
        WebhookEndpointList: {
            /** @description The page's items; empty where there are none. */
            data: components["schemas"]["WebhookEndpoint"][];
            /** @description Cursor of the next page: send it as `after`. `null` on the last page. */
            next: string | null;
        };
        /** @description An address of yours for events. */
        WebhookEndpointRequest: {
            /** @description Where events are posted: https, and reachable from the internet (in a sandbox of this machine, loopback too). */
            url: string;
            /** @description The types of events to post. Absent or empty: all, those of later versions included. */
            types?: components["schemas"]["EventType"][];
        };
        /**
         * @description How an endpoint stands.
         *     - `active`: events are posted
         *     - `failing`: attempts fail, and are retried
         *     - `disabled`: nothing is posted
         * @enum {string}
         */
        WebhookEndpointStatus: "active" | "failing" | "disabled";
        /** @description What changes of an endpoint. What is absent stays as it is. */
        WebhookEndpointUpdate: {
            /** @description Where events are posted. */
            url?: string;
            /** @description The types of events to post. Empty: all. */
            types?: components["schemas"]["EventType"][];
            /** @description `true`: nothing is posted any more; `false`: posting goes on, with what happens from then on. */
            disabled?: boolean;
        };
        /** @description An endpoint with its secret, which is shown only here. */
        WebhookEndpointWithSecret: {
            /**
             * @description Id of the endpoint.
             * @example whe_06gzhn0zj1xvx5vtb5xd0gkwrg
             */
            id: string;
            /** @description Where events are posted. */
            url: string;
            /** @description The types of events that are posted. Empty: all. */
            types: components["schemas"]["EventType"][];
            /** @description How it stands: `active`; `failing`, while attempts fail and are retried; `disabled`, when nothing is posted. */
            status: components["schemas"]["WebhookEndpointStatus"];
            /** @description Why nothing is posted: `requested` by the application, or the endpoint answered 410 (`gone`). Absent unless `status` is `disabled`. */
            disabled_because?: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Signs what is posted, as Standard Webhooks says: `whsec_` and the base64 of the key. Shown once. */
            secret: string;
        };
    };
    responses: {
        /** @description The institution or outside service could not be reached, or answered with an error of its own. */
        BadGateway: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description The body is not well-formed JSON; `detail` says where it breaks. */
        BadRequest: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description Its present status does not allow it, it exists already, or its `Idempotency-Key` was used for another request. With `Retry-After` a request with the same key is still being answered. */
        Conflict: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description Any other refusal, in the same form. */
        Error: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description The credentials are good, and do not allow this: a scope is missing (`fields` names it), or the tenant is of the other environment. */
        Forbidden: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description It existed, and has expired, ended or been erased. */
        Gone: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description A mistake of this server; its operator finds it by `request_id`. */
        Internal: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description A field, query parameter or header is wrong, or one is not known: `fields` says which, and what is expected of each. */
        Invalid: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description It does not exist, or is not yours. */
        NotFound: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description The server has no room to store it. Reads go on; the same request may be sent again after `Retry-After` seconds. */
        StorageFull: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description The body is larger than this operation takes: 1 MiB of JSON, 16 MiB of a file. */
        TooLarge: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description Too many requests, open streams or wrong credentials: come back after `Retry-After` seconds. */
        TooManyRequests: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description No credentials, or wrong or expired ones. `WWW-Authenticate` names the schemes. */
        Unauthenticated: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                /** @description The schemes that are taken (RFC 9110, section 11.6.1). */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description Not possible right now: the same request may be sent again after `Retry-After` seconds. */
        Unavailable: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
        /** @description The body's `Content-Type` is not one that this operation takes. */
        UnsupportedMediaType: {
            headers: {
                "Fairlead-Request-Id": components["headers"]["RequestID"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: {
        /** @description `true` where the answer is that of an earlier request with the same `Idempotency-Key`; else absent. */
        Replayed: "true";
        /** @description Names this request in the server's log. Tell it to the operator. */
        RequestID: string;
        /** @description After how many seconds the same request may be worth sending again. */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "m7wd87wgn0c8",
                 *       "client_id": "dev",
                 *       "client_secret": "dev-secret"
                 *     }
                 */
                "application/json": components["schemas"]["RevokeRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["RevokeRequest"];
            };
        };
        responses: {
            /** @description The token is no good any more. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is wrong: `error` is `invalid_request`, `invalid_scope` or `unsupported_grant_type`. */
            400: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The client's credentials are wrong: `error` is `invalid_client`. */
            401: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The body is larger than this operation takes: 1 MiB of JSON, 16 MiB of a file. */
            413: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The body's `Content-Type` is not one that this operation takes. */
            415: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many requests, open streams or wrong credentials: come back after `Retry-After` seconds. */
            429: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description A mistake of this server; its operator finds it by `request_id`. */
            500: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not possible right now: the same request may be sent again after `Retry-After` seconds. */
            503: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The server has no room to store it. Reads go on; the same request may be sent again after `Retry-After` seconds. */
            507: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "grant_type": "client_credentials",
                 *       "client_id": "dev",
                 *       "client_secret": "dev-secret",
                 *       "scope": "read link"
                 *     }
                 */
                "application/json": components["schemas"]["TokenRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description A token. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "m7wd87wgn0c8fz3qrk4h0ndx9etq2nsq0ae1c4tzjv5h",
                     *       "token_type": "Bearer",
                     *       "expires_in": 1800,
                     *       "scope": "read link"
                     *     }
                     */
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description The request is wrong: `error` is `invalid_request`, `invalid_scope` or `unsupported_grant_type`. */
            400: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The client's credentials are wrong: `error` is `invalid_client`. */
            401: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The body is larger than this operation takes: 1 MiB of JSON, 16 MiB of a file. */
            413: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The body's `Content-Type` is not one that this operation takes. */
            415: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Too many requests, open streams or wrong credentials: come back after `Retry-After` seconds. */
            429: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description A mistake of this server; its operator finds it by `request_id`. */
            500: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description Not possible right now: the same request may be sent again after `Retry-After` seconds. */
            503: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The server has no room to store it. Reads go on; the same request may be sent again after `Retry-After` seconds. */
            507: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["OAuthError"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    listLinks: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of links, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "lnk_06h2t46sy1rm3fpgtwnee8wptc",
                     *           "person": "customer-42",
                     *           "status": "open",
                     *           "stage": "welcome",
                     *           "connection_ids": [],
                     *           "metadata": {
                     *             "order": 1017
                     *           },
                     *           "created_at": "2026-11-30T15:26:48.816897Z",
                     *           "expires_at": "2026-11-30T15:56:48.816897Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["LinkList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    createLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "person": "customer-42",
                 *       "products": [
                 *         "accounts",
                 *         "transactions"
                 *       ],
                 *       "language": "pt-BR",
                 *       "redirect_url": "https://app.example/linked",
                 *       "metadata": {
                 *         "order": 1017
                 *       },
                 *       "purpose": "Your bookkeeping"
                 *     }
                 */
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description The link, with its token and the address of its page. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lnk_06h2t46sy1rm3fpgtwnee8wptc",
                     *       "token": "m7wd87wgn0c8fz3qrk4h0ndx9etq2nsq0ae1c4tzjv5h",
                     *       "url": "https://link.example.com/l/m7wd87wgn0c8fz3qrk4h0ndx9etq2nsq0ae1c4tzjv5h",
                     *       "expires_at": "2026-11-30T15:56:48.816897Z",
                     *       "status": "open"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedLink"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    exchangeCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "8fz3qrk4h0ndx9etq2nsq0ae1c"
                 *     }
                 */
                "application/json": components["schemas"]["ExchangeRequest"];
            };
        };
        responses: {
            /** @description The connections that the code stands for. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "link_id": "lnk_06h2t46sz1sj94p9wn5s1hvah0",
                     *       "connections": [
                     *         {
                     *           "id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "institution_id": "ins_harbor",
                     *           "person": "customer-42"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Exchange"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the link. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lnk_06h2t46sy1rm3fpgtwnee8wptc",
                     *       "person": "customer-42",
                     *       "status": "open",
                     *       "stage": "welcome",
                     *       "connection_ids": [],
                     *       "metadata": {
                     *         "order": 1017
                     *       },
                     *       "created_at": "2026-11-30T15:26:48.816897Z",
                     *       "expires_at": "2026-11-30T15:56:48.816897Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    cancelLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the link. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link, cancelled. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "lnk_06h2t46sy1rm3fpgtwnee8wptc",
                     *       "person": "customer-42",
                     *       "status": "exited",
                     *       "stage": "welcome",
                     *       "connection_ids": [],
                     *       "metadata": {
                     *         "order": 1017
                     *       },
                     *       "created_at": "2026-11-30T15:26:48.816897Z",
                     *       "expires_at": "2026-11-30T15:56:48.816897Z",
                     *       "ended_at": "2026-11-30T15:26:48.821958Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Link"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listInstitutions: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
                /** @description What the person types: a name or a code. Accents, case and small typing errors are forgiven. */
                q?: string;
                /** @description Only institutions of this country: ISO 3166 code of two letters. */
                country?: string;
                /** @description Only institutions that offer this product. */
                product?: components["schemas"]["Product"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of institutions, the best matches first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "ins_harbor",
                     *           "short_name": "harbor",
                     *           "name": "Harbor Bank",
                     *           "country": "US",
                     *           "codes": [
                     *             {
                     *               "scheme": "routing",
                     *               "value": "990000017"
                     *             },
                     *             {
                     *               "scheme": "fid",
                     *               "value": "99017"
                     *             }
                     *           ],
                     *           "products": [
                     *             "accounts",
                     *             "identity",
                     *             "transactions"
                     *           ],
                     *           "logins": [
                     *             "password"
                     *           ],
                     *           "colour": "#0b4f6c",
                     *           "website": "https://harbor.example",
                     *           "logo": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">…</svg>",
                     *           "health": "healthy"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["InstitutionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    getInstitution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or short name of the institution. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The institution. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ins_harbor",
                     *       "short_name": "harbor",
                     *       "name": "Harbor Bank",
                     *       "country": "US",
                     *       "codes": [
                     *         {
                     *           "scheme": "routing",
                     *           "value": "990000017"
                     *         },
                     *         {
                     *           "scheme": "fid",
                     *           "value": "99017"
                     *         }
                     *       ],
                     *       "products": [
                     *         "accounts",
                     *         "identity",
                     *         "transactions"
                     *       ],
                     *       "logins": [
                     *         "password"
                     *       ],
                     *       "colour": "#0b4f6c",
                     *       "website": "https://harbor.example",
                     *       "logo": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">…</svg>",
                     *       "health": "healthy"
                     *     }
                     */
                    "application/json": components["schemas"]["Institution"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
                /** @description Only of this person: your own reference. */
                person?: string;
                /** @description Only of this institution. */
                institution_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of connections, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "person": "customer-42",
                     *           "person_id": "per_6tjdhetx8nxdfhrtkrw189s130",
                     *           "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *           "institution_id": "ins_harbor",
                     *           "link_id": "lnk_06h2t46sz1sj94p9wn5s1hvah0",
                     *           "consent_id": "cns_06h2t46sz5wtz8rpt2gdgmatqw",
                     *           "status": "active",
                     *           "products": {
                     *             "accounts": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z"
                     *             },
                     *             "bills": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z",
                     *               "from": "2024-01-20",
                     *               "served_from": "2024-01-20"
                     *             },
                     *             "identity": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z"
                     *             },
                     *             "loans": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z"
                     *             },
                     *             "statements": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z"
                     *             },
                     *             "tax_forms": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z"
                     *             },
                     *             "transactions": {
                     *               "status": "ready",
                     *               "collected_at": "2026-11-30T15:26:48.841364Z",
                     *               "from": "2023-12-21",
                     *               "to": "2026-11-30",
                     *               "served_from": "2023-12-21"
                     *             }
                     *           },
                     *           "created_at": "2026-11-30T15:26:48.834898Z",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z",
                     *           "refreshed_at": "2026-11-30T15:26:48.841364Z",
                     *           "next_run_at": "2026-12-01T14:39:59.47249948Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *       "person": "customer-42",
                     *       "person_id": "per_6tjdhetx8nxdfhrtkrw189s130",
                     *       "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *       "institution_id": "ins_harbor",
                     *       "link_id": "lnk_06h2t46sz1sj94p9wn5s1hvah0",
                     *       "consent_id": "cns_06h2t46sz5wtz8rpt2gdgmatqw",
                     *       "status": "active",
                     *       "products": {
                     *         "accounts": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "bills": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z",
                     *           "from": "2024-01-20",
                     *           "served_from": "2024-01-20"
                     *         },
                     *         "identity": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "loans": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "statements": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "tax_forms": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "transactions": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z",
                     *           "from": "2023-12-21",
                     *           "to": "2026-11-30",
                     *           "served_from": "2023-12-21"
                     *         }
                     *       },
                     *       "created_at": "2026-11-30T15:26:48.834898Z",
                     *       "collected_at": "2026-11-30T15:26:48.841364Z",
                     *       "refreshed_at": "2026-11-30T15:26:48.841364Z",
                     *       "next_run_at": "2026-12-01T14:39:59.47249948Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    deleteConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disconnected. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    collectConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection; the collection is queued. */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *       "person": "customer-42",
                     *       "person_id": "per_6tjdhetx8nxdfhrtkrw189s130",
                     *       "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *       "institution_id": "ins_harbor",
                     *       "link_id": "lnk_06h2t46sz1sj94p9wn5s1hvah0",
                     *       "consent_id": "cns_06h2t46sz5wtz8rpt2gdgmatqw",
                     *       "status": "active",
                     *       "products": {
                     *         "accounts": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "bills": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z",
                     *           "from": "2024-01-20",
                     *           "served_from": "2024-01-20"
                     *         },
                     *         "identity": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "loans": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "statements": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "tax_forms": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z"
                     *         },
                     *         "transactions": {
                     *           "status": "ready",
                     *           "collected_at": "2026-11-30T15:26:48.841364Z",
                     *           "from": "2023-12-21",
                     *           "to": "2026-11-30",
                     *           "served_from": "2023-12-21"
                     *         }
                     *       },
                     *       "created_at": "2026-11-30T15:26:48.834898Z",
                     *       "collected_at": "2026-11-30T15:26:48.841364Z",
                     *       "refreshed_at": "2026-11-30T15:26:48.841364Z",
                     *       "next_run_at": "2026-12-01T14:39:59.47249948Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listCollections: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of collections, the latest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "col_06h2t46t15vdqcxw6kgd1bv6cm",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "cause": "first",
                     *           "products": {
                     *             "accounts": {
                     *               "pages": 1,
                     *               "added": 4,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "ended": true
                     *             },
                     *             "bills": {
                     *               "pages": 1,
                     *               "added": 36,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "from": "2024-01-20",
                     *               "ended": true
                     *             },
                     *             "identity": {
                     *               "pages": 1,
                     *               "added": 1,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "ended": true
                     *             },
                     *             "loans": {
                     *               "pages": 1,
                     *               "added": 1,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "ended": true
                     *             },
                     *             "statements": {
                     *               "pages": 4,
                     *               "added": 102,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "ended": true
                     *             },
                     *             "tax_forms": {
                     *               "pages": 1,
                     *               "added": 4,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "ended": true
                     *             },
                     *             "transactions": {
                     *               "pages": 5,
                     *               "added": 2351,
                     *               "changed": 0,
                     *               "removed": 0,
                     *               "from": "2023-12-21",
                     *               "to": "2026-11-30",
                     *               "ended": true
                     *             }
                     *           },
                     *           "started_at": "2026-11-30T15:26:48.841364Z",
                     *           "ended_at": "2026-11-30T15:26:48.841364Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["CollectionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    undoUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the connection. */
                id: string;
                /** @description Id of the collection that read the upload. */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The collection that undoes the upload. */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listConsents: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of consents, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "cns_06h2t46sz5wtz8rpt2gdgmatqw",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "link_id": "lnk_06h2t46sz1sj94p9wn5s1hvah0",
                     *           "institution_id": "ins_harbor",
                     *           "status": "authorised",
                     *           "products": [
                     *             "accounts",
                     *             "identity",
                     *             "transactions"
                     *           ],
                     *           "history": [
                     *             {
                     *               "status": "started",
                     *               "at": "2026-11-30T15:26:48.825059Z"
                     *             },
                     *             {
                     *               "status": "awaiting_authorisation",
                     *               "at": "2026-11-30T15:26:48.825886Z"
                     *             },
                     *             {
                     *               "status": "authorised",
                     *               "at": "2026-11-30T15:26:48.834898Z"
                     *             }
                     *           ],
                     *           "created_at": "2026-11-30T15:26:48.825059Z",
                     *           "granted_at": "2026-11-30T15:26:48.834898Z",
                     *           "expires_at": "2027-11-30T15:26:48.825059Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ConsentList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    uploadFile: {
        parameters: {
            query?: {
                /** @description What the file is called, for people to recognise. */
                name?: string;
                /** @description The account of this connection that the file is of, where the file does not say it. */
                account?: string;
                /** @description Whether accounts that the connection does not have are added; else they are offered. */
                add_accounts?: boolean;
                /** @description Whether only what the file holds is said (200), and nothing of it is stored. */
                dry_run?: boolean;
                /** @description What the file leaves open, as name:value, once for each: currency:EUR, dates:day_first (month_first, year_first), decimal:, (or decimal:.), sign:as_is (or inverted), column.2:amount. The problem of a file that needs answers names them (fields). */
                answer?: string[];
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": Uint8Array;
            };
        };
        responses: {
            /** @description With dry_run: what the file holds */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPreview"];
                };
            };
            /** @description The collection that reads the file */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getAccount: {
        parameters: {
            query?: {
                /** @description Whether the sealed numbers of accounts are opened: `numbers` in the answer. */
                numbers?: boolean;
            };
            header?: never;
            path: {
                /** @description Id of the account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "acc_58xtwyxxjgwqfga2z7fdpcrg50",
                     *       "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *       "type": "depository",
                     *       "subtype": "savings",
                     *       "name": "Harbor Savings",
                     *       "holders": [
                     *         {
                     *           "name": "Sophia Bennett",
                     *           "role": "owner"
                     *         }
                     *       ],
                     *       "mask": "1869",
                     *       "currency": "USD",
                     *       "balances": {
                     *         "current": {
                     *           "amount": "38309.31",
                     *           "currency": "USD"
                     *         },
                     *         "available": {
                     *           "amount": "38309.31",
                     *           "currency": "USD"
                     *         },
                     *         "as_of": "2026-11-30T15:26:48.841364Z"
                     *       },
                     *       "status": "open",
                     *       "opened_on": "2009-03-15"
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
                /** @description Whether the sealed numbers of accounts are opened: `numbers` in the answer. */
                numbers?: boolean;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of accounts. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "acc_58xtwyxxjgwqfga2z7fdpcrg50",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "type": "depository",
                     *           "subtype": "savings",
                     *           "name": "Harbor Savings",
                     *           "holders": [
                     *             {
                     *               "name": "Sophia Bennett",
                     *               "role": "owner"
                     *             }
                     *           ],
                     *           "mask": "1869",
                     *           "currency": "USD",
                     *           "balances": {
                     *             "current": {
                     *               "amount": "38309.31",
                     *               "currency": "USD"
                     *             },
                     *             "available": {
                     *               "amount": "38309.31",
                     *               "currency": "USD"
                     *             },
                     *             "as_of": "2026-11-30T15:26:48.841364Z"
                     *           },
                     *           "status": "open",
                     *           "opened_on": "2009-03-15"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["AccountList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listIdentities: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of identities: one, where the institution gives any. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "idn_bvn8maen7gd3z4kr81vqy2cmfg",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "type": "person",
                     *           "names": [
                     *             "Sophia Bennett"
                     *           ],
                     *           "documents": [
                     *             {
                     *               "type": "ssn",
                     *               "number": "945448483"
                     *             }
                     *           ],
                     *           "born_on": "1994-07-09",
                     *           "emails": [
                     *             "sophia.bennett12@mail.example"
                     *           ],
                     *           "phones": [
                     *             "+16085557156"
                     *           ],
                     *           "addresses": [
                     *             {
                     *               "lines": [
                     *                 "404 Lakeview Drive"
                     *               ],
                     *               "city": "Madison",
                     *               "region": "WI",
                     *               "postcode": "53703",
                     *               "country": "US"
                     *             }
                     *           ],
                     *           "relations": [
                     *             {
                     *               "account_id": "acc_d03xrqa8deawfzv3day3942w5w",
                     *               "role": "owner"
                     *             },
                     *             {
                     *               "account_id": "acc_58xtwyxxjgwqfga2z7fdpcrg50",
                     *               "role": "owner"
                     *             },
                     *             {
                     *               "account_id": "acc_k1skq1t6gzy4vgh07z0ak0045r",
                     *               "role": "owner"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["IdentityList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listAccountTransactions: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
                /** @description First day, as `2026-01-31`. */
                from?: string;
                /** @description Last day, as `2026-01-31`. */
                to?: string;
                /** @description Only transactions that stand so. */
                status?: "pending" | "posted" | "reversed";
            };
            header?: never;
            path: {
                /** @description Id of the account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of transactions, the newest day first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "txn_aksmaxdvhtkdf28n0sdrkbx30c",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "account_id": "acc_58xtwyxxjgwqfga2z7fdpcrg50",
                     *           "status": "posted",
                     *           "amount": {
                     *             "amount": "128.23",
                     *             "currency": "USD"
                     *           },
                     *           "booked_on": "2026-10-31",
                     *           "value_on": "2026-10-31",
                     *           "transacted_at": "2026-10-31T23:59:00Z",
                     *           "description": "Interest paid",
                     *           "original_description": "Interest paid",
                     *           "type": "interest",
                     *           "category": "interest",
                     *           "balance_after": {
                     *             "amount": "38309.31",
                     *             "currency": "USD"
                     *           },
                     *           "version": 1,
                     *           "changed_at": "2026-11-30T15:26:48.841364Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["TransactionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listChanges: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. `start`: from the beginning. Absent: a page begins at the beginning, a stream now. It never expires. */
                after?: string;
                /** @description Seconds to wait for something new before answering, 0 to 60. */
                wait?: number;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the feed of changes. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "type": "account",
                     *           "change": "added",
                     *           "id": "acc_d03xrqa8deawfzv3day3942w5w",
                     *           "version": 1,
                     *           "record": {
                     *             "id": "acc_d03xrqa8deawfzv3day3942w5w",
                     *             "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *             "type": "depository",
                     *             "subtype": "checking",
                     *             "name": "Everyday Checking",
                     *             "holders": [
                     *               {
                     *                 "name": "Sophia Bennett",
                     *                 "role": "owner"
                     *               }
                     *             ],
                     *             "mask": "2554",
                     *             "currency": "USD",
                     *             "balances": {
                     *               "current": {
                     *                 "amount": "5389.20",
                     *                 "currency": "USD"
                     *               },
                     *               "available": {
                     *                 "amount": "5389.20",
                     *                 "currency": "USD"
                     *               },
                     *               "as_of": "2026-11-30T15:26:48.841364Z"
                     *             },
                     *             "status": "open",
                     *             "opened_on": "2009-01-09"
                     *           }
                     *         }
                     *       ],
                     *       "next": "MSBmZWVkIDEwMA"
                     *     }
                     */
                    "application/json": components["schemas"]["ChangeList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listTransactions: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
                /** @description First day, as `2026-01-31`. */
                from?: string;
                /** @description Last day, as `2026-01-31`. */
                to?: string;
                /** @description Only transactions that stand so. */
                status?: "pending" | "posted" | "reversed";
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of transactions, the newest day first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "txn_t27wvfx1hvzg8mb5c9kbqp5xjg",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "account_id": "acc_d03xrqa8deawfzv3day3942w5w",
                     *           "status": "posted",
                     *           "amount": {
                     *             "amount": "-7.37",
                     *             "currency": "USD"
                     *           },
                     *           "booked_on": "2026-11-30",
                     *           "value_on": "2026-11-29",
                     *           "transacted_at": "2026-11-29T12:31:00Z",
                     *           "description": "Corner Cup Coffee",
                     *           "original_description": "CORNER CUP COFFEE",
                     *           "type": "card",
                     *           "counterparty": {
                     *             "name": "Corner Cup Coffee",
                     *             "type": "company"
                     *           },
                     *           "mcc": "5814",
                     *           "category": "coffee",
                     *           "balance_after": {
                     *             "amount": "5389.20",
                     *             "currency": "USD"
                     *           },
                     *           "version": 1,
                     *           "changed_at": "2026-11-30T15:26:48.841364Z"
                     *         }
                     *       ],
                     *       "next": "MSB0eG4gMjAyNi0xMC0xNCB0eG5fNnc5YmdmNDM3NXlzODlxNXBycjhud2JrbWMgMmhqamV2d3MwdXB0ag"
                     *     }
                     */
                    "application/json": components["schemas"]["TransactionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    getTransaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the transaction. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transaction with its versions. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "txn_t27wvfx1hvzg8mb5c9kbqp5xjg",
                     *       "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *       "account_id": "acc_d03xrqa8deawfzv3day3942w5w",
                     *       "status": "posted",
                     *       "amount": {
                     *         "amount": "-7.37",
                     *         "currency": "USD"
                     *       },
                     *       "booked_on": "2026-11-30",
                     *       "value_on": "2026-11-29",
                     *       "transacted_at": "2026-11-29T12:31:00Z",
                     *       "description": "Corner Cup Coffee",
                     *       "original_description": "CORNER CUP COFFEE",
                     *       "type": "card",
                     *       "counterparty": {
                     *         "name": "Corner Cup Coffee",
                     *         "type": "company"
                     *       },
                     *       "mcc": "5814",
                     *       "category": "coffee",
                     *       "balance_after": {
                     *         "amount": "5389.20",
                     *         "currency": "USD"
                     *       },
                     *       "version": 1,
                     *       "changed_at": "2026-11-30T15:26:48.841364Z",
                     *       "versions": [
                     *         {
                     *           "id": "txn_t27wvfx1hvzg8mb5c9kbqp5xjg",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "account_id": "acc_d03xrqa8deawfzv3day3942w5w",
                     *           "status": "posted",
                     *           "amount": {
                     *             "amount": "-7.37",
                     *             "currency": "USD"
                     *           },
                     *           "booked_on": "2026-11-30",
                     *           "value_on": "2026-11-29",
                     *           "transacted_at": "2026-11-29T12:31:00Z",
                     *           "description": "Corner Cup Coffee",
                     *           "original_description": "CORNER CUP COFFEE",
                     *           "type": "card",
                     *           "counterparty": {
                     *             "name": "Corner Cup Coffee",
                     *             "type": "company"
                     *           },
                     *           "mcc": "5814",
                     *           "category": "coffee",
                     *           "balance_after": {
                     *             "amount": "5389.20",
                     *             "currency": "USD"
                     *           },
                     *           "version": 1,
                     *           "changed_at": "2026-11-30T15:26:48.841364Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TransactionWithVersions"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listBills: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of card bills. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "bil_t4ffmw8zj2b8rhnkyxppvh2gcc",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "account_id": "acc_k1skq1t6gzy4vgh07z0ak0045r",
                     *           "ref": "Ac109dc13467fbcb0-2026-12",
                     *           "closes_on": "2026-12-20",
                     *           "due_on": "2027-01-12",
                     *           "total": {
                     *             "amount": "647.54",
                     *             "currency": "USD"
                     *           },
                     *           "status": "open"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["BillList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listLoans: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of loans. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "lon_ggn1psk6cb0d700dr967c3de64",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "account_id": "acc_gr7v6c7r46awnffayp90n0yq78",
                     *           "contract_number": "8620789108",
                     *           "name": "Auto Loan",
                     *           "type": "loan",
                     *           "subtype": "auto",
                     *           "contracted_on": "2021-12-15",
                     *           "matures_on": "2026-12-08",
                     *           "amount": {
                     *             "amount": "15550.00",
                     *             "currency": "USD"
                     *           },
                     *           "outstanding": {
                     *             "amount": "305.07",
                     *             "currency": "USD"
                     *           },
                     *           "rates": [
                     *             {
                     *               "nominal": "0.0690",
                     *               "period": "year",
                     *               "type": "nominal"
                     *             }
                     *           ],
                     *           "total_cost": "0.071224",
                     *           "instalments": {
                     *             "total": 60,
                     *             "paid": 59,
                     *             "due": 1,
                     *             "overdue": 0,
                     *             "amount": {
                     *               "amount": "306.82",
                     *               "currency": "USD"
                     *             },
                     *             "due_day": 8,
                     *             "periodicity": "month"
                     *           },
                     *           "schedule": [
                     *             {
                     *               "number": 1,
                     *               "due_on": "2022-01-08",
                     *               "amount": {
                     *                 "amount": "307.18",
                     *                 "currency": "USD"
                     *               },
                     *               "paid": true
                     *             },
                     *             {
                     *               "number": 2,
                     *               "due_on": "2022-02-08",
                     *               "amount": {
                     *                 "amount": "307.18",
                     *                 "currency": "USD"
                     *               },
                     *               "paid": true
                     *             },
                     *             {
                     *               "number": 3,
                     *               "due_on": "2022-03-08",
                     *               "amount": {
                     *                 "amount": "307.18",
                     *                 "currency": "USD"
                     *               },
                     *               "paid": true
                     *             }
                     *           ],
                     *           "payments": [
                     *             {
                     *               "ref": "L87d5aabcf0b02a69-2022-01",
                     *               "paid_on": "2022-01-08",
                     *               "amount": {
                     *                 "amount": "307.18",
                     *                 "currency": "USD"
                     *               },
                     *               "number": 1
                     *             },
                     *             {
                     *               "ref": "L87d5aabcf0b02a69-2022-02",
                     *               "paid_on": "2022-02-08",
                     *               "amount": {
                     *                 "amount": "307.18",
                     *                 "currency": "USD"
                     *               },
                     *               "number": 2
                     *             },
                     *             {
                     *               "ref": "L87d5aabcf0b02a69-2022-03",
                     *               "paid_on": "2022-03-08",
                     *               "amount": {
                     *                 "amount": "307.18",
                     *                 "currency": "USD"
                     *               },
                     *               "number": 3
                     *             }
                     *           ],
                     *           "amortisation": "price",
                     *           "guarantees": [
                     *             {
                     *               "type": "vehicle",
                     *               "amount": {
                     *                 "amount": "18660.00",
                     *                 "currency": "USD"
                     *               }
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["LoanList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listHoldings: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of holdings. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "hld_0d2g25n3xgjnqmytzdd8gybmrr",
                     *           "connection_id": "con_32hc4hckak1hbxryzbhaetg6b0",
                     *           "account_id": "acc_kg9p7tn5v6sxegdh6q239n2dtc",
                     *           "security_id": "sec_px6nt9pqsb2pgdyb6w2tw1ntg4",
                     *           "quantity": "2.1679",
                     *           "unit_price": {
                     *             "amount": "1211.4301",
                     *             "currency": "BRL"
                     *           },
                     *           "priced_on": "2026-11-27",
                     *           "value": {
                     *             "amount": "2626.25",
                     *             "currency": "BRL"
                     *           },
                     *           "cost_basis": {
                     *             "amount": "2167.90",
                     *             "currency": "BRL"
                     *           },
                     *           "acquired_on": "2025-02-11",
                     *           "matures_on": "2028-01-20",
                     *           "gross": {
                     *             "amount": "2626.25",
                     *             "currency": "BRL"
                     *           },
                     *           "net": {
                     *             "amount": "2546.04",
                     *             "currency": "BRL"
                     *           },
                     *           "type": "fixed_income",
                     *           "subtype": "cdb",
                     *           "extra": {
                     *             "ofb.blockedBalance": {
                     *               "amount": "0.0000",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.brandName": "Banco Farol",
                     *             "ofb.companyCnpj": "90000001000129",
                     *             "ofb.dueDate": "2028-01-20",
                     *             "ofb.financialTransactionTax": {
                     *               "amount": "0.0000",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.gracePeriodDate": "2025-05-11",
                     *             "ofb.grossAmount": {
                     *               "amount": "2626.2500",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.incomeTax": {
                     *               "amount": "80.2100",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.investmentId": "Hbfadcbabf73378d6",
                     *             "ofb.investmentType": "CDB",
                     *             "ofb.isinCode": "BR9011FICDB3",
                     *             "ofb.issueDate": "2025-02-11",
                     *             "ofb.issueUnitPrice": {
                     *               "amount": "1000.0000",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.issuerInstitutionCnpjNumber": "90100000000156",
                     *             "ofb.netAmount": {
                     *               "amount": "2546.0400",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.postFixedIndexerPercentage": "1.100000",
                     *             "ofb.purchaseDate": "2025-02-11",
                     *             "ofb.purchaseUnitPrice": {
                     *               "amount": "1000.0000",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.referenceDateTime": "2026-11-27T21:00:00Z",
                     *             "ofb.remuneration": {
                     *               "calculation": "DIAS_UTEIS",
                     *               "indexer": "CDI",
                     *               "postFixedIndexerPercentage": "1.100000",
                     *               "ratePeriodicity": "ANUAL",
                     *               "rateType": "EXPONENCIAL"
                     *             },
                     *             "ofb.updatedUnitPrice": {
                     *               "amount": "1211.4301",
                     *               "currency": "BRL"
                     *             }
                     *           }
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["HoldingList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listInvestmentTransactions: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of movements of investments. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "itx_k3zz46dewb9x6fxtyhfpr72d6w",
                     *           "connection_id": "con_32hc4hckak1hbxryzbhaetg6b0",
                     *           "account_id": "acc_4tv1gmr2f3vqvztpk6ym68tfzg",
                     *           "security_id": "sec_z3r040nqfmz8jfw7zgmwfanny4",
                     *           "type": "buy",
                     *           "traded_on": "2026-11-09",
                     *           "settled_on": "2026-11-11",
                     *           "quantity": "2.0000",
                     *           "price": {
                     *             "amount": "19.6000",
                     *             "currency": "BRL"
                     *           },
                     *           "amount": {
                     *             "amount": "-39.20",
                     *             "currency": "BRL"
                     *           },
                     *           "description": "Compra Pomar Alimentos PN",
                     *           "extra": {
                     *             "ofb.priceFactor": "1.00",
                     *             "ofb.transactionDate": "2026-11-09",
                     *             "ofb.transactionQuantity": "2.0000",
                     *             "ofb.transactionType": "COMPRA",
                     *             "ofb.transactionUnitPrice": {
                     *               "amount": "19.6000",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.transactionValue": {
                     *               "amount": "39.2000",
                     *               "currency": "BRL"
                     *             },
                     *             "ofb.type": "ENTRADA"
                     *           }
                     *         }
                     *       ],
                     *       "next": "MSBpdHggMjAyNS0wMy0xNyBpdHhfanp3MDA3ZmdnZzd6dHJjZXlhYnc0eG40Ymc"
                     *     }
                     */
                    "application/json": components["schemas"]["InvestmentTransactionList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listSecurities: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of securities. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "sec_8fbmcrh5e649c0mzsqazqpac04",
                     *           "isin": "BR9051FDI015",
                     *           "name": "Farol Referenciado DI FI",
                     *           "type": "fund",
                     *           "subtype": "mutual_fund",
                     *           "currency": "BRL",
                     *           "issuer": "Farol Referenciado DI FI",
                     *           "extra": {
                     *             "ofb.anbimaCategory": "RENDA_FIXA",
                     *             "ofb.anbimaClass": "RENDA_FIXA",
                     *             "ofb.anbimaSubclass": "OUTROS",
                     *             "ofb.cnpjNumber": "90510000000124",
                     *             "ofb.issuerInstitutionCnpjNumber": "90510000000124"
                     *           }
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["SecurityList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the connection. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "doc_nbbxp0pgjg7t3v9zq7nb41a61g",
                     *           "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *           "type": "statement",
                     *           "period_from": "2026-10-01",
                     *           "period_to": "2026-10-31",
                     *           "issued_on": "2026-11-02",
                     *           "file_name": "harbor-rewards-card-1587-2026-10.pdf",
                     *           "media_type": "application/pdf",
                     *           "size": 6668,
                     *           "sha256": "5e568bc8fda996697a0d9245f9da28a9227167101c8431ca8e6fd85bb638b7c5",
                     *           "account_ids": [
                     *             "acc_k1skq1t6gzy4vgh07z0ak0045r"
                     *           ],
                     *           "revision": 0
                     *         }
                     *       ],
                     *       "next": "MSBkb2MgMjAyNC0wNC0wMiBkb2NfYWo5YWJua3JlMW42Zzg4NXh4NHM0dHdwODQ"
                     *     }
                     */
                    "application/json": components["schemas"]["DocumentList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    getDocument: {
        parameters: {
            query?: {
                /** @description How many seconds `url` works, 1 to 900. */
                ttl?: number;
            };
            header?: never;
            path: {
                /** @description Id of the document. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document, with an address to download it from. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "doc_nbbxp0pgjg7t3v9zq7nb41a61g",
                     *       "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *       "type": "statement",
                     *       "period_from": "2026-10-01",
                     *       "period_to": "2026-10-31",
                     *       "issued_on": "2026-11-02",
                     *       "file_name": "harbor-rewards-card-1587-2026-10.pdf",
                     *       "media_type": "application/pdf",
                     *       "size": 6668,
                     *       "sha256": "5e568bc8fda996697a0d9245f9da28a9227167101c8431ca8e6fd85bb638b7c5",
                     *       "account_ids": [
                     *         "acc_k1skq1t6gzy4vgh07z0ak0045r"
                     *       ],
                     *       "revision": 0,
                     *       "url": "https://link.example.com/d/AQEhupp6fvK7g15OuIpyAndPZr49bEFEmx6RKAMapFzCDuY1E9y8CEBbB8Ibjb4hXcZWuoBEQe-JO_X2oAVonXjk5tykTjq2zVAcnpNICh4AwBgkNWLkStzQf9rIgfYwe3gZUWEcXKOFd9lvhlb-xAiGjWZU2g0DYCqNh6b78CFxq-Q4d0rA0gxHe0FGJeMZMTyqVIFD6m46Hquc4W2MbkaJNS-jsDXcppJhzFZv3_7x95SlQD6gTIKzBF3N_B45",
                     *       "expires_at": "2026-11-30T15:41:49.909782Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Document"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    downloadDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the document. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, in the media type that its `media_type` says. */
            200: {
                headers: {
                    /** @description `attachment`, with the file's name. */
                    "Content-Disposition"?: string;
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": Uint8Array;
                    "application/pdf": Uint8Array;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before, or the `id` of a message of the stream. `start`: from the beginning. Absent: a page begins at the beginning, a stream now. It never expires. */
                after?: string;
                /** @description Only events of these types, with commas between. */
                type?: components["schemas"]["EventType"][];
                /** @description Seconds to wait for something new before answering, 0 to 60. */
                wait?: number;
            };
            header?: {
                /** @description Of a stream: the `id` of the last message, behind which it goes on. It goes before `after`. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the feed; or, accepted as `text/event-stream`, a stream of it. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "evt_06h2t46synxah2zs16fg93bx38",
                     *           "type": "link.exited",
                     *           "timestamp": "2026-11-30T15:26:48.821958Z",
                     *           "sequence": 1,
                     *           "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *           "data": {
                     *             "link_id": "lnk_06h2t46sy1rm3fpgtwnee8wptc",
                     *             "person": "customer-42",
                     *             "status": "exited"
                     *           }
                     *         }
                     *       ],
                     *       "next": "ZTE5"
                     *     }
                     */
                    "application/json": components["schemas"]["EventList"];
                    "text/event-stream": components["schemas"]["EventMessage"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    resendEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from": "2026-11-20T12:00:00Z",
                 *       "to": "2026-11-20T14:00:00Z",
                 *       "endpoint_id": "whe_06gzhn0zj1xvx5vtb5xd0gkwrg"
                 *     }
                 */
                "application/json": components["schemas"]["ResendRequest"];
            };
        };
        responses: {
            /** @description How many deliveries were made. */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deliveries": 5
                     *     }
                     */
                    "application/json": components["schemas"]["Resend"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    resendEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the event. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many deliveries were made. */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deliveries": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Resend"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoints of the application, on one page. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "whe_06h2t46sxhv8f8p8c2q4mradzg",
                     *           "url": "https://app.example/webhooks",
                     *           "types": [
                     *             "connection.linked",
                     *             "collection.finished"
                     *           ],
                     *           "status": "failing",
                     *           "created_at": "2026-11-30T15:26:48.812076Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://app.example/webhooks",
                 *       "types": [
                 *         "connection.linked",
                 *         "connection.needs_action",
                 *         "collection.finished"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointRequest"];
            };
        };
        responses: {
            /** @description The endpoint with its secret. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_06h2t46sxhv8f8p8c2q4mradzg",
                     *       "url": "https://app.example/webhooks",
                     *       "types": [
                     *         "connection.linked",
                     *         "collection.finished"
                     *       ],
                     *       "status": "active",
                     *       "created_at": "2026-11-30T15:26:48.812076Z",
                     *       "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_06h2t46sxhv8f8p8c2q4mradzg",
                     *       "url": "https://app.example/webhooks",
                     *       "types": [
                     *         "connection.linked",
                     *         "collection.finished"
                     *       ],
                     *       "status": "failing",
                     *       "created_at": "2026-11-30T15:26:48.812076Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "disabled": true
                 *     }
                 */
                "application/json": components["schemas"]["WebhookEndpointUpdate"];
            };
        };
        responses: {
            /** @description The endpoint, changed. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_06h2t46sxhv8f8p8c2q4mradzg",
                     *       "url": "https://app.example/webhooks",
                     *       "types": [
                     *         "connection.linked",
                     *         "collection.finished"
                     *       ],
                     *       "status": "disabled",
                     *       "disabled_because": "requested",
                     *       "created_at": "2026-11-30T15:26:48.812076Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries, with their attempts. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "dlv_06h2t47dh1tv54crsn49h8gxsg",
                     *           "event_id": "evt_06h2t47dh1r0k4sda6j3w8qbmr",
                     *           "url": "https://app.example/webhooks",
                     *           "status": "waiting",
                     *           "attempts": [
                     *             {
                     *               "at": "2026-11-30T15:26:53.843552Z",
                     *               "error": "the connection failed (dial)",
                     *               "duration_ms": 7
                     *             }
                     *           ],
                     *           "next_at": "2026-11-30T15:26:59.038933999Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint with its new secret. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whe_06h2t46sxhv8f8p8c2q4mradzg",
                     *       "url": "https://app.example/webhooks",
                     *       "types": [
                     *         "connection.linked",
                     *         "collection.finished"
                     *       ],
                     *       "status": "failing",
                     *       "created_at": "2026-11-30T15:26:48.812076Z",
                     *       "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookEndpointWithSecret"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the endpoint. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event that is on its way to the endpoint. */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "evt_06h2t47dh1r0k4sda6j3w8qbmr",
                     *       "type": "endpoint.test",
                     *       "timestamp": "2026-11-30T15:26:53.832591Z",
                     *       "sequence": 20,
                     *       "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *       "data": {}
                     *     }
                     */
                    "application/json": components["schemas"]["Event"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listPersons: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of persons, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "per_6nq12zn12mchgqyy10btdq8a0m",
                     *           "person": "customer-43",
                     *           "created_at": "2026-11-30T15:26:49.912981Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["PersonList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    getPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the person, or your own reference. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "per_6nq12zn12mchgqyy10btdq8a0m",
                     *       "person": "customer-43",
                     *       "created_at": "2026-11-30T15:26:49.912981Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Person"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    deletePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the person, or your own reference. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Erased. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    exportPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the person, or your own reference. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that is stored of the person, as one JSON object, streamed. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    createPortal: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the person, or your own reference. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address of the page. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "https://link.example.com/me/m7wd87wgn0c8fz3qrk4h0ndx9etq2nsq0ae1c4tzjv5h",
                     *       "expires_at": "2026-11-30T15:41:55.852681Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Portal"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listSimplefinTokens: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
                /** @description Only of this person: id or your own reference. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tokens, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "stk_06h2t47ndnx29e201y9w43h26w",
                     *           "person_id": "per_6tjdhetx8nxdfhrtkrw189s130",
                     *           "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *           "name": "Actual Budget",
                     *           "connection_ids": [],
                     *           "status": "unclaimed",
                     *           "created_at": "2026-11-30T15:26:55.853671Z",
                     *           "expires_at": "2026-12-07T15:26:55.853671Z",
                     *           "claimed_at": null,
                     *           "last_used_at": null,
                     *           "revoked_at": null,
                     *           "reused_at": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["SimplefinTokenList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    createSimplefinToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "person": "customer-42",
                 *       "name": "Actual Budget"
                 *     }
                 */
                "application/json": components["schemas"]["SimplefinTokenRequest"];
            };
        };
        responses: {
            /** @description The token with its value. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stk_06h2t47ndnx29e201y9w43h26w",
                     *       "person_id": "per_6tjdhetx8nxdfhrtkrw189s130",
                     *       "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *       "name": "Actual Budget",
                     *       "connection_ids": [],
                     *       "status": "unclaimed",
                     *       "created_at": "2026-11-30T15:26:55.853671Z",
                     *       "expires_at": "2026-12-07T15:26:55.853671Z",
                     *       "claimed_at": null,
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "reused_at": null,
                     *       "setup_token": "aHR0cHM6Ly9saW5rLmV4YW1wbGUuY29tL3NpbXBsZWZpbi9jbGFpbS9tN3dkODd3Z24wYzg="
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedSimplefinToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getSimplefinToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stk_06h2t47ndnx29e201y9w43h26w",
                     *       "person_id": "per_6tjdhetx8nxdfhrtkrw189s130",
                     *       "application_id": "app_etxcw7q613hgprc7494y29zxq0",
                     *       "name": "Actual Budget",
                     *       "connection_ids": [],
                     *       "status": "unclaimed",
                     *       "created_at": "2026-11-30T15:26:55.853671Z",
                     *       "expires_at": "2026-12-07T15:26:55.853671Z",
                     *       "claimed_at": null,
                     *       "last_used_at": null,
                     *       "revoked_at": null,
                     *       "reused_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["SimplefinToken"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    revokeSimplefinToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listApplications: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of applications, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "app_etxcw7q613hgprc7494y29zxq0",
                     *           "client_id": "dev",
                     *           "name": "dev",
                     *           "company_name": "Ledgerly",
                     *           "origins": [],
                     *           "redirect_hosts": [],
                     *           "callback_hosts": [],
                     *           "created_at": "2026-11-30T15:25:58.1247Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApplicationList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    createApplication: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ledgerly",
                 *       "company_name": "Contabilidade Sorriso & Filhos Ltda.",
                 *       "origins": [
                 *         "https://app.example"
                 *       ],
                 *       "redirect_hosts": [
                 *         "app.example"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ApplicationRequest"];
            };
        };
        responses: {
            /** @description The application. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "client_id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "name": "ledgerly",
                     *       "company_name": "Contabilidade Sorriso & Filhos Ltda.",
                     *       "origins": [
                     *         "https://app.example"
                     *       ],
                     *       "redirect_hosts": [
                     *         "app.example"
                     *       ],
                     *       "callback_hosts": [],
                     *       "created_at": "2026-11-30T15:26:55.860238Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Application"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getApplication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the application. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The application. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "client_id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "name": "ledgerly",
                     *       "company_name": "Contabilidade Sorriso & Filhos Ltda.",
                     *       "origins": [
                     *         "https://app.example"
                     *       ],
                     *       "redirect_hosts": [
                     *         "app.example"
                     *       ],
                     *       "callback_hosts": [],
                     *       "created_at": "2026-11-30T15:26:55.860238Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Application"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    updateApplication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the application. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "company_name": "Contabilidade Sorriso & Filhos Ltda.",
                 *       "accent": "#0b6e4f"
                 *     }
                 */
                "application/json": components["schemas"]["ApplicationUpdate"];
            };
        };
        responses: {
            /** @description The application, changed. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "client_id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "name": "ledgerly",
                     *       "company_name": "Contabilidade Sorriso & Filhos Ltda.",
                     *       "origins": [
                     *         "https://app.example"
                     *       ],
                     *       "redirect_hosts": [
                     *         "app.example"
                     *       ],
                     *       "callback_hosts": [],
                     *       "accent": "#0b6e4f",
                     *       "created_at": "2026-11-30T15:26:55.860238Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Application"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Id of the application. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, on one page. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the application. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scopes": [
                 *         "read",
                 *         "link"
                 *       ],
                 *       "expires_at": "2027-11-20T12:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description The key with its secret. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_06h2t47nf1v692zzb2m1yypd8g",
                     *       "last_four": "Eo4w",
                     *       "scopes": [
                     *         "read",
                     *         "link"
                     *       ],
                     *       "created_at": "2026-11-30T15:26:55.864001Z",
                     *       "expires_at": "2027-11-20T12:00:00Z",
                     *       "secret": "m7wd87wgn0c8fz3qrk4h0ndx9etq2nsq0ae1c4tzjv5h"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedKey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the application. */
                id: string;
                /** @description Id of the key. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    updateApplicationSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the application. */
                id: string;
                /** @description Name of the dialect. */
                dialect: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The application, changed. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "client_id": "app_rqmgpgb9n6853aydx245xp0zq8",
                     *       "name": "ledgerly",
                     *       "company_name": "Contabilidade Sorriso & Filhos Ltda.",
                     *       "origins": [
                     *         "https://app.example"
                     *       ],
                     *       "redirect_hosts": [
                     *         "app.example"
                     *       ],
                     *       "callback_hosts": [],
                     *       "accent": "#0b6e4f",
                     *       "settings": {
                     *         "taiki": {}
                     *       },
                     *       "created_at": "2026-11-30T15:26:55.860238Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Application"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listConnectors: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connectors, on one page. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "name": "estuary",
                     *           "title": "Estuary",
                     *           "fields": [
                     *             {
                     *               "name": "client_id",
                     *               "type": "text",
                     *               "label": "Client id",
                     *               "help": "In the sandbox: estuary-dev.",
                     *               "required": true
                     *             },
                     *             {
                     *               "name": "secret",
                     *               "type": "secret",
                     *               "label": "Secret",
                     *               "help": "In the sandbox it stands in docs/providers.md.",
                     *               "required": true
                     *             },
                     *             {
                     *               "name": "countries",
                     *               "type": "list",
                     *               "label": "Countries",
                     *               "help": "Whose banks are listed.",
                     *               "default": "US,CA,GB,ES,BR",
                     *               "choices": [
                     *                 "US",
                     *                 "CA",
                     *                 "GB"
                     *               ],
                     *               "required": false
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectorList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    listProviders: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of providers, oldest first. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [
                     *         {
                     *           "id": "prv_06h2t40kz5zr1703mn149w7v3c",
                     *           "connector": "estuary",
                     *           "environment": "sandbox",
                     *           "settings": {
                     *             "client_id": "estuary-dev"
                     *           },
                     *           "keys": {
                     *             "secret": "9XKD"
                     *           },
                     *           "priority": 20,
                     *           "slots": {
                     *             "limit": 10,
                     *             "used": 0,
                     *             "left": 10
                     *           },
                     *           "directory": {
                     *             "institutions": 362,
                     *             "refreshed_at": "2026-11-30T15:28:49.25854Z",
                     *             "refreshing": false
                     *           },
                     *           "redirect": "registered",
                     *           "tried_at": "2026-11-30T15:28:48.814316Z",
                     *           "created_at": "2026-11-30T15:25:58.137909Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    setProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "connector": "estuary",
                 *       "fields": {
                 *         "client_id": "estuary-dev",
                 *         "secret": "…"
                 *       },
                 *       "priority": 10
                 *     }
                 */
                "application/json": components["schemas"]["ProviderRequest"];
            };
        };
        responses: {
            /** @description The provider. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prv_06h2t40kz5zr1703mn149w7v3c",
                     *       "connector": "estuary",
                     *       "environment": "sandbox",
                     *       "settings": {
                     *         "client_id": "estuary-dev"
                     *       },
                     *       "keys": {
                     *         "secret": "9XKD"
                     *       },
                     *       "priority": 10,
                     *       "slots": {
                     *         "limit": 10,
                     *         "used": 0,
                     *         "left": 10
                     *       },
                     *       "directory": {
                     *         "institutions": 362,
                     *         "refreshed_at": "2026-11-30T15:28:49.25854Z",
                     *         "refreshing": true
                     *       },
                     *       "redirect": "registered",
                     *       "tried_at": "2026-11-30T15:29:03.690274Z",
                     *       "created_at": "2026-11-30T15:25:58.137909Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the provider. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prv_06h2t40kz5zr1703mn149w7v3c",
                     *       "connector": "estuary",
                     *       "environment": "sandbox",
                     *       "settings": {
                     *         "client_id": "estuary-dev"
                     *       },
                     *       "keys": {
                     *         "secret": "9XKD"
                     *       },
                     *       "priority": 20,
                     *       "slots": {
                     *         "limit": 10,
                     *         "used": 0,
                     *         "left": 10
                     *       },
                     *       "directory": {
                     *         "institutions": 362,
                     *         "refreshed_at": "2026-11-30T15:28:49.25854Z",
                     *         "refreshing": false
                     *       },
                     *       "redirect": "registered",
                     *       "tried_at": "2026-11-30T15:28:48.814316Z",
                     *       "created_at": "2026-11-30T15:25:58.137909Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Provider"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    deleteProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the provider. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    updateProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the provider. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "priority": 20
                 *     }
                 */
                "application/json": components["schemas"]["ProviderUpdate"];
            };
        };
        responses: {
            /** @description The provider, changed. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prv_06h2t40kz5zr1703mn149w7v3c",
                     *       "connector": "estuary",
                     *       "environment": "sandbox",
                     *       "settings": {
                     *         "client_id": "estuary-dev"
                     *       },
                     *       "keys": {
                     *         "secret": "9XKD"
                     *       },
                     *       "priority": 20,
                     *       "slots": {
                     *         "limit": 10,
                     *         "used": 0,
                     *         "left": 10
                     *       },
                     *       "directory": {
                     *         "institutions": 362,
                     *         "refreshed_at": "2026-11-30T15:28:49.25854Z",
                     *         "refreshing": false
                     *       },
                     *       "redirect": "registered",
                     *       "tried_at": "2026-11-30T15:28:48.814316Z",
                     *       "created_at": "2026-11-30T15:25:58.137909Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Provider"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    refreshProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the provider. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider; its list is being read. */
            202: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prv_06h2t40kz5zr1703mn149w7v3c",
                     *       "connector": "estuary",
                     *       "environment": "sandbox",
                     *       "settings": {
                     *         "client_id": "estuary-dev"
                     *       },
                     *       "keys": {
                     *         "secret": "9XKD"
                     *       },
                     *       "priority": 20,
                     *       "slots": {
                     *         "limit": 10,
                     *         "used": 0,
                     *         "left": 10
                     *       },
                     *       "directory": {
                     *         "institutions": 362,
                     *         "refreshed_at": "2026-11-30T15:28:49.25854Z",
                     *         "refreshing": true
                     *       },
                     *       "redirect": "registered",
                     *       "tried_at": "2026-11-30T15:29:03.690274Z",
                     *       "created_at": "2026-11-30T15:25:58.137909Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Provider"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    tryProvider: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the provider. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider; its `problem` says what the service has against the keys. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "prv_06h2t40kz5zr1703mn149w7v3c",
                     *       "connector": "estuary",
                     *       "environment": "sandbox",
                     *       "settings": {
                     *         "client_id": "estuary-dev"
                     *       },
                     *       "keys": {
                     *         "secret": "9XKD"
                     *       },
                     *       "priority": 20,
                     *       "slots": {
                     *         "limit": 10,
                     *         "used": 0,
                     *         "left": 10
                     *       },
                     *       "directory": {
                     *         "institutions": 362,
                     *         "refreshed_at": "2026-11-30T15:28:49.25854Z",
                     *         "refreshing": false
                     *       },
                     *       "redirect": "registered",
                     *       "tried_at": "2026-11-30T15:29:03.690274Z",
                     *       "created_at": "2026-11-30T15:25:58.137909Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Provider"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    listApprovals: {
        parameters: {
            query?: {
                /** @description How many at most on a page, 1 to 500. */
                limit?: number;
                /** @description Cursor: the `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The approvals that wait, on one page. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "data": [],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ApprovalList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    decideApproval: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the approval. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "approve": true
                 *     }
                 */
                "application/json": components["schemas"]["ApprovalDecision"];
            };
        };
        responses: {
            /** @description Decided. */
            204: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    getClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clock. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "now": "2026-11-30T15:26:55.867517Z",
                     *       "frozen": false
                     *     }
                     */
                    "application/json": components["schemas"]["Clock"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Error"];
        };
    };
    advanceClock: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "by": "30d"
                 *     }
                 */
                "application/json": components["schemas"]["AdvanceRequest"];
            };
        };
        responses: {
            /** @description Where the clock came to. As a stream: a line of progress now and then, and this as the last one. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "now": "2026-11-30T16:26:55.867913Z",
                     *       "work_done": 14
                     *     }
                     */
                    "application/json": components["schemas"]["Advance"];
                    "application/x-ndjson": components["schemas"]["AdvanceProgress"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    cancelAdvance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many were cancelled. */
            200: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "cancelled": 0
                     *     }
                     */
                    "application/json": components["schemas"]["CancelledAdvances"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    createSandboxLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text of your own, one for each thing that you want done: a UUID, for example. The same key with the same body gets the same answer for 24 hours instead of being done again, so that a request whose answer was lost may be sent again. With another body it is 409. A refusal (4xx) does nothing and leaves the key free. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "institution_id": "harbor",
                 *       "user": "good",
                 *       "person": "customer-42",
                 *       "wait": 60
                 *     }
                 */
                "application/json": components["schemas"]["SandboxLinkRequest"];
            };
        };
        responses: {
            /** @description What came of the link. */
            201: {
                headers: {
                    "Fairlead-Request-Id": components["headers"]["RequestID"];
                    "Idempotent-Replayed": components["headers"]["Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "link_id": "lnk_06h2t46sz1sj94p9wn5s1hvah0",
                     *       "connection_id": "con_fwjwsfp0xtwk2tmr4ddkdzgjbm",
                     *       "connection_status": "active",
                     *       "code": "m7wd87wgn0c8fz3qrk4h0ndx9etq2nsq0ae1c4tzjv5h",
                     *       "status": "finished"
                     *     }
                     */
                    "application/json": components["schemas"]["SandboxLink"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
            507: components["responses"]["StorageFull"];
            default: components["responses"]["Error"];
        };
    };
    onLinkOpened: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkOpenedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onLinkFinished: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkFinishedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onLinkFailed: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkFailedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onLinkExited: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkExitedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onLinkExpired: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkExpiredEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConnectionLinked: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionLinkedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConnectionNeedsAction: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionNeedsActionEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConnectionRecovered: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionRecoveredEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConnectionDisconnected: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionDisconnectedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConsentGranted: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentGrantedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConsentExpiring: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentExpiringEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConsentExpired: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentExpiredEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onConsentRevoked: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentRevokedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onCollectionFinished: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollectionFinishedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onRecordsChanged: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordsChangedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDocumentAvailable: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentAvailableEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDocumentRevised: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentRevisedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onDocumentsAvailable: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DocumentsAvailableEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onInstitutionDegraded: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InstitutionDegradedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onInstitutionRecovered: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InstitutionRecoveredEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onInstitutionRequested: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InstitutionRequestedEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    onEndpointTest: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id, the same on every retry and when it is sent again: skip one that you have seen. */
                "webhook-id": string;
                /** @description When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off. */
                "webhook-timestamp": string;
                /** @description `v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret (the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointTestEvent"];
            };
        };
        responses: {
            /** @description The endpoint is gone: it is disabled, and nothing more is sent. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. `Retry-After` is honoured. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Answer within 10 seconds and do the work afterwards. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
