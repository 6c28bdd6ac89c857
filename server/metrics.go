package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/working"
)

// metrics is what /metrics tells. No label holds an id or an address.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	work     *prometheus.CounterVec
	attempts *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairlead_http_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fairlead_http_request_seconds", Help: "Time to answer by route.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8)}, []string{"route"}),
		work:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairlead_work_total", Help: "Pieces of work by kind and result."}, []string{"kind", "result"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fairlead_delivery_attempts_total", Help: "Attempts of deliveries, by dialect and what the delivery became."}, []string{"dialect", "state"}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.work, m.attempts, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) worked(e working.Ended) {
	m.work.WithLabelValues(string(e.Kind), string(e.Result)).Inc()
}

func (m *metrics) attempted(t notifying.AttemptEnded) {
	m.attempts.WithLabelValues(t.Dialect, string(t.State)).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
