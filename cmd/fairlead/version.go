package main

import (
	"cmp"
	"fmt"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"github.com/fairlead-dev/fairlead/store/sqlstore/schema"
)

type versionCommand struct{}

func (versionCommand) Run(w *env) error {
	fmt.Fprintln(w.out, versionLine())
	return nil
}

// versionFlag is --version, as everybody types it.
type versionFlag bool

// BeforeReset prints the version before anything else of the command line is looked for.
func (versionFlag) BeforeReset(app *kong.Kong) error {
	fmt.Fprintln(app.Stdout, versionLine())
	app.Exit(0)
	return nil
}

// versionLine is all that a report of a mistake should say of the program.
func versionLine() string {
	built := buildOf(debug.ReadBuildInfo())
	return fmt.Sprintf("fairlead %s (commit %s, schema %d, %s)", built.version, built.commit, schema.Latest(), built.compiler)
}

// build is what the build knows of itself.
type build struct{ version, commit, compiler string }

func buildOf(info *debug.BuildInfo, ok bool) build {
	if !ok {
		return build{"(devel)", "unknown", "unknown"}
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	commit := set["vcs.revision"]
	commit = cmp.Or(commit[:min(len(commit), 12)], "unknown")
	if set["vcs.modified"] == "true" {
		commit += " with changes"
	}
	return build{cmp.Or(info.Main.Version, "(devel)"), commit, info.GoVersion}
}

// version is the version alone.
func version() string { return buildOf(debug.ReadBuildInfo()).version }
