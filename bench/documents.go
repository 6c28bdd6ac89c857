package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// documents compares the first collection of a usual persona, most of whose time
// is its documents, with writing as many small files durably: each synced, and
// its folder after it.
func documents(ctx context.Context, s settings) error {
	const name = "first collection of a persona (documents)"
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
	count := 0
	product := func(ctx context.Context) (measured, error) {
		watch := startWatch()
		person := fairlead.NewToken()[:16]
		id, err := h.linked(ctx, c, person, "good")
		if err != nil {
			return measured{}, err
		}
		took := watch.took(0)
		var page struct{ Data []struct{} }
		err = h.call(ctx, c, http.MethodGet, "/connections/"+id+"/documents?limit=500", nil, &page)
		count = len(page.Data)
		took.units = float64(count)
		return took, err
	}
	if _, err := product(ctx); err != nil {
		return err
	}
	floor := func(context.Context) (measured, error) {
		folder, err := os.MkdirTemp(s.folder, "files-")
		if err != nil {
			return measured{}, err
		}
		watch := startWatch()
		for n := range count {
			if err := writeDurably(folder, fmt.Sprint("file-", n), bytes.Repeat([]byte{'x'}, 8<<10)); err != nil {
				return measured{}, err
			}
		}
		return watch.took(count), nil
	}
	return comparison{name, "", floor, product}.measure(ctx, s)
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
