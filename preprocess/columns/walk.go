package columns

// How a walk divides a table: so many blocks at a time, which stay in the cache while one column after the other looks at them; and so
// many columns at a time, since what is found in a column takes memory until its last block.
const (
	blocksAtOnce  = 4
	columnsAtOnce = 16
)

// walk calls f for each of n columns and every block of the table. A column's blocks come in the order of the table, one at a time;
// columns are looked at side by side, on all processors. When a column has seen all blocks, done is called for it.
func (t *Table) walk(n int, f func(column int, b *block), done func(column int)) {
	for first := 0; first < n; first += columnsAtOnce {
		some := min(columnsAtOnce, n-first)
		for k := 0; k < len(t.blocks); k += blocksAtOnce {
			span := t.blocks[k:min(k+blocksAtOnce, len(t.blocks))]
			parallel(some, func(i int) error {
				for _, b := range span {
					f(first+i, b)
				}
				return nil
			})
		}
		parallel(some, func(i int) error {
			done(first + i)
			return nil
		})
	}
}
