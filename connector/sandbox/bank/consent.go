package bank

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// consentBody is a consent in the shape of the consents interface.
type consentBody struct {
	Data consentData `json:"data"`
}

type consentData struct {
	ID          string        `json:"consentId,omitempty"`
	Status      string        `json:"status,omitempty"`
	Created     *time.Time    `json:"creationDateTime,omitempty"`
	Expires     *time.Time    `json:"expirationDateTime,omitempty"`
	Permissions []string      `json:"permissions"`
	User        *documentBody `json:"loggedUser,omitempty"`
	Company     *documentBody `json:"businessEntity,omitempty"`
	Rejection   *rejection    `json:"rejection,omitempty"`
}

type documentBody struct {
	Document struct {
		Identification string `json:"identification"`
		Rel            string `json:"rel"`
	} `json:"document"`
}

type rejection struct {
	RejectedBy string `json:"rejectedBy"`
	Reason     struct {
		Code string `json:"code"`
	} `json:"reason"`
}

func document(number, rel string) *documentBody {
	if number == "" {
		return nil
	}
	d := &documentBody{}
	d.Document.Identification, d.Document.Rel = number, rel
	return d
}

// body writes a consent.
func (k consent) body() consentBody {
	out := consentBody{consentData{ID: k.ID, Status: k.Status, Created: &k.Created, Expires: &k.Expires, Permissions: k.Products}}
	if k.Endless {
		out.Data.Expires = nil
	}
	if k.Status == "REJECTED" {
		out.Data.Rejection = &rejection{RejectedBy: "USER"}
		if k.Reason == "CONSENT_MAX_DATE_REACHED" {
			out.Data.Rejection.RejectedBy = "ASPSP"
		}
		out.Data.Rejection.Reason.Code = k.Reason
	}
	return out
}

// createConsent begins a consent that the person has yet to give.
func (b *Server) createConsent(c *call) (any, error) {
	if err := c.bearer("client"); err != nil {
		return nil, err
	}
	var in consentBody
	if err := json.NewDecoder(c.r.Body).Decode(&in); err != nil || len(in.Data.Permissions) == 0 || len(in.Data.Permissions) > 64 {
		return nil, oauthError{http.StatusBadRequest, "invalid_request"}
	}
	id := fairlead.NewToken()[:22]
	k := consent{ID: "urn:" + b.Path + ":" + id, Status: "AWAITING_AUTHORISATION", Products: in.Data.Permissions, Created: c.now, Expires: c.now.Add(consentLife)}
	if k.Endless = in.Data.Expires == nil; k.Endless {
		k.Expires = c.now.Add(endlessLife)
	} else if in.Data.Expires.After(c.now) {
		k.Expires = *in.Data.Expires
	}
	if in.Data.User != nil {
		k.TaxID = in.Data.User.Document.Identification
	}
	if in.Data.Company != nil {
		k.Company = in.Data.Company.Document.Identification
	}
	return k.body(), kv.Put(c.r.Context(), b.Memory, c.tenant, b.key("consent", k.ID), k)
}

func (b *Server) readConsent(c *call) (any, error) {
	if err := c.bearer("client"); err != nil {
		return nil, err
	}
	k, err := b.consentOf(c.r.Context(), c.tenant, c.r.PathValue("id"), c.now)
	return k.body(), err
}

// revokeConsent ends a consent: its tokens are good for nothing from then on.
func (b *Server) revokeConsent(c *call) (any, error) {
	if err := c.bearer("client"); err != nil {
		return nil, err
	}
	id := c.r.PathValue("id")
	if _, err := b.consentOf(c.r.Context(), c.tenant, id, c.now); err != nil {
		return nil, err
	}
	return nil, kv.Update(c.r.Context(), b.Memory, c.tenant, b.key("consent", id), func(k *consent) bool {
		k.Status, k.Reason = "REJECTED", "CUSTOMER_MANUALLY_REVOKED"
		return true
	})
}

// resourceBody is what a consent opens. Sandbox is how this world's resource
// server says whose data it is.
type resourceBody struct {
	Data    []resource `json:"data"`
	Sandbox struct {
		User     string   `json:"user"`
		Words    string   `json:"words"`
		Products []string `json:"products"`
	} `json:"sandbox"`
}

type resource struct {
	ID     string `json:"resourceId"`
	Type   string `json:"type"`
	Status string `json:"status"`
}

// resources lists the accounts that the consent's access token opens.
func (b *Server) resources(c *call) (any, error) {
	if err := c.bearer("access"); err != nil {
		return nil, err
	}
	k, err := b.consentOf(c.r.Context(), c.tenant, c.token.Consent, c.now)
	if err != nil {
		return nil, err
	}
	if k.Status != "AUTHORISED" {
		return nil, oauthError{http.StatusForbidden, "consent_ended"}
	}
	out := resourceBody{Data: []resource{}}
	for _, ref := range k.Accounts {
		out.Data = append(out.Data, resource{ref, "ACCOUNT", "AVAILABLE"})
	}
	out.Sandbox.User, out.Sandbox.Words, out.Sandbox.Products = k.User, strings.Join(k.Triggers, "+"), k.Products
	return out, nil
}
