package notifying

import (
	"crypto/x509"
	"net/http"
)

// Trust lets a test's own certificate authority be believed.
func (n *Notifying) Trust(roots *x509.CertPool) {
	n.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = roots
}

// Share changes how many attempts the lanes have together.
func (n *Notifying) Share(attempts int) { n.room = make(room, attempts) }
