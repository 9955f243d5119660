package recipe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/arrays"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/idxfolder"
	"github.com/gradus-nn/gradus/dataset/mapped"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// Arrays is what is known about data that came from arrays of pictures or signals. Those of a few columns are a Table.
type Arrays struct {
	SHA256 string // of the files, one after the other
	Files  []string
	Shared int // test examples that occur among the training examples, too
}

// arraysForm are arrays of NumPy, pickles of them, and single IDX files.
var arraysForm = form{
	is:    func(_ *Request, p *place) bool { return p.hasArrays() },
	load:  (*Request).loadArrays,
	whole: (*Request).wholeArrays,
}

// hasArrays reports whether a place is a file of arrays, or a folder of such.
func (p *place) hasArrays() bool {
	if p.isFolder() {
		return !idxfolder.Is(p.name) && arrays.InFolder(p.name)
	}
	return arrays.Of(p.name, p.start)
}

// splitArrays keeps the draw of the test part apart from other uses of the seed.
const splitArrays = 0x617272617973 // "arrays"

// opened are arrays that have been read.
type opened struct {
	c     *arrays.Collection
	p     *arrays.Parts
	found bool // the target is the name of an array
}

// openParts reads a collection and finds its pairs. A target that is no array's name may be a column of a table, or several.
func openParts(name, target string) (*opened, error) {
	c, err := arrays.Open(name)
	if err != nil {
		return nil, err
	}
	o := &opened{c: c}
	first, _, _ := strings.Cut(target, ",")
	for _, t := range []string{target, strings.TrimRight(first, "0123456789")} {
		if t != "" && c.Array(t) != nil {
			o.p, err = c.Parts(t)
			o.found = t == target
			return o, err
		}
	}
	o.p, err = c.Parts("")
	return o, err
}

// openArrayRows opens arrays of a few columns as rows.
func openArrayRows(name string, o RowOptions) (*RowFile, error) {
	a := o.opened
	if a == nil {
		var err error
		if a, err = openParts(name, o.Target); err != nil {
			return nil, err
		}
	}
	p, pair := a.p, a.p.Train
	switch {
	case o.Part != "":
		pair = p.Part(o.Part)
	case p.Test != nil && (o.Unlabelled || p.Test.Y != nil):
		pair = p.Test
	}
	if !pair.Tabular() {
		return nil, fmt.Errorf("%s: %v is no table: its rows are %v numbers", name, pair.X, pair.X.Width())
	}
	r := &RowFile{Reader: pair.CSV(), Header: columns.Present, files: a.c.Files}
	r.Options.Name, r.Options.Separator = name, ','
	if _, targets := pair.Columns(); pair.Y != nil && (a.found || o.Target == "") {
		r.Target = strings.Join(targets, ",")
	}
	for part, other := range map[string]*arrays.Pair{"val": p.Val, "test": p.Test} {
		if other != nil && other.Y != nil {
			r.Parts = append(r.Parts, part)
		}
	}
	slices.Sort(r.Parts)
	return r, nil
}

// readArrays reads pairs of arrays as sets, with what has been done to them. Classes are those of a network; nil means that they are
// found in the training part.
func readArrays(name, target, task string, classes []string) (*Data, error) {
	a, err := openParts(name, target)
	if err != nil {
		return nil, err
	}
	return a.data(name, task, classes)
}

// data makes sets of the pairs.
func (a *opened) data(name, task string, classes []string) (d *Data, err error) {
	p := a.p
	d = &Data{Arrays: &Arrays{Files: a.c.Files}}
	if d.Arrays.SHA256, err = sumOf(a.c.Files); err != nil {
		return nil, err
	}
	o := arrays.SetOptions{Classes: classes, Numbers: task == string(columns.Regression), Labels: task == string(columns.Classification)}
	base := (&Table{path: name}).name()
	for _, part := range []struct {
		name string
		pair *arrays.Pair
		set  **dataset.Set
	}{{"train", p.Train, &d.Train}, {"val", p.Val, &d.Val}, {"test", p.Test, &d.Test}} {
		if part.pair == nil || part.pair.Y == nil && part.name != "train" {
			continue
		}
		if *part.set, err = part.pair.Set(base+" "+part.name, o); err != nil {
			return nil, err
		}
		o.Classes = d.Train.Classes
	}
	d.Info = catalog.Info{
		Name: base, Description: "arrays of " + name, Shape: d.Train.Shape, Classes: d.Train.Classes, Out: d.Train.Out, Source: name, Applied: p.Train.Scaled(),
	}
	return d, nil
}

// loadArrays reads arrays, and divides them where they have no part to test of their own.
func (q *Request) loadArrays() (*Data, error) {
	a, err := openParts(or(q.Data, ""), or(q.Target, ""))
	if err != nil {
		return nil, err
	}
	if a.p.Train.Tabular() {
		return q.loadTableOf(a)
	}
	d, err := q.arrayData(a)
	if err != nil {
		return nil, err
	}
	if err := q.judgeArrays(d); err != nil {
		return nil, err
	}
	if d.Test == nil {
		d.Train, d.Test = d.Train.StratifiedSplit(1-testShare, rand.New(rand.NewPCG(or(q.Seed, 0), splitArrays)))
		d.Train, d.Test = d.Train.WithName(d.Info.Name+" train"), d.Test.WithName(d.Info.Name+" test")
	}
	if d.Train.Len() < 2 || d.Test.Len() < 1 {
		return nil, fmt.Errorf("%s has %d examples to train on and %d to judge by; want 2 or more, and 1", or(q.Data, ""), d.Train.Len(), d.Test.Len())
	}
	return d, q.prepareArrays(d, a.p)
}

// judgeArrays reads the files of arrays to judge by, in place of what the data bring themselves.
func (q *Request) judgeArrays(d *Data) error {
	for _, j := range []struct {
		part      string
		file, sum *string
		set       **dataset.Set
		record    **HeldFile
	}{{"val", q.ValData, q.ValDataSHA256, &d.Val, &d.ValFile}, {"test", q.TestData, q.TestDataSHA256, &d.Test, &d.TestFile}} {
		name := or(j.file, "")
		if name == "" {
			continue
		}
		task := or(q.Task, "")
		if len(d.Train.Classes) == 0 {
			task = string(columns.Regression)
		}
		other, err := readArrays(name, or(q.Target, ""), task, d.Train.Classes)
		if err != nil {
			return err
		}
		set := other.Train
		if other.Test != nil {
			set = other.Test
		}
		if set.X.Width() != d.Train.X.Width() || set.Out != d.Train.Out {
			return fieldf(j.part, "is %s, with %d numbers and %d targets an example; those to train on have %d and %d", name, set.X.Width(), set.Out, d.Train.X.Width(), d.Train.Out)
		}
		if sum := or(j.sum, ""); sum != "" && sum != other.Arrays.SHA256 {
			return fieldf(j.part+"-data", "is %s, but the file is no longer the one that the run was made with (SHA-256 %.12s…, now %.12s…)", name, sum, other.Arrays.SHA256)
		}
		if set, err = alike(set, other.Info.Applied, d.Info.Applied); err != nil {
			return err
		}
		*j.set = set.WithName(d.Info.Name + " " + j.part)
		*j.record = &HeldFile{Path: name, SHA256: other.Arrays.SHA256, Rows: set.Len(), Shared: d.Train.Overlap(set)}
	}
	return nil
}

// alike brings a set to what has been done to another one: bytes are divided by 255 when they are read, other numbers are not.
func alike(s *dataset.Set, done, want preprocess.Pipeline) (*dataset.Set, error) {
	switch {
	case len(done) == len(want):
		return s, nil
	case len(done) == 0:
		return want.Set(s)
	}
	switch x := s.X.(type) {
	case dataset.Bytes:
		return s.WithRows(x.Raw(), s.Shape)
	case *mapped.Rows:
		return s.WithRows(x.Raw(), s.Shape)
	}
	return s, nil
}

// arrayData makes sets of the arrays that the request names.
func (q *Request) arrayData(a *opened) (*Data, error) {
	task := or(q.Task, "")
	switch {
	case q.Columns != nil:
		return nil, fieldf("columns", "is for tables; %s holds arrays that are none", or(q.Data, ""))
	case q.Header != nil:
		return nil, fieldf("header", "is for tables; %s holds arrays that are none", or(q.Data, ""))
	case task != "" && task != string(columns.Classification) && task != string(columns.Regression) && task != string(columns.Labels):
		return nil, fieldf("task", "is %q; want classification, regression or labels", task)
	}
	d, err := a.data(or(q.Data, ""), task, nil)
	if err != nil {
		return nil, err
	}
	if q.DataSHA256 != nil && *q.DataSHA256 != d.Arrays.SHA256 {
		return nil, fieldf("data", "is %s, but the files are no longer those that the run was made with (SHA-256 %.12s…, now %.12s…)", or(q.Data, ""), *q.DataSHA256, d.Arrays.SHA256)
	}
	return d, nil
}

// prepareArrays scales all parts as the training part needs it.
func (q *Request) prepareArrays(d *Data, p *arrays.Parts) error {
	d.Arrays.Shared = d.Train.Overlap(d.Test)
	d.Info.Train, d.Info.Test = d.Train.Len(), d.Test.Len()
	if or(q.Scale, "auto") == "none" {
		return nil
	}
	scaling, err := p.Train.Scaling(d.Train)
	if err != nil {
		return err
	}
	for _, set := range []**dataset.Set{&d.Train, &d.Val, &d.Test} {
		if *set == nil {
			continue
		}
		if *set, err = scaling.Set(*set); err != nil {
			return err
		}
	}
	d.Info.Applied = append(slices.Clone(d.Info.Applied), scaling...)
	return nil
}

func (q *Request) wholeArrays() (*dataset.Set, func(train, test *dataset.Set) (*Data, error), error) {
	a, err := openParts(or(q.Data, ""), or(q.Target, ""))
	if err != nil {
		return nil, nil, err
	}
	if a.p.Train.Tabular() {
		return q.wholeTableOf(a)
	}
	d, err := q.arrayData(a)
	if err != nil {
		return nil, nil, err
	}
	all := d.Train
	for _, other := range []*dataset.Set{d.Val, d.Test} {
		if other == nil {
			continue
		}
		if all, err = join(d.Info.Name, all, other); err != nil {
			return nil, nil, err
		}
	}
	return all, func(train, test *dataset.Set) (*Data, error) {
		one := &Data{Train: train, Test: test, Info: d.Info, Arrays: &Arrays{SHA256: d.Arrays.SHA256, Files: d.Arrays.Files}}
		return one, q.prepareArrays(one, a.p)
	}, nil
}

// Examples are pairs of arrays as a network that has been trained wants them, but for the steps of its preprocessing that are not in done.
type Examples struct {
	Train, Val, Test *dataset.Set
	Done             preprocess.Pipeline
}

// IsArrays reports whether a name means arrays.
func IsArrays(name string) bool { return look(name).hasArrays() }

// A DescribedArray is an array and what it is taken for.
type DescribedArray struct {
	*arrays.Array
	Use string // "features to train on"; "" for nothing
}

// DescribeArrays lists the arrays of a file or folder, nil if there are none, and whether they are columns of a table.
func DescribeArrays(name string) (list []DescribedArray, tabular bool, err error) {
	if !IsArrays(name) {
		return nil, false, nil
	}
	c, err := arrays.Open(name)
	if err != nil {
		return nil, false, err
	}
	uses := map[*arrays.Array]string{}
	if p, err := c.Parts(""); err == nil { // otherwise it is for --target to say
		for _, part := range []struct {
			pair *arrays.Pair
			what string
		}{{p.Test, "to judge the end by"}, {p.Val, "to judge the epochs by"}, {p.Train, "to train on"}} {
			if part.pair != nil {
				uses[part.pair.X] = "features " + part.what
				if part.pair.Y != nil {
					uses[part.pair.Y] = "targets " + part.what
				}
			}
		}
		tabular = p.Train.Tabular()
	}
	for _, a := range c.Arrays {
		list = append(list, DescribedArray{a, uses[a]})
	}
	return list, tabular, nil
}

// ReadArrays reads arrays for a network that knows these classes, none if it answers with numbers; nil means no network.
func ReadArrays(name string, classes []string) (*Examples, error) {
	task := ""
	if classes != nil && len(classes) == 0 {
		task = string(columns.Regression)
	}
	if len(classes) == 0 {
		classes = nil
	}
	d, err := readArrays(name, "", task, classes)
	if err != nil {
		return nil, err
	}
	return &Examples{d.Train, d.Val, d.Test, d.Info.Applied}, nil
}

// ArrayRows returns the features of arrays that a network is asked about, and what has been done to them.
func ArrayRows(name string) (*dataset.Set, preprocess.Pipeline, error) {
	a, err := openParts(name, "")
	if err != nil {
		return nil, nil, err
	}
	pair := a.p.Train
	if a.p.Test != nil {
		pair = a.p.Test
	}
	s, err := pair.Rows(name)
	return s, pair.Scaled(), err
}
