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
	c.fewest, c.most = min(c.fewest, d), max(c.most, d)
	if zero {
		c.zeros = max(c.zeros, d)
	}
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

// parse takes in cells that are likely numbers. A number of up to 16 characters is read in two registers, where its digits become
// a value by six multiplications (Lemire 2018, "Quickly parsing eight digits"); what it cannot read is left to add. Lengths and signs
// change from row to row: a branch on them would be guessed wrong too often.
func (c *packing) parse(text []byte, cells []csv.Cell, width, from, to int) {
	var (
		scale          = c.scale
		mark           = uint64(c.mark^'0') * ones
		fewest         = c.fewest
		least, largest = c.least, c.largest
		met, zero      bool // numbers of scale decimals, and those that end in 0
		long           = c.long
		codes          = c.codes[from:to]
	)
	for i := range codes {
		cell := cells[i*width]
		at, end := int(cell.From), int(cell.To)
		sign := 0
		if at < len(text) && text[at] == '-' {
			sign = 1
		}
		at += sign
		n := end - at
		if uint(n-1) < 16 && at+8 <= len(text) && end >= 8 {
			// 16 digits, the last in the highest byte; what is before the number becomes 0.
			low := binary.LittleEndian.Uint64(text[end-8:]) ^ '0'*ones
			low &= ^uint64(0) << max(0, 64-8*n)
			var high uint64
			if long = long || n > 8; long {
				high = (binary.LittleEndian.Uint64(text[at:]) ^ '0'*ones) << (128 - 8*n)
			}
			d, whole := 0, n
			if x := zeroBytes(low ^ mark); x != 0 {
				below := x&-x>>7 - 1
				d = 7 - bits.TrailingZeros64(x)>>3
				whole = n - d - 1
				if d == 0 {
					whole = 0
				}
				low = low&^(below<<8|0xff) | low&below<<8 | high>>56
				high <<= 8
			} else if long {
				if x := zeroBytes(high ^ mark); x != 0 {
					below := x&-x>>7 - 1
					d = 15 - bits.TrailingZeros64(x)>>3
					whole = n - d - 1
					high = high&^(below<<8|0xff) | high&below<<8
				}
			}
			wrong := (low | (low + 0x76*ones)) & highs
			u := int64(value(low))
			if long {
				wrong |= (high | (high + 0x76*ones)) & highs
				u += int64(value(high)) * 1e8
			}
			if wrong == 0 && d <= scale && whole > 0 && (whole == 1 || text[at] != '0') && u >= int64(sign) {
				u = (u ^ -int64(sign)) + int64(sign)
				ended := low>>56 == 0 && d > 0
				if d == scale {
					met, zero = true, zero || ended
				} else {
					factor := powers[scale-d]
					if u > mostUnits/factor || u < -mostUnits/factor {
						goto rare
					}
					u *= factor
					fewest, c.most = min(fewest, d), max(c.most, d)
					if ended {
						c.zeros = max(c.zeros, d)
					}
				}
				codes[i] = u
				least, largest = min(least, u), max(largest, u)
				continue
			}
		}
	rare: // add goes on with all that was found so far
		c.found(fewest, least, largest, met, zero)
		if c.add(text[cell.From:cell.To], from+i); c.texts {
			return
		}
		scale, mark = c.scale, uint64(c.mark^'0')*ones
		fewest, least, largest, met, zero = c.fewest, c.least, c.largest, false, false
	}
	c.long = long
	c.found(fewest, least, largest, met, zero)
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// zeroBytes returns the high bit of the lowest byte of x that is 0, with others above it, or 0 if there is none.
func zeroBytes(x uint64) uint64 { return (x - ones) &^ x & highs }

// found notes what parse found.
func (c *packing) found(fewest int, least, largest int64, met, zero bool) {
	c.fewest, c.least, c.largest = fewest, least, largest
	if met {
		c.fewest, c.most = min(fewest, c.scale), max(c.most, c.scale)
	}
	if zero {
		c.zeros = max(c.zeros, c.scale)
	}
}

// value returns the number of eight digits, the first of them in the lowest byte.
func value(digits uint64) uint64 {
	digits = digits * (10<<8 + 1) >> 8
	digits = digits & 0x00ff00ff00ff00ff * (100<<16 + 1) >> 16
	return digits & 0x0000ffff0000ffff * (10000<<32 + 1) >> 32
}

// lookUp takes in cells that are likely known words.
func (c *packing) lookUp(text []byte, cells []csv.Cell, width, from, to int) {
	for i := from; i < to; i++ {
		cell := cells[(i-from)*width]
		at, end := int(cell.From), int(cell.To)
		n := end - at
		var k key
		switch {
		case at+8 > len(text):
			k = keyOf(text[at:end])
		case n <= short:
			k.first = binary.LittleEndian.Uint64(text[at:]) & leading[n]
		case n <= medium:
			k = key{binary.LittleEndian.Uint64(text[at:]), binary.LittleEndian.Uint64(text[end-8:])}
		default:
			k = keyOf(text[at:end])
		}
		if len(c.words.slots) > 0 {
			if e := &c.words.slots[c.words.find(k, text[at:end])]; e.at > 0 {
				c.codes[i] = firstWord + int64(e.at-1)
				continue
			}
		}
		if c.add(text[at:end], i); c.texts {
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
	up := lowestOf(p.size) - firstWord
	switch p.size {
	case 1:
		for i, u := range codes {
			if u < wordsEnd {
				u += up
			}
			records[i*stride] = byte(u)
		}
	case 2:
		for i, u := range codes {
			if u < wordsEnd {
				u += up
			}
			binary.LittleEndian.PutUint16(records[i*stride:], uint16(u))
		}
	case 4:
		for i, u := range codes {
			if u < wordsEnd {
				u += up
			}
			binary.LittleEndian.PutUint32(records[i*stride:], uint32(u))
		}
	default:
		for i, u := range codes {
			binary.LittleEndian.PutUint64(records[i*stride:], uint64(u))
		}
	}
}
