package klavi

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
)

// callbacks says where reports go: a product's name, "other" or "all" → address.
type callbacks map[string]string

// parseCallbacks reads a productsCallbackURL in its three forms, and a bare
// address as one for all. Anything else is the business error 4006.
func parseCallbacks(raw json.RawMessage, allowed func(address string) error) (callbacks, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		if one == "" {
			return nil, nil
		}
		raw, _ = json.Marshal(callbacks{"all": one})
	}
	var c callbacks
	if json.Unmarshal(raw, &c) != nil {
		return nil, business(invalidCallback, "must be an object of product names and addresses")
	}
	if _, all := c["all"]; all && len(c) > 1 {
		return nil, business(invalidCallback, "all cannot stand beside other or a product")
	}
	for key, address := range c {
		if !report.Known(key) && key != "all" && key != "other" {
			return nil, business(invalidCallback, "names a product that does not exist")
		}
		if err := allowed(address); err != nil {
			return nil, business(invalidCallback, reasonOf(err))
		}
	}
	return c, nil
}

func (k *Klavi) callbackOf(app fairlead.Application) func(string) error {
	return func(address string) error { return app.CallbackAllowed(address, k.verbs.Dev) }
}

// reasonOf is the sentence of an error that may be shown.
func reasonOf(err error) string {
	if e, ok := asError(err); ok && e.Kind != fairlead.Internal {
		return e.Detail
	}
	return "is not allowed"
}

// resolve finds where a product's report goes: the request says first, then the
// link, then the application. "" is nowhere.
func resolve(product string, request, link callbacks, application string) string {
	for _, a := range []string{request.address(product), link.address(product), application} {
		if a != "" {
			return a
		}
	}
	return ""
}

// address is where these send a product; "" when they do not say.
func (c callbacks) address(product string) string {
	for _, key := range []string{product, "other", "all"} {
		if a := c[key]; a != "" {
			return a
		}
	}
	return ""
}
