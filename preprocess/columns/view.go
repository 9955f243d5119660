package columns

import (
	"encoding/binary"
	"runtime"

	"github.com/gradus-nn/gradus/internal/spill"
	"github.com/gradus-nn/gradus/kernel"
)

// A view is the features of the rows of a table, worked out from its codes when a batch is gathered: the codes of a row are shorter than
// its features, and they are there.
type view struct {
	*layout
	finder
	blocks []viewed
	pieces []*spill.Piece // that the blocks lie in
}

// A viewed block has the records of its rows, and what their codes mean.
type viewed struct {
	first, stride int
	data          []byte
	plan          []planned
}

// A planned column lies at a place of the record. Blocks whose columns are packed alike share a plan.
type planned struct {
	at int
	*decoder
}

// view returns the features of all rows of the table as a view, and counts what it meets in the chosen ones. It is nil where columns
// are texts, or packed in so many ways that to say what they mean takes a quarter of the memory of all features.
func (b *Binding) view(t *Table, l *layout, chosen rowSet) *view {
	v := &view{layout: l, finder: t.finder()}
	var (
		room     = max(leastRoom, t.Len()*l.stride/4)
		decoders = map[coding]*decoder{}
		numbers  = map[*decoder]int{}
		plans    = map[string][]planned{}
		name     []byte // of a plan
	)
	for _, from := range t.blocks {
		plan := make([]planned, len(l.places))
		name = name[:0]
		for i, p := range l.places {
			c := &from.columns[b.at[p.column]]
			if c.size == 0 {
				return nil
			}
			k := codingOf(i, c)
			d := decoders[k]
			if d == nil {
				d = b.decoder(p, c, t.Len())
				decoders[k], numbers[d] = d, len(numbers)
				room -= decoderBytes + 4*len(d.values) + 5*len(d.odds)
			}
			plan[i] = planned{c.at, d}
			name = binary.AppendUvarint(binary.AppendUvarint(name, uint64(c.at)), uint64(numbers[d]))
		}
		if known, ok := plans[string(name)]; ok {
			plan = known
		} else {
			plans[string(name)] = plan
			room -= plannedBytes * len(plan)
		}
		if room < 0 {
			return nil
		}
		v.blocks = append(v.blocks, viewed{from.first, from.stride, from.piece.Bytes(), plan})
		v.pieces = append(v.pieces, from.piece)
	}
	b.meet(t, func(k int, met []encounter) {
		for i, p := range l.places {
			met[p.column] = v.blocks[k].plan[i].met(t.blocks[k], b.at[p.column], chosen)
		}
	})
	return v
}

// A coding is how a column, or a target, is packed in blocks.
type coding struct {
	column int
	form   form
	size   int
	least  int64
	words  *[]byte // the first
	n      int     // of words
}

func codingOf(column int, c *packed) coding {
	p := coding{column, c.form, c.size, c.least, nil, len(c.words)}
	if p.n > 0 {
		p.words = &c.words[0]
	}
	return p
}

const (
	leastRoom    = 1 << 20 // what decoders and plans may always take
	decoderBytes = 400     // of a decoder without entries
	plannedBytes = 24
)

func (v *view) Width() int { return v.width }

func (v *view) Gather32(dst []float32, rows []int) { gatherView(v, dst, nil, rows) }
func (v *view) Gather64(dst []float64, rows []int) { gatherView(v, dst, nil, rows) }

func (v *view) GatherIndexed32(dst []float32, index []uint32, rows []int) {
	gatherView(v, dst, index, rows)
}
func (v *view) GatherIndexed64(dst []float64, index []uint32, rows []int) {
	gatherView(v, dst, index, rows)
}

// together is how many rows are decoded side by side, column after column: the waits for memory overlap, and what a column means is
// looked up once.
const together = 32

// A sheaf is rows that are decoded together: their records, and where they go.
type sheaf struct {
	rows    [together]int
	records [together][]byte
	plans   [together][]planned // nil: decoded
	n       int

	// Those of one plan.
	same [together][]byte
	to   [together]int
	column
}

// find finds the records of the first n rows.
func (v *view) find(s *sheaf, n int) {
	s.n = n
	for i, row := range s.rows[:n] {
		b := &v.blocks[v.block(row)]
		at := (row - b.first) * b.stride
		s.records[i], s.plans[i] = b.data[at:at+b.stride], b.plan
	}
}

// next takes those of the rows that have the plan of the first that is left, and says where they begin in an output of rows of the given
// size; nil: none is.
func (s *sheaf) next(size int) (plan []planned, same [][]byte, to []int) {
	n := 0
	for i, p := range s.plans[:s.n] {
		if p == nil || plan != nil && &p[0] != &plan[0] {
			continue
		}
		plan = p
		s.same[n], s.to[n] = s.records[i], i*size
		s.plans[i] = nil
		n++
	}
	return plan, s.same[:n], s.to[:n]
}

// gatherView decodes rows, or where there is an index, index[r] for each of rows.
func gatherView[F kernel.Float](v *view, dst []F, index []uint32, rows []int) {
	clear(dst)
	var s sheaf
	for len(rows) > 0 {
		n := min(together, len(rows))
		for i, row := range rows[:n] {
			if index != nil {
				row = int(index[row])
			}
			s.rows[i] = row
		}
		v.find(&s, n)
		for plan, records, to := s.next(v.width); plan != nil; plan, records, to = s.next(v.width) {
			for i := range plan {
				c := &plan[i]
				c.translate(&s.column, records, c.at)
				scatter(&c.place, dst, to, &s.column)
			}
		}
		rows, dst = rows[n:], dst[n*v.width:]
	}
	runtime.KeepAlive(v) // of which the blocks may be mapped
}

// A finder finds the block of a row.
type finder struct {
	near   []uint32 // block of every 256th row
	firsts []int    // rows of the blocks, and their end
}

const nearBits = 8

func (t *Table) finder() finder {
	f := finder{near: make([]uint32, (t.rows+1<<nearBits-1)>>nearBits), firsts: make([]int, 0, len(t.blocks)+1)}
	i := 0
	for k, b := range t.blocks {
		f.firsts = append(f.firsts, b.first)
		for ; i < len(f.near) && i<<nearBits < b.first+b.n; i++ {
			f.near[i] = uint32(k)
		}
	}
	f.firsts = append(f.firsts, t.rows)
	return f
}

// Len returns the number of rows.
func (f *finder) Len() int { return f.firsts[len(f.firsts)-1] }

// block returns the number of the block that has a row.
func (f *finder) block(row int) int {
	k := int(f.near[row>>nearBits])
	for row >= f.firsts[k+1] {
		k++
	}
	return k
}
