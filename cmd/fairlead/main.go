// Command fairlead is the server and the operator's tool: one static binary.
//
// It owns the command line, how it is configured (config.go) and what is printed.
// What runs is package server.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/fairlead-dev/fairlead/server"
)

// cli is every command. Flags override the environment.
type cli struct {
	Dev      devCommand      `cmd:"" help:"Run the sandbox server on this machine: make-believe banks, a demo application, nothing to configure."`
	Serve    serveCommand    `cmd:"" help:"Run the server for real."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the database up to date. Run it before serve."`
	Keys     keysCommand     `cmd:"" help:"Make and rotate the keys that seal secrets."`
	Doctor   doctorCommand   `cmd:"" help:"Say what is configured, what is wrong, and how to mend it."`
	Tenant   tenantCommand   `cmd:"" help:"Create and list tenants: nothing crosses from one to another."`
	App      appCommand      `cmd:"" help:"Create, list and change applications and their keys."`
	Operator operatorCommand `cmd:"" help:"Invite, list and disable who signs in to the console."`
	Audit    auditCommand    `cmd:"" help:"Print a tenant's audit trail and check that its chain is whole."`
	Work     workCommand     `cmd:"" help:"List what fails again and again, and try it again."`
	Listen   listenCommand   `cmd:"" help:"Follow events in the terminal, and forward them to a local address: no tunnel needed."`
	Trigger  triggerCommand  `cmd:"" help:"Have an event happen in the sandbox: a person is linked, a consent expires, a login breaks."`
	Sandbox  sandboxCommand  `cmd:"" help:"Control a sandbox: link a persona, move the clock, approve what waits."`
	Inspect  inspectCommand  `cmd:"" help:"Read files of banks (OFX, CSV, CAMT, MT940, PDF and others) and print what was understood; nothing is stored."`

	Provider  providerCommand  `cmd:"" help:"Set up accounts at outside services, through which institutions are reached."`
	Record    recordCommand    `cmd:"" help:"Collect a connection once and write what was exchanged with its institution to a file, secrets blanked."`
	SimpleFIN simplefinCommand `cmd:"" name:"simplefin" help:"Tokens for programs that read by SimpleFIN what a person shares."`

	Connection connectionCommand `cmd:"" help:"List connections."`
	Person     personCommand     `cmd:"" help:"Erase a person."`
	Link       linkCommand       `cmd:"" help:"Look up how a link went."`

	Completion completionCommand `cmd:"" help:"Print a script that completes commands in bash, zsh or fish."`
	Version    versionCommand    `cmd:"" help:"Print the version, the commit and the database's schema."`

	ShowVersion versionFlag `name:"version" help:"Print the version, the commit and the database's schema."`
}

// env is what a command may touch: tests hand in their own.
type env struct {
	context.Context
	out io.Writer
	err io.Writer
	app *kong.Node // every command there is
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run parses and runs one command line and returns the exit status: 0 done, 1
// failed, 2 wrongly called.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var c cli
	exit := -1
	parser, err := kong.New(&c, kong.Name("fairlead"), kong.Writers(out, errOut), kong.Exit(func(code int) { exit = code }),
		kong.Description("Links a person's financial accounts to an application and keeps the data flowing."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errOut, "fairlead:", err)
		return 2
	}
	w := &env{Context: ctx, out: out, err: errOut}
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case args[0] == completeCommand:
		complete(parser.Model.Node, args[1:], out)
		return 0
	}
	if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		fmt.Fprintln(errOut, "fairlead:", err)
		var wrong *kong.ParseError
		if errors.As(err, &wrong) {
			fmt.Fprintln(errOut, hint(args, wrong))
		}
		return 2
	}
	if command := parsed.Command(); command != "doctor" { // which finds them itself
		sayUnknownVariables(w, parser.Model.Node)
	}
	w.app = parser.Model.Node
	if err := parsed.Run(w); err != nil {
		fmt.Fprintln(errOut, "fairlead:", server.CommandError(err))
		return 1
	}
	return 0
}

// hint says what to do about a wrong command line.
func hint(args []string, wrong *kong.ParseError) string {
	if strings.HasPrefix(wrong.Error(), "unexpected argument") && len(args) > 1 && slices.Contains([]string{"app", "audit", "simplefin", "provider", "record"}, args[0]) {
		return "The tenant is given as --tenant NAME; where there is only one, it need not be."
	}
	return "Run `fairlead --help`, or `fairlead COMMAND --help`."
}
