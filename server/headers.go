package server

import (
	"maps"
	"net/http"
	"strings"
)

// hstsValue makes browsers come back by https only, for two years.
const hstsValue = "max-age=63072000; includeSubDomains"

// noFeatures is every power of a browser that no page of this server wants.
var noFeatures = strings.Join([]string{
	"accelerometer=()", "autoplay=()", "browsing-topics=()", "camera=()", "display-capture=()", "encrypted-media=()", "geolocation=()",
	"gyroscope=()", "hid=()", "idle-detection=()", "local-fonts=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()",
	"publickey-credentials-create=()", "publickey-credentials-get=()", "screen-wake-lock=()", "serial=()", "usb=()", "xr-spatial-tracking=()",
}, ", ")

// withHeaders gives every answer the headers that tell a browser to do nothing with
// it: not to guess what it is, load anything for it, frame it, hand it to another
// site, or hold a window that opened it. What is more than data (the hosted page,
// the reference, a document, link.js) says more precisely what is right for it, and
// its word counts. overTLS: the public address is https.
func withHeaders(next http.Handler, overTLS bool) http.Handler {
	always := http.Header{}
	if overTLS {
		always.Set("Strict-Transport-Security", hstsValue)
	}
	always.Set("X-Content-Type-Options", "nosniff")
	always.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	always.Set("Cross-Origin-Opener-Policy", "same-origin")
	always.Set("Cross-Origin-Resource-Policy", "same-origin")
	always.Set("Permissions-Policy", noFeatures)
	always.Set("Referrer-Policy", "no-referrer")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), always) // whose values nobody writes: who says it otherwise sets another
		next.ServeHTTP(w, r)
	})
}
