// Package mapped trains on arrays that need not fit into memory: the rows of a raw IDX or npy file stay where they are, and the
// operating system brings those that a batch asks for.
//
//	x, err := mapped.Open("train-images-idx3-ubyte")
//	defer x.Close()
//	set, err := dataset.FromLabels("pictures", x, x.Shape(), labels, nil)
//
// Bytes are pixels and become v/255, as those of [dataset.Bytes]; float32 are taken as they are. A training on a mapped file
// gives the same bits as one on the same file in memory.
//
// Where the system has no memory mapping, rows are read from the file one by one, which is slower and gives the same features.
//
// A file that shrinks or is written to while it is in use is noticed: rows that are no longer there are NaN, which stops
// a training, and [Rows.Err] says what has happened. Without that, the system would end the whole program with a bus error.
package mapped

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// ErrUnsuitable is the error of Open for a sound file that can be read, but not row by row: a compressed one, or one of other
// elements than uint8 and float32. Read it into memory.
var ErrUnsuitable = errors.New("not an uncompressed array of uint8 or float32 in C order")

// Rows is an array in a file, a row for each index of its first axis. It is a [dataset.Slicer]; several goroutines may gather
// from it at once.
type Rows struct {
	file   *file
	layout layout
	lo, n  int // the rows of the file that this is a view of
	table  *pixels
}

// A layout is where the rows are in the file.
type layout struct {
	shape     tensor.Shape // of a row
	width     int          // elements of a row
	stride    int          // bytes of a row
	offset    int64        // of the first row
	floats    bool         // float32, or else uint8
	bigEndian bool
}

// pixels are the features of bytes.
type pixels struct {
	single *kernel.ByteTable[float32]
	double *kernel.ByteTable[float64]
}

func newPixels(f func(v uint8) float32) *pixels {
	return &pixels{kernel.NewByteTable(f), kernel.NewByteTable(func(v uint8) float64 { return float64(f(v)) })}
}

// A file is shared by all views of its rows.
type file struct {
	name    string
	file    *os.File
	data    []byte // of the whole file, where it could be mapped; otherwise nil
	begun   fs.FileInfo
	scratch sync.Pool // of *[]byte, a row each, where it could not

	broken atomic.Pointer[error] // the first
}

// Open opens a raw IDX or npy file, told apart by its first bytes. An array of one axis has rows of one element.
func Open(name string) (*Rows, error) { return open(name, mapFile) }

func open(name string, mapFile func(*os.File, int) ([]byte, error)) (*Rows, error) {
	info, err := os.Stat(name) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, fmt.Errorf("mapped: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("mapped: %s is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("mapped: %w", err)
	}
	rows, err := openFile(f, name, mapFile)
	if err != nil {
		f.Close()
	}
	return rows, err
}

func openFile(f *os.File, name string, mapFile func(*os.File, int) ([]byte, error)) (*Rows, error) {
	l, n, bytes, err := readLayout(f)
	if err != nil {
		return nil, named(err, name)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("mapped: %w", err)
	}
	switch want := l.offset + bytes; {
	case info.Size() < want:
		return nil, fmt.Errorf("mapped: %s has %d bytes, but its header promises %d; was it cut short?", name, info.Size(), want)
	case info.Size() > want:
		return nil, fmt.Errorf("mapped: %s has %d bytes after the last element; want one array a file", name, info.Size()-want)
	case info.Size() > math.MaxInt:
		return nil, fmt.Errorf("mapped: %s has %d bytes, more than this machine can address", name, info.Size())
	}
	shared := &file{name: name, file: f, begun: info}
	if n > 0 {
		// Where mapping fails, a file system that does not know it for instance, reading will do.
		shared.data, _ = mapFile(f, int(info.Size()))
	}
	if shared.data == nil {
		shared.scratch.New = func() any { b := make([]byte, l.stride); return &b }
	} else {
		// The mapping ends with the last view of it; os.File closes itself in the same way.
		runtime.AddCleanup(shared, func(data []byte) { unmap(data) }, shared.data)
	}
	return &Rows{file: shared, layout: l, n: n, table: unit()}, nil
}

var unit = sync.OnceValue(func() *pixels { return newPixels(func(v uint8) float32 { return float32(v) / 255 }) })

// readLayout reads the header of the file.
func readLayout(f *os.File) (l layout, n int, bytes int64, err error) {
	var magic [len(npy.Magic)]byte
	if _, err := f.ReadAt(magic[:], 0); err != nil && err != io.EOF {
		return l, 0, 0, err
	}
	var dims []int
	if string(magic[:]) == npy.Magic {
		h, err := npy.ReadLayout(f)
		if err != nil {
			return l, 0, 0, err
		}
		if t := h.DType.Type; t != npy.Uint8 && t != npy.Float32 || h.Fortran || len(h.Shape) == 0 {
			return l, 0, 0, ErrUnsuitable
		}
		dims, bytes = h.Shape, h.Bytes
		l = layout{offset: h.Offset, floats: h.DType.Type == npy.Float32, bigEndian: h.DType.BigEndian}
	} else {
		h, zipped, err := idx.ReadHeader(f)
		if err != nil {
			return l, 0, 0, err
		}
		if zipped || h.Type != idx.Uint8 && h.Type != idx.Float32 {
			return l, 0, 0, ErrUnsuitable
		}
		dims, bytes = h.Dims, h.Bytes
		l = layout{offset: h.Offset, floats: h.Type == idx.Float32, bigEndian: true}
	}
	l.shape = tensor.Shape(slices.Clone(dims[1:]))
	if len(l.shape) == 0 {
		l.shape = tensor.Shape{1}
	}
	if err := l.shape.Check(); err != nil {
		return l, 0, 0, err
	}
	l.width = l.shape.Size()
	l.stride = l.width
	if l.floats {
		l.stride *= 4
	}
	return l, dims[0], bytes, nil
}

// named adds the name of the file to an error of its codec.
func named(err error, name string) error {
	var brokenIDX *idx.FormatError
	var brokenNPY *npy.FormatError
	var foreignIDX *idx.UnsupportedError
	var foreignNPY *npy.UnsupportedError
	switch {
	case errors.As(err, &brokenIDX):
		brokenIDX.Name = name
	case errors.As(err, &brokenNPY):
		brokenNPY.Name = name
	case errors.As(err, &foreignIDX):
		foreignIDX.Name = name
	case errors.As(err, &foreignNPY):
		foreignNPY.Name = name
	default:
		return fmt.Errorf("mapped: %s: %w", name, err)
	}
	return err
}

// Close gives the file back; the rows must not be used after it, nor any view of them. Rows that nobody refers to any longer
// close themselves.
func (r *Rows) Close() error {
	// Only the descriptor: a worker that still gathers from unmapped memory could not be helped.
	return r.file.file.Close()
}

// Shape returns the shape of a row: [28 28] of an array [60000 28 28].
func (r *Rows) Shape() tensor.Shape { return r.layout.shape }

// Len returns the number of rows.
func (r *Rows) Len() int { return r.n }

// Width returns the number of elements in a row.
func (r *Rows) Width() int { return r.layout.width }

// Uint8 reports whether the elements are bytes; otherwise they are float32.
func (r *Rows) Uint8() bool { return !r.layout.floats }

// Slice returns rows lo to hi-1 of the same file.
func (r *Rows) Slice(lo, hi int) dataset.Rows {
	if lo < 0 || hi < lo || hi > r.n {
		panic(fmt.Sprintf("mapped: rows %d to %d of %d", lo, hi, r.n))
	}
	view := *r
	view.lo, view.n = r.lo+lo, hi-lo
	return &view
}

// Raw returns the same bytes as the numbers 0 to 255, without the division by 255. It changes nothing about float32.
func (r *Rows) Raw() *Rows {
	view := *r
	view.table = newPixels(func(v uint8) float32 { return float32(v) })
	return &view
}

// Err reports the first row that could not be read, or that the file has changed since it was opened.
func (r *Rows) Err() error {
	f := r.file
	if err := f.broken.Load(); err != nil {
		return *err
	}
	now, err := f.file.Stat()
	switch {
	case errors.Is(err, os.ErrClosed):
		return nil
	case err != nil:
		return fmt.Errorf("mapped: %w", err)
	case now.Size() != f.begun.Size():
		return fmt.Errorf("mapped: %s had %d bytes and has %d now; leave it alone while it is in use", f.name, f.begun.Size(), now.Size())
	case !now.ModTime().Equal(f.begun.ModTime()):
		return fmt.Errorf("mapped: %s was written to while it was read; leave it alone while it is in use", f.name)
	}
	return nil
}

// fail remembers why rows cannot be read.
func (f *file) fail(err error) { f.broken.CompareAndSwap(nil, &err) }
