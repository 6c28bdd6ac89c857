package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrWebhook is wrapped by every error of a webhook that is not from Fairlead, was
// changed on the way, or is too old.
var ErrWebhook = errors.New("fairlead: not a webhook to trust")

// Verifier checks webhooks by Standard Webhooks. The zero value of a field is its default.
type Verifier struct {
	Secrets   []string         // of the endpoint; several while one is replaced
	Tolerance time.Duration    // how old a message may be, or ahead of this clock; default 5 minutes
	Now       func() time.Time // for tests
}

// VerifyWebhook checks a webhook and returns its event. body must be as it arrived.
func VerifyWebhook(body []byte, header http.Header, secrets ...string) (*Event, error) {
	return Verifier{Secrets: secrets}.Verify(body, header)
}

// Verify checks a webhook and returns its event. body must be as it arrived.
func (v Verifier) Verify(body []byte, header http.Header) (*Event, error) {
	keys, err := keysOf(v.Secrets)
	if err != nil {
		return nil, err
	}
	id, timestamp, signatures := header.Get("webhook-id"), header.Get("webhook-timestamp"), header.Values("webhook-signature")
	if id == "" || timestamp == "" || len(signatures) == 0 {
		return nil, fmt.Errorf("%w: the headers webhook-id, webhook-timestamp and webhook-signature must be there", ErrWebhook)
	}
	if err := v.timely(timestamp); err != nil {
		return nil, err
	}
	good := false
	for _, key := range keys {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(id + "." + timestamp + "."))
		h.Write(body)
		expected := h.Sum(nil)
		for part := range strings.FieldsSeq(strings.Join(signatures, " ")) {
			version, text, _ := strings.Cut(part, ",")
			given, err := base64.StdEncoding.DecodeString(text)
			good = err == nil && version == "v1" && hmac.Equal(given, expected) || good
		}
	}
	if !good {
		return nil, fmt.Errorf("%w: no signature is the endpoint's", ErrWebhook)
	}
	event := new(Event)
	if err := json.Unmarshal(body, event); err != nil {
		return nil, fmt.Errorf("%w: the body is no event: %w", ErrWebhook, err)
	}
	if event.ID == "" || event.Type == "" {
		return nil, fmt.Errorf("%w: the body is no event", ErrWebhook)
	}
	return event, nil
}

func (v Verifier) timely(timestamp string) error {
	n, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: webhook-timestamp is no time", ErrWebhook)
	}
	now, tolerance := time.Now(), v.Tolerance
	if v.Now != nil {
		now = v.Now()
	}
	if tolerance == 0 {
		tolerance = 5 * time.Minute
	}
	if now.Sub(time.Unix(n, 0)).Abs() > tolerance {
		return fmt.Errorf("%w: it is too old, or from the future", ErrWebhook)
	}
	return nil
}

func keysOf(secrets []string) ([][]byte, error) {
	var keys [][]byte
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "whsec_"))
		if err != nil || len(key) == 0 {
			return nil, errors.New("client: the secret of the endpoint is not as Fairlead gave it")
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("client: the secret of the endpoint must be given")
	}
	return keys, nil
}
