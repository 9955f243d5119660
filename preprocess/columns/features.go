package columns

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/tensor"
)

// A Part is rows of a table that are to be a set of their own.
type Part struct {
	Name   string
	Rows   []uint32 // nil: all
	Labels []int32  // of the rows, where ClassNumbers has been asked; nil: they are read
}

// Sets returns parts of the table that the schema was made for as sets of examples, in the order of their rows. A number to learn
// is standardised, and Set.Unit is its deviation; several have a deviation each, and Set.Unit stays 0: figures are then in
// deviations. The sets keep the codes of the table, of which their features are worked out.
func (s *Schema) Sets(t *Table, parts ...Part) ([]*dataset.Set, error) {
	b, err := s.Bind(t.Names)
	if err != nil {
		return nil, err
	}
	return b.Sets(t, parts...)
}

// Set is Sets for one part.
func (s *Schema) Set(name string, t *Table, rows []uint32) (*dataset.Set, error) {
	b, err := s.Bind(t.Names)
	if err != nil {
		return nil, err
	}
	return b.Set(name, t, rows)
}

// Set is Schema.Set for the table that is bound.
func (b *Binding) Set(name string, t *Table, rows []uint32) (*dataset.Set, error) {
	sets, err := b.Sets(t, Part{Name: name, Rows: rows})
	if err != nil {
		return nil, err
	}
	return sets[0], nil
}

// Sets is Schema.Sets for the table that is bound.
func (b *Binding) Sets(t *Table, parts ...Part) ([]*dataset.Set, error) {
	chosen := rowSetOf(t.Len(), []uint32{})
	for _, p := range parts {
		chosen.add(t.Len(), p.Rows)
	}
	x, err := b.features(t, chosen)
	if err != nil {
		return nil, err
	}
	answers := b.answers(t)
	sets := make([]*dataset.Set, len(parts))
	for i, p := range parts {
		if sets[i], err = b.set(x, answers, p); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// features returns the features of all rows of the table, and counts what it meets in the chosen ones.
func (b *Binding) features(t *Table, chosen rowSet) (dataset.Rows, error) {
	l := b.schema.layout()
	if v := b.view(t, l, chosen); v != nil {
		return v, nil
	}
	return b.records(t, l, chosen)
}

// set returns a part of the features x with what there is to learn.
func (b *Binding) set(x dataset.Rows, answers *answers, part Part) (*dataset.Set, error) {
	s, t := b.schema, answers.t
	set := &dataset.Set{Name: part.Name, X: x, Shape: tensor.Shape{x.Width()}, Out: s.Outputs(), Classes: s.Classes(), Many: s.Task() == Labels}
	if len(s.Targets) == 1 && s.Task() == Regression {
		set.Unit = s.Targets[0].Std
	}
	var err error
	if set.Labels = part.Labels; part.Labels == nil {
		if set.Labels, set.Targets, err = answers.of(part.Rows); err != nil {
			return nil, err
		}
	}
	if set, err = set.WithIndex(part.Rows); err != nil {
		return nil, err
	}
	name, lines, n := t.Name, t.lines, set.Len()
	origin := func(row int) string { return fmt.Sprintf("%s:%d", name, lines.Of(row)) }
	if int64(n)*int64(x.Width())*4 > min(mostDense, memory()) {
		return set.WithOrigin(origin), nil
	}
	values := make([]float32, n*x.Width())
	var some [256]int
	for lo := 0; lo < n; lo += len(some) {
		own := some[:min(len(some), n-lo)]
		for i := range own {
			own[i] = lo + i
		}
		dataset.GatherX(dataset.Batch{Set: set, Rows: own}, values[lo*x.Width():], 0, len(own))
	}
	set.X = dataset.NewFloats(values, x.Width())
	if set, err = set.WithIndex(nil); err != nil || part.Rows == nil {
		return set.WithOrigin(origin), err
	}
	return set.WithOrigin(func(i int) string { return origin(int(part.Rows[i])) }), nil
}
