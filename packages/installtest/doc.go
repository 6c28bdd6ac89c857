// Package installtest installs each package as it is packed into an empty project,
// and uses it there against a running server.
package installtest
