package columns

// Describe says what every column of a table is, measured on all rows; no column is to be learnt, and no network can be made for it.
func Describe(t *Table) (*Schema, error) {
	s, rows, chosen := &Schema{Columns: make([]Column, len(t.Names))}, t.listed(nil), rowSetOf(t.Len(), nil)
	at := make([]int, len(t.Names))
	for j := range at {
		at[j] = j
	}
	t.surveys(at, func(int) int { return surveyed }, func(j int, v *survey) { s.Columns[j] = inferColumn(t, j, v, "") })
	return s, parallel(len(at), func(j int) error { return s.Columns[j].fit(t, j, rows, chosen) })
}

// IsHeader reports whether the first row of a table holds names.
func IsHeader(first [][]byte, h Header) bool { return h == Present || h == Guess && !anyNumber(first) }

// NamesOf returns the names of the columns by the first row: those in it, or made ones.
func NamesOf(first [][]byte, h Header) ([]string, error) { return names(first, IsHeader(first, h)) }
