package csv

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Text without quotes is cut by the places of separators and ends of lines alone, of 64 bytes at a time: eight bytes are
// compared at once in a register, and the places become bits of a word (Langdale & Lemire 2019, "Parsing gigabytes of JSON per
// second").

// evenTo returns how far rows reach from b.at on that have no quotes and lines that end in LF or CRLF.
func (b *Block) evenTo() int {
	if b.bare || b.at < b.odd {
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

// either returns a bit for each of eight bytes: whether it is that of a or that of b, which have one in all their bytes.
func either(eight []byte, a, b uint64) uint64 {
	x := binary.LittleEndian.Uint64(eight)
	found := ^(nonzero(x^a) & nonzero(x^b)) & highs
	return found >> 7 * 0x0102040810204080 >> 56 // their high bits become the bits of one byte
}

// even cuts the rows from b.at to end, where a row ends. If not all of them have as many cells as they should, and no more bytes
// than they may, it leaves all of them to row.
func (b *Block) even(end int) {
	begin, text, width := b.at, b.text[:end], b.r.width
	rows := bytes.Count(text[begin:], []byte{'\n'})
	limit := end
	if text[end-1] != '\n' { // the last row
		rows++
		limit++
	}
	n := len(b.rows.Cells)
	if rows > (limit-begin)/width { // too few bytes for so many cells
		b.odd = end
		return
	}
	b.rows.Cells = slices.Grow(b.rows.Cells, rows*width)[:n+rows*width]
	cells := b.rows.Cells[n:]
	if !cut(cells, text, begin, limit, b.r.separator) || !b.lines(cells, text) {
		b.rows.Cells = b.rows.Cells[:n]
		b.odd = end
	}
}

// cut fills cells with what stands between the separators and ends of lines of the text from begin on. It is false unless they are as
// many. Where limit is one more than the length of the text, a line ends there.
func cut(cells []Cell, text []byte, begin, limit int, separator byte) bool {
	separators, newlines := uint64(separator)*ones, uint64('\n')*ones
	k, next := 0, uint32(begin)
	var last [64]byte
	for at := begin; at < limit; at += 64 {
		window := &last
		if at+64 <= len(text) {
			window = (*[64]byte)(text[at:])
		} else if m := copy(last[:], text[at:]); len(text) < limit {
			last[m] = '\n'
		}
		stops := either(window[:8], separators, newlines) |
			either(window[8:16], separators, newlines)<<8 |
			either(window[16:24], separators, newlines)<<16 |
			either(window[24:32], separators, newlines)<<24 |
			either(window[32:40], separators, newlines)<<32 |
			either(window[40:48], separators, newlines)<<40 |
			either(window[48:56], separators, newlines)<<48 |
			either(window[56:], separators, newlines)<<56
		m := bits.OnesCount64(stops)
		if len(cells)-k < m {
			return false
		}
		own := cells[k : k+m]
		for i := range own {
			stop := uint32(at + bits.TrailingZeros64(stops))
			own[i] = Cell{next, stop}
			next = stop + 1
			stops &= stops - 1
		}
		k += m
	}
	return k == len(cells)
}

// lines ends the rows. It is false if they do not end where lines do: then a line has more or fewer cells.
func (b *Block) lines(cells []Cell, text []byte) bool {
	width, line, at := b.r.width, b.line, b.at
	lines := len(b.rows.Lines)
	for last := width - 1; last < len(cells); last += width {
		stop := int(cells[last].To)
		if stop < len(text) && text[stop] != '\n' || stop-at > b.r.maxRow {
			b.rows.Lines = b.rows.Lines[:lines]
			return false
		}
		if stop > 0 && text[stop-1] == '\r' {
			cells[last].To--
		}
		if width == 1 && cells[last].From == cells[last].To { // an empty line is no row
			b.rows.Lines = b.rows.Lines[:lines]
			return false
		}
		b.rows.Lines = append(b.rows.Lines, line)
		line++
		at = min(stop+1, len(text))
	}
	b.line, b.at = line, at
	return true
}
