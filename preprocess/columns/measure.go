package columns

import (
	"fmt"
	"math"
	"slices"
)

// inOrder is the number of rows up to which the mean is taken in the order in which the rows are given, as it always was. Of larger
// tables the sums are exact, so that no order matters.
var inOrder = 1 << 20

// measure measures columns of the table, which stand at the given places, in the given rows; nil stands for all.
func (t *Table) measure(columns []*Column, at []int, rows []uint32) error {
	chosen := rowSetOf(t.Len(), rows)
	var (
		gauges  []*gauge
		listers []*lister
		ordered []int
	)
	for i, c := range columns {
		c.Missing, c.Values = false, nil
		switch {
		case c.Kind == Category || c.Kind == Boolean:
			listers = append(listers, &lister{column: c, at: at[i], values: valueSet{limit: math.MaxInt}})
		case c.Kind != Number && c.Kind != Date:
		case t.Len() > inOrder:
			gauges = append(gauges, &gauge{column: c, at: at[i]})
		default:
			ordered = append(ordered, i)
		}
	}
	t.sample(gauges, chosen)
	t.look(len(gauges)+len(listers), chosen, 1, func(i int, b *block, at []uint32) {
		if i < len(gauges) {
			gauges[i].block(b, at)
		} else {
			listers[i-len(gauges)].block(b, at)
		}
	})
	for _, l := range listers {
		l.done()
	}
	if len(ordered) > 0 {
		rows = t.listed(rows)
	}
	err := parallel(len(ordered), func(k int) error {
		i := ordered[k]
		return columns[i].measureInOrder(t, at[i], rows)
	})
	if err != nil {
		return err
	}
	count := chosen.len()
	return parallel(len(gauges), func(k int) error { return gauges[k].done(t, chosen, count) })
}

// look calls f for each of n columns and every block, with the rows in it of those chosen whose number is a multiple of step. Columns are
// looked at as in walk.
func (t *Table) look(n int, chosen rowSet, step int, f func(column int, b *block, at []uint32)) {
	if n == 0 {
		return
	}
	var lists [blocksAtOnce][]uint32
	t.spans(func(span []*block) {
		parallel(len(span), func(k int) error {
			lists[k] = chosen.among(lists[k][:0], span[k].first, span[k].n, step)
			return nil
		})
		parallel(n, func(i int) error {
			for k, b := range span {
				f(i, b, lists[k])
			}
			return nil
		})
	})
}

// sample finds the brackets of the medians.
func (t *Table) sample(gauges []*gauge, chosen rowSet) {
	samples := make([][]float64, len(gauges))
	t.look(len(gauges), chosen, max(1, t.Len()/sampled), func(i int, b *block, at []uint32) {
		gauges[i].each(b, at, func(r reading) { samples[i] = append(samples[i], r.v) })
	})
	parallel(len(gauges), func(i int) error {
		gauges[i].low, gauges[i].high = bracket(samples[i])
		return nil
	})
}

// done gives the column what was measured in count rows.
func (g *gauge) done(t *Table, chosen rowSet, count int) error {
	c, n := g.column, g.len()
	if n == 0 {
		c.ignoreEmpty()
		return nil
	}
	c.Missing = n < count
	c.Mean, c.Std = g.moments()
	walk := func(f func(v float64)) {
		t.spans(func(span []*block) {
			var at []uint32
			for _, b := range span {
				at = chosen.among(at[:0], b.first, b.n, 1)
				g.each(b, at, func(r reading) { f(r.v) })
			}
		})
	}
	var ok bool
	if c.Median, ok = g.median(n); !ok { // the sample was not like the rest
		low, high := selectRanks(n, (n-1)/2, n/2, walk)
		c.Median = low/2 + high/2
	}
	if finite(c.Mean) && finite(c.Std) {
		return nil
	}
	least, largest := math.Inf(1), math.Inf(-1)
	walk(func(v float64) { least, largest = min(least, v), max(largest, v) })
	return c.tooLarge(t, least, largest)
}

func (c *Column) ignoreEmpty() {
	c.Kind, c.Why = Ignored, "empty in the rows to train on"
}

func (c *Column) tooLarge(t *Table, least, largest float64) error {
	return fmt.Errorf("columns: the numbers of column %q of %s are too large to be scaled: %v to %v", c.Name, t.Name, least, largest)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// measureInOrder measures mean, deviation and median of numbers in the given rows of a table that is not large.
func (c *Column) measureInOrder(t *Table, j int, rows []uint32) error {
	numbers := t.numbers(j, c, rows)
	n := len(numbers)
	if n == 0 {
		c.ignoreEmpty()
		return nil
	}
	m := momentsOf(numbers)
	c.Missing, c.Mean, c.Std = n < len(rows), m.mean, m.std()
	low, high := selectRanks(n, (n-1)/2, n/2, func(f func(v float64)) {
		for _, v := range numbers {
			f(v)
		}
	})
	c.Median = low/2 + high/2
	if !finite(c.Std) {
		return c.tooLarge(t, slices.Min(numbers), slices.Max(numbers))
	}
	return nil
}

// measure measures the numbers to learn in the given rows, all of which have one; nil stands for all rows.
func (target *Target) measure(t *Table, rows []uint32) {
	c := &Column{Kind: Number, DecimalComma: target.DecimalComma}
	if t.Len() <= inOrder {
		m := momentsOf(t.numbers(target.Position, c, t.listed(rows)))
		target.Mean, target.Std = m.mean, m.std()
		return
	}
	g := &gauge{column: c, at: target.Position, low: math.NaN(), high: math.NaN()}
	t.look(1, rowSetOf(t.Len(), rows), 1, func(_ int, b *block, at []uint32) { g.block(b, at) })
	target.Mean, target.Std = g.moments()
}

// numbers returns the numbers in column j of the given rows, as c reads them.
func (t *Table) numbers(j int, c *Column, rows []uint32) []float64 {
	all := make([]float64, t.Len())
	for _, b := range t.blocks {
		b.numbers(all[b.first:b.first+b.n], j, c)
	}
	numbers := make([]float64, 0, len(rows))
	for _, i := range rows {
		if v := all[i]; v == v {
			numbers = append(numbers, v)
		}
	}
	return numbers
}

// A lister lists the values of a category.
type lister struct {
	column *Column
	at     int
	values valueSet

	codes []int64
	text  []byte
	words [][]byte // of the last block
	met   []bool   // which of them were taken in
}

// block takes in the given rows of a block.
func (l *lister) block(b *block, at []uint32) {
	c := &b.columns[l.at]
	if c.size == 0 {
		for _, i := range at {
			l.text = b.text(l.text[:0], int(i), c)
			l.add(l.text)
		}
		return
	}
	for len(l.met) < len(c.words) {
		l.met = append(l.met, false)
	}
	for k, word := range c.words {
		l.met[k] = l.met[k] && k < len(l.words) && same(l.words[k], word)
	}
	l.words = c.words
	l.codes = b.allCodes(l.codes, c)
	l.values.begin(c.form)
	lowest := lowestOf(c.size)
	for _, i := range at {
		code := l.codes[i]
		if code < c.least {
			if k := code - lowest; !l.met[k] {
				l.met[k] = true
				l.add(l.words[k])
			}
		} else if !l.values.hasNumber(code) {
			l.values.addNumber(code)
		}
	}
}

func (l *lister) add(cell []byte) {
	if missing(cell) {
		l.column.Missing = true
	} else {
		l.values.addText(l.column.fold(cell))
	}
}

// done gives the column its values.
func (l *lister) done() {
	l.column.Values = l.values.list()
	slices.Sort(l.column.Values)
	if len(l.column.Values) == 0 {
		l.column.ignoreEmpty()
	}
}
