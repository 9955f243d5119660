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
	text  []byte
	at    int     // of the next row
	r     *Reader // whose settings are those of the table
	line  int     // of the next byte
	row   int     // the line that the row began in
	cells [][]byte
	spare []byte // of cells in which quotes stand twice

	slow  *Reader
	of    *cutter // whose own slow reader slow is; otherwise nil
	quota int     // bytes of cells that are left to read from it
	err   error
}

// begin makes a block of the table that r reads, from its line on.
func (b *Block) begin(r *Reader) {
	*b = Block{text: b.text, r: r, line: r.line, cells: b.cells[:0], spare: b.spare[:0]}
}

// check looks at the whole text for what only the slow reader can judge.
func (b *Block) check() {
	if b.slow != nil {
		return
	}
	if bytes.IndexByte(b.text, 0) >= 0 || !utf8.Valid(b.text) {
		b.leave(0)
	}
}

// leave leaves the text from at on, where a row begins, to the slow reader.
func (b *Block) leave(at int) {
	b.slow = b.r.over(bufio.NewReader(bytes.NewReader(b.text[at:])), b.line)
}

// Line returns the line in which the row began.
func (b *Block) Line() int { return b.row }

// Next returns the cells of the next row, which stay valid until the next call; false after the last row, and where the table is
// broken, for which Blocks has the error.
func (b *Block) Next() ([][]byte, bool) {
	if b.slow == nil {
		cells, ok := b.plain()
		if ok || b.slow == nil {
			return cells, ok
		}
	}
	if b.of != nil && b.quota <= 0 {
		return nil, false
	}
	cells, err := b.slow.Read()
	if err != nil {
		if err != io.EOF {
			b.err = err
		}
		if b.of != nil {
			b.of.ended = true
		}
		return nil, false
	}
	b.row = b.slow.Line()
	b.quota -= len(b.slow.text) + 1
	return cells, true
}

// plain cuts the next row, if it can. At the end of the text, and where the slow reader has to go on, it returns false.
func (b *Block) plain() ([][]byte, bool) {
	text, at, separator := b.text, b.at, b.r.separator
	for at < len(text) && (text[at] == '\n' || text[at] == '\r') {
		at = b.endLine(at)
	}
	if at == len(text) {
		return nil, false
	}
	begin := at
	line := b.line
	b.row = line
	cells := b.cells[:0]
	b.spare = b.spare[:0]
	for {
		var cell []byte
		if at < len(text) && text[at] == '"' {
			var ok bool
			if cell, at, ok = b.quoted(at); !ok {
				b.line = line
				b.leave(begin)
				return nil, false
			}
		} else {
			from := at
			for at < len(text) {
				if c := text[at]; c == separator || c == '\n' || c == '\r' {
					break
				}
				at++
			}
			cell = text[from:at:at]
		}
		cells = append(cells, cell)
		if at == len(text) || text[at] != separator {
			break
		}
		at++
	}
	if len(cells) != b.r.width || at-begin > b.r.maxRow {
		b.line = line
		b.leave(begin)
		return nil, false
	}
	if at < len(text) {
		at = b.endLine(at)
	}
	b.at, b.cells = at, cells
	return cells, true
}

// endLine moves behind the end of a line: LF, CR or CRLF.
func (b *Block) endLine(at int) int {
	b.line++
	if b.text[at] == '\r' && at+1 < len(b.text) && b.text[at+1] == '\n' {
		return at + 2
	}
	return at + 1
}

// quoted cuts a cell within quotes that begins at at, and returns where it ends: at a separator, an end of line or the end of the
// text. It is not ok if the slow reader has to judge.
func (b *Block) quoted(at int) (cell []byte, end int, ok bool) {
	text := b.text
	at++
	from, twice := at, false
	for {
		j := bytes.IndexByte(text[at:], '"')
		if j < 0 {
			return nil, 0, false
		}
		if at += j + 1; at < len(text) && text[at] == '"' {
			at++
			twice = true
			continue
		}
		break
	}
	cell = text[from : at-1 : at-1]
	b.line += lineEnds(cell)
	if twice {
		n := len(b.spare)
		for rest := cell; ; {
			j := bytes.IndexByte(rest, '"')
			if j < 0 {
				b.spare = append(b.spare, rest...)
				break
			}
			b.spare = append(b.spare, rest[:j+1]...)
			rest = rest[j+2:]
		}
		cell = b.spare[n:len(b.spare):len(b.spare)]
	}
	at += spaces(text[at:])
	if at < len(text) && text[at] != b.r.separator && text[at] != '\n' && text[at] != '\r' {
		return nil, 0, false
	}
	return cell, at, true
}
