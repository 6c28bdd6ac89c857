// Package docs is the text of the guides: the Markdown files of this folder and their charts, for
// the pages at /docs. What is read on a forge and what the binary serves are the
// same files.
package docs

import "embed"

// Files are the guides, by their path below this folder.
//
//go:embed *.md guides/*.md performance/*.svg
var Files embed.FS
