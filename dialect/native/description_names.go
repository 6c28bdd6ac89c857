package native

import (
	"reflect"
	"strings"
	"unicode"
)

// operationIDs name every operation as a client's method is called.
var operationIDs = map[string]string{
	"POST /oauth/token":  "createToken",
	"POST /oauth/revoke": "revokeToken",

	"POST /links":             "createLink",
	"GET /links":              "listLinks",
	"GET /links/{id}":         "getLink",
	"POST /links/{id}/cancel": "cancelLink",
	"POST /links/exchange":    "exchangeCode",

	"GET /institutions":      "listInstitutions",
	"GET /institutions/{id}": "getInstitution",

	"GET /connections":                  "listConnections",
	"GET /connections/{id}":             "getConnection",
	"DELETE /connections/{id}":          "deleteConnection",
	"POST /connections/{id}/collect":    "collectConnection",
	"GET /connections/{id}/consents":    "listConsents",
	"GET /connections/{id}/collections": "listCollections",
	"POST /connections/{id}/files":      "uploadFile",

	"POST /connections/{id}/collections/{collection}/undo": "undoUpload",

	"GET /connections/{id}/accounts":                "listAccounts",
	"GET /connections/{id}/holdings":                "listHoldings",
	"GET /connections/{id}/securities":              "listSecurities",
	"GET /connections/{id}/investment_transactions": "listInvestmentTransactions",
	"GET /connections/{id}/loans":                   "listLoans",
	"GET /connections/{id}/bills":                   "listBills",
	"GET /connections/{id}/identity":                "listIdentities",
	"GET /connections/{id}/documents":               "listDocuments",
	"GET /connections/{id}/transactions":            "listTransactions",
	"GET /connections/{id}/changes":                 "listChanges",
	"GET /accounts/{id}":                            "getAccount",
	"GET /accounts/{id}/transactions":               "listAccountTransactions",
	"GET /transactions/{id}":                        "getTransaction",

	"GET /documents/{id}":         "getDocument",
	"GET /documents/{id}/content": "downloadDocument",

	"GET /events":              "listEvents",
	"POST /events/{id}/resend": "resendEvent",
	"POST /events/resend":      "resendEvents",

	"POST /webhook_endpoints":                "createWebhookEndpoint",
	"GET /webhook_endpoints":                 "listWebhookEndpoints",
	"GET /webhook_endpoints/{id}":            "getWebhookEndpoint",
	"PATCH /webhook_endpoints/{id}":          "updateWebhookEndpoint",
	"DELETE /webhook_endpoints/{id}":         "deleteWebhookEndpoint",
	"POST /webhook_endpoints/{id}/rotate":    "rotateWebhookSecret",
	"POST /webhook_endpoints/{id}/test":      "testWebhookEndpoint",
	"GET /webhook_endpoints/{id}/deliveries": "listDeliveries",

	"GET /persons":              "listPersons",
	"GET /persons/{id}":         "getPerson",
	"DELETE /persons/{id}":      "deletePerson",
	"GET /persons/{id}/export":  "exportPerson",
	"POST /persons/{id}/portal": "createPortal",

	"POST /simplefin_tokens":        "createSimplefinToken",
	"GET /simplefin_tokens":         "listSimplefinTokens",
	"GET /simplefin_tokens/{id}":    "getSimplefinToken",
	"DELETE /simplefin_tokens/{id}": "revokeSimplefinToken",

	"GET /applications":                           "listApplications",
	"POST /applications":                          "createApplication",
	"GET /applications/{id}":                      "getApplication",
	"PATCH /applications/{id}":                    "updateApplication",
	"PATCH /applications/{id}/settings/{dialect}": "updateApplicationSettings",
	"GET /applications/{id}/keys":                 "listKeys",
	"POST /applications/{id}/keys":                "createKey",
	"DELETE /applications/{id}/keys/{key}":        "revokeKey",

	"GET /connectors":              "listConnectors",
	"GET /providers":               "listProviders",
	"POST /providers":              "setProvider",
	"GET /providers/{id}":          "getProvider",
	"PATCH /providers/{id}":        "updateProvider",
	"DELETE /providers/{id}":       "deleteProvider",
	"POST /providers/{id}/try":     "tryProvider",
	"POST /providers/{id}/refresh": "refreshProvider",

	"GET /sandbox/clock":            "getClock",
	"POST /sandbox/clock/advance":   "advanceClock",
	"DELETE /sandbox/clock/advance": "cancelAdvance",
	"POST /sandbox/links":           "createSandboxLink",
	"GET /sandbox/approvals":        "listApprovals",
	"POST /sandbox/approvals/{id}":  "decideApproval",
}

// operationID is the name of an operation ("POST /links", below /v1).
func operationID(pattern string) string {
	id, ok := operationIDs[pattern]
	if !ok {
		panic("native: " + pattern + " has no name in operationIDs") // a mistake of the build
	}
	return id
}

// schemaNames are the names of shapes that do not follow from those of their types.
// X is a resource, XRequest what makes one or asks for it, XUpdate what changes one,
// XList a page of them.
var schemaNames = map[string]string{
	"createLinkBody":          "LinkRequest",
	"createdLink":             "CreatedLink",
	"exchangeBody":            "ExchangeRequest",
	"exchanged":               "Exchange",
	"exchangedConnection":     "ExchangedConnection",
	"hintsBody":               "PersonHints",
	"headlessLinkBody":        "SandboxLinkRequest",
	"headlessBody":            "SandboxLink",
	"decisionBody":            "ApprovalDecision",
	"advanceBody":             "AdvanceRequest",
	"advancedBody":            "Advance",
	"progressBody":            "AdvanceProgress",
	"cancelledBody":           "CancelledAdvances",
	"createApplicationBody":   "ApplicationRequest",
	"applicationChange":       "ApplicationUpdate",
	"createKeyBody":           "KeyRequest",
	"keyWithSecret":           "CreatedKey",
	"createEndpointBody":      "WebhookEndpointRequest",
	"endpointChange":          "WebhookEndpointUpdate",
	"EndpointBody":            "WebhookEndpoint",
	"endpointWithSecret":      "WebhookEndpointWithSecret",
	"attemptBody":             "DeliveryAttempt",
	"newSetupTokenBody":       "SimplefinTokenRequest",
	"SetupTokenBody":          "SimplefinToken",
	"setupTokenWithValue":     "CreatedSimplefinToken",
	"setProviderBody":         "ProviderRequest",
	"providerChange":          "ProviderUpdate",
	"slotsBody":               "ProviderSlots",
	"directoryBody":           "ProviderDirectory",
	"connectorFieldBody":      "ConnectorField",
	"resendRange":             "ResendRequest",
	"resentBody":              "Resend",
	"problem":                 "Error",
	"oauthProblem":            "OAuthError",
	"Field":                   "FieldError",
	"fileWarningBody":         "FileWarning",
	"productBody":             "ConnectionProduct",
	"countsBody":              "CollectionProduct",
	"offeredBody":             "OfferedAccount",
	"changesPage":             "ChangeList",
	"eventsPage":              "EventList",
	"transactionWithVersions": "TransactionWithVersions",
	"paymentBody":             "BillPayment",
	"chargeBody":              "BillCharge",
	"rateBody":                "LoanRate",
	"instalmentsBody":         "LoanInstalments",
	"scheduleBody":            "LoanInstalment",
	"guaranteeBody":           "LoanGuarantee",
	"feeBody":                 "LoanFee",
	"relationBody":            "AccountRelation",
	"Parsed":                  "DocumentField",
	"Code":                    "InstitutionCode",
	"previewBody":             "UploadPreview",
	"previewFileBody":         "PreviewFile",
	"previewAccountBody":      "PreviewAccount",
	"previewRowBody":          "PreviewRow",
	"tokenBody":               "Token",
}

// schemaName names the shape of a type.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := t.Name()
	if name == "" {
		return hint
	}
	if item, ok := strings.CutPrefix(name, "list["); ok {
		item = strings.TrimSuffix(item, "]")
		return shortName(item[strings.LastIndexByte(item, '.')+1:]) + "List"
	}
	return shortName(name)
}

// shortName names the shape of a type of this name.
func shortName(name string) string {
	if given, ok := schemaNames[name]; ok {
		return given
	}
	runes := []rune(strings.TrimSuffix(name, "Body"))
	runes[0] = unicode.ToUpper(runes[0])
	return string(runes)
}
