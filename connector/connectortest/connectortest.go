// Package connectortest is the specification that every connector passes.
//
// It owns what can be said of all connectors whatever they talk to: they describe
// themselves soundly, lead a login one step at a time, let no secret out, fail by
// kinds of the closed list, and fetch pages that fit together and come out the
// same when requested again. That a connector has no memory of its own is tested by
// making a fresh one for every call, and by counting what a used one does. It does
// not know what a connector's data must be: its own tests say that, on what Run
// returns.
//
// The flow of Run: Describe → Begin → Resume with each answer → Done → every product
// fetched to its end, each page twice. Whatever is called next is called on a fresh
// connector; only the second fetch of a page is by the connector of the first.
package connectortest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// Case is one login at one institution and what is fetched with it.
type Case struct {
	// New makes a connector as another node would have it: nothing but its own
	// options, so whatever two of them share lies outside (a database, a bank).
	New func() connector.Connector
	// Start is what the login begins with. Its Institution must be one of the
	// connector's; if it is left out, the first is meant.
	Start connector.Start
	// Answers are given one after the other; after the last the step must be Done.
	// Where the answer depends on the step, Answer is called instead.
	Answers []fairlead.Answer
	Answer  func(n int, s fairlead.Step) fairlead.Answer
	// Wrong is an answer to the first step that must be refused: by asking again or
	// by an error of the closed list.
	Wrong *fairlead.Answer
	// Session is what is fetched with. What is left out is taken from Start, and
	// the secrets from Done.
	Session connector.Session
	// Canaries are texts among the answers that must never be seen again: passwords,
	// codes.
	Canaries []string
	// Limit is the page size requested; 0: 7, so that paging is met.
	Limit int
}

// Result is what a Run saw, for tests of the connector's own.
type Result struct {
	Steps []fairlead.Step // the last is Done
	Data  map[fairlead.Product]connector.Page
}

const (
	maxState = 64 << 10
	maxTurns = 50
	maxPages = 5000
)

// Run puts a connector to the test.
func Run(t testing.TB, c Case) Result {
	t.Helper()
	r := &run{TB: t, Case: c, result: Result{Data: map[fairlead.Product]connector.Page{}}}
	r.describe()
	r.fill()
	r.provided()
	r.wrongAnswer()
	r.lostState()
	done := r.login()
	r.session(done)
	r.fetchAll()
	return r.result
}

type run struct {
	testing.TB
	Case
	result Result
}

// describe checks that the description is sound and the same each time.
func (r *run) describe() {
	r.Helper()
	d := r.New().Describe()
	if again := r.New().Describe(); !reflect.DeepEqual(withoutChecks(d), withoutChecks(again)) {
		r.Fatal("Describe gives something else the second time")
	}
	if d.Name == "" || len(d.Institutions) == 0 && d.Provider == nil {
		r.Fatal("Describe names no connector or no institution")
	}
	if _, err := connector.NewRegistry(r.New()); err != nil {
		r.Fatalf("the institutions can't be registered: %v", err)
	}
	for _, i := range d.Institutions {
		for _, complaint := range CheckInstitution(i) {
			r.Errorf("institution %s: %s", i.ID, complaint)
		}
	}
	for _, host := range d.Hosts {
		if strings.ContainsAny(host, "/@? ") {
			r.Errorf("host %q is not a bare host name", host)
		}
	}
}

// withoutChecks is a description without its functions, which equal nothing.
func withoutChecks(d connector.Description) connector.Description {
	if d.Provider == nil {
		return d
	}
	spec := *d.Provider
	spec.Fields = slices.Clone(spec.Fields)
	for i := range spec.Fields {
		spec.Fields[i].Check = nil
	}
	d.Provider = &spec
	return d
}

// fill completes the case with what follows from it.
func (r *run) fill() {
	d := r.New().Describe()
	if r.Start.Institution.ID == "" && len(d.Institutions) > 0 {
		r.Start.Institution = d.Institutions[0]
	}
	r.Start.Institution.Connector = d.Name
	if r.Start.Environment == "" {
		r.Start.Environment = r.Start.Institution.Environments[0]
	}
	if r.Start.Products == nil {
		r.Start.Products = r.Start.Institution.Products
	}
	if r.Start.Conversation == "" {
		r.Start.Conversation = "connectortest"
	}
	if r.Limit == 0 {
		r.Limit = 7
	}
}

// login leads the conversation to Done.
func (r *run) login() *fairlead.Done {
	r.Helper()
	turn, err := r.New().Begin(r.Context(), r.Start)
	r.mustNot(err, "Begin")
	for n := 0; ; n++ {
		r.checkTurn(turn)
		turn = r.poll(turn)
		r.result.Steps = append(r.result.Steps, turn.Step)
		if turn.Step.Done != nil {
			if turn.Step.Done.Identity.Empty() {
				r.Error("Done names no identity: the connection could never be found again")
			}
			return turn.Step.Done
		}
		if n >= maxTurns {
			r.Fatalf("the login does not end within %d turns", maxTurns)
		}
		if w := turn.Step.Wait; w != nil {
			r.Start.Now = r.Start.Now.Add(secondsOf(w.Seconds))
		}
		if turn, err = r.New().Resume(r.Context(), r.Start, turn.State, r.answer(n, turn.Step)); err != nil {
			r.checkError(err, "Resume")
			r.Fatalf("Resume after step %d: %v", n, err)
		}
	}
}

func (r *run) answer(n int, s fairlead.Step) fairlead.Answer {
	r.Helper()
	if r.Answer != nil {
		return r.Answer(n, s)
	}
	if n >= len(r.Answers) {
		shown, _ := json.Marshal(s)
		r.Fatalf("the login asks for more than the %d answers of the case: %s", len(r.Answers), shown)
	}
	return r.Answers[n]
}

func secondsOf(n int) time.Duration { return time.Duration(n) * time.Second }

// checkTurn holds what is true of every turn.
func (r *run) checkTurn(turn connector.Turn) {
	r.Helper()
	for _, complaint := range CheckStep(turn.Step) {
		r.Error(complaint)
	}
	if len(turn.State) > maxState {
		r.Errorf("a state of %d bytes is over 64 KiB", len(turn.State))
	}
	if slices.Contains(turn.Slots, "") {
		r.Error("a slot that was used up has no name")
	}
	shown, err := json.Marshal(turn.Step)
	if err != nil {
		r.Fatalf("a step can't be written down: %v", err)
	}
	r.noCanary(string(shown), "a step")
}

// wrongAnswer gives the case's wrong answer to the first step.
func (r *run) wrongAnswer() {
	r.Helper()
	if r.Wrong == nil {
		return
	}
	turn, err := r.New().Begin(r.Context(), r.Start)
	r.mustNot(err, "Begin")
	turn, err = r.New().Resume(r.Context(), r.Start, turn.State, *r.Wrong)
	if err != nil {
		r.checkError(err, "Resume with a wrong answer")
		return
	}
	r.checkTurn(turn)
	if turn.Step.Form == nil || !turn.Step.Form.Again {
		r.Error("a wrong answer is neither refused by an error nor asked for again")
	}
}

// lostState resumes with memory that the connector never wrote.
func (r *run) lostState() {
	r.Helper()
	answer := fairlead.Answer{}
	if len(r.Answers) > 0 {
		answer = r.Answers[0]
	}
	for _, state := range []string{"", "{", `{"v":9999,"d":{}}`, "\x00\xff"} {
		if _, err := r.New().Resume(r.Context(), r.Start, []byte(state), answer); err != nil {
			r.checkError(err, "Resume with a state that is not its own")
		}
	}
}

// session completes the session from the login.
func (r *run) session(done *fairlead.Done) {
	s := &r.Session
	if s.Secrets == nil {
		s.Secrets = done.Secrets
	}
	if s.Institution.ID == "" {
		s.Institution = r.Start.Institution
	}
	if reflect.ValueOf(s.Env).IsZero() {
		s.Env = r.Start.Env
	}
	if s.Identity == "" {
		s.Identity = done.Identity.Reveal()
	}
	if s.Connection == "" {
		s.Connection = "con_connectortest"
	}
	if s.Person == "" {
		s.Person, s.Reference = r.Start.Person, r.Start.Reference
	}
	if s.Hints == (fairlead.PersonDetails{}) {
		s.Hints = r.Start.Hints
	}
	if s.Created.IsZero() {
		s.Created = s.Now
	}
	if s.Open == nil {
		s.Open = r.Start.Open
	}
}

func (r *run) mustNot(err error, doing string) {
	r.Helper()
	if err != nil {
		r.checkError(err, doing)
		r.Fatalf("%s: %v", doing, err)
	}
}

// checkError holds what is true of every error: a kind of the closed list that says
// more than "internal", and no secret in its text.
func (r *run) checkError(err error, doing string) {
	r.Helper()
	r.noCanary(err.Error(), "an error of "+doing)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && r.Context().Err() != nil {
		return
	}
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok {
		r.Errorf("%s: the error is not classified: %v", doing, err)
		return
	}
	if !slices.Contains(fairlead.ErrorKinds(), e.Kind) {
		r.Errorf("%s: kind %q is not of the closed list", doing, e.Kind)
	}
}

func (r *run) noCanary(text, where string) {
	r.Helper()
	for _, canary := range r.Canaries {
		if canary != "" && holds(text, canary) {
			r.Errorf("%s holds a secret of the person's", where)
		}
	}
}

func holds(text, secret string) bool { return strings.Contains(text, secret) }
