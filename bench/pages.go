package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

// pageRows is the largest page there is.
const pageRows = 500

// pages compares reads with bare handlers that read the same rows from the same database
// and answer the same bytes.
func pages(ctx context.Context, s settings) error {
	const page = "GET a page of 500 transactions"
	reads := map[string]string{"links": "GET /v1/links/{id}", "connections": "GET /v1/connections/{id}", "records": "GET /v1/accounts/{id}"}
	wanted := s.only.MatchString(page)
	for _, name := range reads {
		wanted = wanted || s.only.MatchString(name)
	}
	if !wanted {
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
	stock, err := h.stocked(ctx)
	if err != nil {
		return err
	}
	var made struct{ ID string }
	if err := h.call(ctx, c, http.MethodPost, "/links", map[string]any{"person": "ada", "products": []string{"accounts"}}, &made); err != nil {
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
	get := func(address string) ([]byte, error) {
		return send(ctx, c, http.MethodGet, address, http.Header{"Authorization": {"Bearer " + token}}, nil)
	}
	compare := func(name, goal, path string, floor func(product []byte) (http.Handler, error)) error {
		if !s.only.MatchString(name) {
			return nil
		}
		product, err := get(h.URL() + path)
		if err != nil {
			return err
		}
		handler, err := floor(product)
		if err != nil {
			return err
		}
		address, err := serve(ctx, handler)
		if err != nil {
			return err
		}
		bare, err := get(address + path)
		if err != nil {
			return err
		}
		if !bytes.Equal(product, bare) {
			at := 0
			for at < min(len(product), len(bare)) && product[at] == bare[at] {
				at++
			}
			return fmt.Errorf("the floor of %s differs from byte %d:\n%.200s\n%.200s", name, at, bare[max(0, at-100):], product[max(0, at-100):])
		}
		side := func(base string) side {
			return many(s, func(context.Context, int64) error {
				_, err := get(base + path)
				return err
			})
		}
		return comparison{name, goal, side(address), side(h.URL())}.measure(ctx, s)
	}
	err = compare(page, "1.5", fmt.Sprintf("/v1/connections/%s/transactions?limit=%d", stock.connection, pageRows), func(product []byte) (http.Handler, error) {
		var next struct{ Next *string }
		if err := json.Unmarshal(product, &next); err != nil {
			return nil, err
		}
		read, err := db.PrepareContext(ctx, pageQuery)
		return pageFloor{read, stock.connection, next.Next}, err
	})
	for table, id := range map[string]string{"links": made.ID, "connections": stock.connection, "records": stock.account} {
		if err != nil {
			return err
		}
		name := reads[table]
		err = compare(name, "0.6", strings.TrimSuffix(strings.TrimPrefix(name, "GET "), "{id}")+id, func(product []byte) (http.Handler, error) {
			read, err := db.PrepareContext(ctx, "SELECT body FROM "+table+" WHERE tenant = (SELECT id FROM tenants LIMIT 1) AND id = ?")
			return readFloor{read, product}, err
		})
	}
	return err
}

// readFloor reads and decodes the row that the path ends with, and answers as the product does.
type readFloor struct {
	read   *sql.Stmt
	answer []byte
}

func (f readFloor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body []byte
	var noun map[string]any
	err := f.read.QueryRowContext(r.Context(), path.Base(r.URL.Path)).Scan(&body)
	if err == nil {
		err = json.Unmarshal(body, &noun)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(f.answer)
}

// stock is what is there to be read.
type stock struct{ connection, account string }

// stocked writes a connection with an account and the bank's books.
func (h *app) stocked(ctx context.Context) (made stock, err error) {
	who, err := h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return made, err
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
				return made, err
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
				held := []fairlead.Record{{
					ID: account, Tenant: who.Tenant.ID, Connection: connection.ID, Kind: fairlead.AccountRecord, Ref: "A", Version: 1, Changed: now,
					Reason: "first", Body: []byte(`{"ref":"A","kind":"depository","name":"Account A","currency":"EUR","balances":{"current":{"amount":"812.30","currency":"EUR"}}}`),
				}}
				if err := tx.Records.Upsert(who.Tenant.ID, connection.ID, held); err != nil {
					return err
				}
			}
			return tx.Records.Upsert(who.Tenant.ID, connection.ID, page)
		})
		if err != nil {
			return made, err
		}
	}
	return stock{string(connection.ID), string(account)}, nil
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
