package columns

// A survey is what is found in a column.
type survey struct {
	present, numbers, commas, dates int // cells with a value, and those that are numbers, with decimal commas too, and dates
	whole, rising                   bool
	values                          valueSet
	odd, oddComma                   Odd // the first that is no number
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
func (v *survey) unique() bool { return v.present >= uniqueFrom && !v.values.repeated }

// A fact is what is to be known of a text that may stand in many cells.
type fact struct {
	known               bool
	gap                 bool
	point, comma, whole bool    // it is a number, with a decimal point or a decimal comma; a whole one
	number              float64 // that it is
	date                bool
	valued              bool // it is among the values
	met                 bool // it was looked for there
}

func (f *fact) readable() bool { return f.point || f.comma }

// A portion says which of the numbers of a form can be read in a notation.
type portion int

const (
	noOne portion = iota
	wholeOnes
	everyOne
)

// readable returns the portion of the numbers that are such with this mark before their decimals.
func (f form) readable(mark byte) portion {
	switch {
	case f.decimals == 0 || f.mark == mark:
		return everyOne
	case f.fewest > 0:
		return noOne
	}
	return wholeOnes
}

// of returns how many of n numbers these are, of which some are whole.
func (p portion) of(n, wholes int) int {
	switch p {
	case everyOne:
		return n
	case wholeOnes:
		return wholes
	}
	return 0
}
