package columns

// Describe says what every column of a table is, measured on all rows; no column is to be learnt, and no network can be made for it.
func Describe(t *Table) (*Schema, error) {
	s := &Schema{Columns: make([]Column, len(t.Names))}
	at, columns := make([]int, len(t.Names)), make([]*Column, len(t.Names))
	for j := range at {
		at[j], columns[j] = j, &s.Columns[j]
	}
	t.surveys(at, func(int) int { return surveyed }, func(j int, v *survey) { s.Columns[j] = inferColumn(t, j, v, "") })
	return s, t.measure(columns, at, nil)
}

// IsHeader reports whether the first row of a table holds names.
func IsHeader(first [][]byte, h Header) bool { return h == Present || h == Guess && !anyNumber(first) }

// NamesOf returns the names of the columns by the first row: those in it, or made ones.
func NamesOf(first [][]byte, h Header) ([]string, error) { return names(first, IsHeader(first, h)) }
