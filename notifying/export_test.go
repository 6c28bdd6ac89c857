package notifying

import "crypto/x509"

// Trust lets a test's own certificate authority be believed.
func (n *Notifying) Trust(roots *x509.CertPool) {
	n.options.Roots = roots
	n.restart()
}

// Share changes how many posts the queues make together.
func (n *Notifying) Share(posts int) {
	n.options.Shared = posts
	n.restart()
}

// Hold changes how many bytes of bodies a run holds.
func (n *Notifying) Hold(bytes int) {
	n.options.Bytes = bytes
	n.restart()
}

func (n *Notifying) restart() {
	if err := n.start(); err != nil {
		panic(err)
	}
}
