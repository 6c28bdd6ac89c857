package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// oneDay is how long after the connection was made what happens later happens.
const oneDay = 24 * time.Hour

// faultDuration is how long failures last that pass by themselves.
const faultDuration = time.Hour

// after reports whether the connection is older than d, on the tenant's clock.
func (f *fetching) after(d time.Duration) bool { return !f.cursor.Now.Before(f.session.Created.Add(d)) }

// kindsOfData maps the names that DATA_ERROR_PRODUCT_… takes to products.
func kindsOfData() map[string]fairlead.Product {
	return map[string]fairlead.Product{
		"ACCOUNT": fairlead.ProductAccounts, "ACCOUNT_TRANSACTION": fairlead.ProductTransactions, "TRANSACTION": fairlead.ProductTransactions, "CARD": fairlead.ProductBills, "CARD_TRANSACTION": fairlead.ProductTransactions,
		"LIABILITY": fairlead.ProductLoans, "LIABILITY_TRANSACTION": fairlead.ProductLoans, "PORTFOLIO": fairlead.ProductHoldings, "INVESTMENT": fairlead.ProductHoldings,
		"INVESTMENT_TRANSACTION": fairlead.ProductInvestmentTransactions, "IDENTITY": fairlead.ProductIdentity, "AUTH": fairlead.ProductIdentity, "HOLDER": fairlead.ProductIdentity,
	}
}

// fetchTriggers make collections fail.
func fetchTriggers() []trigger {
	star := func(text string, k takes, means string, fetch func(*fetching, string) error) trigger {
		return trigger{Text: text, Takes: k, Group: groupFetch, Means: means, fetch: fetch}
	}
	return append([]trigger{
		star("PRODUCT_FAILS_*", takesProduct, "Collecting this product fails, the others work (`PRODUCT_FAILS_transactions`).",
			func(f *fetching, rest string) error { return f.failing(fairlead.Product(rest)) }),
		star("PRODUCT_MISSING_*", takesProduct, "The institution turns out not to have this product for the person (`PRODUCT_MISSING_loans`).",
			func(f *fetching, rest string) error {
				if f.req.Product == fairlead.Product(rest) {
					return fairlead.Errorf(fairlead.Unsupported, "The institution has no such data for this person.")
				}
				return nil
			}),
		star("DATA_ERROR_PRODUCT_*", takesData, "The same by the name of a kind of data: ACCOUNT (cards, loans and portfolios are listed all the same), ACCOUNT_TRANSACTION, CARD, LIABILITY, PORTFOLIO, INVESTMENT, INVESTMENT_TRANSACTION, IDENTITY, HOLDER.",
			func(f *fetching, rest string) error {
				if rest == "ACCOUNT" {
					return f.failingDeposits()
				}
				return f.failing(kindsOfData()[rest])
			}),
		star("NOT_READY_*", takesSeconds, "The data is there only so many seconds after the login (`NOT_READY_60`).",
			func(f *fetching, rest string) error {
				return f.until(seconds(rest), fairlead.NotReady, "The institution is still preparing the data.")
			}),
		star("DOWN_MIDWAY", "", "In its first hour the institution goes down after the first page of transactions.", func(f *fetching, _ string) error {
			if f.req.Cursor == "" || f.req.Product != fairlead.ProductTransactions {
				return nil
			}
			return f.until(faultDuration, fairlead.InstitutionDown, "The institution stopped answering.")
		}),
	}, timedTriggers()...)
}

// timedTriggers fail in the connection's first hour, or from its second day on.
func timedTriggers() []trigger {
	first := func(text, means string, kind fairlead.ErrorKind, detail string) trigger {
		return trigger{Text: text, Group: groupFetch, Means: means, fetch: func(f *fetching, _ string) error { return f.until(faultDuration, kind, detail) }}
	}
	later := func(text, means string, kind fairlead.ErrorKind, detail string) trigger {
		return trigger{Text: text, Group: groupFetch, Means: means, fetch: func(f *fetching, _ string) error {
			if f.after(oneDay) {
				return fairlead.Errorf(kind, "%s", detail)
			}
			return nil
		}}
	}
	return []trigger{
		first("HTML", "In its first hour the institution answers with a web page instead of data.", fairlead.InstitutionDown, "The institution answered with a web page instead of data."),
		first("TORN", "In its first hour the institution's answers break off.", fairlead.InstitutionDown, "The institution's answer broke off."),
		first("QUOTA", "In its first hour the institution allows no collection.", fairlead.SlowDown, "The institution allows no more calls for now."),
		later("PASSWORD_CHANGED", "From the next day on the login is refused: the person has changed the password.", fairlead.RejectedLogin, "The user name or the password is wrong."),
		later("LOCKED_LATER", "From the next day on the login is locked.", fairlead.Locked, "The institution has locked the login."),
		later("ACTION_LATER", "From the next day on the person must do something at the institution.", fairlead.ActionNeeded, "The person must accept new terms at the institution."),
		later("REVOKED_AT_BANK", "From the next day on the consent is revoked: the person did it at the institution.", fairlead.ConsentEnded, "The person has revoked the consent at the institution."),
		later("CONSENT_EXPIRED", "From the next day on the consent has expired at the institution.", fairlead.ConsentEnded, "The consent has expired at the institution."),
	}
}

// until fails until the connection is so old. Where the institution says when to come back, the error does.
func (f *fetching) until(age time.Duration, kind fairlead.ErrorKind, detail string) error {
	left := f.session.Created.Add(age).Sub(f.session.Now)
	if left <= 0 {
		return nil
	}
	e := fairlead.Errorf(kind, "%s", detail)
	if kind != fairlead.InstitutionDown {
		e.RetryAfter = left
	}
	return e
}

func (f *fetching) failing(p fairlead.Product) error {
	if f.req.Product == p {
		return fairlead.Errorf(fairlead.InstitutionDown, "The institution could not give this data.")
	}
	return nil
}

// failingDeposits fails the list of accounts after a page of all that are no deposits.
func (f *fetching) failingDeposits() error {
	if f.req.Cursor != "" {
		return f.failing(fairlead.ProductAccounts)
	}
	f.withheld = f.req.Product == fairlead.ProductAccounts
	return nil
}

// withhold takes the deposits out of the page, and says that there is another.
func (f *fetching) withhold() {
	if !f.withheld {
		return
	}
	f.page.Accounts = slices.DeleteFunc(f.page.Accounts, func(a fairlead.Account) bool {
		return a.Kind == fairlead.AccountDepository || a.Kind == fairlead.AccountOther
	})
	f.page.Covers = nil
	f.more(f.cursor)
}

// dataTriggers make the data odd.
func dataTriggers() []trigger {
	always := func(text, means string, odd func(*fetching)) trigger {
		return trigger{Text: text, Group: groupData, Means: means, fetch: func(f *fetching, _ string) error { odd(f); return nil }}
	}
	later := func(text, means string, odd alteration) trigger {
		return always(text, means, func(f *fetching) {
			if f.after(oneDay) {
				f.alter, f.cursor.Since = append(f.alter, odd), min(f.cursor.Since, f.history())
			}
		})
	}
	return []trigger{
		always("NO_ACCOUNTS", "The login works and there is not a single account.", func(f *fetching) { f.customer.Accounts, f.customer.Persona.Empty = nil, true }),
		always("ACCOUNT_CLOSED", "From the next day on the last account is closed.", func(f *fetching) { f.closed = f.after(oneDay) }),
		always("MIGRATED", "From the next day on every id is another: the bank has moved to a new system.", func(f *fetching) {
			if f.after(oneDay) {
				f.migrate()
			}
		}),
		later("IDS_REISSUED", "From the next day on the transactions of a month have other ids.", (*fetching).reissued),
		later("CORRECTED", "From the next day on two transactions of three months ago have other amounts.", (*fetching).corrected),
		later("REMOVED", "From the next day on a purchase of two months ago and its refund are gone.", (*fetching).removed),
		later("DUPLICATE_POSTED", "From the next day on a transaction of the month before is there twice, with two ids; two days later once again.", (*fetching).duplicated),
	}
}

// alteration changes the entries of one month of an account.
type alteration func(f *fetching, a world.Account, m world.Month, list []world.Entry) []world.Entry

// made is the month in which the connection was made.
func (f *fetching) made() world.Month { return world.DayOf(f.session.Created).Month() }

// month is an account's month with the oddities of the login.
func (f *fetching) month(a world.Account, m world.Month) []world.Entry {
	list := f.customer.Month(a.Index, m)
	for _, odd := range f.alter {
		list = odd(f, a, m, append([]world.Entry(nil), list...))
	}
	return list
}

// migrate gives every account and transaction another id.
func (f *fetching) migrate() {
	for i := range f.customer.Accounts {
		a := &f.customer.Accounts[i]
		a.Ref = "M" + a.Ref[1:]
	}
	f.alter = append(f.alter, func(_ *fetching, _ world.Account, _ world.Month, list []world.Entry) []world.Entry {
		for i := range list {
			list[i].Key = list[i].Key.Named("migrated")
		}
		return list
	})
	f.cursor.Since = min(f.cursor.Since, f.history())
}

func (f *fetching) reissued(_ world.Account, m world.Month, list []world.Entry) []world.Entry {
	if m == f.made()-1 {
		for i := range list {
			list[i].Key, list[i].Lag = list[i].Key.Named("reissued"), 0
		}
	}
	return list
}

// corrected moves half a unit of money between the first two purchases.
func (f *fetching) corrected(a world.Account, m world.Month, list []world.Entry) []world.Entry {
	if m != f.made()-3 || a.Subtype != "checking" || a.Bulk {
		return list
	}
	by := int64(-50)
	for i := range list {
		if list[i].Kind == "card" && !list[i].Void && by != 0 {
			list[i].Cents += by
			list[i].Text, by = strings.TrimSpace(list[i].Text)+" (corrected)", by+100
			if by > 50 {
				break
			}
		}
	}
	world.Run(list, f.customer.Opening(a.Index, m))
	return list
}

// removed takes away the month's refund and what it refunds.
func (f *fetching) removed(a world.Account, m world.Month, list []world.Entry) []world.Entry {
	if m != f.made()-2 || a.Bulk {
		return list
	}
	for i, back := range list {
		for j, bought := range list {
			if back.Kind == "refund" && bought.Kind == "card" && !bought.Void && j < i && bought.Cents == -back.Cents {
				list = append(list[:i], list[i+1:]...)
				list = append(list[:j], list[j+1:]...)
				world.Run(list, f.customer.Opening(a.Index, m))
				return list
			}
		}
	}
	return list
}

// duplicated lists the month's third entry twice for two days; balances do not count it.
func (f *fetching) duplicated(a world.Account, m world.Month, list []world.Entry) []world.Entry {
	if m != f.made()-1 || len(list) < 3 || f.after(3*oneDay) || a.Bulk {
		return list
	}
	twice := list[2]
	twice.Key, twice.Lag = twice.Key.Named("duplicate"), 0
	return append(list[:3], append([]world.Entry{twice}, list[3:]...)...)
}
