package plaid

import "encoding/json"

type linkAnswer struct {
	LinkToken     string `json:"link_token"`
	Expiration    string `json:"expiration"`
	HostedLinkURL string `json:"hosted_link_url,omitempty"`
}

type linkStatus struct {
	LinkToken  string        `json:"link_token"`
	CreatedAt  string        `json:"created_at"`
	Expiration string        `json:"expiration"`
	Sessions   []linkSession `json:"link_sessions"`
	Metadata   linkMetadata  `json:"metadata"`
}

type linkMetadata struct {
	Products   []string        `json:"initial_products"`
	Webhook    *string         `json:"webhook"`
	Countries  []string        `json:"country_codes"`
	Language   *string         `json:"language"`
	Filters    json.RawMessage `json:"account_filters"`
	Redirect   *string         `json:"redirect_uri"`
	ClientName *string         `json:"client_name"`
}

type linkSession struct {
	ID         string          `json:"link_session_id"`
	StartedAt  *string         `json:"started_at,omitempty"`
	FinishedAt *string         `json:"finished_at"`
	OnSuccess  *linkSuccess    `json:"on_success,omitempty"`
	OnExit     *linkExit       `json:"on_exit,omitempty"`
	Exit       *linkExit       `json:"exit,omitempty"`
	Events     []struct{}      `json:"events"` // of the page, which are told to the page that opened it
	Results    *linkResultBody `json:"results,omitempty"`
}

type linkSuccess struct {
	PublicToken string          `json:"public_token"`
	Metadata    successMetadata `json:"metadata"`
}

// linkResultBody lists what a session made; of what is not served here there is none.
type linkResultBody struct {
	Items          []itemAdded     `json:"item_add_results"`
	CRAItems       []struct{}      `json:"cra_item_add_results"`
	CRAUpdates     []struct{}      `json:"cra_update_results"`
	BankIncome     []struct{}      `json:"bank_income_results"`
	PayrollIncome  []struct{}      `json:"payroll_income_results"`
	DocumentIncome json.RawMessage `json:"document_income_results"`
}

type itemAdded struct {
	PublicToken string           `json:"public_token"`
	Accounts    []linkedAccount  `json:"accounts"`
	Institution *linkInstitution `json:"institution"`
}

type linkInstitution struct {
	Name string `json:"name"`
	ID   string `json:"institution_id"`
}

type linkedAccount struct {
	ID           string  `json:"id"`
	Name         string  `json:"name"`
	Mask         *string `json:"mask"`
	Type         string  `json:"type"`
	Subtype      *string `json:"subtype"`
	Verification *string `json:"verification_status"`
	Class        *string `json:"class_type"`
}

// successMetadata is what onSuccess gets beside the public token.
type successMetadata struct {
	Institution *linkInstitution `json:"institution"`
	Accounts    []linkedAccount  `json:"accounts"`
	SessionID   string           `json:"link_session_id"`
	Transfer    *string          `json:"transfer_status"`
}

type linkExit struct {
	Error    *plaidError  `json:"error"`
	Metadata exitMetadata `json:"metadata"`
}

// exitMetadata is what onExit gets beside the error.
type exitMetadata struct {
	Institution *linkInstitution `json:"institution"`
	Status      *string          `json:"status,omitempty"` // never null, says the vendor's description
	SessionID   string           `json:"link_session_id"`
	RequestID   string           `json:"request_id"`
}
