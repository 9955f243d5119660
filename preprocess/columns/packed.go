package columns

import "strconv"

// A packed column holds the cells of one column in a block of rows in the narrowest form that gives back their text: numbers as
// whole numbers of 1, 2, 4 or 8 bytes with a common number of decimals, other cells as numbers of words; or, where most cells
// are different words, their text.
//
// A code is a whole number. Codes below least are words: words[code-lowest], where lowest is the smallest number of that size.
type packed struct {
	form  form
	size  int   // bytes of a code; 0: text
	at    int   // of the code in a record; or of the ends of the texts in the block's data, 4 bytes each, with the texts after them
	least int64 // the smallest number
	words [][]byte
}

// A form is how numbers are written in a block: all with the same number of decimals, or with as many as they need.
type form struct {
	decimals int  // of the number in units: code / 10^decimals
	fewest   int  // decimals that are written, even if they are 0
	mark     byte // before the decimals; 0 where there are none
}

// mostDigits is how many digits an int64 always holds.
const mostDigits = 18

var powers = func() (p [mostDigits + 1]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// plain reads a number that its value, its decimals and their mark give back as it was written: no sign but a minus, no
// zero in front, no exponent. zero says that the last decimal is 0.
func plain(cell []byte) (units int64, decimals int, mark byte, zero, ok bool) {
	i := 0
	negative := len(cell) > 0 && cell[0] == '-'
	if negative {
		i = 1
	}
	n := len(cell) - i
	if n == 0 || n > mostDigits+1 || cell[i] == '0' && n > 1 && cell[i+1] >= '0' && cell[i+1] <= '9' {
		return 0, 0, 0, false, false
	}
	first := i
	for ; i < len(cell); i++ {
		switch c := cell[i]; {
		case c >= '0' && c <= '9':
			units = 10*units + int64(c-'0')
		case (c == '.' || c == ',') && mark == 0 && i > first && i+1 < len(cell):
			mark, decimals = c, len(cell)-i-1
		default:
			return 0, 0, 0, false, false
		}
	}
	if n > mostDigits && mark == 0 || negative && units == 0 {
		return 0, 0, 0, false, false
	}
	if negative {
		units = -units
	}
	return units, decimals, mark, mark != 0 && cell[len(cell)-1] == '0', true
}

// decimalsOf returns how many decimals are written of a number.
func (f form) decimalsOf(units int64) int {
	n := f.decimals
	for n > f.fewest && units%10 == 0 {
		units /= 10
		n--
	}
	return n
}

// append writes a number as it stood in the table.
func (f form) append(dst []byte, units int64) []byte {
	if f.decimals == 0 {
		return strconv.AppendInt(dst, units, 10)
	}
	n := f.decimalsOf(units)
	units /= powers[f.decimals-n]
	if units < 0 {
		dst = append(dst, '-')
		units = -units
	}
	dst = strconv.AppendInt(dst, units/powers[n], 10)
	if n == 0 {
		return dst
	}
	dst = append(dst, f.mark)
	rest := units % powers[n]
	for k := n - 1; k >= 0; k-- {
		dst = append(dst, byte('0'+rest/powers[k]%10))
	}
	return dst
}

// number is what number reads in the text of the cell: with a whole number and a power of ten that float64 holds exactly, the
// quotient is the one that is nearest to the decimal number (Clinger 1990).
func (f form) number(units int64, comma bool) (v float64, ok bool) {
	const exact = 1 << 53
	if f.decimals == 0 {
		if units > -exact && units < exact {
			return float64(units), true
		}
	} else {
		if (f.mark == ',') != comma && f.decimalsOf(units) > 0 {
			return 0, false
		}
		if units > -exact && units < exact {
			return float64(units) / float64(powers[f.decimals]), true
		}
	}
	return number(f.append(nil, units), comma)
}

// lowestOf returns the smallest number of so many bytes.
func lowestOf(size int) int64 { return -1 << (8*size - 1) }
