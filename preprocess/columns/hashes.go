package columns

import (
	"encoding/binary"
	"math"
	"runtime"
)

// Hashes writes numbers that stand for the features of rows to dst [len(rows)], for dataset.Set.Overlap: rows with the same features
// have the same, and others have the same with a probability of about one in 2^64. Of another seed they are others.
func (v *view) Hashes(dst []uint64, seed uint64, rows []uint32) {
	var s sheaf
	for i := range rows {
		dst[i] = seed
	}
	for len(rows) > 0 {
		n := min(together, len(rows))
		for i, row := range rows[:n] {
			s.rows[i] = int(row)
		}
		v.find(&s, n)
		for plan, records, to := s.next(1); plan != nil; plan, records, to = s.next(1) {
			for i := range plan {
				c := &plan[i]
				c.translate(&s.column, records, c.at)
				c.mix(dst, to, &s.column)
			}
		}
		rows, dst = rows[n:], dst[n:]
	}
	runtime.KeepAlive(v)
}

// mix takes a column into the hashes at the places at.
func (p *place) mix(hashes []uint64, at []int, from *column) {
	groups := from.groups[:len(at)]
	switch p.numbers {
	case 0:
		for i, at := range at {
			hashes[at] = mix(hashes[at], uint64(groups[i]))
		}
	case 1:
		numbers := from.numbers[:len(at)]
		for i, at := range at {
			hashes[at] = mix(hashes[at], uint64(groups[i])<<32|uint64(math.Float32bits(numbers[i])))
		}
	default:
		for i, at := range at {
			for _, x := range from.numbers[p.numbers*i : p.numbers*(i+1)] {
				hashes[at] = mix(hashes[at], uint64(math.Float32bits(x)))
			}
			hashes[at] = mix(hashes[at], uint64(groups[i]))
		}
	}
}

// Hashes is as that of a view.
func (r *records) Hashes(dst []uint64, seed uint64, rows []uint32) {
	for i, row := range rows {
		h, record := seed, r.data[int(row)*r.stride:(int(row)+1)*r.stride]
		for ; len(record) >= 8; record = record[8:] {
			h = mix(h, binary.LittleEndian.Uint64(record))
		}
		for _, b := range record {
			h = mix(h, uint64(b))
		}
		dst[i] = h
	}
	runtime.KeepAlive(r)
}

// mix takes 64 bits into a hash. For one hash different bits give different ones, and for the same bits different hashes do.
func mix(hash, v uint64) uint64 {
	hash = (hash ^ v) * 0x9e3779b97f4a7c15 // 2^64 over the golden ratio, as in Fibonacci hashing
	return hash ^ hash>>32
}
