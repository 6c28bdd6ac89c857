package client

import "embed"

// Guide is the README file, for the pages at /docs of a server.
//
//go:embed README.md
var Guide embed.FS
