package native

// What the tests of completeness look at.
var (
	Status          = status
	Ignored         = ignored
	ReferenceEvents = referenceEvents
	ReferenceErrors = referenceErrors
)
