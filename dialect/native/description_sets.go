package native

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/format"
)

// closedSet is a type whose values are listed: a schema of its own.
type closedSet struct {
	name   string
	words  string
	of     reflect.Type
	values []setValue
}

type setValue struct{ value, words string }

// setOf lists the values of a type. A constant of the type that is missing here fails a test.
func setOf[T ~string](name, words string, values ...setValue) closedSet {
	return closedSet{name, words, reflect.TypeFor[T](), values}
}

func v[T ~string](value T, words string) setValue { return setValue{string(value), words} }

// closedSets are all of them.
func closedSets() []closedSet {
	return append(recordSets(),
		eventTypeSet(), errorKindSet(),
		setOf[fairlead.LinkStatus]("LinkStatus", "How a link stands.",
			v(fairlead.LinkOpen, "the person can still use it"),
			v(fairlead.LinkFinished, "it made at least one connection and the person is done"),
			v(fairlead.LinkFailed, "a problem ended it; `reason` says which"),
			v(fairlead.LinkExited, "the person left, or the application cancelled it"),
			v(fairlead.LinkExpired, "its time ran out")),
		setOf[fairlead.Stage]("LinkStage", "A step of the link's page.",
			v(fairlead.StageWelcome, "what the application wants and who it is"),
			v(fairlead.StageInstitution, "choosing the bank or broker"),
			v(fairlead.StageConsent, "agreeing to what is shared and for how long"),
			v(fairlead.StageConversation, "signing in: form, one-time code, visit to the institution or file"),
			v(fairlead.StageAccounts, "choosing the accounts"),
			v(fairlead.StageAcceptance, "a last confirmation after the institution; it gates authorisation and collection"),
			v(fairlead.StageRetrieving, "waiting until the data is there"),
			v(fairlead.StageResult, "what came of it")),
		setOf[fairlead.Mode]("LinkMode", "How the page meets the person.",
			v(fairlead.ModeRedirect, "a full page that ends at `redirect_url` or `app_link`"),
			v(fairlead.ModeFrame, "a modal in the application's own page, by link.js")),
		setOf[fairlead.ConnectionStatus]("ConnectionStatus", "How a connection stands.",
			v(fairlead.ConnectionCollecting, "its first collection has not ended"),
			v(fairlead.ConnectionActive, "its first collection has ended, and it is kept up to date"),
			v(fairlead.ConnectionNeedsAction, "nothing more comes until `problem.actor` acts"),
			v(fairlead.ConnectionDisconnected, "ended: credentials and documents are erased")),
		setOf[fairlead.ProductStatus]("ProductStatus", "How one product of a connection stands.",
			v(fairlead.ProductPending, "never collected yet"),
			v(fairlead.ProductReady, "collected"),
			v(fairlead.ProductFailed, "the last collection of it failed, `problem` says why; what was there stays"),
			v(fairlead.ProductUnavailable, "the institution or the consent does not have it")),
		setOf[fairlead.ConsentStatus]("ConsentStatus", "A consent's place in its life.",
			v(fairlead.ConsentStarted, "the person is agreeing"),
			v(fairlead.ConsentAwaitingAuthorisation, "the person is at the institution"),
			v(fairlead.ConsentAwaitingAcceptance, "the person is back from the institution and has one more confirmation to give"),
			v(fairlead.ConsentAuthorised, "in force"),
			v(fairlead.ConsentRejected, "refused by the person or the institution"),
			v(fairlead.ConsentFailed, "ended by an error before it was in force"),
			v(fairlead.ConsentExpired, "its time ran out"),
			v(fairlead.ConsentRevokedByPerson, "taken back by the person on their own page"),
			v(fairlead.ConsentRevokedAtInstitution, "taken back at the institution"),
			v(fairlead.ConsentRevokedByApplication, "ended by the application"),
			v(fairlead.ConsentErased, "erased together with the person")),
		setOf[fairlead.Cause]("CollectionCause", "Why a collection ran.",
			v(fairlead.CauseFirst, "the connection was just made"),
			v(fairlead.CauseSchedule, "it was due"),
			v(fairlead.CauseRequested, "the application requested it"),
			v(fairlead.CauseUpload, "a statement file was uploaded"),
			v(fairlead.CauseRelink, "the person renewed the connection through a link"),
			v(fairlead.CauseUndo, "an upload was undone"),
			v(fairlead.CauseUpdated, "the provider's webhook announced something new")),
		setOf[fairlead.Actor]("Actor", "Who must act for a problem to go away.",
			v(fairlead.ActorPerson, "the person, in update mode or at the institution: see `where`"),
			v(fairlead.ActorApplication, "you"),
			v(fairlead.ActorOperator, "whoever runs this server"),
			v(fairlead.ActorInstitution, "the institution; it is retried automatically"),
			v(fairlead.ActorNobody, "nobody: it passes, and is retried automatically")),
		setOf[fairlead.DeliveryState]("DeliveryStatus", "How the delivery of an event to an endpoint stands.",
			v(fairlead.DeliveryWaiting, "it has attempts left; `next_at` is the time of the next"),
			v(fairlead.DeliveryDelivered, "the endpoint answered with a 2xx status"),
			v(fairlead.DeliveryFailed, "all attempts are used up"),
			v(fairlead.DeliveryDropped, "there was nothing to deliver after all, or the endpoint is gone")),
		setOf[fairlead.LoginKind]("LoginType", "How a person proves who they are to an institution.",
			v(fairlead.LoginPassword, "a form on our page, perhaps followed by a second factor"),
			v(fairlead.LoginRedirect, "at the institution's own pages or app"),
			v(fairlead.LoginFile, "no login: the person uploads statement files"),
			v(fairlead.LoginToken, "a token that the person makes at the institution")),
		setOf[fairlead.Health]("InstitutionHealth", "How an institution is doing, judged by what others met there.",
			v(fairlead.HealthGood, "nothing unusual"),
			v(fairlead.HealthDegraded, "collections fail for many"),
			v(fairlead.HealthDown, "it cannot be reached")),
		setOf[fairlead.AccessScope]("Scope", "What a key or token may be used for.",
			v(fairlead.AccessScopeRead, "data, documents, events, and what the application itself has"),
			v(fairlead.AccessScopeLink, "links, codes, portals, and the application's own record, settings, keys and endpoints"),
			v(fairlead.AccessScopeCollect, "collections, uploads, and a sandbox's clock"),
			v(fairlead.AccessScopeManage, "the tenant's other applications, and its providers"),
			v(fairlead.AccessScopeErase, "disconnecting, and erasing persons")),
		setOf[fairlead.SetupTokenStatus]("SimplefinTokenStatus", "How a SimpleFIN token stands.",
			v(fairlead.SetupTokenUnclaimed, "no program has claimed it yet"),
			v(fairlead.SetupTokenActive, "a program reads with it"),
			v(fairlead.SetupTokenExpired, "it was not claimed in time"),
			v(fairlead.SetupTokenRevoked, "revoked; nothing is read any more")),
		setOf[fairlead.Environment]("Environment", "Whether a tenant meets simulated or live institutions.",
			v(fairlead.Sandbox, "simulated institutions, and a clock that you move"),
			v(fairlead.Live, "live institutions")),
		setOf[connector.ProviderFieldKind]("ConnectorFieldType", "What a field of a provider takes.",
			v(connector.ProviderText, "text"),
			v(connector.ProviderSecret, "text that is sealed and never shown again"),
			v(connector.ProviderChoice, "one of `choices`"),
			v(connector.ProviderList, "texts with commas between, of `choices` where there are any"),
			v(connector.ProviderNumber, "a whole number, not negative")),
	)
}

// recordSets are those of collected data.
func recordSets() []closedSet {
	return []closedSet{
		setOf[fairlead.Product]("Product", "A kind of data that is collected and consented to.",
			v(fairlead.ProductAccounts, "accounts with their balances"),
			v(fairlead.ProductIdentity, "who the institution says the person is"),
			v(fairlead.ProductTransactions, "transactions of accounts and cards"),
			v(fairlead.ProductBills, "billing cycles of credit cards"),
			v(fairlead.ProductLoans, "credit contracts, with rates and instalments"),
			v(fairlead.ProductHoldings, "positions in securities, and the securities"),
			v(fairlead.ProductInvestmentTransactions, "movements in investment accounts"),
			v(fairlead.ProductStatements, "statements as documents"),
			v(fairlead.ProductTaxForms, "tax forms as documents")),
		setOf[fairlead.AccountKind]("AccountType", "The broad type of an account.",
			v(fairlead.AccountDepository, "money on deposit; subtypes: checking, savings, payment, money_market, cd"),
			v(fairlead.AccountCard, "a card; subtypes: credit, debit, prepaid"),
			v(fairlead.AccountLoan, "borrowed money; subtypes: loan, mortgage, overdraft, invoice, line_of_credit"),
			v(fairlead.AccountInvestment, "investments; subtypes: brokerage, ira, 401k, fixed_income, funds, treasury, variable_income"),
			v(fairlead.AccountPension, "a pension plan"),
			v(fairlead.AccountOther, "none of these")),
		setOf[fairlead.TransactionState]("TransactionStatus", "Where a transaction stands in its life. Its id stays the same throughout.",
			v(fairlead.TransactionPending, "announced, not booked: it may change or vanish"),
			v(fairlead.TransactionPosted, "booked"),
			v(fairlead.TransactionReversed, "booked, and undone by the institution"),
			v(fairlead.TransactionRemoved, "the institution does not have it any more; only in a transaction's `versions`")),
		setOf[fairlead.PersonKind]("HolderType", "Whether somebody is a natural person or a company.",
			v(fairlead.PersonNatural, "a natural person"),
			v(fairlead.PersonCompany, "a company")),
		recordTypeSet(),
		{"ChangeType", "What happened to a record.", nil, []setValue{
			{"added", "it is new"}, {"changed", "it is another version of what was there"}, {"removed", "it is gone; `record` is absent"},
		}},
		fileWarningSet(),
		{"WebhookEndpointStatus", "How an endpoint stands.", nil, []setValue{
			{"active", "events are posted"}, {"failing", "attempts fail, and are retried"}, {"disabled", "nothing is posted"},
		}},
	}
}

func recordTypeSet() closedSet {
	set := closedSet{name: "RecordType", words: "What sort of record a change is about: its shape is the one of the same name."}
	for _, k := range fairlead.RecordKinds() {
		set.values = append(set.values, setValue{value: kindNames[k]})
	}
	return set
}

func fileWarningSet() closedSet {
	set := closedSet{name: "FileWarningKind", words: "What of an uploaded file is in doubt."}
	for _, k := range format.Kinds() {
		set.values = append(set.values, setValue{value: string(k)})
	}
	for _, k := range fairlead.FileWarningKinds() {
		set.values = append(set.values, setValue{value: k})
	}
	return set
}

// eventTypeSet is of the types that this API publishes.
func eventTypeSet() closedSet {
	set := closedSet{"EventType", "The type of an event.", reflect.TypeFor[fairlead.EventKind](), nil}
	for _, k := range eventKinds() {
		set.values = append(set.values, setValue{string(k), eventWords[k]})
	}
	return set
}

func errorKindSet() closedSet {
	set := closedSet{"ErrorKind", "What went wrong, with a request or at an institution.", reflect.TypeFor[fairlead.ErrorKind](), nil}
	for _, k := range fairlead.ErrorKinds() {
		set.values = append(set.values, setValue{string(k), errorWords[k]})
	}
	return set
}

// schema is the set as a shape of its own.
func (c closedSet) schema() *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	var text strings.Builder
	text.WriteString(c.words)
	for _, v := range c.values {
		s.Enum = append(s.Enum, v.value)
		if v.words != "" {
			fmt.Fprintf(&text, "\n- `%s`: %s", v.value, v.words)
		}
	}
	s.Description = text.String()
	return s
}
