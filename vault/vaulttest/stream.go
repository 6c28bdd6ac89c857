package vaulttest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead/vault"
)

// file is plain text of some size, canary after canary.
func file(size int) []byte {
	return bytes.Repeat([]byte(canary), size/len(canary)+1)[:size]
}

func streamOpens(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	for _, size := range []int{0, 1, 1000, 1<<16 - 40, 1 << 16, 1<<16 + 1, 3 << 16, 1 << 20} {
		sealed := sealStream(t, v, key, alice, file(size))
		if bytes.Contains(sealed, []byte(canary)) {
			t.Error("the sealed stream contains the plain text")
		}
		got, err := readAll(v, key, alice, sealed)
		if err != nil || !bytes.Equal(got, file(size)) {
			t.Errorf("a stream of %d bytes came back as %d: %v", size, len(got), err)
		}
	}
}

// streamTruncated tears a file of several segments at every kind of place.
func streamTruncated(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := sealStream(t, v, key, alice, file(200_000))
	cuts := []int{1, 15, 16, 17, 1 << 16, 1<<16 + 1, len(sealed) / 2, len(sealed) - 100, len(sealed) - 60, len(sealed) - 10, len(sealed) - 1, len(sealed)}
	for at := 1 << 16; at < len(sealed); at += 1 << 16 { // segments begin somewhere near
		for d := -80; d <= 80; d++ {
			cuts = append(cuts, len(sealed)-at-d)
		}
	}
	for _, cut := range cuts {
		if cut < 1 || cut > len(sealed) {
			continue
		}
		r, err := v.Streams().Open(key, in(alice), bytes.NewReader(sealed[:len(sealed)-cut]))
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			if n, again := r.Read(make([]byte, 10)); n != 0 || again == nil || errors.Is(again, io.EOF) {
				t.Errorf("cut by %d: after its error the stream goes on with %d bytes, %v", cut, n, again)
			}
		}
		refused(t, err)
	}
}

func streamTampered(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := sealStream(t, v, key, alice, file(150_000))
	for i := 0; i < len(sealed); i += 1 + i/64 { // each of the first bytes, then ever fewer
		bad := slices.Clone(sealed)
		bad[i] ^= 0x80
		_, err := readAll(v, key, alice, bad)
		refused(t, err)
	}
	_, err := readAll(v, key, alice, append(slices.Clone(sealed), 0))
	refused(t, err)
}

func streamOther(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	sealed := sealStream(t, v, key, alice, file(1000))
	for _, other := range others {
		_, err := readAll(v, key, other, sealed)
		refused(t, err)
		_, err = readAll(v, newKey(t, v, other), other, sealed)
		refused(t, err)
		_, err = v.Streams().Seal(key, in(other), io.Discard)
		refused(t, err)
	}
	_, err := readAll(v, newKey(t, v, alice), alice, sealed)
	refused(t, err)
}

// streamFails wants that a full disk is told, at the latest by Close.
func streamFails(t *testing.T, h Harness) {
	v := h.New(t)
	key := newKey(t, v, alice)
	for room := range 200 {
		if err := sealInto(v, key, &disk{room: room}); err == nil {
			t.Errorf("with room for %d bytes nothing was told", room)
		}
	}
}

func sealInto(v vault.Full, key vault.WrappedKey, d *disk) error {
	w, err := v.Streams().Seal(key, in(alice), d)
	if err != nil {
		return err
	}
	_, err = w.Write(file(200))
	return errors.Join(err, w.Close())
}

// disk takes so many bytes and is full then.
type disk struct{ room int }

func (d *disk) Write(p []byte) (int, error) {
	n := min(len(p), d.room)
	d.room -= n
	if n < len(p) {
		return n, errors.New("no space left")
	}
	return n, nil
}
