package ofx

import (
	"strconv"
	"strings"
)

// opened forgets rows that stood outside of a statement.
func (b *builder) opened(name string) {
	switch name {
	case "STMTRS", "CCSTMTRS", "INVSTMTRS":
		b.transactions, b.movements, b.positions = nil, nil, nil
	}
}

// read turns a closed element into values. It reports whether the element is done
// with, so that it need not be stored for its parent.
func (b *builder) read(n, parent *node) (done bool, err *Error) {
	switch n.name {
	case "STMTTRN", "STMTTRNP":
		if parent.name == "INVBANKTRAN" {
			return false, nil
		}
		t, err := b.transaction(n)
		if err != nil {
			return true, err
		}
		b.transactions = append(b.transactions, t)
		return true, b.row(n)
	case "STMTRS", "CCSTMTRS":
		b.file.Statements = append(b.file.Statements, b.statement(n))
		return true, b.row(n)
	case "INVSTMTRS":
		b.file.Investments = append(b.file.Investments, b.investment(n))
		return true, b.row(n)
	case "ACCTINFO":
		b.file.AccountList = append(b.file.AccountList, listedAccounts(n)...)
		return true, b.row(n)
	case "SONRS":
		b.file.SignOn = b.signOn(n)
		return true, nil
	case "PROFRS":
		b.file.Profile = b.profile(n)
		return true, nil
	case "STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS", "ACCTINFOTRNRS", "PROFTRNRS", "LOANSTMTTRNRS":
		if s := status(n.child("STATUS")); s.Failed() {
			b.file.Failures = append(b.file.Failures, Failure{n.name, s, n.line, n.col})
			return true, b.row(n)
		}
		return true, nil
	}
	switch {
	case strings.HasSuffix(n.name, "MSGSRSV1"):
		b.sets++
		return true, nil
	case parent.name == "INVTRANLIST" && len(n.children) > 0:
		m, err := b.movement(n)
		if err != nil {
			return true, err
		}
		b.movements = append(b.movements, m)
		return true, b.row(n)
	case parent.name == "INVPOSLIST" && len(n.children) > 0:
		p, err := b.position(n)
		if err != nil {
			return true, err
		}
		b.positions = append(b.positions, p)
		return true, b.row(n)
	case parent.name == "SECLIST" && len(n.children) > 0:
		if s := b.security(n); s.ID.ID != "" {
			b.file.Securities = append(b.file.Securities, s)
		}
		return true, b.row(n)
	}
	return false, nil
}

func (b *builder) signOn(n *node) SignOn {
	fi := n.child("FI")
	s := SignOn{
		Status: status(n.child("STATUS")), Server: b.stamp(n, "DTSERVER"), Language: n.value("LANGUAGE"),
		Org: fi.value("ORG"), FID: fi.value("FID"), IntuitBank: n.value("INTU.BID"), Line: n.line,
	}
	return s
}

func status(n *node) Status {
	code, _ := strconv.Atoi(n.value("CODE"))
	return Status{Code: code, Severity: strings.ToUpper(n.value("SEVERITY")), Message: n.value("MESSAGE")}
}

func accountFrom(n *node) AccountFrom {
	a := AccountFrom{
		Bank: n.value("BANKID"), Branch: n.value("BRANCHID"), ID: n.value("ACCTID"),
		Type: strings.ToUpper(n.value("ACCTTYPE")), Key: n.value("ACCTKEY"),
	}
	if a.Bank == "" {
		a.Bank = n.value("BROKERID")
	}
	return a
}

func (b *builder) statement(n *node) Statement {
	s := Statement{Card: n.name == "CCSTMTRS", Currency: currencyCode(n.value("CURDEF")), Line: n.line, Column: n.col}
	s.Account = accountFrom(n.child("BANKACCTFROM"))
	if from := n.child("CCACCTFROM"); from != nil {
		s.Account = accountFrom(from)
	}
	if list := n.child("BANKTRANLIST"); list != nil {
		s.Start, s.End = b.stamp(list, "DTSTART"), b.stamp(list, "DTEND")
	}
	s.Ledger, s.Available = b.balance(n.child("LEDGERBAL")), b.balance(n.child("AVAILBAL"))
	s.Balances = b.namedBalances(n.child("BALLIST"))
	s.Transactions, b.transactions = b.transactions, nil
	return s
}

func (b *builder) balance(n *node) *Balance {
	if n == nil {
		return nil
	}
	amount := b.amount(n, "BALAMT")
	if amount == nil {
		return nil
	}
	return &Balance{Amount: *amount, AsOf: b.stamp(n, "DTASOF")}
}

func (b *builder) namedBalances(n *node) []NamedBalance {
	if n == nil {
		return nil
	}
	var list []NamedBalance
	for _, c := range n.children {
		if c.name != "BAL" {
			continue
		}
		if v := b.amount(c, "VALUE"); v != nil {
			list = append(list, NamedBalance{c.value("NAME"), c.value("DESC"), c.value("BALTYPE"), *v})
		}
	}
	return list
}

// transaction reads STMTTRN or STMTTRNP.
func (b *builder) transaction(n *node) (Transaction, *Error) {
	t := Transaction{Type: strings.ToUpper(n.value("TRNTYPE")), Pending: n.name == "STMTTRNP", Line: n.line, Column: n.col}
	posted := "DTPOSTED"
	if t.Pending {
		posted = "DTTRAN"
	}
	var err *Error
	if t.Posted, err = needStamp(n, posted); err != nil {
		return t, err
	}
	if t.Amount, err = needAmount(n, "TRNAMT"); err != nil {
		return t, err
	}
	t.User, t.Available = b.stamp(n, "DTUSER"), b.stamp(n, "DTAVAIL")
	t.Currency, t.Original = b.currency(n.child("CURRENCY")), b.currency(n.child("ORIGCURRENCY"))
	for _, c := range n.children {
		switch c.name {
		case "FITID":
			t.FITID = c.text
		case "CORRECTFITID":
			t.CorrectFITID = c.text
		case "CORRECTACTION":
			t.CorrectAction = strings.ToUpper(c.text)
		case "SRVRTID":
			t.ServerID = c.text
		case "CHECKNUM":
			t.Check = c.text
		case "REFNUM":
			t.Reference = c.text
		case "SIC":
			t.SIC = c.text
		case "NAME":
			t.Name = c.text
		case "EXTDNAME":
			t.LongName = c.text
		case "MEMO", "MEMO2":
			t.Memo = strings.TrimSpace(t.Memo + " " + c.text)
		case "PAYEE":
			t.Payee = payee(c)
		case "BANKACCTTO", "CCACCTTO":
			to := accountFrom(c)
			t.To = &to
		case "TRNTYPE", "DTPOSTED", "DTTRAN", "DTUSER", "DTAVAIL", "TRNAMT":
		default:
			t.Other = other(t.Other, c)
		}
	}
	return t, nil
}

// maxOther bounds how many unknown values of a row are stored.
const maxOther = 32

// other stores a value that no field holds.
func other(m map[string]string, c *node) map[string]string {
	if c.text == "" || len(m) >= maxOther {
		return m
	}
	if m == nil {
		m = make(map[string]string, 4)
	}
	m[c.name] = c.text
	return m
}

func payee(n *node) *Payee {
	p := &Payee{
		Name: n.value("NAME"), City: n.value("CITY"), State: n.value("STATE"), PostalCode: n.value("POSTALCODE"),
		Country: n.value("COUNTRY"), Phone: n.value("PHONE"),
	}
	for _, name := range []string{"ADDR1", "ADDR2", "ADDR3"} {
		if line := n.value(name); line != "" {
			p.Lines = append(p.Lines, line)
		}
	}
	return p
}

func (b *builder) currency(n *node) *Currency {
	symbol := currencyCode(n.value("CURSYM"))
	if symbol == "" {
		return nil
	}
	return &Currency{Symbol: symbol, Rate: b.amount(n, "CURRATE")}
}
