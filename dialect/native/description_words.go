package native

import (
	"maps"
	"reflect"

	"github.com/fairlead-dev/fairlead"
)

// words say what shapes and their fields are, by the shape's name and the field's;
// "" is the shape itself. Text is Markdown. A shape or field without words fails a test.
var words = func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, part := range []map[string]map[string]string{linkWords, connectionWords, recordWords, operatorWords} {
		maps.Copy(all, part)
	}
	return all
}()

// commonWords say what fields are that mean the same wherever they are.
var commonWords = map[string]string{
	"data":           "The page's items; empty where there are none.",
	"next":           "Cursor of the next page: send it as `after`. `null` on the last page.",
	"created_at":     "When it was made.",
	"connection_id":  "The connection it belongs to.",
	"account_id":     "The account it belongs to.",
	"application_id": "The application that made it.",
	"institution_id": "The institution.",
	"person_id":      "Our id of the person, which stays the same.",
	"person":         "Your own reference of the person, as you gave it.",
	"link_id":        "The link that made or renewed it last.",
	"consent_id":     "The consent that it rests on.",
	"currency":       "ISO 4217 code of the currency, of three letters.",
	"extra":          "What the institution sends beyond these fields, by the name of the standard that it comes from, such as `ofx.FITID`. Decimals in it are text.",
	"mask":           "The last digits of the number, for people to recognise it by. Absent where the institution gives no number.",
	"subtype":        "A finer word than `type`, as the institution's format has it. Absent where it gives none.",
	"status":         "How it stands.",
	"url":            "Its address.",
}

// tagWords say what chapters are about.
var tagWords = map[string]string{
	"Authentication":    "Client credentials become a bearer token for 30 minutes. Every operation takes the credentials as HTTP Basic too.",
	"Links":             "A link is an invitation to a person to connect an institution. Its page does the rest; at its end you exchange a code for the connections.",
	"Institutions":      "Banks and brokers that can be linked.",
	"Connections":       "A connection is a person at an institution. It is collected on a schedule and says how each product stands, what is missing and who must act.",
	"Accounts":          "Accounts of a connection with their balances, and whose they are, in one shape for every institution.",
	"Transactions":      "What moved, by connection or account, and a feed of all that changes.",
	"Cards and loans":   "Bills of credit cards, and loans with what is still owed.",
	"Investments":       "Holdings, the securities they are of, and what was bought, sold and paid out.",
	"Documents":         "Statements and tax forms, as the institution issued them.",
	"Events":            "What happened, as a feed: page by page, by long poll, or as a stream of server-sent events.",
	"Webhook endpoints": "Addresses of yours to which events are posted under the headers of Standard Webhooks.",
	"Persons":           "The people whose accounts are linked, by your own references.",
	"SimpleFIN tokens":  "Tokens by which a program of the person's own reads what the person shares, by the SimpleFIN protocol.",
	"Applications":      "Applications of your tenant, their settings and keys.",
	"Providers":         "Accounts of the operator's at outside services through which institutions are reached.",
	"Sandbox":           "A sandbox tenant's clock, simulated logins and approvals. In a live tenant these answer 403.",
}

// sampleID is what a made-up id ends in.
const sampleID = "_06gzhn0zj1xvx5vtb5xd0gkwrg"

// idExamples are made-up ids by their types.
var idExamples = map[reflect.Type]string{
	reflect.TypeFor[fairlead.LinkID]():        "lnk" + sampleID,
	reflect.TypeFor[fairlead.PersonID]():      "per" + sampleID,
	reflect.TypeFor[fairlead.ConnectionID]():  "con" + sampleID,
	reflect.TypeFor[fairlead.ConsentID]():     "cns" + sampleID,
	reflect.TypeFor[fairlead.CollectionID]():  "col" + sampleID,
	reflect.TypeFor[fairlead.EventID]():       "evt" + sampleID,
	reflect.TypeFor[fairlead.EndpointID]():    "whe" + sampleID,
	reflect.TypeFor[fairlead.DeliveryID]():    "dlv" + sampleID,
	reflect.TypeFor[fairlead.DocumentID]():    "doc" + sampleID,
	reflect.TypeFor[fairlead.ApplicationID](): "app" + sampleID,
	reflect.TypeFor[fairlead.KeyID]():         "key" + sampleID,
	reflect.TypeFor[fairlead.ProviderID]():    "prv" + sampleID,
	reflect.TypeFor[fairlead.SetupTokenID]():  "stk" + sampleID,
	reflect.TypeFor[fairlead.InstitutionID](): "ins_harbor",
}
