package native

// parameterWords say what parameters are, by operation and name or by name alone.
var parameterWords = map[string]string{
	"limit": "How many at most on a page, 1 to 500.",
	"after": "Cursor: the `next` of the page before.",
	"wait":  "Seconds to wait for something new before answering, 0 to 60.",
	"from":  "First day, as `2026-01-31`.",
	"to":    "Last day, as `2026-01-31`.",

	"numbers": "Whether the sealed numbers of accounts are opened: `numbers` in the answer.",
	"type":    "Only events of these types, with commas between.",
	"person":  "Only of this person: your own reference.",
	"status":  "Only transactions that stand so.",

	"institution_id": "Only of this institution.",
	"product":        "Only institutions that offer this product.",
	"country":        "Only institutions of this country: ISO 3166 code of two letters.",
	"q":              "What the person types: a name or a code. Accents, case and small typing errors are forgiven.",
	"Last-Event-ID":  "Of a stream: the `id` of the last message, behind which it goes on. It goes before `after`.",

	"GET /connections/{id}/changes after": "Cursor: the `next` of the page before. `start`: from the beginning. Absent: a page begins at the beginning, a stream now. It never expires.",
	"GET /events after":                   "Cursor: the `next` of the page before, or the `id` of a message of the stream. `start`: from the beginning. Absent: a page begins at the beginning, a stream now. It never expires.",
	"GET /simplefin_tokens person":        "Only of this person: id or your own reference.",
	"GET /documents/{id} ttl":             "How many seconds `url` works, 1 to 900.",

	"POST /links/{id}/cancel id":      "Id of the link.",
	"GET /links/{id} id":              "Id of the link.",
	"GET /institutions/{id} id":       "Id or short name of the institution.",
	"GET /persons/{id} id":            "Id of the person, or your own reference.",
	"DELETE /persons/{id} id":         "Id of the person, or your own reference.",
	"GET /persons/{id}/export id":     "Id of the person, or your own reference.",
	"POST /persons/{id}/portal id":    "Id of the person, or your own reference.",
	"POST /sandbox/approvals/{id} id": "Id of the approval.",

	"PATCH /applications/{id}/settings/{dialect} dialect":             "Name of the dialect.",
	"DELETE /applications/{id}/keys/{key} key":                        "Id of the key.",
	"POST /connections/{id}/collections/{collection}/undo collection": "Id of the collection that read the upload.",
}

// pathNouns are what the id in a path is of, by the beginning of the path.
var pathNouns = map[string]string{
	"/links": "link", "/connections": "connection", "/accounts": "account", "/transactions": "transaction", "/documents": "document",
	"/events": "event", "/webhook_endpoints": "endpoint", "/simplefin_tokens": "token", "/applications": "application", "/providers": "provider",
}

// answerWords say what an operation answers with.
var answerWords = map[string]string{
	"POST /links":             "The link, with its token and the address of its page.",
	"GET /links":              "A page of links, oldest first.",
	"GET /links/{id}":         "The link.",
	"POST /links/{id}/cancel": "The link, cancelled.",
	"POST /links/exchange":    "The connections that the code stands for.",

	"GET /institutions":      "A page of institutions, the best matches first.",
	"GET /institutions/{id}": "The institution.",

	"GET /connections":                  "A page of connections, oldest first.",
	"GET /connections/{id}":             "The connection.",
	"DELETE /connections/{id}":          "Disconnected.",
	"POST /connections/{id}/collect":    "The connection; the collection is queued.",
	"GET /connections/{id}/consents":    "A page of consents, oldest first.",
	"GET /connections/{id}/collections": "A page of collections, the latest first.",

	"POST /connections/{id}/collections/{collection}/undo": "The collection that undoes the upload.",

	"GET /connections/{id}/accounts":                "A page of accounts.",
	"GET /connections/{id}/holdings":                "A page of holdings.",
	"GET /connections/{id}/securities":              "A page of securities.",
	"GET /connections/{id}/investment_transactions": "A page of movements of investments.",
	"GET /connections/{id}/loans":                   "A page of loans.",
	"GET /connections/{id}/bills":                   "A page of card bills.",
	"GET /connections/{id}/identity":                "A page of identities: one, where the institution gives any.",
	"GET /connections/{id}/documents":               "A page of documents.",
	"GET /connections/{id}/transactions":            "A page of transactions, the newest day first.",
	"GET /connections/{id}/changes":                 "A page of the feed of changes.",
	"GET /accounts/{id}":                            "The account.",
	"GET /accounts/{id}/transactions":               "A page of transactions, the newest day first.",
	"GET /transactions/{id}":                        "The transaction with its versions.",

	"GET /documents/{id}": "The document, with an address to download it from.",

	"GET /events":              "A page of the feed; or, accepted as `text/event-stream`, a stream of it.",
	"POST /events/{id}/resend": "How many deliveries were made.",
	"POST /events/resend":      "How many deliveries were made.",

	"POST /webhook_endpoints":                "The endpoint with its secret.",
	"GET /webhook_endpoints":                 "The endpoints of the application, on one page.",
	"GET /webhook_endpoints/{id}":            "The endpoint.",
	"PATCH /webhook_endpoints/{id}":          "The endpoint, changed.",
	"DELETE /webhook_endpoints/{id}":         "Deleted.",
	"POST /webhook_endpoints/{id}/rotate":    "The endpoint with its new secret.",
	"POST /webhook_endpoints/{id}/test":      "The event that is on its way to the endpoint.",
	"GET /webhook_endpoints/{id}/deliveries": "A page of deliveries, with their attempts.",

	"GET /persons":              "A page of persons, oldest first.",
	"GET /persons/{id}":         "The person.",
	"DELETE /persons/{id}":      "Erased.",
	"GET /persons/{id}/export":  "Everything that is stored of the person, as one JSON object, streamed.",
	"POST /persons/{id}/portal": "The address of the page.",

	"POST /simplefin_tokens":        "The token with its value.",
	"GET /simplefin_tokens":         "A page of tokens, oldest first.",
	"GET /simplefin_tokens/{id}":    "The token.",
	"DELETE /simplefin_tokens/{id}": "Revoked.",

	"GET /applications":                           "A page of applications, oldest first.",
	"POST /applications":                          "The application.",
	"GET /applications/{id}":                      "The application.",
	"PATCH /applications/{id}":                    "The application, changed.",
	"PATCH /applications/{id}/settings/{dialect}": "The application, changed.",
	"GET /applications/{id}/keys":                 "The keys, on one page.",
	"POST /applications/{id}/keys":                "The key with its secret.",
	"DELETE /applications/{id}/keys/{key}":        "Revoked.",

	"GET /connectors":              "The connectors, on one page.",
	"GET /providers":               "A page of providers, oldest first.",
	"POST /providers":              "The provider.",
	"GET /providers/{id}":          "The provider.",
	"PATCH /providers/{id}":        "The provider, changed.",
	"DELETE /providers/{id}":       "Deleted.",
	"POST /providers/{id}/try":     "The provider; its `problem` says what the service has against the keys.",
	"POST /providers/{id}/refresh": "The provider; its list is being read.",

	"GET /sandbox/clock":            "The clock.",
	"DELETE /sandbox/clock/advance": "How many were cancelled.",
	"POST /sandbox/links":           "What came of the link.",
	"GET /sandbox/approvals":        "The approvals that wait, on one page.",
	"POST /sandbox/approvals/{id}":  "Decided.",
}
