package plaid

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

// published is the folder of what others wrote about Plaid: their validator and their types.
const published = "testdata/published"

// modules are the node modules of the folder. Where they are missing the test is skipped,
// and fails in CI; `make setup` installs them.
func modules(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(published)
	if err == nil {
		_, err = os.Stat(filepath.Join(dir, "node_modules", name))
	}
	if err != nil {
		without(t, name+" is not installed (make setup)")
	}
	if _, err := exec.LookPath("node"); err != nil {
		without(t, "there is no node")
	}
	return dir
}

func without(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// definition is Plaid's published description, beside the checkout.
func definition(t *testing.T) string {
	t.Helper()
	dir, _ := filepath.Abs(".")
	for {
		file := filepath.Join(dir, "shared/data/upstream/plaid.yml")
		if _, err := os.Stat(file); err == nil {
			return file
		}
		if filepath.Dir(dir) == dir {
			without(t, "Plaid's published description is not beside the repository")
		}
		dir = filepath.Dir(dir)
	}
}

// prism runs the validating proxy in front of a server and returns its address.
func prism(t *testing.T, upstream string) string {
	t.Helper()
	dir := modules(t, "@stoplight/prism-cli")
	file := definition(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "node", "node_modules/@stoplight/prism-cli/dist/index.js", "proxy", file, upstream, "--errors", "--port", fmt.Sprint(port))
	var log bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return "http://" + address
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("Prism does not start: %s", log.String())
		}
	}
}

// departures is a transport that fails the test on an answer of Prism's own.
type departures struct{ t *testing.T }

func (d departures) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if bytes.Contains(body, []byte("stoplight.io/prism")) {
		d.t.Errorf("%s departs from what Plaid publishes: %s", r.URL.Path, body)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, err
}

func TestNoRequestAndNoAnswerDepartsFromWhatPlaidPublishes(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	server.TextPDF = true // the proxy passes bodies on as text
	base := prism(t, server.URL)
	checked := func(env connector.Env) connector.Env {
		env.Client = &http.Client{Transport: departures{t}, Timeout: 30 * time.Second}
		return env
	}
	wholeWalk(t, checked(envOf(base)))
	everyCall(t, server, checked(envOf(base)))
}

// everyCall makes the calls that the suite does not.
func everyCall(t *testing.T, server *plaidtest.Server, env connector.Env) {
	t.Helper()
	p := New()
	env.Provider.WebhookURL = server.URL + "/hooks/ten/plaid"
	env.Provider.Settings["country_codes"] = "NO,US" // a YAML reader may take NO for false
	if _, err := p.Try(t.Context(), env); err != nil {
		t.Error(err)
	}
	for cursor := ""; ; {
		page, err := p.Institutions(t.Context(), env, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if !page.More {
			break
		}
		cursor = page.Cursor
	}
	s := startOf(env)
	done := linked(t, server, s)
	session := sessionOf(s, done)
	for _, product := range s.Products {
		// The published description has no /investments/refresh, though Plaid's own client has.
		session.Attended = product != fairlead.ProductHoldings
		all := collected(t, &session, product, 0)
		for _, d := range all.Documents {
			body, err := d.Open(t.Context())
			if err != nil {
				t.Fatalf("%s: %v", d.Ref, err)
			}
			body.Close()
		}
	}
	later := session
	later.Now = later.Now.AddDate(0, 2, 0)
	collected(t, &later, fairlead.ProductStatements, 0)
	body, signature, err := server.Sign(plaidtest.Object{"webhook_type": "ITEM", "webhook_code": "LOGIN_REPAIRED", "item_id": done.Upstream})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Receive(t.Context(), env, connector.Received{Header: http.Header{"Plaid-Verification": {signature}}, Body: body}); err != nil {
		t.Error(err)
	}
	s.Saved, s.Renewed = session.Secrets, "con_1"
	turn, err := p.Begin(t.Context(), s) // update mode
	if err != nil {
		t.Fatal(err)
	}
	server.Open(turn.Step.Send.Visit)
	server.Finish(turn.Step.Send.Visit, "exit")
	if _, err := p.Resume(t.Context(), s, turn.State, fairlead.Answer{}); err != nil {
		t.Fatal(err)
	}
	server.Finish(turn.Step.Send.Visit, "connect")
	resumed(t, s, turn)
	if err := p.Revoke(t.Context(), session, ""); err != nil {
		t.Error(err)
	}
	if err := p.Revoke(t.Context(), session, ""); err != nil { // an error of Plaid's, and none of ours
		t.Error(err)
	}
	for _, path := range []string{
		"/link/token/create", "/link/token/get", "/item/public_token/exchange", "/item/get", "/item/remove", "/accounts/get", "/accounts/balance/get", "/identity/get",
		"/transactions/sync", "/transactions/refresh", "/liabilities/get", "/investments/holdings/get", "/investments/transactions/get", "/statements/list", "/statements/download",
		"/statements/refresh",
		"/institutions/get", "/webhook_verification_key/get",
	} {
		if server.Calls(path) == 0 {
			t.Errorf("nothing was tried of %s", path)
		}
	}
}

// answerTypes are the types of npm's plaid by path.
var answerTypes = map[string]string{
	"/link/token/create": "LinkTokenCreateResponse", "/link/token/get": "LinkTokenGetResponse", "/item/public_token/exchange": "ItemPublicTokenExchangeResponse",
	"/item/get": "ItemGetResponse", "/item/remove": "ItemRemoveResponse", "/accounts/get": "AccountsGetResponse", "/accounts/balance/get": "AccountsGetResponse",
	"/identity/get": "IdentityGetResponse", "/transactions/sync": "TransactionsSyncResponse", "/transactions/refresh": "TransactionsRefreshResponse",
	"/liabilities/get": "LiabilitiesGetResponse", "/investments/holdings/get": "InvestmentsHoldingsGetResponse", "/investments/transactions/get": "InvestmentsTransactionsGetResponse",
	"/statements/refresh": "StatementsRefreshResponse",
	"/statements/list":    "StatementsListResponse", "/institutions/get": "InstitutionsGetResponse", "/webhook_verification_key/get": "WebhookVerificationKeyGetResponse",
}

// wire is a type as JSON has it: an enumeration is one of its texts.
const wire = "type Wire<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T : T extends (infer U)[] ? Wire<U>[] : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;\n"

func TestTheStandInAnswersInTheTypesOfPlaidsOwnClient(t *testing.T) {
	t.Parallel()
	dir := modules(t, "plaid")
	server := plaidtest.Start(t)
	everyCall(t, server, envOf(server.URL))
	var source strings.Builder
	names := []string{}
	for _, name := range answerTypes {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	fmt.Fprintf(&source, "import type { %s } from 'plaid';\n%s", strings.Join(names, ", "), wire)
	written := map[string]int{}
	for n, a := range server.Recorded() {
		name, ok := answerTypes[a.Path]
		if !ok {
			t.Fatalf("nothing is known of the type of %s", a.Path)
		}
		if written[a.Path]++; written[a.Path] <= 3 {
			fmt.Fprintf(&source, "export const a%d: Wire<%s> = %s;\n", n, name, shortened(t, a.Body))
		}
	}
	if len(written) != len(answerTypes) {
		t.Errorf("answers of %d paths were recorded, not of %d", len(written), len(answerTypes))
	}
	compile(t, dir, source.String(), true)
	compile(t, dir, strings.Replace(source.String(), `"request_id":`, `"no_request_id":`, 1), false) // what departs is found
}

// shortened cuts long lists, which would tell the compiler nothing new.
func shortened(t *testing.T, body []byte) []byte {
	t.Helper()
	var v map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	for name, field := range v {
		if list, ok := field.([]any); ok && len(list) > 12 {
			v[name] = list[:12]
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// compile runs TypeScript's compiler over a file beside the modules.
func compile(t *testing.T, dir, source string, good bool) {
	t.Helper()
	folder, err := os.MkdirTemp(dir, "answers-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.WriteFile(filepath.Join(folder, "answers.ts"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "node_modules/.bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext", "--target", "es2022", "--types", "", "answers.ts")
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if (err == nil) != good {
		t.Errorf("compiling the answers: %v, expected to pass: %v\n%.4000s", err, good, out)
	}
}
