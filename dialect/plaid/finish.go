package plaid

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// finished is what the script of a page gets of a link's end.
type finished struct {
	PublicToken *string          `json:"public_token"`
	Success     *successMetadata `json:"success,omitempty"`
	Error       *plaidError      `json:"error"`
	Exit        *exitMetadata    `json:"exit,omitempty"`
}

// Finish messages the opener, or leads a hosted link back to where it was to lead:
// there the address says nothing, the link token is asked.
func (p *Plaid) Finish(ctx context.Context, r linking.LinkResult) (linking.AppReturn, error) {
	s := stateOf(r.Link.Origin)
	if s.Hosted {
		return linking.AppReturn{URL: r.Link.Spec.Redirect}, nil
	}
	var f finished
	if r.Link.Status == fairlead.LinkFinished && len(r.Connections) > 0 {
		token := "public-" + p.environmentOf(ctx, r.Link.Tenant) + "-" + r.Code
		success, err := p.successOf(ctx, r.Link, r.Connections[0])
		if err != nil {
			return linking.AppReturn{}, err
		}
		f.PublicToken, f.Success = &token, &success
	} else {
		exit, err := p.exitOf(ctx, r.Link, r.Problem)
		if err != nil {
			return linking.AppReturn{}, err
		}
		f.Error, f.Exit = exit.Error, &exit.Metadata
	}
	message, err := json.Marshal(f)
	return linking.AppReturn{Message: message}, err
}

// environmentOf is the word of the environment of a tenant, who was there a moment ago.
func (p *Plaid) environmentOf(ctx context.Context, id fairlead.TenantID) string {
	t, err := p.verbs.Access.Tenant(ctx, id)
	if err != nil {
		return "production"
	}
	return environment(t)
}

// linkedInstitution is the institution that a link has reached; nil: none yet.
func (p *Plaid) linkedInstitution(ctx context.Context, tenant fairlead.TenantID, id fairlead.InstitutionID) (*linkInstitution, error) {
	if id == "" {
		return nil, nil
	}
	i, err := p.verbs.Reading.Institution(ctx, tenant, string(id))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return nil, err
	}
	return &linkInstitution{Name: i.Name, ID: institutionID(id)}, nil
}

// successOf describes the Item that a link made.
func (p *Plaid) successOf(ctx context.Context, link fairlead.Link, conn fairlead.Connection) (out successMetadata, err error) {
	out = successMetadata{SessionID: string(link.ID), Accounts: []linkedAccount{}}
	if out.Institution, err = p.linkedInstitution(ctx, link.Tenant, conn.Institution); err != nil {
		return out, err
	}
	found, err := p.accounts(ctx, conn, stateOf(link.Origin).filters(), nil, false)
	if e, ok := ownError(err); ok && e.Code == "NO_ACCOUNTS" {
		err = nil
	}
	if err != nil {
		return out, fmt.Errorf("plaid: reading the accounts of a link: %w", err)
	}
	for _, a := range found {
		of := accountOf(a)
		out.Accounts = append(out.Accounts, linkedAccount{ID: of.ID, Name: of.Name, Mask: of.Mask, Type: of.Type, Subtype: of.Subtype})
	}
	return out, nil
}

// stepOf is where a person left, in the vendor's words.
var stepOf = map[fairlead.Stage]string{
	fairlead.StageInstitution: "institution_not_found", fairlead.StageConversation: "requires_credentials", fairlead.StageAccounts: "requires_account_selection",
}

// exitOf describes a link that made nothing.
func (p *Plaid) exitOf(ctx context.Context, link fairlead.Link, problem *fairlead.Problem) (out linkExit, err error) {
	out.Metadata = exitMetadata{SessionID: string(link.ID), RequestID: newRequestID(), Status: orNull(stepOf[link.Stage])}
	switch {
	case problem != nil:
		out.Error = describe(problem.Kind, nil)
	case link.Reason != "":
		out.Error = describe(link.Reason, nil)
	case link.Status == fairlead.LinkExpired:
		out.Error = newError(invalidInput, "INVALID_LINK_TOKEN", "the link token has expired")
	}
	out.Metadata.Institution, err = p.linkedInstitution(ctx, link.Tenant, link.Institution)
	return out, err
}

// sessionOf is what has come of a link's page.
func (p *Plaid) sessionOf(c call, link fairlead.Link) (linkSession, error) {
	out := linkSession{ID: string(link.ID), Events: []struct{}{}}
	if !link.Opened.IsZero() {
		out.StartedAt = orNull(stamp(link.Opened))
	}
	if link.Status == fairlead.LinkOpen {
		return out, nil
	}
	out.FinishedAt = orNull(stamp(link.Ended))
	if link.Status != fairlead.LinkFinished || len(link.Connections) == 0 {
		exit, err := p.exitOf(c.Context(), link, link.Problem)
		if err == nil {
			out.Exit, out.OnExit = &exit, &exit
		}
		return out, err
	}
	conn, err := p.verbs.Reading.Connection(c.Context(), c.Tenant.ID, link.Connections[0])
	if err != nil {
		return out, err
	}
	success, err := p.successOf(c.Context(), link, conn)
	if err != nil {
		return out, err
	}
	token, err := p.publicTokenOf(c, link, conn.ID)
	if err != nil {
		return out, err
	}
	out.OnSuccess = &linkSuccess{token, success}
	added := []itemAdded{{token, success.Accounts, success.Institution}}
	if stateOf(link.Origin).Update { // the Item was there before
		added = []itemAdded{}
	}
	out.Results = &linkResultBody{
		Items:    added,
		CRAItems: []struct{}{}, CRAUpdates: []struct{}{}, BankIncome: []struct{}{}, PayrollIncome: []struct{}{}, DocumentIncome: json.RawMessage("null"),
	}
	return out, nil
}

// publicTokenOf is the public token of a link's end, while it is good. Then it is
// another one of the same Item, so that whoever has lost the answer to an exchange can
// ask again.
func (p *Plaid) publicTokenOf(c call, link fairlead.Link, conn fairlead.ConnectionID) (string, error) {
	token, err := p.unused(c.Context(), c.Application, link)
	if err != nil || token != "" {
		return token, err
	}
	return p.publicToken(c, conn)
}

// unused is the public token of a link's end that nobody has exchanged; "": it is used up.
func (p *Plaid) unused(ctx context.Context, app fairlead.Application, link fairlead.Link) (string, error) {
	codes, err := p.verbs.Linking.Codes(ctx, app)
	if err != nil {
		return "", err
	}
	for _, code := range codes {
		if code.Link == link.ID {
			return "public-" + p.environmentOf(ctx, link.Tenant) + "-" + code.Value, nil
		}
	}
	return "", nil
}
