// Package idxfolder loads a folder of IDX files, in which MNIST, Fashion-MNIST, Kuzushiji-MNIST and EMNIST are published: images and
// labels to train on, and images and labels to test.
//
// The files are found by their names, with or without .gz:
//
//	train-images-idx3-ubyte   train-labels-idx1-ubyte
//	t10k-images-idx3-ubyte    t10k-labels-idx1-ubyte
//
// "test" in place of "t10k", a dot in place of a dash before idx, and anything in front (emnist-letters-train-...) will do as well.
package idxfolder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mapped"
	"github.com/gradus-nn/gradus/format/idx"
	"github.com/gradus-nn/gradus/tensor"
)

// Options say what the files do not.
type Options struct {
	// Classes names the classes. Without names the classes are numbered from 0 to the largest label to train on, unless
	// the set is one that Load knows.
	Classes []string
	// Flatten gives Shape [784]; otherwise it is [1 28 28].
	Flatten bool
}

// Load returns the sets to train on and to test; test is nil if the folder has none. Pixels are scaled to 0..1 (v/255) and keep
// one byte each in memory. Large files that are not compressed stay on the disk, mapped to memory: see package mapped.
func Load(dir string, o Options) (train, test *dataset.Set, err error) {
	files, err := find(dir)
	if err != nil {
		return nil, nil, err
	}
	name := filepath.Base(filepath.Clean(dir))
	trainPart, err := read(dir, files, "train")
	if err != nil {
		return nil, nil, err
	}
	if trainPart == nil {
		return nil, nil, fmt.Errorf("idxfolder: %s has no files to train on; want train-images-idx3-ubyte and train-labels-idx1-ubyte, raw or .gz", dir)
	}
	classes := o.Classes
	if known, ok := recognise(trainPart.labels); ok {
		name = known.name
		if classes == nil {
			classes = known.classes
		}
	}
	if classes == nil {
		if classes, err = trainPart.numbered(); err != nil {
			return nil, nil, err
		}
	}
	if train, err = trainPart.set(name+" train", classes, o.Flatten); err != nil {
		return nil, nil, err
	}
	testPart, err := read(dir, files, "test")
	if err != nil || testPart == nil {
		return train, nil, err
	}
	if test, err = testPart.set(name+" test", classes, o.Flatten); err != nil {
		return nil, nil, err
	}
	if !test.Shape.Equal(train.Shape) {
		return nil, nil, fmt.Errorf("idxfolder: images in %s are %v, but in %s %v; want the same size", trainPart.imageFile, train.Shape, testPart.imageFile, test.Shape)
	}
	return train, test, nil
}

// pattern finds a file's part (train or test) and content (images or labels) in its name.
var pattern = regexp.MustCompile(`(?i)(train|t10k|test)-(images|labels)[-.]idx[1-4]-ubyte(\.gz)?$`)

// find returns the files of the folder by part and content: "train images". Of a raw and a compressed file of the same name the
// raw one counts, which ReadDir names first.
func find(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("idxfolder: there is no folder %s", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("idxfolder: %w", err)
	}
	files := map[string]string{}
	for _, e := range entries {
		m := pattern.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		part := strings.ToLower(m[1])
		if part == "t10k" {
			part = "test"
		}
		key := part + " " + strings.ToLower(m[2])
		before, taken := files[key]
		switch {
		case !taken:
			files[key] = e.Name()
		case e.Name() == before+".gz":
		default:
			return nil, fmt.Errorf("idxfolder: %s has two files of %s: %s and %s; want one set a folder", dir, key, before, e.Name())
		}
	}
	return files, nil
}

// part is one pair of files.
type part struct {
	imageFile, labelFile string
	images               dataset.Rows
	dims                 []int // of the images
	labels               []uint8
}

// mapFrom is the size of an uncompressed file of images from which on it is not copied to memory.
var mapFrom int64 = 64 << 20

// readImages reads the images, or maps them.
func (p *part) readImages() error {
	if info, err := os.Stat(p.imageFile); err == nil && info.Size() >= mapFrom {
		x, err := mapped.Open(p.imageFile)
		if err == nil && x.Uint8() {
			p.images, p.dims = x, append([]int{x.Len()}, x.Shape()...)
			return nil
		}
		if err != nil && !errors.Is(err, mapped.ErrUnsuitable) {
			return err
		}
	}
	array, err := idx.ReadFile(p.imageFile)
	if err != nil {
		return err
	}
	pixels, ok := array.Data.([]uint8)
	if !ok || len(array.Dims) < 2 {
		return fmt.Errorf("idxfolder: %s holds %v %v; want uint8 images [n, rows, columns]", p.imageFile, array.Dims, array.Type())
	}
	if array.Len() == 0 {
		return fmt.Errorf("idxfolder: %s is empty: dimensions %v", p.imageFile, array.Dims)
	}
	p.images, p.dims = dataset.NewBytes(pixels, array.Len()/array.Dims[0]), array.Dims
	return nil
}

// read returns the named part, or nil if the folder has neither of its files.
func read(dir string, files map[string]string, name string) (*part, error) {
	images, hasImages := files[name+" images"]
	labels, hasLabels := files[name+" labels"]
	switch {
	case !hasImages && !hasLabels:
		return nil, nil
	case !hasImages:
		return nil, fmt.Errorf("idxfolder: %s has %s, but no images that belong to it", dir, labels)
	case !hasLabels:
		return nil, fmt.Errorf("idxfolder: %s has %s, but no labels that belong to it", dir, images)
	}
	p := &part{imageFile: filepath.Join(dir, images), labelFile: filepath.Join(dir, labels)}
	array, err := idx.ReadFile(p.labelFile)
	if err != nil {
		return nil, err
	}
	var ok bool
	if p.labels, ok = array.Data.([]uint8); !ok || len(array.Dims) != 1 {
		return nil, fmt.Errorf("idxfolder: %s holds %v %v; want one row of uint8 labels", p.labelFile, array.Dims, array.Type())
	}
	if err := p.readImages(); err != nil {
		return nil, err
	}
	if n := p.dims[0]; n != len(p.labels) {
		return nil, fmt.Errorf("idxfolder: %s has %d images, but %s has %d labels; want as many", p.imageFile, n, p.labelFile, len(p.labels))
	}
	return p, nil
}

// numbered returns the classes 0 to the largest label. Labels of which most numbers never occur are taken for a mistake, one wild byte among
// them for instance.
func (p *part) numbered() ([]string, error) {
	var counts [256]int
	largest, distinct := 0, 0
	for _, l := range p.labels {
		if counts[l]++; counts[l] == 1 {
			distinct++
		}
		largest = max(largest, int(l))
	}
	if 2*distinct < largest+1 {
		first := 0
		for int(p.labels[first]) != largest {
			first++
		}
		return nil, fmt.Errorf("idxfolder: %s: example %d has label %d, but only %d of the classes 0 to %d occur; name the classes if it is meant",
			p.labelFile, first, largest, distinct, largest)
	}
	return dataset.Numbered(largest + 1), nil
}

// set returns the part as a set.
func (p *part) set(name string, classes []string, flatten bool) (*dataset.Set, error) {
	labels := make([]int32, len(p.labels))
	for i, l := range p.labels {
		if int(l) >= len(classes) {
			return nil, fmt.Errorf("idxfolder: %s: example %d has label %d; want 0 to %d (%d classes)", p.labelFile, i, l, len(classes)-1, len(classes))
		}
		labels[i] = int32(l)
	}
	shape := tensor.Shape(p.dims[1:])
	switch {
	case flatten:
		shape = tensor.Shape{p.images.Width()}
	case len(shape) == 2: // rows and columns of one channel
		shape = tensor.Shape{1, shape[0], shape[1]}
	}
	return dataset.FromLabels(name, p.images, shape, labels, classes)
}

// known is a published set.
type known struct {
	name    string
	classes []string
}

// published are the sets that are known by the SHA-256 of their labels to train on (the elements, without the header).
var published = map[string]known{
	"657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7": {"fashion-mnist", []string{
		"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
	}},
	"1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13": {"mnist", dataset.Numbered(10)},
}

// recognise returns the published set that has these labels to train on.
func recognise(labels []uint8) (known, bool) {
	sum := sha256.Sum256(labels)
	k, ok := published[hex.EncodeToString(sum[:])]
	return k, ok
}
