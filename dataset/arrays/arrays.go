// Package arrays finds what is to be learnt in arrays of NumPy, as people save them: an .npz archive of images and labels, .npy files
// beside one another, a folder of them, a pickle of tuples, or a pair of IDX files.
//
// What the arrays are is told by their names, in capitals or not, joined by whatever stands between words:
//
//	features   x  data  features  inputs  images  img  samples
//	targets    y  target  targets  labels  label  classes
//	parts      train  training  tr   val  valid  validation  dev   test  testing  te  t10k
//
// so that X_train and y_train belong together, as train_images and train_labels do, and x.npy and y.npy beside one another. Without names,
// np.savez(f, x, y) and a tuple are taken in their order: (x, y); (train, test); (train, validation, test), as in mnist.pkl of Nielsen.
package arrays

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset/mapped"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/pickle"
)

// An Array is one array of a collection: in memory, mapped from its file, or still in it.
type Array struct {
	Name  string
	Shape []int
	Type  npy.Type

	values *npy.Array   // numbers in memory
	texts  []string     // or texts
	file   *mapped.Rows // or in a mapped file, of uint8 or float32
	unread *unread      // or in a file
}

// Len returns the length of the first axis, 1 for a single number.
func (a *Array) Len() int {
	if len(a.Shape) == 0 {
		return 1
	}
	return a.Shape[0]
}

// Width returns the number of elements of one index of the first axis.
func (a *Array) Width() int {
	n := 1
	for _, d := range a.Shape[min(1, len(a.Shape)):] {
		n *= d
	}
	return n
}

// String describes the array: "x_train float32 [60000 28 28]".
func (a *Array) String() string { return fmt.Sprintf("%s %s %v", a.Name, a.Kind(), a.Shape) }

// Kind names the type of the elements: "float32", "text".
func (a *Array) Kind() string {
	if a.texts != nil {
		return "text"
	}
	return a.Type.String()
}

// hold takes over what was read.
func (a *Array) hold(x *npy.Array) {
	a.Shape = x.Shape
	if texts, ok := x.Data.([]string); ok {
		a.texts = texts
		return
	}
	a.values, a.Type = x, x.Type()
}

// A Collection is the arrays of a file, of files that belong together, or of a folder.
type Collection struct {
	Path   string
	Files  []string // that the arrays are in
	Arrays []*Array
}

// mapFrom is the size of a raw file from which on it is mapped rather than read.
const mapFrom = 64 << 20

// Of reports whether a file that begins with these bytes (unpacked, if it is gzip), or is called so, holds arrays.
func Of(name string, start []byte) bool {
	low := strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch {
	case bytes.HasPrefix(start, []byte(npy.Magic)):
		return true
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return strings.HasSuffix(low, ".npz") || bytes.Contains(start, []byte(".npy"))
	case isIDX(start):
		return true
	case len(start) >= 2 && start[0] == 0x80 && start[1] >= 2 && start[1] <= 5:
		return true
	}
	return slices.Contains([]string{".npy", ".npz", ".pkl", ".pickle"}, filepath.Ext(low))
}

// isIDX reports whether a file begins as IDX files do: two zeros, a type and a number of dimensions.
func isIDX(start []byte) bool {
	return len(start) > 4 && start[0] == 0 && start[1] == 0 && idx.Type(start[2]).Size() > 0 && start[3] >= 1 && start[3] <= 8
}

// InFolder reports whether a folder has .npy files.
func InFolder(dir string) bool {
	files, err := npyFiles(dir)
	return err == nil && len(files) > 0
}

// maxFiles bounds the files of a folder that are looked at.
const maxFiles = 10_000

// npyFiles lists the .npy files of a folder.
func npyFiles(dir string) ([]string, error) {
	names, err := list(dir)
	var files []string
	for _, name := range names {
		if ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")); ext == ".npy" {
			files = append(files, name)
		}
	}
	return files, err
}

// list returns the first names of a folder, sorted.
func list(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(maxFiles)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	slices.Sort(names)
	return names, err
}

// Open reads the arrays at a path. Of a single .npy or IDX file, those beside it that belong to it by name come as well.
func Open(path string) (*Collection, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("arrays: %w", err)
	}
	c := &Collection{Path: path}
	if info.IsDir() {
		names, err := npyFiles(path)
		if err != nil {
			return nil, fmt.Errorf("arrays: %w", err)
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("arrays: %s has no .npy files", path)
		}
		for _, name := range names {
			if err := c.add(filepath.Join(path, name)); err != nil {
				return nil, err
			}
		}
		return c, nil
	}
	return c, c.open(path)
}

// open reads a file and what belongs to it.
func (c *Collection) open(path string) error {
	start, err := beginning(path)
	if err != nil {
		return fmt.Errorf("arrays: %w", err)
	}
	low := strings.TrimSuffix(strings.ToLower(path), ".gz")
	switch {
	case bytes.HasPrefix(start, []byte(npy.Magic)), isIDX(start), strings.HasSuffix(low, ".npy"):
		if err := c.add(path); err != nil {
			return err
		}
		for _, name := range beside(path) {
			if err := c.add(name); err != nil {
				return err
			}
		}
		return nil
	case bytes.HasPrefix(start, []byte("PK")), strings.HasSuffix(low, ".npz"):
		return c.takeArchive(path)
	}
	v, err := pickle.ReadFile(path)
	if err != nil {
		return err
	}
	c.Files = append(c.Files, path)
	for _, n := range pickle.Arrays(v) {
		a := &Array{Name: n.Name}
		a.hold(n.Array)
		c.Arrays = append(c.Arrays, a)
	}
	return c.some()
}

// some makes sure that there are arrays.
func (c *Collection) some() error {
	if len(c.Arrays) == 0 {
		return fmt.Errorf("arrays: %s holds no array", c.Path)
	}
	return nil
}

// add reads a .npy or IDX file.
func (c *Collection) add(path string) error {
	a := &Array{Name: stem(path)}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("arrays: %w", err)
	}
	c.Files = append(c.Files, path)
	c.Arrays = append(c.Arrays, a)
	if info.Mode().IsRegular() && info.Size() >= mapFrom {
		rows, err := mapped.Open(path)
		if err == nil {
			a.file, a.Shape, a.Type = rows, append([]int{rows.Len()}, rows.Shape()...), npy.Float32
			if rows.Uint8() {
				a.Type = npy.Uint8
			}
			return nil
		}
		if !errors.Is(err, mapped.ErrUnsuitable) {
			return err
		}
	}
	start, err := beginning(path)
	if err != nil {
		return fmt.Errorf("arrays: %w", err)
	}
	if !isIDX(start) {
		return a.takeNPY(path)
	}
	x, err := idx.ReadFile(path)
	if err != nil {
		return err
	}
	a.hold(&npy.Array{Shape: x.Dims, Data: x.Data})
	return nil
}

// beginning returns the first bytes of a regular file, unpacked if it is gzip.
func beginning(path string) ([]byte, error) {
	info, err := os.Stat(path) // before Open, which would wait for the other end of a pipe
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	start := make([]byte, 16)
	n, err := io.ReadFull(f, start)
	if bytes.HasPrefix(start[:n], []byte{0x1f, 0x8b}) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		if z, unpackErr := gzip.NewReader(f); unpackErr == nil {
			n, _ = io.ReadFull(z, start) // who reads it says what is wrong with it
			return start[:n], nil
		}
	}
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return start[:n], err
}
