package arrays

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"github.com/gradus-nn/gradus/format/npy"
)

// unreadFrom is the size of an array from which on its elements stay in their file until they are needed: those of a table go to its
// columns a part at a time, and those that nobody asks for are not read at all.
const unreadFrom = 4 << 20

// unread are elements that are still in their file.
type unread struct {
	read   func() (*npy.Array, error)
	stream func() (*npy.Stream, error)
}

// take leaves the elements in their file, if they are many and can be read part by part, or else reads them.
func (a *Array) take(l npy.Layout, u unread) error {
	a.unread = &u
	if l.Bytes >= unreadFrom && l.Sequential() {
		a.Shape, a.Type = l.Shape, l.DType.Type
		return nil
	}
	return a.load()
}

// load reads the elements, if that has not been done.
func (a *Array) load() error {
	if a.unread == nil {
		return nil
	}
	x, err := a.unread.read()
	if err != nil {
		return err
	}
	a.hold(x)
	a.unread = nil
	return nil
}

// reader reads texts, too: they name classes.
var reader = npy.Reader{Texts: true}

// takeArchive takes the arrays of an .npz file.
func (c *Collection) takeArchive(path string) error {
	archive, err := reader.OpenArchive(path)
	if err != nil {
		return err
	}
	c.Files = append(c.Files, path)
	for _, e := range archive.Entries {
		a := &Array{Name: e.Name}
		if err := a.take(e.Layout, unread{e.Read, e.Stream}); err != nil {
			return err
		}
		c.Arrays = append(c.Arrays, a)
	}
	return c.some()
}

// takeNPY takes the array of a .npy file, gzipped or not.
func (a *Array) takeNPY(path string) error {
	zipped, err := checkGzip(path)
	if err != nil {
		return err
	}
	u := unread{
		read:   func() (*npy.Array, error) { return reader.ReadFile(path) },
		stream: func() (*npy.Stream, error) { return npy.OpenStream(path) },
	}
	if zipped {
		u.read = func() (*npy.Array, error) {
			r, err := unpack(path)
			if err != nil {
				return nil, err
			}
			defer r.Close()
			x, err := reader.Read(r)
			if err != nil {
				return nil, fmt.Errorf("arrays: %s: %w", path, err)
			}
			return x, nil
		}
		u.stream = func() (*npy.Stream, error) {
			r, err := unpack(path)
			if err != nil {
				return nil, err
			}
			return npy.NewStream(r)
		}
	}
	l, err := layout(path, zipped)
	if err != nil {
		l = npy.Layout{} // texts, or what is wrong: read says it
	}
	return a.take(l, u)
}

// layout reads the header of a .npy file.
func layout(path string, zipped bool) (npy.Layout, error) {
	open := func(path string) (io.ReadCloser, error) { return os.Open(path) }
	if zipped {
		open = unpack
	}
	r, err := open(path)
	if err != nil {
		return npy.Layout{}, err
	}
	defer r.Close()
	return npy.ReadLayout(r)
}

// unpack opens a gzip file.
func unpack(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("arrays: %w", err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("arrays: %s: %w", path, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}

// The most that a gzipped .npy file may become.
const (
	freeBytes = 64 << 20
	maxRatio  = 100
)

// checkGzip reports whether a file is gzip, and counts what it unpacks to before any of that is kept.
func checkGzip(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("arrays: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return false, nil
	}
	info, err := f.Stat()
	if err != nil {
		return false, fmt.Errorf("arrays: %w", err)
	}
	most := freeBytes + maxRatio*info.Size()
	n, err := io.Copy(io.Discard, io.LimitReader(z, most+1))
	switch {
	case err != nil:
		return false, fmt.Errorf("arrays: %s: the gzip stream is damaged: %w", path, err)
	case n > most:
		return false, fmt.Errorf("arrays: %s: %d compressed bytes become more than %d; no array is packed so densely", path, info.Size(), most)
	}
	return true, nil
}
