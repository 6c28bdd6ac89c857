// Package docs is the text of the guides: the Markdown files of this folder, for
// the pages at /docs. What is read on a forge and what the binary serves are the
// same files.
package docs

import "embed"

// Files are the guides, by their path below this folder.
//
//go:embed *.md guides/*.md
var Files embed.FS
