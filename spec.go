package fairlead

import (
	"encoding/json"
	"time"
)

// Stage is where a link stands on its page.
type Stage string

const (
	StageWelcome      Stage = "welcome"
	StageInstitution  Stage = "institution"
	StageConsent      Stage = "consent"
	StageConversation Stage = "conversation"
	StageAccounts     Stage = "accounts"
	StageAcceptance   Stage = "acceptance" // after the bank; gates authorisation and collection
	StageRetrieving   Stage = "retrieving" // stays until the data is there
	StageResult       Stage = "result"
)

// Mode is how the page meets the person.
type Mode string

const (
	ModeRedirect Mode = "redirect" // full page, ends at an address of the application
	ModeFrame    Mode = "frame"    // modal by link.js
	ModeHeadless Mode = "headless" // sandbox: no page
)

// OnDuplicate says what happens when the login is connected already.
type OnDuplicate string

const (
	OnDuplicateReuse  OnDuplicate = "reuse"  // the connection is found again, with the same ids
	OnDuplicateRefuse OnDuplicate = "refuse" // the link has the problem Duplicate; nothing changes
)

// Scope says among whom a login counts as connected already.
type Scope string

const (
	ScopePerson Scope = "person" // tenant + person + institution + login
	ScopeTenant Scope = "tenant" // tenant + institution + login, whoever the person is
)

// CodePolicy says what the code at the end of a link may do.
type CodePolicy struct {
	Life     time.Duration `json:"life,omitempty"`     // 0: until used
	Listable bool          `json:"listable,omitempty"` // stored sealed, so that unused ones can be listed
	None     bool          `json:"none,omitempty"`     // this link gives no code
}

// Spec is all that an application asks of a link. Zero values mean: any
// institution, every product it offers, the usual stages.
type Spec struct {
	Institution  InstitutionID   `json:"institution,omitempty"`
	Institutions []InstitutionID `json:"institutions,omitempty"` // choose among these only
	Countries    []string        `json:"countries,omitempty"`
	NoFiles      bool            `json:"no_files,omitempty"` // where nothing but files is brought is no choice
	Products     []Product       `json:"products,omitempty"`
	Essential    []Product       `json:"essential,omitempty"` // what has none of these is no choice, and where none of them came, nothing came of the link; empty: of all
	Language     string          `json:"language,omitempty"`
	Mode         Mode            `json:"mode,omitempty"`
	Redirect     string          `json:"redirect,omitempty"`
	AppLink      string          `json:"app_link,omitempty"`
	// AppLinkKey is a parameter of AppLink's query: with it a return from the institution goes
	// through the app, which is handed the address that goes on under this name.
	AppLinkKey   string          `json:"app_link_key,omitempty"`
	Stages       []Stage         `json:"stages,omitempty"` // wanted besides the conversation; empty: DefaultStages
	Code         CodePolicy      `json:"code,omitzero"`
	OnDuplicate  OnDuplicate     `json:"on_duplicate,omitempty"`
	Scope        Scope           `json:"scope,omitempty"`
	Limit        int             `json:"limit,omitempty"`      // connections; 0: no limit, "connect another" offered
	Connection   ConnectionID    `json:"connection,omitempty"` // update mode
	Origins      []string        `json:"origins,omitempty"`    // narrows the application's
	Presentation Presentation    `json:"presentation,omitzero"`
	Validity     int             `json:"validity,omitempty"`     // months the consent lasts; 0 with Endless: until revoked
	Endless      bool            `json:"endless,omitempty"`      //
	Returning    bool            `json:"returning,omitempty"`    // saved logins of the person are used without sign-in
	OffersSaved  bool            `json:"offers_saved,omitempty"` // the person may use a login saved for the institution instead of signing in
	Metadata     json.RawMessage `json:"metadata,omitempty"`     // the application's own, given back
	// ExitOn lists the problems that end the link at once instead of letting the person try again.
	ExitOn []ErrorKind `json:"exit_on,omitempty"`
	// VisitOpens and VisitLasts bound a visit to the institution; 0: the connector's own.
	VisitOpens time.Duration `json:"visit_opens,omitempty"`
	VisitLasts time.Duration `json:"visit_lasts,omitempty"`
	OneVisit   bool          `json:"one_visit,omitempty"` // the link's token opens its page in one browser; for another it is gone
	Reopens    bool          `json:"reopens,omitempty"`   // whoever opens the token of a link that was left begins anew, in another link, until it expires
}

// DefaultStages is what a link shows when its spec says nothing.
func DefaultStages() []Stage {
	return []Stage{StageWelcome, StageInstitution, StageConsent, StageConversation, StageAccounts, StageResult}
}

// Presentation is what the page says and how it looks.
type Presentation struct {
	CompanyName string `json:"company_name,omitempty"`
	Title       string `json:"title,omitempty"`
	Subtitle    string `json:"subtitle,omitempty"`
	Theme       Theme  `json:"theme,omitzero"`
	TermsURL    string `json:"terms_url,omitempty"`
	PrivacyURL  string `json:"privacy_url,omitempty"`
	Purpose     string `json:"purpose,omitempty"` // why the data is wanted; stored in the consent
}
