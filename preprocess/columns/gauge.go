package columns

import (
	"math"
	"math/bits"
)

// A gauge measures a column of numbers or dates of a large table in two walks over it: a sample says between which numbers the median
// is, then all numbers are counted, summed up and held against these two.
type gauge struct {
	column *Column // how cells are read
	at     int     // which it is
	spread

	low, high            float64 // the bracket of the median; NaN if it is not asked for
	below, atLow, atHigh int     // numbers below the bracket and at its ends
	inside               []float64

	form  form   // of the last block
	first int64  // of the numbers in the bracket, in its units
	width uint64 // how many there can be
	words [][]byte
	cells []reading // of the words
	codes []int64
	text  []byte
}

// A reading is a number as it is written.
type reading struct {
	v        float64 // NaN: it is none
	units    int64   // of the last decimal
	decimals int     // -1: it is not written as plain decimals
}

func (g *gauge) read(text []byte) reading {
	v, ok := g.column.parse(text)
	if !ok {
		return reading{v: math.NaN()}
	}
	if g.column.Kind == Number {
		if units, decimals, _, _, ok := plain(text); ok {
			return reading{v, units, decimals}
		}
	}
	return reading{v, 0, -1}
}

// lookUp reads the words of a block. Blocks often share them.
func (g *gauge) lookUp(words [][]byte) {
	for len(g.cells) < len(words) {
		g.cells = append(g.cells, reading{})
	}
	for k, word := range words {
		if k >= len(g.words) || !same(g.words[k], word) {
			g.cells[k] = g.read(word)
		}
	}
	g.words = words
}

// each calls f with the numbers in the given rows of a block.
func (g *gauge) each(b *block, at []uint32, f func(r reading)) {
	c := &b.columns[g.at]
	if c.size == 0 {
		for _, i := range at {
			g.text = b.text(g.text[:0], int(i), c)
			if r := g.read(g.text); r.v == r.v {
				f(r)
			}
		}
		return
	}
	g.lookUp(c.words)
	lowest := lowestOf(c.size)
	for _, i := range at {
		code := b.code(int(i), c)
		if code < c.least {
			if r := g.cells[code-lowest]; r.v == r.v {
				f(r)
			}
			continue
		}
		if v, ok := c.form.number(code, g.column.DecimalComma); ok && g.column.Kind == Number { // no date is a plain number
			f(reading{v, code, c.form.decimals})
		}
	}
}

// block takes in the given rows of a block. Their codes are whole numbers of one unit: whether a number is in the bracket, and what it adds to
// the sums, is found without a float64.
func (g *gauge) block(b *block, at []uint32) {
	c := &b.columns[g.at]
	if c.size == 0 || g.column.Kind == Date || c.form.decimals > 0 && c.form.mark != g.mark() {
		g.each(b, at, g.add)
		return
	}
	g.lookUp(c.words)
	g.bracketIn(c.form)
	g.codes = b.allCodes(g.codes, c)
	if c.size == 8 {
		g.wide(c, at)
		return
	}
	var (
		sum                  int64
		squares, high, carry uint64
		words, below         int
	)
	codes, least, first, width := g.codes, c.least, g.first, g.width
	for _, i := range at {
		u := codes[i]
		if u < least {
			words++
			g.word(u, c)
			continue
		}
		sum += u
		squares, carry = bits.Add64(squares, uint64(u*u), 0)
		high += carry
		from := uint64(u - first)
		below += int(from >> 63)
		if from < width {
			g.enter(u)
		}
	}
	g.below += below
	g.decimals[c.form.decimals].addSums(len(at)-words, uint64(sum), uint64(sum>>63), squares, high)
}

// word takes in a cell that holds a word.
func (g *gauge) word(code int64, c *packed) {
	if r := g.cells[code-lowestOf(c.size)]; r.v == r.v {
		g.add(r)
	}
}

// wide is block for codes of 8 bytes.
func (g *gauge) wide(c *packed, at []uint32) {
	for _, i := range at {
		u := g.codes[i]
		if u < c.least {
			g.word(u, c)
			continue
		}
		g.decimals[c.form.decimals].add(u)
		g.below += int(uint64(u-g.first) >> 63)
		if uint64(u-g.first) < g.width {
			g.enter(u)
		}
	}
}

func (g *gauge) mark() byte {
	if g.column.DecimalComma {
		return ','
	}
	return '.'
}

// add takes in a number.
func (g *gauge) add(r reading) {
	if r.decimals < 0 {
		g.others.add(r.v)
	} else {
		g.decimals[r.decimals].add(r.units)
	}
	if r.v < g.low {
		g.below++
	} else if r.v <= g.high {
		g.place(r.v)
	}
}

// enter takes in a number of the block's form that is in the bracket.
func (g *gauge) enter(units int64) {
	v, _ := g.form.number(units, g.form.mark == ',')
	g.place(v)
}

// place takes in a number that is in the bracket. Where many are equal, these are its ends: they are counted.
func (g *gauge) place(v float64) {
	switch v {
	case g.low:
		g.atLow++
	case g.high:
		g.atHigh++
	default:
		g.inside = append(g.inside, v)
	}
}

// bracketIn finds the bracket in units of a form.
func (g *gauge) bracketIn(f form) {
	if f == g.form && g.width > 0 {
		return
	}
	g.form, g.first, g.width = f, -mostUnits, 0
	if math.IsNaN(g.low) {
		return
	}
	reaches := func(limit float64, beyond bool) int64 { // the smallest number that is at least the limit, or beyond it
		low, high := int64(1-mostUnits), int64(mostUnits)
		for low < high {
			middle := low + (high-low)/2
			if v, _ := f.number(middle, f.mark == ','); v > limit || v == limit && !beyond {
				high = middle
			} else {
				low = middle + 1
			}
		}
		return low
	}
	g.first = reaches(g.low, false)
	g.width = uint64(reaches(g.high, true) - g.first)
}

// median returns the median of all numbers, n of them, if the bracket holds it.
func (g *gauge) median(n int) (median float64, ok bool) {
	rank := func(r int) float64 {
		r -= g.below
		within := r - g.atLow
		switch {
		case r < 0:
			ok = false
		case within < 0:
			return g.low
		case within < len(g.inside):
			return ranked(g.inside, within)
		case within < len(g.inside)+g.atHigh:
			return g.high
		default:
			ok = false
		}
		return math.NaN()
	}
	ok = true
	low, high := rank((n-1)/2), rank(n/2)
	return low/2 + high/2, ok
}
