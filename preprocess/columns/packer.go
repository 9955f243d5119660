package columns

import (
	"encoding/binary"
	"slices"
	"sync"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/internal/spill"
)

// packedRows are rows in the order of the file whose place in the table is not known yet.
type packedRows struct {
	*block
	lines lines
}

// packers pack the blocks of a table, several at once.
type packers struct {
	width int
	store *spill.Store
	free  sync.Pool // of *packer

	first chan struct{} // closed after the first block
	words [][][]byte    // of its columns
}

func newPackers(width int, store *spill.Store) *packers {
	return &packers{width: width, store: store, first: make(chan struct{})}
}

// pack packs the rows of block number of the file, which rows returns. Block 0 has to be among the first that are packed: the others
// wait for its words.
func (ps *packers) pack(number int, rows func(before csv.Rows) csv.Rows) (packedRows, error) {
	p, _ := ps.free.Get().(*packer)
	if p == nil {
		p = &packer{columns: make([]packing, ps.width)}
	}
	defer ps.free.Put(p)
	if number == 0 {
		defer close(ps.first)
	} else if <-ps.first; !p.lent {
		p.borrow(ps.words)
	}
	p.rows = rows(p.rows)
	b := p.pack(p.rows)
	p.rows.Text = nil // goes back to the reader
	if number == 0 {
		ps.words = p.lend(b)
	}
	var err error
	b.piece, err = ps.store.Add(p.data)
	return packedRows{b, linesOf(p.rows.Lines)}, err
}

// A packer packs one block after the other.
type packer struct {
	columns []packing
	rows    csv.Rows
	data    []byte // of the block
	lent    bool   // the words of the first block are known
}

// borrow takes the words of the first block.
func (p *packer) borrow(words [][][]byte) {
	for j := range words {
		p.columns[j].words.borrow(words[j])
	}
	p.lent = true
}

// lend makes the words of a block, which was packed last, those of the first block.
func (p *packer) lend(b *block) [][][]byte {
	words := make([][][]byte, len(b.columns))
	for j := range b.columns {
		words[j] = b.columns[j].words
		p.columns[j].words.lend(words[j])
	}
	p.lent = true
	return words
}

// batch is how many cells are packed before the next column has its turn: those of all columns, their text and codes fit into the
// first-level cache.
const batch = 2048

// pack packs rows. Its data are in p.data.
func (p *packer) pack(rows csv.Rows) *block {
	n, width := len(rows.Lines), len(p.columns)
	b := &block{n: n, columns: make([]packed, width)}
	step := max(8, batch/width)
	for j := range p.columns {
		p.columns[j].begin(n)
	}
	for from := 0; from < n; from += step {
		for j := range p.columns {
			p.columns[j].take(rows.Text, rows.Cells[from*width+j:], width, from, min(from+step, n))
		}
	}
	size := 0
	for j := range p.columns {
		var ok bool
		c := &b.columns[j]
		if *c, ok = p.columns[j].packed(); !ok && p.columns[j].again() {
			p.columns[j].begin(n)
			p.columns[j].take(rows.Text, rows.Cells[j:], width, 0, n)
			*c, ok = p.columns[j].packed()
		}
		if ok {
			c.at = b.stride
			b.stride += c.size
		}
	}
	size = n * b.stride
	for j := range b.columns {
		if c := &b.columns[j]; c.size == 0 {
			c.at = (size + 7) &^ 7
			size = c.at + 4*n
			for i := range n {
				size += len(p.text(rows, i, j))
			}
		}
	}
	p.data = slices.Grow(p.data[:0], size)[:size]
	for from := 0; from < n; from += step {
		to := min(from+step, n)
		for j := range b.columns {
			if c := &b.columns[j]; c.size > 0 {
				c.write(p.data[from*b.stride:], b.stride, p.columns[j].codes[from:to])
			}
		}
	}
	for j := range b.columns {
		if c := &b.columns[j]; c.size == 0 {
			ends, text := p.data[c.at:c.at+4*n], p.data[c.at+4*n:]
			end := 0
			for i := range n {
				end += copy(text[end:], p.text(rows, i, j))
				binary.LittleEndian.PutUint32(ends[4*i:], uint32(end))
			}
		}
	}
	return b
}

// text returns the text of a cell without the spaces around it.
func (p *packer) text(rows csv.Rows, i, j int) []byte {
	cell := rows.Cells[i*len(p.columns)+j]
	return trim(rows.Text[cell.From:cell.To])
}

// linesOf returns the lines in which rows begin in the shortest form.
func linesOf(at []int) lines {
	n := len(at)
	if n == 0 {
		return lines{}
	}
	l := lines{first: at[0]}
	if at[n-1] != at[0]+n-1 {
		l.listed = make([]uint32, n)
		for i, line := range at {
			l.listed[i] = uint32(line - at[0])
		}
	}
	return l
}
