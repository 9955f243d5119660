package columns

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/gradus-nn/gradus/format/csv"
)

// A number of up to 16 characters is read in one register or two, where its digits become a value by a few multiplications
// (Lemire 2018, "Quickly parsing eight digits"). Lengths and signs change from row to row: a branch on them would often be
// predicted wrong.

// parse takes in cells that are likely numbers. What they turn out not to be is left to add.
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
