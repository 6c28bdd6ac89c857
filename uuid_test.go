package fairlead_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestAnIDIsWrittenAsAUUIDAndReadBack(t *testing.T) {
	t.Parallel()
	id := fairlead.NewID("lnk", time.Now())
	uuid := fairlead.UUID(id)
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(uuid) {
		t.Errorf("%s became %s, which is no UUID of version 7", id, uuid)
	}
	if back := fairlead.FromUUID("lnk", strings.ToUpper(uuid)); back != id {
		t.Errorf("%s came back as %s", id, back)
	}
}

func TestWhatIsNoUUIDIsNotRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "lnk_x", "0190163d8694739bae5e7e8a1b2c3d4e", "0190163d-8694-739b-ae5e-7e8a1b2c3d4", "0190163g-8694-739b-ae5e-7e8a1b2c3d4e", "0190163d-8694-739b-ae5e-7e8a1b2c-d4e"} {
		if id := fairlead.FromUUID("lnk", text); id != "" {
			t.Errorf("%q was read as %s", text, id)
		}
	}
	for _, id := range []string{"", "dev", "app_dev", "lnk_0000"} {
		if uuid := fairlead.UUID(id); uuid != "" {
			t.Errorf("%q was written as %s", id, uuid)
		}
	}
}
