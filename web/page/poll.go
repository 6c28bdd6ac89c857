package page

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// goesOn reports whether the screen goes on without the person.
func goesOn(s linking.Screen) bool {
	switch {
	case s.Ended:
		return false
	case s.Stage == fairlead.StageResult:
		return s.WaitFor > 0
	case s.Busy, s.Stage == fairlead.StageRetrieving:
		return true
	case s.Stage != fairlead.StageConversation || s.Step == nil:
		return false
	}
	return s.Step.Wait != nil || s.Step.Send != nil || (s.Step.Form != nil && s.Step.Form.Refresh > 0)
}

// pollSeconds is after how many seconds the page looks again.
func pollSeconds(s linking.Screen) int {
	if s.Step != nil && s.Step.Form != nil && s.Step.Form.Refresh > 0 && s.WaitFor == 0 {
		return s.Step.Form.Refresh
	}
	return min(max(s.WaitFor, 2), 15)
}

// stateKey changes when there is something else to show.
func stateKey(s linking.Screen) string {
	h := sha256.New()
	fmt.Fprintln(h, s.Link.ID, s.Stage, s.Turn, s.Busy, s.Ended, s.Link.Status, len(s.Connected), s.Institution != nil)
	for _, c := range s.Connected {
		fmt.Fprintln(h, c.Connection.ID, c.Connection.Status, c.Collecting)
		for _, part := range c.Parts {
			fmt.Fprintln(h, part.Products, part.Records, part.Coming, part.Missed != nil)
		}
	}
	if s.Problem != nil {
		fmt.Fprintln(h, s.Problem.Kind, s.Problem.Since)
	}
	if s.Step != nil && s.Step.Form != nil && s.Step.Form.Image != nil {
		h.Write(s.Step.Form.Image.Data)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// state lets the script find out whether what it shows is still so.
func (p *Page) state(w http.ResponseWriter, r *http.Request) error {
	s, screen, err := p.loadNext(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{
		"key": stateKey(screen), "wait": pollSeconds(screen), "left": p.view(r, s, screen).timeLeft(),
	})
}
