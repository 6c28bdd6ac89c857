package taiki_test

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestATokenOpensTheModalOnce(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.initialize("").TemporaryToken
	if p := c.open(token, ""); p.Status != http.StatusOK || !strings.Contains(p.Page, `data-stage="welcome"`) {
		t.Fatalf("the modal answered %d:\n%s", p.Status, p.Text())
	}
	p := c.open(token, "")
	if p.Status != http.StatusGone || !strings.Contains(p.Page, `data-refused="gone"`) {
		t.Errorf("opened again it answered %d:\n%s", p.Status, p.Text())
	}
}

func TestATokenIsGoodForAnHour(t *testing.T) {
	t.Parallel()
	c := start(t)
	young, old := c.initialize("").TemporaryToken, c.initialize("").TemporaryToken
	c.Advance("59m")
	if p := c.open(young, ""); p.Status != http.StatusOK {
		t.Errorf("after 59 minutes it answered %d", p.Status)
	}
	c.Advance("2m")
	if p := c.open(old, ""); p.Status != http.StatusGone {
		t.Errorf("after 61 minutes it answered %d", p.Status)
	}
}

func TestMetadataIsCappedInBytesAndMayBeLeftOut(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.initialize("").TemporaryToken
	refused := []string{`{"a":`, "\"caf\xe9\"", "\"\xff\"", "{}{}"}
	for _, unit := range []string{"x", "é", "😀"} {
		refused = append(refused, quoted(unit, 4097))
	}
	for _, metadata := range refused {
		p := c.open(token, metadata)
		if p.Status != http.StatusBadRequest || !strings.Contains(p.Page, `data-refused="invalid"`) || !strings.Contains(p.Page, "metadata must be JSON in UTF-8, of at most 4096 bytes") {
			t.Errorf("metadata %.20q of %d bytes was answered %d", metadata, len(metadata), p.Status)
		}
	}
	p := c.open(token, "") // what was refused has not used the token up
	c.signIn(p, "harbor", "good", "good")
	if n := c.receive(1); string(n.Data.Metadata) != "null" {
		t.Errorf("metadata %s, want null", n.Data.Metadata)
	}
	for _, unit := range []string{"x", "é", "😀"} {
		for _, size := range []int{4095, 4096} {
			if p := c.open(c.initialize("").TemporaryToken, quoted(unit, size)); p.Status != http.StatusOK {
				t.Errorf("%d bytes of %s were answered %d", size, unit, p.Status)
			}
		}
	}
}

// quoted is a JSON text of so many bytes, made of one letter as far as that goes.
func quoted(unit string, size int) string {
	content := size - len(`""`)
	return `"` + strings.Repeat("x", content%len(unit)) + strings.Repeat(unit, content/len(unit)) + `"`
}

func TestMetadataIsGivenBackAsItCame(t *testing.T) {
	t.Parallel()
	c := start(t)
	const metadata = `{"big":9007199254740993,"exact":1.10,"text":"café 😀 \u00e9 <&>","lone":"\ud83d","list":[null,true,1e400]}`
	p := c.open(c.initialize("").TemporaryToken, metadata)
	c.signIn(p, "harbor", "good", "good")
	if n := c.receive(1); string(n.Data.Metadata) != metadata {
		t.Errorf("given back as %s", n.Data.Metadata)
	}
	p.Press("finish")
	if found := regexp.MustCompile(`data-message="([^"]*)"`).FindStringSubmatch(p.Page); found == nil || !strings.Contains(html.UnescapeString(found[1]), `"big":9007199254740993`) {
		t.Errorf("the opener is messaged %q", found)
	}
}

func TestTheModalListsOnlyInstitutionsWithDocuments(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	p.Submit()
	if text := p.Text(); !strings.Contains(text, "Harbor Bank") || strings.Contains(text, "Keel Credit Union") {
		t.Errorf("the modal lists:\n%s", text)
	}
}

func TestAPersonWhoLeavesIsNoSuccess(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	p.Press("leave")
	if !strings.Contains(p.Page, `data-outcome="exit"`) || !strings.Contains(p.Page, "exited") {
		t.Errorf("the page messages its opener:\n%s", p.Page)
	}
}

func TestATokenOfTheLaterVersionOpensTheModalToo(t *testing.T) {
	t.Parallel()
	c := start(t)
	var apps struct{ Data []struct{ ID string } }
	c.Call("GET", "/applications", nil, &apps)
	c.Call("PATCH", "/applications/"+apps.Data[0].ID+"/settings/taiki", map[string]string{"webhook_url": c.hook.URL + "/taiki"}, nil)
	status, body := c.Do(c.Request("POST", "/api/token", map[string]string{"api_key": access.DevClientID, "api_secret": access.DevSecret}))
	var made struct {
		Token string `json:"access_token"`
		User  string `json:"taiki_user_id"`
	}
	if err := json.Unmarshal(body, &made); status != http.StatusOK || err != nil {
		t.Fatalf("answered %d %s", status, body)
	}
	p := c.open(made.Token, "")
	c.signIn(p, "harbor", "good", "good")
	if n := c.receive(1); n.Data.ClientID != made.User {
		t.Errorf("client_id %q, want %q", n.Data.ClientID, made.User)
	}
}

func TestTheWebhookComesEvenIfThePersonDoesNotWait(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	p.Submit()
	p.Press("choose", "institution", "harbor")
	p.Submit()
	// Without the page, which would wait for the data.
	l, s := c.Server.Verbs.Linking, linking.Session{Kind: fairlead.FrameToken, Token: strings.TrimPrefix(p.At.Path, "/f/")}
	v, err := l.Open(t.Context(), s, "")
	if err != nil {
		t.Fatal(err)
	}
	screen, err := v.Screen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer := fairlead.Answer{Fields: map[string]fairlead.Secret{"user": fairlead.NewSecret("good"), "password": fairlead.NewSecret("NOT_READY_60")}}
	if err := v.Answer(t.Context(), screen.Turn, answer); err != nil {
		t.Fatal(err)
	}
	if screen, err = v.Screen(t.Context()); err != nil || len(screen.Accounts) == 0 {
		t.Fatalf("the modal is at %q (%v)", screen.Stage, err)
	}
	if err := v.Pick(t.Context(), []string{screen.Accounts[0].Ref}); err != nil {
		t.Fatal(err)
	}
	if screen, err = v.Screen(t.Context()); err != nil || screen.Stage != fairlead.StageRetrieving {
		t.Fatalf("the modal is at %q (%v)", screen.Stage, err)
	}
	if err := v.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Go(p.At.String())
	if !strings.Contains(p.Page, "&#34;status&#34;:&#34;error&#34;") || !strings.Contains(p.Page, "&#34;error&#34;:&#34;exited&#34;") {
		t.Errorf("the page messages its opener:\n%s", p.Page)
	}
	if n := len(c.hook.Got()); n != 0 {
		t.Fatalf("%d webhooks before the data was ready", n)
	}
	c.Advance("2m")
	if n := c.receive(1); len(n.Files) == 0 {
		t.Error("the webhook has no files")
	}
}
