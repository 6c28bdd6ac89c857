package taiki

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// initializeBody is the body of POST /initialize-token.
type initializeBody struct {
	WebhookURL string `json:"webhookURL"`
}

// initialized holds both shapes that the vendor documents: the quick start reads
// temporaryToken and userId, the reference page the capitals.
type initialized struct {
	ID             int64  `json:"id"`
	TemporaryToken string `json:"temporaryToken"`
	UserID         string `json:"userId"`
	Token          string `json:"TEMPORARY_TOKEN"`
	User           string `json:"TAIKI_USER_ID"` // empty when the request named a user
}

// apiTokenBody is the body of POST /api/token (the later version of the product).
type apiTokenBody struct {
	APIKey    string `json:"api_key"`
	APISecret string `json:"api_secret"`
	UserID    string `json:"taiki_user_id"`
}

type apiToken struct {
	AccessToken string `json:"access_token"`
	UserID      string `json:"taiki_user_id"`
}

// webhook is what is posted after retrieval. The order of keys is the vendor's; what
// the vendor's example has not comes after what it has.
type webhook struct {
	Status string      `json:"status"` // success; failed at the address for failures alone
	Data   webhookData `json:"data"`
	Files  []file      `json:"files"`
}

type webhookData struct {
	ID        int64           `json:"id"`
	ClientID  string          `json:"client_id"` // the Taiki user
	Metadata  json.RawMessage `json:"metadata"`  // as the browser gave it
	CreatedAt string          `json:"created_at"`
	Error     string          `json:"error,omitempty"` // why nothing came
}

// file is one document, or a kind of documents of which nothing could be fetched. Of
// what could not be fetched there is no address.
type file struct {
	Status      string       `json:"status"` // success or failed
	FileName    string       `json:"file_name"`
	DownloadURL string       `json:"download_url,omitempty"` // 15 minutes
	Size        int64        `json:"total_size_bytes"`
	Type        string       `json:"type"` // bank_statement or tax_form
	Institution *institution `json:"institution"`
	Accounts    []account    `json:"accounts,omitempty"` // that it is of; absent: the whole login
	TaxYear     int          `json:"tax_year,omitempty"`
	Period      *period      `json:"period,omitempty"`
	Error       string       `json:"error,omitempty"` // why it failed
}

type institution struct {
	ID   fairlead.InstitutionID `json:"id"`
	Name string                 `json:"name"`
}

type account struct {
	ID   fairlead.RecordID `json:"id"`
	Name string            `json:"name"`
	Mask string            `json:"mask,omitempty"` // its last digits
}

// period is what a document covers: days, YYYY-MM-DD, both of them within it.
type period struct {
	From string `json:"from,omitempty"`
	To   string `json:"to"`
}
