package linking

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

var errUnbuilt = fairlead.Errorf(fairlead.Unavailable, "Not yet.")

func (l *Linking) Headless(ctx context.Context, app fairlead.Application, ask HeadlessAsk) (Created, Outcome, error) {
	return Created{}, Outcome{}, errUnbuilt
}
func (l *Linking) Disconnect(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, by string, status fairlead.ConsentStatus) error {
	return errUnbuilt
}
func (l *Linking) ErasePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	return errUnbuilt
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
func (l *Linking) Expire(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}
func (l *Linking) Erase(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}
func (l *Linking) Prune(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	return store.Outcome{}, errUnbuilt
}

func (l *Linking) revokeHeld(ctx context.Context, sc scene, held pending) {}
