package recipe

import (
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
)

// Data are the two parts of a data set.
type Data struct {
	Train, Test *dataset.Set
	Val         *dataset.Set // judges the epochs, where the data bring such examples; otherwise they are held out of Train
	Info        catalog.Info
	Table       *Table  // of data that came from a file of rows and columns
	Images      *Images // of data that came from a folder of images

	Arrays *Arrays // of data that came from arrays that are no table

	ValFile, TestFile *HeldFile // where Val and Test came from files of their own
}

// Load loads the data that a request names.
func (q *Request) Load() (*Data, error) {
	if err := checkScale(or(q.Scale, "auto")); err != nil {
		return nil, err
	}
	d, err := q.form().load(q)
	if err != nil {
		return nil, err
	}
	return d, q.checkHeld(d)
}

func checkScale(scale string) error {
	if scale != "auto" && scale != "none" {
		return fieldf("scale", "is %q; want auto (as the data need it) or none", scale)
	}
	return nil
}

// Facts are what a recipe must know of the data.
func (d *Data) Facts() Facts {
	f := Facts{Input: d.Train.Shape, Outputs: d.Train.Out, Targets: d.Train.Kind(), Examples: d.Train.Len(), Table: d.Table, Images: d.Images}
	f.Classes, f.Counts = d.classFacts()
	f.Arrays = d.Arrays
	f.ValFile, f.TestFile, f.OwnVal = d.ValFile, d.TestFile, d.Val != nil
	return f
}

// A Division is what is learnt from, what the epochs are judged by, and what the end is judged by.
type Division struct {
	Train, HeldOut, Test *dataset.Set
	Judge                string // what HeldOut is: "val", or "test" where both are the same
}

// streamVal keeps the draw of the validation part apart from other uses of the seed.
const streamVal = 0x76616c // "val"

// nielsenHeld is the number of examples that Nielsen's split holds out, from the end.
const nielsenHeld = 10_000

// streamLimit keeps the draw of a limited training set apart from other uses of the seed.
const streamLimit = 0x6c696d6974 // "limit"

// limited returns as many examples of a training set as the recipe wants at most: the first ones, or where a division keeps the order
// of the file, which may be sorted, a share of every class.
func (r *Recipe) limited(train *dataset.Set) *dataset.Set {
	n := train.Len()
	if n <= dataset.Large || n <= r.Limit {
		return train.Head(r.Limit)
	}
	some, _ := train.StratifiedSplit(float64(r.Limit)/float64(n), rand.New(rand.NewPCG(r.Seed, streamLimit)))
	return some
}

// Divide divides the data as the recipe says.
func (r *Recipe) Divide(d *Data) (*Division, error) {
	v := &Division{Train: d.Train, HeldOut: d.Test, Test: d.Test, Judge: "test"}
	n := d.Train.Len()
	switch {
	case d.Val != nil && (r.Val > 0 || r.Split == "nielsen"):
		return nil, fieldf("val", "is %v, but the data bring %d examples of their own that judge the epochs; leave it out", r.Val, d.Val.Len())
	case d.Val != nil:
		v.HeldOut, v.Judge = d.Val, "val"
	case r.Split == "nielsen":
		if n <= nielsenHeld {
			return nil, fieldf("split", "is nielsen, which holds out 10,000 examples; %s has %d in all", r.Data, n)
		}
		v.Train, v.HeldOut = d.Train.Split(n - nielsenHeld)
		v.Judge = "val"
	case r.Val > 0:
		share := r.Val
		if share >= 1 {
			share /= float64(n)
		}
		if share >= 1 {
			return nil, fieldf("val", "is %v; %s has only %d examples to train on", r.Val, r.Data, n)
		}
		v.Train, v.HeldOut = d.Train.StratifiedSplit(1-share, rand.New(rand.NewPCG(r.Seed, streamVal)))
		v.Judge = "val"
	}
	if v.Judge == "val" {
		v.HeldOut = v.HeldOut.WithName(d.Info.Name + " val")
	}
	if r.Limit > 0 {
		v.Train = r.limited(v.Train)
	}
	if v.Train.Len() == 0 || v.HeldOut.Len() == 0 {
		return nil, fieldf("val", "is %v, which leaves %d examples to train on and %d to judge by", r.Val, v.Train.Len(), v.HeldOut.Len())
	}
	return v, nil
}
