package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead/server"
)

// api is how commands that are a client of the API reach it: by default the dev
// server whose data folder is here.
type api struct {
	Data   string `default:"./fairlead-data" env:"FAIRLEAD_DATA" placeholder:"DIR" help:"Data folder of a dev server, whose dev.json names address and credentials."`
	URL    string `name:"url" env:"FAIRLEAD_URL" help:"Address of the server; default: from dev.json."`
	Client string `name:"client-id" env:"FAIRLEAD_CLIENT_ID" help:"Client id; default: from dev.json."`
	Secret string `name:"client-secret" env:"FAIRLEAD_CLIENT_SECRET" help:"Client secret; better in the environment than on the command line."`
}

// complete takes what is missing from dev.json.
func (a *api) complete() error {
	if a.URL != "" && a.Client != "" && a.Secret != "" {
		return nil
	}
	body, err := os.ReadFile(filepath.Join(a.Data, "dev.json"))
	if err != nil {
		return errors.New("no dev server has its data here: start one with `fairlead dev`, name its folder with --data, " +
			"or give --url, --client-id and --client-secret")
	}
	var f server.DevFile
	if err := json.Unmarshal(body, &f); err != nil {
		return fmt.Errorf("dev.json: %w", err)
	}
	for _, v := range []struct {
		into *string
		from string
	}{{&a.URL, f.BaseURL}, {&a.Client, f.ClientID}, {&a.Secret, f.ClientSecret}} {
		if *v.into == "" {
			*v.into = v.from
		}
	}
	return nil
}

// request builds a call of the API.
func (a *api) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(a.URL, "/")+"/v1"+path, reader)
	if err != nil {
		return nil, err
	}
	r.SetBasicAuth(a.Client, a.Secret)
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// call calls the API and decodes its answer.
func (a *api) call(ctx context.Context, method, path string, body, answer any) error {
	r, err := a.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	response, err := (&http.Client{Timeout: 10 * time.Minute}).Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return refusal(response.Status, content)
	}
	if answer == nil || len(content) == 0 {
		return nil
	}
	return json.Unmarshal(content, answer)
}

// refusal makes a sentence of a problem body.
func refusal(status string, body []byte) error {
	var p struct {
		Title, Detail string
		Fields        []struct{ Name, Reason string }
	}
	if json.Unmarshal(body, &p) != nil || p.Title == "" {
		return errors.New("the server answered " + status)
	}
	text := p.Title
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	for _, f := range p.Fields {
		text += fmt.Sprintf(" (%s %s)", f.Name, f.Reason)
	}
	return errors.New(text)
}
