package linking_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

func (x *fixture) work(kind fairlead.WorkKind, key string) fairlead.Work {
	return fairlead.Work{Kind: kind, Key: key, Tenant: x.tenant}
}

func TestALinkLeftOpenExpires(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	out, err := x.l.Expire(t.Context(), x.work(fairlead.ExpireWork, "links"))
	must(t, err)
	if out.Again.IsZero() {
		t.Fatal("it did not wait for its time")
	}
	x.advance(31 * time.Minute)
	if _, err = x.l.Expire(t.Context(), x.work(fairlead.ExpireWork, "links")); err != nil {
		t.Fatal(err)
	}
	s := p.screen()
	if s.Link.Status != fairlead.LinkExpired || x.kinds()[len(x.kinds())-1] != fairlead.EventLinkExpired {
		t.Errorf("status %s, published %v", s.Link.Status, x.kinds())
	}
	if c := x.consent(s.Link.Consent); c.Status != fairlead.ConsentFailed {
		t.Errorf("the consent is %s", c.Status)
	}
	wantKind(t, p.visit().Retry(t.Context()), fairlead.Gone)
}

func TestALinkWithAConnectionThatIsLeftOpenIsFinished(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.connect("good")
	x.advance(31 * time.Minute)
	if s := p.screen(); !s.Ended || s.Link.Status != fairlead.LinkFinished {
		t.Errorf("ended %v as %s", s.Ended, s.Link.Status)
	}
}

func TestAnEndedLinkKeepsNothingThatItsOldKeyOpens(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) { a.Hints = fairlead.PersonDetails{Email: "alice@example.com"} })
	p.connect("good")
	_, err := p.visit().Finish(t.Context())
	must(t, err)
	link, err := x.l.Link(t.Context(), x.tenant, p.link)
	must(t, err)
	if link.Hints != nil || link.Conversation != nil || link.Key == nil || link.Result == nil {
		t.Errorf("hints %d bytes, conversation %v, key %d, result %d", len(link.Hints), link.Conversation, len(link.Key), len(link.Result))
	}
	_, err = x.erase.PruneLink(t.Context(), x.work(fairlead.PruneWork, string(p.link)))
	must(t, err)
	if link, err = x.l.Link(t.Context(), x.tenant, p.link); err != nil || link.Key != nil || link.Result != nil {
		t.Errorf("pruned: %v, key %d bytes", err, len(link.Key))
	}
	_, err = x.l.Open(t.Context(), p.s, p.link)
	wantKind(t, err, fairlead.Unauthenticated)
	d, err := x.reads.PersonDetails(t.Context(), x.tenant, link.Person)
	if err != nil || d.Email != "alice@example.com" {
		t.Errorf("the person's own details: %v", err)
	}
}

func TestALinkThatBroughtNothingGoesNinetyDaysAfterItsEndWithWhomNobodyNamed(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) { a.Reference = "" })
	link, err := x.l.Cancel(t.Context(), x.tenant, p.link)
	must(t, err)
	for _, step := range []struct {
		days int
		gone bool
	}{{1, false}, {88, false}, {1, true}} {
		x.advance(time.Duration(step.days) * 24 * time.Hour)
		out, err := x.erase.PruneLink(t.Context(), x.work(fairlead.PruneWork, string(p.link)))
		must(t, err)
		_, err = x.l.Link(t.Context(), x.tenant, p.link)
		_, of := x.reads.PersonDetails(t.Context(), x.tenant, link.Person)
		if fairlead.Is(err, fairlead.NotFound) != step.gone || fairlead.Is(of, fairlead.NotFound) != step.gone || out.Again.IsZero() != step.gone {
			t.Errorf("after %d days more: the link %v, the person %v, again %s", step.days, err, of, out.Again)
		}
	}
	named := x.open(nil)
	link, err = x.l.Cancel(t.Context(), x.tenant, named.link)
	must(t, err)
	x.advance(91 * 24 * time.Hour)
	_, err = x.erase.PruneLink(t.Context(), x.work(fairlead.PruneWork, string(named.link)))
	must(t, err)
	if _, err := x.reads.PersonDetails(t.Context(), x.tenant, link.Person); err != nil {
		t.Errorf("a person whom the application named: %v", err)
	}
}

func TestNothingTypedIsStoredInTheOpen(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) { a.Hints = fairlead.PersonDetails{Phone: "+15550001234"} })
	p.toLogin("harbor")
	must(t, p.visit().Answer(t.Context(), p.screen().Turn, fields("user", "otp+MARKERUSER", "password", "MARKERPASSWORD")))
	link, err := x.l.Link(t.Context(), x.tenant, p.link)
	must(t, err)
	raw, err := json.Marshal(link)
	must(t, err)
	s := p.screen()
	must(t, p.visit().Answer(t.Context(), s.Turn, fields("code", "1234")))
	conn := p.share().Connected[0].Connection
	stored, err := json.Marshal(conn)
	must(t, err)
	for _, secret := range []string{"MARKERUSER", "MARKERPASSWORD", "15550001234"} {
		if bytes.Contains(raw, []byte(secret)) || bytes.Contains(stored, []byte(secret)) {
			t.Errorf("%s is stored in the open", secret)
		}
	}
}

func TestCancellingEndsALinkAndIsRepeatable(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	for range 2 {
		link, err := x.l.Cancel(t.Context(), x.tenant, p.link)
		must(t, err)
		if link.Status != fairlead.LinkExited {
			t.Errorf("status %s", link.Status)
		}
	}
	if n := len(slices.DeleteFunc(x.kinds(), func(k fairlead.EventKind) bool { return k != fairlead.EventLinkExited })); n != 1 {
		t.Errorf("published %d times", n)
	}
}

func TestDisconnectingErasesTheSecretsAndRevokesTheConsent(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	conn := x.open(nil).connect("good")
	for range 2 {
		must(t, x.consents.Disconnect(t.Context(), x.tenant, conn.ID, "app_test", fairlead.ConsentRevokedByApplication))
	}
	c := x.connection(conn.ID)
	if c.Status != fairlead.ConnectionDisconnected || c.Key != nil || c.Secrets != nil || c.Ended.IsZero() {
		t.Errorf("%s with a key of %d and secrets of %d bytes", c.Status, len(c.Key), len(c.Secrets))
	}
	if got := x.consent(conn.Consent).Status; got != fairlead.ConsentRevokedByApplication {
		t.Errorf("the consent is %s", got)
	}
	if x.due(fairlead.CollectWork, string(conn.ID)) || !x.due(fairlead.EraseWork, string(conn.ID)) {
		t.Error("the work is not as it must be")
	}
	if got := x.kinds(); !slices.Equal(got[len(got)-2:], []fairlead.EventKind{fairlead.EventConsentRevoked, fairlead.EventConnectionDisconnected}) {
		t.Errorf("published %v", got)
	}
	wantKind(t, x.consents.RevokeConsent(t.Context(), x.tenant, conn.Consent, "app_test", fairlead.ConsentRevokedByApplication), fairlead.Conflict)
}

func TestRevokingAConsentEndsItsConnection(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	conn := x.open(nil).connect("good")
	must(t, x.consents.RevokeConsent(t.Context(), x.tenant, conn.Consent, "person", fairlead.ConsentRevokedByPerson))
	if c := x.connection(conn.ID); c.Status != fairlead.ConnectionDisconnected {
		t.Errorf("the connection is %s", c.Status)
	}
}

func TestAConsentWarnsBeforeItsEndAndThenNeedsThePerson(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	conn := x.open(func(a *linking.CreateRequest) { a.Spec.Validity = 1 }).connect("good")
	consent := x.consent(conn.Consent)
	w := x.work(fairlead.ExpireWork, string(consent.ID))
	run := func() time.Time {
		t.Helper()
		out, err := x.consents.Expire(t.Context(), w)
		must(t, err)
		return out.Again
	}
	if again := run(); !again.Equal(consent.Expires.Add(-7 * 24 * time.Hour)) {
		t.Fatalf("again at %s, the consent ends at %s", again, consent.Expires)
	}
	x.advance(consent.Expires.Sub(consent.GrantedAt) - 7*24*time.Hour + time.Minute)
	for range 2 {
		if again := run(); !again.Equal(consent.Expires) {
			t.Fatalf("again at %s", again)
		}
	}
	x.advance(7 * 24 * time.Hour)
	run()
	run()
	if c := x.connection(conn.ID); c.Status != fairlead.ConnectionNeedsAction || c.Problem.Kind != fairlead.ConsentEnded || c.Problem.Actor != fairlead.ActorPerson {
		t.Errorf("the connection is %s with %+v", c.Status, c.Problem)
	}
	got := x.kinds()
	want := []fairlead.EventKind{fairlead.EventConsentExpiring, fairlead.EventConsentExpired, fairlead.EventConnectionNeedsAction}
	if !slices.Equal(got[len(got)-3:], want) {
		t.Errorf("published %v, want %v at the end", got, want)
	}
}

func TestErasingAPersonLeavesTombstonesOnly(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) {
		a.Hints.Email, a.Spec.Metadata = "alice@example.com", json.RawMessage(`{"who":"alice"}`)
	})
	conn := p.connect("good")
	_, err := p.visit().Finish(t.Context())
	must(t, err)
	open := x.open(nil)
	x.update(func(tx *store.Tx) error {
		return tx.Records.Upsert(x.tenant, conn.ID, []fairlead.Record{{
			ID: "acc_1", Tenant: x.tenant, Connection: conn.ID, Kind: fairlead.AccountRecord, Ref: "1", Version: 1, Changed: conn.Created, Body: json.RawMessage(`{"name":"Alice's"}`),
		}})
	})
	var linked fairlead.EventID // published again and again
	x.view(func(tx *store.Tx) error {
		page, err := tx.Events.After(x.tenant, store.EventQuery{Kinds: []fairlead.EventKind{fairlead.EventConnectionLinked}})
		linked = page[0].ID
		return err
	})
	for n := range 250 {
		delivery := fairlead.Delivery{ID: fairlead.DeliveryID(fmt.Sprintf("dlv_%03d", n)), Tenant: x.tenant, Event: linked, State: fairlead.DeliveryDelivered}
		if n == 123 {
			delivery.State = fairlead.DeliveryWaiting
		}
		x.update(func(tx *store.Tx) error { return tx.Deliveries.Put(x.tenant, &delivery) })
	}
	x.update(func(tx *store.Tx) error { // an outside service has a name for it
		conn, err := tx.Connections.Get(x.tenant, string(conn.ID))
		must(t, err)
		conn.Upstream = "digest of item-1"
		return tx.Connections.Put(x.tenant, &conn)
	})
	must(t, x.erase.ErasePerson(t.Context(), x.tenant, conn.Person, "app_test"))
	_, err = x.reads.Person(t.Context(), x.tenant, "alice")
	wantKind(t, err, fairlead.NotFound)
	if link, _ := x.l.Link(t.Context(), x.tenant, open.link); link.Status != fairlead.LinkExited {
		t.Errorf("the open link is %s", link.Status)
	}
	erase := func() time.Time {
		t.Helper()
		out, err := x.erase.Erase(t.Context(), x.work(fairlead.EraseWork, string(conn.Person)))
		must(t, err)
		return out.Again
	}
	if erase().IsZero() || x.connection(conn.ID).Reference == "" {
		t.Error("what the deliveries of the end are made of went at once")
	}
	x.view(func(tx *store.Tx) error {
		n, err := tx.Records.Count(x.tenant, conn.ID)
		if n[fairlead.AccountRecord] != 0 {
			t.Error("the records did not go at once")
		}
		return err
	})
	x.advance(2 * time.Hour)
	if again := erase(); !again.IsZero() {
		t.Errorf("again at %s", again)
	}
	x.view(func(tx *store.Tx) error {
		changes, err := tx.Records.Changes(x.tenant, conn.ID, 0, 10)
		if err != nil || len(changes) != 1 || !changes[0].Removed || len(changes[0].Body) > 0 {
			t.Errorf("the feed after erasing: %+v, %v", changes, err)
		}
		link, err := tx.Links.Get(x.tenant, string(p.link))
		raw, _ := json.Marshal([]any{link, x.connection(conn.ID), x.consent(conn.Consent)})
		if bytes.Contains(raw, []byte("alice")) {
			t.Errorf("the reference is still there: %s", raw)
		}
		if err != nil {
			return err
		}
		left, err := tx.Deliveries.List(x.tenant, store.Query{Where: []store.Match{store.By(store.ByEvent, string(linked))}, Limit: 1000})
		if err != nil || len(left) != 1 || left[0].State != fairlead.DeliveryWaiting {
			t.Errorf("%d deliveries are left, want the one that waits; %v", len(left), err)
		}
		events, err := tx.Events.After(x.tenant, store.EventQuery{Limit: 1000})
		if raw, _ = json.Marshal(events); bytes.Contains(raw, []byte("alice")) || len(events) == 0 {
			t.Errorf("the reference is still in the events: %s", raw)
		}
		return err
	})
	if c := x.consent(conn.Consent); c.Status != fairlead.ConsentErased {
		t.Errorf("the consent is %s", c.Status)
	}
	if c := x.connection(conn.ID); c.Identity+c.Login+c.Upstream != "" {
		t.Errorf("names of the login are still there: %q, %q, %q", c.Identity, c.Login, c.Upstream)
	}
	if again := x.open(nil).connect("good"); again.ID == conn.ID || again.Person == conn.Person {
		t.Error("the erased connection came back")
	}
}

func TestAnUploadedStatementBecomesAConnectionFedByFiles(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	ctx := t.Context()
	p := x.open(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageConversation, fairlead.StageResult}
	})
	p.toLogin("statement")
	file, err := p.visit().Upload(ctx, "march.ofx", strings.NewReader(statement))
	must(t, err)
	if file.Size != int64(len(statement)) {
		t.Errorf("stored %d of %d bytes", file.Size, len(statement))
	}
	field := p.screen().Step.Form.Fields[0].Name
	must(t, p.visit().Answer(ctx, p.screen().Turn, fairlead.Answer{Files: map[string]fairlead.File{field: file}}))
	must(t, p.visit().Answer(ctx, p.screen().Turn, fields("import", "yes")))
	s := p.at(fairlead.StageResult)
	conn := s.Connected[0].Connection
	if !conn.Uploaded || len(conn.Waiting) != 1 {
		t.Fatalf("uploaded %v, waiting %v", conn.Uploaded, conn.Waiting)
	}
	sealed, err := x.bucket.Get(ctx, file.Blob)
	must(t, err)
	defer sealed.Close()
	plain, err := x.vault.Streams().Open(conn.Key, sealing.ConnectionKey(conn).At(file.Blob, sealing.File), sealed)
	must(t, err)
	read, err := io.ReadAll(plain)
	if err != nil || string(read) != statement {
		t.Errorf("the connection's key reads %d bytes: %v", len(read), err)
	}
	_, err = p.visit().Finish(ctx)
	must(t, err)
	_, err = x.erase.PruneLink(ctx, x.work(fairlead.PruneWork, string(p.link)))
	must(t, err)
	if again, err := x.bucket.Get(ctx, file.Blob); err != nil {
		t.Error("pruning the link took the connection's file")
	} else {
		again.Close()
	}
	must(t, x.consents.Disconnect(ctx, x.tenant, conn.ID, "app_test", fairlead.ConsentRevokedByApplication))
	_, err = x.erase.Erase(ctx, x.work(fairlead.EraseWork, string(conn.ID)))
	must(t, err)
	_, err = x.bucket.Get(ctx, file.Blob)
	wantKind(t, err, fairlead.NotFound)
}

func TestAFileOfAnotherLinkIsNoAnswer(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	spec := func(a *linking.CreateRequest) { a.Spec.Stages = []fairlead.Stage{fairlead.StageConversation} }
	one, two := x.open(spec), x.open(spec)
	one.toLogin("statement")
	two.toLogin("statement")
	file, err := one.visit().Upload(t.Context(), "march.ofx", strings.NewReader(statement))
	must(t, err)
	s := two.screen()
	err = two.visit().Answer(t.Context(), s.Turn, fairlead.Answer{Files: map[string]fairlead.File{s.Step.Form.Fields[0].Name: file}})
	wantKind(t, err, fairlead.Invalid)
	options := x.options
	options.MaxUpload = 10
	visit, err := linking.New(options).Open(t.Context(), one.s, one.link)
	must(t, err)
	_, err = visit.Upload(t.Context(), "march.ofx", strings.NewReader(statement))
	wantKind(t, err, fairlead.TooLarge)
}

func TestSixteenFilesAtOnceDoNotPassTheLimit(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(func(a *linking.CreateRequest) { a.Spec.Stages = []fairlead.Stage{fairlead.StageConversation} })
	p.toLogin("statement")
	for range 30 {
		_, err := p.visit().Upload(t.Context(), "march.ofx", strings.NewReader("x"))
		must(t, err)
	}
	var visits []*linking.Visit
	for range 16 {
		visits = append(visits, p.visit())
	}
	results := make(chan error, len(visits))
	for _, v := range visits {
		go func() {
			_, err := v.Upload(t.Context(), "march.ofx", strings.NewReader("x"))
			results <- err
		}()
	}
	for range visits {
		if err := <-results; err != nil {
			wantKind(t, err, fairlead.TooLarge)
		}
	}
	link, err := x.l.Link(t.Context(), x.tenant, p.link)
	if must(t, err); len(link.Uploads) != 40 {
		t.Errorf("%d files of at most 40", len(link.Uploads))
	}
}

const statement = `OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260331120000<LANGUAGE>ENG<FI><ORG>Any Bank<FID>123</FI></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>123456789<ACCTID>0001234<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260305<TRNAMT>-12.30<FITID>A1<NAME>Groceries</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
`
