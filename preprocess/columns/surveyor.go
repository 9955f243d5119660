package columns

// A surveyor makes the survey of a column, block after block in the order of the table. What the cells of a block can no longer decide,
// it does not look at: of most columns of numbers, no cell at all soon.
type surveyor struct {
	survey
	table  *Table
	column int
	comma  bool    // it is worth looking for decimal commas
	last   float64 // number, while they rise

	codes  []int64
	text   []byte
	words  [][]byte // of the last block
	facts  []fact   // of these words
	counts []int    // how often each stands in the block
}

// surveys surveys columns of the table; limit says how many values are told apart of at[i], and take gets what was found.
func (t *Table) surveys(at []int, limit func(i int) int, take func(i int, v *survey)) {
	made := make([]*surveyor, len(at))
	t.walk(len(at), func(i int, b *block) {
		if made[i] == nil {
			made[i] = t.surveyor(at[i], limit(i))
		}
		made[i].block(b)
	}, func(i int) {
		take(i, &made[i].survey)
		made[i] = nil
	})
}

func (t *Table) surveyor(column, limit int) *surveyor {
	return &surveyor{survey: survey{whole: true, rising: true, values: valueSet{limit: limit}}, table: t, column: column, comma: t.Separator != ','}
}

// read finds the fact of a text.
func (v *surveyor) read(cell []byte) fact {
	f := fact{known: true, gap: missing(cell)}
	if f.gap {
		return f
	}
	f.number, f.point = number(cell, false)
	if v.comma {
		if y, ok := number(cell, true); ok {
			f.number, f.comma = y, true
		}
	}
	if f.readable() {
		f.whole = f.number == float64(int64(f.number))
	} else {
		_, f.date = date(cell)
	}
	return f
}

// block takes in the column's cells in a block.
func (v *surveyor) block(b *block) {
	c := &b.columns[v.column]
	if c.size == 0 {
		for i := range b.n {
			v.text = b.text(v.text[:0], i, c)
			v.cell(v.text, b.first+i)
		}
		return
	}
	v.lookUp(c.words)
	if v.decidesNothing(c) {
		v.addNumbers(c, b.n, 0)
		return
	}
	v.codes = b.allCodes(v.codes, c)
	// Numbers that go on rising by 1 are new, as long as a float64 tells them apart.
	const exact = 1 << 53
	v.rising = v.rising && v.rises(c)
	fresh := v.rising && v.codes[0] > -exact && v.last < exact
	inWords := 0
	done := v.values.known() || v.values.many && fresh
	if !done || len(c.words) > 0 {
		inWords = v.count(c, done)
	}
	if v.values.known() {
		v.values.release()
	}
	v.sumUp(b, c, b.n-inWords)
}

// cell takes in the text of one cell.
func (v *surveyor) cell(cell []byte, row int) {
	f := v.read(cell)
	if f.gap {
		return
	}
	if v.rising = v.rising && f.readable() && (v.present == 0 || f.number == v.last+1); v.rising {
		v.last = f.number
	}
	v.add(&f, 1)
	if !v.values.known() {
		v.values.addText(cell)
	}
	if !f.point && v.odd.Line == 0 {
		v.odd = Odd{v.table.Line(row), string(cell)}
	}
	if v.comma && !f.comma && v.oddComma.Line == 0 {
		v.oddComma = Odd{v.table.Line(row), string(cell)}
	}
}

// add counts a fact n times.
func (v *surveyor) add(f *fact, n int) {
	if f.gap || n == 0 {
		return
	}
	v.present += n
	if f.point {
		v.numbers += n
	}
	if f.comma {
		v.commas += n
	}
	if f.date {
		v.dates += n
	}
	v.whole = v.whole && f.whole
}

// lookUp prepares facts for the words of a block. Blocks often share them.
func (v *surveyor) lookUp(words [][]byte) {
	for len(v.facts) < len(words) {
		v.facts = append(v.facts, fact{})
		v.counts = append(v.counts, 0)
	}
	for k, word := range words {
		if k >= len(v.words) || !same(v.words[k], word) {
			v.facts[k] = fact{}
		}
	}
	v.words = words
	clear(v.counts)
}

// same reports whether two words are the same memory.
func same(a, b []byte) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// fact returns the fact of word k of the block.
func (v *surveyor) fact(k int64) *fact {
	f := &v.facts[k]
	if !f.known {
		*f = v.read(v.words[k])
	}
	return f
}

// decidesNothing reports whether all cells of a block are numbers of which one counts like the other.
func (v *surveyor) decidesNothing(c *packed) bool {
	point, comma := c.form.readable('.'), c.form.readable(',')
	return len(c.words) == 0 && !v.rising && v.values.known() && (!v.whole || c.form.decimals == 0) &&
		(point == everyOne || point == noOne && v.odd.Line > 0) && (!v.comma || comma == everyOne || comma == noOne && v.oddComma.Line > 0)
}

// rises reports whether the numbers of the block go on rising by 1.
func (v *surveyor) rises(c *packed) bool {
	started, lowest := v.present > 0, lowestOf(c.size)
	for _, code := range v.codes {
		x, ok := float64(code), true
		if code < c.least {
			f := v.fact(code - lowest)
			if f.gap {
				continue
			}
			x, ok = f.number, f.readable()
		} else if c.form.decimals > 0 {
			x, ok = c.form.number(code, v.comma && c.form.mark == ',')
		}
		if !ok || started && x != v.last+1 {
			return false
		}
		v.last, started = x, true
	}
	return true
}

// count counts how often each word of the block stands in it and takes in the values, unless those of the numbers are done with. It returns the
// number of cells that hold words.
func (v *surveyor) count(c *packed, done bool) (inWords int) {
	lowest, fresh := lowestOf(c.size), 0
	if !done {
		v.values.begin(c.form)
	}
	if c.size == 1 && (done || v.values.distinct+1<<8 <= v.values.limit) { // in which order values come makes no difference
		return v.tally(c, done)
	}
	for _, code := range v.codes {
		switch {
		case code < c.least:
			k := code - lowest
			if v.counts[k]++; v.counts[k] == 1 {
				v.meet(k)
			}
			inWords++
		case !done && !v.values.hasNumber(code):
			fresh++
			v.values.addNumber(code)
		}
	}
	if !done && len(v.codes)-inWords > fresh {
		v.values.repeated = true
	}
	return inWords
}

// tally is count for codes of one byte: each is looked at once, however often it stands in the block.
func (v *surveyor) tally(c *packed, done bool) (inWords int) {
	for k, n := range histogram(v.codes) {
		switch code := int64(k) + lowestOf(1); {
		case n == 0:
		case code < c.least:
			v.counts[k] = n
			v.meet(int64(k))
			inWords += n
		case done:
		default:
			if v.values.repeated = v.values.repeated || n > 1 || v.values.hasNumber(code); !v.values.hasNumber(code) {
				v.values.addNumber(code)
			}
		}
	}
	return inWords
}

// histogram counts codes of one byte, from the smallest on. Codes that follow each other are often equal and are counted apart: an
// addition would wait for the one before.
func histogram(codes []int64) (counts [1 << 8]int) {
	var odd [1 << 8]int
	for ; len(codes) >= 2; codes = codes[2:] {
		counts[uint8(codes[0])^1<<7]++
		odd[uint8(codes[1])^1<<7]++
	}
	for _, code := range codes {
		counts[uint8(code)^1<<7]++
	}
	for k, n := range odd {
		counts[k] += n
	}
	return counts
}

// meet looks for word k of the block among the values.
func (v *surveyor) meet(k int64) {
	switch f := v.fact(k); {
	case f.gap || v.values.known():
	case !f.met:
		f.met = true
		f.valued = v.values.addText(v.words[k])
	case f.valued:
		v.values.repeated = true
	}
}

// sumUp counts what a block holds, so many numbers among it, and finds the first cells that are none.
func (v *surveyor) sumUp(b *block, c *packed, numbers int) {
	point, comma := c.form.readable('.'), c.form.readable(',')
	odd, oddComma := numbers > 0 && point != everyOne, numbers > 0 && comma != everyOne
	for k, n := range v.counts[:len(c.words)] {
		if n == 0 {
			continue
		}
		f := &v.facts[k]
		v.add(f, n)
		v.values.repeated = v.values.repeated || f.valued && n > 1
		odd, oddComma = odd || !f.gap && !f.point, oddComma || !f.gap && !f.comma
	}
	if odd && v.odd.Line == 0 {
		v.odd = v.firstOdd(b, c, false)
	}
	if v.comma && oddComma && v.oddComma.Line == 0 {
		v.oddComma = v.firstOdd(b, c, true)
	}
	v.whole = v.whole && v.allWhole(c)
	wholes := 0
	if point == wholeOnes || comma == wholeOnes {
		wholes = v.wholes(c)
	}
	v.addNumbers(c, numbers, wholes)
}

// addNumbers counts numbers of the block's form, so many of them whole ones.
func (v *surveyor) addNumbers(c *packed, n, wholes int) {
	v.present += n
	v.numbers += c.form.readable('.').of(n, wholes)
	if v.comma {
		v.commas += c.form.readable(',').of(n, wholes)
	}
}

// wholes counts the whole numbers of the block.
func (v *surveyor) wholes(c *packed) (n int) {
	one := powers[c.form.decimals]
	for _, code := range v.codes {
		if code >= c.least && code%one == 0 {
			n++
		}
	}
	return n
}

// allWhole reports whether all numbers of the block are whole ones, as float64.
func (v *surveyor) allWhole(c *packed) bool {
	if c.form.decimals == 0 {
		return true
	}
	one := powers[c.form.decimals]
	for _, code := range v.codes {
		if code < c.least || code%one == 0 {
			continue
		}
		if x, ok := c.form.number(code, v.comma && c.form.mark == ','); !ok || x != float64(int64(x)) {
			return false
		}
	}
	return true
}

// firstOdd returns the first cell of a block that is no number; a zero one if all are.
func (v *surveyor) firstOdd(b *block, c *packed, comma bool) Odd {
	lowest := lowestOf(c.size)
	for i, code := range v.codes {
		var ok bool
		if code < c.least {
			f := v.fact(code - lowest)
			ok = f.gap || f.point && !comma || f.comma && comma
		} else {
			_, ok = c.form.number(code, comma)
		}
		if !ok {
			return Odd{v.table.Line(b.first + i), string(b.appendCell(nil, i, v.column))}
		}
	}
	return Odd{}
}
