package columns

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// moments are mean and variance in one pass (Welford 1962).
type moments struct{ n, mean, squares float64 }

func (m *moments) add(v float64) {
	m.n++
	d := v - m.mean
	m.mean += d / m.n
	m.squares += float64(d * (v - m.mean))
}

// std returns the standard deviation of the population; 1 where it is 0, so that a constant becomes 0 everywhere.
func (m *moments) std() float64 {
	if s := math.Sqrt(m.squares / m.n); s != 0 {
		return s
	}
	return 1
}

// A rowSet is rows of a table, one bit each.
type rowSet []uint64

// rowSetOf returns the set of the given rows of a table of n; nil stands for all.
func rowSetOf(n int, rows []uint32) rowSet {
	s := make(rowSet, (n+63)/64)
	s.add(n, rows)
	return s
}

// add adds rows of a table of n; nil stands for all.
func (s rowSet) add(n int, rows []uint32) {
	if rows == nil {
		for i := range n / 64 {
			s[i] = math.MaxUint64
		}
		for i := n &^ 63; i < n; i++ {
			s[i/64] |= 1 << (i % 64)
		}
	}
	for _, i := range rows {
		s[i/64] |= 1 << (i % 64)
	}
}

func (s rowSet) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

func (s rowSet) len() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// inOrder is the number of rows up to which the mean is taken in the order in which the rows are given, as it always was. Of
// larger tables it is taken in the order of the table, which is that of the disk.
var inOrder = 1 << 20

// fit measures column j in the given rows, which chosen has too.
func (c *Column) fit(t *Table, j int, rows []uint32, chosen rowSet) error {
	c.Missing, c.Values = false, nil
	switch c.Kind {
	case Category, Boolean:
		c.fitValues(t, j, chosen)
	case Number, Date:
		return c.fitNumbers(t, j, rows, chosen)
	}
	return nil
}

// fitValues lists the values.
func (c *Column) fitValues(t *Table, j int, chosen rowSet) {
	values := valueSet{limit: math.MaxInt}
	add := func(cell []byte) {
		if missing(cell) {
			c.Missing = true
		} else {
			values.addText(c.fold(cell))
		}
	}
	var (
		text  []byte
		codes []int64
	)
	for _, b := range t.blocks {
		p := &b.columns[j]
		if p.size == 0 {
			for i := range b.n {
				if chosen.has(b.first + i) {
					text = b.text(text[:0], i, p)
					add(text)
				}
			}
			continue
		}
		codes = b.allCodes(codes, p)
		met := make([]bool, len(p.words))
		values.begin(p.form)
		for i, code := range codes {
			if !chosen.has(b.first + i) {
				continue
			}
			if code < p.least {
				met[code-lowestOf(p.size)] = true
			} else if !values.hasNumber(code) {
				values.addNumber(code)
			}
		}
		for k, met := range met {
			if met {
				add(p.words[k])
			}
		}
	}
	c.Values = values.list()
	slices.Sort(c.Values)
	if len(c.Values) == 0 {
		c.Kind, c.Why = Ignored, "empty in the rows to train on"
	}
}

// fitNumbers measures mean, deviation and median.
func (c *Column) fitNumbers(t *Table, j int, rows []uint32, chosen rowSet) error {
	m := moments{}
	var median, least, largest float64
	if t.Len() <= inOrder {
		values := make([]float64, 0, t.Len())
		for _, b := range t.blocks {
			values = append(values, make([]float64, b.n)...)
			b.numbers(values[b.first:], j, c)
		}
		numbers := make([]float64, 0, len(rows))
		for _, i := range rows {
			if v := values[i]; v == v {
				m.add(v)
				numbers = append(numbers, v)
			}
		}
		c.Missing = len(numbers) < len(rows)
		if n := len(numbers); n > 0 {
			low, high := selectRanks(n, (n-1)/2, n/2, func(f func(v float64)) {
				for _, v := range numbers {
					f(v)
				}
			})
			median = low/2 + high/2
			least, largest = slices.Min(numbers), slices.Max(numbers)
		}
	} else {
		walk := func(step int, f func(values []float64)) {
			var values []float64
			for _, b := range t.blocks {
				values = b.numbersOf(values[:0], j, c, chosen, step)
				f(values)
			}
		}
		low, high := bracket(walk)
		least, largest = math.Inf(1), math.Inf(-1)
		below := 0
		var inside []float64
		walk(1, func(values []float64) {
			for _, v := range values {
				m.add(v)
				least, largest = min(least, v), max(largest, v)
				if v < low {
					below++
				} else if v <= high {
					inside = append(inside, v)
				}
			}
		})
		n := int(m.n)
		c.Missing = n < chosen.len()
		switch k, l := (n-1)/2-below, n/2-below; {
		case n == 0:
		case k >= 0 && l < len(inside):
			slices.Sort(inside)
			median = inside[k]/2 + inside[l]/2
		default: // the sample was not like the rest
			a, b := selectRanks(n, (n-1)/2, n/2, func(f func(v float64)) {
				walk(1, func(values []float64) {
					for _, v := range values {
						f(v)
					}
				})
			})
			median = a/2 + b/2
		}
	}
	if m.n == 0 {
		c.Kind, c.Why, c.Missing = Ignored, "empty in the rows to train on", false
		return nil
	}
	c.Median, c.Mean, c.Std = median, m.mean, m.std()
	if math.IsInf(c.Std, 0) || math.IsNaN(c.Std) {
		return fmt.Errorf("columns: the numbers of column %q of %s are too large to be scaled: %v to %v", c.Name, t.Name, least, largest)
	}
	return nil
}

// bracket returns two numbers between which the median of all numbers of a walk nearly always is, and few others are: places of a sample
// that are some deviations of the median's own from its middle (Floyd & Rivest 1975).
func bracket(walk func(step int, f func(values []float64))) (low, high float64) {
	const step, deviations = 64, 6
	var sample []float64
	walk(step, func(values []float64) { sample = append(sample, values...) })
	n := len(sample)
	if n == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	slices.Sort(sample)
	away := int(deviations*math.Sqrt(float64(n))/2) + 1
	return sample[max(0, n/2-away)], sample[min(n-1, n/2+away)]
}

// gathered is how many numbers a selection sorts; more of them it counts.
var gathered = 1 << 14

// selectRanks returns the numbers that would be at places k and l, k <= l <= k+1, of the n numbers of each if they were sorted. It
// holds no more than 2·gathered of them: it walks over them again for every 16 bits of a number that many have in common.
func selectRanks(n, k, l int, each func(f func(v float64))) (low, high float64) {
	// Of each the first bits, and how many numbers are below those with these bits.
	prefix, below, inside := uint64(0), 0, n
	for shift := 64; inside > gathered && shift > 0; {
		shift -= 16
		var counts [1 << 16]int
		each(func(v float64) {
			if key := sortable(v); shift == 48 || key>>(shift+16) == prefix {
				counts[key>>shift&0xffff]++
			}
		})
		at := 0
		for ; below+counts[at] <= k; at++ {
			below += counts[at]
		}
		prefix, inside = prefix<<16|uint64(at), counts[at]
		if shift == 0 || inside <= gathered {
			return gather(prefix, shift, below, k, l, inside, each)
		}
	}
	return gather(0, 64, 0, k, l, inside, each)
}

// gather sorts the numbers that begin with the bits of prefix, which are inside many after below smaller ones. The number of rank
// l may be the smallest beyond them.
func gather(prefix uint64, shift, below, k, l, inside int, each func(f func(v float64))) (low, high float64) {
	var numbers []float64
	next := math.Inf(1)
	each(func(v float64) {
		switch first := sortable(v) >> shift; { // a shift by 64 gives 0
		case first == prefix:
			if shift > 0 || len(numbers) == 0 { // all of them are equal
				numbers = append(numbers, v)
			}
		case first > prefix:
			next = min(next, v)
		}
	})
	slices.Sort(numbers)
	rank := func(r int) float64 {
		switch {
		case r >= below+inside:
			return next
		case shift == 0:
			return numbers[0]
		}
		return numbers[r-below]
	}
	return rank(k), rank(l)
}

// sortable returns bits that are in the order of the numbers; -0 is 0.
func sortable(v float64) uint64 {
	if v == 0 {
		v = 0
	}
	b := math.Float64bits(v)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}
