// Package packages holds what people install from registries: @fairlead/link,
// @fairlead/react and @fairlead/node, and the Python package. To Go it gives their
// README files, for the pages at /docs; installtest installs and uses them.
package packages

import "embed"

// Guides are the README files, by their path below this folder.
//
//go:embed link/README.md node/README.md react/README.md python/README.md
var Guides embed.FS
