package dialect_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// numbers is a list of three pages whose last one can fail.
type numbers struct {
	failing error
	cursors []string
}

func (n *numbers) list(_ context.Context, _ fairlead.TenantID, q reading.Query) (reading.Page[int], error) {
	n.cursors = append(n.cursors, q.After)
	switch q.After {
	case "":
		return reading.Page[int]{Data: []int{1, 2}, Next: "a"}, nil
	case "a":
		return reading.Page[int]{Data: []int{3}, Next: "b"}, nil
	}
	return reading.Page[int]{Data: []int{4}}, n.failing
}

// take collects what All yields, at most so many.
func (n *numbers) take(t *testing.T, most int) (got []int, err error) {
	t.Helper()
	for i, err := range dialect.All(t.Context(), "ten_1", reading.Query{Connection: "con_1"}, n.list) {
		if err != nil {
			return got, err
		}
		if got = append(got, i); len(got) == most {
			break
		}
	}
	return got, nil
}

func TestAListIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	n := &numbers{}
	if got, err := n.take(t, 9); err != nil || !slices.Equal(got, []int{1, 2, 3, 4}) || !slices.Equal(n.cursors, []string{"", "a", "b"}) {
		t.Errorf("read %v by %q (%v)", got, n.cursors, err)
	}
}

func TestNoPageIsReadThatIsNotWanted(t *testing.T) {
	t.Parallel()
	n := &numbers{}
	if got, err := n.take(t, 2); err != nil || len(got) != 2 || len(n.cursors) != 1 {
		t.Errorf("read %v by %q (%v)", got, n.cursors, err)
	}
}

func TestAnErrorEndsAList(t *testing.T) {
	t.Parallel()
	n := &numbers{failing: errors.New("gone")}
	if got, err := n.take(t, 9); !errors.Is(err, n.failing) || len(got) != 3 {
		t.Errorf("read %v (%v)", got, err)
	}
}
