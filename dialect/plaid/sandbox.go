package plaid

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
)

// The vendor's make-believe person is our persona "good"; other names are personas of
// our sandbox, or "good" too.
const (
	theirUser = "user_good"
	ourUser   = "good"
	theirPass = "pass_good"
)

// triggerOf are the words of our sandbox for the vendor's passwords that call something up.
var triggerOf = map[string]string{
	"error_INVALID_CREDENTIALS": "WRONG_PASSWORD", "error_ITEM_LOCKED": "LOCKED", "error_USER_SETUP_REQUIRED": "ACTION_NEEDED",
	"error_INSTITUTION_DOWN": "DOWN", "error_INSTITUTION_NOT_RESPONDING": "DOWN", "error_INVALID_MFA": "WRONG_CODE", "error_RATE_LIMIT_EXCEEDED": "SLOW_DOWN",
	"mfa_device": "SCA_CODE", "mfa_questions_1_1": "SCA_QUESTIONS", "mfa_selections": "SCA_CHOICE",
}

type sandboxBody struct {
	Institution string   `json:"institution_id"`
	Products    []string `json:"initial_products"`
	Options     *struct {
		Webhook    string    `json:"webhook"`
		Username   string    `json:"override_username"`
		Password   string    `json:"override_password"`
		Statements *spanBody `json:"statements"`
	} `json:"options"`
}

// createSandboxItem links a persona without a page, and answers once its data is there.
func (p *Plaid) createSandboxItem(c call) (any, error) {
	var b sandboxBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	switch {
	case c.Tenant.Environment != fairlead.Sandbox:
		return nil, newError(invalidInput, "INVALID_ENVIRONMENT", "this endpoint works in a sandbox alone")
	case b.Institution == "":
		return nil, missing("institution_id")
	case len(b.Products) == 0:
		return nil, missing("initial_products")
	}
	if err := (linkBody{Products: b.Products}).checkProducts(); err != nil {
		return nil, err
	}
	i, err := p.institution(c, b.Institution)
	if err != nil {
		return nil, err
	}
	s, user, password := state{Products: b.Products}, ourUser, ""
	if b.Options != nil {
		s.Webhook = b.Options.Webhook
		user, password = personaOf(b.Options.Username, b.Options.Password)
		if s.Statements, err = b.Options.Statements.read(); err != nil {
			return nil, err
		}
	}
	if err := p.webhookAllowed(c.Application, s.Webhook); err != nil {
		return nil, err
	}
	return p.headless(c, i, s, user, password)
}

// personaOf is who signs in at our sandbox for a user name and password of the vendor's.
func personaOf(user, password string) (string, string) {
	if user = cmp.Or(user, theirUser); user == theirUser {
		user = ourUser
	}
	if password == theirPass {
		password = ""
	}
	return user, cmp.Or(triggerOf[password], password)
}

func (p *Plaid) headless(c call, i fairlead.Institution, s state, user, password string) (any, error) {
	origin, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	_, result, err := p.verbs.Linking.Headless(c.Context(), c.Application, linking.HeadlessRequest{
		CreateRequest: linking.CreateRequest{
			Spec: fairlead.Spec{
				NoFiles: true, Products: wanted(s.Products), Limit: 1, OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson, Endless: true,
				Stages: []fairlead.Stage{fairlead.StageConsent, fairlead.StageConversation, fairlead.StageRetrieving},
				Code:   fairlead.CodePolicy{Life: publicLife},
			},
			Origin: fairlead.Origin{Dialect: name, State: origin},
		},
		Institution: string(i.ID), User: user, Password: password,
	})
	switch {
	case err != nil:
		return nil, err
	case result.Problem != nil:
		return nil, describe(result.Problem.Kind, nil)
	case result.Code == "":
		return nil, describe(fairlead.InstitutionDown, nil)
	}
	return map[string]string{"public_token": "public-sandbox-" + result.Code}, nil
}

// resetLogin makes an Item need its user again.
func (p *Plaid) resetLogin(c call) (any, error) {
	conn, _, err := p.named(c)
	if err == nil {
		err = p.settled(c.Context(), conn)
	}
	if err == nil {
		err = p.verbs.Simulating.ResetLogin(c.Context(), c.Tenant.ID, conn.ID)
	}
	return map[string]bool{"reset_login": err == nil}, err
}

// settled waits until no collection of a connection is under way.
func (p *Plaid) settled(ctx context.Context, conn fairlead.Connection) error {
	ticker, limit := time.NewTicker(freshPause), time.NewTimer(freshWait)
	defer ticker.Stop()
	defer limit.Stop()
	for {
		now, err := p.verbs.Reading.Connection(ctx, conn.Tenant, conn.ID)
		if err != nil || now.Status != fairlead.ConnectionCollecting && len(now.Waiting) == 0 {
			return err
		}
		select {
		case <-ticker.C:
		case <-limit.C:
			return fairlead.Errorf(fairlead.Unavailable, "The Item is still being collected.")
		case <-ctx.Done():
			return fairlead.Errorf(fairlead.Unavailable, "The request was given up.")
		}
	}
}

// interruptSync refuses the next page of a sync that is under way, once, as the vendor
// does when data changes meanwhile. The vendor has no such switch.
func (p *Plaid) interruptSync(c call) (any, error) {
	conn, _, err := p.named(c)
	if err == nil && c.Tenant.Environment != fairlead.Sandbox {
		err = newError(invalidInput, "INVALID_ENVIRONMENT", "this endpoint works in a sandbox alone")
	}
	if err != nil {
		return nil, err
	}
	_, err = notes.Change(c.Context(), p.kv(), c.Tenant.ID, itemKey(conn.ID, c.Application.ID), func(n *item) error {
		n.Interrupt = true
		return nil
	})
	return struct{}{}, err
}
