package columns

import (
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/gradus-nn/gradus/internal/spill"
)

// A block is consecutive rows of a table. Its piece begins with a record a row, which has the codes of all columns but those of
// texts.
type block struct {
	first   int // row of the table
	n       int
	stride  int // bytes of a record
	columns []packed
	piece   *spill.Piece // of the records, and of the texts
}

// lines are where the rows of a block begin in the file: one after the other from first on, or as listed.
type lines struct {
	row    int // the first, in the table
	first  int
	listed []uint32 // from first
}

// codes writes the codes of a column to dst [n]; the column must not be one of texts.
func (b *block) codes(dst []int64, c *packed) { b.codesFrom(0, dst, c) }

// codesFrom writes the codes of a column in rows from first on to dst.
func (b *block) codesFrom(first int, dst []int64, c *packed) {
	data, stride := b.piece.Bytes()[first*b.stride+c.at:], b.stride
	switch c.size {
	case 1:
		for i := range dst {
			dst[i] = int64(int8(data[i*stride]))
		}
	case 2:
		for i := range dst {
			dst[i] = int64(int16(binary.LittleEndian.Uint16(data[i*stride:])))
		}
	case 4:
		for i := range dst {
			dst[i] = int64(int32(binary.LittleEndian.Uint32(data[i*stride:])))
		}
	default:
		for i := range dst {
			dst[i] = int64(binary.LittleEndian.Uint64(data[i*stride:]))
		}
	}
	runtime.KeepAlive(b)
}

// allCodes is codes into dst, which grows.
func (b *block) allCodes(dst []int64, c *packed) []int64 {
	dst = slices.Grow(dst[:0], b.n)[:b.n]
	b.codes(dst, c)
	return dst
}

// numbers writes the cells of column j, as c reads them, to dst [n]; NaN where there is none.
func (b *block) numbers(dst []float64, j int, c *Column) {
	nan := math.NaN()
	read := func(cell []byte) float64 {
		if v, ok := c.parse(cell); ok {
			return v
		}
		return nan
	}
	p := &b.columns[j]
	if p.size == 0 {
		var text []byte
		for i := range b.n {
			text = b.text(text[:0], i, p)
			dst[i] = read(text)
		}
		return
	}
	words := make([]float64, len(p.words))
	for k, word := range p.words {
		words[k] = read(word)
	}
	lowest := lowestOf(p.size)
	for i, code := range b.allCodes(nil, p) {
		switch {
		case code < p.least:
			dst[i] = words[code-lowest]
		case c.Kind == Number:
			v, ok := p.form.number(code, c.DecimalComma)
			if !ok {
				v = nan
			}
			dst[i] = v
		default: // no date is a plain number
			dst[i] = nan
		}
	}
}

// code returns one of them.
func (b *block) code(i int, c *packed) int64 {
	code := readCode(b.piece.Bytes()[i*b.stride+c.at:], c.size)
	runtime.KeepAlive(b)
	return code
}

// readCode reads a code of so many bytes.
func readCode(data []byte, size int) int64 {
	switch size {
	case 1:
		return int64(int8(data[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(data)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(data)))
	}
	return int64(binary.LittleEndian.Uint64(data))
}

// word returns the word that a code below least stands for.
func (c *packed) word(code int64) []byte { return c.words[code-lowestOf(c.size)] }

// text appends the text of cell i of a column of texts.
func (b *block) text(dst []byte, i int, c *packed) []byte {
	data := b.piece.Bytes()[c.at:]
	begin := uint32(0)
	if i > 0 {
		begin = binary.LittleEndian.Uint32(data[4*i-4:])
	}
	end := binary.LittleEndian.Uint32(data[4*i:])
	dst = append(dst, data[4*b.n:][begin:end]...)
	runtime.KeepAlive(b)
	return dst
}

// appendCell appends the text of a cell.
func (b *block) appendCell(dst []byte, i, column int) []byte {
	c := &b.columns[column]
	if c.size == 0 {
		return b.text(dst, i, c)
	}
	code := b.code(i, c)
	if code < c.least {
		return append(dst, c.word(code)...)
	}
	return c.form.append(dst, code)
}

// each calls f for every block, on all processors, and returns the first error in the order of the blocks. f is told the number
// of the block.
func (t *Table) each(f func(k int, b *block) error) error {
	return parallel(len(t.blocks), func(k int) error { return f(k, t.blocks[k]) })
}

// parallel calls f(0) to f(n-1) on all processors and returns the first error in this order.
func parallel(n int, f func(k int) error) error {
	threads := min(n, runtime.GOMAXPROCS(0))
	if threads <= 1 {
		for k := range n {
			if err := f(k); err != nil {
				return err
			}
		}
		return nil
	}
	var (
		mu       sync.Mutex
		next     int
		failed   = n
		firstErr error
		team     sync.WaitGroup
	)
	for range threads {
		team.Go(func() {
			for {
				mu.Lock()
				k := next
				next++
				enough := k >= failed
				mu.Unlock()
				if enough {
					return
				}
				if err := f(k); err != nil {
					mu.Lock()
					if k < failed {
						failed, firstErr = k, err
					}
					mu.Unlock()
					return
				}
			}
		})
	}
	team.Wait()
	return firstErr
}
