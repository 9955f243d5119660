package columns

// Examples returns the numbers of the rows that have all targets, nil if all rows have, and the lines of those that have not.
func (s *Schema) Examples(t *Table) (rows []uint32, without []int) {
	at := make([]int, len(s.Targets))
	for i := range s.Targets {
		at[i] = s.Targets[i].Position
	}
	return t.with(at, func(i int, cell []byte) bool { return s.Targets[i].holds(cell) })
}

// Examples returns the numbers of the rows that have all targets, nil if all rows have, and the lines of those that have not.
func (b *Binding) Examples(t *Table) (rows []uint32, without []int) {
	return t.with(b.targets, func(i int, cell []byte) bool { return b.schema.Targets[i].said(cell) })
}

// listed returns the given rows, or, of nil, all rows of the table.
func (t *Table) listed(given []uint32) []uint32 {
	if given != nil {
		return given
	}
	all := make([]uint32, t.Len())
	for i := range all {
		all[i] = uint32(i)
	}
	return all
}

// with returns the rows in which every column of at holds, nil if it is all of them, and the lines of the others. A column -1 holds
// everywhere.
func (t *Table) with(at []int, holds func(i int, cell []byte) bool) (rows []uint32, without []int) {
	lacking := make([][]int, len(t.blocks)) // rows
	t.each(func(k int, b *block) error {
		lacks := make([]bool, b.n)
		for i, j := range at {
			if j >= 0 {
				b.judge(j, lacks, func(cell []byte) bool { return !holds(i, cell) })
			}
		}
		for i, lacks := range lacks {
			if lacks {
				lacking[k] = append(lacking[k], b.first+i)
			}
		}
		return nil
	})
	n := 0
	for _, some := range lacking {
		n += len(some)
	}
	if n == 0 {
		return nil, nil
	}
	rows = make([]uint32, 0, t.Len()-n)
	i := 0
	for _, some := range lacking {
		for _, row := range some {
			for ; i < row; i++ {
				rows = append(rows, uint32(i))
			}
			i++
			without = append(without, t.Line(row))
		}
	}
	for ; i < t.Len(); i++ {
		rows = append(rows, uint32(i))
	}
	return rows, without
}

// judge is: for i := range yes { yes[i] = yes[i] || is(cell i of column j) }
func (b *block) judge(j int, yes []bool, is func(cell []byte) bool) {
	c := &b.columns[j]
	var text []byte
	if c.size == 0 {
		for i := range yes {
			text = b.text(text[:0], i, c)
			yes[i] = yes[i] || is(text)
		}
		return
	}
	words := make([]bool, len(c.words))
	for k, word := range c.words {
		words[k] = is(word)
	}
	lowest := lowestOf(c.size)
	for i, code := range b.allCodes(nil, c) {
		if code < c.least {
			yes[i] = yes[i] || words[code-lowest]
		} else if !yes[i] {
			text = c.form.append(text[:0], code)
			yes[i] = is(text)
		}
	}
}

// ClassNumbers returns the number of the class of each of the rows, of all rows if it is nil, where classes are learnt; 0 for a row
// without one.
func (s *Schema) ClassNumbers(t *Table, rows []uint32) []int32 {
	b := s.binding()
	b.targets[0] = s.Targets[0].Position
	a := b.answers(t)
	n := len(rows)
	if rows == nil {
		n = a.Len()
	}
	labels := make([]int32, n)
	a.each(rows, func(c *cursor, i, row int) error {
		labels[i], _ = c.row(nil, row)
		return nil
	})
	return labels
}
