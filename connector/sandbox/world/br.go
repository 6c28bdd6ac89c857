package world

func brazil() *country { return unitedStates() }
func spain() *country  { return unitedStates() }
