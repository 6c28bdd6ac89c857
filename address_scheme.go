package fairlead

import "strings"

// webScheme reports whether an address is one of the web.
func webScheme(scheme string) bool { return scheme == "https" || scheme == "http" }

// appScheme reports whether a scheme is an app's own: a domain that its maker has,
// reversed, as in com.example.app (RFC 8252, section 7.1). No scheme that a browser or
// an operating system gives a meaning to (javascript, intent, ms-msdt, view-source) has
// such a name, so that none has to be listed.
func appScheme(scheme string) bool {
	labels := strings.Split(strings.ToLower(scheme), ".")
	if len(labels) < 2 || labels[0] == "" || labels[0][0] < 'a' || labels[0][0] > 'z' {
		return false
	}
	for _, l := range labels {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}
