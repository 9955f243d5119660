package columns

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/gradus-nn/gradus/format/csv"
)

// A packing is one column of a block that is being packed. What becomes of it depends on its cells and on the words of the table's
// first block alone: what is remembered of the block before makes it quicker, and nothing else.
type packing struct {
	codes []int64 // [rows]: numbers in units of 10^-scale; words from firstWord on
	scale int
	mark  byte // before the decimals
	texts bool // the block has to keep the text of the column
	large bool // because a number is too large in these units
	words lexicon

	fewest, most   int // decimals of a number
	zeros          int // the most decimals of one that ends in 0
	least, largest int64

	guess  int  // scale in the block before
	worded bool // the last rows were words
	long   bool // some numbers have more than 8 characters
	uneven bool // the last rows had other numbers of decimals, or words among them
}

const (
	firstWord = math.MinInt64
	wordsEnd  = firstWord + mostWords
	mostWords = 1 << 15 // of a packed column
	mostUnits = 1 << 62 // of a number, no such sum overflows
)

// begin begins a block of n rows.
func (c *packing) begin(n int) {
	if c.mark == 0 {
		c.mark = '.'
	}
	if cap(c.codes) < n {
		c.codes = make([]int64, n)
	}
	c.codes = c.codes[:n]
	c.words.forget()
	c.texts, c.large, c.guess = false, false, c.scale
	c.fewest, c.most, c.zeros = math.MaxInt, 0, 0
	c.least, c.largest = math.MaxInt64, math.MinInt64
}

// take takes in the cells of rows from to to; cells begins with the column's cell of the first of them.
func (c *packing) take(text []byte, cells []csv.Cell, width, from, to int) {
	if c.texts {
		return
	}
	if c.worded {
		c.lookUp(text, cells, width, from, to)
	} else {
		c.parse(text, cells, width, from, to)
	}
	c.worded = isWord(c.codes[from]) && isWord(c.codes[(from+to)/2]) && isWord(c.codes[to-1])
}

func isWord(code int64) bool { return code < wordsEnd }

// add takes in the cell of row i, whatever it is.
func (c *packing) add(cell []byte, i int) {
	cell = trim(cell)
	units, d, mark, zero, ok := plain(cell)
	if !ok {
		c.codes[i] = firstWord + int64(c.words.number(cell))
		if n := len(c.codes); len(c.words.words)-len(c.words.lent) > n/4+16 || len(c.words.words) > mostWords {
			c.texts = true
		}
		return
	}
	if mark != 0 && mark != c.mark {
		if c.most > 0 {
			c.texts = true
			return
		}
		c.mark = mark
	}
	if d > c.scale && !c.rescale(d, i) {
		c.texts, c.large = true, true
		return
	}
	if limit := mostUnits / powers[c.scale-d]; units > limit || units < -limit {
		c.texts, c.large = true, true
		return
	}
	units *= powers[c.scale-d]
	c.codes[i] = units
	c.least, c.largest = min(c.least, units), max(c.largest, units)
	c.found(d, zero)
}

// rescale changes the units of the first n codes to have more decimals, if that is possible.
func (c *packing) rescale(scale, n int) bool {
	factor := powers[scale-c.scale]
	c.scale = scale
	if c.least > c.largest { // no numbers yet
		return true
	}
	if limit := mostUnits / factor; c.largest > limit || c.least < -limit {
		return false
	}
	for i, code := range c.codes[:n] {
		if !isWord(code) {
			c.codes[i] = code * factor
		}
	}
	c.least *= factor
	c.largest *= factor
	return true
}

// parse takes in cells that are likely numbers.
func (c *packing) parse(text []byte, cells []csv.Cell, width, from, to int) {
	odd := 0
	for i := from; i < to; i++ {
		if !c.uneven && c.scale <= mostEven {
			if i += c.even(text, cells[(i-from)*width:], width, c.codes[i:to]); i == to {
				break
			}
		}
		if cell := cells[(i-from)*width]; !c.number(text, cell, i) {
			if c.add(text[cell.From:cell.To], i); c.texts {
				return
			}
		}
		odd++
	}
	c.uneven = odd > (to-from)/4
}

// A number of up to 16 characters is read in one register or two, where its digits become a value by a few multiplications
// (Lemire 2018, "Quickly parsing eight digits"). Lengths and signs change from row to row: a branch on them would often be
// predicted wrong.

// mostEven is how many decimals even reads.
const mostEven = 6

// even reads numbers that all have scale decimals into codes, up to a cell that is none or needs another look, and returns how
// many it has read.
func (c *packing) even(text []byte, cells []csv.Cell, width int, codes []int64) int {
	// The mark is at one place. What is before it moves up, and a digit of the next register follows.
	shortest, up := 1, 0
	var place, mark, before uint64
	if c.scale > 0 {
		shift := 8 * (7 - c.scale)
		shortest, up = c.scale+2, 8
		place, mark, before = 0xff<<shift, uint64(c.mark^'0')<<shift, 1<<shift-1
	}
	after := ^(place | before)
	least, largest, last := int64(math.MaxInt64), int64(math.MinInt64), uint64(1) // last: the smallest last digit
	i, k := 0, 0
	if c.long {
		for ; i < len(codes); i, k = i+1, k+width {
			at, end := int(cells[k].From), int(cells[k].To)
			n := end - at
			if uint(n-1) >= 16 || end < 16 || end > len(text) {
				break
			}
			minus, first := 0, text[at]
			if first == '-' && n > 1 {
				minus, first = 1, text[at+1]
			}
			n -= minus
			low := (binary.LittleEndian.Uint64(text[end-8:end]) ^ '0'*ones) & tops[n&31].low
			high := (binary.LittleEndian.Uint64(text[end-16:end-8]) ^ '0'*ones) & tops[n&31].high
			digits := low&after | low&before<<8 | high>>(64-up)
			high <<= up
			u := int64(value(digits)) + int64(value(high))*1e8
			wrong := (digits | (digits + 0x76*ones) | high | (high + 0x76*ones)) & highs
			if wrong != 0 || low&place != mark || n < shortest || first == '0' && n > shortest || u < int64(minus) {
				break
			}
			u = (u ^ -int64(minus)) + int64(minus)
			codes[i] = u
			least, largest, last = min(least, u), max(largest, u), min(last, digits>>56)
		}
	} else {
		most := uint(64 - 8*shortest)
		for ; i < len(codes); i, k = i+1, k+width {
			end := int(cells[k].To)
			n := end - int(cells[k].From)
			if uint(n-1) >= 8 || end < 8 || end > len(text) {
				break
			}
			low := binary.LittleEndian.Uint64(text[end-8:end]) ^ '0'*ones
			shift := uint(64 - 8*n)
			minus := uint(0)
			if byte(low>>(shift&63)) == '-'^'0' {
				minus = 1
			}
			shift += 8 * minus
			low = low >> (shift & 63) << (shift & 63)
			digits := low&after | low&before<<8
			u := int64(value(digits))
			wrong := (digits | (digits + 0x76*ones)) & highs
			if wrong != 0 || low&place != mark || shift > most || byte(low>>(shift&63)) == 0 && shift < most || u < int64(minus) {
				break
			}
			u = (u ^ -int64(minus)) + int64(minus)
			codes[i] = u
			least, largest, last = min(least, u), max(largest, u), min(last, digits>>56)
		}
	}
	if i > 0 {
		c.found(c.scale, last == 0)
		c.least, c.largest = min(c.least, least), max(c.largest, largest)
	}
	return i
}

// tops are the masks of the last n of 16 characters.
var tops = func() (m [32]struct{ high, low uint64 }) {
	for n := range m {
		m[n].low = math.MaxUint64 << max(0, 64-8*n)
		m[n].high = math.MaxUint64 << min(64, max(0, 128-8*n))
	}
	return m
}()

// found notes a number of so many decimals, and whether it ends in 0.
func (c *packing) found(decimals int, zero bool) {
	c.fewest, c.most = min(c.fewest, decimals), max(c.most, decimals)
	if zero {
		c.zeros = max(c.zeros, decimals)
	}
}

// number takes in a cell if it is a number of up to 16 characters and no more than scale decimals, wherever its mark is.
func (c *packing) number(text []byte, cell csv.Cell, i int) bool {
	at, end := int(cell.From), int(cell.To)
	if end < 8 || at+9 > len(text) {
		return false
	}
	sign := int64(0)
	if text[at] == '-' {
		sign = 1
		at++
	}
	n := end - at
	if n < 1 || n > 16 {
		return false
	}
	low := (binary.LittleEndian.Uint64(text[end-8:end]) ^ '0'*ones) & (^uint64(0) << uint(max(0, 64-8*n)))
	high := (binary.LittleEndian.Uint64(text[at:at+8]) ^ '0'*ones) << uint(128-8*n)
	c.long = c.long || n > 8
	d, whole := 0, n
	mark := uint64(c.mark^'0') * ones
	if x := zeroBytes(low ^ mark); x != 0 {
		before := x&-x>>7 - 1
		d = 7 - bits.TrailingZeros64(x)>>3
		if d == 0 {
			return false
		}
		whole = n - d - 1
		low = low&^(before<<8|0xff) | low&before<<8 | high>>56
		high <<= 8
	} else if x := zeroBytes(high ^ mark); x != 0 {
		before := x&-x>>7 - 1
		d = 15 - bits.TrailingZeros64(x)>>3
		whole = n - d - 1
		high = high&^(before<<8|0xff) | high&before<<8
	}
	wrong := (low | (low + 0x76*ones) | high | (high + 0x76*ones)) & highs
	u := int64(value(low)) + int64(value(high))*1e8
	if wrong != 0 || d > c.scale || whole < 1 || whole > 1 && text[at] == '0' || u < sign {
		return false
	}
	factor := powers[c.scale-d]
	if u > mostUnits/factor {
		return false
	}
	u = (u*factor ^ -sign) + sign
	c.codes[i] = u
	c.least, c.largest = min(c.least, u), max(c.largest, u)
	c.found(d, d > 0 && low>>56 == 0)
	return true
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// zeroBytes returns the high bit of the lowest byte of x that is 0, with others above it, or 0 if there is none.
func zeroBytes(x uint64) uint64 { return (x - ones) &^ x & highs }

// value returns the number of eight digits, the first of them in the lowest byte.
func value(digits uint64) uint64 {
	digits = digits * (10<<8 + 1) >> 8
	digits = digits & 0x00ff00ff00ff00ff * (100<<16 + 1) >> 16
	return digits & 0x0000ffff0000ffff * (10000<<32 + 1) >> 32
}

// lookUp takes in cells that are likely known words.
func (c *packing) lookUp(text []byte, cells []csv.Cell, width, from, to int) {
	codes := c.codes[from:to]
	for i, k := 0, 0; i < len(codes); i, k = i+1, k+width {
		at, end := int(cells[k].From), int(cells[k].To)
		if n := end - at; uint(n-1) < medium && end >= short && at+short <= len(text) {
			word := key{last: binary.LittleEndian.Uint64(text[end-short : end])}
			if n > short {
				word.first = binary.LittleEndian.Uint64(text[at : at+short])
			} else {
				word = key{first: word.last >> uint(64-8*n)}
			}
			if number := c.words.known(word, int32(n)); number >= 0 {
				codes[i] = firstWord + int64(number)
				continue
			}
		}
		if c.add(text[at:end], from+i); c.texts {
			return
		}
	}
}

// again reports whether the column may be packed after all, without a guess of the units, and forgets it.
func (c *packing) again() bool {
	again := c.large && c.guess > 0
	if c.texts {
		c.scale = 0
	}
	return again
}

// packed decides how the column is kept; false means as text.
func (c *packing) packed() (p packed, ok bool) {
	if c.texts {
		return packed{}, false
	}
	if c.scale > c.most { // than is needed
		factor := powers[c.scale-c.most]
		for i, code := range c.codes {
			if !isWord(code) {
				c.codes[i] = code / factor
			}
		}
		if c.least <= c.largest {
			c.least, c.largest = c.least/factor, c.largest/factor
		}
		c.scale = c.most
	}
	p.form = form{decimals: c.most, fewest: c.most}
	if c.most > 0 {
		p.form.mark = c.mark
	}
	if c.fewest < c.most {
		// As many decimals as needed, but at least the fewest: then no number with more of them ends in 0.
		if p.form.fewest = c.fewest; c.zeros > c.fewest {
			return packed{}, false
		}
	}
	w := int64(len(c.words.words))
	for p.size = 1; p.size < 8; p.size *= 2 {
		if lowest := lowestOf(p.size); c.least >= lowest+w && c.largest <= -(lowest+1) && w <= -lowest {
			break
		}
	}
	p.least = lowestOf(p.size) + w
	p.words = c.words.ofBlock()
	return p, true
}

// write writes codes to records that are stride bytes apart.
func (p *packed) write(records []byte, stride int, codes []int64) {
	at := p.at
	up := lowestOf(p.size) - firstWord
	switch p.size {
	case 1:
		for _, u := range codes {
			if u < wordsEnd {
				u += up
			}
			records[at] = byte(u)
			at += stride
		}
	case 2:
		for _, u := range codes {
			if u < wordsEnd {
				u += up
			}
			binary.LittleEndian.PutUint16(records[at:at+2], uint16(u))
			at += stride
		}
	case 4:
		for _, u := range codes {
			if u < wordsEnd {
				u += up
			}
			binary.LittleEndian.PutUint32(records[at:at+4], uint32(u))
			at += stride
		}
	default:
		for _, u := range codes {
			binary.LittleEndian.PutUint64(records[at:at+8], uint64(u))
			at += stride
		}
	}
}
