package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

const (
	// oldDirectory is the age from which a list of institutions, which is read every day, is old.
	oldDirectory = 72 * time.Hour
	// soonExpired is how long before its end a key is worth a word.
	soonExpired = 30 * 24 * time.Hour
)

// providerFindings tries the keys of every provider and says how it stands. A database
// that does not open is another finding's.
func providerFindings(w *env, c server.Config) []finding {
	var all []server.ShownProvider
	if err := operateOn(w, c, "provider.check", server.Params{}, &all); err != nil {
		if running, _ := server.SendCommand(w, c.Data, "provider.list", server.Params{}, &all); !running {
			return nil
		}
		return []finding{{what: "providers", wrong: sentence(err)}}
	}
	var out []finding
	for _, p := range all {
		out = append(out, providerFinding(p, time.Now()))
	}
	return out
}

// providerFinding is what is to be said of one provider.
func providerFinding(p server.ShownProvider, now time.Time) finding {
	f := finding{what: "provider"}
	said := []string{p.TenantName + "/" + p.Connector + ": " + string(p.Environment)}
	var wrong []string
	if p.Problem == nil {
		said = append(said, "it answers")
	} else {
		wrong = append(wrong, p.Problem.Detail)
		f.mend = mendProvider(p)
	}
	if left := p.Slots.Left(); left >= 0 {
		said = append(said, fmt.Sprintf("%d of %d slots left", left, p.Slots.Limit))
		if left == 0 {
			f.mend = "its plan allows no further connection: a larger one is the service's to give"
		}
	}
	if p.ResetsAt.After(now) {
		said = append(said, "no more calls until "+when(p.ResetsAt))
	}
	switch {
	case p.KeysExpire.IsZero():
	case !p.KeysExpire.After(now):
		wrong = append(wrong, "its keys or its certificate expired on "+when(p.KeysExpire)+".")
		f.mend = mendProvider(p)
	case p.KeysExpire.Before(now.Add(soonExpired)):
		said = append(said, "its keys or its certificate expire on "+when(p.KeysExpire))
		f.mend = mendProvider(p)
	}
	switch p.Redirect {
	case "registered":
		said = append(said, "return address registered")
	case "missing":
		wrong = append(wrong, "the service does not know this server's return address: persons can't come back from a bank.")
		f.mend = "add the return address of this server, FAIRLEAD_URL with /l/return, in the console of " + p.Title
	}
	said = append(said, directoryWords(p.Directory, now))
	if p.Directory.Problem != nil {
		wrong = append(wrong, "its list of institutions could not be read: "+p.Directory.Problem.Detail)
	} else if !p.Directory.Refreshed.IsZero() && now.Sub(p.Directory.Refreshed) > oldDirectory {
		wrong = append(wrong, "its list of institutions is old.")
		f.mend = "start the server, which reads it every day, or `fairlead provider refresh " + p.Connector + " --tenant " + p.TenantName + "`"
	}
	f.found = strings.Join(said, ", ")
	if len(wrong) > 0 {
		f.wrong = errors.New(strings.Join(wrong, "\n"))
	}
	return f
}

func mendProvider(p server.ShownProvider) string {
	if p.Problem != nil && p.Problem.Actor != fairlead.ActorOperator && p.KeysExpire.IsZero() {
		return ""
	}
	return "`fairlead provider set " + p.Connector + " --tenant " + p.TenantName + "` takes new keys"
}

func directoryWords(d fairlead.DirectoryState, now time.Time) string {
	if d.Refreshed.IsZero() {
		return "its institutions have not been read yet"
	}
	age := now.Sub(d.Refreshed).Round(time.Hour)
	if age < time.Hour {
		return fmt.Sprintf("%d institutions, read within the last hour", d.Institutions)
	}
	if age < 2*time.Hour {
		return fmt.Sprintf("%d institutions, read an hour ago", d.Institutions)
	}
	return fmt.Sprintf("%d institutions, read %d hours ago", d.Institutions, int(age.Hours()))
}
