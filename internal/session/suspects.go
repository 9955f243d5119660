package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
	"github.com/gradus-nn/gradus/train"
)

// Suspects are examples whose label, or target, looks wrong.
type Suspects struct {
	Examples int       `json:"examples"`        // that were looked at
	Folds    int       `json:"folds,omitempty"` // each example was judged by a network that was trained on the other folds; 0: by the model
	Found    int       `json:"found"`
	Worst    []Suspect `json:"worst"`
}

// A Suspect is an example whose label or target looks wrong.
type Suspect struct {
	Index    *int    `json:"index,omitempty"`      // in the set that was judged; nil where it is one of many folds
	Origin   string  `json:"origin,omitempty"`     // file and line, path, or part and number
	Label    string  `json:"label,omitempty"`      // that it has; of several labels, which one
	Looks    string  `json:"looks_like,omitempty"` // the class that it looks like; of labels yes or no
	Own      float64 `json:"own_probability"`      // of what it has
	Likely   float64 `json:"probability"`          // of what it looks like
	Target   string  `json:"target,omitempty"`     // of numbers
	Value    float64 `json:"value"`
	Expected float64 `json:"expected"`
	Times    float64 `json:"deviations,omitempty"` // how far they are apart, in robust deviations of all errors

	Features []float32 `json:"-"` // of a picture
}

// A detective collects the answers about examples and finds those that do not fit.
type detective struct {
	task    loss.Task
	names   []string
	schema  *columns.Schema
	classes *scores.Suspects
	labels  []*scores.Suspects
	errors  [][]float64 // of every target, in its unit
	targets [][]float64
	n       int // examples
	parts   []part
	folded  bool // the parts are of many folds
}

// A part is a set that was looked at. Features of what are no pictures are let go.
type part struct {
	first   int          // of its examples among all
	set     *dataset.Set // nil for what are no pictures
	origins func(i int) string
}

func newDetective(task loss.Task, names []string, schema *columns.Schema) *detective {
	d := &detective{task: task, names: names, schema: schema}
	switch task {
	case loss.Classification:
		d.classes = scores.NewSuspects(len(names))
	case loss.MultiLabel:
		for range names {
			d.labels = append(d.labels, scores.NewSuspects(2))
		}
	default:
		d.errors, d.targets = make([][]float64, len(names)), make([][]float64, len(names))
	}
	return d
}

// look takes what a network says about the examples of a set.
func (d *detective) look(ctx context.Context, net *nn.Net[float32], set *dataset.Set) error {
	var failed error
	_, _, _, picture := picture.Form(set.Shape)
	picture = picture && d.schema == nil // a table of 64 columns is none
	own := part{first: d.n, origins: set.Origins()}
	if picture {
		own.set = set
	}
	d.parts = append(d.parts, own)
	d.n += set.Len()
	for k := range d.errors {
		d.errors[k], d.targets[k] = room(d.errors[k], set.Len()), room(d.targets[k], set.Len())
	}
	noOrYes := make([]float32, 2)
	err := net.Each(ctx, set, func(i int, p []float32, _ float64) {
		if failed != nil {
			return
		}
		switch d.task {
		case loss.Classification:
			failed = d.classes.Add(set.Label(i), p)
		case loss.MultiLabel:
			for k, v := range p {
				label := 0
				if set.Targets[i*set.Out+k] > 0.5 {
					label = 1
				}
				noOrYes[0], noOrYes[1] = 1-v, v
				failed = cmp.Or(failed, d.labels[k].Add(label, noOrYes))
			}
		default:
			for k, v := range p {
				t := d.unit(k, set.Targets[i*set.Out+k])
				d.errors[k] = append(d.errors[k], d.unit(k, v)-t)
				d.targets[k] = append(d.targets[k], t)
			}
		}
	})
	return errors.Join(err, failed)
}

// room returns the values with room for n more, and no more than that.
func room(values []float64, n int) []float64 {
	return append(make([]float64, 0, len(values)+n), values...)
}

// find returns the worst of what does not fit.
func (d *detective) find(most int) *Suspects {
	r := &Suspects{Examples: d.n, Worst: []Suspect{}}
	add := func(index int, s Suspect) {
		k := len(d.parts) - 1
		for d.parts[k].first > index {
			k--
		}
		of := d.parts[k]
		index -= of.first
		if s.Origin = of.origins(index); !d.folded {
			s.Index = &index
		}
		if of.set != nil {
			s.Features = of.set.Example(index)
		}
		r.Worst = append(r.Worst, s)
	}
	switch d.task {
	case loss.Classification:
		n, worst := d.classes.Find(most)
		r.Found = n
		for _, w := range worst {
			add(w.Index, Suspect{Label: d.names[w.Label], Looks: d.names[w.Looks], Own: w.Own, Likely: w.Likely})
		}
	case loss.MultiLabel:
		for k, s := range d.labels {
			n, worst := s.Find(most)
			r.Found += n
			for _, w := range worst {
				add(w.Index, Suspect{Label: d.names[k] + [...]string{": no", ": yes"}[w.Label], Looks: [...]string{"no", "yes"}[w.Looks], Own: w.Own, Likely: w.Likely})
			}
		}
		slices.SortStableFunc(r.Worst, func(a, b Suspect) int { return cmp.Compare(b.Likely-b.Own, a.Likely-a.Own) })
	default:
		for k := range d.errors {
			n, worst := scores.FindOdd(d.errors[k], most)
			r.Found += n
			for _, w := range worst {
				t := d.targets[k][w.Index]
				add(w.Index, Suspect{Target: d.names[k], Value: t, Expected: t + w.Error, Times: w.Times})
			}
		}
		slices.SortStableFunc(r.Worst, func(a, b Suspect) int { return cmp.Compare(b.Times, a.Times) })
	}
	r.Worst = r.Worst[:min(most, len(r.Worst))]
	return r
}

func (d *detective) unit(k int, z float32) float64 {
	if d.schema != nil && d.schema.Task() == columns.Regression {
		return d.schema.Number(k, z)
	}
	return float64(z)
}

// suspects looks for wrong labels in the examples that are judged, by the model that is judged.
func (r *EvalReport) suspects(ctx context.Context, net *nn.Net[float32], u *saved.File, most int) error {
	d := newDetective(r.Task, answersOf(u, r.Set), u.Model.Columns)
	if err := d.look(ctx, net, r.Set); err != nil {
		return err
	}
	r.Suspects = d.find(most)
	return nil
}

// answersOf are the names of the outputs.
func answersOf(u *saved.File, set *dataset.Set) []string {
	if s := u.Model.Columns; s != nil && len(s.Answers()) == set.Out {
		return s.Answers()
	}
	return u.ClassNames(set.Out)
}

// foldGarbage is how much memory, in percent of what is in use, may be garbage while folds are trained on.
const foldGarbage = 30

// foldSuspects trains the run's recipe on all folds but one, in turn, and looks for wrong labels in the one that is left: in all
// of the data, each example being judged by a network that has not seen it.
func (r *EvalReport) foldSuspects(ctx context.Context, u *saved.File, o EvalOptions) error {
	if u.Run == nil {
		return exit.Usagef("gradus eval: --folds trains the recipe of a run again, and %s is no run; want its number or folder", u.Path)
	}
	q, err := recipe.Read(u.Run.Path(runs.Config))
	if err != nil {
		return exit.With(exit.Data, err)
	}
	if q.From != nil && *q.From != "" {
		return exit.Usagef("gradus eval: --folds begins anew each time, but the run began with the weights of %s", *q.From)
	}
	all, err := q.Folds(o.Folds)
	if err != nil {
		return invalid(err)
	}
	// A fold's lists of rows have no pointers, so that it costs little to look for those of the fold before it often.
	defer debug.SetGCPercent(debug.SetGCPercent(foldGarbage))
	var d *detective
	fold := 0
	for data, err := range all {
		if err != nil {
			return invalid(err)
		}
		fold++
		if o.Note != nil {
			o.Note(fmt.Sprintf("training without fold %d of %d", fold, o.Folds))
		}
		t := &Training{TrainOptions: TrainOptions{Out: io.Discard, Threads: o.Threads}, data: data}
		if err := t.build(q); err != nil {
			return err
		}
		if d == nil {
			names, schema := namesOf(data.Test), (*columns.Schema)(nil)
			if data.Table != nil {
				schema = data.Table.Schema
				names = schema.Answers()
			}
			d = newDetective(t.net.TaskOn(data.Test), names, schema)
			d.folded = true
		}
		if data.Table != nil {
			d.schema = data.Table.Schema // whose unit is that of the fold
		}
		if err := t.lookAtRest(ctx, d); err != nil {
			return err
		}
	}
	r.Suspects = d.find(o.Suspects)
	r.Suspects.Folds = o.Folds
	return nil
}

// lookAtRest trains a network and lets the detective look at the test part.
func (t *Training) lookAtRest(ctx context.Context, d *detective) error {
	defer t.net.Close()
	cfg, err := t.Learning()
	if err != nil {
		return err
	}
	if _, err := train.Run(ctx, t.net, t.parts.Train, cfg); err != nil {
		if ctx.Err() != nil {
			err = exit.With(exit.Interrupted, errors.New("interrupted; of the folds nothing is kept"))
		}
		return err
	}
	return d.look(ctx, t.net, t.parts.Test)
}
