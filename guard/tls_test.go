package guard

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOnlyTrustedServersOfTLSOnePointTwoAndLaterAreSpokenTo(t *testing.T) {
	t.Parallel()
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		s.TLS = &tls.Config{MinVersion: version, MaxVersion: version}
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		transport, err := Transport(Policy{Loopback: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(transport.CloseIdleConnections)
		call := func() error {
			response, err := (&http.Client{Transport: transport}).Get(s.URL)
			if err == nil {
				response.Body.Close()
			}
			return err
		}
		if call() == nil {
			t.Errorf("%s: a certificate that nobody trusts is taken", tls.VersionName(version))
		}
		transport.CloseIdleConnections()
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		transport.TLSClientConfig.RootCAs.AddCert(s.Certificate())
		if err := call(); (err == nil) != want {
			t.Errorf("%s: %v, want it spoken: %v", tls.VersionName(version), err, want)
		}
	}
}
