package native

// linkWords are of links, events, webhooks and errors.
var linkWords = map[string]map[string]string{
	"LinkRequest": {
		"":                "What a link invites to. Only `person` is needed: the person chooses the rest.",
		"person":          "Your own reference of the person: any text, such as the id of a customer. The person is made if new. Required unless `connection_id` is given.",
		"products":        "What to collect. Absent: all that the institution offers.",
		"institution_id":  "Id or short name of an institution: the person does not choose one.",
		"institution_ids": "Ids or short names of institutions: only these may be chosen.",
		"countries":       "Only institutions of these countries may be chosen: ISO 3166 codes of two letters.",
		"language":        "The page's language: `en`, `pt-BR` or `es`. Absent: the browser's.",
		"mode":            "How the page meets the person. Default: `redirect`.",
		"redirect_url":    "Where the browser goes at the end, with `link_id`, `status` and `code` (or `error`) in its query. On a host that is registered for the application, or exactly a registered address. Absent: the page itself says that all is done.",
		"app_link":        "Where an app on a phone is opened at the end, instead of `redirect_url`: a registered address or scheme of its own.",
		"hints":           "What you know of the person, so that they need not type it. Sealed, and deleted with the link.",
		"metadata":        "Any JSON of your own, at most 16 KiB. Given back with the link and to the page that shows it.",
		"connection_id":   "Update mode: the link renews this connection, with the institution that it has.",
		"expires_in":      "Seconds until the link expires. Default: 1800.",
		"one_visit":       "Whether the link belongs to the browser that opens it first: in any other its address opens nothing. Default: `false`.",
		"stages":          "The steps that the page shows. Default: all but `acceptance` and `retrieving`. Signing in cannot be left out.",
		"purpose":         "Why the data is wanted: shown to the person and stored with the consent.",
	},
	"PersonHints": {
		"":                "What you know of the person. Sealed, and deleted with the link.",
		"personal_tax_id": "Tax id of a natural person: CPF, SSN or NIF.",
		"business_tax_id": "Tax id of a company: CNPJ, EIN or CIF.",
		"email":           "E-mail address.",
		"phone":           "Telephone number, with the country's prefix: `+5511987654321`.",
	},
	"CreatedLink": {
		"":           "A new link with its token, which is shown only here.",
		"id":         "Id of the link.",
		"token":      "What link.js opens the page with. Shown once.",
		"url":        "Address of the page: send the person there.",
		"expires_at": "Until then the link can be used.",
	},
	"Link": {
		"":               "An invitation to connect, and what came of it.",
		"id":             "Id of the link.",
		"stage":          "The step that the page shows, or showed last.",
		"reason":         "Why it failed, or what had gone wrong before the person left. Absent where nothing went wrong.",
		"problem":        "What is wrong now, or was at the end. Absent where nothing is.",
		"institution_id": "The institution that the person chose last. Absent before that.",
		"connection_ids": "The connections that it made or renewed.",
		"metadata":       "Your own JSON, as you gave it. Absent where you gave none.",
		"opened_at":      "When its page was first opened. Absent before that.",
		"expires_at":     "Until then it can be used.",
		"ended_at":       "When it ended. Absent while it is open.",
	},
	"ExchangeRequest": {
		"":     "The code at the end of a link.",
		"code": "The `code` of the redirect, or of `onSuccess`. It lives 60 seconds and works once.",
	},
	"Exchange": {
		"":            "What a code stands for.",
		"link_id":     "The link at whose end the code was given.",
		"connections": "The connections that the link made or renewed.",
	},
	"ExchangedConnection": {
		"":   "A connection that a link made or renewed.",
		"id": "Id of the connection.",
	},
	"Event": {
		"":               "Something that happened. It is thin: ids and statuses, and no data of people. Read what it is about by the API.",
		"id":             "Id of the event: the `webhook-id` of its posts, and the same on every retry and when it is sent again.",
		"type":           "What happened.",
		"timestamp":      "When it happened, in the tenant's time.",
		"sequence":       "Counts the tenant's events in the order of commit. It grows, with gaps.",
		"application_id": "The application that the event is for.",
		"data":           "What it is about.",
	},
	"EventData": {
		"":               "What an event is about. Fields that do not belong to its type are absent.",
		"link_id":        "The link, or the one that made or renewed the connection last.",
		"connection_id":  "The connection; of `link.finished` the last of several.",
		"consent_id":     "The consent.",
		"collection_id":  "The collection in which it happened.",
		"document_id":    "The document, of `document.*`.",
		"institution_id": "The institution.",
		"status":         "How what the event is about stands now: the link's, connection's or consent's status; of `collection.finished` `ok`, `partial` or `failed`.",
		"reason":         "What went wrong. Absent where nothing did.",
		"actor":          "Who must act. Absent where nobody must.",
		"cause":          "Why the collection ran. Only of what happened in one.",
		"counts":         "How many, by name: `connections` of a link, `added`, `changed` and `removed` of records, and per product of documents.",
	},
	"EventList": {
		"":     "A page of the feed of events, oldest first.",
		"data": "The events; empty where there are none yet.",
		"next": "Cursor for the next request: send it as `after`. It is always given and never expires.",
	},
	"Error": {
		"":           "A refusal, as RFC 9457 has it. It never repeats a submitted value.",
		"type":       "Where this server explains the kind: an address of its reference.",
		"title":      "What the status says in words.",
		"status":     "The HTTP status, once more.",
		"detail":     "A sentence for the developer. Absent where `title` says it all.",
		"kind":       "What went wrong, as a word for programs.",
		"fields":     "Which fields are wrong, and what is expected of each. Absent where it is not about fields.",
		"file":       "Where an uploaded file is wrong. Absent where it is not about a file.",
		"request_id": "Names the request in the server's log: the `Fairlead-Request-Id` of the answer.",
	},
	"OAuthError": {
		"":      "A refusal as RFC 6749, section 5.2, has it, with the fields of every other refusal.",
		"error": "The word of OAuth 2. Absent where OAuth 2 has none.",
	},
	"FieldError": {
		"":       "A field that is wrong.",
		"name":   "Its dotted path in the body, or the name of the parameter or header: `hints.email`.",
		"reason": "What is expected of it, as the end of a sentence: `must be given`. Never what was submitted.",
		"code":   "What is wrong, as a word for programs: `required`, `format`, `range`, `unknown`, `exclusive` and others.",
	},
	"Problem": {
		"":            "What is wrong, since when, and who must act.",
		"kind":        "What went wrong.",
		"product":     "The product that it concerns. Absent: the whole connection or file.",
		"actor":       "Who must act for it to go away.",
		"where":       "Where the actor acts: `link` (a link with this `connection_id`), `institution` (at the institution's own site or app), or an address. Absent where there is nothing to do.",
		"started_at":  "Since when.",
		"retry_at":    "When it is retried automatically. Absent: at the next scheduled collection, or not before somebody acts.",
		"code":        "A finer word of the connector's, such as `accounts_unclear`. Absent where there is none.",
		"account_ids": "The accounts that it concerns, as far as they are stored. Absent: all.",
		"detail":      "A sentence for people: what the institution says, or what is wrong with an uploaded file. Absent where there is none.",
		"file":        "Where an uploaded file is wrong. Absent where it is not about a file.",
		"fields":      "The questions that an uploaded file leaves open: upload it again with `answer` for each. Absent where there are none.",
	},
	"FileWarning": {
		"":       "Where an uploaded file is in doubt. It repeats nothing of the file.",
		"kind":   "What is in doubt. Absent where no word fits.",
		"file":   "Name of the file. Absent unless several came in an archive.",
		"line":   "The line, from 1. Absent where the format has none.",
		"field":  "The field, as the format calls it: `DTPOSTED`. Absent where it is about none.",
		"reason": "What is expected, as the end of a sentence: `must be a date of the form YYYYMMDD`.",
	},
	"WebhookEndpointRequest": {
		"":      "An address of yours for events.",
		"url":   "Where events are posted: https, and reachable from the internet (in a sandbox of this machine, loopback too).",
		"types": "The types of events to post. Absent or empty: all, those of later versions included.",
	},
	"WebhookEndpointUpdate": {
		"":         "What changes of an endpoint. What is absent stays as it is.",
		"url":      "Where events are posted.",
		"types":    "The types of events to post. Empty: all.",
		"disabled": "`true`: nothing is posted any more; `false`: posting goes on, with what happens from then on.",
	},
	"WebhookEndpoint": webhookEndpointWords,
	"WebhookEndpointWithSecret": merged(webhookEndpointWords, map[string]string{
		"":       "An endpoint with its secret, which is shown only here.",
		"secret": "Signs what is posted, as Standard Webhooks says: `whsec_` and the base64 of the key. Shown once.",
	}),
	"Delivery": {
		"":         "An event on its way to an endpoint.",
		"id":       "Id of the delivery.",
		"event_id": "The event: the `webhook-id` of its posts.",
		"url":      "The address that it is posted to.",
		"attempts": "What was tried so far, oldest first.",
		"next_at":  "When the next attempt is due. Absent where there is none.",
	},
	"DeliveryAttempt": {
		"":            "One attempt to post an event.",
		"at":          "When it was made.",
		"status_code": "The HTTP status that your server answered with. Absent where no answer came.",
		"excerpt":     "The beginning of your server's answer, at most 512 bytes. Absent where it was empty.",
		"error":       "Why no answer came. Absent where one did.",
		"duration_ms": "How long it took, in milliseconds.",
	},
	"Resend": {
		"":           "What is sent again.",
		"deliveries": "How many new deliveries there are.",
	},
	"ResendRequest": {
		"":            "Which events are sent again, and where to.",
		"from":        "The beginning of the span, included.",
		"to":          "The end of the span, not included.",
		"endpoint_id": "Only to this endpoint. Absent: wherever each went.",
		"url":         "Only to this address. Absent: wherever each went.",
	},
}

var webhookEndpointWords = map[string]string{
	"":                 "An address of yours to which events are posted.",
	"id":               "Id of the endpoint.",
	"url":              "Where events are posted.",
	"types":            "The types of events that are posted. Empty: all.",
	"status":           "How it stands: `active`; `failing`, while attempts fail and are retried; `disabled`, when nothing is posted.",
	"disabled_because": "Why nothing is posted: `requested` by the application, or the endpoint answered 410 (`gone`). Absent unless `status` is `disabled`.",
}

// merged are the words of a shape that has all fields of another.
func merged(of, more map[string]string) map[string]string {
	out := map[string]string{}
	for _, part := range []map[string]string{of, more} {
		for name, text := range part {
			out[name] = text
		}
	}
	return out
}
