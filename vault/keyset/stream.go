package keyset

import (
	"errors"
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

// segmentLen is how many sealed bytes are held in memory at once.
const segmentLen = 64 << 10

// streams seals files segment by segment (AES-256-GCM-HKDF), after a header of
// version and key id.
type streams struct{ v *Vault }

// Streams implements vault.Vault.
func (v *Vault) Streams() vault.Streams { return streams{v} }

// Seal returns a writer of plain bytes. Without Close the stream does not open.
func (s streams) Seal(key vault.WrappedKey, at vault.Location, w io.Writer) (io.WriteCloser, error) {
	k, cipher, err := s.cipher(key, at.Owner)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(k.header[:]); err != nil {
		return nil, err
	}
	return cipher.NewEncryptingWriter(w, bound(asStream, k.header[:], at))
}

// Open returns a reader of the plain bytes.
func (s streams) Open(key vault.WrappedKey, at vault.Location, r io.Reader) (io.Reader, error) {
	k, cipher, err := s.cipher(key, at.Owner)
	if err != nil {
		return nil, err
	}
	var header [headerLen]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return nil, streamError(err)
	}
	if err := k.check(header[:]); err != nil {
		return nil, err
	}
	plain, err := cipher.NewDecryptingReader(r, bound(asStream, k.header[:], at))
	if err != nil {
		return nil, streamError(err)
	}
	return &reader{plain: plain}, nil
}

// cipher is the owner's key and its streaming form.
func (s streams) cipher(key vault.WrappedKey, owner vault.Owner) (*dataKey, *subtle.AESGCMHKDF, error) {
	k, err := s.v.unwrapped(key, owner)
	if err != nil {
		return nil, nil, err
	}
	cipher, err := subtle.NewAESGCMHKDF(k.stream, "SHA256", dataKeyLen, segmentLen, 0)
	if err != nil {
		return nil, nil, fairlead.Errorf(fairlead.Internal, "keyset: sealing failed")
	}
	return k, cipher, nil
}

// reader keeps its first error: Tink's would answer the Read after a failure
// with a clean end, and a torn file would look whole.
type reader struct {
	plain io.Reader
	err   error
}

func (r *reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.plain.Read(p)
	if err == nil {
		return n, nil
	}
	r.err = io.EOF
	if err != io.EOF {
		r.err = streamError(err)
	}
	return n, r.err
}

// streamError keeps a failure of the source apart from a stream that is not what was sealed.
func streamError(err error) error {
	if e, ok := errors.AsType[*fairlead.Error](err); ok {
		return e
	}
	return &fairlead.Error{Kind: fairlead.Internal, Detail: "keyset: a sealed stream does not open", Err: err}
}
