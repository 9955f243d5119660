package pytorch

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"github.com/gradus-nn/gradus/format/pickle"
	"github.com/gradus-nn/gradus/internal/zipcheck"
)

// readZip reads an archive of torch.save.
func readZip(r io.ReaderAt, size int64) (any, error) {
	files, root, err := open(r, size)
	if err != nil {
		return nil, err
	}
	if f := files[root+"byteorder"]; f != nil {
		order, err := entry(f)
		if err != nil {
			return nil, err
		}
		if string(order) != "little" {
			return nil, &UnsupportedError{Entry: f.Name, Reason: fmt.Sprintf("the bytes are in the order %.20q; want little", order)}
		}
	}
	data := files[root+"data.pkl"]
	program, err := entry(data)
	if err != nil {
		return nil, err
	}
	reader := newReader(size)
	v, n, err := pickle.ReadPrefix(program, reader.dialect())
	if err != nil {
		return nil, ofPickle(err, data.Name)
	}
	if n != len(program) {
		return nil, &FormatError{Entry: data.Name, Reason: fmt.Sprintf("%d bytes follow the end of the pickle", len(program)-n)}
	}
	for _, s := range reader.order {
		if len(s.tensors) == 0 {
			continue
		}
		f := files[root+"data/"+s.key]
		if f == nil {
			return nil, &FormatError{Entry: data.Name, Reason: fmt.Sprintf("it refers to storage %.40q, which is not in the archive", s.key)}
		}
		if want := uint64(s.n) * uint64(s.kind.size); f.UncompressedSize64 != want {
			return nil, &FormatError{Entry: f.Name, Reason: fmt.Sprintf("has %d bytes; the pickle says %d", f.UncompressedSize64, want)}
		}
		raw, err := entry(f)
		if err != nil {
			return nil, err
		}
		if err := s.fill(raw); err != nil {
			return nil, err
		}
	}
	return reader.finished(v)
}

// open returns the files of an archive and the folder within it that holds them.
func open(r io.ReaderAt, size int64) (files map[string]*zip.File, root string, err error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, "", &FormatError{Reason: "the zip archive is damaged", Err: err}
	}
	files = map[string]*zip.File{}
	found := false
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/constants.pkl") {
			return nil, "", &UnsupportedError{Reason: "it is a TorchScript program; save net.state_dict() with torch.save, or use torch.onnx.export"}
		}
	}
	for _, f := range archive.File {
		if p := zipcheck.Entry(f); p != nil {
			return nil, "", problem(p)
		}
		if f.Method != zip.Store || f.CompressedSize64 != f.UncompressedSize64 {
			return nil, "", &UnsupportedError{Entry: f.Name, Reason: "it is compressed, which torch.save never does; save the file again"}
		}
		if files[f.Name] != nil {
			return nil, "", &FormatError{Entry: f.Name, Reason: "the name occurs twice"}
		}
		files[f.Name] = f
		if folder, ok := strings.CutSuffix(f.Name, "data.pkl"); ok && strings.Count(f.Name, "/") == 1 && strings.HasSuffix(folder, "/") {
			if found {
				return nil, "", &FormatError{Reason: fmt.Sprintf("two pickles, in %.40q and %.40q", root, folder)}
			}
			root, found = folder, true
		}
	}
	if !found {
		return nil, "", &FormatError{Reason: "no file data.pkl in the archive; want what torch.save writes"}
	}
	if p := zipcheck.Disjoint(archive.File, size); p != nil {
		return nil, "", problem(p)
	}
	return files, root, nil
}

func problem(p *zipcheck.Problem) error {
	if p.Unsupported {
		return &UnsupportedError{Entry: p.Entry, Reason: p.Reason}
	}
	return &FormatError{Entry: p.Entry, Reason: p.Reason, Err: p.Err}
}

// entry returns the content of a file that is not compressed, and within the archive: see open.
func entry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, &FormatError{Entry: f.Name, Reason: "the entry is damaged", Err: err}
	}
	defer r.Close()
	data := make([]byte, f.UncompressedSize64)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, &FormatError{Entry: f.Name, Reason: "the entry is damaged", Err: err}
	}
	// The checksum is compared at the end.
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return nil, &FormatError{Entry: f.Name, Reason: "the entry is damaged", Err: err}
	}
	return data, nil
}

// IsArchive reports whether a zip archive looks like one of torch.save: it holds NAME/data.pkl.
func IsArchive(r io.ReaderAt, size int64) bool {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return false
	}
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/data.pkl") {
			return true
		}
	}
	return false
}
