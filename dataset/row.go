package dataset

// Row returns the number of the row of X that holds example i: what is known of the rows is known of the examples by it.
func (s *Set) Row(i int) int { return s.row(i) }
