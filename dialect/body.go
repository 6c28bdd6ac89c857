package dialect

import (
	"errors"
	"net/http"

	"github.com/fairlead-dev/fairlead"
)

// Unread says why a body could not be read: it is over its http.MaxBytesReader's cap,
// or did not come in time. nil stays nil.
func Unread(err error) error {
	if err == nil {
		return nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return fairlead.Errorf(fairlead.TooLarge, "The body is larger than this address takes.")
	}
	return fairlead.Errorf(fairlead.Unavailable, "The body came too slowly.")
}
