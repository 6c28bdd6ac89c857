package kit

import (
	"bufio"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// CodeCertificate is the code of an error that says that a certificate does not verify.
const CodeCertificate = "certificate"

// Once is a client that follows no redirect: keys in headers and bodies would go along to
// wherever it leads. nil: the usual client.
func Once(c *http.Client) *http.Client {
	var plain http.Client
	if c != nil {
		plain = *c
	}
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &plain
}

// Untrusted reports whether a server's certificate could not be verified.
func Untrusted(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, named := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return verification || unknown || named || invalid
}

// Body is what a response brings, unpacked where its server packed it though that was not
// requested. What is read from it is to be capped.
func Body(resp *http.Response) (io.Reader, error) {
	body := bufio.NewReader(resp.Body)
	switch strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))) {
	case "gzip", "x-gzip":
		if _, err := body.Peek(1); errors.Is(err, io.EOF) {
			return body, nil // nothing, which is not packed
		}
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, fmt.Errorf("kit: unpacking an answer: %w", err)
		}
		body = bufio.NewReader(unpacked)
	}
	if mark, err := body.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = body.Discard(len(mark)) // JSON has no byte order mark
	}
	return body, nil
}

// causeOf is why an exchange failed. The standard library puts the whole address into the
// error, query and all: only the cause is passed on.
func causeOf(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

func untrusted(err error) error {
	return &fairlead.Error{
		Kind: fairlead.InstitutionDown, Code: CodeCertificate, Err: fmt.Errorf("kit: calling the institution: %w", err),
		Detail: "The certificate of the institution's server can't be verified: whoever runs that server must mend it.",
	}
}
