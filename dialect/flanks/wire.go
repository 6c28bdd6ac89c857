package flanks

import "encoding/json"

// tokenBody is the body of POST /v0/token.
type tokenBody struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	GrantType    string `json:"grant_type"` // one of the three of token.go
	Username     string `json:"username"`
	Password     string `json:"password"`
	RefreshToken string `json:"refresh_token"`
}

type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

// link is Flanks' Link object.
type link struct {
	Token       string  `json:"token"`
	Name        string  `json:"name"`
	RedirectURI string  `json:"redirect_uri"`
	CompanyName string  `json:"company_name"`
	TermsURL    *string `json:"terms_and_conditions_url"`
	PrivacyURL  *string `json:"privacy_policy_url"`
	Active      bool    `json:"active"`
	Codes       int     `json:"pending_code_count"`
}

// linkBody is the body of the links' endpoints: absent leaves an attribute
// alone, null takes it away.
type linkBody struct {
	Token       string          `json:"token"`
	Name        json.RawMessage `json:"name"`
	RedirectURI json.RawMessage `json:"redirect_uri"`
	CompanyName json.RawMessage `json:"company_name"`
	TermsURL    json.RawMessage `json:"terms_and_conditions_url"`
	PrivacyURL  json.RawMessage `json:"privacy_policy_url"`
}

type linkList struct {
	Success bool   `json:"success"`
	Count   int    `json:"count"`
	Items   []link `json:"items"`
}

// linkAnswer holds the link as the vendor's page has it (data) and as a client
// of the community reads it (at the top).
type linkAnswer struct {
	Success bool `json:"success"`
	Data    link `json:"data"`
	link
}

type success struct {
	Success bool `json:"success"`
}

// codeBody is one unused code, and the body of its exchange.
type codeBody struct {
	Code      string            `json:"code"`
	LinkToken string            `json:"link_token"`
	Extra     map[string]string `json:"extra"`
}

type exchanged struct {
	Message   string            `json:"message"`
	Token     string            `json:"credentials_token"`
	Extra     map[string]string `json:"extra"`
	LinkToken string            `json:"link_token"`
}

// credentialsBody is the body of everything about one credential.
type credentialsBody struct {
	Token       string                     `json:"credentials_token"`
	Force       string                     `json:"force"`             // PUT status
	Query       map[string]json.RawMessage `json:"query"`             // reads: field → accepted values
	IgnoreError bool                       `json:"ignore_data_error"` // reads
}

// statusAnswer is how one credential stands. The second half of errored and of
// created is named in the singular in two editions of the documentation and in
// the plural in two others: both are given.
type statusAnswer struct {
	Pending             bool    `json:"pending"`
	Blocked             bool    `json:"blocked"`
	ResetToken          *string `json:"reset_token"`
	LastTransactionDate *string `json:"last_transaction_date"` // YYYY-MM-DD
	SCAToken            *string `json:"sca_token"`
	TransactionToken    *string `json:"transaction_token"`
	Name                string  `json:"name"`                  // of the bank
	LastUpdate          *string `json:"last_update"`           // YYYY-MM-DD, UTC
	Time                *string `json:"time"`                  // HH:MM, UTC
	LastUpdateTimestamp *int64  `json:"last_update_timestamp"` // unix seconds
	CreatedAt           int64   `json:"created_at_timestamp"`
	Errored             flags   `json:"errored"`
	Created             flags   `json:"created"`
}

type flags struct {
	Product      productFlags     `json:"product"`
	Transaction  transactionFlags `json:"transaction"`
	Transactions transactionFlags `json:"transactions"`
}

type productFlags struct {
	Auth       bool `json:"auth"`
	Account    bool `json:"account"`
	Card       bool `json:"card"`
	Portfolio  bool `json:"portfolio"`
	Investment bool `json:"investment"`
	Liability  bool `json:"liability"`
	Holders    bool `json:"holders"`
}

type transactionFlags struct {
	Account    bool `json:"account"`
	Card       bool `json:"card"`
	Investment bool `json:"investment"`
	Liability  bool `json:"liability"`
}

type listBody struct {
	Page *int `json:"page"` // from 1
}

type credentialsList struct {
	Items []credential `json:"items"`
	Page  int          `json:"page"`
	Pages int          `json:"pages"`
}

type credential struct {
	Token      string  `json:"credentials_token"`
	ExternalID *string `json:"external_id"`
	Bank       string  `json:"bank"`
	Status     string  `json:"status"` // pending, active, error
}

type message struct {
	Message string `json:"message"`
}

// entity is one bank of GET /v0/bank/available.
type entity struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country"`
}
