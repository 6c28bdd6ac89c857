package linking

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// secretsOf opens a connection's secrets.
func (l *Linking) secretsOf(c fairlead.Connection) (map[string]fairlead.Secret, error) {
	out := map[string]fairlead.Secret{}
	if len(c.Secrets) == 0 {
		return out, nil
	}
	plain, err := l.o.Vault.Open(c.Key, connectionOwner(c), c.Secrets)
	if err != nil {
		return nil, in("opening a connection's secrets", err)
	}
	var values map[string]string
	if json.Unmarshal(plain, &values) != nil { // its error would quote what it could not read
		return nil, fairlead.Errorf(fairlead.Internal, "linking: a connection's secrets can't be read")
	}
	for name, v := range values {
		out[name] = fairlead.NewSecret(v)
	}
	return out, nil
}

// maxUploads is how many files one link may bring.
const maxUploads = 20

// Upload keeps a file of the step's form, sealed, and returns the handle for the
// answer. Errors: TooLarge, Conflict where no file is asked for.
func (l *Linking) Upload(ctx context.Context, s Session, name string, r io.Reader) (fairlead.File, error) {
	p, err := l.locate(ctx, s)
	if err != nil {
		return fairlead.File{}, err
	}
	sc, err := l.look(ctx, p)
	if err != nil {
		return fairlead.File{}, err
	}
	if err := sc.open(); err != nil {
		return fairlead.File{}, err
	}
	c := sc.link.Conversation
	if c == nil || c.Step.Form == nil || !slices.ContainsFunc(c.Step.Form.Fields, func(f fairlead.FormField) bool { return f.Kind == fairlead.FieldFile }) {
		return fairlead.File{}, moved()
	}
	if len(sc.link.Uploads) >= maxUploads {
		return fairlead.File{}, fairlead.Errorf(fairlead.TooLarge, "Too many files were uploaded here.")
	}
	file := fairlead.File{Blob: "links/" + string(sc.link.ID) + "/" + fairlead.NewID("file", sc.real), Name: strings.ToValidUTF8(name[:min(len(name), 255)], "")}
	// The name is noted first, so that a crash leaves no blob that nobody knows.
	_, err = l.change(ctx, p, func(_ *store.Tx, sc *scene) error {
		sc.link.Uploads = append(slices.Clone(sc.link.Uploads), file.Blob)
		return nil
	})
	if err != nil {
		return fairlead.File{}, err
	}
	limited := &capped{r: r, left: l.o.MaxUpload}
	if err := l.putSealed(ctx, file.Blob, sealedUnder{sc.link.Key, linkOwner(sc.link)}, limited); err != nil {
		if limited.left < 0 {
			return fairlead.File{}, fairlead.Errorf(fairlead.TooLarge, "The file is too large.")
		}
		return fairlead.File{}, in("keeping a file", err)
	}
	file.Size = l.o.MaxUpload - limited.left
	return file, nil
}

// capped refuses to read more than is left.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, fairlead.Errorf(fairlead.TooLarge, "The file is too large.")
	}
	return n, err
}

// sealedUnder is what a blob is sealed under.
type sealedUnder struct {
	key   vault.WrappedKey
	owner vault.Owner
}

// putSealed streams r into the bucket, sealed.
func (l *Linking) putSealed(ctx context.Context, blob string, under sealedUnder, r io.Reader) error {
	out, into := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w, err := l.o.Vault.Streams().Seal(under.key, under.owner, into)
		if err == nil {
			if _, err = io.Copy(w, r); err == nil {
				err = w.Close()
			}
		}
		into.CloseWithError(err)
	}()
	err := l.o.Bucket.Put(ctx, blob, out)
	out.CloseWithError(io.ErrClosedPipe) // lets the goroutine go when the bucket gave up early
	<-done
	return err
}

// openSealed opens a blob.
func (l *Linking) openSealed(ctx context.Context, blob string, under sealedUnder) (io.ReadCloser, error) {
	sealed, err := l.o.Bucket.Get(ctx, blob)
	if err != nil {
		return nil, err
	}
	plain, err := l.o.Vault.Streams().Open(under.key, under.owner, sealed)
	if err != nil {
		sealed.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, sealed}, nil
}

// opener opens the files that were uploaded to a link, and no others.
func (l *Linking) opener(link fairlead.Link) func(fairlead.File) (io.ReadCloser, error) {
	return func(f fairlead.File) (io.ReadCloser, error) {
		if !slices.Contains(link.Uploads, f.Blob) {
			return nil, fairlead.Errorf(fairlead.NotFound, "There is no such file.")
		}
		r, err := l.openSealed(context.Background(), f.Blob, sealedUnder{link.Key, linkOwner(link)})
		return r, in("opening an uploaded file", err)
	}
}

// reseal moves uploaded files from the key they lie under to the connection's,
// under their old names, because the connector's secrets may hold them.
func (l *Linking) reseal(ctx context.Context, from *sealedUnder, conn fairlead.Connection, files []fairlead.File) error {
	to := sealedUnder{conn.Key, connectionOwner(conn)}
	if from.owner == to.owner && bytes.Equal(from.key, to.key) {
		return nil
	}
	for _, f := range files {
		r, err := l.openSealed(ctx, f.Blob, *from)
		if err != nil {
			return in("opening an uploaded file", err)
		}
		plain, err := io.ReadAll(r) // bounded when it was uploaded
		r.Close()
		if err != nil {
			return in("reading an uploaded file", err)
		}
		if err := l.putSealed(ctx, f.Blob, to, bytes.NewReader(plain)); err != nil {
			return in("keeping an uploaded file", err)
		}
	}
	*from = to
	return nil
}
