package main

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// transaction is what the page's floor encodes: the JSON of the native API.
type transaction struct {
	ID                  fairlead.RecordID         `json:"id"`
	ConnectionID        fairlead.ConnectionID     `json:"connection_id"`
	AccountID           fairlead.RecordID         `json:"account_id"`
	State               fairlead.TransactionState `json:"status"`
	Amount              amount                    `json:"amount"`
	Booked              *string                   `json:"booked_on"`
	ValueDate           *string                   `json:"value_on,omitempty"`
	TransactedAt        *time.Time                `json:"transacted_at,omitempty"`
	Description         string                    `json:"description"`
	OriginalDescription string                    `json:"original_description,omitempty"`
	Kind                string                    `json:"type,omitempty"`
	Counterparty        *counterparty             `json:"counterparty,omitempty"`
	MCC                 string                    `json:"mcc,omitempty"`
	Category            string                    `json:"category,omitempty"`
	BalanceAfter        *amount                   `json:"balance_after,omitempty"`
	ForeignAmount       *amount                   `json:"foreign_amount,omitempty"`
	Rate                *string                   `json:"rate,omitempty"`
	CheckNumber         string                    `json:"check_number,omitempty"`
	CardMask            string                    `json:"card_mask,omitempty"`
	BillRef             string                    `json:"bill_ref,omitempty"`
	Instalment          *fairlead.Instalment      `json:"instalment,omitempty"`
	Extra               fairlead.Extra            `json:"extra,omitempty"`
	Version             int                       `json:"version"`
	ChangedAt           *time.Time                `json:"changed_at,omitempty"`
}

type counterparty struct {
	Name    string              `json:"name,omitempty"`
	TaxID   string              `json:"tax_id,omitempty"`
	Bank    string              `json:"bank,omitempty"`
	Branch  string              `json:"branch,omitempty"`
	Account string              `json:"account,omitempty"`
	IBAN    string              `json:"iban,omitempty"`
	Kind    fairlead.PersonKind `json:"type,omitempty"`
}

type amount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func transactionOf(t fairlead.Transaction) transaction {
	out := transaction{
		ID: t.ID, ConnectionID: t.Connection, AccountID: t.Account, State: t.State, Amount: *amountOf(&t.Amount), Booked: dayOf(t.Booked), ValueDate: dayOf(t.Value),
		Description: t.Description, OriginalDescription: t.Original, Kind: t.Kind, Counterparty: (*counterparty)(t.Counterparty), MCC: t.MCC, Category: t.Category,
		BalanceAfter: amountOf(t.BalanceAfter), ForeignAmount: amountOf(t.Foreign), CheckNumber: t.Check, CardMask: t.CardMask, BillRef: t.BillRef,
		Instalment: t.Instalment, Extra: t.Extra, Version: t.Version,
	}
	if !t.Transacted.IsZero() {
		out.TransactedAt = &t.Transacted
	}
	if !t.Changed.IsZero() {
		out.ChangedAt = &t.Changed
	}
	if t.Rate != nil {
		rate := t.Rate.String()
		out.Rate = &rate
	}
	return out
}

func amountOf(m *fairlead.Money) *amount {
	if m == nil {
		return nil
	}
	return &amount{m.Amount.String(), m.Currency}
}

func dayOf(d fairlead.Date) *string {
	if d.IsZero() {
		return nil
	}
	day := d.String()
	return &day
}
