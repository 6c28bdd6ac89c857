package page

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// bankLogo is a drawing of the size that a connector's institutions have.
const bankLogo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="10" fill="#0b4f6c"/><path d="M8 26c5 0 5-4 10-4s5 4 10 4M12 18l8-8 8 8z" fill="none" stroke="#fff" stroke-width="2.5"/></svg>`

func bank(id, name, country string) fairlead.Institution {
	return fairlead.Institution{
		ID: fairlead.InstitutionID("ins_" + id), ShortName: id, Name: name, Country: country, Logo: bankLogo,
		Products: fairlead.Products(), Logins: []fairlead.LoginKind{fairlead.LoginPassword},
	}
}

// states is every kind of page that a link can show, by name.
func states() map[string]linking.Screen {
	now := time.Date(2026, 3, 14, 9, 26, 0, 0, time.UTC)
	harbor := bank("harbor", "Harbor Bank", "US")
	base := linking.Screen{
		Link:    fairlead.Link{ID: "lnk_state", Status: fairlead.LinkOpen},
		Company: "Moneda", Stage: fairlead.StageWelcome, Validity: 12, Until: now.AddDate(1, 0, 0), Now: now,
		Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductStatements, fairlead.ProductTaxForms},
		Presentation: fairlead.Presentation{
			Purpose:  "To prepare your tax return.",
			TermsURL: "https://moneda.example/terms", PrivacyURL: "https://moneda.example/privacy",
		},
	}
	out := map[string]linking.Screen{}
	add := func(name string, stage fairlead.Stage, change func(*linking.Screen)) {
		s := base
		s.Stage = stage
		if stage != fairlead.StageWelcome && stage != fairlead.StageInstitution {
			s.Institution, s.CanBack = &harbor, true
		}
		change(&s)
		out[name] = s
	}
	problem := func(k fairlead.ErrorKind) *fairlead.Problem {
		return &fairlead.Problem{Kind: k, Actor: fairlead.ActorFor(k), Since: now}
	}
	addForm := func(name string, a fairlead.Form) {
		add(name, fairlead.StageConversation, func(s *linking.Screen) { s.Step, s.Turn = &fairlead.Step{Form: &a}, 1 })
	}
	login := []fairlead.FormField{
		{Name: "user", Kind: fairlead.FieldText, Label: "field.user", Login: true},
		{Name: "password", Kind: fairlead.FieldPassword, Label: "field.password"},
	}
	add("welcome", fairlead.StageWelcome, func(*linking.Screen) {})
	add("welcome-saved", fairlead.StageWelcome, func(s *linking.Screen) { s.Saved = true; s.Endless = true; s.Until = time.Time{} })
	add("update", fairlead.StageWelcome, func(s *linking.Screen) {
		s.Institution, s.Update = &harbor, &fairlead.Connection{Problem: problem(fairlead.RejectedLogin)}
	})
	add("welcome-any", fairlead.StageWelcome, func(s *linking.Screen) { s.Products = nil })
	add("institution", fairlead.StageInstitution, func(s *linking.Screen) {
		down := bank("wreck", "Wreck", "US")
		down.Health = fairlead.HealthDown
		plain := bank("puerto", "Banca Puerto", "ES")
		plain.Logo = ""
		s.Institutions = []fairlead.Institution{
			harbor, bank("anchor", "Anchor Brokerage", "US"), bank("keel", "Keel Credit Union", "US"),
			bank("farol", "Banco Farol", "BR"), bank("ancora", "Banco Âncora", "BR"), plain, down,
		}
		s.Countries = []string{"US", "BR", "ES"}
	})
	add("institution-none", fairlead.StageInstitution, func(*linking.Screen) {})
	add("consent", fairlead.StageConsent, func(*linking.Screen) {})
	addForm("login", fairlead.Form{Kind: "login", Fields: login})
	add("login-again", fairlead.StageConversation, func(s *linking.Screen) {
		s.Step = &fairlead.Step{Form: &fairlead.Form{Kind: "login", Fields: login, Again: true}}
		s.Problem = problem(fairlead.RejectedLogin)
	})
	token := fairlead.Form{Kind: "token", Site: "https://bridge.example/create", Fields: []fairlead.FormField{{Name: "token", Kind: fairlead.FieldPassword, Label: "field.token"}}}
	addForm("token", token)
	token.Again, token.Text = true, "form.token.used"
	addForm("token-again", token)
	addForm("code", fairlead.Form{Kind: "code", Device: "•••• 7890", Expires: now.Add(5 * time.Minute), Fields: []fairlead.FormField{{Name: "code", Kind: fairlead.FieldCode, Label: "field.code", Digits: true, Length: 4}}})
	addForm("questions", fairlead.Form{Kind: "questions", Fields: []fairlead.FormField{
		{Name: "q1", Kind: fairlead.FieldQuestion, Label: "What was your first school called?"}, {Name: "q2", Kind: fairlead.FieldQuestion, Label: "question 2", Optional: true},
	}})
	addForm("choice", fairlead.Form{Kind: "choice", Fields: []fairlead.FormField{{
		Name: "device", Kind: fairlead.FieldChoice, Label: "Where shall the code go?",
		Choices: []fairlead.Choice{{Value: "sms", Label: "Text message to •••• 7890"}, {Value: "mail", Label: "E-mail to a•••@example.com"}},
	}}})
	addForm("coordinates", fairlead.Form{Kind: "coordinates", Fields: []fairlead.FormField{
		{Name: "B3", Kind: fairlead.FieldCode, Label: "B3", Digits: true, Length: 2}, {Name: "F7", Kind: fairlead.FieldCode, Label: "F7", Digits: true, Length: 2},
	}})
	picture := &fairlead.Image{Type: "image/svg+xml", Data: []byte(bankLogo), Alt: "Code to scan with the bank's app"}
	addForm("qr", fairlead.Form{Kind: "qr", Image: picture, Refresh: 10, Fields: []fairlead.FormField{{Name: "done", Kind: fairlead.FieldConfirm}}})
	addForm("image", fairlead.Form{Kind: "image", Image: picture, Fields: []fairlead.FormField{{Name: "text", Kind: fairlead.FieldText, Label: "field.text"}}})
	addForm("reader", fairlead.Form{Kind: "reader", Text: "Press M2 and type 4711 8842.", Fields: []fairlead.FormField{{Name: "code", Kind: fairlead.FieldCode, Digits: true}}})
	addForm("file", fairlead.Form{Kind: "file", Fields: []fairlead.FormField{{Name: "file", Kind: fairlead.FieldFile, Accept: ".ofx,.qfx", MaxBytes: 1 << 20}}})
	addForm("file-again", fairlead.Form{Kind: "file", Again: true, Text: "This is not an OFX file.", Fields: []fairlead.FormField{{Name: "file", Kind: fairlead.FieldFile, Accept: ".ofx"}}})
	add("send", fairlead.StageConversation, func(s *linking.Screen) {
		s.Step = &fairlead.Step{Send: &fairlead.Send{URL: "https://farol.example/authorise"}}
	})
	add("wait", fairlead.StageConversation, func(s *linking.Screen) {
		s.Step = &fairlead.Step{Wait: &fairlead.Wait{Seconds: 5, Sentence: "wait.push", Approval: "apr_1", Expires: now.Add(5 * time.Minute)}}
	})
	add("wait-slow", fairlead.StageConversation, func(s *linking.Screen) {
		s.Step = &fairlead.Step{Wait: &fairlead.Wait{Seconds: 20, Sentence: "wait.institution"}}
		s.Link.Conversation = &fairlead.Conversation{Next: now.Add(20 * time.Second)}
	})
	add("refused-push", fairlead.StageConversation, func(s *linking.Screen) {
		s.Problem, s.CanRetry, s.CanAnother = problem(fairlead.RejectedChallenge), true, true
	})
	add("paused", fairlead.StageConversation, func(s *linking.Screen) {
		s.Problem, s.CanRetry, s.CanAnother = problem(fairlead.SlowDown), true, true
		s.Problem.RetryAfter = now.Add(15 * time.Minute)
	})
	add("login-sandbox", fairlead.StageConversation, func(s *linking.Screen) {
		s.Sandbox, s.Sample, s.Step = true, true, &fairlead.Step{Form: &fairlead.Form{Kind: "login", Fields: login}}
	})
	file := fairlead.Institution{ID: "ins_statement", Name: "Upload a statement", Logo: bankLogo, Logins: []fairlead.LoginKind{fairlead.LoginFile}}
	add("file-upload", fairlead.StageConversation, func(s *linking.Screen) {
		s.Institution = &file
		s.Step = &fairlead.Step{Form: &fairlead.Form{Kind: "file", Fields: []fairlead.FormField{{Name: "file", Kind: fairlead.FieldFile, Accept: ".ofx,.qfx", MaxBytes: 16 << 20}}}}
	})
	add("file-made", fairlead.StageResult, func(s *linking.Screen) {
		s.Institution, s.CanBack = &file, false
		s.Connected = []linking.Connected{{Institution: file, Accounts: 2}}
	})
	addFileStates(add, file)
	add("busy", fairlead.StageConversation, func(s *linking.Screen) { s.Busy = true })
	add("accounts", fairlead.StageAccounts, func(s *linking.Screen) {
		s.Accounts = []fairlead.AccountOffer{{Ref: "1", Name: "Everyday Checking", Mask: "4417"}, {Ref: "2", Name: "Savings", Mask: "9920"}, {Ref: "3", Name: "Card"}, {Ref: "4", Name: "EUR"}}
	})
	add("acceptance", fairlead.StageAcceptance, func(*linking.Screen) {})
	add("retrieving", fairlead.StageRetrieving, func(*linking.Screen) {})
	made := []linking.Connected{{Institution: harbor, Accounts: 3}}
	add("success", fairlead.StageResult, func(s *linking.Screen) { s.Connected, s.CanAnother, s.CanBack = made, true, false })
	partly := fairlead.Connection{Products: map[fairlead.Product]fairlead.ProductState{
		fairlead.ProductStatements: {Status: fairlead.ProductFailed, Problem: problem(fairlead.InstitutionDown)}, fairlead.ProductTaxForms: {Status: fairlead.ProductReady},
	}}
	add("success-partial", fairlead.StageResult, func(s *linking.Screen) {
		s.Connected, s.CanBack = []linking.Connected{{Connection: partly, Institution: harbor, Accounts: 3}}, false
	})
	add("ended-empty", fairlead.StageResult, func(s *linking.Screen) {
		s.Ended, s.Link.Status, s.Link.Stage, s.CanBack = true, fairlead.LinkFinished, fairlead.StageResult, false
		s.Link.Problem = problem(fairlead.InstitutionDown)
		s.Connected = []linking.Connected{{Institution: harbor, Connection: fairlead.Connection{Status: fairlead.ConnectionCollecting, Problem: s.Link.Problem}}}
	})
	add("nothing", fairlead.StageResult, func(s *linking.Screen) {
		s.Connected, s.CanAnother, s.CanAgain, s.CanBack = []linking.Connected{{Institution: harbor, Nothing: true}}, true, true, false
	})
	add("success-parts", fairlead.StageResult, func(s *linking.Screen) {
		s.CanBack, s.CanAnother = false, true
		s.Connected = []linking.Connected{{Institution: harbor, Accounts: 3, Collecting: true, Parts: []linking.Part{
			{Products: []fairlead.Product{fairlead.ProductAccounts}, Records: 3},
			{Products: []fairlead.Product{fairlead.ProductTransactions}, Records: 1240, Coming: true},
			{Products: []fairlead.Product{fairlead.ProductStatements}, Missed: problem(fairlead.InstitutionDown)},
			{Products: []fairlead.Product{fairlead.ProductTaxForms}, Coming: true},
		}}}
	})
	add("code-resend", fairlead.StageConversation, func(s *linking.Screen) {
		s.Sandbox, s.Sample, s.Turn = true, true, 1
		s.Step = &fairlead.Step{Form: &fairlead.Form{
			Kind: "code", Device: "•••• 7890", Expires: now.Add(5 * time.Minute), Resend: &fairlead.Resend{After: now.Add(30 * time.Second)}, Other: true,
			Fields: []fairlead.FormField{{Name: "code", Kind: fairlead.FieldCode, Label: "field.code", Digits: true, Length: 4}},
		}}
	})
	add("long-name", fairlead.StageConsent, func(s *linking.Screen) { s.Company = "Acme Wealth & Söhne 😀" })
	add("longest-name", fairlead.StageConsent, func(s *linking.Screen) { s.Company = strings.Repeat("Donaudampfschifffahrts", 9) })
	for _, k := range fairlead.ErrorKinds() {
		add("failure-"+string(k), fairlead.StageResult, func(s *linking.Screen) {
			s.Problem, s.CanRetry, s.CanAnother = problem(k), k != fairlead.Duplicate, true
		})
	}
	for _, status := range []fairlead.LinkStatus{fairlead.LinkFinished, fairlead.LinkFailed, fairlead.LinkExited, fairlead.LinkExpired} {
		add("ended-elsewhere-"+string(status), fairlead.StageResult, func(s *linking.Screen) {
			s.Ended, s.Elsewhere, s.Link.Status = true, true, status
		})
		add("ended-"+string(status), fairlead.StageResult, func(s *linking.Screen) {
			s.Ended, s.Link.Status, s.CanBack = true, status, false
			s.AppReturn = &linking.AppReturn{URL: "https://moneda.example/back?code=1"}
			if status == fairlead.LinkFinished {
				s.Connected = made
			}
		})
	}
	return out
}

func TestACompanyWhoseNameEndsInAPointEndsNoSentenceTwice(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range states() {
		for _, tag := range languageCodes() {
			s.Company = "Contabilidade Sorriso & Filhos Ltda."
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/l/x?lang="+tag, nil)
			r.SetPathValue("name", name)
			if err := p.renderState(w, r, s); err != nil {
				t.Fatal(err)
			}
			if text := w.Body.String(); !strings.Contains(text, "Filhos Ltda.") || strings.Contains(text, "Ltda..") {
				t.Errorf("%s in %s does not name the company as it is called", name, tag)
			}
		}
	}
}

// gallery serves every state under /l/<name>, with the real headers, styles and
// script, from screens instead of a store.
func gallery(p *Page) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /l/static/{file}", p.serveAsset)
	mux.HandleFunc("GET /l/{name}", func(w http.ResponseWriter, r *http.Request) {
		s, ok := states()[r.PathValue("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		p.setHeaders(w, nil)
		s.Theme.Accent = r.URL.Query().Get("accent")
		_ = p.renderState(w, r, s)
	})
	mux.HandleFunc("GET /l/{name}/logo/{institution}", func(w http.ResponseWriter, r *http.Request) {
		writeImage(w, "image/svg+xml", []byte(bankLogo))
	})
	mux.HandleFunc("GET /l/{name}/{part}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("part") == "state" {
			_ = json.NewEncoder(w).Encode(map[string]any{"key": stateKey(states()[r.PathValue("name")]), "wait": 15})
			return
		}
		accent := ""
		if from, err := url.Parse(r.Referer()); err == nil {
			accent = from.Query().Get("accent")
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store") // the same state is drawn in several accents
		fmt.Fprint(w, themeCSS(accent))
	})
	p.o.Uploads = someUploads{}
	mux.HandleFunc("GET /own/{name}", p.showOwn)
	mux.HandleFunc("GET /asks/{name}", func(w http.ResponseWriter, r *http.Request) {
		p.setHeaders(w, nil)
		s := states()["login"]
		s.CanBack = false
		v := p.view(r, session{home: ownpath.Link("token")}, s)
		_ = p.render(w, r, http.StatusOK, newDocument(r, v, content{v.text("leave.title"), leaving(v, v.text("leave.title"))}))
	})
	mux.HandleFunc("GET /said/{message}", func(w http.ResponseWriter, r *http.Request) {
		p.setHeaders(w, nil)
		_ = p.render(w, r, http.StatusOK, p.message(r, r.PathValue("message"), false))
	})
	return mux
}

func (p *Page) renderState(w http.ResponseWriter, r *http.Request, s linking.Screen) error {
	v := p.view(r, session{home: ownpath.Link(fairlead.LinkID(r.PathValue("name")))}, s)
	p.readImports(r.Context(), v)
	if q := r.URL.Query().Get("q"); q != "" {
		v.search = search{text: q}
	}
	return p.render(w, r, http.StatusOK, newDocument(r, v, choosePage(v)))
}

func TestEveryStateIsShownInEveryLanguage(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := gallery(p)
	for name, s := range states() {
		for _, tag := range languageCodes() {
			w := httptest.NewRecorder()
			shown.ServeHTTP(w, httptest.NewRequest("GET", "/l/"+name+"?lang="+tag, nil))
			text := w.Body.String()
			if w.Code != http.StatusOK || strings.Count(text, "<h1") != 1 || !strings.Contains(text, `lang="`+tag+`"`) {
				t.Errorf("%s in %s: status %d, %d headings", name, tag, w.Code, strings.Count(text, "<h1"))
			}
			if left := regexp.MustCompile(`\{\w+\}|>[a-z]+\.[a-z_.]+<`).FindString(text); left != "" {
				t.Errorf("%s in %s says %q", name, tag, left)
			}
			if strings.Contains(text, "style=") || strings.Contains(text, "<script>") {
				t.Errorf("%s has styles or scripts that its policy forbids", name)
			}
			if !s.Ended && !regexp.MustCompile(`(?s)<main.*<form.*<button[^>]*>.*</main>`).MatchString(text) && name != "institution-none" {
				t.Errorf("%s has no main action", name)
			}
		}
	}
}

func TestAStateSaysWhatIsTrueOfIt(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := gallery(p)
	for name, text := range map[string]string{
		"refused-push": "declined on your device", "paused": "You can try again in 15 minutes", "wait": "You have 5 minutes left to confirm",
		"wait-slow": "About 20 seconds left", "login-sandbox": "any user name and password work", "file-made": "Uploaded statement",
		"file-upload": "Download a statement (OFX) from", "files": "PDF and zip; up to 16 MB in total, 20 files at once", "file-imported": "2 accounts · Imported: 1,240 rows added, 3 changed",
		"file-coming":        "3 changed · Your data is on its way",
		"institution-upload": "Upload a statement instead", "mapping": "Day first: 31/12", "mapping-settings": "How is your file written?", "mapping-again": "One column must be the day", "preview": "16 notes about your files",
		"preview-account": "No, it’s a new account", "accounts": "Account EUR", "preview-again": "Please say which account this is.", "success-partial": "Missing: Statements", "ended-empty": "no data yet",
	} {
		w := httptest.NewRecorder()
		shown.ServeHTTP(w, httptest.NewRequest("GET", "/l/"+name, nil))
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s does not say %q", name, text)
		}
		if onItsWay := strings.Contains(w.Body.String(), "on its way"); onItsWay && name == "ended-empty" {
			t.Errorf("%s says that the data is on its way", name)
		}
	}
}

func TestAxeFindsNothingOnAnyState(t *testing.T) {
	t.Parallel()
	full := os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1"
	if _, err := os.Stat("../browsertest/node_modules/axe-core"); err != nil {
		if full {
			t.Fatal("run `npm ci` in web/browsertest: nothing may be skipped here")
		}
		t.Skip("skipped: run `npm ci` in web/browsertest first")
	}
	p, err := New(Options{Operator: "Contabilidade Sorriso & Filhos Ltda."})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gallery(p))
	defer server.Close()
	args := []string{"states.mjs", server.URL, "/own/portal", "/own/undo", "/own/undo?lang=es", "/own/revoke", "/asks/leave", "/asks/leave?lang=es", "/own/portal?lang=pt-BR", "/said/not_found", "/said/opened", "/said/opened?lang=pt-BR", "/l/welcome?accent=%23ffee00", "/l/success?accent=%23ffee00", "/l/consent?lang=pt-BR", "/l/login-again?lang=es", "/l/institution-upload?q=Sparkasse&lang=es", "/l/preview?lang=es", "/l/files-again?lang=pt-BR", "/l/mapping-again?lang=es"}
	for name := range states() {
		args = append(args, "/l/"+name)
	}
	cmd := exec.Command("node", args...)
	cmd.Dir = "../browsertest"
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("axe did not run: %v\n%s", err, out)
	}
	count := 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		var r struct {
			Path, Scheme, Focus       string
			Violations, ConsoleErrors []string
			Wide                      bool
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("axe said %q", line)
		}
		count++
		if len(r.Violations) > 0 || len(r.ConsoleErrors) > 0 || r.Wide {
			t.Errorf("%s (%s): %v, the console says %v, wider than the window: %v", r.Path, r.Scheme, r.Violations, r.ConsoleErrors, r.Wide)
		}
	}
	if count < 2*len(states()) {
		t.Errorf("only %d pages were looked at", count)
	}
}
