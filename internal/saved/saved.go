// Package saved puts saved models to use: it finds them by file or run, builds their networks, and brings examples into the form
// that they want.
package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/idxfolder"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/importer"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
)

// A File is a saved model that is put to use.
type File struct {
	Path  string
	Run   *runs.Run // nil for a file that was named by itself
	Model *model.Model
	Notes []string // what was met in a table

	Watch recipe.Watcher // of the reading of data; nil: nobody
}

// Find returns the file that ref means: a file, or a run, of which it is the weights that its result was about.
func Find(root, ref string) (path string, run *runs.Run, err error) {
	info, err := os.Stat(ref)
	if err == nil && !info.IsDir() {
		if !info.Mode().IsRegular() {
			return "", nil, exit.Dataf("%s: want a file with a model, have a device or pipe", ref)
		}
		return ref, nil, nil
	}
	run, err = runs.Open(root, ref)
	if err != nil {
		var missing *runs.NotFoundError
		if errors.As(err, &missing) && ref != "latest" {
			err = fmt.Errorf("%s is neither a file nor a run in %s; gradus runs ls lists the runs", ref, root)
		}
		return "", nil, exit.With(exit.Data, err)
	}
	file := runs.Last
	if o, err := run.Outcome(); err == nil && o.Model == runs.Best {
		file = runs.Best
	}
	if _, err := os.Stat(run.Path(file)); errors.Is(err, fs.ErrNotExist) {
		return "", nil, exit.Dataf("%s has no %s: nothing has been saved there yet", run.Dir, file)
	}
	return run.Path(file), run, nil
}

// Open loads the model that ref means.
func Open(root, ref string) (*File, error) {
	path, run, err := Find(root, ref)
	if err != nil {
		return nil, err
	}
	m, err := importer.Open(path)
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	return &File{Path: path, Run: run, Model: m}, nil
}

// Net builds the model's network.
func (u *File) Net(threads int) (*nn.Net[float32], error) {
	net, err := u.Model.Net(nn.Config{Batch: 1, Threads: threads})
	return net, exit.With(exit.Data, err)
}

// Set loads examples as the model wants them: the named data, or those it was trained on; the test part, or train or
// val. What was done to the data before training is done here, too.
func (u *File) Set(name, part string) (*dataset.Set, error) {
	own := name == ""
	if own {
		name = u.Model.Data
	}
	if name == "" {
		return nil, exit.Usagef("%s does not tell what it was trained on; name the data with --data", u.Path)
	}
	if own && u.Run != nil {
		v, err := u.division()
		if err == nil {
			return pick(v, part)
		}
		if _, images, _ := ImageForm(u.Model); images || u.Model.Columns != nil {
			return nil, exit.With(exit.Data, err)
		}
	}
	if u.Model.Columns != nil {
		return u.table(name)
	}
	if recipe.IsTable(name) {
		return nil, exit.Dataf("%s: the model was not trained on a table with named columns; gradus predict takes rows of numbers", name)
	}
	if recipe.IsArrays(name) {
		return u.arrays(name, part)
	}
	if imagefolder.Is(name) && !idxfolder.Is(name) {
		return u.images(name, part)
	}
	train, test, info, err := catalog.Load(name, catalog.Options{Seed: u.Model.Seed})
	if err != nil {
		return nil, exit.With(exit.Data, err)
	}
	missing, err := u.Missing(info.Applied)
	if err != nil {
		return nil, exit.Dataf("%s: %w", name, err)
	}
	v := &recipe.Division{Train: train, HeldOut: test, Test: test, Judge: "test"}
	set, err := pick(v, part)
	if err != nil {
		return nil, err
	}
	set, err = missing.Set(set)
	return set, exit.With(exit.Data, err)
}

// division repeats the division of the data that the run was made with.
func (u *File) division() (*recipe.Division, error) {
	q, err := recipe.Read(u.Run.Path(runs.Config))
	if err != nil {
		return nil, err
	}
	q.Watch = u.Watch
	d, err := q.Load()
	if err != nil {
		return nil, err
	}
	r, err := recipe.Resolve(q, d.Facts())
	if err != nil {
		return nil, err
	}
	return r.Divide(d)
}

func pick(v *recipe.Division, part string) (*dataset.Set, error) {
	switch part {
	case "train":
		return v.Train, nil
	case "val":
		if v.Judge != "val" {
			return nil, exit.Usagef("--part val: nothing was held out of the training examples; want train or test")
		}
		return v.HeldOut, nil
	case "test":
		return v.Test, nil
	}
	return nil, exit.Usagef("--part is %q; want test, val or train", part)
}

// Missing returns the steps of the model's preprocessing that data have not been through, which have been through done. How pictures
// became pixels does not matter here: the numbers have the right size.
func (u *File) Missing(done preprocess.Pipeline) (preprocess.Pipeline, error) {
	all, done := Scaling(u.Model.Preprocess), Scaling(done)
	for i, step := range done {
		if i >= len(all) || !SameStep(step, all[i]) {
			if len(all) == 0 {
				return nil, fmt.Errorf("its numbers are scaled, and the model does not say that it wants them so; gradus import FILE --scale 255 tells it")
			}
			return nil, fmt.Errorf("its numbers have been scaled in another way than the model wants them")
		}
	}
	return all[len(done):], nil
}

// Scaling are the steps that change numbers.
func Scaling(p preprocess.Pipeline) preprocess.Pipeline {
	var rest preprocess.Pipeline
	for _, step := range p {
		if _, ok := step.(preprocess.Image); !ok {
			rest = append(rest, step)
		}
	}
	return rest
}

func SameStep(a, b preprocess.Step) bool {
	x, errX := json.Marshal(preprocess.Pipeline{a})
	y, errY := json.Marshal(preprocess.Pipeline{b})
	return errX == nil && errY == nil && string(x) == string(y)
}

// ClassName is what the model calls its output i.
func (u *File) ClassName(i int) string {
	if i < len(u.Model.Classes) {
		return u.Model.Classes[i]
	}
	return fmt.Sprint(i)
}

// ClassNames are what the model calls its first n outputs.
func (u *File) ClassNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = u.ClassName(i)
	}
	return names
}
