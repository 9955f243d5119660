package preprocess

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/gradus-nn/gradus/dataset"
)

// A Pipeline is the steps that were applied to the features, in order. In JSON it is a list of objects with one field each,
// the name of the step:
//
//	[{"pixels":{"divide":255}},{"standardize":{"mean":[0.13],"std":[0.31]}}]
type Pipeline []Step

// kinds are the steps by name. A new kind of step is one line here.
var kinds = []struct {
	name   string
	is     func(Step) bool
	decode func([]byte) (Step, error)
}{
	{"standardize", is[Standardize], decode[Standardize]},
	{"pixels", is[PixelScale], decode[PixelScale]},
	{"image", is[Image], decode[Image]},
}

func is[S Step](s Step) bool { _, ok := s.(S); return ok }

func decode[S Step](text []byte) (Step, error) {
	var s S
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&s)
	return s, err
}

// MarshalJSON writes the list.
func (p Pipeline) MarshalJSON() ([]byte, error) {
	list := make([]map[string]Step, 0, len(p))
next:
	for _, s := range p {
		for _, k := range kinds {
			if k.is(s) {
				list = append(list, map[string]Step{k.name: s})
				continue next
			}
		}
		return nil, fmt.Errorf("preprocess: a step of type %T cannot be stored", s)
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads a list. Whether it fits the features is for Check to say.
func (p *Pipeline) UnmarshalJSON(text []byte) error {
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("preprocess: %w", err)
	}
	steps := Pipeline{}
	for i, object := range list {
		if len(object) != 1 {
			return fmt.Errorf("preprocess: step %d has %d names; want one", i, len(object))
		}
	names:
		for name, body := range object {
			for _, k := range kinds {
				if k.name == name {
					s, err := k.decode(body)
					if err != nil {
						return fmt.Errorf("preprocess: step %d: %s: %w", i, name, err)
					}
					steps = append(steps, s)
					continue names
				}
			}
			return fmt.Errorf("preprocess: step %d is %q, which this version does not know; a newer one might", i, name)
		}
	}
	*p = steps
	return nil
}

// Check reports the first step that is not sound or cannot be applied to examples of the given width.
func (p Pipeline) Check(width int) error {
	for i, s := range p {
		if err := s.Check(width); err != nil {
			return fmt.Errorf("%w (step %d)", err, i)
		}
	}
	return nil
}

// Apply changes x [n, width] in place.
func (p Pipeline) Apply(x []float32, width int) {
	for _, s := range p {
		s.Apply(x, width)
	}
}

// Set returns the same examples seen through the pipeline.
func (p Pipeline) Set(s *dataset.Set) (*dataset.Set, error) {
	if err := p.Check(s.X.Width()); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	if len(p) == 0 {
		return s, nil
	}
	return s.WithRows(wrap(s.X, p), s.Shape)
}

// rows shows a table through a pipeline, whose work is done when a batch is gathered.
type rows struct {
	dataset.Rows
	pipeline Pipeline
	scratch  sync.Pool // of *[]float32, for Gather64
}

// Gather32 gathers the rows and applies the pipeline to them.
func (r *rows) Gather32(dst []float32, numbers []int) {
	r.Rows.Gather32(dst, numbers)
	r.pipeline.Apply(dst[:len(numbers)*r.Width()], r.Width())
}

// Gather64 is Gather32, widened: both precisions see the same features.
func (r *rows) Gather64(dst []float64, numbers []int) {
	n := len(numbers) * r.Width()
	buffer, _ := r.scratch.Get().(*[]float32)
	if buffer == nil || cap(*buffer) < n {
		fresh := make([]float32, n)
		buffer = &fresh
	}
	x := (*buffer)[:n]
	r.Gather32(x, numbers)
	for i, v := range x {
		dst[i] = float64(v)
	}
	r.scratch.Put(buffer)
}

// Err reports what went wrong in the table below.
func (r *rows) Err() error { return dataset.RowsErr(r.Rows) }

// slicedRows is rows over a table of which a part can be had.
type slicedRows struct{ rows }

// Slice returns rows lo to hi-1.
func (r *slicedRows) Slice(lo, hi int) dataset.Rows {
	return wrap(r.Rows.(dataset.Slicer).Slice(lo, hi), r.pipeline)
}

// wrap shows x through the pipeline.
func wrap(x dataset.Rows, p Pipeline) dataset.Rows {
	if _, ok := x.(dataset.Slicer); ok {
		return &slicedRows{rows{Rows: x, pipeline: p}}
	}
	return &rows{Rows: x, pipeline: p}
}
