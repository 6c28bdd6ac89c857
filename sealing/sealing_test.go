package sealing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// canary is what must never be readable where it was not opened.
const canary = "CANARY-52998224725"

func newSealer(t *testing.T) (s sealing.Sealer, folder string) {
	t.Helper()
	folder = t.TempDir()
	b, err := filebucket.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return sealing.Sealer{Vault: keyset.Memory(), Bucket: b}, folder
}

func connection(t *testing.T, s sealing.Sealer, id fairlead.ConnectionID) fairlead.Connection {
	t.Helper()
	c := fairlead.Connection{ID: id, Tenant: "ten_1"}
	var err error
	if c.Key, err = s.Vault.NewKey(sealing.ConnectionKey(c).Owner); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSecretsOpenForTheirConnectionAndForNoOther(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	c, other := connection(t, s, "con_1"), connection(t, s, "con_2")
	var err error
	if c.Secrets, err = s.SealSecrets(c, map[string]fairlead.Secret{"password": fairlead.NewSecret(canary)}); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(c.Secrets, []byte(canary)) {
		t.Error("the secrets are stored in the open")
	}
	if opened, err := s.Secrets(c); err != nil || opened["password"].Reveal() != canary {
		t.Errorf("opened %d secrets: %v", len(opened), err)
	}
	moved := other
	moved.Secrets = c.Secrets
	if _, err := s.Secrets(moved); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("secrets moved to another connection: %v", err)
	}
	if none, err := s.Secrets(other); err != nil || len(none) != 0 || none == nil {
		t.Errorf("a connection without secrets has %v: %v", none, err)
	}
}

func TestWhatIsLearntOfAPersonIsSealedUnderAKeyOfTheirOwn(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	p := fairlead.Person{ID: "per_1", Tenant: "ten_1"}
	for _, step := range []struct {
		said, known fairlead.PersonDetails
		news        bool
	}{
		{fairlead.PersonDetails{}, fairlead.PersonDetails{}, false},
		{fairlead.PersonDetails{PersonalTaxID: canary}, fairlead.PersonDetails{PersonalTaxID: canary}, true},
		{fairlead.PersonDetails{Email: "a@example.com"}, fairlead.PersonDetails{PersonalTaxID: canary, Email: "a@example.com"}, true},
		{fairlead.PersonDetails{Email: "a@example.com"}, fairlead.PersonDetails{PersonalTaxID: canary, Email: "a@example.com"}, false},
	} {
		news, err := s.Learn(&p, step.said)
		if err != nil || news != step.news || bytes.Contains(p.Details, []byte(canary)) {
			t.Fatalf("news %v, want %v: %v", news, step.news, err)
		}
		if known, err := s.Details(p); err != nil || known != step.known {
			t.Errorf("known %+v, want %+v: %v", known, step.known, err)
		}
	}
}

func TestABlobIsSealedAndDescribedByItsPlainBytes(t *testing.T) {
	t.Parallel()
	s, folder := newSealer(t)
	key := sealing.ConnectionKey(connection(t, s, "con_1"))
	plain := strings.Repeat(canary, 10_000)
	blob, err := s.PutBlob(t.Context(), key, "files/one", strings.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256([]byte(plain)); blob.Size != int64(len(plain)) || blob.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("described as %+v", blob)
	}
	_ = filepath.Walk(folder, func(name string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			if raw, _ := os.ReadFile(name); bytes.Contains(raw, []byte(canary)) {
				t.Errorf("%s holds plain bytes", name)
			}
		}
		return err
	})
	r, err := s.OpenBlob(t.Context(), key, "files/one")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if back, err := io.ReadAll(r); err != nil || string(back) != plain {
		t.Errorf("%d bytes came back: %v", len(back), err)
	}
}

func TestABlobThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	s, _ := newSealer(t)
	key := sealing.ConnectionKey(connection(t, s, "con_1"))
	broken := errors.New("the person went away")
	for name, c := range map[string]struct {
		plain io.Reader
		want  func(error) bool
	}{
		"too large": {strings.NewReader("0123456789A"), func(err error) bool { return fairlead.Is(err, fairlead.TooLarge) }},
		"broken":    {iotest.ErrReader(broken), func(err error) bool { return errors.Is(err, broken) }},
		"cut off":   {iotest.ErrReader(io.ErrUnexpectedEOF), func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		_, err := s.PutBlob(t.Context(), key, "files/"+strings.ReplaceAll(name, " ", "-"), c.plain, 10)
		if !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.OpenBlob(t.Context(), key, "files/"+strings.ReplaceAll(name, " ", "-")); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("%s: a blob is left: %v", name, err)
		}
	}
}
