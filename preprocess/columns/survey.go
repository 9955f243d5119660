package columns

// A survey is what is found in a column.
type survey struct {
	present, numbers, commas, dates int // cells with a value, and those that are numbers, with decimal commas too, and dates
	whole, rising, repeated         bool
	values                          map[string]bool // that stand there, up to a limit
	many                            bool            // there are more values than the limit
	odd, oddComma                   Odd             // the first that is no number

	limit int
	comma bool    // it is worth looking for decimal commas
	last  float64 // number
}

// survey looks at all cells of a column.
func (t *Table) survey(column, limit int) survey {
	v := survey{values: map[string]bool{}, whole: true, rising: true, limit: limit, comma: t.Separator != ','}
	var (
		codes []int64
		text  []byte
		known numbersSeen
	)
	for _, b := range t.blocks {
		c := &b.columns[column]
		if c.size == 0 {
			for i := range b.n {
				text = b.text(text[:0], i, c)
				v.cell(text, t, b, i)
			}
			continue
		}
		codes = b.allCodes(codes, c)
		words := make([]wordSeen, len(c.words))
		known.begin(c.form)
		for i, code := range codes {
			if code >= c.least {
				v.number(code, c.form, &known, t, b, i)
				continue
			}
			w := &words[code-lowestOf(c.size)]
			if w.met && (w.gap || w.simple) {
				if w.simple {
					v.present++
					v.dates += w.date
					v.repeated = v.repeated || w.valued
				}
				continue
			}
			word := c.word(code)
			gap := missing(word)
			before := v.dates
			v.cell(word, t, b, i)
			// What is neither a gap nor a number counts the same whenever it comes again.
			*w = wordSeen{met: true, gap: gap, date: v.dates - before, valued: v.values[string(word)]}
			if _, ok := number(word, false); !ok && !gap {
				_, ok = number(word, true)
				w.simple = !ok
			}
		}
	}
	return v
}

// wordSeen is what is known of a word of a block once it was met.
type wordSeen struct {
	met, gap bool
	simple   bool // no number in any notation
	valued   bool // among the values
	date     int  // 1 for a date
}

// cell takes in the text of row i of the block.
func (v *survey) cell(cell []byte, t *Table, b *block, i int) {
	if missing(cell) {
		return
	}
	v.present++
	x, ok := number(cell, false)
	y, fine := 0.0, false
	if v.comma {
		y, fine = number(cell, true)
	}
	v.count(x, ok, y, fine, func() Odd { return Odd{t.Line(b.first + i), string(cell)} })
	if !ok && !fine {
		if _, fine := date(cell); fine {
			v.dates++
		}
	}
	v.value(cell)
}

// count takes in what the cell is as a number, and as one with a decimal comma.
func (v *survey) count(x float64, ok bool, y float64, fine bool, odd func() Odd) {
	if ok {
		v.numbers++
	} else if v.odd.Line == 0 {
		v.odd = odd()
	}
	if v.comma {
		if fine {
			v.commas++
			x, ok = y, true
		} else if v.oddComma.Line == 0 {
			v.oddComma = odd()
		}
	}
	v.whole = v.whole && ok && x == float64(int64(x))
	v.rising = v.rising && ok && (v.present == 1 || x == v.last+1)
	v.last = x
}

// value notes a value, unless there are more than the limit.
func (v *survey) value(cell []byte) {
	switch {
	case v.values[string(cell)]:
		v.repeated = true
	case len(v.values) < v.limit:
		v.values[string(cell)] = true
	default:
		v.many = true
	}
}

// number takes in a number of row i of the block.
func (v *survey) number(units int64, f form, known *numbersSeen, t *Table, b *block, i int) {
	v.present++
	if !v.comma && !v.rising && f.mark != ',' && (f.decimals == 0 || !v.whole) { // its value decides nothing any more
		v.numbers++
	} else {
		x, ok := f.number(units, false)
		y, fine := 0.0, false
		if v.comma {
			y, fine = f.number(units, true)
		}
		v.count(x, ok, y, fine, func() Odd { return Odd{t.Line(b.first + i), string(f.append(nil, units))} })
	}
	switch {
	case v.many && v.repeated: // the values are known, and whether any comes twice
	case known.has(units):
		v.repeated = true
	case len(v.values) == v.limit && known.len() == v.limit: // all of them are known
		v.many = true
	default:
		var text [mostDigits + 3]byte
		before := len(v.values)
		v.value(f.append(text[:0], units))
		if len(v.values) > before || v.repeated && v.values[string(f.append(text[:0], units))] {
			known.add(units)
		}
	}
}

// numbersSeen are numbers of one form that are among the values of a survey: what is found there needs no look at its text.
type numbersSeen struct {
	form  form
	slots []int64 // hash table; a number stands there plus 1, so that 0 is free
	n     int
	least bool // the number -1, whose place would be free
}

// begin forgets numbers of another form.
func (s *numbersSeen) begin(f form) {
	if f != s.form {
		clear(s.slots)
		s.form, s.n, s.least = f, 0, false
	}
}

func (s *numbersSeen) len() int {
	if s.least {
		return s.n + 1
	}
	return s.n
}

func (s *numbersSeen) slot(units int64) *int64 {
	mask := uint64(len(s.slots) - 1)
	for i := uint64(units) * 0x9e3779b97f4a7c15 >> 32 & mask; ; i = (i + 1) & mask {
		if p := &s.slots[i]; *p == 0 || *p == units+1 {
			return p
		}
	}
}

func (s *numbersSeen) has(units int64) bool {
	if units == -1 {
		return s.least
	}
	return len(s.slots) > 0 && *s.slot(units) != 0
}

func (s *numbersSeen) add(units int64) {
	if units == -1 {
		s.least = true
		return
	}
	if 2*s.n >= len(s.slots) {
		old := s.slots
		s.slots = make([]int64, max(64, 4*len(old)))
		for _, u := range old {
			if u != 0 {
				*s.slot(u - 1) = u
			}
		}
	}
	*s.slot(units) = units + 1
	s.n++
}

// numeric reports whether the column is one of numbers, with decimal points or commas.
func (v *survey) numeric() (yes, comma bool) {
	enough := func(n int) bool { return n > 0 && float64(v.present-n) <= maxBad*float64(v.present) }
	if v.commas > v.numbers && enough(v.commas) {
		return true, true
	}
	return enough(v.numbers), false
}

// unique reports whether no value comes twice; of very many values, whether the first of them do not.
func (v *survey) unique() bool { return v.present >= uniqueFrom && !v.repeated }
