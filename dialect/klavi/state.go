package klavi

import (
	"bytes"
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/format/ecmajson"
)

// maxExternalInfo bounds externalInfo, in bytes of compact JSON: it goes into the
// address of the redirect.
const maxExternalInfo = 16 << 10

// state is what this dialect remembers of a link, in its Origin. The consent and
// the connection of the link carry it too.
type state struct {
	Callbacks    callbacks       `json:"callbacks,omitempty"`
	ExternalInfo json.RawMessage `json:"external_info,omitempty"`
	Level        report.Level    `json:"level"`
	// Of a link that a consent of the API made for itself:
	Parent  fairlead.LinkID `json:"parent,omitempty"` // whose token requested it
	TrackID string          `json:"track_id,omitempty"`
}

// stateOf reads what is remembered. Of an erased person nothing is left but that
// it was ours.
func stateOf(o fairlead.Origin) (s state, ours bool) {
	if o.Dialect != name {
		return s, false
	}
	if len(o.State) > 0 && json.Unmarshal(o.State, &s) != nil {
		return state{}, false
	}
	if info, err := ecmajson.Preserve(s.ExternalInfo); err == nil { // stores escape what JSON.stringify does not
		s.ExternalInfo = info
	}
	if s.Level == "" {
		s.Level = report.Person
	}
	return s, true
}

func (s state) origin() (fairlead.Origin, error) {
	stored, err := json.Marshal(s)
	return fairlead.Origin{Dialect: name, State: stored}, err
}

// linkOf is the link that outsiders know: of a consent's own link, its parent.
func (s state) linkOf(id fairlead.LinkID) fairlead.LinkID {
	if s.Parent != "" {
		return s.Parent
	}
	return id
}

// linkOf is the link of a consent as outsiders know it.
func linkOf(c fairlead.Consent) fairlead.LinkID {
	s, _ := stateOf(c.Origin)
	return s.linkOf(c.Link)
}

// info is the externalInfo to give back; an empty object where there is none.
func (s state) info() json.RawMessage {
	if len(s.ExternalInfo) == 0 {
		return json.RawMessage("{}")
	}
	return s.ExternalInfo
}

// readInfo checks an externalInfo: an object, or nothing. It is measured as it is
// given back: without white space and escapes.
func readInfo(raw json.RawMessage) (json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil, nil
	case raw[0] != '{':
		return nil, fairlead.InvalidField("externalInfo", "format", "must be an object")
	}
	info, err := ecmajson.Preserve(raw)
	if err == nil && len(info) > maxExternalInfo {
		err = fairlead.InvalidField("externalInfo", "range", "must have at most 16 KiB (in UTF-8, without white space)")
	}
	return info, err
}

// customized is what externalInfo changes of the hosted page. What is written
// otherwise than documented changes nothing.
func customized(info json.RawMessage) customization {
	var outer struct {
		Customization customization `json:"customization"`
	}
	if len(info) == 0 || json.Unmarshal(info, &outer) != nil {
		return customization{}
	}
	return outer.Customization
}
