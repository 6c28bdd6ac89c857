package native

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
)

type newSetupTokenBody struct {
	Person      string                  `json:"person" maxLength:"255" doc:"Id or reference of the person whose data is read."`
	Name        string                  `json:"name,omitempty" maxLength:"100" doc:"Of the program, as the person knows it; default: SimpleFIN."`
	Connections []fairlead.ConnectionID `json:"connection_ids,omitempty" maxItems:"100" doc:"What it reads; empty: all that the person shares, what is linked later too."`
	ExpiresIn   int                     `json:"expires_in,omitempty" minimum:"60" maximum:"7776000" doc:"Seconds in which it must be claimed; default: a week."`
}

type SetupTokenBody struct {
	ID          fairlead.SetupTokenID     `json:"id"`
	Person      fairlead.PersonID         `json:"person_id"`
	Application fairlead.ApplicationID    `json:"application_id"`
	Name        string                    `json:"name"`
	Connections []fairlead.ConnectionID   `json:"connection_ids" nullable:"false" doc:"Empty: all that the person shares."`
	Status      fairlead.SetupTokenStatus `json:"status" enum:"unclaimed,active,expired,revoked"`
	CreatedAt   time.Time                 `json:"created_at"`
	ExpiresAt   time.Time                 `json:"expires_at" doc:"Until then it can be claimed."`
	ClaimedAt   *time.Time                `json:"claimed_at"`
	LastUsedAt  *time.Time                `json:"last_used_at" doc:"To a few minutes."`
	RevokedAt   *time.Time                `json:"revoked_at"`
	ReusedAt    *time.Time                `json:"reused_at" doc:"When somebody tried last to claim it again: it has come into other hands."`
}

func setupTokenOf(t fairlead.SetupToken, now time.Time) SetupTokenBody {
	return SetupTokenBody{
		t.ID, t.Person, t.Application, t.Name, append([]fairlead.ConnectionID{}, t.Connections...), t.Status(now), t.Created, t.Expires,
		timePtr(t.Claimed), timePtr(t.LastUsed), timePtr(t.Revoked), timePtr(t.Reused),
	}
}

type setupTokenWithValue struct {
	SetupTokenBody
	SetupToken string `json:"setup_token" doc:"What the person pastes into the program; shown this once."`
}

func (n *Native) createSetupToken(r request[withBody[newSetupTokenBody]]) (setupTokenWithValue, error) {
	b := r.in.Body
	p, err := n.verbs.Reading.Person(r, r.tenant(), b.Person)
	if err != nil {
		return setupTokenWithValue{}, err
	}
	t, value, err := n.verbs.Consenting.CreateSetupToken(r, r.application(), consenting.SetupTokenSpec{
		Person: p.ID, Name: b.Name, Connections: b.Connections, Life: time.Duration(b.ExpiresIn) * time.Second,
	})
	return setupTokenWithValue{setupTokenOf(t, t.Created), value.Reveal()}, renamed(err, "connections", "connection_ids")
}

type SetupTokenFilter struct {
	Paging
	Person string `query:"person" maxLength:"255" doc:"Id or reference."`
}

func (n *Native) listSetupTokens(r request[SetupTokenFilter]) (list[SetupTokenBody], error) {
	var none list[SetupTokenBody]
	after, err := decodeCursor(r.in.After)
	if err == nil {
		err = checkCursor(after, "stk")
	}
	if err != nil {
		return none, err
	}
	q := consenting.SetupTokenQuery{After: fairlead.SetupTokenID(after), Limit: r.in.Limit}
	if r.in.Person != "" {
		p, err := n.verbs.Reading.Person(r, r.tenant(), r.in.Person)
		if fairlead.Is(err, fairlead.NotFound) { // as every list
			return listOf([]fairlead.SetupToken{}, "", func(fairlead.SetupToken) SetupTokenBody { return SetupTokenBody{} }), nil
		}
		if err != nil {
			return none, err
		}
		q.Person = p.ID
	}
	tokens, now, err := n.verbs.Consenting.SetupTokens(r, r.tenant(), q)
	next := encodeCursor(nextID(tokens, q.Limit, func(t fairlead.SetupToken) fairlead.SetupTokenID { return t.ID }))
	return listOf(tokens, next, func(t fairlead.SetupToken) SetupTokenBody { return setupTokenOf(t, now) }), err
}

func (n *Native) readSetupToken(r request[ByID]) (SetupTokenBody, error) {
	t, now, err := n.verbs.Consenting.SetupToken(r, r.tenant(), fairlead.SetupTokenID(r.in.ID))
	return setupTokenOf(t, now), err
}

func (n *Native) revokeSetupToken(r request[ByID]) error {
	return n.verbs.Consenting.RevokeSetupToken(r, r.tenant(), fairlead.SetupTokenID(r.in.ID))
}
