package plaidtest

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

func (s *Server) createLink(r request) (Object, error) {
	if name := r.text("client_name"); name == "" || len([]rune(name)) > 30 {
		return nil, &problem{"INVALID_REQUEST", "INVALID_FIELD", "client_name must be 1 to 30 characters"}
	}
	if redirect := r.text("redirect_uri"); redirect != "" {
		return nil, &problem{"INVALID_REQUEST", "INVALID_FIELD", "OAuth redirect URI must be configured in the developer dashboard"}
	}
	now := s.Clock()
	life := 4 * time.Hour
	if token := r.text("access_token"); token != "" {
		life = 30 * time.Minute
		if _, ok := r.body["products"]; ok {
			return nil, &problem{"INVALID_REQUEST", "INVALID_FIELD", "products must not be set in update mode"}
		}
	} else if list, _ := r.body["products"].([]any); len(list) == 0 {
		return nil, &problem{"INVALID_REQUEST", "MISSING_FIELDS", "products is missing"}
	}
	if err := overlap(r.body); err != nil {
		return nil, err
	}
	hosted := r.object("hosted_link")
	life = time.Duration(request{body: hosted}.number("url_lifetime_seconds", int(life.Seconds()))) * time.Second
	l := &Link{Token: s.token("link"), Request: r.body, Created: now, Expires: now.Add(life)}
	if token := r.text("access_token"); token != "" {
		item, err := s.itemOf(r, "/item/get")
		if err != nil {
			return nil, err
		}
		l.Item = item
	}
	s.links[l.Token] = l
	out := Object{"link_token": l.Token, "expiration": l.Expires.UTC().Format(time.RFC3339)}
	if hosted != nil && !s.NoHosted {
		out["hosted_link_url"] = s.URL + "/hosted?token=" + url.QueryEscape(l.Token)
	}
	return out, nil
}

// overlap refuses a product that is in two of the lists.
func overlap(body Object) error {
	seen := map[any]bool{}
	for _, name := range []string{"products", "required_if_supported_products", "optional_products", "additional_consented_products"} {
		list, _ := body[name].([]any)
		for _, p := range list {
			if seen[p] {
				return &problem{"INVALID_REQUEST", "INVALID_FIELD", "the lists of products must not overlap"}
			}
			seen[p] = true
		}
	}
	if _, ok := body["statements"]; !ok && seen["statements"] {
		return &problem{"INVALID_REQUEST", "MISSING_FIELDS", "statements is missing"}
	}
	return nil
}

func (s *Server) getLink(r request) (Object, error) {
	l := s.links[r.text("link_token")]
	if l == nil || s.Clock().After(l.Expires.Add(6*time.Hour)) {
		return nil, invalid("INVALID_LINK_TOKEN", "could not find matching link token")
	}
	products, _ := l.Request["products"].([]any)
	if products == nil {
		products = []any{}
	}
	sessions := make([]any, 0, len(l.Sessions))
	for _, session := range l.Sessions {
		sessions = append(sessions, session)
	}
	return Object{
		"link_token": l.Token, "created_at": l.Created.UTC().Format(time.RFC3339), "expiration": l.Expires.UTC().Format(time.RFC3339), "link_sessions": sessions,
		"metadata": Object{
			"initial_products": products, "webhook": l.Request["webhook"], "country_codes": l.Request["country_codes"], "language": l.Request["language"],
			"redirect_uri": nil, "client_name": l.Request["client_name"],
		},
	}, nil
}

var hosted = template.Must(template.New("hosted").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Stand-in of Plaid Link</title>
<h1>{{.Client}} wants to connect to your bank</h1>
<form method="post" action="/hosted?token={{.Token}}">
<button name="do" value="connect">Connect</button>
<button name="do" value="exit">Leave</button>
<button name="do" value="INVALID_CREDENTIALS">Type a wrong password</button>
<button name="do" value="INSTITUTION_DOWN">Meet a bank that is down</button>
</form></html>`))

// page is the hosted page: a GET shows it, a POST is a click.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	s.mutex.Lock()
	l := s.links[token]
	expired := l == nil || s.Clock().After(l.Expires)
	s.mutex.Unlock()
	if expired || r.URL.Path != "/hosted" {
		http.Error(w, "This page has expired.", http.StatusGone)
		return
	}
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		client, _ := l.Request["client_name"].(string)
		_ = hosted.Execute(w, map[string]string{"Client": client, "Token": token})
		return
	}
	s.Finish(token, r.FormValue("do"))
	back, _ := l.Request["hosted_link"].(Object)["completion_redirect_uri"].(string)
	if back == "" {
		fmt.Fprintln(w, "You may close this page.")
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// Finish ends a session of a link as a person would: "connect", "exit", or the code of an
// error of Plaid's with which it ends. "connect again" is a "connect" of update mode that
// comes with a public token, which the page's script gets there too. The webhook of its end is sent. It returns the
// public token, if there is one.
func (s *Server) Finish(token, do string) string {
	s.mutex.Lock()
	l := s.links[token]
	now := s.Clock().UTC().Format(time.RFC3339)
	session := Object{"link_session_id": id(12), "started_at": now, "finished_at": now}
	status, public := "EXITED", ""
	where := Object{"name": "First Platypus Bank", "institution_id": "ins_109508"}
	if ref, _ := l.Request["institution_id"].(string); ref != "" {
		for _, i := range s.institutions {
			if i["institution_id"] == ref {
				where = Object{"name": i["name"], "institution_id": ref}
			}
		}
	}
	switch {
	case strings.HasPrefix(do, "connect") && l.Item != nil:
		status, l.Item.Error = "SUCCESS", ""
		if add, _ := l.Request["additional_consented_products"].([]any); len(add) > 0 {
			for _, p := range add {
				l.Item.Products = append(l.Item.Products, p.(string))
			}
		}
		session["results"] = results(nil)
		if do != "connect" {
			public = s.token("public")
			s.public[public] = l.Item
			session["on_success"] = Object{"public_token": public, "metadata": Object{"institution": where, "accounts": l.Item.linkAccounts()}}
		}
	case do == "connect" && s.Slots > 0 && s.made >= s.Slots:
		session["exit"] = exit("INVALID_REQUEST", "TRIAL_CONNECTION_LIMIT", where)
	case do == "connect":
		status, public = "SUCCESS", s.token("public")
		item := s.newItem(where["institution_id"].(string), where["name"].(string), l.Request)
		s.public[public] = item
		session["results"] = results([]any{Object{"public_token": public, "institution": where, "accounts": item.linkAccounts()}})
	case do == "exit":
		session["exit"] = Object{"error": nil, "metadata": Object{"institution": where, "status": "requires_credentials", "link_session_id": session["link_session_id"], "request_id": id(8)}}
	default:
		kind := "ITEM_ERROR"
		if strings.HasPrefix(do, "INSTITUTION_") {
			kind = "INSTITUTION_ERROR"
		}
		session["exit"] = exit(kind, do, where)
	}
	l.Sessions = append(l.Sessions, session)
	hook, _ := l.Request["webhook"].(string)
	body := Object{"webhook_type": "LINK", "webhook_code": "SESSION_FINISHED", "status": status, "link_session_id": session["link_session_id"], "link_token": l.Token, "environment": s.Environment}
	if public != "" {
		body["public_tokens"] = []string{public}
	}
	s.mutex.Unlock()
	if hook != "" {
		_, _ = s.Send(hook, body)
	}
	return public
}

// Open begins a session that has not ended.
func (s *Server) Open(token string) {
	s.Change(func() {
		l := s.links[token]
		l.Sessions = append(l.Sessions, Object{"link_session_id": id(12), "started_at": s.Clock().UTC().Format(time.RFC3339), "finished_at": nil})
	})
}

func results(items []any) Object {
	if items == nil {
		items = []any{}
	}
	return Object{
		"item_add_results": items, "cra_item_add_results": []any{}, "cra_update_results": []any{}, "bank_income_results": []any{},
		"payroll_income_results": []any{}, "document_income_results": nil,
	}
}

func exit(kind, code string, where Object) Object {
	return Object{
		"error":    Object{"error_type": kind, "error_code": code, "error_message": "the session ended with " + code, "display_message": nil},
		"metadata": Object{"institution": where, "status": "requires_credentials", "link_session_id": id(12), "request_id": id(8)},
	}
}

func (s *Server) exchange(r request) (Object, error) {
	public := r.text("public_token")
	item := s.public[public]
	if item == nil {
		return nil, invalid("INVALID_PUBLIC_TOKEN", "provided public token is expired or was already exchanged")
	}
	delete(s.public, public)
	item.Token = s.token("access")
	return Object{"access_token": item.Token, "item_id": item.ID}, nil
}

// Latest is the link token that was made last; "": none was.
func (s *Server) Latest() (token string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var made time.Time
	for _, l := range s.links {
		if token == "" || l.Created.After(made) {
			token, made = l.Token, l.Created
		}
	}
	return token
}
