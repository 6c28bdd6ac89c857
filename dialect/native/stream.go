package native

import (
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// writeTimeout is how long a stream's reader may leave what was sent unread.
const writeTimeout = 30 * time.Second

// pieces are an answer that is sent piece by piece: each Write is one, and the reader
// has writeTimeout to take it.
type pieces struct {
	w       io.Writer
	control *http.ResponseController
}

// newPieces begins an answer of a content type.
func newPieces(h huma.Context, kind string) pieces {
	h.SetHeader("Content-Type", kind)
	p := pieces{w: h.BodyWriter()}
	if w, ok := p.w.(http.ResponseWriter); ok {
		p.control = http.NewResponseController(w)
	}
	return p
}

func (p pieces) Write(piece []byte) (int, error) {
	if p.control != nil {
		p.control.SetWriteDeadline(time.Now().Add(writeTimeout))
		defer p.control.Flush()
	}
	return p.w.Write(piece)
}
