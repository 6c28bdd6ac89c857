package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

// pageRows is the largest page there is.
const pageRows = 500

// pages compares a page of transactions with a bare handler that reads the same
// rows from the same database and encodes the same JSON.
func pages(ctx context.Context, s settings) error {
	const name = "GET a page of 500 transactions"
	if !s.only.MatchString(name) {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer h.close()
	c := caller(s)
	id, err := h.stocked(ctx)
	if err != nil {
		return err
	}
	db, err := openBare(filepath.Join(h.data, "fairlead.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	token, err := h.token(ctx, c, "/v1/oauth/token")
	if err != nil {
		return err
	}
	header := http.Header{"Authorization": {"Bearer " + token}}
	path := fmt.Sprintf("/v1/connections/%s/transactions?limit=%d", id, pageRows)
	product, err := send(ctx, c, http.MethodGet, h.URL()+path, header, nil)
	if err != nil {
		return err
	}
	var next struct{ Next *string }
	if err := json.Unmarshal(product, &next); err != nil {
		return err
	}
	read, err := db.PrepareContext(ctx, pageQuery)
	if err != nil {
		return err
	}
	defer read.Close()
	address, err := serve(ctx, pageFloor{read, id, next.Next})
	if err != nil {
		return err
	}
	floor, err := send(ctx, c, http.MethodGet, address+path, header, nil)
	if err != nil {
		return err
	}
	if !bytes.Equal(product, floor) {
		at := 0
		for at < min(len(product), len(floor)) && product[at] == floor[at] {
			at++
		}
		return fmt.Errorf("the page's floor differs from byte %d:\n%.200s\n%.200s", at, floor[max(0, at-100):], product[max(0, at-100):])
	}
	get := func(base string) side {
		return many(s, func(ctx context.Context, _ int64) error {
			_, err := send(ctx, c, http.MethodGet, base+path, header, nil)
			return err
		})
	}
	return comparison{name, "0.7", get(address), get(h.URL())}.measure(ctx, s)
}

// stocked writes a connection with the bank's books.
func (h *app) stocked(ctx context.Context) (id string, err error) {
	who, err := h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return "", err
	}
	now := time.Now()
	connection := fairlead.Connection{
		ID: fairlead.ConnectionID(fairlead.NewID("con", now)), Tenant: who.Tenant.ID, Application: who.Application.ID, Person: "per_1",
		Institution: "ins_harbor", Connector: "sandbox", Identity: "ada", Status: fairlead.ConnectionActive, Created: now,
	}
	account := fairlead.RecordID(fairlead.NewID("acc", now))
	for rest := newBank().books; len(rest) > 0; rest = rest[min(len(rest), pageRows):] {
		page := make([]fairlead.Record, min(len(rest), pageRows))
		for n := range page {
			t := rest[n]
			body, err := json.Marshal(t)
			if err != nil {
				return "", err
			}
			page[n] = fairlead.Record{
				ID: fairlead.RecordID(fairlead.NewID("txn", now)), Tenant: who.Tenant.ID, Connection: connection.ID, Account: account,
				Kind: fairlead.TransactionRecord, Ref: t.Ref, Day: t.Booked, State: string(t.State), Version: 1, Changed: now, Reason: "first", Body: body,
			}
		}
		err := h.Store.Update(ctx, func(tx *store.Tx) error {
			if connection.Version == 0 {
				if err := tx.Connections.Put(who.Tenant.ID, &connection); err != nil {
					return err
				}
			}
			return tx.Records.Upsert(who.Tenant.ID, connection.ID, page)
		})
		if err != nil {
			return "", err
		}
	}
	return string(connection.ID), nil
}

const pageQuery = `SELECT id, connection, account, state, version, changed, body FROM records
	WHERE tenant = (SELECT id FROM tenants LIMIT 1) AND connection = ? AND kind = 'txn' AND removed = 0 ORDER BY day DESC, id DESC LIMIT ?`

// pageFloor is the handler that one would write first.
type pageFloor struct {
	read *sql.Stmt
	id   string
	next *string
}

func (p pageFloor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := struct {
		Data []transaction `json:"data"`
		Next *string       `json:"next"`
	}{Next: p.next}
	rows, err := p.read.QueryContext(r.Context(), p.id, pageRows)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var t fairlead.Transaction
		var body []byte
		var changed int64
		if err = rows.Scan(&t.ID, &t.Connection, &t.Account, &t.State, &t.Version, &changed, &body); err == nil {
			id, connection, account, version := t.ID, t.Connection, t.Account, t.Version
			err = json.Unmarshal(body, &t)
			t.ID, t.Connection, t.Account, t.Version, t.Changed = id, connection, account, version, time.UnixMicro(changed).UTC()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		page.Data = append(page.Data, transactionOf(t))
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(page)
}
