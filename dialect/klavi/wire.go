package klavi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/format/ecmajson"
)

// Keys of bodies are read whatever their case: the vendor's own pages and clients
// write both …URL and …Url.

type authBody struct {
	AccessKey string `json:"accessKey"`
	SecretKey string `json:"secretKey"`
}

type accessToken struct {
	AccessToken string `json:"accessToken"`
	ExpireIn    int    `json:"expireIn"` // seconds
}

// endUser is the end user, as links and consents name them.
type endUser struct {
	PersonalTaxID string `json:"personalTaxId"`
	BusinessTaxID string `json:"businessTaxId"`
	Email         string `json:"email"`
	Phone         string `json:"phone"`
}

type linkBody struct {
	endUser
	InstitutionCode     string          `json:"institutionCode"`
	RedirectURL         string          `json:"redirectURL"`
	ProductsCallbackURL json.RawMessage `json:"productsCallbackURL"`
	ExternalInfo        json.RawMessage `json:"externalInfo"`
	ConnectionKey       string          `json:"connectionKey"`
	AppLink             string          `json:"appLink"`
	AppRedirectURLKey   string          `json:"appRedirectURLKey"`
	ApplicationLink     string          `json:"applicationLink"` // the older name
}

type createdLink struct {
	LinkID    string `json:"linkId"`
	LinkURL   string `json:"linkURL"`
	LinkToken string `json:"linkToken"`
	ExpireIn  int    `json:"expireIn"`
}

type linkState struct {
	LinkID       string          `json:"linkId"`
	Status       string          `json:"status"`
	CreatedAt    string          `json:"createdAt"`
	ExpireAt     string          `json:"expireAt"`
	ExternalInfo json.RawMessage `json:"externalInfo"`
	Consents     []consent       `json:"consents"`
}

// customization is the part of externalInfo that changes the hosted page.
type customization struct {
	Institutions    []string `json:"institutions"`
	LandingTitle    string   `json:"landingTitle"`
	LandingSubTitle string   `json:"landingSubTitle"`
}

type institution struct {
	InstitutionCode        string   `json:"institutionCode"`
	Name                   string   `json:"name"`
	Avatar                 string   `json:"avatar"`
	IsBeta                 bool     `json:"isBeta"`
	IsOutage               bool     `json:"isOutage"`
	InstitutionType        int      `json:"institutionType"` // 1: Open Finance, 2: Open Data
	BusinessType           string   `json:"businessType"`
	AvailableResources     []string `json:"availableResources"`
	ParentOrganizationName string   `json:"parentOrganizationName"`
	ParentOrganizationID   string   `json:"parentOrganizationId"`
	OrganizationName       string   `json:"organizationName"`
	OrganizationID         string   `json:"organizationId"`
}

type consentBody struct {
	endUser
	ExternalTrackID string `json:"externalTrackId"`
	InstitutionCode string `json:"institutionCode"`
	RedirectURL     string `json:"redirectURL"`
	ValidityPeriod  *int   `json:"validityPeriod"` // months: 0 (until revoked) or 12
}

// createdConsent has the address under both of the names that are documented and used.
type createdConsent struct {
	ConsentID          string  `json:"consentId"`
	ConsentRedirectURL string  `json:"consentRedirectURL"`
	OtherSpelling      string  `json:"consentRedirectUrl"`
	ExpireAt           *string `json:"expireAt"` // null: it does not end by itself
}

type consent struct {
	ConsentID          string   `json:"consentId"`
	LinkID             string   `json:"linkId"`
	ExternalTrackID    string   `json:"externalTrackId"`
	PersonalTaxID      string   `json:"personalTaxId"`
	BusinessTaxID      string   `json:"businessTaxId"`
	InstitutionCode    string   `json:"institutionCode"`
	Status             string   `json:"status"`
	PermissionsApply   []string `json:"permissionsApply"`
	PermissionsGranted []string `json:"permissionsGranted"`
	ExpireAt           *string  `json:"expireAt"` // null: it does not end by itself
	CreatedAt          string   `json:"createdAt"`
	UpdatedAt          string   `json:"updatedAt"`
}

type requestBody struct {
	TaxID               string          `json:"taxId"`
	InstitutionCode     string          `json:"institutionCode"`
	LinkID              string          `json:"linkId"`
	ConsentIDs          []string        `json:"consentIds"`
	Products            []string        `json:"products"`
	ProductsCallbackURL json.RawMessage `json:"productsCallbackURL"`
	ExternalInfo        json.RawMessage `json:"externalInfo"`
}

type requested struct {
	RequestID string `json:"requestId"`
	Message   string `json:"message"`
}

type done struct {
	Message string `json:"message"`
}

// event is one event webhook.
type event struct {
	PartnerAppID string          `json:"partnerAppId"`
	EventID      string          `json:"eventId"`
	EventType    string          `json:"eventType"`
	EventName    string          `json:"eventName"`
	EventTime    string          `json:"eventTime"`
	Payload      payload         `json:"payload"`
	ExternalInfo json.RawMessage `json:"externalInfo"`
}

type payload struct {
	PersonalTaxID   string          `json:"personalTaxId"`
	BusinessTaxID   string          `json:"businessTaxId"`
	LinkID          string          `json:"linkId,omitempty"`
	Consents        *payloadConsent `json:"consents,omitempty"`
	RequestID       string          `json:"requestId,omitempty"`
	InstitutionCode string          `json:"institutionCode,omitempty"`
	ActionStatus    string          `json:"actionStatus,omitempty"` // of link_action_status: consent_authorised …
	ConsentIDs      []string        `json:"consentIds,omitempty"`
	Products        []string        `json:"products,omitempty"`
	ProductName     string          `json:"productName,omitempty"`
	ProductReportID string          `json:"productReportId,omitempty"`
	Code            int             `json:"code,omitempty"`
	Message         string          `json:"message,omitempty"`
}

type payloadConsent struct {
	ConsentID          string   `json:"consentId"`
	ExternalTrackID    string   `json:"externalTrackId"`
	InstitutionCode    string   `json:"institutionCode"`
	Status             string   `json:"status"`
	PermissionsApply   []string `json:"permissionsApply"`
	PermissionsGranted []string `json:"permissionsGranted"`
	Error              string   `json:"error,omitempty"`
	ErrorDescription   string   `json:"errorDescription,omitempty"`
}

// consentStatus is the vendor's word for how a consent stands. One whose time ran
// out before the person had finished is rejected, not in error.
func consentStatus(c fairlead.Consent) string {
	switch c.Status {
	case fairlead.ConsentStarted:
		return "STARTED"
	case fairlead.ConsentAwaitingAuthorisation:
		return "AWAITING_AUTHORISATION"
	case fairlead.ConsentAwaitingAcceptance:
		return "AWAITING_LGPD_AUTHORISATION"
	case fairlead.ConsentAuthorised:
		return "AUTHORISED"
	case fairlead.ConsentFailed:
		if c.Reason == "" || c.Reason == fairlead.ChallengeExpired || c.Reason == fairlead.ConsentEnded {
			return "REJECTED"
		}
		return "ERROR"
	case fairlead.ConsentRejected:
		return "REJECTED"
	case fairlead.ConsentExpired:
		return "EXPIRED"
	case fairlead.ConsentErased:
		return "DELETED_BY_USER"
	}
	return "REVOKED"
}

// permissions are the vendor's names of what is requested and granted.
func permissions(ps []fairlead.Product) []string {
	out := []string{}
	for _, p := range report.Permissions() {
		if slices.Contains(ps, p.Of) {
			out = append(out, p.Name)
		}
	}
	return out
}

// read takes JSON whatever the Content-Type says.
func read(r *http.Request, into any) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return dialect.Unread(err)
	}
	err = dialect.UnmarshalAnyCase(body, into)
	if twice, ok := asError(err); ok {
		return twice
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return fairlead.InvalidField(strings.TrimPrefix(wrong.Field, "endUser."), "format", "has the wrong type")
	}
	if err != nil {
		return errUnreadable
	}
	return nil
}

func answer(w http.ResponseWriter, status int, body any) {
	content, err := ecmajson.Marshal(body)
	if err != nil {
		status, content = http.StatusInternalServerError, []byte(`{"statusCode":500,"error":"Internal Server Error","message":"Internal Server Error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(content)
}

// linkID reads the id of a link as outsiders know it, or as the core does.
func linkID(text string) fairlead.LinkID {
	if id := fairlead.FromUUID("lnk", text); id != "" {
		return fairlead.LinkID(id)
	}
	return fairlead.LinkID(text)
}

func consentID(text string) fairlead.ConsentID {
	if id := fairlead.FromUUID("cns", text); id != "" {
		return fairlead.ConsentID(id)
	}
	return fairlead.ConsentID(text)
}
