package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/native"
)

type sandboxCommand struct {
	Link  sandboxLink  `cmd:"" help:"Link a persona without a browser."`
	Clock sandboxClock `cmd:"" help:"Read and advance the sandbox's clock."`
	Push  sandboxPush  `cmd:"" help:"See and answer what waits for approval on another device."`
}

type sandboxLink struct {
	api
	Institution string `required:"" help:"Short name or id: harbor, farol, testbank …"`
	User        string `default:"good" help:"Persona, with a suffix for another person: good+alice."`
	Password    string `help:"Or a trigger word; default: the user name."`
	Person      string `help:"Your own reference of the person; default: the user name."`
	Wait        bool   `help:"Wait until the first collection has ended."`
}

func (c sandboxLink) Run(w *env) error {
	if err := c.complete(); err != nil {
		return err
	}
	var made struct {
		LinkID       string `json:"link_id"`
		ConnectionID string `json:"connection_id"`
		Code         string `json:"code"`
		Status       string `json:"status"`
		Error        string `json:"error"`
	}
	body := map[string]any{"institution_id": c.Institution, "user": c.User, "password": c.Password, "person": c.Person}
	if err := c.call(w, "POST", "/sandbox/links", body, &made); err != nil {
		return err
	}
	if made.ConnectionID == "" {
		return refusedLink(made.LinkID, made.Status, fairlead.ErrorKind(made.Error))
	}
	fmt.Fprintf(w.out, "link        %s\nconnection  %s\ncode        %s\n", made.LinkID, made.ConnectionID, made.Code)
	if c.Wait {
		return c.wait(w, made.ConnectionID)
	}
	return nil
}

// refusedLink says how a link ended without a connection: what it means and who must act.
func refusedLink(id, status string, kind fairlead.ErrorKind) error {
	words := native.ErrorWords(kind)
	if words == "" {
		return fmt.Errorf("the link %s ended as %s", id, status)
	}
	return fmt.Errorf("the link %s %s: %s (%s; %s must act)\n`fairlead link show %s` says more", id, status, strings.TrimSuffix(words, "."), kind, fairlead.ActorFor(kind), id)
}

// followedProblem is what is wrong, as far as waiting goes.
type followedProblem struct {
	Kind    string
	RetryAt time.Time `json:"retry_at"`
}

// followedConnection is what waiting looks at.
type followedConnection struct {
	Status    string
	Problem   *followedProblem
	NextRunAt time.Time `json:"next_run_at"`
	Products  map[string]struct {
		Status  string
		Problem *followedProblem
	}
}

// later is when the connection goes on by itself.
func (f followedConnection) later() time.Time {
	if f.Problem != nil && f.Problem.RetryAt.After(f.NextRunAt) {
		return f.Problem.RetryAt
	}
	return f.NextRunAt
}

// print shows the status, and each product that has none of its data.
func (f followedConnection) print(w *env) {
	fmt.Fprintf(w.out, "status      %s\n", f.Status)
	for _, name := range slices.Sorted(maps.Keys(f.Products)) {
		if p := f.Products[name]; p.Problem != nil {
			fmt.Fprintf(w.out, "%-27s %s (%s)\n", name, p.Status, p.Problem.Kind)
		}
	}
}

// wait follows the connection until its first collection has ended, or until
// only advancing the clock can bring it further.
func (c sandboxLink) wait(w *env, id string) error {
	for range 600 {
		var connection followedConnection
		if err := c.call(w, "GET", "/connections/"+url.PathEscape(id), nil, &connection); err != nil {
			return err
		}
		if connection.Status != "collecting" {
			connection.print(w)
			return nil
		}
		var clock struct {
			Now    time.Time
			Frozen bool
		}
		if err := c.call(w, "GET", "/sandbox/clock", nil, &clock); err != nil {
			return err
		}
		if at := connection.later(); clock.Frozen && at.After(clock.Now) {
			connection.print(w)
			return fmt.Errorf("the collection goes on at %s and the clock is frozen at %s: advance it with `fairlead sandbox clock advance`",
				at.Format(time.RFC3339), clock.Now.Format(time.RFC3339))
		}
		select {
		case <-w.Done():
			return w.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
	return fmt.Errorf("the first collection has not ended after 150 seconds")
}

type sandboxClock struct {
	Show    clockShow    `cmd:"" default:"withargs" help:"What time it is there."`
	Advance clockAdvance `cmd:"" help:"Let time pass: everything that becomes due on the way happens, in order."`
}

type clockShow struct{ api }

func (c clockShow) Run(w *env) error {
	if err := c.complete(); err != nil {
		return err
	}
	var now struct {
		Now    time.Time
		Frozen bool
	}
	if err := c.call(w, "GET", "/sandbox/clock", nil, &now); err != nil {
		return err
	}
	running := "running"
	if now.Frozen {
		running = "frozen"
	}
	fmt.Fprintf(w.out, "%s (%s)\n", now.Now.Format(time.RFC3339), running)
	return nil
}

type clockAdvance struct {
	api
	By string `arg:"" help:"30d, 12h, 90m …, or a time to reach: 2027-02-15T00:00:00Z"`
}

func (c clockAdvance) Run(w *env) error {
	if err := c.complete(); err != nil {
		return err
	}
	body := map[string]any{"by": c.By}
	if at, err := time.Parse(time.RFC3339, c.By); err == nil {
		body = map[string]any{"to": at}
	}
	done, err := c.advance(w, body)
	if err != nil {
		return err
	}
	if done.Cancelled {
		fmt.Fprintf(w.out, "Cancelled: it is %s, and all that was due by then is done (%d pieces of work).\n", done.Now.Format(time.RFC3339), done.WorkDone)
		return nil
	}
	fmt.Fprintf(w.out, "It is %s. %d pieces of work were done on the way.\n", done.Now.Format(time.RFC3339), done.WorkDone)
	return nil
}

// advanced is a line of an advance: one of progress, or the last.
type advanced struct {
	Now       time.Time  `json:"now"`
	To        *time.Time `json:"to"` // only of progress
	WorkDone  int        `json:"work_done"`
	Cancelled bool       `json:"cancelled"`
	Title     string     `json:"title"` // of a problem
	Detail    string     `json:"detail"`
}

// advance moves the clock, and says how far it is. An interrupt cancels it on the
// server, whose answer then says where the clock stands.
func (c clockAdvance) advance(w *env, body any) (last advanced, err error) {
	ctx := context.WithoutCancel(w.Context)
	r, err := c.request(ctx, http.MethodPost, "/sandbox/clock/advance", body)
	if err != nil {
		return last, err
	}
	r.Header.Set("Accept", "application/x-ndjson")
	stop := context.AfterFunc(w.Context, func() {
		if err := c.call(ctx, http.MethodDelete, "/sandbox/clock/advance", nil, nil); err != nil {
			fmt.Fprintln(w.err, "\nfairlead: it could not be cancelled:", err)
		}
	})
	defer stop()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return last, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		content, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
		if err != nil {
			return last, err
		}
		return last, refusal(response.Status, content)
	}
	var from time.Time
	shown := false
	for lines := json.NewDecoder(response.Body); ; {
		last = advanced{}
		if err := lines.Decode(&last); err != nil {
			return last, fmt.Errorf("the answer broke off: the clock stands where it came to (fairlead sandbox clock show): %w", err)
		}
		if last.To == nil {
			break
		}
		if from.IsZero() {
			from = last.Now
		}
		if whole := last.To.Sub(from); whole > 0 && isTerminal(w.err) {
			shown = true
			fmt.Fprintf(w.err, "\r%s  %3d %%", last.Now.Format(time.RFC3339), int(100*last.Now.Sub(from)/whole))
		}
	}
	if shown {
		fmt.Fprint(w.err, "\r                                \r")
	}
	if last.Title != "" {
		return last, fmt.Errorf("%s: %s", last.Title, last.Detail)
	}
	return last, nil
}

// isTerminal reports whether somebody watches what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type sandboxPush struct {
	List    pushList    `cmd:"" default:"withargs" help:"List what waits for approval."`
	Approve pushApprove `cmd:"" help:"Approve what waits, as the person does in the bank's app."`
	Refuse  pushRefuse  `cmd:"" help:"Refuse what waits, as the person does in the bank's app."`
}

type approval struct {
	ID            string `json:"id"`
	InstitutionID string `json:"institution_id"`
	User          string `json:"user"`
	What          string `json:"what"`
}

// waiting lists what waits for approval.
func (a *api) waiting(w *env) ([]approval, error) {
	if err := a.complete(); err != nil {
		return nil, err
	}
	var list struct{ Data []approval }
	err := a.call(w, "GET", "/sandbox/approvals", nil, &list)
	return list.Data, err
}

type pushList struct {
	api
	listing
}

func (c pushList) Run(w *env) error {
	all, err := c.waiting(w)
	if err != nil {
		return err
	}
	type row = approval
	return list(w, c.listing, "Nothing waits for approval.", all,
		column[row]{"id", func(a row) any { return a.ID }},
		column[row]{"institution", func(a row) any { return a.InstitutionID }},
		column[row]{"user", func(a row) any { return a.User }},
		column[row]{"what", func(a row) any { return a.What }},
	)
}

type pushApprove struct {
	api
	ID string `arg:"" optional:"" help:"Default: the only one that waits."`
}

func (c pushApprove) Run(w *env) error { return c.decide(w, c.ID, true) }

type pushRefuse struct {
	api
	ID string `arg:"" optional:"" help:"Default: the only one that waits."`
}

func (c pushRefuse) Run(w *env) error { return c.decide(w, c.ID, false) }

func (a *api) decide(w *env, id string, yes bool) error {
	all, err := a.waiting(w)
	if err != nil {
		return err
	}
	if id == "" {
		if len(all) == 0 {
			return errors.New("nothing waits for approval")
		}
		if len(all) != 1 {
			return fmt.Errorf("%d approvals wait: say which", len(all))
		}
		id = all[0].ID
	}
	if err := a.call(w, "POST", "/sandbox/approvals/"+url.PathEscape(id), map[string]bool{"approve": yes}, nil); err != nil {
		return err
	}
	fmt.Fprintln(w.out, "Done.")
	return nil
}
