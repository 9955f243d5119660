package columns

// How a walk divides a table: so many blocks at a time, which stay in the cache while one column after the other looks at them; and so
// many columns at a time, since what is found in a column takes memory until its last block.
const (
	blocksAtOnce  = 4
	columnsAtOnce = 16
)

// spans calls f for all blocks, some of them at a time.
func (t *Table) spans(f func(span []*block)) {
	for rest := t.blocks; len(rest) > 0; rest = rest[min(blocksAtOnce, len(rest)):] {
		f(rest[:min(blocksAtOnce, len(rest))])
	}
}

// walk calls f for each of n columns and every block of the table. A column's blocks come in the order of the table, one at a time;
// columns are looked at side by side, on all processors. When a column has seen all blocks, done is called for it.
func (t *Table) walk(n int, f func(column int, b *block), done func(column int)) {
	for first := 0; first < n; first += columnsAtOnce {
		some := min(columnsAtOnce, n-first)
		t.spans(func(span []*block) {
			parallel(some, func(i int) error {
				for _, b := range span {
					f(first+i, b)
				}
				return nil
			})
		})
		parallel(some, func(i int) error {
			done(first + i)
			return nil
		})
	}
}
