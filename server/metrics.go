package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/working"
)

// metrics is what /metrics shows. No label holds an id or an address.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	work     *prometheus.CounterVec
	attempts *prometheus.CounterVec
	security *prometheus.CounterVec
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: counter("fairlead_http_requests_total", "Requests by route and status.", "route", "status"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "fairlead_http_request_seconds", Help: "Time to answer by route.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
		}, []string{"route"}),
		work: counter("fairlead_work_total", "Pieces of work by kind and result.", "kind", "result"),
		attempts: counter("fairlead_delivery_attempts_total", "Attempts to deliver an event, by dialect and what the delivery became.",
			"dialect", "state"),
	}
	m.security = counter("fairlead_security_events_total", "Events of the security log, written or only counted.", "event")
	for _, e := range securitylog.Events() {
		m.security.WithLabelValues(string(e)) // so that an alert sees the first one
	}
	m.registry.MustRegister(m.requests, m.duration, m.work, m.attempts, m.security,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) worked(e working.Ended) {
	m.work.WithLabelValues(string(e.Kind), string(e.Result)).Inc()
}

func (m *metrics) delivered(t notifying.AttemptEnded) {
	m.attempts.WithLabelValues(t.Dialect, string(t.State)).Inc()
}

func (m *metrics) secured(e securitylog.Event) {
	m.security.WithLabelValues(string(e)).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
