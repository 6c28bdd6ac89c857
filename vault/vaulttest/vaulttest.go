// Package vaulttest is the specification of vault.Full: every implementation
// passes Run. It seals, opens, tampers, mixes up owners and keys, tears streams,
// rotates, and looks for plain text in every error it provokes.
package vaulttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

// canary is the plain text; no error may contain it.
const canary = "canary-hunter2-canary"

// Harness is how the suite gets at an implementation.
type Harness struct {
	// New makes a vault with keys of its own.
	New func(t *testing.T) vault.Full
	// Rotate makes another key the primary; what the former sealed still opens.
	Rotate func(t *testing.T, v vault.Full)
	// Retire deletes every key but the primary.
	Retire func(t *testing.T, v vault.Full)
}

// Run checks an implementation against the contract.
func Run(t *testing.T, h Harness) {
	tests := map[string]func(*testing.T, Harness){
		"WhatWasSealedOpens":                         opens,
		"TheSameTextIsSealedDifferentlyEachTime":     differs,
		"AChangedByteDoesNotOpen":                    tampered,
		"ATornValueDoesNotOpen":                      torn,
		"AnotherOwnersValueDoesNotOpen":              otherOwner,
		"AValueMovedToAnotherRowOrFieldDoesNotOpen":  moved,
		"AForgottenKeyIsUnwrappedAgain":              forgotten,
		"AnotherKeysValueIsRefused":                  otherKey,
		"AnotherVaultsKeyDoesNotUnwrap":              otherVault,
		"RootIsBoundToItsOwner":                      root,
		"AKeyAValueAndARootAreNotTakenForEachOther":  confused,
		"AStreamOfAnySizeOpens":                      streamOpens,
		"ATruncatedStreamEndsInAnErrorAndStaysThere": streamTruncated,
		"ATamperedStreamEndsInAnError":               streamTampered,
		"AnotherOwnersStreamDoesNotOpen":             streamOther,
		"AFailingDestinationIsTold":                  streamFails,
		"AMACIsStableAndKnowsItsTenantAndPurpose":    mac,
		"ADigestKeyIsTheOwnersAndTheLocations":       digestKey,
		"RotationKeepsEverythingReadable":            rotation,
		"RewrappingSurvivesTheEndOfTheOldKey":        retirement,
		"ManyMaySealAtOnce":                          concurrent,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, h)
		})
	}
}

var (
	alice = vault.Owner{Tenant: "ten_1", ID: "con_alice"}
	// Those who are not alice, one of them by a shifted border between the parts.
	others = []vault.Owner{{Tenant: "ten_1", ID: "con_bob"}, {Tenant: "ten_2", ID: "con_alice"}, {Tenant: "ten_1con", ID: "_alice"}, {}}
)

// in is where the suite seals what is an owner's.
func in(owner vault.Owner) vault.Location { return owner.At("acc_1", "sealed") }

// elsewhere are other rows and fields of alice, one of them by a shifted border.
var elsewhere = []vault.Location{alice.At("acc_2", "sealed"), alice.At("acc_1", "secrets"), alice.At("acc_1sealed", ""), alice.At("", ""), {}}

func opens(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	for _, plain := range [][]byte{[]byte(canary), {}, nil, {0}, bytes.Repeat([]byte("long "), 1<<16)} {
		sealed := seal(t, v, key, alice, plain)
		if len(plain) > 8 && bytes.Contains(sealed, plain) {
			t.Error("the sealed form contains the plain text")
		}
		got, err := v.Open(key, in(alice), sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("opening %d bytes: %d bytes, %v", len(plain), len(got), err)
		}
	}
}

func differs(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	if bytes.Equal(seal(t, v, key, alice, []byte(canary)), seal(t, v, key, alice, []byte(canary))) {
		t.Error("the same text was sealed alike twice")
	}
	if bytes.Equal(key, newKey(t, v, alice)) {
		t.Error("two keys of one owner are the same")
	}
}

func tampered(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := seal(t, v, key, alice, []byte(canary))
	for i := range sealed {
		bad := slices.Clone(sealed)
		bad[i] ^= 1
		_, err := v.Open(key, in(alice), bad)
		refused(t, err)
	}
	for i := range key {
		bad := slices.Clone(key)
		bad[i] ^= 1
		_, err := v.Open(bad, in(alice), sealed)
		refused(t, err)
	}
}

func torn(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := seal(t, v, key, alice, []byte(canary))
	for n := range sealed {
		_, err := v.Open(key, in(alice), sealed[:n])
		refused(t, err)
	}
	_, err := v.Open(key, in(alice), append(slices.Clone(sealed), 0))
	refused(t, err)
	for n := range key {
		_, err := v.Open(key[:n], in(alice), sealed)
		refused(t, err)
	}
}

func otherOwner(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := seal(t, v, key, alice, []byte(canary))
	for _, other := range others {
		_, err := v.Open(key, in(other), sealed)
		refused(t, err)
		_, err = v.Seal(key, in(other), []byte(canary))
		refused(t, err)
		_, err = v.Open(newKey(t, v, other), in(other), sealed)
		refused(t, err)
	}
}

func moved(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	value, rooted, file := seal(t, v, key, alice, []byte(canary)), sealRoot(t, v, alice), sealStream(t, v, key, alice, []byte(canary))
	for _, at := range elsewhere {
		_, err := v.Open(key, at, value)
		refused(t, err)
		_, err = v.OpenRoot(at, rooted)
		refused(t, err)
		_, _, err = v.ResealRoot(at, rooted)
		if err != nil {
			refused(t, err)
		}
		r, err := v.Streams().Open(key, at, bytes.NewReader(file))
		if err == nil {
			_, err = io.ReadAll(r)
		}
		refused(t, err)
	}
}

func forgotten(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := seal(t, v, key, alice, []byte(canary))
	v.Forget(alice)
	v.Forget(others[0])
	if got, err := v.Open(key, in(alice), sealed); err != nil || string(got) != canary {
		t.Errorf("opening after forgetting: %v", err)
	}
}

func otherKey(t *testing.T, h Harness) {
	v := h.New(t)
	sealed := seal(t, v, newKey(t, v, alice), alice, []byte(canary))
	_, err := v.Open(newKey(t, v, alice), in(alice), sealed)
	refused(t, err)
}

func otherVault(t *testing.T, h Harness) {
	v, stranger := h.New(t), h.New(t)
	key := newKey(t, v, alice)
	sealed := seal(t, v, key, alice, []byte(canary))
	_, err := stranger.Open(key, in(alice), sealed)
	refused(t, err)
	_, err = stranger.OpenRoot(in(alice), sealRoot(t, v, alice))
	refused(t, err)
	if v.MAC("ten_1", "login", "a") == stranger.MAC("ten_1", "login", "a") {
		t.Error("two vaults have one MAC secret")
	}
}

func root(t *testing.T, h Harness) {
	v := h.New(t)
	sealed := sealRoot(t, v, alice)
	if got, err := v.OpenRoot(in(alice), sealed); err != nil || string(got) != canary {
		t.Fatalf("opening a root-sealed value: %v", err)
	}
	for _, other := range others {
		_, err := v.OpenRoot(in(other), sealed)
		refused(t, err)
	}
	for i := range sealed {
		bad := slices.Clone(sealed)
		bad[i] ^= 1
		_, err := v.OpenRoot(in(alice), bad)
		refused(t, err)
		_, err = v.OpenRoot(in(alice), sealed[:i])
		refused(t, err)
	}
}

func confused(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	_, err := v.OpenRoot(in(alice), fairlead.Sealed(key))
	refused(t, err)
	_, err = v.Seal(vault.WrappedKey(sealRoot(t, v, alice)), in(alice), []byte(canary))
	refused(t, err)
	_, err = v.OpenRoot(in(alice), seal(t, v, key, alice, []byte(canary)))
	refused(t, err)
	_, err = readAll(v, key, alice, seal(t, v, key, alice, []byte(canary)))
	refused(t, err)
	_, err = v.Open(key, in(alice), sealStream(t, v, key, alice, []byte(canary)))
	refused(t, err)
}

func digestKey(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	of := func(key vault.WrappedKey, at vault.Location) string {
		t.Helper()
		digest, err := v.DigestKey(key, at)
		if err != nil || len(digest) != 32 {
			t.Fatalf("a digest key of %d bytes, %v", len(digest), err)
		}
		return string(digest)
	}
	first := of(key, in(alice))
	seen := map[string]bool{first: true}
	for _, at := range elsewhere[:4] {
		seen[of(key, at)] = true
	}
	seen[of(newKey(t, v, alice), in(alice))] = true
	if len(seen) != 6 {
		t.Errorf("six keys or places have %d digest keys", len(seen))
	}
	for _, other := range others {
		_, err := v.DigestKey(key, in(other))
		refused(t, err)
	}
	h.Rotate(t, v)
	rewrapped, _, err := v.Rewrap(key, alice)
	if err != nil {
		t.Fatal(err)
	}
	h.Retire(t, v)
	if of(rewrapped, in(alice)) != first {
		t.Error("rotation changed a digest key")
	}
}

func mac(t *testing.T, h Harness) {
	v := h.New(t)
	first := v.MAC("ten_1", "login", "bank", "user")
	if len(first) < 64 || strings.Trim(first, "0123456789abcdef") != "" {
		t.Errorf("a MAC is not 256 bits in hex: %d characters", len(first))
	}
	if first != v.MAC("ten_1", "login", "bank", "user") {
		t.Error("a MAC is not stable")
	}
	seen := map[string]bool{first: true}
	for _, other := range []string{
		v.MAC("ten_2", "login", "bank", "user"), v.MAC("ten_1", "holder", "bank", "user"), v.MAC("ten_1", "login", "bank", "user", ""),
		v.MAC("ten_1", "login", "ban", "kuser"), v.MAC("ten_1", "login", "bankuser"), v.MAC("ten_1", "login"), v.MAC("ten_1login", "", "bank", "user"),
	} {
		if seen[other] {
			t.Error("two different things have one MAC")
		}
		seen[other] = true
	}
	h.Rotate(t, v)
	h.Retire(t, v)
	if first != v.MAC("ten_1", "login", "bank", "user") {
		t.Error("rotation changed an identity")
	}
}

func rotation(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed, rooted := seal(t, v, key, alice, []byte(canary)), sealRoot(t, v, alice)
	if _, done, err := v.Rewrap(key, alice); done || err != nil {
		t.Errorf("rewrapping under the key it is under: done %v, %v", done, err)
	}
	if _, done, err := v.ResealRoot(in(alice), rooted); done || err != nil {
		t.Errorf("resealing under the key it is under: done %v, %v", done, err)
	}
	h.Rotate(t, v)
	if got, err := v.Open(key, in(alice), sealed); err != nil || string(got) != canary {
		t.Errorf("opening after a rotation: %v", err)
	}
	if got, err := v.OpenRoot(in(alice), rooted); err != nil || string(got) != canary {
		t.Errorf("opening a root-sealed value after a rotation: %v", err)
	}
	fresh := newKey(t, v, alice)
	if _, done, err := v.Rewrap(fresh, alice); done || err != nil {
		t.Errorf("a key minted after the rotation is not under the new primary: done %v, %v", done, err)
	}
}

func retirement(t *testing.T, h Harness) {
	v := h.New(t)
	key, forgotten := newKey(t, v, alice), newKey(t, v, alice)
	sealed, rooted := seal(t, v, key, alice, []byte(canary)), sealRoot(t, v, alice)
	file := sealStream(t, v, key, alice, []byte(canary))
	h.Rotate(t, v)
	_, _, err := v.Rewrap(key, others[0])
	refused(t, err)
	_, _, err = v.ResealRoot(in(others[0]), rooted)
	refused(t, err)
	wrapped, done, err := v.Rewrap(key, alice)
	if err != nil || !done {
		t.Fatalf("rewrapping: done %v, %v", done, err)
	}
	resealed, done, err := v.ResealRoot(in(alice), rooted)
	if err != nil || !done {
		t.Fatalf("resealing: done %v, %v", done, err)
	}
	h.Retire(t, v)
	if got, err := v.Open(wrapped, in(alice), sealed); err != nil || string(got) != canary {
		t.Errorf("opening with the rewrapped key: %v", err)
	}
	if got, err := readAll(v, wrapped, alice, file); err != nil || string(got) != canary {
		t.Errorf("reading a stream with the rewrapped key: %v", err)
	}
	if got, err := v.OpenRoot(in(alice), resealed); err != nil || string(got) != canary {
		t.Errorf("opening the resealed value: %v", err)
	}
	_, err = v.Seal(forgotten, in(alice), []byte(canary))
	refused(t, err)
	_, err = v.OpenRoot(in(alice), rooted)
	refused(t, err)
}

func concurrent(t *testing.T, h Harness) {
	v := h.New(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			owner := vault.Owner{Tenant: "ten_1", ID: fmt.Sprintf("con_%d", n)}
			for range 50 {
				key, err := v.NewKey(owner)
				if err != nil {
					t.Error(err)
					return
				}
				sealed, err := v.Seal(key, in(owner), []byte(owner.ID))
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := v.Open(key, in(owner), sealed); err != nil || string(got) != owner.ID {
					t.Errorf("opened %q: %v", got, err)
				}
			}
		})
	}
	h.Rotate(t, v)
	all.Wait()
}

// refused wants an Internal error without the plain text in any of its forms.
func refused(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Error("it opened")
		return
	}
	if !fairlead.Is(err, fairlead.Internal) {
		t.Errorf("the error is %s, not internal", fairlead.KindOf(err))
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if strings.Contains(fmt.Sprintf("%s %v %+v %#v", err, err, err, err), canary) {
			t.Error("an error contains the plain text")
		}
	}
}

func newKey(t *testing.T, v vault.Full, owner vault.Owner) vault.WrappedKey {
	t.Helper()
	key, err := v.NewKey(owner)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func seal(t *testing.T, v vault.Full, key vault.WrappedKey, owner vault.Owner, plain []byte) fairlead.Sealed {
	t.Helper()
	sealed, err := v.Seal(key, in(owner), plain)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func sealRoot(t *testing.T, v vault.Full, owner vault.Owner) fairlead.Sealed {
	t.Helper()
	sealed, err := v.SealRoot(in(owner), []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func sealStream(t *testing.T, v vault.Full, key vault.WrappedKey, owner vault.Owner, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := v.Streams().Seal(key, in(owner), &b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, bytes.NewReader(plain)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(v vault.Full, key vault.WrappedKey, owner vault.Owner, sealed []byte) ([]byte, error) {
	r, err := v.Streams().Open(key, in(owner), bytes.NewReader(sealed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
