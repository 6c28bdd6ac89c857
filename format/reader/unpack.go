package reader

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead/format"
)

// Limits on archives.
const (
	maxMembers = 100 // files of an import together, those in archives one by one
	maxNesting = 2   // an archive, and those that lie in it
	maxName    = 255 // bytes of a file's name
)

var (
	errOverBudget = &format.Error{Kind: format.TooLarge, Reason: "has more than 16 MB, all files together"}
	errMembers    = (&format.Error{Kind: format.TooLarge, Reason: "is one of more than 100 files"}).OfShape()
	errNested     = &format.Error{Kind: format.Unknown, Reason: "is an archive in an archive in an archive"}
	errLocked     = &format.Error{Kind: format.Locked, Reason: "is behind a password"}
	errNothing    = &format.Error{Kind: format.Empty, Reason: "has no file in it"}
	errDamaged    = &format.Error{Kind: format.Truncated, Reason: "is damaged, or ends in the middle"}
)

// unpack reads every input, those that are archives member by member. Only the
// context's error is returned; any other is a file's.
func (r *run) unpack(inputs []format.Input) error {
	members := 0
	for _, in := range inputs {
		in.Name = fileName(in.Name)
		if members++; members > maxMembers {
			r.refuse(in.Name, "", errMembers)
			break
		}
		if err := r.open(in, 0, &members); err != nil {
			return err
		}
	}
	return nil
}

// open reads one input, or what lies in it. The depth is the number of archives
// around it.
func (r *run) open(in format.Input, depth int, members *int) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	kind := archived(in.Data)
	switch {
	case kind == "":
		if depth == 0 && !r.spend(len(in.Data)) {
			r.refuse(in.Name, "", errOverBudget)
			return nil
		}
		return r.read(in)
	case depth == maxNesting:
		r.refuse(in.Name, kind, errNested)
		return nil
	case len(in.Data) > format.MaxBytes:
		r.refuse(in.Name, kind, errOverBudget)
		return nil
	case kind == "gz":
		return r.gunzip(in, depth, members)
	}
	return r.unzip(in, depth, members)
}

// spend takes bytes from the budget of the import.
func (r *run) spend(n int) bool {
	if n > r.budget {
		return false
	}
	r.budget -= n
	return true
}

func (r *run) refuse(name, kind string, e *format.Error) {
	f := &file{File: File{Name: name, Format: kind}}
	f.refuse(e)
	r.files = append(r.files, f)
}

// archived is the kind of archive that data is: "zip", "gz", or "" for none. Sheets of a
// spreadsheet are packed too, but they are one file.
func archived(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x1f\x8b\x08")):
		return "gz"
	case bytes.HasPrefix(data, []byte("PK\x05\x06")): // empty
		return "zip"
	case !bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return ""
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err == nil && slices.ContainsFunc(z.File, func(m *zip.File) bool {
		return m.Name == "[Content_Types].xml" || m.Name == "mimetype"
	}) {
		return ""
	}
	return "zip"
}

func (r *run) gunzip(in format.Input, depth int, members *int) error {
	data, wrong := r.inflate(func() (io.ReadCloser, error) { return gzip.NewReader(bytes.NewReader(in.Data)) })
	if wrong != nil {
		r.refuse(in.Name, "gz", wrong)
		return nil
	}
	in.Data = data
	if strings.EqualFold(path.Ext(in.Name), ".gz") {
		in.Name = in.Name[:len(in.Name)-len(".gz")]
	}
	return r.open(in, depth+1, members)
}

func (r *run) unzip(in format.Input, depth int, members *int) error {
	z, err := zip.NewReader(bytes.NewReader(in.Data), int64(len(in.Data)))
	if err != nil {
		r.refuse(in.Name, "zip", errDamaged)
		return nil
	}
	read := false
	for _, m := range z.File {
		if ignored(m.Name) {
			continue
		}
		read = true
		if *members++; *members > maxMembers {
			r.refuse(in.Name, "zip", errMembers)
			return nil
		}
		if err := r.member(in, m, depth, members); err != nil {
			return err
		}
	}
	if !read {
		r.refuse(in.Name, "zip", errNothing)
	}
	return nil
}

// member reads one file of an archive.
func (r *run) member(in format.Input, m *zip.File, depth int, members *int) error {
	name := fileName(in.Name + "/" + strings.ReplaceAll(m.Name, `\`, "/"))
	if m.Flags&1 != 0 {
		r.refuse(name, "zip", errLocked)
		return nil
	}
	if m.UncompressedSize64 > uint64(r.budget) {
		r.refuse(name, "zip", errOverBudget)
		return nil
	}
	data, wrong := r.inflate(m.Open)
	if wrong != nil {
		r.refuse(name, "zip", wrong)
		return nil
	}
	return r.open(format.Input{Name: name, Data: data, Answers: in.Answers}, depth+1, members)
}

// inflate unpacks one file as far as the budget goes. What was unpacked counts even
// where the file is refused: it has been paid for. It is unpacked once to know its size,
// so that what is too large takes no memory, and nothing more than it needs.
func (r *run) inflate(open func() (io.ReadCloser, error)) ([]byte, *format.Error) {
	size, err := inflateTo(io.Discard, open, r.budget)
	fits := r.spend(size)
	switch {
	case !fits:
		r.budget = 0
		return nil, errOverBudget
	case errors.Is(err, zip.ErrAlgorithm):
		return nil, &format.Error{Kind: format.Unknown, Reason: "is packed in a way that is not read"}
	case err != nil:
		return nil, errDamaged
	}
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	if _, err := inflateTo(data, open, size); err != nil {
		return nil, errDamaged
	}
	return data.Bytes(), nil
}

// inflateTo writes what is unpacked, at most one byte more than the limit, and counts it.
func inflateTo(to io.Writer, open func() (io.ReadCloser, error), limit int) (int, error) {
	from, err := open()
	if err != nil {
		return 0, err
	}
	defer from.Close()
	n, err := io.Copy(to, io.LimitReader(from, int64(limit)+1))
	return int(n), err
}

// ignored reports whether a member of an archive is a folder or what a computer adds by
// itself.
func ignored(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") ||
		base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

// fileName is a name as it may be shown: no controls, no long tail.
func fileName(name string) string {
	name = clean(name)
	if len(name) <= maxName {
		return name
	}
	cut := len(name) - maxName
	for cut < len(name) && !utf8.RuneStart(name[cut]) {
		cut++
	}
	return name[cut:]
}
