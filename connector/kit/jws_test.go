package kit_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

func TestOnlyTheNamedKeysES256Verifies(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(k *ecdsa.PrivateKey, id string) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k, KeyID: id}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign([]byte("payload"))
		if err != nil {
			t.Fatal(err)
		}
		token, _ := signed.CompactSerialize()
		return token
	}
	found := func(_ context.Context, id string) (*ecdsa.PublicKey, error) {
		if id != "k" {
			return nil, fairlead.Errorf(fairlead.Unauthenticated, "nobody's")
		}
		return &key.PublicKey, nil
	}
	if got, err := kit.VerifyES256(t.Context(), sign(key, "k"), found); err != nil || string(got) != "payload" {
		t.Errorf("a good one gives %q, %v", got, err)
	}
	for name, token := range map[string]string{"another key's": sign(other, "k"), "an unknown key's": sign(key, "x"), "no key's": sign(key, ""), "nothing": "", "torn": sign(key, "k")[:60]} {
		if _, err := kit.VerifyES256(t.Context(), token, found); !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s is %v", name, err)
		}
	}
}

func TestAKeyIsAPointOfItsCurve(t *testing.T) {
	t.Parallel()
	encode := base64.RawURLEncoding.EncodeToString
	for name, c := range map[string][2]string{"no base64": {"!", "!"}, "no point": {encode(make([]byte, 32)), encode(make([]byte, 32))}, "too long": {encode(make([]byte, 33)), ""}} {
		if _, err := kit.P256(c[0], c[1]); err == nil {
			t.Errorf("%s is a key", name)
		}
	}
}

func TestAFileArrivesByteForByteAndUnderItsCap(t *testing.T) {
	t.Parallel()
	want := string([]byte{0xff, 0x00, 0xfe, '%', 0xc3, 0x28})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/file":
			_, _ = w.Write([]byte(want))
		case "/html":
			_, _ = w.Write([]byte("<html>"))
		case "/large":
			_, _ = w.Write([]byte(strings.Repeat("x", 2000)))
		case "/gone":
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	t.Cleanup(server.Close)
	api := kit.API{Client: server.Client(), MaxBytes: 1000}
	if got, _, err := api.PostFile(t.Context(), server.URL+"/file", nil, map[string]string{}); err != nil || string(got) != want {
		t.Errorf("the file is %q, %v", got, err)
	}
	for path, kind := range map[string]fairlead.ErrorKind{"/html": fairlead.InstitutionDown, "/large": fairlead.InstitutionDown, "/empty": fairlead.InstitutionDown, "/gone": fairlead.SlowDown} {
		if _, _, err := api.GetFile(t.Context(), server.URL+path, nil); !fairlead.Is(err, kind) {
			t.Errorf("%s is %v", path, err)
		}
	}
}
