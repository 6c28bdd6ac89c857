package hub

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

const (
	root        = "/sandbox/estuary"
	pageSize    = 100
	maxPageSize = 200
	maxBody     = 16 << 10
)

// What the service answers.
type (
	accountAnswer struct {
		Plan        string `json:"plan"`
		Environment string `json:"environment"`
		Connections int    `json:"connections"` // allowed, for ever
		Used        int    `json:"used"`
	}
	directoryAnswer struct {
		Institutions []bank `json:"institutions"`
		Next         string `json:"next,omitempty"`
	}
	itemAnswer struct {
		Item string `json:"item"`
	}
)

// account is what the service remembers of one tenant's.
type account struct {
	Hour  int64           `json:"hour,omitempty"`  // whose calls are counted, since 1970
	Calls int             `json:"calls,omitempty"` // in it
	Items map[string]item `json:"items,omitempty"` // by their names
	Fault string          `json:"fault,omitempty"`
}

type item struct {
	Institution string `json:"institution"`
	Request     string `json:"request"`
	Removed     bool   `json:"removed,omitempty"`
}

// refusal is an error as the service answers it.
type refusal struct {
	status int
	word   string
	after  time.Duration
}

func (r refusal) Error() string { return "hub: " + r.word }

// Mount serves the service.
func (h *Hub) Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+root+"/logos/{logo}", h.logo)
	mux.HandleFunc("GET "+root+"/v1/{tenant}/account", h.api(h.readAccount))
	mux.HandleFunc("GET "+root+"/v1/{tenant}/institutions", h.api(h.list))
	mux.HandleFunc("POST "+root+"/v1/{tenant}/items", h.api(h.createItem))
	mux.HandleFunc("GET "+root+"/v1/{tenant}/items/{item}", h.api(h.readItem))
	mux.HandleFunc("POST "+root+"/v1/{tenant}/items/{item}/remove", h.api(h.removeItem))
	mux.HandleFunc("POST "+root+"/v1/{tenant}/fault", h.console(h.setFault))
}

// request is one call of the service.
type request struct {
	*http.Request
	tenant  fairlead.TenantID
	account account
}

// api lets in whoever has the keys, counts the call, and lets go wrong what is switched on.
func (h *Hub) api(serve func(*request) (any, error)) http.HandlerFunc {
	return h.console(func(r *request) (any, error) {
		if err := h.count(r); err != nil {
			return nil, err
		}
		if f, ok := faults[r.account.Fault]; ok && f.err != nil {
			return nil, f.err
		}
		return serve(r)
	})
}

// console lets in whoever has the keys.
func (h *Hub) console(serve func(*request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		in := &request{Request: r, tenant: fairlead.TenantID(r.PathValue("tenant"))}
		answer, err := any(nil), admit(r)
		if err == nil {
			in.account, _, err = kv.Get[account](r.Context(), h.memory, in.tenant, accountKey)
		}
		if err == nil {
			answer, err = serve(in)
		}
		write(w, answer, err, faults[in.account.Fault].mangle)
	}
}

const accountKey = "account"

// admit checks the keys.
func admit(r *http.Request) error {
	id, secret, ok := r.BasicAuth()
	is := func(wantID, wantSecret string) bool {
		return subtle.ConstantTimeCompare([]byte(id+"\n"+secret), []byte(wantID+"\n"+wantSecret)) == 1
	}
	switch {
	case ok && is(ClientID, Secret):
		return nil
	case ok && is(LiveClientID, LiveSecret):
		return refusal{status: http.StatusForbidden, word: "wrong_environment"}
	}
	return refusal{status: http.StatusUnauthorized, word: "invalid_client"}
}

// count counts a call against the quota, before it is served.
func (h *Hub) count(r *request) error {
	now, err := h.options.Time(r.Context(), r.tenant)
	if err != nil {
		return refusal{status: http.StatusNotFound, word: "unknown_account"}
	}
	hour, refused := now.Unix()/3600, false
	err = h.change(r, func(a *account) bool {
		if a.Hour != hour {
			a.Hour, a.Calls = hour, 0
		}
		if refused = a.Calls >= h.options.CallsAnHour; refused {
			return false
		}
		a.Calls++
		return true
	})
	if err == nil && (refused || r.account.Fault == "quota") {
		err = refusal{http.StatusTooManyRequests, "quota_exceeded", now.Truncate(time.Hour).Add(time.Hour).Sub(now)}
	}
	return err
}

func (h *Hub) change(r *request, change func(*account) bool) error {
	return kv.Update(r.Context(), h.memory, r.tenant, accountKey, func(a *account) bool {
		changed := change(a)
		r.account = *a
		return changed
	})
}

// write answers in JSON, or however a fault has it.
func write(w http.ResponseWriter, answer any, err error, mangle func([]byte) (string, []byte)) {
	status, body := http.StatusOK, answer
	if err != nil {
		e, known := errors.AsType[refusal](err)
		if !known {
			e = refusal{status: http.StatusInternalServerError, word: "server_error"}
		}
		if e.after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int((e.after+time.Second-1)/time.Second)))
		}
		status, body = e.status, map[string]string{"error": e.word}
	}
	encoded, _ := json.Marshal(body) // plain structs: cannot fail
	kind := "application/json"
	if mangle != nil && err == nil {
		kind, encoded = mangle(encoded)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(encoded)
}

func (h *Hub) readAccount(r *request) (any, error) {
	return accountAnswer{Plan: "trial", Environment: string(fairlead.Sandbox), Connections: SlotLimit, Used: len(r.account.Items)}, nil
}

// list answers a page of the directory.
func (h *Hub) list(r *request) (any, error) {
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit < 1 || limit > maxPageSize {
		return nil, refusal{status: http.StatusBadRequest, word: "invalid_limit"}
	}
	after, err := decodeCursor(q.Get("cursor"))
	if err != nil {
		return nil, refusal{status: http.StatusBadRequest, word: "invalid_cursor"}
	}
	in := strings.Split(q.Get("countries"), ",")
	answer := directoryAnswer{Institutions: []bank{}}
	for _, b := range banks() {
		if b.ID <= after || !slices.Contains(in, b.Country) || r.account.Fault == "fewer" && b.fleeting {
			continue
		}
		if len(answer.Institutions) == limit {
			answer.Next = encodeCursor(answer.Institutions[limit-1].ID)
			break
		}
		answer.Institutions = append(answer.Institutions, b)
	}
	return answer, nil
}

func encodeCursor(id string) string { return base64.RawURLEncoding.EncodeToString([]byte(id)) }

func decodeCursor(cursor string) (string, error) {
	id, err := base64.RawURLEncoding.DecodeString(cursor)
	return string(id), err
}

// createItem makes a connection, which takes a slot for ever. The same request makes the
// same one again.
func (h *Hub) createItem(r *request) (any, error) {
	var in struct{ Institution, Request string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Request == "" {
		return nil, refusal{status: http.StatusBadRequest, word: "invalid_request"}
	}
	if !slices.ContainsFunc(banks(), func(b bank) bool { return b.ID == in.Institution }) {
		return nil, refusal{status: http.StatusNotFound, word: "unknown_institution"}
	}
	name, full := "", false
	err := h.change(r, func(a *account) bool {
		for known, i := range a.Items {
			if i.Request == in.Request && i.Institution == in.Institution {
				name = known
				return false
			}
		}
		if full = len(a.Items) >= SlotLimit; full {
			return false
		}
		if a.Items == nil {
			a.Items = map[string]item{}
		}
		name = "item_" + in.Institution + "_" + strconv.Itoa(len(a.Items)+1)
		a.Items[name] = item{Institution: in.Institution, Request: in.Request}
		return true
	})
	if err == nil && full {
		err = refusal{status: http.StatusForbidden, word: "slots_used_up"}
	}
	return itemAnswer{name}, err
}

func (h *Hub) readItem(r *request) (any, error) {
	name := r.PathValue("item")
	if i, ok := r.account.Items[name]; !ok || i.Removed {
		return nil, refusal{status: http.StatusNotFound, word: "unknown_item"}
	}
	return itemAnswer{name}, nil
}

func (h *Hub) removeItem(r *request) (any, error) {
	name := r.PathValue("item")
	err := h.change(r, func(a *account) bool {
		i, ok := a.Items[name]
		if !ok || i.Removed {
			return false
		}
		i.Removed = true
		a.Items[name] = i
		return true
	})
	return itemAnswer{name}, err
}

func decode(body []byte, v any) error { return json.Unmarshal(body, v) }

// apart is a part of a memory that is shared with others.
type apart struct{ kv.Store }

const prefix = "estuary/"

func (m apart) Load(ctx context.Context, tenant fairlead.TenantID, key string) ([]byte, error) {
	return m.Store.Load(ctx, tenant, prefix+key)
}

func (m apart) Save(ctx context.Context, tenant fairlead.TenantID, key string, old, value []byte) error {
	return m.Store.Save(ctx, tenant, prefix+key, old, value)
}

func (m apart) List(ctx context.Context, tenant fairlead.TenantID, of string) ([]string, error) {
	keys, err := m.Store.List(ctx, tenant, prefix+of)
	for n := range keys {
		keys[n] = strings.TrimPrefix(keys[n], prefix)
	}
	return keys, err
}
