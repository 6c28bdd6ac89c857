package simplefin_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/simplefin"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// claims counts how often a token was claimed.
func claims(s *simplefintest.Server) (n int) {
	for _, c := range s.Calls() {
		if c.Method == http.MethodPost {
			n++
		}
	}
	return n
}

func TestASetupTokenIsReadHoweverItWasCopied(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(string) string{
		"as it is":            func(s string) string { return s },
		"without padding":     func(s string) string { return strings.TrimRight(s, "=") },
		"in the URL alphabet": func(s string) string { return strings.NewReplacer("+", "-", "/", "_").Replace(s) },
		"on several lines":    func(s string) string { return "  " + s[:20] + "\r\n " + s[20:40] + "\n\t" + s[40:] + " \n" },
		"in quotation marks":  func(s string) string { return `"` + s + `"` },
		"with a byte order":   func(s string) string { return "\ufeff" + s },
		"with a line break in": func(s string) string {
			b, _ := base64.StdEncoding.DecodeString(s)
			return base64.StdEncoding.EncodeToString(append(b, '\n'))
		},
	} {
		s := standIn(t)
		if step := login(t, start(t, s), change(s.Token())); step.Done == nil {
			t.Errorf("%s: %+v", name, step.Form)
		}
	}
}

func TestAnAccessAddressIsTakenInPlaceOfAToken(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	access := l.session.Secrets["access_url"].Reveal()
	for name, pasted := range map[string]string{"in clear": " " + access + "\n", "encoded": base64.StdEncoding.EncodeToString([]byte(access))} {
		before := claims(s)
		if step := login(t, start(t, s), pasted); step.Done == nil || claims(s) != before {
			t.Errorf("%s: %+v", name, step.Form)
		}
	}
}

func TestWhatIsNoTokenIsAskedForAgainAndNothingIsSent(t *testing.T) {
	t.Parallel()
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for pasted, want := range map[string]string{
		"hello": "form.token.malformed",
		"https://bridge.example/simplefin/create":                "form.token.malformed",
		encode("no address"):                                     "form.token.malformed",
		encode("ftp://bridge.example/claim/x"):                   "form.token.malformed",
		encode("javascript:alert(1)"):                            "form.token.malformed",
		encode("https://user@bridge.example/x"):                  "form.token.malformed",
		encode("https://bridge.example/a\x00b"):                  "form.token.malformed",
		encode("https:///claim/x"):                               "form.token.malformed",
		encode("https://b.example/" + strings.Repeat("x", 3000)): "form.token.malformed",
		encode("http://bridge.example/claim/x"):                  "form.token.insecure",
		"http://user:password@bridge.example/":                   "form.token.insecure",
		strings.Repeat("A", 100_000):                             "form.token.malformed",
	} {
		s := standIn(t)
		step := login(t, start(t, s), pasted)
		if step.Form == nil || !step.Form.Again || step.Form.Text != want || len(s.Calls()) != 0 {
			t.Errorf("%.60q: %+v after %d calls", pasted, step, len(s.Calls()))
		}
	}
}

func TestATokenThatWasClaimedSaysSoPlainly(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	token := s.Token()
	if step := login(t, start(t, s), token); step.Done == nil {
		t.Fatalf("%+v", step)
	}
	if step := login(t, start(t, s), token); step.Form == nil || step.Form.Text != "form.token.used" {
		t.Errorf("%+v", step)
	}
}

func TestEachAnswerOfAClaimSaysWhoMustAct(t *testing.T) {
	t.Parallel()
	for fault, want := range map[simplefintest.Fault]string{
		simplefintest.Lost:      "form.token.lost",
		simplefintest.HTML:      "form.token.lost",
		simplefintest.TooMany:   "form.token.lost",
		simplefintest.Forbidden: "form.token.used",
		simplefintest.SoftNo:    "form.token.used",
		simplefintest.HTMLFine:  "form.token.refused",
		simplefintest.Shapeless: "form.token.refused",
		simplefintest.Elsewhere: "form.token.refused",
		simplefintest.Around:    "form.token.refused",
		simplefintest.BadDates:  "form.token.refused",
		simplefintest.Payment:   "form.token.payment",
	} {
		s := standIn(t)
		s.Change(func(s *simplefintest.Server) { s.Claims = fault })
		step := login(t, start(t, s), s.Token())
		if step.Form == nil || !step.Form.Again || step.Form.Text != want {
			t.Errorf("%s: %+v", fault, step.Form)
		}
		if n := claims(s); n != 1 {
			t.Errorf("%s: the token was claimed %d times", fault, n)
		}
	}
}

func TestAnAccessAddressOfAnotherHostIsRefused(t *testing.T) {
	t.Parallel()
	for _, access := range []string{
		"https://user:password@evil.example/simplefin", "https://127.0.0.1/simplefin", "http://user@127.0.0.1/", "http://user:password@10.0.0.1/simplefin",
		"ftp://user:password@127.0.0.1/", "{}", "",
	} {
		s := standIn(t)
		s.Change(func(s *simplefintest.Server) { s.Access = access })
		if access == "" {
			s.Change(func(s *simplefintest.Server) { s.Access = " " })
		}
		step := login(t, start(t, s), s.Token())
		if step.Form == nil || step.Form.Text != "form.token.refused" && step.Form.Text != "form.token.insecure" {
			t.Errorf("%q: %+v", access, step)
		}
	}
}

func TestAServerThatCantBeReachedLeavesTheTokenUnused(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	token := s.Token()
	with := start(t, s)
	s.Close()
	if step := login(t, with, token); step.Form == nil || step.Form.Text != "form.token.unreachable" {
		t.Errorf("%+v", step)
	}
}

func TestACertificateThatDoesNotVerifyIsTheServersToMend(t *testing.T) {
	t.Parallel()
	s := simplefintest.StartTLS()
	t.Cleanup(s.Close)
	with := start(t, s)
	with.Client = &http.Client{} // trusts nobody's own certificate
	if step := login(t, with, s.Token()); step.Form == nil || step.Form.Text != "form.token.certificate" || claims(s) != 0 {
		t.Errorf("%+v", step)
	}
}

func TestAClaimThatWasInterruptedIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	c, with := simplefin.New(), start(t, s)
	turn, err := c.Begin(t.Context(), with)
	if err != nil {
		t.Fatal(err)
	}
	if turn, err = c.Resume(t.Context(), with, turn.State, answer(s.Token())); err != nil || turn.Step.Wait == nil {
		t.Fatalf("%+v, %v", turn.Step, err)
	}
	if claims(s) != 0 {
		t.Fatal("the token was claimed before anything was stored")
	}
	with.Interrupted = true
	if turn, err = c.Resume(t.Context(), with, turn.State, fairlead.Answer{}); err != nil {
		t.Fatal(err)
	}
	if turn.Step.Form == nil || turn.Step.Form.Text != "form.token.lost" || claims(s) != 0 {
		t.Errorf("%+v after %d claims", turn.Step, claims(s))
	}
}

func TestAccountsThatCantBeReadAfterTheClaimNeedNoNewToken(t *testing.T) {
	t.Parallel()
	for _, fault := range []simplefintest.Fault{simplefintest.HTML, simplefintest.Torn, simplefintest.TooMany, simplefintest.Shapeless} {
		s := standIn(t)
		s.Change(func(s *simplefintest.Server) { s.Faults = []simplefintest.Fault{fault} })
		c, with := simplefin.New(), start(t, s)
		turn, err := c.Begin(t.Context(), with)
		for _, a := range []fairlead.Answer{answer(s.Token()), {}, {}} {
			if err == nil {
				turn, err = c.Resume(t.Context(), with, turn.State, a)
			}
		}
		if err != nil || turn.Step.Form == nil || turn.Step.Form.Text != "form.token.busy" {
			t.Fatalf("%s: %+v, %v", fault, turn.Step, err)
		}
		again := fairlead.Answer{Fields: map[string]fairlead.Secret{"again": fairlead.NewSecret("yes")}}
		if turn, err = c.Resume(t.Context(), with, turn.State, again); err != nil || turn.Step.Done == nil || claims(s) != 1 {
			t.Errorf("%s: %+v, %v, %d claims", fault, turn.Step, err, claims(s))
		}
	}
}

func TestAServerWithoutABankSaysWhereToLinkOne(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) { s.Banks = nil })
	if step := login(t, start(t, s), s.Token()); step.Form == nil || step.Form.Text != "form.token.empty" {
		t.Errorf("%+v", step)
	}
}

func TestARenewedTokenMeetsTheSameConnection(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	first := link(t, s)
	d := first.mustCollect()
	everyday := d.account(t, "Everyday 4411").Ref
	known := func() ([]connector.KnownConnection, error) {
		return []connector.KnownConnection{
			{ID: "con_other", Secrets: map[string]fairlead.Secret{"access_url": fairlead.NewSecret("https://a:b@other.example/")}},
			{ID: "con_1", Secrets: first.session.Secrets, Accounts: []string{everyday}},
		}, nil
	}
	with := start(t, s)
	with.Known, with.Renewed = known, "con_1"

	if step := login(t, with, s.Token()); step.Done == nil || step.Done.Connection != "con_1" || step.Done.Identity.Reveal() != first.session.Identity {
		t.Errorf("the same accounts by another token: %+v", step.Done)
	}
	// The bank is removed at the server and linked again: all ids change, and a bank is added.
	s.Change(func(s *simplefintest.Server) {
		s.Banks[0].Conn = "CON-9"
		s.Account("ACT-1").ID = "ACT-91"
		s.Banks = append(s.Banks, simplefintest.Bank{Conn: "CON-3", Name: "Third Bank", Accounts: []*simplefintest.Account{{ID: "T", Name: "New", Currency: "USD", Balance: "1"}}})
	})
	step := login(t, with, s.Token())
	if step.Done == nil || step.Done.Connection != "con_1" || len(step.Done.Joined) != 1 || step.Done.Joined[0] == everyday {
		t.Errorf("re-issued ids: %+v", step.Done)
	}
	s.Change(func(s *simplefintest.Server) {
		s.Banks = []simplefintest.Bank{{Conn: "CON-8", Name: "Somebody else's", Accounts: []*simplefintest.Account{{ID: "Z", Name: "Other", Currency: "USD"}}}}
	})
	if step := login(t, with, s.Token()); step.Done == nil || step.Done.Connection != "" || step.Done.Identity.Reveal() == first.session.Identity {
		t.Errorf("another login is taken for the same: %+v", step.Done)
	}
}

func TestTheFormLeadsToTheBridgeAndNoSecretIsInIt(t *testing.T) {
	t.Parallel()
	institutions := simplefin.New().Describe().Institutions
	for _, i := range institutions {
		turn, err := simplefin.New().Begin(t.Context(), connector.Start{Institution: i})
		if err != nil {
			t.Fatal(err)
		}
		if bridge := i.Name == "SimpleFIN Bridge"; bridge != (turn.Step.Form.Site != "") {
			t.Errorf("%s: %+v", i.ID, turn.Step.Form)
		}
	}
	if !slices.ContainsFunc(institutions, func(i fairlead.Institution) bool { return i.Country == "CA" }) {
		t.Error("the Bridge is not in Canada")
	}
}
