package linking

import (
	"context"
	"io"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

var errUnbuilt = fairlead.Errorf(fairlead.Unavailable, "Not yet.")

func (l *Linking) Create(ctx context.Context, app fairlead.Application, ask CreateAsk) (Created, error) {
	return Created{}, errUnbuilt
}
func (l *Linking) Link(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error) {
	return fairlead.Link{}, errUnbuilt
}
func (l *Linking) Links(ctx context.Context, tenant fairlead.TenantID, app fairlead.ApplicationID, after fairlead.LinkID, limit int) ([]fairlead.Link, error) {
	return nil, errUnbuilt
}
func (l *Linking) LinkByToken(ctx context.Context, token string) (fairlead.Link, error) {
	return fairlead.Link{}, errUnbuilt
}
func (l *Linking) Cancel(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error) {
	return fairlead.Link{}, errUnbuilt
}
func (l *Linking) Exchange(ctx context.Context, app fairlead.Application, code, replayKey string) (Grant, error) {
	return Grant{}, errUnbuilt
}
func (l *Linking) Codes(ctx context.Context, app fairlead.Application) ([]Code, error) {
	return nil, errUnbuilt
}
func (l *Linking) Institutions(ctx context.Context, tenant fairlead.TenantID, s Search) ([]fairlead.Institution, error) {
	return nil, errUnbuilt
}
func (l *Linking) Institution(ctx context.Context, tenant fairlead.TenantID, name string) (fairlead.Institution, error) {
	return fairlead.Institution{}, errUnbuilt
}
func (l *Linking) CreateTemplate(ctx context.Context, app fairlead.Application, ask TemplateAsk) (fairlead.Template, error) {
	return fairlead.Template{}, errUnbuilt
}
func (l *Linking) ChangeTemplate(ctx context.Context, app fairlead.Application, token string, change func(*fairlead.Template) error) (fairlead.Template, error) {
	return fairlead.Template{}, errUnbuilt
}
func (l *Linking) Templates(ctx context.Context, app fairlead.Application) ([]fairlead.Template, error) {
	return nil, errUnbuilt
}
func (l *Linking) Template(ctx context.Context, app fairlead.Application, token string) (fairlead.Template, error) {
	return fairlead.Template{}, errUnbuilt
}
func (l *Linking) DeleteTemplate(ctx context.Context, app fairlead.Application, token string) error {
	return errUnbuilt
}
func (l *Linking) PendingCodes(ctx context.Context, tenant fairlead.TenantID, id fairlead.TemplateID) (int, error) {
	return 0, errUnbuilt
}
func (l *Linking) Headless(ctx context.Context, app fairlead.Application, ask HeadlessAsk) (Created, Outcome, error) {
	return Created{}, Outcome{}, errUnbuilt
}
func (l *Linking) Disconnect(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, by string, status fairlead.ConsentStatus) error {
	return errUnbuilt
}
func (l *Linking) RevokeConsent(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConsentID, by string, status fairlead.ConsentStatus) error {
	return errUnbuilt
}
func (l *Linking) ErasePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	return errUnbuilt
}
func (l *Linking) Person(ctx context.Context, tenant fairlead.TenantID, name string) (fairlead.Person, error) {
	return fairlead.Person{}, errUnbuilt
}
func (l *Linking) PersonDetails(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (fairlead.PersonDetails, error) {
	return fairlead.PersonDetails{}, errUnbuilt
}
func (l *Linking) Portal(ctx context.Context, app fairlead.Application, person fairlead.PersonID) (string, time.Time, error) {
	return "", time.Time{}, errUnbuilt
}
func (l *Linking) PortalView(ctx context.Context, token string) (Portal, error) {
	return Portal{}, errUnbuilt
}
func (l *Linking) PortalRevoke(ctx context.Context, token string, connection fairlead.ConnectionID) error {
	return errUnbuilt
}
func (l *Linking) Preview(ctx context.Context, v Visit) (Screen, error) { return Screen{}, errUnbuilt }
func (l *Linking) Enter(ctx context.Context, v Visit, kind fairlead.TokenKind, client string) (fairlead.Link, Session, error) {
	return fairlead.Link{}, Session{}, errUnbuilt
}
func (l *Linking) Visit(ctx context.Context, s Session, id fairlead.LinkID) (Screen, error) {
	return Screen{}, errUnbuilt
}
func (l *Linking) Proceed(ctx context.Context, s Session) error                    { return errUnbuilt }
func (l *Linking) Choose(ctx context.Context, s Session, institution string) error { return errUnbuilt }
func (l *Linking) Agree(ctx context.Context, s Session, months int, endless bool) error {
	return errUnbuilt
}
func (l *Linking) Answer(ctx context.Context, s Session, turn int, a fairlead.Answer) error {
	return errUnbuilt
}
func (l *Linking) Poll(ctx context.Context, s Session) error { return errUnbuilt }
func (l *Linking) Upload(ctx context.Context, s Session, name string, r io.Reader) (fairlead.File, error) {
	return fairlead.File{}, errUnbuilt
}
func (l *Linking) PickAccounts(ctx context.Context, s Session, refs []string) error {
	return errUnbuilt
}
func (l *Linking) Accept(ctx context.Context, s Session, yes bool) error { return errUnbuilt }
func (l *Linking) Back(ctx context.Context, s Session) error             { return errUnbuilt }
func (l *Linking) Retry(ctx context.Context, s Session) error            { return errUnbuilt }
func (l *Linking) Another(ctx context.Context, s Session) error          { return errUnbuilt }
func (l *Linking) Leave(ctx context.Context, s Session) error            { return errUnbuilt }
func (l *Linking) Finish(ctx context.Context, s Session) (Destination, error) {
	return Destination{}, errUnbuilt
}
func (l *Linking) Depart(ctx context.Context, s Session) (address, state string, err error) {
	return "", "", errUnbuilt
}
func (l *Linking) Return(ctx context.Context, state, cookieState string, query map[string]string) (fairlead.LinkID, bool, error) {
	return "", false, errUnbuilt
}
func (l *Linking) ReturnScreen(ctx context.Context, state string) (Screen, error) {
	return Screen{}, errUnbuilt
}
func (l *Linking) ConfirmReturn(ctx context.Context, state string, query map[string]string) (fairlead.LinkID, error) {
	return "", errUnbuilt
}
func (l *Linking) Handover(ctx context.Context, s Session) (address string, err error) {
	return "", errUnbuilt
}
func (l *Linking) Expire(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}
func (l *Linking) Turn(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}
func (l *Linking) Erase(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}
func (l *Linking) Prune(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}
