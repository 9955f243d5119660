// Package catalog finds data sets by name: those that come with the program, and folders of IDX files and of images by their path.
//
// A set comes in two parts, one to train on and one to test. MNIST and IDX folders have a test set of their own; of others a
// fifth of each class is held out, drawn by the seed. The four points of XOR are both parts.
package catalog

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/idxfolder"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// Options shape what Load returns.
type Options struct {
	Seed    uint64  // of synthetic sets, and of the draw of the test part
	Held    float64 // share of the test part where a set has none of its own; 0 means 0.2
	Images  bool    // Shape [1 28 28] for pictures; otherwise [784]
	Prepare bool    // scale features as Info.Scaling says, measured on the training part
}

// A Scaling is what the features of a set need before a network learns well from them.
type Scaling string

const (
	None         Scaling = ""            // they are small numbers already
	Standardized Scaling = "standardize" // columns with units of their own: mean 0, deviation 1
	Pixels16     Scaling = "pixels/16"   // pixels 0 to 16
)

// Info describes a set.
type Info struct {
	Name        string
	Description string
	Train, Test int          // examples in the two parts; in List, for the default Options
	Shape       tensor.Shape // of one example
	Classes     []string     // nil for regression
	Out         int          // number of classes or targets
	Columns     []string     // names of the features, where they have any
	Licence     string
	Source      string
	Scaling     Scaling

	// Applied is what was done to the numbers of the source; it belongs into every model that is trained on them. Load fills it.
	Applied preprocess.Pipeline
}

// entry is one set of the catalogue.
type entry struct {
	info Info
	load func(o Options) (train, test *dataset.Set, columns []string, err error)
}

const (
	uci  = "CC BY 4.0, UCI Machine Learning Repository"
	made = "none: computed from a formula"
)

// entries are the sets in the order of List. A new set is one entry.
var entries = []entry{
	{
		Info{
			Name: "mnist", Description: "handwritten digits, 28×28 pixels", Train: 60_000, Test: 10_000, Shape: tensor.Shape{784},
			Classes: dataset.Numbered(10), Licence: "CC BY-SA 3.0", Source: "LeCun, Cortes, Burges, 1998",
			Applied: preprocess.Pipeline{preprocess.PixelScale{Divide: 255}},
		},
		func(o Options) (train, test *dataset.Set, columns []string, err error) {
			digits, err := mnist.LoadWith(mnist.Options{Normalize: true, Flatten: !o.Images})
			if err != nil {
				return nil, nil, nil, err
			}
			return digits.Train, digits.Test, nil, nil
		},
	},
	{
		Info{
			Name: "iris", Description: "three species of iris by the size of their flowers", Train: 120, Test: 30, Shape: tensor.Shape{4},
			Classes: []string{"setosa", "versicolor", "virginica"}, Licence: uci, Source: "Fisher, 1936", Scaling: Standardized,
		},
		table(tabular.Iris),
	},
	{
		Info{
			Name: "wine", Description: "three wine growers by chemical analysis", Train: 142, Test: 36, Shape: tensor.Shape{13},
			Classes: []string{"class_0", "class_1", "class_2"}, Licence: uci, Source: "Aeberhard, Forina, 1991", Scaling: Standardized,
		},
		table(tabular.Wine),
	},
	{
		Info{
			Name: "breast-cancer", Description: "malignant and benign tumours by the shape of nuclei", Train: 455, Test: 114, Shape: tensor.Shape{30},
			Classes: []string{"malignant", "benign"}, Licence: uci, Source: "Wolberg, Mangasarian, Street, Street, 1993", Scaling: Standardized,
		},
		table(tabular.BreastCancer),
	},
	{
		Info{
			Name: "digits", Description: "handwritten digits, 8×8 pixels", Train: 1438, Test: 359, Shape: tensor.Shape{64},
			Classes: dataset.Numbered(10), Licence: uci, Source: "Alpaydin, Kaynak, 1998", Scaling: Pixels16,
		},
		func(o Options) (train, test *dataset.Set, columns []string, err error) {
			train, test, columns, err = table(tabular.Digits)(o)
			if err != nil || !o.Images {
				return train, test, columns, err
			}
			picture := tensor.Shape{1, 8, 8}
			if train, err = train.WithShape(picture); err != nil {
				return nil, nil, nil, err
			}
			test, err = test.WithShape(picture)
			return train, test, columns, err
		},
	},
	{
		Info{
			Name: "diabetes", Description: "regression: a disease a year later, by ten measures", Train: 354, Test: 88, Shape: tensor.Shape{10}, Out: 1,
			Licence: "BSD-3-Clause, scikit-learn", Source: "Efron, Hastie, Johnstone, Tibshirani, 2004", Scaling: Standardized,
		},
		table(tabular.Diabetes),
	},
	{
		Info{
			Name: "xor", Description: "the four points that no line divides", Train: 4, Test: 4, Shape: tensor.Shape{2},
			Classes: []string{"0", "1"}, Licence: made, Source: "Minsky, Papert, 1969",
		},
		func(Options) (train, test *dataset.Set, columns []string, err error) {
			s := synthetic.XOR()
			return s, s, nil, nil
		},
	},
	{
		Info{
			Name: "circles", Description: "a circle within a circle, with noise 0.1", Train: 800, Test: 200, Shape: tensor.Shape{2},
			Classes: []string{"outer", "inner"}, Licence: made, Source: "scikit-learn, make_circles",
		},
		formula(func(seed uint64) *dataset.Set { return synthetic.Circles(1000, 0.1, seed) }),
	},
	{
		Info{
			Name: "moons", Description: "two half circles that reach into one another, with noise 0.1", Train: 800, Test: 200, Shape: tensor.Shape{2},
			Classes: []string{"upper", "lower"}, Licence: made, Source: "scikit-learn, make_moons",
		},
		formula(func(seed uint64) *dataset.Set { return synthetic.Moons(1000, 0.1, seed) }),
	},
	{
		Info{
			Name: "spiral", Description: "three arms of 100 points", Train: 240, Test: 60, Shape: tensor.Shape{2},
			Classes: dataset.Numbered(3), Licence: made, Source: "Stanford CS231n",
		},
		formula(func(seed uint64) *dataset.Set { return synthetic.Spiral(100, 3, seed) }),
	},
	{
		Info{
			Name: "gaussians", Description: "three round clouds", Train: 800, Test: 200, Shape: tensor.Shape{2},
			Classes: dataset.Numbered(3), Licence: made, Source: "see package synthetic",
		},
		formula(func(seed uint64) *dataset.Set { return synthetic.Gaussians(1000, 3, 0.3, seed) }),
	},
	{
		Info{
			Name: "linear", Description: "regression to the plane 2x0 - 3x1 + 1, with noise 0.1", Train: 800, Test: 200, Shape: tensor.Shape{2}, Out: 1,
			Licence: made, Source: "see package synthetic",
		},
		formula(func(seed uint64) *dataset.Set { return synthetic.Linear(1000, 0.1, seed) }),
	},
	{
		Info{
			Name: "noise", Description: "random features and random labels, ten yes-or-no each: nothing to learn", Train: 30_000, Test: 6_000, Shape: tensor.Shape{784},
			Classes: dataset.Numbered(10), Licence: made, Source: "a study note's benchmark",
		},
		func(o Options) (train, test *dataset.Set, columns []string, err error) {
			s := synthetic.Noise(36_000, 784, 10, o.Seed)
			train, test = s.Split(30_000)
			return train, test, nil, nil
		},
	},
}

// table returns the loader of a table, of which a part is held out.
func table(load func() (*tabular.Table, error)) func(Options) (train, test *dataset.Set, columns []string, err error) {
	return func(o Options) (train, test *dataset.Set, columns []string, err error) {
		t, err := load()
		if err != nil {
			return nil, nil, nil, err
		}
		train, test = holdOut(t.Set, o)
		return train, test, t.Columns, nil
	}
}

// formula returns the loader of a synthetic set, of which a part is held out.
func formula(make func(seed uint64) *dataset.Set) func(Options) (train, test *dataset.Set, columns []string, err error) {
	return func(o Options) (train, test *dataset.Set, columns []string, err error) {
		train, test = holdOut(make(o.Seed), o)
		return train, test, nil, nil
	}
}

// usualHeld is the share of the test part.
const usualHeld = 0.2

// splitStream keeps the draw of the test part apart from other uses of the seed.
const splitStream = 0x73706c6974 // "split"

// HoldOut draws a fifth of every class for the test part of a set that has none, as Load does.
func HoldOut(s *dataset.Set, seed uint64) (train, test *dataset.Set) {
	return holdOut(s, Options{Seed: seed, Held: usualHeld})
}

// holdOut draws a share of every class for the test part.
func holdOut(s *dataset.Set, o Options) (train, test *dataset.Set) {
	train, test = s.StratifiedSplit(1-o.Held, rand.New(rand.NewPCG(o.Seed, splitStream)))
	return train.WithName(s.Name + " train"), test.WithName(s.Name + " test")
}

// List describes the sets that come with the program.
func List() []Info {
	infos := make([]Info, len(entries))
	for i, e := range entries {
		infos[i] = e.info
		infos[i].Shape = slices.Clone(e.info.Shape)
		if infos[i].Out == 0 {
			infos[i].Out = len(e.info.Classes)
		}
	}
	return infos
}

// Load returns the two parts of a set, and what there is to know about it. The name is one of List, or the path of a folder of
// IDX files or of images: a name with a slash in it, or any folder that exists and is not called like a set. The test part of a folder that
// has none is drawn from its training files.
func Load(name string, o Options) (train, test *dataset.Set, info Info, err error) {
	if o.Held == 0 {
		o.Held = usualHeld
	}
	if !(o.Held > 0 && o.Held < 1) {
		return nil, nil, Info{}, fmt.Errorf("catalog: %v of the examples held out; want a share between 0 and 1, such as 0.2", o.Held)
	}
	if i := find(name); i >= 0 {
		info = List()[i]
		train, test, info.Columns, err = entries[i].load(o)
	} else if isPath(name) {
		train, test, info, err = folder(name, o)
	} else {
		err = unknown(name)
	}
	if err != nil {
		return nil, nil, Info{}, err
	}
	if o.Prepare {
		if train, test, err = prepare(train, test, &info); err != nil {
			return nil, nil, Info{}, err
		}
	}
	info.Train, info.Test, info.Shape = train.Len(), test.Len(), train.Shape
	return train, test, info, nil
}

// Has reports whether a set of that name comes with the program.
func Has(name string) bool { return find(name) >= 0 }

// find returns the number of the named entry, or -1. Capitals and underscores do not matter.
func find(name string) int {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	return slices.IndexFunc(entries, func(e entry) bool { return e.info.Name == name })
}

// isPath reports whether a name that is not in the catalogue means a place on the disk.
func isPath(name string) bool {
	if strings.ContainsRune(name, filepath.Separator) || strings.Contains(name, "/") || name == "." || name == ".." {
		return true
	}
	_, err := os.Stat(name)
	return name != "" && err == nil
}

// folder loads a folder of IDX files.
func folder(dir string, o Options) (train, test *dataset.Set, info Info, err error) {
	if f, err := os.Stat(dir); err == nil && !f.IsDir() {
		return nil, nil, Info{}, fmt.Errorf("catalog: %s is a file; want a folder of IDX files or images, or one of: %s", dir, names())
	}
	if imagefolder.Is(dir) && !idxfolder.Is(dir) {
		return images(dir, o)
	}
	train, test, err = idxfolder.Load(dir, idxfolder.Options{Flatten: !o.Images})
	if err != nil {
		return nil, nil, Info{}, err
	}
	name := strings.TrimSuffix(train.Name, " train")
	if test == nil {
		train, test = holdOut(train.WithName(name), o)
	}
	return train, test, Info{
		Name: name, Description: "IDX files of " + dir, Classes: train.Classes, Out: train.Out,
		Licence: "see the folder", Source: dir, Applied: preprocess.Pipeline{preprocess.PixelScale{Divide: 255}},
	}, nil
}

// images loads a folder of images, in the form that suits them.
func images(dir string, o Options) (train, test *dataset.Set, info Info, err error) {
	f, err := imagefolder.Load(dir, imagefolder.Options{})
	if err != nil {
		return nil, nil, Info{}, err
	}
	if train, test = f.Train, f.Test; test == nil {
		test = f.Val
	}
	if test == nil {
		train, test = holdOut(f.All, o)
	}
	return train, test, Info{
		Name: f.All.Name, Description: "the images of " + dir, Classes: train.Classes, Out: train.Out,
		Licence: "see the folder", Source: dir, Applied: f.Applied,
	}, nil
}

// prepare scales both parts as the set needs it, and notes in info what was done.
func prepare(train, test *dataset.Set, info *Info) (*dataset.Set, *dataset.Set, error) {
	var pipeline preprocess.Pipeline
	switch info.Scaling {
	case Standardized:
		s, err := preprocess.FitStandardize(train)
		if err != nil {
			return nil, nil, err
		}
		pipeline = preprocess.Pipeline{s}
	case Pixels16:
		pipeline = preprocess.Pipeline{preprocess.PixelScale{Divide: 16}}
	}
	scaledTrain, err := pipeline.Set(train)
	if err != nil {
		return nil, nil, err
	}
	scaledTest, err := pipeline.Set(test)
	if err != nil {
		return nil, nil, err
	}
	info.Applied = append(slices.Clone(info.Applied), pipeline...)
	return scaledTrain, scaledTest, nil
}
