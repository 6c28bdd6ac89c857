package page

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/web/style"
)

func TestEveryProductAndEveryKindOfFailureHasAnIcon(t *testing.T) {
	t.Parallel()
	drawings := map[string]fairlead.Product{}
	for _, p := range fairlead.Products() {
		d := style.IconPath(productIcon(p))
		if other, taken := drawings[d]; d == "" || taken {
			t.Errorf("%s is drawn as %q, as %s is", p, d, other)
		}
		drawings[d] = p
	}
	for _, k := range fairlead.ErrorKinds() {
		name := failureIcon(k)
		if !style.HasIcon(name) {
			t.Errorf("%s has no icon", k)
		}
	}
}
