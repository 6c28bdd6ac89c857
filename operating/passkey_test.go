package operating_test

import (
	"encoding/json"
	"testing"

	"github.com/fairlead-dev/fairlead/operating"
)

// challengeIn is the challenge that a browser is handed.
func challengeIn(t *testing.T, p operating.PasskeyOptions) string {
	t.Helper()
	var options struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	must(t, json.Unmarshal(p.Options, &options))
	return options.PublicKey.Challenge
}
