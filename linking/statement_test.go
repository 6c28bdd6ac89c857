package linking_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

// statementFile is one of the cases of a format.
func statementFile(t *testing.T, format, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "format", format, "testdata", name))
	must(t, err)
	return b
}

// files opens a link at the form for statement files.
func (x *fixture) files(change func(*linking.CreateRequest)) *page {
	x.t.Helper()
	p := x.open(func(r *linking.CreateRequest) {
		r.Spec.Stages = []fairlead.Stage{fairlead.StageConversation, fairlead.StageAccounts, fairlead.StageResult}
		if change != nil {
			change(r)
		}
	})
	p.toLogin("statement")
	return p
}

// bring uploads files and answers with them.
func (p *page) bring(contents ...[]byte) linking.Screen {
	p.t.Helper()
	a := fairlead.Answer{Files: map[string]fairlead.File{}}
	for n, content := range contents {
		f, err := p.visit().Upload(p.t.Context(), "march", bytes.NewReader(content))
		must(p.t, err)
		a.Files[fairlead.FileName("file", n+1)] = f
	}
	must(p.t, p.visit().Answer(p.t.Context(), p.screen().Turn, a))
	return p.screen()
}

func (p *page) say(pairs ...string) linking.Screen {
	p.t.Helper()
	must(p.t, p.visit().Answer(p.t.Context(), p.screen().Turn, fields(pairs...)))
	return p.screen()
}

// form is the form of a kind that a screen shows.
func form(t *testing.T, s linking.Screen, kind string) *fairlead.Form {
	t.Helper()
	if s.Step == nil || s.Step.Form == nil || s.Step.Form.Kind != kind {
		t.Fatalf("at %s the screen shows %+v (problem %+v), not the form %s", s.Stage, s.Step, s.Problem, kind)
	}
	return s.Step.Form
}

// imported is the connection that an import made.
func imported(t *testing.T, s linking.Screen) fairlead.Connection {
	t.Helper()
	if s.Stage != fairlead.StageResult || len(s.Connected) == 0 {
		t.Fatalf("the link is at %s with %d connections: %+v", s.Stage, len(s.Connected), s.Problem)
	}
	return s.Connected[len(s.Connected)-1].Connection
}

func TestSeveralFilesAreOneConnectionAndACollectionEach(t *testing.T) {
	t.Parallel()
	p := newFixture(t).files(nil)
	s := p.bring(statementFile(t, "norma43", "no-texts.n43"), statementFile(t, "norma43", "bad-rows.n43"))
	shown := form(t, s, "preview").Preview
	if len(shown.Files) != 2 || len(shown.Accounts) == 0 || len(shown.Rows) == 0 {
		t.Fatalf("the preview is %+v", shown)
	}
	s = p.say("import", "yes")
	if s.Stage == fairlead.StageAccounts {
		var all []string
		for _, a := range s.Accounts {
			all = append(all, a.Ref)
		}
		must(t, p.visit().Pick(t.Context(), all))
		s = p.screen()
	}
	if conn := imported(t, s); !conn.Uploaded || len(conn.Waiting) != 2 {
		t.Errorf("uploaded %v, waiting %v", conn.Uploaded, conn.Waiting)
	}
}

func TestNothingOfAFileLiesOpenWhileItIsPreviewed(t *testing.T) {
	t.Parallel()
	p := newFixture(t).files(nil)
	row := form(t, p.bring(statementFile(t, "norma43", "no-texts.n43")), "preview").Preview.Rows[0]
	p.view(func(tx *store.Tx) error {
		link, err := tx.Links.Get(p.tenant, string(p.link))
		stored, _ := json.Marshal(link)
		for _, private := range []string{row.Amount.Amount.String(), row.Day.String()} {
			if bytes.Contains(stored, []byte(private)) {
				t.Errorf("%s lies open in the link", private)
			}
		}
		if link.Conversation.Step.Form.Preview != nil || len(link.Conversation.Shown) == 0 {
			t.Error("the preview is not sealed")
		}
		return err
	})
}

func TestAPreviewOutlivesTheServer(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.files(nil)
	before := form(t, p.bring(statementFile(t, "norma43", "no-texts.n43")), "preview")
	x.l = linking.New(x.options) // another process
	x.l.Finishes("native", x.finisher)
	after := form(t, p.screen(), "preview")
	a, _ := json.Marshal(before)
	if b, _ := json.Marshal(after); !bytes.Equal(a, b) {
		t.Errorf("it shows\n%s, and after the server began anew\n%s", a, b)
	}
	imported(t, p.say("import", "yes"))
}

func TestAQuestionAboutAFileIsAnsweredAndTheAnswerServesTheNextOne(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.files(nil)
	question := form(t, p.bring(statementFile(t, "norma43", "no-currency.n43")), "mapping")
	if question.Fields[0].Name != "currency" {
		t.Fatalf("it asks %+v", question.Fields)
	}
	tried := form(t, p.say("currency", "EUR", "try", "yes"), "mapping")
	if tried.Fields[0].Value != "EUR" || tried.Preview == nil {
		t.Errorf("trying gives %+v", tried)
	}
	form(t, p.say("currency", "EUR", "next", "yes"), "preview")
	imported(t, p.say("import", "yes"))
}

func TestOtherFilesMayBePickedInsteadOfThoseOfAPreview(t *testing.T) {
	t.Parallel()
	p := newFixture(t).files(nil)
	form(t, p.bring(statementFile(t, "norma43", "no-texts.n43")), "preview")
	if f := form(t, p.say("another", "yes"), "file"); f.Again || f.Fields[0].MaxFiles < 2 {
		t.Errorf("the form is %+v", f)
	}
	form(t, p.bring(statementFile(t, "norma43", "code-page-850.n43")), "preview")
	if conn := imported(t, p.say("import", "yes")); len(conn.Waiting) != 1 {
		t.Errorf("%d files are collected", len(conn.Waiting))
	}
}

func TestAFileThatCannotBeReadIsRequestedAgain(t *testing.T) {
	t.Parallel()
	p := newFixture(t).files(nil)
	s := p.bring([]byte("<html>holiday</html>"))
	if f := form(t, s, "file"); !f.Again || !strings.Contains(f.Text, "no statement") || s.Problem != nil {
		t.Errorf("the form says %q, problem %+v", f.Text, s.Problem)
	}
}

func TestMoreFilesThanTheFormTakesAreRefused(t *testing.T) {
	t.Parallel()
	p := newFixture(t).files(nil)
	file, err := p.visit().Upload(t.Context(), "march", strings.NewReader("x"))
	must(t, err)
	a := fairlead.Answer{Files: map[string]fairlead.File{}}
	for n := range 21 {
		a.Files[fairlead.FileName("file", n+1)] = file
	}
	wantKind(t, p.visit().Answer(t.Context(), p.screen().Turn, a), fairlead.Invalid)
}

func TestWhereFilesMayBeBroughtTheChoiceOfAnInstitutionSaysSo(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	at := func(change func(*linking.CreateRequest)) linking.Screen {
		p := x.open(func(r *linking.CreateRequest) {
			r.Spec.Stages = []fairlead.Stage{fairlead.StageConversation}
			change(r)
		})
		return p.at(fairlead.StageInstitution)
	}
	if s := at(func(*linking.CreateRequest) {}); s.Upload == nil || s.Upload.ID != "ins_statement" {
		t.Errorf("it offers %+v", s.Upload)
	}
	if s := at(func(r *linking.CreateRequest) { r.Spec.NoFiles = true }); s.Upload != nil {
		t.Error("it is offered where the link takes no files")
	}
	if s := at(func(r *linking.CreateRequest) {
		r.Spec.Institutions = []fairlead.InstitutionID{"ins_harbor", "ins_anchor"}
	}); s.Upload != nil {
		t.Error("it is offered where the link does not have it")
	}
}

// ofx is a file of one account of a bank; institution: it says of which.
func ofx(institution bool, number, kind string) []byte {
	s := statement
	if !institution {
		s = strings.Replace(s, "<FI><ORG>Any Bank<FID>123</FI>", "", 1)
	}
	s = strings.Replace(s, "<ACCTID>0001234", "<ACCTID>"+number, 1)
	return []byte(strings.Replace(s, "<ACCTTYPE>CHECKING", kind, 1))
}

const aChecking = "<ACCTTYPE>CHECKING"

func TestAFileOfTheSameAccountRenewsTheConnectionHoweverItNamesTheAccount(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	first := x.files(nil)
	first.bring(ofx(true, "000123456789", aChecking))
	conn := imported(t, first.say("import", "yes"))
	for name, file := range map[string][]byte{
		"without the institution": ofx(false, "000123456789", aChecking),
		"without the type":        ofx(true, "000123456789", ""),
		"without leading zeros":   ofx(true, "123456789", aChecking),
	} {
		p := x.files(nil)
		if shown := form(t, p.bring(file), "preview").Preview; !shown.Accounts[0].Known {
			t.Errorf("%s: the account is shown as new", name)
		}
		if got := imported(t, p.say("import", "yes")); got.ID != conn.ID {
			t.Errorf("%s: it makes %s beside %s", name, got.ID, conn.ID)
		}
	}
	other := x.files(func(r *linking.CreateRequest) { r.Reference = "bert" })
	if shown := form(t, other.bring(ofx(true, "000123456789", aChecking)), "preview").Preview; shown.Accounts[0].Known {
		t.Error("another person's account is shown as known")
	}
	if got := imported(t, other.say("import", "yes")); got.ID == conn.ID || got.Person == conn.Person {
		t.Error("another person goes on with the connection")
	}
}

func TestWhichAccountOneIsAPersonMustSayBeforeItIsImported(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.files(nil)
	p.bring(ofx(true, "000123456789", aChecking))
	conn := imported(t, p.say("import", "yes"))
	p = x.files(nil)
	field := form(t, p.bring(ofx(true, "XXXXXXXX6789", aChecking)), "preview").Fields[0]
	wantKind(t, p.visit().Answer(t.Context(), p.screen().Turn, fields("import", "yes")), fairlead.Invalid)
	wantKind(t, p.visit().Answer(t.Context(), p.screen().Turn, fields(field.Name, "no candidate", "import", "yes")), fairlead.Invalid)
	form(t, p.say("another", "yes"), "file") // other files may be picked without saying it
	field = form(t, p.bring(ofx(true, "XXXXXXXX6789", aChecking)), "preview").Fields[0]
	if got := imported(t, p.say(field.Name, field.Choices[0].Value, "import", "yes")); got.ID != conn.ID {
		t.Errorf("it makes %s beside %s", got.ID, conn.ID)
	}
}

func TestAnAccountMoreJoinsTheConnectionAndWhatWasLeftOutStaysOut(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	one, two, three := "000111111111", "000222222222", "000333333333"
	p := x.files(nil)
	p.bring(ofx(true, one, aChecking), ofx(true, two, aChecking))
	s := p.say("import", "yes")
	if s.Stage != fairlead.StageAccounts || len(s.Accounts) != 2 {
		t.Fatalf("the link is at %s with %d accounts to choose from", s.Stage, len(s.Accounts))
	}
	left := s.Accounts[1].Ref
	must(t, p.visit().Pick(t.Context(), []string{s.Accounts[0].Ref}))
	conn := imported(t, p.screen())
	p = x.files(nil)
	p.bring(ofx(true, one, aChecking), ofx(true, three, aChecking))
	if got := imported(t, p.say("import", "yes")); got.ID != conn.ID || len(got.Accounts) != 2 || bytes.Contains([]byte(strings.Join(got.Accounts, " ")), []byte(left)) {
		t.Errorf("%s has %v", got.ID, got.Accounts)
	}
}

func TestARenewedConnectionTakesFilesOfItsOwnAndNewAccounts(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.files(nil)
	p.bring(ofx(true, "000111111111", aChecking))
	conn := imported(t, p.say("import", "yes"))
	p = x.files(nil)
	p.bring(ofx(true, "000222222222", aChecking))
	other := imported(t, p.say("import", "yes"))
	renewing := func(r *linking.CreateRequest) { r.Reference, r.Spec.Connection = "", conn.ID }
	p = x.files(renewing)
	if f := form(t, p.bring(ofx(true, "000222222222", aChecking)), "file"); !f.Again {
		t.Errorf("a file of %s renews %s", other.ID, conn.ID)
	}
	form(t, p.bring(ofx(true, "000333333333", aChecking)), "preview")
	if got := imported(t, p.say("import", "yes")); got.ID != conn.ID {
		t.Errorf("it makes %s beside %s", got.ID, conn.ID)
	}
}

func TestAnAddressThatClaimsAPersonLearnsNothingOfTheirAccounts(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.files(nil)
	p.bring(ofx(true, "000123456789", aChecking))
	imported(t, p.say("import", "yes"))
	made, err := x.l.CreateTemplate(t.Context(), x.app, linking.TemplateRequest{
		Name: "any", Spec: fairlead.Spec{Institution: "ins_statement", Stages: []fairlead.Stage{fairlead.StageConversation, fairlead.StageResult}},
	})
	must(t, err)
	stranger := x.enter(linking.Entry{Template: made.Token, Reference: "alice"})
	stranger.toLogin("statement")
	shown := form(t, stranger.bring(ofx(true, "XXXXXXXX6789", aChecking)), "preview")
	if len(shown.Fields) != 2 || shown.Preview.Accounts[0].Known {
		t.Errorf("it is asked %+v", shown.Fields)
	}
}
