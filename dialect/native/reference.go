package native

import (
	"net/http"
	"sync"
)

// mountReference serves the description of the API; the pages at /docs are made of it.
func (n *Native) mountReference(mux *http.ServeMux) {
	spec := sync.OnceValue(func() []byte {
		text, err := n.Description()
		if err != nil {
			panic("native: the API's description does not encode: " + err.Error()) // a mistake of the build
		}
		return text
	})
	mux.HandleFunc("GET /v1/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(spec())
	})
}
