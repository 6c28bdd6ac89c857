package main

import (
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

type operatorCommand struct {
	Invite  operatorInvite  `cmd:"" help:"Invite somebody to the console, and print the address at which they choose how to sign in."`
	List    operatorList    `cmd:"" help:"List who may sign in to the console."`
	Disable operatorDisable `cmd:"" help:"Have somebody sign in no more, and end their sessions."`
	Reset   operatorReset   `cmd:"" help:"Invite somebody anew who has lost what they sign in with; what they had, and their sessions, end."`
}

// ofConsole is what a command about an operator must know.
type ofConsole struct {
	storage
	URL string `name:"url" env:"FAIRLEAD_URL" help:"Public address of the server, for invitations; a running server knows its own."`
}

func (c ofConsole) run(w *env, command string, p server.OperatorParams, answer any) error {
	config := c.config()
	config.URL = c.URL
	return operateOn(w, config, command, server.Params{Operator: p}, answer)
}

// say prints an invitation.
func (c ofConsole) say(w *env, made server.NewInvitation) {
	fmt.Fprintf(w.out, "Invited %s as %s.\n  address   %s\nIt is shown this once, and good once, for 24 hours. Whoever has it becomes this operator: send it so that nobody else reads it.\n",
		made.Operator.Email, made.Operator.Role, made.Address)
}

type operatorInvite struct {
	ofConsole
	Email   string   `arg:"" help:"E-mail address."`
	Name    string   `help:"Name; default: what the address begins with."`
	Role    string   `required:"" enum:"owner,developer,support,auditor" help:"owner: everything. developer: everything but the audit trail. support: looks and collects again, no bank data. auditor: consents and the audit trail."`
	Tenants []string `name:"tenant" help:"Name of a tenant in which the role counts; may be given several times. An owner has all." placeholder:"NAME"`
}

func (c operatorInvite) Run(w *env) error {
	var made server.NewInvitation
	p := server.OperatorParams{Email: c.Email, Name: c.Name, Role: fairlead.Role(c.Role), Tenants: c.Tenants}
	if err := c.run(w, "operator.invite", p, &made); err != nil {
		return err
	}
	c.say(w, made)
	return nil
}

type operatorList struct {
	ofConsole
	listing
}

func (c operatorList) Run(w *env) error {
	var all []server.ListedOperator
	if err := c.run(w, "operator.list", server.OperatorParams{}, &all); err != nil {
		return err
	}
	type row = server.ListedOperator
	return list(w, c.listing, "There is no operator. `fairlead operator invite EMAIL --role owner` invites one.", all,
		column[row]{"email", func(o row) any { return o.Email }},
		column[row]{"name", func(o row) any { return o.Name }},
		column[row]{"role", func(o row) any { return o.Role }},
		column[row]{"tenants", func(o row) any { return o.Tenants }},
		column[row]{"status", func(o row) any { return o.Status }},
		column[row]{"signed_in_at", func(o row) any { return o.SignedIn }},
		column[row]{"id", func(o row) any { return o.ID }},
	)
}

type operatorDisable struct {
	ofConsole
	Email string `arg:"" help:"E-mail address."`
}

func (c operatorDisable) Run(w *env) error {
	var o server.ListedOperator
	if err := c.run(w, "operator.disable", server.OperatorParams{Email: c.Email}, &o); err != nil {
		return err
	}
	fmt.Fprintf(w.out, "Disabled %s (%s). `fairlead operator reset %s` invites them anew.\n", o.Email, o.ID, o.Email)
	return nil
}

type operatorReset struct {
	ofConsole
	Email string `arg:"" help:"E-mail address."`
}

func (c operatorReset) Run(w *env) error {
	var made server.NewInvitation
	if err := c.run(w, "operator.reset", server.OperatorParams{Email: c.Email}, &made); err != nil {
		return err
	}
	c.say(w, made)
	return nil
}
