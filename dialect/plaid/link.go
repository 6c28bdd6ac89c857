package plaid

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// linkBody is the part of the vendor's request that means something here. Its other
// fields (appearance, micro-deposits, a person's particulars) are taken and not used.
type linkBody struct {
	ClientName string   `json:"client_name"`
	Language   string   `json:"language"`
	Countries  []string `json:"country_codes"`
	UserID     string   `json:"user_id"`
	User       *struct {
		ClientUserID string `json:"client_user_id"`
		Email        string `json:"email_address"`
		Phone        string `json:"phone_number"`
	} `json:"user"`
	Products    []string        `json:"products"`
	IfSupported []string        `json:"required_if_supported_products"`
	Optional    []string        `json:"optional_products"`
	Consented   []string        `json:"additional_consented_products"`
	Statements  *spanBody       `json:"statements"`
	Webhook     string          `json:"webhook"`
	AccessToken *string         `json:"access_token"`
	Redirect    *string         `json:"redirect_uri"`
	Institution string          `json:"institution_id"`
	Filters     json.RawMessage `json:"account_filters"`
	Hosted      *hostedBody     `json:"hosted_link"`
	MultiItem   bool            `json:"enable_multi_item_link"`
	Update      *struct {
		Accounts bool `json:"account_selection_enabled"`
	} `json:"update"`
}

// spanBody is the days whose statements are asked for.
type spanBody struct {
	Start string `json:"start_date"`
	End   string `json:"end_date"`
}

// read reads the days; nil: none were given.
func (b *spanBody) read() (*fairlead.Interval, error) {
	if b == nil {
		return nil, nil
	}
	span, err := days(b.Start, b.End)
	return &span, err
}

type hostedBody struct {
	Completion string `json:"completion_redirect_uri"`
	Seconds    int64  `json:"url_lifetime_seconds"`
}

// languages are those that the vendor takes.
var languages = []string{"da", "nl", "en", "et", "fr", "de", "hi", "it", "lv", "lt", "no", "pl", "pt", "ro", "es", "sv", "vi"}

// check refuses a request that misses what it must have, or names what there is not.
func (b linkBody) check() error {
	var missed []string
	for field, has := range map[string]bool{
		"client_name": b.ClientName != "", "language": b.Language != "", "country_codes": len(b.Countries) > 0,
		"user.client_user_id": b.UserID != "" || b.User != nil && b.User.ClientUserID != "",
		"products":            b.updates() || len(b.Products) > 0,
	} {
		if !has {
			missed = append(missed, field)
		}
	}
	if len(missed) > 0 {
		slices.Sort(missed)
		return missing(missed...)
	}
	if !slices.Contains(languages, b.Language) && !slices.Contains(languages, strings.ToLower(strings.SplitN(b.Language, "-", 2)[0])) {
		return invalidField("language", "must be one of "+strings.Join(languages, ", "))
	}
	if len([]rune(b.ClientName)) > 30 {
		return invalidField("client_name", "must have at most 30 characters")
	}
	if b.MultiItem {
		return invalidField("enable_multi_item_link", "must be false: a link of this server makes one Item")
	}
	if b.Hosted != nil && (b.Hosted.Seconds < 0 || b.Hosted.Seconds > 21*24*3600) {
		return invalidField("hosted_link.url_lifetime_seconds", "must be at most 1814400")
	}
	if _, err := readFilters(b.Filters); err != nil {
		return err
	}
	return b.checkProducts()
}

// updates reports whether an Item is to be updated, rather than made.
func (b linkBody) updates() bool { return b.AccessToken != nil && *b.AccessToken != "" }

// lists are the four lists of products, which may not overlap.
func (b linkBody) lists() [][]string {
	return [][]string{b.Products, b.IfSupported, b.Optional, b.Consented}
}

func (b linkBody) checkProducts() error {
	seen := map[string]bool{}
	for n, list := range b.lists() {
		for _, product := range list {
			if _, ok := productsOf[product]; !ok && n == 0 {
				return newError(invalidInput, "INVALID_PRODUCT", "this server does not serve the product "+quoted(product))
			}
			if seen[product] {
				return newError(invalidRequest, "INVALID_FIELD", "products, required_if_supported_products, optional_products and additional_consented_products must not have an entry in common")
			}
			seen[product] = true
		}
	}
	return nil
}

// quoted is a word of the vendor's that the caller sent; anything else is not repeated.
func quoted(word string) string {
	plain := strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") == ""
	if !plain || len(word) > 40 {
		return "that was asked for"
	}
	return word
}

// everything is all products that are asked for and served.
func (b linkBody) everything() (out []string) {
	for _, product := range slices.Concat(b.lists()...) {
		if _, ok := productsOf[product]; ok {
			out = append(out, product)
		}
	}
	return out
}

// createLinkToken makes a link for the application's page, or a hosted one.
func (p *Plaid) createLinkToken(c call) (any, error) {
	var b linkBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if err := p.webhookAllowed(c.Application, b.Webhook); err != nil {
		return nil, err
	}
	request, s, err := p.request(c, b)
	if err != nil {
		return nil, err
	}
	request.Tenant, request.Token = c.Tenant, p.linkToken(c.Tenant, s.Nonce)
	if request.Origin.State, err = json.Marshal(s); err != nil {
		return nil, err
	}
	made, err := p.verbs.Linking.Create(c.Context(), c.Application, request)
	if err != nil {
		return nil, err
	}
	out := linkAnswer{LinkToken: request.Token, Expiration: stamp(made.Link.Expires)}
	if s.Hosted {
		out.HostedLinkURL = made.URL
	}
	return out, nil
}

// linkToken is the token of a link that remembers a nonce: it is not stored, and can be
// told again, as the webhook of the link's end must.
func (p *Plaid) linkToken(t fairlead.Tenant, nonce string) string {
	return "link-" + environment(t) + "-" + p.verbs.Access.KeyedHash(t, "plaid link token "+nonce)
}

// request is the link that a body wants.
func (p *Plaid) request(c call, b linkBody) (linking.CreateRequest, state, error) {
	s := state{
		Nonce: fairlead.NewToken(), Webhook: b.Webhook, Products: b.Products, Countries: b.Countries, Language: b.Language, Client: b.ClientName,
		Hosted: b.Hosted != nil, Update: b.updates(), Filters: compact(b.Filters),
	}
	var err error
	if s.Statements, err = b.Statements.read(); err != nil {
		return linking.CreateRequest{}, s, err
	}
	spec := fairlead.Spec{
		Mode: fairlead.ModeFrame, NoFiles: true, Countries: b.Countries, Language: b.Language, Products: wanted(b.everything()), Essential: wanted(b.Products),
		Stages: []fairlead.Stage{
			fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation, fairlead.StageAccounts, fairlead.StageRetrieving, fairlead.StageResult,
		},
		Code: fairlead.CodePolicy{Life: publicLife, Listable: true}, OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson, Limit: 1, Endless: true,
		Reopens:      true,
		Presentation: fairlead.Presentation{CompanyName: b.ClientName},
	}
	request := linking.CreateRequest{Life: linkLife, Origin: fairlead.Origin{Dialect: name}, Reference: b.UserID}
	if b.User != nil {
		request.Reference = cmp.Or(b.User.ClientUserID, b.UserID)
	}
	if b.Redirect != nil {
		if s.Redirect = *b.Redirect; s.Redirect != "" {
			if err := c.Application.RedirectAllowed(s.Redirect, p.verbs.Dev); err != nil {
				return request, s, invalidField("redirect_uri", "must be one that the application may lead to: its host must be among the application's redirect_hosts")
			}
		}
	}
	if b.Hosted != nil {
		spec.Mode, spec.Redirect = fairlead.ModeRedirect, b.Hosted.Completion
		if b.Hosted.Seconds > 0 {
			request.Life = max(time.Duration(b.Hosted.Seconds)*time.Second, time.Minute)
		}
	}
	if b.Institution != "" {
		i, err := p.institution(c, b.Institution)
		if err != nil {
			return request, s, err
		}
		spec.Institution = i.ID
	}
	request.Spec = spec
	if !b.updates() {
		return request, s, nil
	}
	return p.updating(c, b, request, s)
}

// updating makes of a request one that renews an Item's connection.
func (p *Plaid) updating(c call, b linkBody, request linking.CreateRequest, s state) (linking.CreateRequest, state, error) {
	conn, note, err := p.itemOfToken(c, *b.AccessToken)
	if err != nil {
		return request, s, err
	}
	if conn.Status == fairlead.ConnectionDisconnected {
		return request, s, itemErrorOf(conn)
	}
	spec := &request.Spec
	spec.Connection, spec.Institution, spec.Countries = conn.ID, "", nil
	spec.Essential = nil
	if len(spec.Products) == 0 {
		for _, product := range fairlead.Products() {
			if _, has := conn.Products[product]; has {
				spec.Products = append(spec.Products, product)
			}
		}
	}
	spec.Products = mergeProducts(spec.Products, conn)
	if b.Update == nil || !b.Update.Accounts {
		spec.Stages = slices.DeleteFunc(spec.Stages, func(s fairlead.Stage) bool { return s == fairlead.StageAccounts })
	}
	if request.Life = updateLife; b.Hosted != nil && b.Hosted.Seconds > 0 {
		request.Life = max(time.Duration(b.Hosted.Seconds)*time.Second, time.Minute)
	}
	request.Reference, request.Person = "", conn.Person
	if s.Webhook == "" {
		s.Webhook = note.Webhook
	}
	return request, s, nil
}

// mergeProducts adds what a connection has already to what is wanted: an update takes
// nothing away.
func mergeProducts(wanted []fairlead.Product, conn fairlead.Connection) (out []fairlead.Product) {
	for _, p := range fairlead.Products() {
		if _, has := conn.Products[p]; has || slices.Contains(wanted, p) {
			out = append(out, p)
		}
	}
	return out
}

// compact is JSON without the spaces that it came with; nil where it is none.
func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if len(raw) == 0 || string(raw) == "null" || json.Compact(&b, raw) != nil {
		return nil
	}
	return b.Bytes()
}

// getLinkToken answers what a link token is for, and what came of it.
func (p *Plaid) getLinkToken(c call) (any, error) {
	var body struct {
		LinkToken string `json:"link_token"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.LinkToken == "" {
		return nil, missing("link_token")
	}
	link, err := p.verbs.Linking.OfToken(c.Context(), c.Tenant.ID, body.LinkToken)
	if fairlead.Is(err, fairlead.NotFound) || err == nil && (link.Application != c.Application.ID || link.Origin.Dialect != name) {
		return nil, newError(invalidInput, "INVALID_LINK_TOKEN", "could not find matching link token")
	}
	if err != nil {
		return nil, err
	}
	s := stateOf(link.Origin)
	out := linkStatus{
		LinkToken: body.LinkToken, Expiration: stamp(link.Expires), Sessions: []linkSession{},
		Metadata: linkMetadata{
			Products: append([]string{}, s.Products...), Webhook: orNull(s.Webhook), Countries: append([]string{}, s.Countries...), Language: orNull(s.Language),
			Filters: s.Filters, Redirect: orNull(s.Redirect), ClientName: orNull(s.Client),
		},
	}
	if out.Metadata.Filters == nil {
		out.Metadata.Filters = json.RawMessage("{}")
	}
	for { // a session is a link of its own
		if !link.Opened.IsZero() || !link.Ended.IsZero() {
			visit, err := p.sessionOf(c, link)
			if err != nil {
				return nil, err
			}
			out.Sessions = append(out.Sessions, visit)
		}
		out.CreatedAt = stamp(link.Created)
		before := link.Previous
		if before == "" {
			break
		}
		if link, err = p.verbs.Linking.Link(c.Context(), c.Tenant.ID, before); err != nil {
			return nil, err
		}
	}
	slices.Reverse(out.Sessions)
	return out, nil
}
