package flanks

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/reading"
)

// codes lists the codes that nobody has exchanged.
func (f *Flanks) codes(c call) (any, error) {
	codes, err := f.verbs.Linking.Codes(c.Context(), c.Application)
	only := c.URL.Query().Get("link_token")
	out := []codeBody{}
	for _, code := range codes {
		s := stateOf(code.Origin)
		if code.Origin.Dialect == name && (only == "" || only == s.LinkToken) {
			out = append(out, codeBody{code.Value, s.LinkToken, s.Extra})
		}
	}
	return out, err
}

// exchange turns a code into the credentials that it stands for, once.
func (f *Flanks) exchange(c call) (any, error) {
	var body codeBody
	err := c.decode(&body)
	if err == nil && body.Code == "" {
		err = fairlead.InvalidField("code", "required", "must be given")
	}
	if err != nil {
		return nil, err
	}
	grant, err := f.verbs.Linking.Exchange(c.Context(), c.Application, body.Code, "")
	if err != nil {
		return nil, err
	}
	if len(grant.Connections) == 0 {
		return nil, fairlead.Errorf(fairlead.Gone, "The credentials of this code were deleted.")
	}
	s := stateOf(grant.Link.Origin)
	return exchanged{"Successfully retrieved", string(grant.Connections[0].ID), s.Extra, s.LinkToken}, nil
}

// connection reads the credential that a body names. One that was deleted does
// not exist.
func (f *Flanks) connection(c call, token string) (fairlead.Connection, error) {
	if token == "" {
		return fairlead.Connection{}, fairlead.InvalidField("credentials_token", "required", "must be given")
	}
	conn, err := f.verbs.Reading.Connection(c.Context(), c.Tenant.ID, fairlead.ConnectionID(token))
	if fairlead.Is(err, fairlead.NotFound) || conn.Status == fairlead.ConnectionDisconnected {
		return conn, fairlead.Errorf(fairlead.NotFound, "There are no credentials of this credentials_token.")
	}
	return conn, err
}

// named reads the body and the credential that it names.
func (f *Flanks) named(c call) (body credentialsBody, conn fairlead.Connection, err error) {
	if err = c.decode(&body); err == nil {
		conn, err = f.connection(c, body.Token)
	}
	return body, conn, err
}

func (f *Flanks) status(c call) (any, error) {
	_, conn, err := f.named(c)
	if err != nil {
		return nil, err
	}
	v, err := f.viewOf(c, conn, 0)
	if err != nil {
		return nil, err
	}
	newest, err := f.verbs.Reading.Transactions(c.Context(), c.Tenant.ID, reading.Query{Connection: conn.ID, State: string(fairlead.TransactionPosted), Limit: 1})
	if err != nil {
		return nil, err
	}
	forced, err := f.forced(c.Context(), conn)
	if err != nil {
		return nil, err
	}
	out := statusAnswer{
		Pending: pending(conn), Blocked: blocked(conn), Name: v.bank, CreatedAt: conn.Created.Unix(),
		Errored: flagsOf(v, errored), Created: flagsOf(v, created),
	}
	for word, into := range map[string]**string{"reset": &out.ResetToken, "sca": &out.SCAToken, "transaction": &out.TransactionToken} {
		if forced[word] || (word == "reset" && out.Blocked) || (word == "sca" && needsFactor(conn)) {
			token := f.verbs.Linking.RenewalToken(conn)
			*into = &token
		}
	}
	if len(newest.Data) > 0 {
		out.LastTransactionDate = orNull(newest.Data[0].Booked.String())
	}
	if at := conn.Refreshed.UTC(); !conn.Refreshed.IsZero() {
		seconds := at.Unix()
		out.LastUpdate, out.Time, out.LastUpdateTimestamp = orNull(at.Format(time.DateOnly)), orNull(at.Format("15:04")), &seconds
	}
	return out, nil
}

// force makes the status show a token, with which the person is sent to the page.
func (f *Flanks) force(c call) (any, error) {
	body, conn, err := f.named(c)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"sca", "reset", "transaction"}, body.Force) {
		return nil, fairlead.InvalidField("force", "unknown", "must be sca, reset or transaction")
	}
	_, err = notes.Change(c.Context(), f.verbs.Notes.KV(name), c.Tenant.ID, forcedKey(conn), func(n *forcedNote) error {
		if n.Link != conn.Link {
			*n = forcedNote{Link: conn.Link}
		}
		if !slices.Contains(n.Words, body.Force) {
			n.Words = append(n.Words, body.Force)
		}
		return nil
	})
	return map[string]string{body.Force + "_token": f.verbs.Linking.RenewalToken(conn)}, err
}

// forcedNote is what an application has forced. It counts until the person has
// been there: until another link than this one was the connection's latest.
type forcedNote struct {
	Link  fairlead.LinkID `json:"link"`
	Words []string        `json:"words"`
}

// forcedKey is of what is erased with the connection's data.
func forcedKey(conn fairlead.Connection) string { return fairlead.NotesOf(conn.ID) + "forced" }

func (f *Flanks) forced(ctx context.Context, conn fairlead.Connection) (map[string]bool, error) {
	n, err := notes.Read[forcedNote](ctx, f.verbs.Notes.KV(name), conn.Tenant, forcedKey(conn))
	if fairlead.Is(err, fairlead.NotFound) || (err == nil && n.Link != conn.Link) {
		return nil, nil
	}
	words := map[string]bool{}
	for _, w := range n.Words {
		words[w] = true
	}
	return words, err
}

// perPage is how many credentials a page of the list has.
const perPage = 100

func (f *Flanks) list(c call) (any, error) {
	var body listBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	page := 1
	if body.Page != nil {
		page = *body.Page
	}
	if page < 1 {
		return nil, fairlead.InvalidField("page", "range", "must be 1 or more")
	}
	all, err := f.connections(c)
	if err != nil {
		return nil, err
	}
	out := credentialsList{Items: []credential{}, Page: page, Pages: max(1, (len(all)+perPage-1)/perPage)}
	if page > out.Pages {
		return out, nil
	}
	for _, conn := range all[(page-1)*perPage : min(page*perPage, len(all))] {
		bank, err := f.bank(c.Context(), conn)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, credential{string(conn.ID), externalID(conn), bank, listStatus(conn)})
	}
	return out, nil
}

// connections are all that the tenant has, in the order of their ids: Flanks
// counts pages, so all must be counted.
func (f *Flanks) connections(c call) (all []fairlead.Connection, err error) {
	for conn, err := range dialect.All(c.Context(), c.Tenant.ID, reading.ListQuery{}, f.verbs.Reading.Connections) {
		if err != nil {
			return nil, err
		}
		if conn.Status != fairlead.ConnectionDisconnected {
			all = append(all, conn)
		}
	}
	return all, nil
}

func (f *Flanks) remove(c call) (any, error) {
	_, conn, err := f.named(c)
	if err == nil {
		err = f.verbs.Consenting.Disconnect(c.Context(), c.Tenant.ID, conn.ID, string(c.Application.ID), fairlead.ConsentRevokedByApplication)
	}
	return message{"Credentials successfully deleted"}, err
}

// available lists every bank that can be linked.
func (f *Flanks) available(c call) (any, error) {
	out := []entity{}
	banks, err := f.banks(c)
	for _, i := range banks {
		out = append(out, entity{bankID(i), i.Name, i.Country})
	}
	return out, err
}

// banks are all that can be linked, the best known first.
func (f *Flanks) banks(c call) (all []fairlead.Institution, err error) {
	search := reading.Search{Products: spec().Products, Limit: 500}
	for {
		page, err := f.verbs.Reading.SearchInstitutions(c.Context(), c.Tenant.ID, search)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Institutions...)
		if !page.More {
			return all, nil
		}
		search.After = all[len(all)-1].ID
	}
}

// bankID is Flanks' id of a bank: our short name, where it has one.
func bankID(i fairlead.Institution) string { return cmp.Or(i.ShortName, string(i.ID)) }

// bank is the id of a connection's bank; of one that is served no more it is ours.
func (f *Flanks) bank(ctx context.Context, conn fairlead.Connection) (string, error) {
	i, err := f.verbs.Reading.Institution(ctx, conn.Tenant, string(conn.Institution))
	if fairlead.Is(err, fairlead.NotFound) {
		return string(conn.Institution), nil
	}
	return bankID(i), err
}
