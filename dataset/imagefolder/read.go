package imagefolder

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/gradus-nn/gradus/preprocess"
)

// What an image may take while it is decoded: a file of 65 bytes can promise 34 GB. The bound grows with the files, so that
// memory is bounded by what somebody really has.
const (
	freeMemory  = 40 << 20
	perFileByte = 3
)

// mostMemory is the bound for files of so many bytes in all.
func mostMemory(bytes int64) int64 { return freeMemory + perFileByte*bytes }

// maxFile bounds a single file, which is read whole.
const maxFile = 1 << 30

// A budget is memory that several workers share. Who wants all of it waits until he is alone.
type budget struct {
	all  int64
	free int64
	lock sync.Mutex
	more sync.Cond
}

func newBudget(all int64) *budget {
	b := &budget{all: all, free: all}
	b.more.L = &b.lock
	return b
}

// take waits until so much is free, or until everything is, and returns how much it took.
func (b *budget) take(n int64) int64 {
	n = min(n, b.all)
	b.lock.Lock()
	for b.free < n {
		b.more.Wait()
	}
	b.free -= n
	b.lock.Unlock()
	return n
}

func (b *budget) give(n int64) {
	b.lock.Lock()
	b.free += n
	b.lock.Unlock()
	b.more.Broadcast()
}

// largeImage is memory that is not left to the garbage collector's own pace.
const largeImage = 8 << 20

// A reader reads image files.
type reader struct {
	limit  int64 // of the memory of one image; 0: as its own file allows
	budget *budget
	watch  *watch
}

func newReader(limit int64) *reader {
	return &reader{limit: limit, budget: newBudget(freeMemory / 2), watch: &watch{}}
}

// A watch counts images that have been read for somebody who waits, and who may have enough of it.
type watch struct {
	tell func(done, of int) error // nil: nobody
	of   int

	lock sync.Mutex
	done int
	err  error // of tell
}

// more counts n more images, and reports whether to go on.
func (w *watch) more(n int) bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.done += n
	if w.tell != nil && w.err == nil {
		w.err = w.tell(w.done, w.of)
	}
	return w.err == nil
}

// A digest tells apart what different pixels are.
type digest [16]byte

// load reads a file into *buffer, which grows as it must.
func load(path string, buffer *[]byte) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would wait for its other end
	if err != nil {
		return nil, plain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("neither a file nor a folder")
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%d bytes; want an image of at most %d", info.Size(), maxFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, plain(err)
	}
	defer f.Close()
	n := int(info.Size())
	if cap(*buffer) < n {
		*buffer = make([]byte, n)
	}
	data := (*buffer)[:n]
	n, err = io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, plain(err)
	}
	return data[:n], nil
}

// plain is an error about a file without its path, which stands in front already.
func plain(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// pixels decodes an image file into dst, in the form that is asked for.
func (r *reader) pixels(dst, data []byte, form preprocess.Image) error {
	return r.use(data, func(h header, img image.Image) {
		fill(dst, img, canvas(h, img), h.orientation, form)
	})
}

// canvas is where an image lies.
func canvas(h header, img image.Image) image.Rectangle {
	if h.name == "GIF" {
		return image.Rect(0, 0, h.width, h.height)
	}
	return img.Bounds()
}

// use decodes an image and hands it to do, within the memory that it may take.
func (r *reader) use(data []byte, do func(header, image.Image)) (err error) {
	h, err := inspect(data)
	if err != nil {
		return err
	}
	limit := r.limit
	if limit == 0 {
		limit = mostMemory(int64(len(data)))
	}
	if h.memory > limit || h.width > maxSide || h.height > maxSide {
		return &LargeError{h.width, h.height, h.memory, limit}
	}
	taken := r.budget.take(h.memory)
	defer r.budget.give(taken)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("damaged %s: %v", h.name, p)
		}
	}()
	img, err := h.decoded(data)
	if err != nil {
		return err
	}
	do(h, img)
	if h.memory >= largeImage {
		img = nil
		debug.FreeOSMemory() // the next large image may not fit where this one lay
	}
	return nil
}

// maxSide bounds width and height, lest arithmetic on them overflow.
const maxSide = 1 << 20

// A LargeError is an image that would take too much memory to decode.
type LargeError struct {
	Width, Height int
	Memory, Limit int64
}

func (e *LargeError) Error() string {
	return fmt.Sprintf("%d by %d pixels, which take %s to decode; want at most %s for a file of this size; make the picture smaller",
		e.Width, e.Height, size(e.Memory), size(e.Limit))
}

// size writes bytes as people say them.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.0f KiB", float64(n)/(1<<10))
}

// split gives n jobs to workers, who take one after the other. Each worker has a buffer of its own.
func split(n, workers int, job func(i int, buffer *[]byte)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, n)
	var (
		next atomic.Int64
		all  sync.WaitGroup
	)
	for range workers {
		all.Go(func() {
			var buffer []byte
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				job(i, &buffer)
				if cap(buffer) > largeImage {
					buffer = nil
				}
			}
		})
	}
	all.Wait()
}

// bytesOf returns the size of all files together.
func bytesOf(paths func(i int) string, n, workers int) int64 {
	var sum atomic.Int64
	split(n, workers, func(i int, _ *[]byte) {
		if info, err := os.Stat(paths(i)); err == nil {
			sum.Add(info.Size())
		}
	})
	return sum.Load()
}

// readAll reads files into pixels, a row each, and returns the digest of every row and what went wrong with it.
func (r *reader) readAll(paths func(i int) string, n int, pixels []byte, form preprocess.Image, workers int) ([]digest, []error) {
	sums, errs := make([]digest, n), make([]error, n)
	width := form.Size()
	split(n, workers, func(i int, buffer *[]byte) {
		if !r.watch.more(0) {
			return
		}
		defer r.watch.more(1)
		row := pixels[i*width : (i+1)*width]
		data, err := load(paths(i), buffer)
		if err == nil {
			err = r.pixels(row, data, form)
		}
		if err != nil {
			errs[i] = err
			return
		}
		sum := sha256.Sum256(row)
		copy(sums[i][:], sum[:])
	})
	return sums, errs
}
