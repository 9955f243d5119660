// Package mnist carries the MNIST handwritten digits inside the program: 60,000 images to train on and 10,000 to test, 28 by
// 28 pixels, collected by Yann LeCun, Corinna Cortes and Christopher J. C. Burges from databases of NIST.
//
// The data have a licence of their own, Creative Commons Attribution-Share Alike 3.0; see data/README.md.
package mnist

import (
	_ "embed"
	"sync"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/tensor"
)

// Side is the number of pixels along an edge of an image.
const Side = 28

// The four IDX files, as the program in _gen packs them.
var (
	//go:embed data/train-images-idx3-ubyte.zst
	trainImages []byte
	//go:embed data/train-labels-idx1-ubyte.zst
	trainLabels []byte
	//go:embed data/t10k-images-idx3-ubyte.zst
	testImages []byte
	//go:embed data/t10k-labels-idx1-ubyte.zst
	testLabels []byte
)

// Digits is MNIST as its authors split it: 60,000 examples to train on and 10,000 of other writers to test.
type Digits struct{ Train, Test *dataset.Set }

// Options are those of load_mnist in Saito's book.
type Options struct {
	Normalize bool // pixels between 0 and 1 (v/255); otherwise 0 to 255
	Flatten   bool // Shape [784]; otherwise [1 28 28]
	OneHot    bool // target rows such as 0 0 1 0 0 0 0 0 0 0; otherwise labels
}

// Load returns the digits as most networks want them: pixels between 0 and 1, flat, with labels 0 to 9.
//
// The images are unpacked once, in about 0.05 s, into 55 MB that all later calls share.
func Load() (*Digits, error) { return LoadWith(Options{Normalize: true, Flatten: true}) }

// LoadWith returns the digits in one of the forms of load_mnist.
func LoadWith(o Options) (*Digits, error) {
	b, err := unpackOnce()
	if err != nil {
		return nil, err
	}
	return &Digits{b.train.set("mnist train", o), b.test.set("mnist test", o)}, nil
}

// Nielsen returns the digits as Nielsen's book splits them: the first 50,000 of the training images to train on, the last
// 10,000 of them to choose settings by, and the 10,000 test images.
func Nielsen() (train, validation, test *dataset.Set, err error) {
	digits, err := Load()
	if err != nil {
		return nil, nil, nil, err
	}
	train, validation = digits.Train.Split(50_000)
	return train, validation.WithName("mnist validation"), digits.Test, nil
}

// images are unpacked images [n, 784], one byte a pixel, and their labels.
type images struct {
	pixels []uint8
	labels []int32
}

// both are the two parts of MNIST.
type both struct{ train, test images }

// unpackOnce unpacks all four files the first time that it is called.
var unpackOnce = sync.OnceValues(func() (b both, err error) {
	if b.train, err = unpackImages(60_000, trainImages, trainLabels); err != nil {
		return both{}, err
	}
	if b.test, err = unpackImages(10_000, testImages, testLabels); err != nil {
		return both{}, err
	}
	return b, nil
})

// unpackImages returns n images and labels from two packed IDX files.
func unpackImages(n int, packedPixels, packedLabels []byte) (images, error) {
	pixels, err := unpackIDX("images", packedPixels, n, Side, Side)
	if err != nil {
		return images{}, err
	}
	bytes, err := unpackIDX("labels", packedLabels, n)
	if err != nil {
		return images{}, err
	}
	labels := make([]int32, n)
	for i, l := range bytes {
		labels[i] = int32(l)
	}
	return images{pixels, labels}, nil
}

// set returns the images as a set.
func (m images) set(name string, o Options) *dataset.Set {
	x := dataset.NewBytes(m.pixels, Side*Side)
	if !o.Normalize {
		x = x.Raw()
	}
	shape := tensor.Shape{Side * Side}
	if !o.Flatten {
		shape = tensor.Shape{1, Side, Side}
	}
	s := &dataset.Set{Name: name, X: x, Shape: shape, Labels: m.labels, Classes: dataset.Numbered(10), Out: 10}
	if o.OneHot {
		return s.OneHot()
	}
	return s
}
