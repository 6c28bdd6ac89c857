package simplefin

import (
	"context"
	"errors"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// tokenField is what the form wants.
const tokenField = "token"

// state is what goes from one turn to the next; the engine seals it.
type state struct {
	At     stage  `json:"at"`
	Claim  string `json:"claim,omitempty"`  // address of a token that is about to be used up
	Access string `json:"access,omitempty"` // of one that is
}

// stage is what the next turn does.
type stage string

const (
	atToken stage = "token" // reads the person's answer
	atClaim stage = "claim" // uses the token up
	atProve stage = "prove" // reads the accounts
)

const stateVersion = 1

func next(step fairlead.Step, st state) (connector.Turn, error) {
	encoded, err := kit.EncodeState(stateVersion, st)
	return connector.Turn{Step: step, State: encoded}, err
}

// tokenForm wants a setup token, and leads to where it is made, where that is known.
func tokenForm(i fairlead.Institution) fairlead.Step {
	form := &fairlead.Form{
		Kind:   "token",
		Fields: []fairlead.FormField{{Name: tokenField, Kind: fairlead.FieldPassword, Label: "field.token"}},
	}
	if i.ID == Bridge || i.ID == BridgeCanada {
		form.Site = bridgeSite
	}
	return fairlead.Step{Form: form}
}

// tokenAgain wants another token and says why.
func tokenAgain(s connector.Start, why string) (connector.Turn, error) {
	return next(kit.Again(tokenForm(s.Institution), why), state{At: atToken})
}

// soon has the engine store what is known and come back at once.
func soon(st state) (connector.Turn, error) {
	return next(fairlead.Step{Wait: &fairlead.Wait{Seconds: 1, Sentence: "wait.text"}}, st)
}

// Begin shows the form for a setup token, in update mode too: access that was ended comes
// back by a new token only.
func (Connector) Begin(_ context.Context, s connector.Start) (connector.Turn, error) {
	return next(tokenForm(s.Institution), state{At: atToken})
}

// Resume goes on from the stage that the turn before left.
func (Connector) Resume(ctx context.Context, s connector.Start, encoded []byte, a fairlead.Answer) (connector.Turn, error) {
	var st state
	if err := kit.DecodeState(encoded, stateVersion, &st); err != nil {
		return connector.Turn{}, err
	}
	switch st.At {
	case atClaim:
		return claimed(ctx, s, st)
	case atProve:
		return prove(ctx, s, st)
	}
	answered, ok := kit.Answered(a, tokenField)
	if !ok {
		return next(tokenForm(s.Institution), state{At: atToken})
	}
	brought, err := readPasted(answered.Reveal(), s.PlainHTTP)
	switch {
	case errors.Is(err, errInsecure):
		return tokenAgain(s, "form.token.insecure")
	case err != nil:
		return tokenAgain(s, "form.token.malformed")
	case brought.access != "":
		return soon(state{At: atProve, Access: brought.access})
	}
	return soon(state{At: atClaim, Claim: brought.claim})
}

// claimed uses the token up. An answer that was lost, also by a crash of ours, is not
// requested again: the second claim of a token is refused, and makes it look stolen.
func claimed(ctx context.Context, s connector.Start, st state) (connector.Turn, error) {
	if s.Interrupted {
		return tokenAgain(s, "form.token.lost")
	}
	access, refused := claim(ctx, s, st.Claim)
	if refused != "" {
		return tokenAgain(s, refused)
	}
	return soon(state{At: atProve, Access: access})
}

// prove reads the accounts. Where that can't be done now, the person may try again: the
// address is all that there is of the token.
func prove(ctx context.Context, s connector.Start, st state) (connector.Turn, error) {
	ctx, cancel := context.WithTimeout(ctx, proofTimeout)
	defer cancel()
	a, err := request(ctx, s.Env, st.Access, query{balancesOnly: true})
	if err == nil {
		if refused := a.refusal(s.Language); refused != nil {
			err = refused
		}
	}
	switch {
	case fairlead.Is(err, fairlead.ConsentEnded):
		return tokenAgain(s, "form.token.used")
	case fairlead.Is(err, fairlead.ActionNeeded) && codeOf(err) == "payment":
		return tokenAgain(s, "form.token.payment")
	case fairlead.Is(err, fairlead.ActionNeeded): // it says at which bank
		return retry(st, detailOf(err))
	case err != nil:
		return retry(st, "form.token.busy")
	case len(a.accounts) == 0:
		return retry(st, "form.token.empty")
	}
	return done(s, st.Access, a)
}

// retry says why the accounts can't be read now, and offers to try again.
func retry(st state, why string) (connector.Turn, error) {
	return next(fairlead.Step{Form: &fairlead.Form{
		Kind: "token", Again: true, Text: why,
		Fields: []fairlead.FormField{{Name: "again", Kind: fairlead.FieldConfirm, Label: "form.token.again"}},
	}}, st)
}

func detailOf(err error) string {
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		return e.Detail
	}
	return ""
}

// codeQuota is the word of errors.json for a server that takes no more calls for now.
const codeQuota = "quota"

func codeOf(err error) string {
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		return e.Code
	}
	return ""
}

// done ends the login: with the person's connection that has these accounts already, by
// whichever token, or with a new one.
func done(s connector.Start, access string, a answer) (connector.Turn, error) {
	before, connection, err := knownBefore(s, access, a)
	if err != nil {
		return connector.Turn{}, err
	}
	read := newReading(s.Env, s.Institution, before.memory, a)
	secrets, err := read.memory.secrets(access)
	if err != nil {
		return connector.Turn{}, err
	}
	end := &fairlead.Done{Secrets: secrets, Identity: fairlead.NewSecret(identity(access, a)), Connection: connection, Joined: before.joined(read)}
	for _, acc := range read.accounts {
		if acc.skip == nil {
			end.Accounts = append(end.Accounts, fairlead.AccountOffer{Ref: acc.ref, Name: acc.title(), Mask: acc.mask})
		}
	}
	return connector.Turn{Step: fairlead.Step{Done: end}}, nil
}
