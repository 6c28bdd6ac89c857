package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	// peerFolder is the module of the peers, beside what npm installs for it.
	peerFolder = "bench/peers"
	// peerRows is how many records PocketBase holds: as many as there are transactions of ours.
	peerRows = collected
)

// peers compares the built binary with other servers, each a process of its own, all called by this one:
// in turns, so that a busy machine slows both. The processor's time is that of the server alone. Each is asked
// as an application asks it: with a token, by connections that are kept.
func peers(ctx context.Context, s settings) error {
	ours, stored, err := fairleadServer(ctx, s)
	if err != nil {
		return err
	}
	defer ours.stop()
	if err := pocketBaseLines(ctx, s, ours, stored); err != nil {
		return err
	}
	return oidcLines(ctx, s, ours)
}

// peer is a process, where it is called and with which credentials.
type peer struct {
	*process
	header http.Header
}

// asking sends requests from many callers; an answer that lacks want is an error.
func (p peer) asking(s settings, method, path, want string, body func(n int64) string) side {
	c := caller(s)
	return timed(s, p.cpu, func(ctx context.Context, n int64) error {
		answer, err := send(ctx, c, method, p.url+path, p.header, []byte(body(n)))
		if err == nil && !bytes.Contains(answer, []byte(want)) {
			err = fmt.Errorf("%s%s answered %.300s", p.url, path, answer)
		}
		return err
	})
}

func (p peer) getting(s settings, path string) side {
	return p.asking(s, http.MethodGet, path, "", same(""))
}

// answered sends one request and decodes the answer, whose length it returns.
func (p peer) answered(ctx context.Context, s settings, method, path, body string, answer any) (int, error) {
	text, err := send(ctx, caller(s), method, p.url+path, p.header, []byte(body))
	if err != nil {
		return 0, err
	}
	return len(text), json.Unmarshal(text, answer)
}

// with is the server called with other credentials.
func (p peer) with(authorization, contentType string) peer {
	p.header = http.Header{"Authorization": {authorization}, "Content-Type": {contentType}}
	return p
}

// mostMemory prints what each has used at most so far.
func mostMemory(name string, theirs, ours peer) error {
	their, err := memoryOf(theirs.pid(), "VmHWM")
	if err != nil {
		return err
	}
	our, err := memoryOf(ours.pid(), "VmHWM")
	printRow(name+": most memory", fmt.Sprintf("%.0f MB", their), fmt.Sprintf("%.0f MB", our), fmt.Sprintf("%.2f", their/our))
	return err
}

// fairleadServer starts the binary on a folder that holds a connection with transactions.
func fairleadServer(ctx context.Context, s settings) (p peer, stored stock, err error) {
	h, err := open(ctx, s)
	if err != nil {
		return p, stored, err
	}
	stored, err = h.stocked(ctx)
	if err := errors.Join(err, h.close()); err != nil {
		return p, stored, err
	}
	binary, err := buildBinary(ctx, s)
	if err != nil {
		return p, stored, err
	}
	address, err := freeAddress()
	if err != nil {
		return p, stored, err
	}
	p.process, err = launch(ctx, exec.CommandContext(ctx, binary, "dev", "--addr", address, "--data", h.data), address, "/readyz")
	return p.with("", "application/json"), stored, err
}

// signedIn is the server called with an access token of ours.
func (p peer) signedIn(ctx context.Context, s settings) (peer, error) {
	var token struct {
		Text string `json:"access_token"`
	}
	_, err := p.answered(ctx, s, http.MethodPost, "/v1/oauth/token", tokenRequests["/v1/oauth/token"].body, &token)
	return p.with("Bearer "+token.Text, "application/json"), err
}

// pocketBase starts PocketBase. synchronous is SQLite's word: PocketBase itself sets NORMAL, which commits
// without a sync; FULL syncs each commit, as we do.
func pocketBase(ctx context.Context, s settings, binary, synchronous string) (p peer, err error) {
	data, err := os.MkdirTemp(s.folder, "pocketbase-")
	if err != nil {
		return p, err
	}
	address, err := freeAddress()
	if err != nil {
		return p, err
	}
	command := exec.CommandContext(ctx, binary, data, address, synchronous, fmt.Sprint(peerRows))
	said, err := command.StdoutPipe()
	if err != nil {
		return p, err
	}
	if p.process, err = launch(ctx, command, address, "/api/health"); err != nil {
		return p, err
	}
	token, err := bufio.NewReader(said).ReadString('\n')
	return p.with(strings.TrimSpace(token), "application/json"), err
}

func pocketBaseLines(ctx context.Context, s settings, ours peer, stored stock) error {
	if !s.only.MatchString("PocketBase") {
		return nil
	}
	ours, err := ours.signedIn(ctx, s)
	if err != nil {
		return err
	}
	binary := filepath.Join(s.folder, "pocketbase")
	build := exec.CommandContext(ctx, "go", "build", "-C", peerFolder, "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building PocketBase: %w: %s", err, out)
	}
	relaxed, err := pocketBase(ctx, s, binary, "NORMAL")
	if err != nil {
		return err
	}
	defer relaxed.stop()
	synced, err := pocketBase(ctx, s, binary, "FULL")
	if err != nil {
		return err
	}
	defer synced.stop()
	const theirs, oursToo = "/api/collections/links/records", "/v1/links"
	var link, record struct{ ID string }
	linkSize, err := ours.answered(ctx, s, http.MethodPost, oursToo, `{"person":"person-0"}`, &link)
	if err != nil {
		return err
	}
	if _, err = synced.answered(ctx, s, http.MethodPost, theirs, pocketBaseLink(0), &record); err != nil {
		return err
	}
	var ignored struct{}
	recordSize, err := synced.answered(ctx, s, http.MethodGet, theirs+"/"+record.ID, "", &ignored)
	if err != nil {
		return err
	}
	page, records := fmt.Sprintf("/v1/connections/%s/transactions?limit=%d", stored.connection, pageRows), fmt.Sprintf("%s?perPage=%d", theirs, pageRows)
	const uncounted = "&skipTotal=1"
	pageSize, err := ours.answered(ctx, s, http.MethodGet, page, "", &ignored)
	if err != nil {
		return err
	}
	recordsSize, err := synced.answered(ctx, s, http.MethodGet, records+uncounted, "", &ignored)
	if err != nil {
		return err
	}
	forPerson := func(n int64) string { return fmt.Sprintf(`{"person":"person-%d"}`, n%persons) }
	create := ours.asking(s, http.MethodPost, oursToo, `"id"`, forPerson)
	readOne := synced.getting(s, theirs+"/"+record.ID)
	for _, c := range []comparison{
		{fmt.Sprintf("PocketBase: read one (%d B), our link (%d B)", recordSize, linkSize), "2", readOne, ours.getting(s, oursToo+"/"+link.ID)},
		{"PocketBase: read one, our connection", "2", readOne, ours.getting(s, "/v1/connections/"+stored.connection)},
		{"PocketBase: read one, our account", "2", readOne, ours.getting(s, "/v1/accounts/"+stored.account)},
		{"PocketBase: page of 500", "3", synced.getting(s, records+uncounted), ours.getting(s, page)},
		{
			fmt.Sprintf("PocketBase: page of 500, bytes (%d kB, ours %d kB)", recordsSize/1000, pageSize/1000), "3",
			inBytes(recordsSize, synced.getting(s, records+uncounted)), inBytes(pageSize, ours.getting(s, page)),
		},
		{"PocketBase: page of 500, with its usual total", "", synced.getting(s, records), ours.getting(s, page)},
		{"PocketBase: create, each commit synced", "", synced.asking(s, http.MethodPost, theirs, `"id"`, pocketBaseLink), create},
		{"PocketBase: create, theirs not synced (as it ships)", "", relaxed.asking(s, http.MethodPost, theirs, `"id"`, pocketBaseLink), create},
	} {
		if err := c.measure(ctx, s); err != nil {
			return err
		}
	}
	return mostMemory("PocketBase", synced, ours)
}

func pocketBaseLink(n int64) string {
	return fmt.Sprintf(`{"person":"person-%d","status":"open","reference":"reference-%d","institution":"ins_harbor","address":"http://127.0.0.1:9/link","application":"app_1","mode":"sandbox","note":"link %d"}`,
		n%persons, n, n)
}

// inBytes counts a side's units in bytes, of which each has so many.
func inBytes(size int, of side) side {
	return func(ctx context.Context) (measured, error) {
		took, err := of(ctx)
		took.units *= float64(size)
		return took, err
	}
}

// oidcLines compares tokens with oidc-provider, which keeps its own in memory.
func oidcLines(ctx context.Context, s settings, ours peer) error {
	if !s.only.MatchString("oidc-provider") {
		return nil
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "node", "oidc.mjs", address[strings.LastIndexByte(address, ':')+1:])
	command.Dir = peerFolder
	command.Env = append(os.Environ(), "NODE_ENV=production")
	running, err := launch(ctx, command, address, "/.well-known/openid-configuration")
	if err != nil {
		return err
	}
	theirs := peer{process: running}.with("Basic YmVuY2g6YmVuY2htYXJrcw==", "application/x-www-form-urlencoded") // bench:benchmarks
	defer theirs.stop()
	const grant = "grant_type=client_credentials"
	err = comparison{
		"oidc-provider: client_credentials", "", theirs.asking(s, http.MethodPost, "/token", `"access_token"`, same(grant)),
		ours.asking(s, http.MethodPost, "/v1/oauth/token", `"access_token"`, same(tokenRequests["/v1/oauth/token"].body)),
	}.measure(ctx, s)
	if err != nil {
		return err
	}
	// A new token: it holds a thousand, and forgets the oldest.
	var token struct {
		Text string `json:"access_token"`
	}
	if _, err := theirs.answered(ctx, s, http.MethodPost, "/token", grant, &token); err != nil {
		return err
	}
	if ours, err = ours.signedIn(ctx, s); err != nil {
		return err
	}
	err = comparison{
		"oidc-provider: introspection, our request with a token", "",
		theirs.asking(s, http.MethodPost, "/token/introspection", `"active":true`, same("token="+token.Text)), ours.getting(s, "/v1/sandbox/clock"),
	}.measure(ctx, s)
	if err != nil {
		return err
	}
	return mostMemory("oidc-provider", theirs, ours)
}
