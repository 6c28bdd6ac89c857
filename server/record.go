package server

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// recordTime is how long a collection that is recorded may take: less than a command waits.
	recordTime = 50 * time.Second
	// recordPoll is how often it is looked whether the collection has ended.
	recordPoll = 100 * time.Millisecond
)

// Recording is what was exchanged with an institution during one collection.
type Recording struct {
	kit.Recorded
	Lines    string   `json:"lines"`              // one exchange each, as kit.ReadRecording reads them
	Problems []string `json:"problems,omitempty"` // what of the collection failed
}

// recorders are those of the collections that are being recorded here.
type recorders struct {
	mu  sync.Mutex
	all map[string]*kit.Recorder // by connection
}

func (r *recorders) begin(connection fairlead.ConnectionID, recorder *kit.Recorder) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]*kit.Recorder{}
	}
	if r.all[string(connection)] != nil {
		return false
	}
	r.all[string(connection)] = recorder
	return true
}

func (r *recorders) end(connection fairlead.ConnectionID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, string(connection))
}

func (r *recorders) of(connection string) *kit.Recorder {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[connection]
}

// recorderKey is where the context of a collection has its recorder.
type recorderKey struct{}

// recordedRun runs a collection, with a recorder where it is wanted.
func (s *Server) recordedRun(run func(context.Context, fairlead.Work) (store.WorkResult, error)) func(context.Context, fairlead.Work) (store.WorkResult, error) {
	return func(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
		if r := s.recorders.of(w.Key); r != nil {
			ctx = context.WithValue(ctx, recorderKey{}, r)
		}
		return run(ctx, w)
	}
}

// recordedEnv is connectorEnv whose client records where the context says so.
func (s *Server) recordedEnv(ctx context.Context, t fairlead.Tenant, name string) (connector.Env, error) {
	env, err := s.connectorEnv(ctx, t, name)
	recorder, wanted := ctx.Value(recorderKey{}).(*kit.Recorder)
	if err != nil || !wanted || env.Client == nil {
		return env, err
	}
	if env.Provider != nil {
		for _, key := range env.Provider.Keys {
			recorder.Secret(key)
		}
	}
	client := *env.Client
	client.Transport = recorder.Through(client.Transport)
	env.Client = &client
	return env, nil
}

// record collects a connection once and returns what was exchanged with its institution.
func (s *Server) record(ctx context.Context, p Params) (any, error) {
	if s.listener == nil {
		return nil, fairlead.Errorf(fairlead.Unavailable, "No server runs on this data: start it, because it is what collects.")
	}
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return nil, unknown("tenant", p.Tenant, err)
	}
	conn, err := s.Verbs.Reading.Connection(ctx, t.ID, fairlead.ConnectionID(p.Connection))
	if err != nil {
		return nil, unknown("connection", p.Connection, err)
	}
	if conn.Status == fairlead.ConnectionDisconnected {
		return nil, fairlead.Errorf(fairlead.Conflict, "The connection has been disconnected.")
	}
	secrets, err := (sealing.Sealer{Vault: s.Vault}).Secrets(conn)
	if err != nil {
		return nil, err
	}
	var lines bytes.Buffer
	recorder := kit.NewRecorder(nil, &lines)
	for _, secret := range secrets {
		recorder.Secret(secret)
	}
	if !s.recorders.begin(conn.ID, recorder) {
		return nil, fairlead.Errorf(fairlead.Conflict, "The connection is being recorded already.")
	}
	defer s.recorders.end(conn.ID)
	problems, err := s.collectOnce(ctx, t, conn.ID)
	if err != nil {
		return nil, err
	}
	done, err := recorder.Recorded()
	return Recording{done, lines.String(), problems}, err
}

// collectOnce requests a collection and waits until it has ended.
func (s *Server) collectOnce(ctx context.Context, t fairlead.Tenant, id fairlead.ConnectionID) (problems []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	before, err := s.endedCollections(ctx, t, id)
	if err != nil {
		return nil, err
	}
	if err := s.Verbs.Collecting.Request(ctx, t.ID, id); err != nil {
		return nil, err
	}
	for {
		after, err := s.endedCollections(ctx, t, id)
		if err != nil {
			return nil, err
		}
		for id, col := range after {
			if _, known := before[id]; known {
				continue
			}
			for _, product := range fairlead.Products() {
				if problem := col.Products[product].Problem; problem != nil {
					problems = append(problems, fmt.Sprintf("%s: %s", product, problem.Kind))
				}
			}
			return problems, nil
		}
		select {
		case <-ctx.Done():
			return nil, fairlead.Errorf(fairlead.Unavailable, "The collection has not ended in time on this server.")
		case <-time.After(recordPoll):
		}
	}
}

// endedCollections are the last collections of a connection that have ended.
func (s *Server) endedCollections(ctx context.Context, t fairlead.Tenant, id fairlead.ConnectionID) (map[fairlead.CollectionID]fairlead.Collection, error) {
	page, err := s.Verbs.Reading.Collections(ctx, t.ID, id, "", 20)
	ended := map[fairlead.CollectionID]fairlead.Collection{}
	for _, col := range page.Data {
		if !col.Ended.IsZero() {
			ended[col.ID] = col
		}
	}
	return ended, err
}
