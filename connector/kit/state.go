package kit

import (
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
)

// MaxState is the size that the engine accepts for the memory of a conversation.
const MaxState = 64 << 10

// envelope is how a state lies between two turns.
type envelope struct {
	Version int             `json:"v"`
	Data    json.RawMessage `json:"d"`
}

// EncodeState writes what a connector must remember until the next turn. version
// changes whenever the shape of v does.
func EncodeState(version int, v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("kit: encoding state: %w", err)
	}
	b, err := json.Marshal(envelope{version, data})
	if err != nil {
		return nil, fmt.Errorf("kit: encoding state: %w", err)
	}
	if len(b) > MaxState {
		return nil, fmt.Errorf("kit: a state of %d bytes is over the %d that may be kept", len(b), MaxState)
	}
	return b, nil
}

// DecodeState reads what EncodeState wrote under the same version. A state of
// another one is left from before an upgrade: the person begins again.
func DecodeState(state []byte, version int, v any) error {
	var e envelope
	if err := json.Unmarshal(state, &e); err != nil {
		return lostState(fmt.Errorf("kit: decoding state: %w", err))
	}
	if e.Version != version {
		return lostState(fmt.Errorf("kit: state of version %d, not %d", e.Version, version))
	}
	if err := json.Unmarshal(e.Data, v); err != nil {
		return lostState(fmt.Errorf("kit: decoding state: %w", err))
	}
	return nil
}

func lostState(err error) error {
	return &fairlead.Error{Kind: fairlead.ChallengeExpired, Detail: "This login can't be continued. Please begin again.", Err: err}
}
