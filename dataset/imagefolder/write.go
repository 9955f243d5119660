package imagefolder

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"

	"github.com/gradus-nn/gradus/dataset"
)

// A Part is a set that Write writes into a folder of its own.
type Part struct {
	Name string // train or test
	Set  *dataset.Set
}

// Write writes sets of pictures as a folder that Load reads: dir/train/CLASS/00042.png for example 42 of the set to train on. The
// pictures have the given width and height, and one channel, or three planes. A feature times high is the pixel, from 0 to 255.
//
// The folder must not exist, or be empty. It appears when it is complete, and not at all if something fails.
func Write(ctx context.Context, dir string, parts []Part, width, height int, high float32) (err error) {
	if err := vacant(dir); err != nil {
		return err
	}
	dir = filepath.Clean(dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(temporary)
		}
	}()
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	for _, p := range parts {
		if err := writePart(ctx, temporary, p, width, height, high); err != nil {
			return err
		}
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(temporary, dir)
}

// vacant reports why nothing can be written to dir.
func vacant(dir string) error {
	f, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.IsDir() {
		return fmt.Errorf("imagefolder: %s exists and is no folder; want a new one", dir)
	}
	if _, err := f.Readdirnames(1); !errors.Is(err, io.EOF) {
		return fmt.Errorf("imagefolder: %s is not empty; want a new folder", dir)
	}
	return nil
}

func writePart(ctx context.Context, root string, p Part, width, height int, high float32) error {
	s := p.Set
	channels := s.X.Width() / (width * height)
	if s.Classes == nil || channels*width*height != s.X.Width() || channels != 1 && channels != 3 {
		return fmt.Errorf("imagefolder: %s has no pictures of %d by %d pixels with classes", s.Name, width, height)
	}
	folders := make([]string, len(s.Classes))
	for c, name := range s.Classes {
		folders[c] = filepath.Join(root, p.Name, FolderName(name))
		if err := os.MkdirAll(folders[c], 0o777); err != nil {
			return err
		}
		for _, other := range folders[:c] {
			if other == folders[c] {
				return fmt.Errorf("imagefolder: two classes of %s would share the folder %s", s.Name, FolderName(name))
			}
		}
	}
	ctx, stop := context.WithCancelCause(ctx) // at the first failure
	defer stop(nil)
	encoder := png.Encoder{BufferPool: &encoders{}}
	split(s.Len(), 0, func(i int, _ *[]byte) {
		if ctx.Err() != nil {
			return
		}
		path := filepath.Join(folders[s.Label(i)], fmt.Sprintf("%05d.png", i))
		if err := writeImage(&encoder, path, picture(s.Example(i), width, height, high)); err != nil {
			stop(err)
		}
	})
	return context.Cause(ctx)
}

// picture makes an image of features.
func picture(x []float32, width, height int, high float32) image.Image {
	pixel := func(v float32) uint8 { return uint8(max(0, min(255, math.Round(float64(v*high))))) }
	plane := width * height
	if len(x) == plane {
		img := image.NewGray(image.Rect(0, 0, width, height))
		for i, v := range x {
			img.Pix[i] = pixel(v)
		}
		return img
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range plane {
		for c := range 3 {
			img.Pix[4*i+c] = pixel(x[c*plane+i])
		}
		img.Pix[4*i+3] = 255
	}
	return img
}

// Picture makes an image of features [1, height, width] or [3, height, width] from 0 to 1.
func Picture(x []float32, width, height int) image.Image { return picture(x, width, height, 255) }

func writeImage(encoder *png.Encoder, path string, img image.Image) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(encoder.Encode(f, img), f.Close())
}

// encoders are buffers that are used again.
type encoders struct{ pool sync.Pool }

func (e *encoders) Get() *png.EncoderBuffer {
	b, _ := e.pool.Get().(*png.EncoderBuffer)
	return b
}

func (e *encoders) Put(b *png.EncoderBuffer) { e.pool.Put(b) }
