package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// documents compares collecting a usual persona's documents for the first time with
// writing the same bytes durably: each file synced, and its folder after it. The papers
// are drawn before.
func documents(ctx context.Context, s settings) error {
	const name = "first documents of a persona"
	if !s.only.MatchString(name) {
		return nil
	}
	bank, err := newPaperBank(ctx, s)
	if err != nil {
		return err
	}
	opened, err := sqliteTables(ctx, s)
	if err != nil {
		return err
	}
	defer opened.drop()
	c, err := newCollector(ctx, s, opened.address, bank)
	if err != nil {
		return err
	}
	defer c.store.Close()
	product := func(ctx context.Context) (took measured, err error) {
		id := fairlead.ConnectionID(fairlead.NewID("con", time.Now()))
		if err := c.connect(ctx, id, fairlead.ProductAccounts, fairlead.ProductStatements); err != nil {
			return took, err
		}
		watch := startWatch()
		if _, err := c.collecting.Run(ctx, fairlead.Work{Tenant: c.tenant.ID, Kind: fairlead.CollectWork, Key: string(id)}); err != nil {
			return took, err
		}
		took = watch.took(len(bank.papers))
		stored := 0
		err = c.store.View(ctx, func(tx *store.Tx) error {
			for _, err := range store.AllRecords(tx.Records, c.tenant.ID, store.RecordQuery{Connection: id, Kind: fairlead.DocumentRecord}) {
				if err != nil {
					return err
				}
				stored++
			}
			return nil
		})
		if err == nil && stored != len(bank.papers) {
			err = fmt.Errorf("of %d documents %d are stored", len(bank.papers), stored)
		}
		return took, err
	}
	floor := func(context.Context) (measured, error) {
		folder, err := os.MkdirTemp(s.folder, "files-")
		if err != nil {
			return measured{}, err
		}
		watch := startWatch()
		for n, p := range bank.papers {
			if err := writeDurably(folder, fmt.Sprint("file-", n), p.content); err != nil {
				return measured{}, err
			}
		}
		return watch.took(len(bank.papers)), nil
	}
	return comparison{name, "0.3", floor, product}.measure(ctx, s)
}

// paperBank is an institution whose papers are drawn already.
type paperBank struct {
	bank
	accounts []fairlead.Account
	papers   []paper
}

type paper struct {
	noun    fairlead.Document
	content []byte
}

// newPaperBank links a usual persona at an application of its own, and has the papers
// that its first collection brought.
func newPaperBank(ctx context.Context, s settings) (*paperBank, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := open(ctx, s)
	if err != nil {
		return nil, err
	}
	defer h.close()
	c := caller(s)
	id, err := h.linked(ctx, c, fairlead.NewToken()[:16], "good")
	if err != nil {
		return nil, err
	}
	b := &paperBank{}
	err = h.Store.View(ctx, func(tx *store.Tx) error {
		tenants, err := tx.Tenants.List("", 1)
		if err != nil {
			return err
		}
		conn, err := tx.Connections.Get(tenants[0].ID, id)
		if err != nil {
			return err
		}
		for rec, err := range store.AllRecords(tx.Records, conn.Tenant, store.RecordQuery{Connection: conn.ID, Kind: fairlead.AccountRecord}) {
			if err != nil {
				return err
			}
			b.accounts = append(b.accounts, fairlead.Account{Ref: rec.Ref, Kind: fairlead.AccountDepository, Name: "Account " + rec.Ref, Currency: "USD"})
		}
		key := sealing.ConnectionKey(conn)
		for rec, err := range store.AllRecords(tx.Records, conn.Tenant, store.RecordQuery{Connection: conn.ID, Kind: fairlead.DocumentRecord}) {
			var p paper
			if err == nil {
				err = json.Unmarshal(rec.Body, &p.noun)
			}
			if err == nil && len(rec.Sealed) > 0 {
				var private []byte
				if private, err = h.Vault.Open(key.Wrapped, key.At(string(rec.ID), sealing.RecordPart), rec.Sealed); err == nil {
					err = sealing.Join(&p.noun, private)
				}
			}
			if err != nil {
				return err
			}
			p.noun.ID = fairlead.DocumentID(rec.ID)
			b.papers = append(b.papers, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	header := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(access.DevClientID+":"+access.DevSecret))}}
	for n := range b.papers {
		p := &b.papers[n]
		if p.content, err = send(ctx, c, http.MethodGet, h.URL()+"/v1/documents/"+string(p.noun.ID)+"/content", header, nil); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Fetch cuts a page from the papers, statements and tax forms alike; the cursor is how
// many were given.
func (b *paperBank) Fetch(_ context.Context, _ connector.Session, request connector.FetchRequest) (page connector.Page, err error) {
	if request.Product == fairlead.ProductAccounts {
		page.Accounts = b.accounts
		return page, nil
	}
	from := 0
	if request.Cursor != "" {
		if from, err = strconv.Atoi(request.Cursor); err != nil {
			return page, err
		}
	}
	to := min(from+request.Limit, len(b.papers))
	for _, p := range b.papers[from:to] {
		page.Documents = append(page.Documents, connector.Document{Document: p.noun, Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(p.content)), nil
		}})
	}
	if page.More = to < len(b.papers); page.More {
		page.Cursor = strconv.Itoa(to)
	}
	return page, nil
}

// linked links a persona headlessly and waits until its first collection has ended.
func (h *app) linked(ctx context.Context, c *http.Client, person, user string) (string, error) {
	var made struct {
		ConnectionID string `json:"connection_id"`
		Error        string
	}
	err := h.call(ctx, c, http.MethodPost, "/sandbox/links", map[string]string{"person": person, "institution_id": "harbor", "user": user, "password": "good"}, &made)
	if err != nil || made.ConnectionID == "" {
		return "", fmt.Errorf("linking %s: %w %s", user, err, made.Error)
	}
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		var connection struct{ Status string }
		if err := h.call(ctx, c, http.MethodGet, "/connections/"+made.ConnectionID, nil, &connection); err != nil {
			return "", err
		}
		if connection.Status != string(fairlead.ConnectionCollecting) {
			return made.ConnectionID, nil
		}
	}
	return "", fmt.Errorf("the first collection of %s does not end", user)
}

// writeDurably writes a file that survives a power cut once it has its name.
func writeDurably(folder, name string, content []byte) error {
	f, err := os.CreateTemp(folder, ".new-")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(folder, name)); err != nil {
		return err
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
