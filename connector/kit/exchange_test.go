package kit_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

func TestKeysFollowNoRedirect(t *testing.T) {
	t.Parallel()
	visits := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits++ }))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		_, api := answering(t, status, map[string]string{"Location": elsewhere.URL}, "")
		s, _ := answering(t, status, map[string]string{"Location": elsewhere.URL}, "")
		err := api.Post(t.Context(), s.URL, http.Header{"X-Secret": {"canary"}}, map[string]string{"token": "canary"}, nil)
		if !fairlead.Is(err, fairlead.InstitutionDown) {
			t.Errorf("%d is %v", status, err)
		}
	}
	if visits != 0 {
		t.Errorf("keys went along %d times", visits)
	}
}

func TestACertificateThatDoesNotVerifySaysWhoMustAct(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	api := kit.API{Client: &http.Client{}}
	err := api.Get(t.Context(), s.URL, nil, nil)
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind != fairlead.InstitutionDown || e.Code != kit.CodeCertificate || !strings.Contains(e.Detail, "must mend it") {
		t.Errorf("it is %v", err)
	}
	if _, _, err := api.GetFile(t.Context(), s.URL, nil); !errors.As(err, &e) || e.Code != kit.CodeCertificate {
		t.Errorf("of a file it is %v", err)
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

// A guarded client asks for nothing packed, because what is packed could burst its cap;
// some servers pack all the same.
func TestAnAnswerThatCamePackedIsReadUnderItsCap(t *testing.T) {
	t.Parallel()
	packed := map[string]string{"Content-Encoding": "gzip"}
	for name, c := range map[string]struct {
		header map[string]string
		body   string
		word   string
		kind   fairlead.ErrorKind
	}{
		"packed":               {packed, zipped(`{"word":"a"}`), "a", ""},
		"a byte order mark":    {nil, "\ufeff" + `{"word":"b"}`, "b", ""},
		"both":                 {packed, zipped("\ufeff" + `{"word":"c"}`), "c", ""},
		"a bomb":               {packed, zipped(`{"word":"` + strings.Repeat("0", 4<<20) + `"}`), "", fairlead.InstitutionDown},
		"torn":                 {packed, zipped(`{"word":"d"}`)[:20], "", fairlead.InstitutionDown},
		"not packed after all": {packed, `{"word":"e"}`, "", fairlead.InstitutionDown},
	} {
		s, api := answering(t, 200, c.header, c.body)
		api.Client = &http.Client{Transport: &http.Transport{DisableCompression: true}}
		api.MaxBytes = 1 << 20
		var v memory
		err := api.Get(t.Context(), s.URL, nil, &v)
		if fairlead.KindOf(err) != c.kind && err != nil || (err == nil) != (c.kind == "") || v.Word != c.word {
			t.Errorf("%s: %q, %v", name, v.Word, err)
		}
	}
	s, api := answering(t, 400, packed, zipped(`{"code":"canary"}`))
	api.Client = &http.Client{Transport: &http.Transport{DisableCompression: true}}
	if r, ok := errors.AsType[*kit.Refusal](api.Get(t.Context(), s.URL, nil, nil)); !ok || string(r.Body) != `{"code":"canary"}` {
		t.Errorf("a refusal is %+v", r)
	}
}

func TestAFieldOfAnotherTypeIsMissingWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	s, api := answering(t, 200, nil, `{"word":["x"],"other":"y"}`)
	var v struct {
		Word, Other string
	}
	if err := api.Get(t.Context(), s.URL, nil, &v); !fairlead.Is(err, fairlead.InstitutionDown) {
		t.Errorf("it is %v", err)
	}
	api.Lenient = true
	if err := api.Get(t.Context(), s.URL, nil, &v); err != nil || v.Word != "" || v.Other != "y" {
		t.Errorf("it is %+v, %v", v, err)
	}
}

func TestANumberIsExactHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12.30": "12.30", "-0": "0", "-0.00": "0.00", "1.2345678": "1.2345678", "1e3": "1000", "1.5E+2": "150.0", "25e-2": "0.25", "-1E0": "-1",
		" 7 ": "7", "9999999999999999999.99": "9999999999999999999.99", "1e40": "1" + strings.Repeat("0", 40),
		"": "", "NaN": "", "Infinity": "", "1e": "", "e3": "", "1e41": "", "1e999999999999": "", "0x10": "", "1_000": "", "1,000": "", "1e1.5": "",
		strings.Repeat("9", 60) + "e1": "", "--1": "",
	} {
		d, err := kit.ParseDecimal(text)
		if (err != nil) != (want == "") || err == nil && d.String() != want {
			t.Errorf("%q is %s, %v", text, d, err)
		}
	}
}

// FuzzParseDecimal holds that whatever was read can be stored and read again.
func FuzzParseDecimal(f *testing.F) {
	for _, text := range []string{"1", "-0.00", "1.5e3", "1e-40", strings.Repeat("9", 60)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := kit.ParseDecimal(text)
		if err != nil {
			return
		}
		again, err := fairlead.ParseDecimal(d.String())
		if err != nil || again.Cmp(d) != 0 {
			t.Errorf("%q is %s, and then %s, %v", text, d, again, err)
		}
	})
}
