package notifying

import (
	"crypto/x509"
	"net/http"
)

// Trust lets a test's own certificate authority be believed.
func (n *Notifying) Trust(roots *x509.CertPool) {
	n.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = roots
}
