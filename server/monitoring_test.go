package server_test

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestTheDashboardAndTheAlertsNameMetricsThatThereAre reads the names of metrics in the files of
// docs/monitoring, and the values of their labels where those are a closed set.
func TestTheDashboardAndTheAlertsNameMetricsThatThereAre(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	a.Call("POST", "/webhook_endpoints", map[string]any{"url": apptest.NewReceiver(t).URL}, nil)
	a.Linked("ins_harbor", "good", "good")
	metrics := ""
	a.Until("work and deliveries were counted", func() bool {
		response, err := http.Get(a.URL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		metrics = string(body)
		return strings.Contains(metrics, "fairlead_work_total{") && strings.Contains(metrics, "fairlead_delivery_attempts_total{")
	})
	for _, file := range []string{"../docs/monitoring/dashboard.json", "../docs/monitoring/alerts.yml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		named := regexp.MustCompile(`\b(?:fairlead|process|go)_[a-z_]+\b`).FindAllString(string(text), -1)
		slices.Sort(named)
		named = slices.Compact(named)
		if len(named) < 4 {
			t.Errorf("%s names only %v", file, named)
		}
		for _, name := range named {
			help := "# HELP " + strings.TrimSuffix(name, "_bucket") + " "
			if !strings.Contains(metrics, help) {
				t.Errorf("%s names %s, which /metrics does not have", file, name)
			}
		}
		for _, m := range regexp.MustCompile(`event="([a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(metrics, `fairlead_security_events_total{event="`+m[1]+`"}`) {
				t.Errorf("%s names the security event %s, which there is not", file, m[1])
			}
		}
	}
}
