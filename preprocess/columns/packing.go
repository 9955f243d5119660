package columns

import (
	"encoding/binary"
	"math"

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

// found notes a number of so many decimals, and whether it ends in 0.
func (c *packing) found(decimals int, zero bool) {
	c.fewest, c.most = min(c.fewest, decimals), max(c.most, decimals)
	if zero {
		c.zeros = max(c.zeros, decimals)
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
