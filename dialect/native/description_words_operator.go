package native

// operatorWords are of applications, keys, providers, SimpleFIN tokens and the sandbox.
var operatorWords = map[string]map[string]string{
	"TokenRequest": merged(credentialWords, map[string]string{
		"":           "Client credentials: in the body, or as HTTP Basic, which goes before.",
		"grant_type": "Always `client_credentials`.",
		"scope":      "Words of `read`, `link`, `collect`, `manage` and `erase`, with spaces between. Absent: all that the key has.",
	}),
	"RevokeRequest": merged(credentialWords, map[string]string{
		"":                "A token that is to end, with the credentials of its client.",
		"token":           "The token.",
		"token_type_hint": "What sort of token it is. There is one sort: it may be left out.",
	}),
	"Token": {
		"":             "A bearer token.",
		"access_token": "The token, for `Authorization: Bearer …`.",
		"token_type":   "Always `Bearer`.",
		"expires_in":   "In how many seconds it ends: 1800.",
		"scope":        "The scopes that it has, with spaces between.",
	},
	"Application": merged(applicationWords, map[string]string{
		"":           "An application of your tenant.",
		"id":         "Id of the application.",
		"client_id":  "What it is called where a token is requested, and as the user of HTTP Basic.",
		"logo":       "Its logo, as a `data:` URI. Absent where it has none.",
		"accent":     "The colour of its pages, as `#rrggbb`. Absent where it has none.",
		"settings":   "Settings of dialects, by the dialect's name. Absent where all are defaults.",
		"created_at": "When it was made.",
	}),
	"ApplicationRequest": merged(applicationWords, map[string]string{"": "A new application."}),
	"ApplicationUpdate": merged(applicationWords, map[string]string{
		"":       "What changes of an application. What is absent stays as it is.",
		"logo":   "Its logo: a `data:` URI of a PNG, JPEG, GIF, WebP or SVG. Empty: none.",
		"accent": "The colour of its pages, as `#rrggbb`. Text on it stays readable whatever it is.",
	}),
	"KeyRequest": {
		"":           "A new key. Without a body it has the scopes of whoever makes it, but `manage`, and does not expire.",
		"expires_at": "Until then the key is good. Absent: it does not expire.",
		"scopes":     "What it may be used for: at most what whoever makes it may. Absent: that, but `manage`.",
	},
	"Key": keyWords,
	"CreatedKey": merged(keyWords, map[string]string{
		"":       "A new key with its secret, which is shown only here.",
		"secret": "The client secret. Shown once.",
	}),
	"Connector": {
		"":        "A connector that reaches institutions through an account of yours at an outside service.",
		"name":    "Its name, as `connector` of a provider.",
		"title":   "What the service is called.",
		"console": "Where its keys are found. Absent where there is no such page.",
		"fields":  "What such an account is made of.",
	},
	"ConnectorField": {
		"":         "A field of a provider.",
		"name":     "Its name, as a key of `fields`.",
		"type":     "What it takes.",
		"label":    "What the service's own pages call it.",
		"help":     "A sentence about it. Absent where it needs none.",
		"default":  "What it is where it is left out. Absent where there is no default.",
		"choices":  "What may be chosen. Absent where anything may.",
		"required": "Whether it must be given.",
	},
	"Provider": {
		"":               "An account of the operator's at an outside service.",
		"id":             "Id of the provider.",
		"connector":      "The connector that uses it.",
		"environment":    "The tenant's: the keys of a sandbox tenant are those of the service's sandbox.",
		"settings":       "Fields that are not secret, by name.",
		"keys":           "Secret fields, by name: the last four characters of each, or nothing of a short one.",
		"base":           "Address of the service. Absent: the usual one.",
		"priority":       "Where several providers reach one institution, the lowest is used.",
		"slots":          "Connections that the service's plan allows for ever. Absent: no limit is known.",
		"resets_at":      "Until then the service takes no more calls with these keys. Absent where it takes them.",
		"directory":      "How its list of institutions stands.",
		"redirect":       "Whether the service knows this server's return address: `registered` or `missing`. Absent where it does not say.",
		"keys_expire_at": "When the keys expire. Absent where they do not, or it is not known.",
		"problem":        "What the last call met, and who must act. Absent where it met nothing.",
		"tried_at":       "When the keys were last tried. Absent where they never were.",
	},
	"ProviderSlots": {
		"":      "Connections that a plan allows for ever.",
		"limit": "How many in all.",
		"used":  "How many are used: ending a connection gives none back.",
		"left":  "How many are left.",
	},
	"ProviderDirectory": {
		"":             "How a provider's list of institutions stands. It is read once a day.",
		"institutions": "How many the service listed when it was read last.",
		"refreshed_at": "When it was last read to its end. Absent before the first time.",
		"refreshing":   "Whether it is being read.",
		"problem":      "Why the last reading failed; what was there stays. Absent where it did not.",
	},
	"ProviderRequest": merged(providerWords, map[string]string{
		"":          "A provider. Where the tenant has one of the connector already, it is changed.",
		"connector": "Name of a connector, as `GET /v1/connectors` lists them.",
	}),
	"ProviderUpdate": merged(providerWords, map[string]string{"": "What changes of a provider. What is absent stays as it is."}),
	"SimplefinTokenRequest": {
		"":               "A token for a program of the person's.",
		"person":         "Id or reference of the person whose data is read.",
		"name":           "Name of the program, as the person knows it. Default: `SimpleFIN`.",
		"connection_ids": "The connections that it reads. Absent or empty: all that the person shares, those linked later too.",
		"expires_in":     "Seconds in which it must be claimed. Default: a week.",
	},
	"SimplefinToken": simplefinTokenWords,
	"CreatedSimplefinToken": merged(simplefinTokenWords, map[string]string{
		"":            "A new token with its value, which is shown only here.",
		"setup_token": "What the person pastes into the program. Shown once.",
	}),
	"Clock": {
		"":       "The tenant's own time.",
		"now":    "What time it is there.",
		"frozen": "Whether it stands still until it is advanced.",
	},
	"AdvanceRequest": {
		"":   "How far the clock is advanced: `by` or `to`.",
		"by": "A span: days, hours, minutes and seconds, as in `30d`, `1d12h` or `90m`; at most ten years.",
		"to": "A later time of the tenant's.",
	},
	"Advance": {
		"":          "How far the clock came.",
		"now":       "What time it is now: all that was due by then is done.",
		"work_done": "How many pieces of work were done on the way.",
		"cancelled": "`true` where the advance was cancelled on the way. Else absent.",
	},
	"AdvanceProgress": {
		"":    "How far an advance has come.",
		"now": "What time it is.",
		"to":  "What time it shall be.",
	},
	"CancelledAdvances": {
		"":          "What was cancelled.",
		"cancelled": "How many advances were under way on this server.",
	},
	"SandboxLinkRequest": {
		"":               "A simulated person who goes through a link without a page.",
		"institution_id": "Id or short name of an institution of the sandbox: `harbor`, `farol` and others.",
		"user":           "The simulated person, with a suffix for another one of the same sort: `good+alice`. Default: `good`.",
		"password":       "A word that says what happens, from the list of the sandbox's guide; of the user `custom` the document that says what there is. Default: the user.",
		"person":         "Your own reference of the person. Default: the user.",
		"products":       "What to collect. Absent: all that the institution offers.",
		"wait":           "How many seconds to wait for the end of the first collection before answering. Default: 0.",
	},
	"SandboxLink": {
		"":                  "What the redirect would have carried.",
		"link_id":           "The link.",
		"connection_id":     "The connection that it made. Absent where it made none.",
		"connection_status": "How the connection stands: `collecting` while its first collection has not ended. Absent as `connection_id`.",
		"code":              "The code, for `POST /v1/links/exchange`. Absent where the link made no connection.",
		"status":            "How the link ended.",
		"error":             "What went wrong. Absent where nothing did.",
	},
	"Approval": {
		"":               "Something that waits for the simulated person to approve it on another device.",
		"id":             "Id of the approval.",
		"institution_id": "The institution that waits.",
		"user":           "The simulated person.",
		"what":           "What is approved, such as `sign in`.",
		"requested_at":   "Since when it waits.",
	},
	"ApprovalDecision": {
		"":        "What the simulated person decides.",
		"approve": "`true`: the person approves; `false`: the person declines.",
	},
}

var applicationWords = map[string]string{
	"name":           "Its name, unique in the tenant.",
	"company_name":   "The company's name, which people are shown.",
	"origins":        "Exact origins whose pages may show a link in a frame: `https://app.example`.",
	"redirect_hosts": "Where a redirect may lead: a host, an exact https address, or an app's scheme of the form `com.example.app:`.",
	"callback_hosts": "Hosts that webhooks may be posted to. Empty: any that is reachable from the internet.",
}

var credentialWords = map[string]string{
	"client_id":     "The application's `client_id`. Absent where it comes as HTTP Basic.",
	"client_secret": "The secret of one of its keys. Absent where it comes as HTTP Basic.",
}

var keyWords = map[string]string{
	"":              "A key of an application. Its secret is not shown again.",
	"id":            "Id of the key.",
	"last_four":     "The last four characters of its secret.",
	"scopes":        "What it may be used for.",
	"expires_at":    "Until then it is good. Absent: it does not expire.",
	"first_used_at": "When it was first used. Absent where it never was.",
}

var providerWords = map[string]string{
	"fields":   "The connector's fields, by name. An empty text takes one back. Keys are tried at the service before they are stored, and are never shown again.",
	"base":     "Another address of the service. Empty: the usual one.",
	"priority": "Where several providers reach one institution, the lowest is used.",
}

var simplefinTokenWords = map[string]string{
	"":               "A token by which a program of the person's reads what the person shares.",
	"id":             "Id of the token.",
	"person_id":      "Whose data is read.",
	"application_id": "The application in whose name it is read.",
	"name":           "Name of the program.",
	"connection_ids": "The connections that it reads. Empty: all that the person shares.",
	"expires_at":     "Until then it can be claimed.",
	"claimed_at":     "When a program claimed it. `null` before that.",
	"last_used_at":   "When it was last used, to a few minutes. `null` where it never was.",
	"revoked_at":     "When it was revoked. `null` where it is not.",
	"reused_at":      "When somebody tried last to claim it again: it has come into other hands. `null` where nobody did.",
}
