package columns

import (
	"fmt"
	"runtime"
)

// answers are what the targets of a table say, read from its codes. Several goroutines may ask at once.
type answers struct {
	b *Binding
	t *Table
	finder
	blocks [][]*answerer // of every block, one a target; nil for one whose cells are texts
}

// An answerer says what the codes of a target mean, in the blocks that are packed with one form and one list of words. A code without an
// entry is asked for its text.
type answerer struct {
	*Target
	form          form
	size          int       // bytes of a code
	lowest, bound int64     // codes of the words, which are the first entries
	number        bool      // other codes are numbers to learn
	known         codeTable // entries of codes that are numbers, from 1

	fine    []bool    // the entry is an answer
	classes []int32   // of the entries, where classes are learnt
	values  []float32 // of the entries [width], otherwise
	width   int
}

// answers returns what the targets say.
func (b *Binding) answers(t *Table) *answers {
	a := &answers{b: b, t: t, finder: t.finder(), blocks: make([][]*answerer, len(t.blocks))}
	known := map[coding]*answerer{}
	for k, from := range t.blocks {
		a.blocks[k] = make([]*answerer, len(b.targets))
		for i, j := range b.targets {
			if j < 0 || from.columns[j].size == 0 {
				continue
			}
			p := codingOf(i, &from.columns[j])
			if known[p] == nil {
				known[p] = b.answerer(i, &from.columns[j])
			}
			a.blocks[k][i] = known[p]
		}
	}
	return a
}

// answerer returns how target i is read in blocks that pack it as c.
func (b *Binding) answerer(i int, c *packed) *answerer {
	a := &answerer{Target: &b.schema.Targets[i], form: c.form, size: c.size, lowest: lowestOf(c.size), bound: c.least}
	task := a.task()
	a.number = task == Regression
	if task != Classification {
		a.width = a.Target.width()
	}
	enter := func(cell []byte) {
		own := make([]float32, a.width)
		class, err := b.answer(own, i, cell)
		a.fine, a.classes, a.values = append(a.fine, err == nil), append(a.classes, int32(class)), append(a.values, own...)
	}
	number := func(cell []byte) {
		if code, ok := c.form.code(cell); ok && a.known.get(code) == 0 {
			enter(cell)
			a.known.put(code, int32(len(a.fine)))
		}
	}
	for _, word := range c.words {
		enter(word)
	}
	if task == Labels { // 0 and 1, which say no and yes
		number(c.form.append(nil, 0))
		number(c.form.append(nil, powers[c.form.decimals]))
	}
	for _, answer := range append(a.Classes[:len(a.Classes):len(a.Classes)], a.Labels...) {
		number([]byte(answer))
	}
	return a
}

// A cursor reads answers row by row. It is quick where they are in one block.
type cursor struct {
	*answers
	from    *block
	records []byte
	meaning []*answerer // of its codes
}

// row returns what a row says, as Targets does.
func (c *cursor) row(dst []float32, row int) (class int32, err error) {
	if c.from == nil || uint(row-c.from.first) >= uint(c.from.n) {
		k := c.block(row)
		c.from, c.meaning = c.t.blocks[k], c.blocks[k]
		c.records = c.from.piece.Bytes()
	}
	record, rest := c.records[(row-c.from.first)*c.from.stride:], dst
	for i, w := range c.meaning {
		if w == nil {
			return c.text(dst, row)
		}
		code, entry := readCode(record[c.from.columns[c.b.targets[i]].at:], w.size), -1
		switch {
		case code < w.bound:
			entry = int(code - w.lowest)
		case w.number:
			y, ok := w.form.number(code, w.DecimalComma)
			if !ok {
				return c.text(dst, row)
			}
			rest[0] = w.standardize(y)
			rest = rest[1:]
			continue
		default:
			entry = int(w.known.get(code)) - 1
		}
		if entry < 0 || !w.fine[entry] {
			return c.text(dst, row)
		}
		class = w.classes[entry]
		copy(rest, w.values[entry*w.width:(entry+1)*w.width])
		rest = rest[w.width:]
	}
	runtime.KeepAlive(c.from)
	return class, nil
}

// text is row, read from the text of the cells.
func (a *answers) text(dst []float32, row int) (int32, error) {
	cells := make([][]byte, len(a.t.Names))
	for _, j := range a.b.targets {
		if j >= 0 {
			cells[j] = a.t.Cell(row, j)
		}
	}
	class, err := a.b.Targets(dst, cells)
	if err != nil {
		err = fmt.Errorf("columns: %s:%d: %w", a.t.Name, a.t.Line(row), err)
	}
	return int32(class), err
}

// each calls f for each of the rows, of all rows if it is nil, on all processors.
func (a *answers) each(rows []uint32, f func(c *cursor, i, row int) error) error {
	const share = 1 << 14
	n := len(rows)
	if rows == nil {
		n = a.Len()
	}
	return parallel((n+share-1)/share, func(k int) error {
		c := &cursor{answers: a}
		for i := k * share; i < min((k+1)*share, n); i++ {
			row := i
			if rows != nil {
				row = int(rows[i])
			}
			if err := f(c, i, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// of returns what rows say: labels where classes are learnt, otherwise targets.
func (a *answers) of(rows []uint32) (labels []int32, targets []float32, err error) {
	n := len(rows)
	if rows == nil {
		n = a.Len()
	}
	if a.b.schema.Task() == Classification {
		labels = make([]int32, n)
		return labels, nil, a.each(rows, func(c *cursor, i, row int) (err error) {
			labels[i], err = c.row(nil, row)
			return err
		})
	}
	out := a.b.schema.Outputs()
	targets = make([]float32, n*out)
	return nil, targets, a.each(rows, func(c *cursor, i, row int) error {
		_, err := c.row(targets[i*out:(i+1)*out], row)
		return err
	})
}
