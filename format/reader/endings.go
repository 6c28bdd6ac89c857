package reader

import (
	"slices"
	"strings"
)

// besides are the endings of archives, and those that banks give to files of any format.
var besides = []string{".zip", ".gz", ".txt"}

// Endings are those of the names of files that are read, for a file chooser: ".ofx". What
// a file is, its content decides.
func Endings() []string {
	var out []string
	for _, f := range formats {
		for _, ending := range f.Endings {
			if !slices.Contains(out, ending) {
				out = append(out, ending)
			}
		}
	}
	for _, ending := range besides {
		if !slices.Contains(out, ending) {
			out = append(out, ending)
		}
	}
	return out
}

// Title is what people call a format.
func Title(name string) string {
	for _, f := range formats {
		if f.Name == name {
			return f.Title
		}
	}
	return strings.ToUpper(name)
}
