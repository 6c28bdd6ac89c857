package ofx

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
)

func (b *builder) investment(n *node) Investment {
	v := Investment{
		AsOf: b.stamp(n, "DTASOF"), Currency: currencyCode(n.value("CURDEF")),
		Account: accountFrom(n.child("INVACCTFROM")), Listed: n.child("INVPOSLIST") != nil, Line: n.line, Column: n.col,
	}
	if list := n.child("INVTRANLIST"); list != nil {
		v.Start, v.End = b.stamp(list, "DTSTART"), b.stamp(list, "DTEND")
	}
	if bal := n.child("INVBAL"); bal != nil {
		v.Cash, v.Margin = b.amount(bal, "AVAILCASH"), b.amount(bal, "MARGINBALANCE")
		v.Short, v.BuyingPower = b.amount(bal, "SHORTBALANCE"), b.amount(bal, "BUYPOWER")
		v.Balances = b.namedBalances(bal.child("BALLIST"))
	}
	plan, bal := n.child("INV401K"), n.child("INV401KBAL")
	if plan != nil || bal != nil {
		v.Route = &Plan{Employer: plan.value("EMPLOYERNAME"), Vested: b.amount(plan, "CURRENTVESTPCT"), Total: b.amount(bal, "TOTAL")}
	}
	v.Movements, v.Positions = b.movements, b.positions
	b.movements, b.positions = nil, nil
	return v
}

// movement reads a child of INVTRANLIST. Buying and selling have their values one
// level down, in INVBUY and INVSELL.
func (b *builder) movement(n *node) (Movement, *Error) {
	m := Movement{Element: n.name, Line: n.line, Column: n.col}
	if bank := n.child("STMTTRN"); n.name == "INVBANKTRAN" && bank != nil {
		t, err := b.transaction(bank)
		if err != nil {
			return m, err
		}
		m.Bank, m.FITID, m.Traded, m.Memo, m.Total = &t, t.FITID, t.Posted, t.Memo, &t.Amount
		m.Currency, m.Original, m.SubAccount = t.Currency, t.Original, n.value("SUBACCTFUND")
		return m, nil
	}
	body := n
	for _, inner := range []string{"INVBUY", "INVSELL"} {
		if c := n.child(inner); c != nil {
			body = c
		}
	}
	tran := body.child("INVTRAN")
	if tran == nil {
		return m, n.wrong(Missing, "INVTRAN", "is missing")
	}
	var err *Error
	if m.Traded, err = needStamp(tran, "DTTRADE"); err != nil {
		return m, err
	}
	m.FITID, m.Reversal, m.Memo = tran.value("FITID"), tran.value("REVERSALFITID"), tran.value("MEMO")
	m.Settled = b.stamp(tran, "DTSETTLE")
	m.Security = securityID(body.child("SECID"))
	b.movementAmounts(&m, body)
	for _, name := range []string{"BUYTYPE", "SELLTYPE", "INCOMETYPE", "TFERACTION", "OPTACTION", "OPTBUYTYPE", "OPTSELLTYPE"} {
		if v := n.value(name); v != "" {
			m.Action = strings.ToUpper(v)
		}
	}
	m.Source, m.SubAccount = body.value("INV401KSOURCE"), body.value("SUBACCTSEC")
	for _, name := range []string{
		"OLDUNITS", "NEWUNITS", "NUMERATOR", "DENOMINATOR", "FRACCASH", "POSTYPE", "SHPERCTRCT", "SUBACCTFROM", "SUBACCTTO", "ACCRDINT",
		"SUBACCTFUND",
	} {
		if c := n.child(name); c != nil {
			m.Other = other(m.Other, c)
		}
	}
	return m, nil
}

func (b *builder) movementAmounts(m *Movement, body *node) {
	m.Units, m.Price, m.Total = b.amount(body, "UNITS"), b.amount(body, "UNITPRICE"), b.amount(body, "TOTAL")
	m.Commission, m.Fees, m.Load = b.amount(body, "COMMISSION"), b.amount(body, "FEES"), b.amount(body, "LOAD")
	m.Taxes, m.Withheld = b.amount(body, "TAXES"), b.amount(body, "WITHHOLDING")
	m.Currency, m.Original = b.currency(body.child("CURRENCY")), b.currency(body.child("ORIGCURRENCY"))
}

func securityID(n *node) SecurityID {
	return SecurityID{ID: n.value("UNIQUEID"), Type: strings.ToUpper(n.value("UNIQUEIDTYPE"))}
}

// position reads a child of INVPOSLIST.
func (b *builder) position(n *node) (Position, *Error) {
	p := Position{Element: n.name, Line: n.line, Column: n.col}
	pos := n.child("INVPOS")
	if pos == nil {
		return p, n.wrong(Missing, "INVPOS", "is missing")
	}
	p.Security = securityID(pos.child("SECID"))
	if p.Security.ID == "" {
		return p, pos.wrong(Missing, "SECID", "names no security")
	}
	var err *Error
	if p.Units, err = needAmount(pos, "UNITS"); err != nil {
		return p, err
	}
	if p.Value, err = needAmount(pos, "MKTVAL"); err != nil {
		return p, err
	}
	p.Price, p.PriceAsOf = b.amount(pos, "UNITPRICE"), b.stamp(pos, "DTPRICEASOF")
	p.SubAccount, p.Side = pos.value("HELDINACCT"), strings.ToUpper(pos.value("POSTYPE"))
	p.Memo, p.Source, p.Currency = pos.value("MEMO"), pos.value("INV401KSOURCE"), b.currency(pos.child("CURRENCY"))
	return p, nil
}

// security reads a child of SECLIST.
func (b *builder) security(n *node) Security {
	info := n.child("SECINFO")
	s := Security{
		Element: n.name, ID: securityID(info.child("SECID")), Name: info.value("SECNAME"), Ticker: info.value("TICKER"),
		Currency: currencyCode(info.child("CURRENCY").value("CURSYM")), Matures: b.stamp(n, "DTMAT"),
	}
	for _, name := range []string{"STOCKTYPE", "MFTYPE", "DEBTTYPE", "OPTTYPE"} {
		if v := n.value(name); v != "" {
			s.Subtype = strings.ToLower(v)
		}
	}
	return s
}

// listedAccounts reads ACCTINFO, which may hold one account under several services.
func listedAccounts(n *node) []ListedAccount {
	var list []ListedAccount
	for _, c := range n.children {
		from := "BANKACCTFROM"
		switch c.name {
		case "BANKACCTINFO":
		case "CCACCTINFO":
			from = "CCACCTFROM"
		case "INVACCTINFO":
			from = "INVACCTFROM"
		default:
			continue
		}
		list = append(list, ListedAccount{
			Element: c.name, Description: n.value("DESC"), Account: accountFrom(c.child(from)),
			Status: strings.ToUpper(c.value("SVCSTATUS")), Product: strings.ToUpper(c.value("USPRODUCTTYPE")),
		})
	}
	return list
}

func (b *builder) profile(n *node) *Profile {
	p := &Profile{
		Name: n.value("FINAME"), City: n.value("CITY"), State: n.value("STATE"), PostalCode: n.value("POSTALCODE"),
		Country: n.value("COUNTRY"), Phone: n.value("CSPHONE"), URL: n.value("URL"), Email: n.value("EMAIL"), Updated: b.stamp(n, "DTPROFUP"),
	}
	list := n.child("MSGSETLIST")
	if list == nil {
		return p
	}
	for _, set := range list.children {
		for _, version := range set.children {
			if core := version.child("MSGSETCORE"); core != nil {
				p.MessageSets = append(p.MessageSets, MessageSet{
					Name: version.name, URL: core.value("URL"), Realm: core.value("SIGNONREALM"), Version: core.value("VER"),
				})
			}
		}
	}
	return p
}

// currencyCode is the code if it has the shape of one, or "".
func currencyCode(s string) string {
	s = strings.ToUpper(s)
	if !fairlead.ValidCurrency(s) {
		return ""
	}
	return s
}
