// A walk through the API as an application's server does it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead/client"
)

var config struct{ URL, Busy, ID, Secret, Person string }

// webhook is one as it arrived.
type webhook struct {
	body   []byte
	header http.Header
}

func main() {
	log.SetFlags(log.Lshortfile)
	must(json.NewDecoder(os.Stdin).Decode(&config))
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c := open(config.URL)
	received, address := receiver()
	endpoint := value(c.CreateWebhookEndpoint(ctx, client.WebhookEndpointRequest{URL: address}))
	link(ctx, c)
	connection := data(ctx, c)
	refusals(ctx, c, connection)
	select {
	case w := <-received:
		webhooks(ctx, c, w, endpoint.Secret)
	case <-ctx.Done():
		log.Fatal("no webhook came")
	}
}

// link makes a link by a server that is busy at first, and withdraws it.
func link(ctx context.Context, c *client.Client) {
	made := value(open(config.Busy).CreateLink(ctx, client.LinkRequest{Person: &config.Person, InstitutionID: new("harbor")}))
	check(strings.HasPrefix(made.URL, "http"), made)
	check(value(c.Link(ctx, made.ID)).Status == "open", made)
	check(value(c.CancelLink(ctx, made.ID)).ID == made.ID, made)
	_, err := open(config.Busy, client.WithRetries(0, 0)).Connection(ctx, "con_1")
	e, ok := errors.AsType[*client.Error](err)
	check(ok && errors.Is(err, client.ErrRateLimited) && e.RetryAfter == time.Second, err)
}

// data links a make-believe person, reads what came of it and prints that.
func data(ctx context.Context, c *client.Client) string {
	made := value(c.CreateSandboxLink(ctx, client.SandboxLinkRequest{InstitutionID: "harbor", Person: &config.Person, Wait: new(int64(60))}))
	id := value(c.ExchangeCode(ctx, client.ExchangeRequest{Code: *made.Code})).Connections[0].ID
	check(id == *made.ConnectionID, id)
	accounts := 0
	for _, err := range c.ListAccounts(ctx, id, nil).All() {
		must(err)
		accounts++
	}
	check(accounts >= 2, accounts)

	var total client.Decimal
	transactions, pages := 0, 0
	query := client.ListTransactionsParams{Limit: new(int64(100))}
	for t, err := range c.ListTransactions(ctx, id, &query).All() {
		must(err)
		total = total.Add(t.Amount.Amount)
		transactions++
	}
	for page, err := range c.ListTransactions(ctx, id, &query).Pages() {
		must(err)
		check(len(page.Data) > 0, page)
		pages++
	}
	first := value(c.ListTransactions(ctx, id, &query).Page())
	check(len(first.Data) == 100 && first.Next != nil, first)
	rest := 0
	for _, err := range c.ListTransactions(ctx, id, &client.ListTransactionsParams{Limit: query.Limit, After: first.Next}).All() {
		must(err)
		rest++
	}
	check(rest == transactions-100, rest)

	document := value(c.ListDocuments(ctx, id, nil).Page()).Data[0]
	file := value(c.DownloadDocument(ctx, document.ID))
	check(file.Name == document.FileName && file.MediaType == document.MediaType, file.Name)
	must(os.WriteFile("document", file.Bytes, 0o600))
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"connection": id, "transactions": transactions, "pages": pages, "total": total, "document": document.ID, "file": "document",
	}))
	return id
}

// refusals are errors with types.
func refusals(ctx context.Context, c *client.Client, connection string) {
	_, err := c.PreviewFile(ctx, connection, []byte("Date,Amount\n2024-01-02,1.50\n"), nil)
	e, ok := errors.AsType[*client.Error](err)
	check(ok && e.Kind == "unsupported", err)
	_, err = c.Connection(ctx, "con_unknown")
	e, ok = errors.AsType[*client.Error](err)
	check(ok && errors.Is(err, client.ErrNotFound) && strings.HasPrefix(e.RequestID, "req_"), err)
	_, err = c.CreateLink(ctx, client.LinkRequest{Person: &config.Person, Language: new("tlh")})
	e, ok = errors.AsType[*client.Error](err)
	check(ok && e.Status == http.StatusUnprocessableEntity && len(e.Fields) == 1 && e.Fields[0].Reason != "", err)
	_, err = open("http://127.0.0.1:9", client.WithRetries(0, 0)).Connection(ctx, "con_1")
	check(err != nil && !strings.Contains(err.Error(), config.Secret), err)
}

// webhooks are verified as they arrive, and changed ones refused.
func webhooks(ctx context.Context, c *client.Client, w webhook, secret string) {
	event := value(client.VerifyWebhook(w.body, w.header, "whsec_b3RoZXI=", secret))
	check(event.ID == w.header.Get("webhook-id"), event)
	for _, err := range []error{
		refused(client.VerifyWebhook(append(w.body[:len(w.body):len(w.body)], ' '), w.header, secret)),
		refused(client.VerifyWebhook(w.body, w.header, "whsec_b3RoZXI=")),
		refused(client.VerifyWebhook(w.body, http.Header{}, secret)),
		refused(client.Verifier{Secrets: []string{secret}, Now: func() time.Time { return time.Now().Add(301 * time.Second) }}.Verify(w.body, w.header)),
	} {
		check(errors.Is(err, client.ErrWebhook), err)
	}
	for e, err := range c.FollowEvents(ctx, nil).All() {
		must(err)
		if e.ID == event.ID {
			return
		}
	}
}

func refused(_ *client.Event, err error) error { return err }

// receiver receives webhooks, as an application does.
func receiver() (<-chan webhook, string) {
	listener := value(net.Listen("tcp", "127.0.0.1:0"))
	received := make(chan webhook, 1000)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received <- webhook{value(io.ReadAll(r.Body)), r.Header}
		w.WriteHeader(http.StatusNoContent)
	}))
	return received, "http://" + listener.Addr().String() + "/hook"
}

func open(address string, options ...client.Option) *client.Client {
	return value(client.New(address, config.ID, config.Secret, options...))
}

func value[T any](v T, err error) T {
	must(err)
	return v
}

func must(err error) {
	if err != nil {
		log.Output(3, err.Error())
		os.Exit(1)
	}
}

func check(ok bool, seen any) {
	if !ok {
		log.Output(2, "seen: "+string(value(json.Marshal(seen))))
		os.Exit(1)
	}
}
