package world

// Shelf is a place where investments lie.
type Shelf struct{}

func (c *Customer) openShelves(Month) {}
