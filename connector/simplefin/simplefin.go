// Package simplefin is the connector for servers of the SimpleFIN protocol: SimpleFIN
// Bridge, others that speak it, and another Fairlead.
//
// It owns the login by a setup token, and the reading of accounts, transactions and
// holdings, in both versions of the protocol. It needs no provider: the person has an
// account at a server, links banks there, and brings a token. One access address brings
// all banks that they linked, so one connection holds accounts of several, and one bank's
// trouble is not the connection's.
//
// The flow of a login (Resume is the dispatcher; each state says what the next turn does):
//
//	form for a token → claim → prove → Done
//	       ↑             │       ⇅
//	       └── refused ──┘     "try again": the token is used up, the address is in the state
//
// A token can be claimed once, and an answer that is lost is lost for ever. So the claim
// has a turn of its own, behind a Wait that stored it; where that turn was interrupted
// (connector.Start.Interrupted) it is never sent again, and a new token is requested. The
// access address is stored, sealed with the state, before anything is done with it.
//
// The flow of a fetch: a window of days → one request that brings accounts, transactions
// and holdings → a page of one product. connector.Session.Once shares the answer among
// the products, so that a daily collection is one request. Servers cap the span of a
// request: history is read in windows of 60 days, backwards, until two of them have no
// transaction or six were read. Windows overlap by two days, because a day of the bank's
// may reach into the next one of UTC; each row is given by one window only.
//
// What the protocol leaves open, and how it is decided here:
//
//   - A day is a calendar day where an instant is midnight UTC; else it is that of New
//     York for accounts in dollars, and of UTC for others.
//   - The kind of an account is guessed once, from what is held in it, from words of its
//     name and from what is owed, and remembered with the connection.
//   - A currency that is an address (points, miles) is none of ISO 4217: the account is
//     left out, and said to be. An empty one falls back to the other accounts' of the bank.
//   - "0.00" as a cost or a purchase price, and 0 as a time, mean unknown.
//   - An account whose id changed (a bank was removed and linked again at the server) is
//     met again by id and bank, else by bank, name, currency and last four digits, where
//     only one fits.
//   - Absence means removal only where no error concerns the account and its list came.
package simplefin

import (
	_ "time/tzdata" // a machine may have none, and days depend on it

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const name = "simplefin"

// Institutions of the connector.
const (
	Bridge       fairlead.InstitutionID = "ins_simplefin"        // in the United States
	BridgeCanada fairlead.InstitutionID = "ins_simplefin_ca"     // in Canada
	Another      fairlead.InstitutionID = "ins_simplefin_server" // any server of the protocol
)

// bridgeSite is where a person makes a setup token at SimpleFIN Bridge.
const bridgeSite = "https://beta-bridge.simplefin.org/simplefin/create"

// Connector talks to servers of the protocol.
type Connector struct{}

var _ connector.Connector = Connector{}

// New makes the connector.
func New() Connector { return Connector{} }

// Describe names SimpleFIN Bridge once per country that it serves, and any other server.
// Which hosts are called is known only by the token that a person brings.
func (Connector) Describe() connector.Description {
	bridge := func(id fairlead.InstitutionID, short, country, currency string) fairlead.Institution {
		i := server(id, short, "SimpleFIN Bridge")
		i.OtherNames = []string{"SimpleFIN", "Bridge", "beta-bridge.simplefin.org"}
		i.Country, i.Currency, i.Website = country, currency, "https://beta-bridge.simplefin.org/"
		i.Environments = []fairlead.Environment{fairlead.Live}
		return i
	}
	another := server(Another, "simplefin-server", "Another SimpleFIN server")
	another.OtherNames = []string{"SimpleFIN", "Lunch Flow", "Redbark", "Fairlead"}
	another.Popular = -1 // a way to connect, not a bank: behind those that one looks for
	another.Environments = []fairlead.Environment{fairlead.Sandbox, fairlead.Live}
	return connector.Description{
		Name: name, Hosts: []string{"*"}, Quota: &connector.Quota{Calls: 24, Every: quotaSpan, Attended: true}, Patience: patience,
		Institutions: []fairlead.Institution{bridge(Bridge, "simplefin", "US", "USD"), bridge(BridgeCanada, "simplefin-ca", "CA", "CAD"), another},
	}
}

func server(id fairlead.InstitutionID, short, title string) fairlead.Institution {
	return fairlead.Institution{
		ID: id, Connector: name, ShortName: short, Name: title, Logo: logo, Colour: "#1f6f5c",
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings},
		Logins:   []fairlead.LoginKind{fairlead.LoginToken}, Health: fairlead.HealthGood,
	}
}

// logo is a bridge over water, of our own drawing.
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#1f6f5c"/>` +
	`<path d="M10 40h44M14 40V28m36 12V28M14 30c6 0 10-8 18-8s12 8 18 8M24 40v-14m16 14v-14" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round"/>` +
	`<path d="M12 49c4 0 4-2 8-2s4 2 8 2 4-2 8-2 4 2 8 2 4-2 8-2" fill="none" stroke="#bfe0d6" stroke-width="3" stroke-linecap="round"/></svg>`
