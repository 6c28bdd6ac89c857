package dialect

import "embed"

// Guides are the README files of the dialects, by their path below this folder.
//
//go:embed */README.md
var Guides embed.FS
