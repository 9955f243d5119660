// Package imagefolder loads folders of images, one sub-folder a class:
//
//	photos/cat/a.jpg            photos/train/cat/a.jpg
//	photos/cat/b.png            photos/train/dog/c.webp
//	photos/dog/c.webp           photos/test/cat/b.png
//
// The files are PNG, JPEG, GIF (the first frame), BMP, WebP and TIFF, told by their content. All are brought into one form, a
// [preprocess.Image]: of which size and with how many channels is chosen by the data unless the options say. A picture is
// turned as its camera says (Exif), lies on white paper where it is transparent, and is scaled by the mean of areas, in
// integers: the same files are the same pixels everywhere, whatever the number of threads.
//
// Files are distrusted. A picture that would take far more memory than its file is refused before it is decoded; a broken one is
// named and left out; more than a few broken ones are an error.
package imagefolder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/preprocess"
)

// Options shape what Load returns.
type Options struct {
	Width, Height int    // of every example; 0: by the data
	Channels      int    // 1: grey, 3: colour; 0: colour if there is any
	Fit           string // preprocess.Stretch, the usual, or preprocess.Crop

	// Classes are what labels are numbered by, of a model for instance; a folder of another class is an error. nil: the
	// sub-folders that there are to train on, "2" before "10".
	Classes []string

	// Watch, if set, is told after every image how many of them have been read. From when it returns an error on, no further image is
	// begun, and Load ends with that error. It is never called twice at the same time.
	Watch func(done, of int) error

	Threads   int   // that decode; 0: one a processor
	MaxMemory int64 // of the pixels that are kept; 0: 8 GiB
}

// usualMaxMemory bounds the pixels of a folder unless the options do.
const usualMaxMemory = 8 << 30

// A Folder is what was found.
type Folder struct {
	// All holds every example, one byte a pixel and channel in memory, as features from 0 to 1. Within a part the classes alternate
	// in the ratio of their numbers, so that the first examples are a fair sample.
	All *dataset.Set
	// Train, Val and Test are the parts of All that have folders of their own. Train is All where there are no such folders; the
	// others are nil where theirs are missing.
	Train, Val, Test *dataset.Set

	Form    preprocess.Image
	Found   string   // the sizes that were found, where they were looked at: "all are 28×28"
	Files   int      // images, with the broken ones
	Bytes   int64    // of all files
	Broken  []Broken // images that could not be read, in order
	Notes   []string // sentences about what was passed over
	SHA256  string   // of the names and pixels of all examples, in hexadecimal
	Applied preprocess.Pipeline
}

// A Broken image could not be read.
type Broken struct {
	Path string // below the folder
	Err  error
}

func (b Broken) Error() string { return fmt.Sprintf("%s: %v", b.Path, b.Err) }

// file is an image of a class.
type file struct {
	path  string // below the folder
	class int32
}

// Load reads a folder.
func Load(dir string, o Options) (*Folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("imagefolder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("imagefolder: %s is no folder; want one with a sub-folder a class", dir)
	}
	if (o.Width == 0) != (o.Height == 0) {
		return nil, fmt.Errorf("imagefolder: width %d and height %d; want both, or none", o.Width, o.Height)
	}
	places, err := layOut(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{}
	files, parts, classes, err := f.list(dir, places, o.Classes)
	if err != nil {
		return nil, err
	}
	return f, f.read(dir, files, parts, classes, o)
}

// read decodes the files and makes sets of them.
func (f *Folder) read(dir string, files []file, parts [3]int, classes []string, o Options) error {
	path := func(i int) string { return filepath.Join(dir, files[i].path) }
	f.Bytes = bytesOf(path, len(files), o.Threads)
	r := newReader(mostMemory(f.Bytes))
	r.watch = &watch{tell: o.Watch, of: len(files)}
	var err error
	f.Form, f.Found, err = r.choose(o, path, len(files))
	if err := errors.Join(r.watch.err, err); err != nil {
		return err
	}
	most := o.MaxMemory
	if most == 0 {
		most = usualMaxMemory
	}
	width := f.Form.Size()
	if need := int64(len(files)) * int64(width); need > most {
		return fmt.Errorf("imagefolder: %s: %d images of %v take %s; want at most %s: a smaller size, or fewer channels", dir, len(files), f.Form, size(need), size(most))
	}
	pixels := make([]byte, len(files)*width)
	sums, errs := r.readAll(path, len(files), pixels, f.Form, o.Threads)
	if r.watch.err != nil {
		return r.watch.err
	}

	// What is broken is left out, and the rest moves together.
	kept := parts
	n := 0
	for i, file := range files {
		if errs[i] != nil {
			f.Broken = append(f.Broken, Broken{file.path, errs[i]})
			kept[partOf(parts, i)]--
			continue
		}
		if n < i {
			files[n], sums[n] = file, sums[i]
			copy(pixels[n*width:(n+1)*width], pixels[i*width:(i+1)*width])
		}
		n++
	}
	if err := f.tolerable(dir, len(files)); err != nil {
		return err
	}
	x := &images{dataset.NewBytes(pixels[:n*width], width), sums[:n]}
	labels := make([]int32, n)
	hash := sha256.New()
	for i, file := range files[:n] {
		labels[i] = file.class
		io.WriteString(hash, strconv.Quote(filepath.ToSlash(file.path)))
		hash.Write(sums[i][:])
	}
	f.SHA256 = hex.EncodeToString(hash.Sum(nil))
	name := filepath.Base(filepath.Clean(dir))
	if whole, err := filepath.Abs(dir); err == nil {
		name = filepath.Base(whole) // of . and ..
	}
	if f.All, err = dataset.FromLabels(name, x, f.Form.Shape(), labels, classes); err != nil {
		return err
	}
	f.All = f.All.WithOrigin(path)
	var rest *dataset.Set
	f.Train, rest = f.All.Split(kept[0])
	if parts[1] > 0 {
		f.Val, rest = rest.Split(kept[1])
		f.Val = f.Val.WithName(name + " val")
	}
	if parts[2] > 0 {
		f.Test = rest.WithName(name + " test")
	}
	if f.Val != nil || f.Test != nil {
		f.Train = f.Train.WithName(name + " train")
	}
	f.Applied = preprocess.Pipeline{f.Form, preprocess.PixelScale{Divide: 255}}
	return nil
}

// partOf returns the part that file i belongs to.
func partOf(parts [3]int, i int) int {
	for p, n := range parts {
		if i < n {
			return p
		}
		i -= n
	}
	return len(parts) - 1
}

// fewBroken images have one that may be broken.
const fewBroken = 50

// tolerable reports more broken images than a few.
func (f *Folder) tolerable(dir string, n int) error {
	if !TooMany(len(f.Broken), n) {
		return nil
	}
	return &BrokenError{dir, len(f.Broken), n, f.Broken[0]}
}

// TooMany reports whether so many of n images are more than a few to be broken: all, or more than one in fifty and than one.
func TooMany(broken, n int) bool {
	return broken > 0 && (broken == n || broken > max(1, n/fewBroken))
}

// A BrokenError is a folder with too many broken images.
type BrokenError struct {
	Dir       string
	Broken, N int
	First     Broken
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("imagefolder: %s: %d of %d images cannot be read, the first is %v; mend or remove them", e.Dir, e.Broken, e.N, e.First)
}

// Unwrap returns what is wrong with the first.
func (e *BrokenError) Unwrap() error { return e.First.Err }

// images are the pixels of a folder: dataset.Bytes that know which of them are the same.
type images struct {
	dataset.Bytes
	sums []digest
}

// Slice returns rows lo to hi-1.
func (t *images) Slice(lo, hi int) dataset.Rows {
	return &images{t.Bytes.Slice(lo, hi).(dataset.Bytes), t.sums[lo:hi:hi]}
}

// Shared returns how many examples of test have the same pixels as one of train, and the paths of the first such pair.
func Shared(train, test *dataset.Set) (n int, pair [2]string) {
	a, ok := train.X.(*images)
	b, okay := test.X.(*images)
	if !ok || !okay {
		return train.Overlap(test), pair
	}
	at := make(map[digest]int32, train.Len())
	for i := range train.Len() {
		if _, taken := at[a.sums[train.Row(i)]]; !taken {
			at[a.sums[train.Row(i)]] = int32(i)
		}
	}
	for i := range test.Len() {
		if j, ok := at[b.sums[test.Row(i)]]; ok {
			if n++; n == 1 {
				pair = [2]string{train.Origin(int(j)), test.Origin(i)}
			}
		}
	}
	return n, pair
}

// Contradictions returns how many examples have the same pixels as one before them of another class, and the paths of the first such
// pair: one of both labels must be wrong.
func Contradictions(s *dataset.Set) (n int, pair [2]string) {
	x, ok := s.X.(*images)
	if !ok {
		return 0, pair
	}
	at := make(map[digest]int32, s.Len())
	for i := range s.Len() {
		sum := x.sums[s.Row(i)]
		j, seen := at[sum]
		if !seen {
			at[sum] = int32(i)
		} else if s.Label(int(j)) != s.Label(i) {
			if n++; n == 1 {
				pair = [2]string{s.Origin(int(j)), s.Origin(i)}
			}
		}
	}
	return n, pair
}

// List returns the images below a folder, or the one that path is, in order, and sentences about what was passed over.
func List(path string) (paths, notes []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil, nil
	}
	l := &listing{root: path}
	if err := l.walk("", nil); err != nil {
		return nil, nil, err
	}
	if len(l.images) == 0 {
		return nil, nil, fmt.Errorf("%s: no images in it; want files that end with .png, .jpg, .gif, .bmp, .webp or .tif", path)
	}
	for i, p := range l.images {
		l.images[i] = filepath.Join(path, p)
	}
	return l.images, l.notes(), nil
}

// Each reads image files on several threads, in memory that does not grow with their number, and calls do for each in order: with its
// pixels, which are valid until do returns, or with what is wrong with it. An error of do ends it and is returned.
func Each(paths []string, form preprocess.Image, threads int, do func(i int, pixels []byte, err error) error) error {
	if err := form.Check(form.Size()); err != nil {
		return err
	}
	const memory = 16 << 20
	width := form.Size()
	at := min(max(1, memory/width), 1024, max(1, len(paths)))
	pixels := make([]byte, at*width)
	r := newReader(mostMemory(bytesOf(func(i int) string { return paths[i] }, len(paths), threads)))
	for lo := 0; lo < len(paths); lo += at {
		n := min(at, len(paths)-lo)
		_, errs := r.readAll(func(i int) string { return paths[lo+i] }, n, pixels, form, threads)
		for i := range n {
			if err := do(lo+i, pixels[i*width:(i+1)*width], errs[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Pixels returns the pixels of one image file's content.
func Pixels(data []byte, form preprocess.Image) ([]byte, error) {
	if err := form.Check(form.Size()); err != nil {
		return nil, err
	}
	dst := make([]byte, form.Size())
	return dst, newReader(0).pixels(dst, data, form)
}
