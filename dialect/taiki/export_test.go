package taiki

// What the external tests look into.
var (
	Status  = status
	NameAll = nameAll
)
