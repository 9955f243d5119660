package csv

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"
)

// A Block is consecutive rows of a table. Its plain rows are cut in place; whatever is not plain, and every error, is left to
// a Reader over the same text, so that there is one meaning of a table.
type Block struct {
	text   []byte
	n      int     // bytes of text that are of the table; cells that stand there otherwise follow them
	at     int     // of the next row
	r      *Reader // whose settings are those of the table
	line   int     // of the next byte
	number int

	rows     Rows // so far; their text is the block's
	bare     bool // some lines end in CR alone
	unquoted int  // no row has quotes that begins from at on and before this place
	odd      int  // rows before it are cut one by one

	slow  *Reader
	of    *cutter // whose own slow reader slow is; otherwise nil
	quota int     // bytes of cells that are left to read from it
	err   error
}

// A Cell is where the text of a cell stands.
type Cell struct{ From, To uint32 }

// Rows are the rows of a block.
type Rows struct {
	Text  []byte
	Cells []Cell // [rows, width]: cell k is Text[Cells[k].From:Cells[k].To]
	Lines []int  // [rows]: where each begins
}

// begin makes a block of the table that r reads, from its line on.
func (b *Block) begin(r *Reader, number int) {
	*b = Block{text: b.text, r: r, line: r.line, number: number}
}

// check looks at the whole text for what only the slow reader can judge.
func (b *Block) check() {
	b.n = len(b.text)
	if b.slow != nil {
		return
	}
	if bytes.IndexByte(b.text, 0) >= 0 || !utf8.Valid(b.text) {
		b.leave(0)
	}
}

// leave leaves the text from at on, where a row begins, to the slow reader.
func (b *Block) leave(at int) {
	b.slow = b.r.over(bufio.NewReader(bytes.NewReader(b.text[at:b.n])), b.line)
}

// Number returns the place of the block in the table, from 0.
func (b *Block) Number() int { return b.number }

// Rows cuts all rows of the block, or those before the place where the table is broken, for which Blocks has the error. They stay
// valid until work returns, which may call Rows once. They are written over those of before, whose memory they take.
func (b *Block) Rows(before Rows) Rows {
	b.rows = Rows{Cells: before.Cells[:0], Lines: before.Lines[:0]}
	defer func() { b.rows = Rows{} }()
	for b.slow == nil && b.at < b.n {
		if end := b.evenTo(); end > b.at {
			b.even(end)
		} else {
			b.row()
		}
	}
	if b.slow != nil {
		b.slowRows()
	}
	b.rows.Text = b.text
	return b.rows
}

// slowRows reads what is left of the block row by row.
func (b *Block) slowRows() {
	for b.of == nil || b.quota > 0 {
		cells, err := b.slow.Read()
		if err != nil {
			if err != io.EOF {
				b.err = err
			}
			if b.of != nil {
				b.of.ended = true
			}
			return
		}
		b.rows.Lines = append(b.rows.Lines, b.slow.Line())
		for _, cell := range cells {
			from := len(b.text)
			b.text = append(b.text, cell...)
			b.rows.Cells = append(b.rows.Cells, Cell{uint32(from), uint32(len(b.text))})
		}
		b.quota -= len(b.slow.text) + 1
	}
}

// row cuts the next row, whatever it holds, or leaves the rest to the slow reader.
func (b *Block) row() {
	text, at, separator := b.text[:b.n], b.at, b.r.separator
	for at < len(text) && (text[at] == '\n' || text[at] == '\r') {
		at = b.endLine(at)
	}
	if b.at = at; at == len(text) {
		return
	}
	begin, line, first := at, b.line, len(b.rows.Cells)
	giveUp := func() {
		b.line = line
		b.rows.Cells = b.rows.Cells[:first]
		b.leave(begin)
	}
	for {
		var cell Cell
		if at < len(text) && text[at] == '"' {
			var ok bool
			if cell, at, ok = b.quoted(at); !ok {
				giveUp()
				return
			}
		} else {
			cell.From = uint32(at)
			for at < len(text) {
				if c := text[at]; c == separator || c == '\n' || c == '\r' {
					break
				}
				at++
			}
			cell.To = uint32(at)
		}
		b.rows.Cells = append(b.rows.Cells, cell)
		if at == len(text) || text[at] != separator {
			break
		}
		at++
	}
	if len(b.rows.Cells)-first != b.r.width || at-begin > b.r.maxRow {
		giveUp()
		return
	}
	b.rows.Lines = append(b.rows.Lines, line)
	if at < len(text) {
		at = b.endLine(at)
	}
	b.at = at
}

// endLine moves behind the end of a line: LF, CR or CRLF.
func (b *Block) endLine(at int) int {
	b.line++
	if b.text[at] == '\r' && at+1 < b.n && b.text[at+1] == '\n' {
		return at + 2
	}
	return at + 1
}

// quoted cuts a cell within quotes that begins at at, and returns where it ends: at a separator, an end of line or the end of the
// text. It is not ok if the slow reader has to judge.
func (b *Block) quoted(at int) (cell Cell, end int, ok bool) {
	text := b.text[:b.n]
	at++
	from, twice := at, false
	for {
		j := bytes.IndexByte(text[at:], '"')
		if j < 0 {
			return Cell{}, 0, false
		}
		if at += j + 1; at < len(text) && text[at] == '"' {
			at++
			twice = true
			continue
		}
		break
	}
	cell = Cell{uint32(from), uint32(at - 1)}
	lines, _ := lineEnds(text[from : at-1])
	b.line += lines
	if twice {
		cell.From = uint32(len(b.text))
		for rest := text[from : at-1]; ; {
			j := bytes.IndexByte(rest, '"')
			if j < 0 {
				b.text = append(b.text, rest...)
				break
			}
			b.text = append(b.text, rest[:j+1]...)
			rest = rest[j+2:]
		}
		cell.To = uint32(len(b.text))
	}
	at += spaces(text[at:])
	if at < len(text) && text[at] != b.r.separator && text[at] != '\n' && text[at] != '\r' {
		return Cell{}, 0, false
	}
	return cell, at, true
}
