package columns

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"github.com/gradus-nn/gradus/internal/spill"
)

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

// A packer packs the cells of a block.
type packer struct {
	text []byte // of the cells, row after row, without the spaces around them
	ends []uint32
	data []byte

	codes    []int64
	all      [][]int64 // of every column
	decimals []uint8   // of each number; noNumber for a word
	index    []int32   // hash table of words: numbers of words from 1
	lines    []int     // in which the rows begin
}

// packedRows are rows in the order of the file whose place in the table is not known yet.
type packedRows struct {
	*block
	lines lines
}

// add adds a row.
func (p *packer) add(cells [][]byte) {
	for _, cell := range cells {
		p.text = append(p.text, trim(cell)...)
		p.ends = append(p.ends, uint32(len(p.text)))
	}
}

// rows packs what was added, all columns of it.
func (p *packer) rows(width int, at []int, store *spill.Store) (packedRows, error) {
	n := len(at)
	if n == 0 {
		return packedRows{block: &block{}}, nil
	}
	b := &block{n: n, columns: make([]packed, width)}
	for len(p.all) < width {
		p.all = append(p.all, nil)
	}
	for j := range b.columns {
		c := &b.columns[j]
		if *c = p.pack(j, n, width); c.size > 0 {
			p.all[j], p.codes = p.codes, p.all[j]
			c.at = b.stride
			b.stride += c.size
		}
	}
	p.data = slices.Grow(p.data[:0], n*b.stride)[:n*b.stride]
	for j := range b.columns {
		if c := &b.columns[j]; c.size > 0 {
			setCodes(p.data[c.at:], b.stride, c.size, p.all[j])
		} else {
			p.texts(c, j, n, width)
		}
	}
	l := lines{first: at[0]}
	if at[n-1] != at[0]+n-1 {
		l.listed = make([]uint32, n)
		for i, line := range at {
			l.listed[i] = uint32(line - at[0])
		}
	}
	var err error
	b.piece, err = store.Add(slices.Clone(p.data))
	return packedRows{b, l}, err
}

const (
	noNumber  = 255
	mostWords = 1 << 15 // of a packed column
)

// cell returns cell k of the text.
func (p *packer) cell(k int) []byte {
	begin := uint32(0)
	if k > 0 {
		begin = p.ends[k-1]
	}
	return p.text[begin:p.ends[k]]
}

// pack finds the form of column j of n rows of the given width, and its codes; size 0 where it has to be text.
func (p *packer) pack(j, n, width int) packed {
	p.codes, p.decimals = p.codes[:0], p.decimals[:0]
	clear(p.index)
	var words [][]byte
	fewest, most := math.MaxInt, 0
	mark := byte(0)
	zeros := 0 // the most decimals of a number that ends in 0
	size := 0  // bytes of all words
	for i := range n {
		cell := p.cell(i*width + j)
		units, d, m, zero, ok := plain(cell)
		if ok && m != 0 && mark != 0 && m != mark {
			return packed{}
		}
		if !ok {
			k := p.word(cell, &words)
			if len(words) > n/4+16 || len(words) > mostWords {
				return packed{}
			}
			p.codes, p.decimals = append(p.codes, int64(k)), append(p.decimals, noNumber)
			continue
		}
		if m != 0 {
			mark = m
		}
		if zero {
			zeros = max(zeros, d)
		}
		fewest, most = min(fewest, d), max(most, d)
		p.codes, p.decimals = append(p.codes, units), append(p.decimals, uint8(d))
	}
	c := packed{form: form{decimals: most, fewest: most, mark: mark}}
	if fewest < most {
		// As many decimals as needed, but at least the fewest: then no number with more of them ends in 0.
		if c.form.fewest = fewest; zeros > fewest {
			return packed{}
		}
	}
	least, largest := int64(math.MaxInt64), int64(math.MinInt64)
	for i, d := range p.decimals {
		if d == noNumber {
			continue
		}
		u, factor := p.codes[i], powers[most-int(d)]
		if u > math.MaxInt64/factor/2 || u < -math.MaxInt64/factor/2 {
			return packed{}
		}
		u *= factor
		p.codes[i] = u
		least, largest = min(least, u), max(largest, u)
	}
	w := int64(len(words))
	for c.size = 1; c.size < 8; c.size *= 2 {
		if lowest := lowestOf(c.size); least >= lowest+w && largest <= -(lowest+1) && w <= -lowest {
			break
		}
	}
	lowest := lowestOf(c.size)
	if c.least = lowest + w; least < c.least {
		return packed{}
	}
	for i, d := range p.decimals {
		if d == noNumber {
			p.codes[i] += lowest
		}
	}
	for _, word := range words {
		size += len(word)
	}
	all := make([]byte, 0, size)
	c.words = make([][]byte, len(words))
	for k, word := range words {
		from := len(all)
		all = append(all, word...)
		c.words[k] = all[from:len(all):len(all)]
	}
	return c
}

// setCodes writes codes of one size, stride bytes apart.
func setCodes(data []byte, stride, size int, codes []int64) {
	switch size {
	case 1:
		for i, u := range codes {
			data[i*stride] = byte(u)
		}
	case 2:
		for i, u := range codes {
			binary.LittleEndian.PutUint16(data[i*stride:], uint16(u))
		}
	case 4:
		for i, u := range codes {
			binary.LittleEndian.PutUint32(data[i*stride:], uint32(u))
		}
	default:
		for i, u := range codes {
			binary.LittleEndian.PutUint64(data[i*stride:], uint64(u))
		}
	}
}

// lowestOf returns the smallest number of so many bytes.
func lowestOf(size int) int64 { return -1 << (8*size - 1) }

// texts packs column j as text.
func (p *packer) texts(c *packed, j, n, width int) {
	p.align()
	c.at = len(p.data)
	end := uint32(0)
	for i := range n {
		end += uint32(len(p.cell(i*width + j)))
		p.data = binary.LittleEndian.AppendUint32(p.data, end)
	}
	for i := range n {
		p.data = append(p.data, p.cell(i*width+j)...)
	}
}

func (p *packer) align() {
	for len(p.data)%8 != 0 {
		p.data = append(p.data, 0)
	}
}

// word returns the number of a word, a new one where it has none.
func (p *packer) word(cell []byte, words *[][]byte) int {
	if 2*len(*words) >= len(p.index) {
		p.index = make([]int32, max(64, 4*len(p.index)))
		for k, w := range *words {
			*p.slot(w, *words) = int32(k + 1)
		}
	}
	slot := p.slot(cell, *words)
	if *slot == 0 {
		*words = append(*words, cell)
		*slot = int32(len(*words))
	}
	return int(*slot) - 1
}

// slot returns the place of a word in the hash table.
func (p *packer) slot(cell []byte, words [][]byte) *int32 {
	mask := len(p.index) - 1
	for i := int(hash(cell)) & mask; ; i = (i + 1) & mask {
		k := p.index[i]
		if k == 0 || bytes.Equal(words[k-1], cell) {
			return &p.index[i]
		}
	}
}

// hash is FNV-1a over words of 8 bytes, mixed at the end.
func hash(cell []byte) uint64 {
	const prime = 0x100000001b3
	h := 0xcbf29ce484222325 ^ uint64(len(cell))
	for ; len(cell) >= 8; cell = cell[8:] {
		h = (h ^ binary.LittleEndian.Uint64(cell)) * prime
		h ^= h >> 29
	}
	for _, c := range cell {
		h = (h ^ uint64(c)) * prime
	}
	return h ^ h>>32
}
