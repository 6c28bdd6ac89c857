package plaid

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const (
	maxAge      = 5 * time.Minute // of a webhook's signature
	keyLasts    = time.Hour       // a key that was fetched is looked up again after
	refusalStay = time.Minute     // and one that Plaid does not have
	maxKeys     = 100
	maxKeyID    = 100
)

// foundKey is a verification key, or that there is none of the id.
type foundKey struct {
	key     *ecdsa.PublicKey
	expired time.Time // since when it signs no more; zero: it does
	until   time.Time // when it is fetched again
	err     error
}

// keyring are verification keys by service and id.
type keyring struct {
	mutex *sync.Mutex
	found map[string]foundKey
}

func (k *keyring) get(name string, now time.Time) (foundKey, bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	found, ok := k.found[name]
	return found, ok && now.Before(found.until)
}

func (k *keyring) put(name string, found foundKey) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if len(k.found) >= maxKeys {
		clear(k.found)
	}
	k.found[name] = found
}

// webhook is the body of one.
type webhook struct {
	Type        string   `json:"webhook_type"`
	Code        string   `json:"webhook_code"`
	Item        string   `json:"item_id"`
	LinkToken   string   `json:"link_token"`
	Error       *failure `json:"error"`
	Disconnects instant  `json:"disconnect_time"`
	Expires     instant  `json:"consent_expiration_time"`
	Result      string   `json:"result"`
}

// Receive verifies a webhook by its signature over the very bytes that came, and reads it.
func (p *Connector) Receive(ctx context.Context, env connector.Env, r connector.Received) ([]connector.ProviderUpdate, error) {
	c, err := newClient(env)
	if err != nil {
		return nil, err
	}
	if err := p.verify(ctx, c, r); err != nil {
		return nil, err
	}
	var w webhook
	if err := json.Unmarshal(r.Body, &w); err != nil {
		return nil, fairlead.Errorf(fairlead.Invalid, "The webhook is no JSON object.")
	}
	return c.updates(w), nil
}

func (p *Connector) verify(ctx context.Context, c *client, r connector.Received) error {
	now := p.wall()
	payload, err := kit.VerifyES256(ctx, r.Header.Get("Plaid-Verification"), func(ctx context.Context, id string) (*ecdsa.PublicKey, error) {
		found := p.key(ctx, c, id, now)
		if found.err == nil && !found.expired.IsZero() && now.After(found.expired.Add(maxAge)) {
			return nil, unverified(errors.New("plaid: the key of a webhook has expired"))
		}
		return found.key, found.err
	})
	if err != nil {
		return err
	}
	var claims struct {
		Issued int64  `json:"iat"`
		Hash   string `json:"request_body_sha256"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return unverified(errors.New("plaid: the claims of a webhook are malformed"))
	}
	if age := now.Sub(time.Unix(claims.Issued, 0)); age > maxAge || age < -maxAge {
		return unverified(errors.New("plaid: a webhook is not of the last five minutes"))
	}
	sum := sha256.Sum256(r.Body)
	if subtle.ConstantTimeCompare([]byte(claims.Hash), []byte(hex.EncodeToString(sum[:]))) != 1 {
		return unverified(errors.New("plaid: the body of a webhook is not the one that was signed"))
	}
	return nil
}

func unverified(err error) error {
	return &fairlead.Error{Kind: fairlead.Unauthenticated, Detail: "The webhook's signature does not verify.", Err: err}
}

// key finds a verification key, which is fetched once an hour. What is not there is not
// looked for again for a minute, so that made-up ids cost few calls.
func (p *Connector) key(ctx context.Context, c *client, id string, now time.Time) foundKey {
	if len(id) > maxKeyID {
		return foundKey{err: unverified(errors.New("plaid: the id of a key is too long"))}
	}
	name := c.base + "\x00" + id
	if found, ok := p.keys.get(name, now); ok {
		return found
	}
	var got verificationKey
	if err := c.post(ctx, "/webhook_verification_key/get", object{"key_id": id}, &got); err != nil {
		if kind := fairlead.KindOf(err); kind == fairlead.InstitutionDown || kind == fairlead.SlowDown || kind == fairlead.Unavailable {
			return foundKey{err: &fairlead.Error{Kind: fairlead.Unavailable, Detail: "Plaid's verification key can't be fetched now.", Err: err}}
		}
		found := foundKey{err: unverified(err), until: now.Add(refusalStay)}
		p.keys.put(name, found)
		return found
	}
	found := foundKey{until: now.Add(keyLasts)}
	if got.Key.Expired > 0 {
		found.expired = time.Unix(got.Key.Expired, 0)
	}
	if got.Key.Algorithm != "ES256" || got.Key.Curve != "P-256" || got.Key.ID != id {
		found.err = unverified(errors.New("plaid: a verification key is not of ES256"))
	} else if found.key, found.err = kit.P256(got.Key.X, got.Key.Y); found.err != nil {
		found.err = unverified(found.err)
	}
	p.keys.put(name, found)
	return found
}

// updates is what a webhook says; of most kinds nothing.
func (c *client) updates(w webhook) []connector.ProviderUpdate {
	u := connector.ProviderUpdate{Upstream: w.Item}
	switch w.Type {
	case "LINK":
		if w.LinkToken == "" || w.Code != "SESSION_FINISHED" && w.Code != "ITEM_ADD_RESULT" {
			return nil
		}
		return []connector.ProviderUpdate{{Kind: connector.UpdatedVisit, Visit: w.LinkToken}}
	case "TRANSACTIONS", "HOLDINGS", "INVESTMENTS_TRANSACTIONS", "LIABILITIES":
		switch w.Code {
		case "SYNC_UPDATES_AVAILABLE", "DEFAULT_UPDATE", "INITIAL_UPDATE", "HISTORICAL_UPDATE", "TRANSACTIONS_REMOVED":
			u.Kind = connector.UpdatedData
		}
	case "STATEMENTS":
		if w.Code == "STATEMENTS_REFRESH_COMPLETE" && w.Result == "SUCCESS" {
			u.Kind = connector.UpdatedData
		}
	case "ITEM":
		c.itemUpdate(w, &u)
	}
	if u.Kind == "" || u.Upstream == "" {
		return nil
	}
	return []connector.ProviderUpdate{u}
}

func (c *client) itemUpdate(w webhook, u *connector.ProviderUpdate) {
	switch w.Code {
	case "ERROR":
		if w.Error != nil && w.Error.Code != "" {
			u.Kind, u.Err = connector.UpdatedProblem, c.failed(*w.Error, 0, 0, nil)
		}
	case "USER_PERMISSION_REVOKED":
		u.Kind, u.Err = connector.UpdatedProblem, c.failed(failure{Code: w.Code}, 0, 0, nil)
	case "LOGIN_REPAIRED":
		u.Kind = connector.UpdatedRepaired
	case "PENDING_DISCONNECT", "PENDING_EXPIRATION":
		u.Kind, u.Ends = connector.UpdatedEnding, w.Disconnects.Time
		if u.Ends.IsZero() {
			u.Ends = w.Expires.Time
		}
		if u.Ends.IsZero() {
			u.Ends = c.env.Now.AddDate(0, 0, 7) // Plaid warns so many days before
		}
	case "NEW_ACCOUNTS_AVAILABLE", "USER_ACCOUNT_REVOKED":
		u.Kind = connector.UpdatedData // a new one comes once the person adds it by linking again
	}
}
