package apptest

// Destination is where the browser has left to; "" while it stays on the server.
func (p *Person) Destination() string {
	if !p.Left {
		return ""
	}
	return p.At.String()
}
