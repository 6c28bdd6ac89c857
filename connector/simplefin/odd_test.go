package simplefin_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/simplefin"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// sound is an account beside which an odd one stands.
const sound = `{"org":{"domain":"mill.example","name":"Mill"},"id":"A1","name":"Checking","currency":"USD","balance":"10.00","balance-date":1795996800,"transactions":[{"id":"T1","posted":1795996800,"amount":"-1.50","description":"Tea"}]}`

// read collects from a server that answers with a body as it is.
func read(t *testing.T, body string) (data, error) {
	t.Helper()
	s := standIn(t)
	l := link(t, s)
	l.session.Secrets = map[string]fairlead.Secret{"access_url": l.session.Secrets["access_url"]}
	s.Change(func(s *simplefintest.Server) { s.Body = body })
	return l.collect(fairlead.DateOf(now).AddDays(-5))
}

func TestOneOddAccountOrRowStopsNoOther(t *testing.T) {
	t.Parallel()
	row := func(fields string) string {
		return strings.Replace(sound, `"transactions":[`, `"transactions":[{"id":"ODD",`+fields+`},`, 1)
	}
	for name, c := range map[string]struct {
		account string
		rows    int    // of the account that is sound
		said    string // code of what is said to be missing; "": nothing
	}{
		"an account that is a text":    {`"A2",` + sound, 1, ""},
		"an account that is null":      {`null,` + sound, 1, ""},
		"rows that are an object":      {`{"org":{"domain":"mill.example"},"id":"A2","currency":"USD","balance":"1","transactions":{}},` + sound, 1, ""},
		"holdings that are a text":     {`{"org":{"domain":"mill.example"},"id":"A2","currency":"USD","balance":"1","holdings":"none","transactions":[]},` + sound, 1, ""},
		"an organisation that is text": {`{"org":"mill","id":"A2","currency":"USD","balance":"1","transactions":[]},` + sound, 1, ""},
		"a row that is a text":         {strings.Replace(sound, `"transactions":[`, `"transactions":["x",`, 1), 1, "transaction_left_out"},
		"a row without an amount":      {row(`"posted":1795996800,"amount":null`), 1, "transaction_left_out"},
		"numbers for texts":            {row(`"posted":"1795996800","amount":-2.5,"description":42`), 2, ""},
		"an exponent":                  {row(`"posted":1.7959968e9,"amount":-1.25e1,"description":"x"`), 2, ""},
		"seven decimals":               {row(`"posted":1795996800.5,"amount":"-1.2345678","description":"x"`), 2, ""},
		"a negative zero":              {row(`"posted":1795996800,"amount":"-0.00","description":"x"`), 2, ""},
		"lists for texts":              {row(`"posted":1795996800,"amount":"-2","description":["x"],"payee":{"name":"y"}`), 2, ""},
	} {
		d, err := read(t, `{"errors":[],"accounts":[`+c.account+`]}`)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		ref := d.account(t, "Checking").Ref
		if rows := d.rows(ref); len(rows) != c.rows {
			t.Errorf("%s: %d rows: %+v", name, len(rows), rows)
		}
		if _, ok := d.missing(fairlead.ProductTransactions, c.said); ok != (c.said != "") {
			t.Errorf("%s: said is %+v", name, d[fairlead.ProductTransactions].Partial)
		}
	}
}

func TestErrorsAreReadInWhateverShapeTheyCome(t *testing.T) {
	t.Parallel()
	for _, list := range []string{`"errors":"Connection to Mill may need attention"`, `"errors":["Connection to Mill may need attention"]`, `"errlist":{"code":"con.auth","message":"Connection to Mill may need attention"}`, `"errlist":[{"code":"con.auth","msg":"Connection to Mill may need attention"}]`} {
		d, err := read(t, `{`+list+`,"accounts":[`+sound+`]}`)
		if err != nil {
			t.Errorf("%s: %v", list, err)
			continue
		}
		if m, ok := d.missing(fairlead.ProductAccounts, "bank_sign_in"); !ok || !strings.Contains(m.Err.Error(), "Mill") || len(d.rows(d.account(t, "Checking").Ref)) != 1 {
			t.Errorf("%s: %+v", list, d[fairlead.ProductAccounts].Partial)
		}
	}
}

func TestFieldsThatTheProtocolDoesNotHaveAreStillThere(t *testing.T) {
	t.Parallel()
	body := strings.NewReplacer(
		`"id":"A1"`, `"id":"A1","product":"Gold\u202e","limit":-5.50,"nested":{"a":1},"extra":{"nickname":"Ours"}`,
		`"id":"T1"`, `"id":"T1","category":"Groceries","reference":null`,
	).Replace(sound)
	body = strings.Replace(body, `"transactions":`, `"holdings":[{"id":"H1","symbol":"VTI","shares":"1","market_value":"2","value":"9","sector":"Funds"}],"transactions":`, 1)
	d, err := read(t, `{"errors":[],"accounts":[`+body+`]}`)
	if err != nil {
		t.Fatal(err)
	}
	a := d.account(t, "Checking")
	if a.Extra["simplefin.product"] != "Gold" || a.Extra["simplefin.limit"] != "-5.50" || a.Extra["simplefin.nickname"] != "Ours" || a.Extra["simplefin.nested"] != nil || a.Extra["simplefin.balance"] != nil {
		t.Errorf("the account has %v", a.Extra)
	}
	if r := d.rows(a.Ref)[0]; r.Extra["simplefin.category"] != "Groceries" || len(r.Extra) != 1 {
		t.Errorf("the row has %v", r.Extra)
	}
	if h := d[fairlead.ProductHoldings].Holdings[0]; h.Extra["simplefin.sector"] != "Funds" || h.Value.String() != "2 USD" {
		t.Errorf("the position has %v, %v", h.Value, h.Extra)
	}
}

// Rows that came stay, and what the server says of the wait is known.
func TestALimitInTheMiddleOfTheHistoryLeavesWhatCameBefore(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	l := link(t, s)
	s.Change(func(s *simplefintest.Server) {
		s.Faults = []simplefintest.Fault{simplefintest.None, simplefintest.TooMany}
	})
	d, err := l.collect(fairlead.Date{})
	if err != nil || len(d.rows(d.account(t, "Everyday 4411").Ref)) < 50 || d[fairlead.ProductTransactions].ServedFrom.IsZero() {
		t.Fatalf("%v, %d rows", err, len(d[fairlead.ProductTransactions].Transactions))
	}
	m, ok := d.missing(fairlead.ProductTransactions, "quota")
	if e, _ := errors.AsType[*fairlead.Error](m.Err); !ok || e.Kind != fairlead.SlowDown || e.RetryAfter <= 0 {
		t.Errorf("said is %+v", d[fairlead.ProductTransactions].Partial)
	}
	// A call that was not made is no limit of the server's: the collection goes on later.
	l.session.Once = onceByName()
	calls := 0
	l.session.Count = func(context.Context) error {
		if calls++; calls > 1 {
			return &fairlead.Error{Kind: fairlead.SlowDown, RetryAfter: 3600e9}
		}
		return nil
	}
	req := connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 1000}
	for range 3 {
		page, err := simplefin.New().Fetch(t.Context(), l.session, req)
		if fairlead.Is(err, fairlead.SlowDown) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		req.Cursor = page.Cursor
	}
	t.Error("a call that the quota forbids ended the history")
}

func TestACertificateThatFailsLaterSaysWhoMustAct(t *testing.T) {
	t.Parallel()
	s := simplefintest.StartTLS()
	t.Cleanup(s.Close)
	s.Household(now)
	l := link(t, s)
	l.session.Client = &http.Client{}
	_, err := l.collect(fairlead.Date{})
	if e, ok := errors.AsType[*fairlead.Error](err); !ok || e.Code != kit.CodeCertificate || !strings.Contains(e.Detail, "must mend it") {
		t.Errorf("it is %v", err)
	}
	noSecrets(t, s, err.Error())
}
