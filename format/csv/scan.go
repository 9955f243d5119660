package csv

import (
	"fmt"
	"io"
)

// Where scan is within a row.
type state int

const (
	begins state = iota // of a cell
	bare                // within a cell without quotes
	quoted              // within quotes
	quote               // after a quote within quotes: it ends them, or is the first of two
)

// scan reads the next row that is not empty into text and ends; at the end of the file there is none.
func (r *Reader) scan() error {
	r.text, r.ends = r.text[:0], r.ends[:0]
	r.row = r.line
	s := begins
	var openLine, openColumn int
	for {
		b, err := r.next(s == quoted)
		if err == io.EOF {
			if s == quoted {
				return r.wrong(openLine, openColumn, "the quote that opens here is never closed")
			}
			if s != begins || len(r.ends) > 0 {
				return r.cell()
			}
			return nil
		}
		if err != nil {
			return err
		}
		newline := b == '\n' || b == '\r'
		switch s {
		case begins, bare:
			switch {
			case newline && s == begins && len(r.ends) == 0: // an empty line
				r.row = r.line
			case newline:
				return r.cell()
			case b == r.separator:
				s = begins
				if err := r.cell(); err != nil {
					return err
				}
			case b == '"' && s == begins:
				s, openLine, openColumn = quoted, r.line, r.column-1
			default:
				s = bare
				r.text = append(r.text, b)
			}
		case quoted:
			if b == '"' {
				s = quote
			} else {
				r.text = append(r.text, b)
			}
		case quote:
			switch {
			case b == '"':
				s = quoted
				r.text = append(r.text, b)
			case b == r.separator:
				s = begins
				if err := r.cell(); err != nil {
					return err
				}
			case newline:
				return r.cell()
			case b == ' ': // spaces between a quote and the separator mean nothing
			default:
				return r.wrong(r.line, r.column-1, fmt.Sprintf("%q after the quote that closes a cell; write a quote within quotes twice", b))
			}
		}
		if len(r.text) > r.maxRow {
			if s == quoted {
				return r.wrong(openLine, openColumn, fmt.Sprintf("the quote that opens here is not closed within %s", size(r.maxRow)))
			}
			return r.wrong(r.row, 0, fmt.Sprintf("a row of more than %s; is it a table, a line an example?", size(r.maxRow)))
		}
	}
}

// cell ends a cell.
func (r *Reader) cell() error {
	if len(r.ends) == MaxCells {
		return r.wrong(r.row, 0, fmt.Sprintf("more than %d cells in a row", MaxCells))
	}
	r.ends = append(r.ends, len(r.text))
	return nil
}

func size(n int) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
