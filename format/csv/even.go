package csv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Text without quotes is cut by the places of separators and ends of lines alone, of 64 bytes at a time: eight bytes are
// compared at once in a register, and the places become bits of a word (Lemire 2019, "Parsing gigabytes of JSON per second").

// evenTo returns how far rows reach from b.at on that have no quotes and lines that end in LF or CRLF.
func (b *Block) evenTo() int {
	if b.bare {
		return b.at
	}
	if b.at < b.unquoted {
		return b.unquoted
	}
	if quote := bytes.IndexByte(b.text[b.at:b.n], '"'); quote < 0 {
		b.unquoted = b.n
	} else {
		b.unquoted = b.at + bytes.LastIndexByte(b.text[b.at:b.at+quote], '\n') + 1
	}
	return b.unquoted
}

const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// nonzero returns the high bit of every byte of x that is not 0; its other bits mean nothing.
func nonzero(x uint64) uint64 { return (x&^highs + ^uint64(highs)) | x }

// even cuts the rows from b.at to end, where a row ends. It returns false at a row that it cannot cut: an empty one, or one that is too
// long or has more or fewer cells than the others.
func (b *Block) even(end int) bool {
	separators, newlines := uint64(b.r.separator)*ones, uint64('\n')*ones
	width, most := b.r.width, b.r.maxRow
	var (
		n     = len(b.rows.Cells) // of complete rows
		k     = n                 // that end before at
		next  = uint32(b.at)      // where cell k begins
		last  [64]byte            // of the text
		limit = end               // and the one that the last row may lack
	)
	if b.text[end-1] != '\n' {
		limit++
	}
	for at := b.at; at < limit; at += 64 {
		w := &last
		if at+64 <= end {
			w = (*[64]byte)(b.text[at:])
		} else if m := copy(last[:], b.text[at:end]); end < limit {
			last[m] = '\n'
		}
		var stops, lines uint64
		for i := 0; i < 64; i += 8 {
			x := binary.LittleEndian.Uint64(w[i:])
			l := nonzero(x ^ newlines)
			s := nonzero(x^separators) & l
			// The high bits of eight bytes become the bits of one.
			stops |= (^s & highs >> 7) * 0x0102040810204080 >> 56 << i
			lines |= (^l & highs >> 7) * 0x0102040810204080 >> 56 << i
		}
		if cap(b.rows.Cells) < k+64+1 {
			grown := make([]Cell, k, 2*k+1024)
			copy(grown, b.rows.Cells[:k])
			b.rows.Cells = grown
		}
		cells := b.rows.Cells[k : k+65]
		for m, i := stops, 0; m != 0; i++ {
			stop := uint32(at + bits.TrailingZeros64(m))
			cells[i] = Cell{next, stop}
			next = stop + 1
			m &= m - 1
		}
		for ; lines != 0; lines &= lines - 1 {
			line := lines & -lines
			e := k + bits.OnesCount64(stops&(line-1)) // the cell that ends the row
			row := b.rows.Cells[n : e+1]
			stop := &row[len(row)-1].To
			to := int(*stop)
			if to > 0 && b.text[to-1] == '\r' {
				*stop--
			}
			if len(row) != width || to-b.at > most || width == 1 && row[0].From == row[0].To {
				b.rows.Cells = b.rows.Cells[:n]
				return false
			}
			b.rows.Lines = append(b.rows.Lines, b.line)
			b.line++
			b.at = min(to+1, end)
			n = e + 1
		}
		k += bits.OnesCount64(stops)
	}
	b.rows.Cells = b.rows.Cells[:n]
	return true
}
