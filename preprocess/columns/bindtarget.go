package columns

import (
	"errors"
	"fmt"
)

// HasTarget reports whether the table has the columns of all targets.
func (b *Binding) HasTarget() bool { return len(b.Lacking()) == 0 }

// Lacking names the targets that the table has no column for.
func (b *Binding) Lacking() []string {
	var names []string
	for i, j := range b.targets {
		if j < 0 {
			names = append(names, b.schema.Targets[i].Name)
		}
	}
	return names
}

// ErrNoTarget is what Targets returns for a row whose target is missing.
var ErrNoTarget = errors.New("the target is missing")

// Targets returns what a row says about the targets. Of a class it is the number, and dst is left alone; otherwise dst [Outputs]
// becomes the numbers as the network learns them, or 1 for each label that the row has and 0 for the others.
func (b *Binding) Targets(dst []float32, cells [][]byte) (class int, err error) {
	for i, j := range b.targets {
		t := &b.schema.Targets[i]
		if j < 0 {
			return 0, fmt.Errorf("the table has no column %q", t.Name)
		}
		own := dst
		if t.task() != Classification {
			own, dst = dst[:t.width()], dst[t.width():]
		}
		if class, err = b.answer(own, i, trim(cells[j])); err != nil {
			return 0, err
		}
	}
	return class, nil
}

// answer is Targets for target i alone.
func (b *Binding) answer(dst []float32, i int, cell []byte) (class int, err error) {
	t := &b.schema.Targets[i]
	if !t.said(cell) {
		return 0, ErrNoTarget
	}
	switch t.task() {
	case Classification:
		class, known := b.numbers[i][string(cell)]
		if !known {
			return 0, fmt.Errorf("%s is %q, a class that was not there in training; known are %s", t.Name, cell, list(t.Classes))
		}
		return class, nil
	case Labels:
		return 0, b.labels(dst, i, cell)
	}
	y, ok := number(cell, t.DecimalComma)
	if !ok {
		return 0, fmt.Errorf("%s is %q, which is no number", t.Name, cell)
	}
	dst[0] = t.standardize(y)
	return 0, nil
}

// said reports whether a cell is not missing.
func (t *Target) said(cell []byte) bool {
	return !missing(cell) || t.Separator != "" && noLabel(cell)
}

// standardize returns a number as the network learns it.
func (t *Target) standardize(y float64) float32 { return float32((y - t.Mean) / t.Std) }

// labels writes 1 for every label in the cell of target i.
func (b *Binding) labels(dst []float32, i int, cell []byte) (err error) {
	t := &b.schema.Targets[i]
	clear(dst)
	if t.Separator == "" {
		yes, ok := truth(cell)
		if !ok {
			return fmt.Errorf("%s is %q; want yes or no", t.Name, cell)
		}
		if yes {
			dst[0] = 1
		}
		return nil
	}
	eachLabel(cell, t.Separator, func(label []byte) bool {
		k, known := b.numbers[i][string(label)]
		if !known {
			err = fmt.Errorf("%s has %q, a label that was not there in training; known are %s", t.Name, label, list(t.Labels))
			return false
		}
		dst[k] = 1
		return true
	})
	return err
}
