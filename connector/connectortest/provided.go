package connectortest

import (
	"reflect"
	"regexp"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const (
	wrongKey   = "connectortest-wrong-key" // that no service ever gave
	maxEntries = 1000                      // institutions that are looked at
	maxPoll    = 600                       // seconds
	polls      = 2                         // how often a Send is polled before the person acts
)

// provided puts a connector that needs a provider to the test: what it declares, that
// keys are tried, how institutions are listed, and that a webhook is verified.
func (r *run) provided() {
	r.Helper()
	d := r.New().Describe()
	c, able := r.New().(connector.Provided)
	if able != (d.Provider != nil) {
		r.Fatal("a connector declares a provider exactly when it has the power Provided")
	}
	if !able {
		return
	}
	for _, complaint := range CheckProvider(*d.Provider) {
		r.Errorf("the provider: %s", complaint)
	}
	if r.Start.Provider == nil {
		r.Fatal("the case's Start has no Provider")
	}
	r.keys(c, *d.Provider)
	r.institutions(d.Name)
	r.webhook()
}

// CheckProvider lists what is wrong with the declaration of a provider.
func CheckProvider(spec connector.ProviderSpec) []string {
	var c complaints
	c.unless(spec.Title != "", "it has no title")
	names := map[string]bool{}
	for _, f := range spec.Fields {
		c.unless(f.Name != "" && !names[f.Name], "field %q has no name or one that is taken", f.Name)
		names[f.Name] = true
		c.unless(f.Label != "", "field %s has no label", f.Name)
		c.unless(f.Kind != connector.ProviderSecret || f.Default == "", "field %s is secret and has a default", f.Name)
		switch f.Kind {
		case connector.ProviderText, connector.ProviderSecret, connector.ProviderList, connector.ProviderNumber:
		case connector.ProviderChoice:
			c.unless(len(f.Choices) > 0, "field %s has nothing to choose from", f.Name)
			c.unless(f.Default == "" || slices.Contains(f.Choices, f.Default), "the default of field %s is none of its choices", f.Name)
		default:
			c.unless(false, "field %s is of an unknown kind %q", f.Name, f.Kind)
		}
		if f.Check == nil {
			continue
		}
		if err := f.Check(wrongKey); err != nil {
			c.unless(!holds(err.Error(), wrongKey), "the check of field %s quotes the value", f.Name)
		}
		c.unless(f.Default == "" || f.Check(f.Default) == nil, "the default of field %s is refused by its check", f.Name)
	}
	return c
}

// keys tries the case's keys, and others that must be refused.
func (r *run) keys(c connector.Provided, spec connector.ProviderSpec) {
	r.Helper()
	if _, err := c.Try(r.Context(), r.Start.Env); err != nil {
		r.checkError(err, "Try")
		r.Errorf("Try refuses the case's keys: %v", err)
	}
	env, wrong := r.Start.Env, *r.Start.Provider
	wrong.Keys = map[string]fairlead.Secret{}
	for _, f := range spec.Fields {
		if f.Kind == connector.ProviderSecret {
			wrong.Keys[f.Name] = fairlead.NewSecret(wrongKey)
		}
	}
	if len(wrong.Keys) == 0 {
		return
	}
	env.Provider = &wrong
	_, err := c.Try(r.Context(), env)
	switch {
	case !fairlead.Is(err, fairlead.Unauthenticated) && !fairlead.Is(err, fairlead.Forbidden):
		r.Errorf("Try with wrong keys must be refused as unauthenticated or forbidden, not %v", err)
	case holds(err.Error(), wrongKey):
		r.Error("an error of Try quotes a key")
	default:
		r.checkError(err, "Try with wrong keys")
	}
}

// institutions reads the first of the provider's institutions, each page twice.
func (r *run) institutions(name string) {
	r.Helper()
	form := regexp.MustCompile(`^` + regexp.QuoteMeta(name) + `_[A-Za-z0-9_.-]{1,100}$`)
	seen := map[fairlead.InstitutionID]bool{}
	cursor := ""
	for len(seen) < maxEntries {
		page := r.directoryPage(cursor)
		if again := r.directoryPage(cursor); !reflect.DeepEqual(page, again) {
			r.Errorf("the page of institutions after %q is another the second time", cursor)
		}
		for _, entry := range page.Institutions {
			i := entry.Institution
			if !form.MatchString(string(i.ID)) {
				r.Errorf("institution %s: the id must be %s_ and the service's own", i.ID, name)
			}
			if seen[i.ID] {
				r.Errorf("institution %s is listed twice", i.ID)
			}
			seen[i.ID] = true
			i.ID = "ins_checked_above"
			for _, complaint := range CheckInstitution(i) {
				r.Errorf("institution %s: %s", entry.ID, complaint)
			}
		}
		if !page.More {
			break
		}
		if page.Cursor == cursor {
			r.Fatal("the list of institutions does not go on")
		}
		cursor = page.Cursor
	}
	if len(seen) == 0 {
		r.Error("the provider reaches no institution")
	}
}

func (r *run) directoryPage(cursor string) connector.DirectoryPage {
	r.Helper()
	page, err := r.New().(connector.Provided).Institutions(r.Context(), r.Start.Env, cursor)
	r.mustNot(err, "Institutions")
	return page
}

// webhook posts what no service has signed.
func (r *run) webhook() {
	r.Helper()
	c, takes := r.New().(connector.Receiver)
	if !takes {
		return
	}
	for _, body := range []string{"", "{}", `{"webhook_type":"X","item_id":"y"}`} {
		updates, err := c.Receive(r.Context(), r.Start.Env, connector.Received{Header: map[string][]string{}, Body: []byte(body)})
		if !fairlead.Is(err, fairlead.Unauthenticated) || len(updates) > 0 {
			r.Errorf("a webhook without a signature must be refused as unauthenticated, not give %d updates and %v", len(updates), err)
		}
	}
}

// poll asks as the engine does while the person is away: nothing may come of it but the
// same Send, or what the visit has ended with.
func (r *run) poll(turn connector.Turn) connector.Turn {
	r.Helper()
	for range polls {
		before := turn.Step.Send
		if before == nil || before.Poll == 0 {
			return turn
		}
		r.Start.Now = r.Start.Now.Add(secondsOf(before.Poll))
		next, err := r.New().Resume(r.Context(), r.Start, turn.State, fairlead.Answer{})
		if err != nil {
			r.checkError(err, "Resume while the person is away")
			r.Fatalf("Resume while the person is away: %v", err)
		}
		r.checkTurn(next)
		if now := next.Step.Send; now != nil && (now.URL != before.URL || now.Visit != before.Visit) {
			r.Error("while the person is away they are sent to another address")
		}
		turn = next
	}
	return turn
}
