package linking

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// maxUploads is how many files one link may bring: as many as a form takes, and once more
// where others are picked instead.
const maxUploads = 40

// Upload stores a file of the step's form, sealed, and returns the handle for the
// answer. Errors: TooLarge, Conflict where no file is wanted.
func (v *Visit) Upload(ctx context.Context, name string, r io.Reader) (fairlead.File, error) {
	if err := v.state.open(); err != nil {
		return fairlead.File{}, err
	}
	wantsFile := func(f fairlead.FormField) bool { return f.Kind == fairlead.FieldFile }
	if c := v.link.Conversation; c == nil || c.Step.Form == nil || !slices.ContainsFunc(c.Step.Form.Fields, wantsFile) {
		return fairlead.File{}, moved()
	}
	file := fairlead.File{
		Blob: "links/" + string(v.link.ID) + "/" + fairlead.NewID("file", v.wall), Name: strings.ToValidUTF8(name[:min(len(name), 255)], ""),
	}
	// The name is noted first, so that a crash leaves no blob that nobody knows.
	err := v.change(ctx, func(_ *store.Tx, s *state) error {
		if len(s.link.Uploads) >= maxUploads {
			return fairlead.Errorf(fairlead.TooLarge, "Too many files were uploaded here.")
		}
		s.link.Uploads = append(slices.Clone(s.link.Uploads), file.Blob)
		return nil
	})
	if err != nil {
		return fairlead.File{}, err
	}
	blob, err := v.l.sealer.PutBlob(ctx, sealing.LinkKey(v.link), file.Blob, r, v.l.o.MaxUpload)
	file.Size = blob.Size
	if err == nil {
		err = v.refresh(ctx) // it may have taken its time
	}
	return file, in("storing a file", err)
}

// openUpload opens a file that was uploaded to the link, and no other.
func (v *Visit) openUpload(f fairlead.File) (io.ReadCloser, error) {
	if !slices.Contains(v.link.Uploads, f.Blob) {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such file.")
	}
	r, err := v.l.sealer.OpenBlob(context.Background(), sealing.LinkKey(v.link), f.Blob)
	return r, in("opening an uploaded file", err)
}

// resealUploads moves uploaded files from the key they lie under to the
// connection's, under their old names, because the connector's secrets may name them.
func (l *Linking) resealUploads(ctx context.Context, from *sealing.Key, conn fairlead.Connection, files []fairlead.File) error {
	to := sealing.ConnectionKey(conn)
	if from.Owner == to.Owner && bytes.Equal(from.Wrapped, to.Wrapped) {
		return nil
	}
	for _, f := range files {
		r, err := l.sealer.OpenBlob(ctx, *from, f.Blob)
		if err != nil {
			return in("opening an uploaded file", err)
		}
		plain, err := io.ReadAll(r) // bounded when it was uploaded
		r.Close()
		if err != nil {
			return in("reading an uploaded file", err)
		}
		if _, err := l.sealer.PutBlob(ctx, to, f.Blob, bytes.NewReader(plain), l.o.MaxUpload); err != nil {
			return in("storing an uploaded file", err)
		}
	}
	*from = to
	return nil
}
