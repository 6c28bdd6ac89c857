package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// shownEvent is what a line says of an event, as the API gives it.
type shownEvent struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      struct {
		LinkID        string         `json:"link_id"`
		ConnectionID  string         `json:"connection_id"`
		ConsentID     string         `json:"consent_id"`
		DocumentID    string         `json:"document_id"`
		InstitutionID string         `json:"institution_id"`
		Person        string         `json:"person"`
		Status        string         `json:"status"`
		Reason        string         `json:"reason"`
		Actor         string         `json:"actor"`
		Counts        map[string]int `json:"counts"`
	} `json:"data"`
}

// shownOf is an event of this process.
func shownOf(e fairlead.Event) (s shownEvent) {
	s.ID, s.Type, s.Timestamp = string(e.ID), string(e.Kind), e.At
	d := &s.Data
	d.LinkID, d.ConnectionID, d.ConsentID, d.DocumentID = string(e.Link), string(e.Connection), string(e.Consent), string(e.Document)
	d.InstitutionID, d.Person, d.Status, d.Reason, d.Actor, d.Counts = string(e.Institution), e.Reference, e.Status, string(e.Why), string(e.Actor), e.Counts
	return s
}

// line is the event in one short line: when, what, whose, where, how, and the id by which
// it is looked up.
func (e shownEvent) line(now time.Time) string {
	d := e.Data
	parts := []string{d.Person, strings.TrimPrefix(d.InstitutionID, "ins_")}
	if d.Status != "" && !strings.HasSuffix(e.Type, "."+d.Status) {
		parts = append(parts, d.Status)
	}
	if d.Reason != "" {
		reason := d.Reason
		if d.Actor != "" && d.Actor != string(fairlead.ActorNobody) {
			reason += ", " + d.Actor + " must act"
		}
		parts = append(parts, reason)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Counts)) {
		if n := d.Counts[name]; n > 0 {
			parts = append(parts, countWords(n, name))
		}
	}
	for _, id := range []string{d.DocumentID, d.ConnectionID, d.LinkID} {
		if id != "" {
			parts = append(parts, id)
			break
		}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return fmt.Sprintf("%s  %-24s %s", clockWords(e.Timestamp, now), e.Type, strings.Join(parts, "  "))
}

// countWords is a count with its noun: "1 connection", "4 tax forms", "12 added".
func countWords(n int, name string) string {
	words := strings.ReplaceAll(strings.TrimSuffix(name, "s"), "_", " ")
	if n != 1 && words != "added" && words != "changed" && words != "removed" {
		words += "s"
	}
	return fmt.Sprintf("%d %s", n, words)
}

// clockWords is an instant as short as can be: with its day only where that is another one.
func clockWords(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format(time.TimeOnly)
	}
	return at.Format(time.DateTime)
}
