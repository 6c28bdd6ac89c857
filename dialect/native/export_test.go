package native

import "github.com/fairlead-dev/fairlead"

// What the tests of completeness look at.
var (
	Status          = status
	Ignored         = ignored
	ReferenceEvents = referenceEvents
	ReferenceErrors = referenceErrors
	Spoken          = spoken
	Words           = words
)

// SetNames are the names of closed sets by those of their types.
func SetNames() map[string]string {
	names := map[string]string{}
	for _, set := range closedSets() {
		if set.of != nil {
			names[set.of.Name()] = set.name
		}
	}
	return names
}

// Unpublished are values of closed sets that this API neither gives nor takes.
func Unpublished() []string {
	out := []string{string(fairlead.ModeHeadless)}
	for _, k := range ignored {
		out = append(out, string(k))
	}
	return out
}
