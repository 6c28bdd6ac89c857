package server

import (
	"context"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

const (
	// scrubFile is how often what was overwritten is taken out of a database file's log:
	// the key of a login ends with its link, and no work row waits for that.
	scrubFile = 30 * time.Second
	// scrubServer is the same for a database server, where it costs more.
	scrubServer = 10 * time.Minute
)

// scrub has the database let go of what was erased, now and then. What disconnecting
// and erasing take away, their own work scrubs at once.
func (s *Server) scrub(ctx context.Context) {
	every := scrubServer
	if strings.HasPrefix(s.Config.Store, "sqlite:") {
		every = scrubFile
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := s.Store.Scrub(ctx); err != nil && ctx.Err() == nil {
			s.Config.Log.WarnContext(ctx, "what was erased could not be taken out of the database's files yet", "kind", fairlead.KindOf(err))
		}
	}
}
