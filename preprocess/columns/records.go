package columns

import (
	"encoding/binary"
	"fmt"
	"math"
	"runtime"

	"github.com/gradus-nn/gradus/internal/spill"
	"github.com/gradus-nn/gradus/kernel"
)

// records are the features of all rows of a table in records of equal length: for tables whose columns are texts, which would have to be
// read whenever a batch is gathered.
type records struct {
	*layout
	n      int
	memory *spill.Memory
	data   []byte
}

func (r *records) Len() int   { return r.n }
func (r *records) Width() int { return r.width }

func (r *records) Gather32(dst []float32, rows []int) { gatherRecords(r, dst, nil, rows) }
func (r *records) Gather64(dst []float64, rows []int) { gatherRecords(r, dst, nil, rows) }

func (r *records) GatherIndexed32(dst []float32, index []uint32, rows []int) {
	gatherRecords(r, dst, index, rows)
}

func (r *records) GatherIndexed64(dst []float64, index []uint32, rows []int) {
	gatherRecords(r, dst, index, rows)
}

// gatherRecords decodes rows, or where there is an index, index[r] for each of rows.
func gatherRecords[F kernel.Float](r *records, dst []F, index []uint32, rows []int) {
	clear(dst)
	var some [together][]byte
	for len(rows) > 0 {
		n := min(together, len(rows))
		for i, row := range rows[:n] {
			if index != nil {
				row = int(index[row])
			}
			some[i] = r.data[row*r.stride : (row+1)*r.stride]
			_ = touch(some[i])
		}
		for i, record := range some[:n] {
			decodeRecord(r.layout, dst[i*r.width:(i+1)*r.width], record)
		}
		rows, dst = rows[n:], dst[n*r.width:]
	}
	runtime.KeepAlive(r) // of which data may be mapped
}

// touch reads a byte of each end of a record: it may lie in two lines of the cache.
//
//go:noinline
func touch(record []byte) byte { return record[0] ^ record[len(record)-1] }

// decodeRecord writes the features of a record to out, which is zero.
func decodeRecord[F kernel.Float](l *layout, out []F, record []byte) {
	for i := range l.places {
		p := &l.places[i]
		from := record[p.at : p.at+4*p.numbers]
		for k, to := 0, out[p.feature:p.feature+p.numbers]; k < len(to); k++ {
			to[k] = F(math.Float32frombits(binary.LittleEndian.Uint32(from[4*k:])))
		}
		if p.groupSize == 0 {
			continue
		}
		if k := getCode(record[p.groupAt:], p.groupSize); k > 0 {
			out[p.feature+p.numbers+k-1] = 1
		}
	}
}

// records makes the records of all rows of the table, and counts what it meets in the chosen ones.
func (b *Binding) records(t *Table, l *layout, chosen rowSet) (*records, error) {
	r := &records{layout: l, n: t.Len()}
	if r.stride > 0 && r.n > math.MaxInt/r.stride {
		return nil, fmt.Errorf("columns: %s has %d rows of %d features, more than this machine can address", t.Name, r.n, r.width)
	}
	var err error
	if r.memory, err = spill.Alloc("", int64(r.n)*int64(r.stride), memory()); err != nil {
		return nil, err
	}
	r.data = r.memory.Bytes()
	b.meet(t, func(k int, met []encounter) {
		from := t.blocks[k]
		own := r.data[from.first*r.stride : (from.first+from.n)*r.stride]
		for i := range l.places {
			p := &l.places[i]
			b.record(own, r.stride, p, from, &met[p.column], chosen)
		}
	})
	return r, nil
}

// record writes the features of a column for every row of a block.
func (b *Binding) record(records []byte, stride int, p *place, from *block, met *encounter, chosen rowSet) {
	j := b.at[p.column]
	c := &from.columns[j]
	var own column
	if c.size == 0 {
		var text []byte
		for i := range from.n {
			text = from.text(text[:0], i, c)
			e := b.cell(p.column, text)
			copy(own.numbers[:], e.numbers[:])
			own.groups[0] = int32(e.k)
			p.put(records, []int{i * stride}, &own)
			if e.odd != fine && chosen.has(from.first+i) {
				met.add(e.odd, func() []byte { return text })
			}
		}
		return
	}
	d := b.decoder(*p, c, from.n)
	var (
		to    [together]int
		codes [together]int64
	)
	for lo := 0; lo < from.n; lo += together {
		n := min(together, from.n-lo)
		for i := range n {
			to[i] = (lo + i) * stride
		}
		from.codesFrom(lo, codes[:n], c)
		d.translateCodes(&own, codes[:n])
		p.put(records, to[:n], &own)
	}
	*met = d.met(from, j, chosen)
}
