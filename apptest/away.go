package apptest

// Destination is where the browser has left to; "" while it stays on the server.
func (p *Person) Destination() string {
	if !p.Left {
		return ""
	}
	return p.At.String()
}

// Main tells whether the form is the page's main action.
func (f Form) Main() bool { return f.main }
