package columns

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/gradus-nn/gradus/format/csv"
)

// Stream reads the rows of a table for a schema, one at a time, in constant memory: first begin is called with the names and
// the separator, then row with each row's binding and cells, which stay valid until it returns. It returns the binding.
func (s *Schema) Stream(r io.Reader, o csv.Options, begin func(names []string, separator byte) error, row func(b *Binding, line int, cells [][]byte) error) (*Binding, error) {
	in, b, cells, err := s.start(r, o, begin)
	if err != nil {
		return b, err
	}
	for {
		if cells != nil {
			if err := row(b, in.Line(), cells); err != nil {
				return b, err
			}
		}
		if cells, err = in.Read(); err == io.EOF {
			return b, nil
		} else if err != nil {
			return b, err
		}
	}
}

// Portions is Stream for some thousands of rows at a time, on all processors: work is called with several portions at once, each with a
// binding of its own, and take with what it returned, in the order of the table. The rows stay valid until work returns. The binding
// that is returned has met what all of them have. Options.Block is 64 KiB if not set, so that rows do not wait long for others.
func Portions[T any](s *Schema, r io.Reader, o csv.Options, begin func(names []string, separator byte) error, work func(b *Binding, rows csv.Rows) (T, error), take func(T) error) (*Binding, error) {
	o.Block = cmp.Or(o.Block, 64<<10)
	in, b, first, err := s.start(r, o, begin)
	if err != nil {
		return b, err
	}
	type portion struct {
		result T
		met    []encounter
	}
	takeOne := func(p portion) error {
		b.join(p.met)
		return take(p.result)
	}
	do := func(rows csv.Rows) (p portion, err error) {
		if len(rows.Lines) == 0 {
			return p, nil
		}
		own := *b
		own.met = make([]encounter, len(b.met))
		p.result, err = work(&own, rows)
		p.met = own.met
		return p, err
	}
	if first != nil {
		p, err := do(rowOf(first, in.Line()))
		if err == nil {
			err = takeOne(p)
		}
		if err != nil {
			return b, err
		}
	}
	memory := sync.Pool{New: func() any { return new(csv.Rows) }}
	return b, csv.Blocks(in, 0, func(block *csv.Block) (portion, error) {
		rows := memory.Get().(*csv.Rows)
		defer memory.Put(rows)
		*rows = block.Rows(*rows)
		p, err := do(*rows)
		rows.Text = nil // is the block's
		return p, err
	}, func(p portion) error {
		if p.met == nil { // no rows
			return nil
		}
		return takeOne(p)
	})
}

// start reads the first row and binds the schema to it. cells is the row if it has values and no names.
func (s *Schema) start(r io.Reader, o csv.Options, begin func(names []string, separator byte) error) (in *csv.Reader, b *Binding, cells [][]byte, err error) {
	if in, err = csv.NewReader(r, o); err != nil {
		return nil, nil, nil, err
	}
	first, err := in.Read()
	if err == io.EOF {
		err = &csv.FormatError{Name: o.Name, Reason: "it is empty; want a row of names and rows of values"}
	}
	if err != nil {
		return nil, nil, nil, err
	}
	header := s.Names(first)
	list, err := names(first, header)
	if err != nil {
		return nil, nil, nil, &csv.FormatError{Name: o.Name, Line: in.Line(), Reason: err.Error()}
	}
	if b, err = s.bindTo(list, header, first); err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", o.Name, err)
	}
	if !header {
		cells = slices.Clone(first)
	}
	return in, b, cells, begin(list, in.Separator())
}
