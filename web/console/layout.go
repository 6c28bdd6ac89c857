package console

import "github.com/a-h/templ"

// windowName is whose page it is, for the window's title.
func windowName(v *view) string {
	if v.tenant.ID == "" {
		return "Fairlead console"
	}
	return v.tenant.Name + " · Fairlead console"
}

// described names what stands below a field, and whether that is refused.
func described(v *view, name, hint string) templ.Attributes {
	a, by := templ.Attributes{}, ""
	if v.wrong(name) != "" {
		a["aria-invalid"], by = "true", "w-"+name
	}
	if hint != "" {
		if by != "" {
			by += " "
		}
		by += "h-" + name
	}
	if by != "" {
		a["aria-describedby"] = by
	}
	return a
}
