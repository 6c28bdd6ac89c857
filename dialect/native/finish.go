package native

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// finished is what the frame messages its opener, and in part what the redirect carries.
type finished struct {
	Status        fairlead.LinkStatus     `json:"status"`
	LinkID        fairlead.LinkID         `json:"link_id"`
	Code          string                  `json:"code,omitempty"`
	ConnectionIDs []fairlead.ConnectionID `json:"connection_ids,omitempty"`
	Error         fairlead.ErrorKind      `json:"error,omitempty"`
	Metadata      any                     `json:"metadata,omitempty"`
}

// Finish leads to the redirect address with link_id, status and code (or error, where
// something went wrong), or messages the opener the same.
func (n *Native) Finish(_ context.Context, o linking.LinkResult) (linking.AppReturn, error) {
	f := finished{Status: o.Link.Status, LinkID: o.Link.ID, Code: o.Code, Metadata: raw(o.Link.Spec.Metadata)}
	for _, c := range o.Connections {
		f.ConnectionIDs = append(f.ConnectionIDs, c.ID)
	}
	if o.Link.Status != fairlead.LinkFinished {
		f.Error = o.Link.Reason // none where the person left: that is no error
	} else if o.Link.Stage == fairlead.StageResult && o.Link.Problem != nil {
		f.Error = o.Link.Problem.Kind // connected, and yet nothing could be fetched
	}
	message, err := json.Marshal(f)
	if err != nil {
		return linking.AppReturn{}, err
	}
	d := linking.AppReturn{Message: message}
	if address := cmp.Or(o.Link.Spec.AppLink, o.Link.Spec.Redirect); address != "" {
		d.URL = fairlead.SetQuery(address, []string{"link_id", "status", "code", "error"}, f.query()...)
	}
	return d, nil
}

// query is what the redirect carries.
func (f finished) query() [][2]string {
	q := [][2]string{{"link_id", string(f.LinkID)}, {"status", string(f.Status)}}
	if f.Code != "" {
		q = append(q, [2]string{"code", f.Code})
	}
	if f.Error != "" {
		q = append(q, [2]string{"error", string(f.Error)})
	}
	return q
}
