package server

import (
	"path/filepath"
	"strings"
)

// within reports whether a path lies inside a folder, as it is written or where its
// links lead: a folder that is reached through a link is the folder it leads to.
func within(path, folder string) bool {
	inside := func(path, folder string) bool {
		relative, err := filepath.Rel(folder, path)
		return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
	}
	return inside(filepath.Clean(path), filepath.Clean(folder)) || inside(realPath(path), realPath(folder))
}

// realPath is where a path leads: of what does not exist yet, where its nearest
// folder leads that does.
func realPath(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return filepath.Clean(path)
	}
	for folder, rest := absolute, ""; ; folder, rest = filepath.Dir(folder), filepath.Join(filepath.Base(folder), rest) {
		if led, err := filepath.EvalSymlinks(folder); err == nil {
			return filepath.Join(led, rest)
		}
		if folder == filepath.Dir(folder) {
			return absolute
		}
	}
}
