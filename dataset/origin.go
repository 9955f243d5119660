package dataset

// WithOrigin returns the same examples with the place that each comes from, so that messages can name it: of gives it for a
// row of s.X as it is now, such as "houses.csv:88" or "photos/cat/12.png". Views and rescaled copies of the set keep it.
func (s *Set) WithOrigin(of func(row int) string) *Set {
	t := *s
	t.origin = of
	return &t
}

// Origin returns the place that example i comes from, or "" where that is not known.
func (s *Set) Origin(i int) string { return s.Origins()(i) }

// Origins returns Origin as a function that does not keep the features in memory.
func (s *Set) Origins() func(i int) string {
	of, index := s.origin, s.index
	return func(i int) string {
		switch {
		case of == nil:
			return ""
		case index != nil:
			return of(int(index[i]))
		}
		return of(i)
	}
}

// originFrom is the origin of a table that begins at row lo of this one.
func (s *Set) originFrom(lo int) func(int) string {
	of := s.origin
	if of == nil || lo == 0 {
		return of
	}
	return func(row int) string { return of(row + lo) }
}
