package server

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/ratelimit"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
)

// Services post what is new about visits and connections to an address of the tenant and
// the connector. Whoever can't sign as the service learns nothing here, not even which
// tenants and providers there are. What is answered 200 is stored: a visit is asked about
// by work, a connection is collected by work. Where it could not be stored, 503 has the
// service post it again.

const (
	hooksPath   = "/hooks/{tenant}/{connector}"
	maxHook     = 256 << 10        // bytes of a webhook
	hookTime    = 15 * time.Second // to verify and store one: keys may have to be fetched
	hooksPace   = 50               // a second, of one client
	hooksAtOnce = 500              // of one client, saved up
)

// mountHooks serves the addresses that services post webhooks to.
func (s *Server) mountHooks(mux *http.ServeMux) {
	pace := ratelimit.New(hooksPace, hooksAtOnce)
	mux.HandleFunc("POST "+hooksPath, func(w http.ResponseWriter, r *http.Request) {
		client, _ := ratelimit.Client(r.RemoteAddr)
		if wait := pace.Take(client, s.clock.Now()); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			s.answerHook(w, http.StatusTooManyRequests)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
		if err != nil {
			status := http.StatusBadRequest
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				status = http.StatusRequestEntityTooLarge
			}
			s.answerHook(w, status)
			return
		}
		// A service that hangs up must not undo what it has reported.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), hookTime)
		defer cancel()
		tenant, name := fairlead.TenantID(r.PathValue("tenant")), r.PathValue("connector")
		status := s.hookStatus(ctx, r.RemoteAddr, tenant, name, s.receiveHook(ctx, tenant, name, connector.Received{Header: r.Header.Clone(), Body: body}))
		s.answerHook(w, status)
	})
}

// hookStatus is the answer to a webhook, whose reason stays in the log.
func (s *Server) hookStatus(ctx context.Context, from string, tenant fairlead.TenantID, name string, err error) int {
	switch kind := fairlead.KindOf(err); {
	case err == nil:
		return http.StatusOK
	case kind == fairlead.NotFound:
		return http.StatusNotFound
	case kind == fairlead.Unauthenticated:
		s.security.Report(ctx, securitylog.AuthenticationFailed, securitylog.Entry{From: from, Tenant: string(tenant)})
		return http.StatusUnauthorized
	case kind == fairlead.Invalid || kind == fairlead.TooLarge:
		return http.StatusBadRequest
	default:
		s.Config.Log.ErrorContext(ctx, "a service's webhook could not be taken", "tenant", tenant, "connector", name, "kind", kind, "error", err)
		return http.StatusServiceUnavailable
	}
}

// answerHook answers with a status and its words, and nothing of the request.
func (s *Server) answerHook(w http.ResponseWriter, status int) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Signature realm="fairlead"`)
	}
	writeJSON(w, status, map[string]string{"status": http.StatusText(status)})
}

// receiveHook verifies a webhook and passes on what it says. NotFound: there is no such
// tenant, provider, or connector that takes webhooks.
func (s *Server) receiveHook(ctx context.Context, id fairlead.TenantID, name string, r connector.Received) error {
	nothing := fairlead.Errorf(fairlead.NotFound, "There is nothing here.")
	c, err := s.registry.Connector(name)
	if err != nil {
		return nothing
	}
	receiver, takes := c.(connector.Receiver)
	if !takes {
		return nothing
	}
	var tenant fairlead.Tenant
	err = s.Store.View(ctx, func(tx *store.Tx) (err error) {
		if tenant, err = tx.Tenants.Get(id); err == nil {
			_, err = tx.Providers.Find(id, store.By(store.ByConnector, name))
		}
		return err
	})
	if err != nil {
		return err
	}
	env, err := s.connectorEnv(ctx, tenant, name)
	if err != nil || env.Provider == nil {
		return cmp.Or(err, error(nothing))
	}
	updates, err := receiver.Receive(ctx, env, r)
	if err != nil {
		return err
	}
	var failed error
	for _, u := range updates {
		failed = errors.Join(failed, s.passUpdate(ctx, id, name, u))
	}
	return failed
}

// passUpdate has linking ask about a visit, or collecting take what is new of a connection.
func (s *Server) passUpdate(ctx context.Context, tenant fairlead.TenantID, name string, u connector.ProviderUpdate) error {
	if u.Visit != "" {
		if err := s.Verbs.Linking.ResumeVisit(ctx, tenant, name, u.Visit); err != nil {
			return err
		}
	}
	if u.Kind == connector.UpdatedVisit || u.Upstream == "" {
		return nil
	}
	err := s.Verbs.Collecting.Updated(ctx, tenant, sealing.Upstream(s.Vault, tenant, name, u.Upstream), u)
	if fairlead.Is(err, fairlead.NotFound) {
		return nil // ended here, or not stored yet: it is collected when it is
	}
	return err
}
