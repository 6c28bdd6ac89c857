package ofx

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// transactions converts the rows of one account.
func (c *converter) transactions(ref string) {
	rows := once(c.rows[ref])
	trusted := trustedIDs(len(rows), func(i int) string { return rows[i].FITID })
	corrects, corrected := corrections(rows)
	for _, r := range rows {
		if corrected[r.FITID] {
			continue // the row that corrects it is in this file too
		}
		t := convertTransaction(r.Transaction, ref, c.currency[ref], trusted(r.FITID))
		if _, is := corrects[r.FITID]; is || r.CorrectFITID != "" && (r.FITID == "" || r.FITID == r.CorrectFITID) {
			correct(&t, r.Transaction, firstOf(r.CorrectFITID, corrects))
		}
		c.out.Transactions = append(c.out.Transactions, t)
	}
}

// once drops rows that another statement of the same account listed already, letter
// for letter and with the same id. Twins inside one statement stay two.
func once(rows []row) []row {
	if len(rows) == 0 || rows[0].statement == rows[len(rows)-1].statement {
		return rows
	}
	seen := make(map[string]int, len(rows))
	var unique []row
	for _, r := range rows {
		if r.FITID != "" {
			key := digest(r.FITID, r.Posted.Day.String(), r.Amount.String(), r.Name, r.Memo)
			if statement, ok := seen[key]; ok && statement != r.statement {
				continue
			}
			seen[key] = r.statement
		}
		unique = append(unique, r)
	}
	return unique
}

// trustedIDs says which FITIDs of an account name one row for good. Not those that
// occur more than once; and none at all where they are only the numbers 0 to n-1 or
// 1 to n, which begin anew in the next file.
func trustedIDs(n int, id func(int) string) func(string) bool {
	count := make(map[string]int, n)
	numbers := make([]int, 0, n)
	for i := range n {
		count[id(i)]++
		if v, err := strconv.Atoi(id(i)); err == nil {
			numbers = append(numbers, v)
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	counting := len(numbers) == len(count) && len(numbers) > 0 && (numbers[0] == 0 || numbers[0] == 1) &&
		numbers[len(numbers)-1]-numbers[0] == len(numbers)-1
	return func(fitid string) bool { return fitid != "" && !counting && count[fitid] == 1 }
}

// corrections says which FITID corrects which, and which single rows of the file
// are corrected by another. A correction that would lead back to itself is none.
func corrections(rows []row) (corrects map[string]string, corrected map[string]bool) {
	corrects, corrected = make(map[string]string), make(map[string]bool)
	count := make(map[string]int, len(rows))
	for _, r := range rows {
		count[r.FITID]++
	}
	for _, r := range rows {
		if r.CorrectFITID == "" || r.FITID == "" || firstOf(r.CorrectFITID, corrects) == r.FITID {
			continue
		}
		corrects[r.FITID] = r.CorrectFITID
		corrected[r.CorrectFITID] = count[r.CorrectFITID] == 1
	}
	return corrects, corrected
}

// maxChain bounds how often one row is followed back through its corrections.
const maxChain = 64

// firstOf follows a chain of corrections to the id that was listed first.
func firstOf(id string, corrects map[string]string) string {
	for range maxChain {
		before, ok := corrects[id]
		if !ok {
			break
		}
		id = before
	}
	return id
}

// correct marks a row as a later version of the one that was listed under an earlier id.
func correct(t *fairlead.Transaction, from *Transaction, earlier string) {
	t.Extra = put(t.Extra, "CORRECTACTION", from.CorrectAction)
	if from.CorrectAction == "DELETE" {
		t.State, t.Ref = fairlead.TransactionRemoved, earlier
		return
	}
	t.PendingRef = earlier
}

func convertTransaction(from *Transaction, account, currency string, trusted bool) fairlead.Transaction {
	t := fairlead.Transaction{
		AccountRef: account, State: fairlead.TransactionPosted, Booked: from.Posted.Day, Value: from.Available.Day,
		Amount: fairlead.Money{Amount: from.Amount, Currency: currency}, Kind: transactionKind(from.Type),
		Check: from.Check, MCC: from.SIC,
	}
	if from.Pending {
		t.State = fairlead.TransactionPending
	}
	if trusted {
		t.Ref = from.FITID
	} else {
		t.Extra = put(t.Extra, "FITID", from.FITID)
	}
	if u := from.User; u.Clock && u.At.Hour()+u.At.Minute()+u.At.Second() > 0 {
		t.Transacted = u.At
	} else if !u.IsZero() && u.Day != from.Posted.Day {
		t.Extra = put(t.Extra, "DTUSER", u.Day.String())
	}
	t.Description, t.Original = describeRow(from)
	t.Counterparty = counterparty(from)
	if from.Currency != nil {
		t.Amount.Currency = from.Currency.Symbol
	}
	if t.Amount.Currency != currency {
		t.Rate = from.Currency.Rate
	}
	if from.Original != nil && from.Original.Symbol != currency {
		t.Rate = from.Original.Rate
		t.Extra = put(t.Extra, "ORIGCURRENCY", from.Original.Symbol)
	}
	t.Extra = put(t.Extra, "TRNTYPE", from.Type)
	t.Extra = put(t.Extra, "REFNUM", from.Reference)
	t.Extra = put(t.Extra, "SRVRTID", from.ServerID)
	for name, v := range from.Other {
		t.Extra = put(t.Extra, name, v)
	}
	return t
}

// describeRow chooses between NAME, which is short and often cut, and MEMO. Where
// both say something of their own, the second is what the caller gets besides.
func describeRow(t *Transaction) (description, original string) {
	name := t.Name
	if name == "" && t.Payee != nil {
		name = t.Payee.Name
	}
	if t.LongName != "" {
		name = t.LongName
	}
	switch {
	case name == "":
		return t.Memo, ""
	case t.Memo == "" || t.Memo == name:
		return name, ""
	case strings.HasPrefix(t.Memo, name):
		return t.Memo, ""
	}
	return name, t.Memo
}

func counterparty(t *Transaction) *fairlead.Counterparty {
	if t.Payee == nil && t.To == nil {
		return nil
	}
	c := &fairlead.Counterparty{}
	if t.Payee != nil {
		c.Name = t.Payee.Name
	}
	if t.To != nil {
		c.Bank, c.Branch, c.Account = t.To.Bank, t.To.Branch, t.To.ID
		if t.To.Bank == "" && cardNumber(t.To.ID) {
			c.Account = maskedCard(t.To.ID)
		}
	}
	return c
}

// transactionKind is the kind a TRNTYPE stands for; CREDIT, DEBIT, DEP and words of
// a bank's own say nothing.
func transactionKind(t string) string {
	switch t {
	case "INT":
		return "interest"
	case "FEE", "SRVCHG":
		return "fee"
	case "ATM", "CASH":
		return "cash"
	case "POS":
		return "card"
	case "XFER", "DIRECTDEP":
		return "transfer"
	case "CHECK":
		return "cheque"
	case "PAYMENT", "REPEATPMT":
		return "payment"
	case "DIRECTDEBIT":
		return "direct_debit"
	case "DIV", "OTHER":
		return "other"
	}
	return ""
}
