package taiki

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
)

// maxBody caps a request; the vendor's samples are below a kilobyte.
const maxBody = 64 << 10

const (
	initializePath = "POST /initialize-token"
	apiTokenPath   = "POST /api/token"
)

// Mount adds the two ways to get a token.
func (t *Taiki) Mount(mux *http.ServeMux) {
	mux.HandleFunc(initializePath, t.initializeToken)
	mux.HandleFunc(apiTokenPath, t.apiToken)
}

// Scopes is every call with the scope that its key must have.
func (t *Taiki) Scopes() map[string]fairlead.AccessScope {
	return map[string]fairlead.AccessScope{initializePath: fairlead.AccessScopeLink, apiTokenPath: fairlead.AccessScopeLink}
}

// read takes JSON whatever the Content-Type says: the vendor's own sample sends none.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return dialect.Unread(err)
	}
	err = dialect.Unmarshal(body, into)
	if strict, ok := errors.AsType[*fairlead.Error](err); ok {
		return strict
	}
	if err != nil {
		return fairlead.InvalidField("body", "format", "must be a JSON object with texts, as documented")
	}
	return nil
}

// caller is who shows an application's secret.
func (t *Taiki) caller(r *http.Request) (access.Caller, error) {
	secret := r.Header.Get("TAIKI-SECRET")
	if secret == "" { // no credentials are no wrong ones
		return access.Caller{}, fairlead.Errorf(fairlead.Unauthenticated, "Send TAIKI-SECRET.")
	}
	caller, err := t.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return t.verbs.Access.BySecret(r.Context(), fairlead.NewSecret(secret))
	})
	if err == nil {
		err = caller.May(fairlead.AccessScopeLink)
	}
	return caller, err
}

func (t *Taiki) initializeToken(w http.ResponseWriter, r *http.Request) {
	caller, err := t.caller(r)
	var body initializeBody
	if err == nil {
		err = read(w, r, &body)
	}
	if err == nil && body.WebhookURL == "" {
		err = fairlead.InvalidField("webhookURL", "required", "must be given")
	}
	if err != nil {
		t.refuse(w, r, err)
		return
	}
	user, now := strings.TrimSpace(r.Header.Get("TAIKI-USER-ID")), t.verbs.Clock()
	token, known := fairlead.NewUUIDToken(now), user != ""
	if !known {
		user = newUser(now)
	}
	s, err := t.create(caller.In(r.Context(), r.RemoteAddr), caller, body.WebhookURL, user, known, token)
	if err != nil {
		t.refuse(w, r, err)
		return
	}
	made := initialized{ID: s.ID, TemporaryToken: token, UserID: s.UserID, Token: token}
	if !known {
		made.User = s.UserID
	}
	answer(w, http.StatusOK, made)
}

// create makes the link of one opening of the modal, for a user who is known or new.
func (t *Taiki) create(ctx context.Context, c access.Caller, webhookURL, user string, known bool, token string) (state, error) {
	if err := c.Application.CallbackAllowed(webhookURL, t.verbs.Dev); err != nil {
		return state{}, fairlead.InvalidField("webhookURL", "format", "must be a public https address without credentials and fragment, on one of the application's callback_hosts where it has any")
	}
	s := state{WebhookURL: webhookURL, UserID: user}
	request := linking.CreateRequest{Tenant: c.Tenant, Life: tokenLife, Token: token, Counter: "retrieval"}
	if known {
		p, err := t.verbs.Reading.Person(ctx, c.Tenant.ID, user)
		if fairlead.Is(err, fairlead.NotFound) {
			err = fairlead.InvalidField("TAIKI-USER-ID", "unknown", "names nobody here: send the userId of an earlier answer, or none for a new user")
		}
		if err != nil {
			return state{}, err
		}
		s.UserID, request.Person = p.Reference, p.ID
	} else {
		request.Reference, request.NewReference = user, true
	}
	request.State = func(number int64) (json.RawMessage, error) {
		s := s
		s.ID = number
		return json.Marshal(s)
	}
	request.Spec, request.Origin = spec(known), fairlead.Origin{Dialect: name}
	made, err := t.verbs.Linking.Create(ctx, c.Application, request)
	s.ID = made.Number
	return s, err
}

// newUser is the id of a new user. It sorts by its birth, as ids of ours do.
func newUser(now time.Time) string { return fairlead.UUID(fairlead.NewID("per", now)) }

// apiToken is the later version's way: the same link, its token a JWT.
func (t *Taiki) apiToken(w http.ResponseWriter, r *http.Request) {
	var body apiTokenBody
	err := read(w, r, &body)
	if err != nil {
		t.refuse(w, r, err)
		return
	}
	caller, err := t.verbs.Access.Admit(r.Context(), r.RemoteAddr, func() (access.Caller, error) {
		return t.verbs.Access.ByClient(r.Context(), body.APIKey, fairlead.NewSecret(body.APISecret))
	})
	if err == nil {
		err = caller.May(fairlead.AccessScopeLink)
	}
	if err != nil {
		t.refuse(w, r, err)
		return
	}
	settings, err := t.verbs.Notes.Settings(caller.Application, name)
	if err == nil && settings.Text("webhook_url") == "" {
		err = fairlead.Errorf(fairlead.Conflict, "The setting taiki.webhook_url is empty: set it with \"fairlead app set NAME taiki.webhook_url=…\".")
	}
	if err != nil {
		t.refuse(w, r, err)
		return
	}
	user, known := body.UserID, body.UserID != ""
	if !known {
		user = newUser(t.verbs.Clock())
	}
	token, err := signed(caller, body.APISecret, user, t.verbs.Clock())
	var s state
	if err == nil {
		s, err = t.create(caller.In(r.Context(), r.RemoteAddr), caller, settings.Text("webhook_url"), user, known, token)
	}
	if err != nil {
		t.refuse(w, r, err)
		return
	}
	answer(w, http.StatusOK, apiToken{token, s.UserID})
}

// signed makes the JWT that the later version returns, with its claims. It opens
// nothing by its signature: it is a link's token like any other, found by its hash.
func signed(c access.Caller, secret, user string, now time.Time) (string, error) {
	// HS256 wants 256 bits; a shorter secret is stretched as HMAC itself would.
	key := []byte(secret)
	if len(key) < 32 {
		key = append(key, make([]byte, 32-len(key))...)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("taiki: signing a token: %w", err)
	}
	return jwt.Signed(signer).Claims(map[string]any{
		"token_type": "access", "iat": now.Unix(), "exp": now.Add(tokenLife).Unix(), "jti": uuid.NewString(),
		"client_app_id": c.Application.ClientID, "taiki_user_id": user,
	}).Serialize()
}
