package flanks

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// sessionLife is how long a session's address waits for the person.
const sessionLife = 24 * time.Hour

// session is a link as Connect v2 shows it.
type session struct {
	ID         string  `json:"session_id"`
	Status     string  `json:"status"`
	Connection *string `json:"connection_id"`
	Error      *string `json:"error_code"` // of Finished:Error
	URL        *string `json:"url"`        // known when it is created, and never again: it opens the page
}

// What a session waits for, does, or came to.
const (
	waitingCredentials    = "Waiting:ProvideCredentials"
	waitingChallenge      = "Waiting:Challenge"
	processingCredentials = "Processing:ProvideCredentials"
	processingChallenge   = "Processing:Challenge"
	finishedOK            = "Finished:OK"
	finishedError         = "Finished:Error"
)

func sessionStatuses() []string {
	return []string{waitingCredentials, waitingChallenge, processingCredentials, processingChallenge, finishedOK, finishedError}
}

func sessionErrors() []string {
	return []string{wrongCredentials, wrongChallenge, wrongMethod, interactionNeeded, internal}
}

// sessionOf describes a link. now is real time.
func sessionOf(l fairlead.Link, now time.Time) session {
	out := session{ID: string(l.ID), Status: sessionStatus(l, now)}
	if n := len(l.Connections); n > 0 {
		out.Connection = orNull(string(l.Connections[n-1]))
	} else if l.Spec.Connection != "" {
		out.Connection = orNull(string(l.Spec.Connection))
	}
	if out.Status == finishedError {
		out.Error = orNull(sessionError(l))
	}
	return out
}

// sessionStatus is where a link stands. A form of the login, and a visit to the bank,
// provide credentials; whatever the bank asks then is a challenge.
func sessionStatus(l fairlead.Link, now time.Time) string {
	switch l.Status {
	case fairlead.LinkFinished:
		return finishedOK
	case fairlead.LinkOpen:
	default:
		return finishedError
	}
	c := l.Conversation
	if c == nil {
		if len(l.Connections) > 0 { // being read for the first time
			return processingCredentials
		}
		return waitingCredentials
	}
	challenge := c.Step.Wait != nil || c.Step.Form != nil && c.Step.Form.Kind != "login"
	switch busy := now.Before(c.Busy) || c.Done; {
	case busy && challenge:
		return processingChallenge
	case busy:
		return processingCredentials
	case challenge:
		return waitingChallenge
	}
	return waitingCredentials
}

// sessionError is why a link came to nothing. Who gave up, or never came, is to be
// asked again.
func sessionError(l fairlead.Link) string {
	if l.Problem != nil {
		return status[l.Problem.Kind].session
	}
	return interactionNeeded
}

type createSessionBody struct {
	Configuration *sessionConfiguration `json:"configuration"`
}

// sessionConfiguration is what a session is made of; null is as good as absent.
type sessionConfiguration struct {
	Connector  *string          `json:"connector_id"`
	Connection *string          `json:"connection_id"` // to renew
	Redirect   *string          `json:"redirect_url"`
	Step       *string          `json:"initial_step"`
	Privacy    *string          `json:"privacy_notice"`
	Filter     *connectorFilter `json:"connector_filter"`
	External   *string          `json:"external_id"`
	Language   *string          `json:"language"`
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (f *Flanks) createSession(c call) (any, error) {
	var body createSessionBody
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	if body.Configuration == nil {
		return nil, fairlead.InvalidField("configuration", "required", "must be given")
	}
	request, err := f.sessionRequest(c, *body.Configuration)
	if err != nil {
		return nil, err
	}
	made, err := f.verbs.Linking.Create(c.Context(), c.Application, request)
	if err != nil {
		return nil, err
	}
	out := sessionOf(made.Link, f.verbs.Clock())
	out.URL = &made.URL
	return struct {
		Session session `json:"session"`
	}{out}, nil
}

// sessionRequest is the link that a configuration describes. A login that the same
// person has linked before leads to its connection; anybody else's is refused.
func (f *Flanks) sessionRequest(c call, from sessionConfiguration) (r linking.CreateRequest, err error) {
	s := spec()
	s.Redirect, s.Connection = textOf(from.Redirect), fairlead.ConnectionID(textOf(from.Connection))
	s.Presentation.PrivacyURL, s.Language = textOf(from.Privacy), textOf(from.Language)
	s.Code, s.OnDuplicate = fairlead.CodePolicy{None: true}, fairlead.OnDuplicateReuse
	banks, err := f.banks(c)
	if err != nil {
		return r, err
	}
	if id := textOf(from.Connector); id != "" {
		n := slices.IndexFunc(banks, func(i fairlead.Institution) bool { return named(i, id) })
		if n < 0 {
			return r, fairlead.InvalidField("configuration.connector_id", "unknown", "must be the connector_id of a connector")
		}
		if s.Institution = banks[n].ID; s.Connection != "" {
			if conn, err := f.connection(c, string(s.Connection)); err == nil && conn.Institution != s.Institution {
				return r, fairlead.InvalidField("configuration.connector_id", "exclusive", "must be that of the connection")
			}
		}
	}
	if from.Filter != nil && s.Connection == "" {
		if s.Institutions, err = from.Filter.choose(banks); err != nil {
			return r, err
		}
		if s.Institution != "" && !slices.Contains(s.Institutions, s.Institution) {
			return r, fairlead.InvalidField("configuration.connector_id", "exclusive", "must be one that the connector_filter leaves")
		}
	}
	if err := initialStep(&s, textOf(from.Step)); err != nil {
		return r, err
	}
	stored, err := json.Marshal(state{Session: true})
	return linking.CreateRequest{
		Reference: textOf(from.External), Spec: s, Life: sessionLife, Origin: fairlead.Origin{Dialect: name, State: stored},
	}, err
}

// initialStep takes the stages before the one that a session begins with out of a spec.
// What the person agrees to is always shown.
func initialStep(s *fairlead.Spec, step string) error {
	const welcome, choice, login = "Welcome", "SelectConnector", "ProvideCredentials"
	fixed := s.Institution != "" || s.Connection != "" || len(s.Institutions) == 1
	switch {
	case step == "", step == welcome:
		return nil
	case step == choice, step == login && fixed:
	case step == login:
		return fairlead.InvalidField("configuration.initial_step", "exclusive", "must not be ProvideCredentials without a connector_id or a connection_id")
	default:
		return fairlead.InvalidField("configuration.initial_step", "unknown", "must be Welcome, SelectConnector or ProvideCredentials")
	}
	s.Stages = slices.DeleteFunc(s.Stages, func(stage fairlead.Stage) bool { return stage == fairlead.StageWelcome })
	return nil
}

type listSessionsBody struct {
	Query *sessionQuery `json:"query"`
	Page  *string       `json:"page_token"`
}

// sessionQuery accepts what has one of the values in each list that is given.
type sessionQuery struct {
	IDs         *[]string `json:"session_id_in"`
	Statuses    *[]string `json:"status_in"`
	Connections *[]string `json:"connection_id_in"`
	Errors      *[]string `json:"error_code_in"`
}

// check refuses words that no session can have.
func (q sessionQuery) check() error {
	if q.Statuses != nil && slices.ContainsFunc(*q.Statuses, func(s string) bool { return !slices.Contains(sessionStatuses(), s) }) {
		return fairlead.InvalidField("query.status_in", "unknown", "must be statuses of sessions")
	}
	if q.Errors != nil && slices.ContainsFunc(*q.Errors, func(s string) bool { return !slices.Contains(sessionErrors(), s) }) {
		return fairlead.InvalidField("query.error_code_in", "unknown", "must be error codes of sessions")
	}
	return nil
}

func (q sessionQuery) takes(s session) bool {
	return within(q.IDs, s.ID) && within(q.Statuses, s.Status) && within(q.Connections, textOf(s.Connection)) && within(q.Errors, textOf(s.Error))
}

// within reports whether a value is accepted: by every list that is absent, and by none
// that is empty.
func within(values *[]string, value string) bool {
	return values == nil || slices.Contains(*values, value)
}

func (f *Flanks) listSessions(c call) (any, error) {
	var body listSessionsBody
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	var query sessionQuery
	if body.Query != nil {
		query = *body.Query
	}
	if err := query.check(); err != nil {
		return nil, err
	}
	from, err := placeOf(body.Page, "sessions", query)
	if err != nil {
		return nil, err
	}
	out := paged[session]{Items: []session{}}
	now, last, seen := f.verbs.Clock(), from.At, 0
	for l, err := range f.links(c.Context(), c.Application, query.IDs, fairlead.LinkID(from.At)) {
		if err != nil {
			return nil, err
		}
		if len(out.Items) == perV2Page || seen == linksAtOnce {
			out.Next = pageToken{List: from.List, Query: from.Query, At: last}.text()
			break
		}
		if s := sessionOf(l, now); stateOf(l.Origin).Session && query.takes(s) {
			out.Items = append(out.Items, s)
		}
		last = string(l.ID)
		seen++
	}
	return out, nil
}

// linksAtOnce is how many links one page looks at at most: a query that nothing answers
// to must not read all that there are.
const linksAtOnce = 2000

// links are those of an application, the oldest first; only those of some ids where
// there are any, because that is what is polled.
func (f *Flanks) links(
	ctx context.Context, app fairlead.Application, ids *[]string, after fairlead.LinkID,
) iter.Seq2[fairlead.Link, error] {
	const size = 500
	return func(yield func(fairlead.Link, error) bool) {
		if ids != nil {
			for _, id := range slices.Compact(slices.Sorted(slices.Values(*ids))) {
				l, err := f.verbs.Linking.Link(ctx, app.Tenant, fairlead.LinkID(id))
				if fairlead.Is(err, fairlead.NotFound) || err == nil && (l.Application != app.ID || l.ID <= after) {
					continue
				}
				if !yield(l, err) || err != nil {
					return
				}
			}
			return
		}
		for {
			page, err := f.verbs.Linking.Links(ctx, app.Tenant, app.ID, after, size)
			if err != nil {
				yield(fairlead.Link{}, err)
				return
			}
			for _, l := range page {
				if !yield(l, nil) {
					return
				}
			}
			if len(page) < size {
				return
			}
			after = page[len(page)-1].ID
		}
	}
}
