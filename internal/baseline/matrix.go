package baseline

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/gradus-nn/gradus/dataset"
)

// A matrix is features x [n, d] in blocks of rows. They are float32 wherever they come from; wider ones would take twice the memory for
// the same numbers.
type matrix struct {
	d      int
	blocks []block
}

// A block is some rows of a matrix. Where most of it is zero, as the places of a category are, it is held without the zeros: row by row
// for products with it from the left, and column by column for those with its transpose.
type block struct {
	first, n      int       // its rows
	dense         []float32 // [n, d]; nil: rows and columns hold it
	rows, columns list
}

// A list is a sequence of sparse vectors.
type list struct {
	start []int32   // of each vector, and the end of the last
	at    []int32   // place in the vector, ascending
	v     []float32 // what is there
}

func (l *list) vector(i int) ([]int32, []float32) {
	lo, hi := l.start[i], l.start[i+1]
	return l.at[lo:hi], l.v[lo:hi]
}

const (
	blockRows     = 1 << 14 // of a block at most: their errors stay in the cache,
	blockElements = 1 << 20 // and so many features, unless a row has more
	sparsest      = 4       // a block is held without zeros if that is no more memory: one element in four is not zero
)

// features returns all features of a set.
func features(s *dataset.Set) *matrix {
	return pack(s.Len(), s.X.Width(), func(dst []float32, rows []int) {
		dataset.GatherX(dataset.Batch{Set: s, Rows: rows}, dst, 0, len(rows))
	})
}

// pack makes a matrix of rows that fetch writes.
func pack(n, d int, fetch func(dst []float32, rows []int)) *matrix {
	m := &matrix{d: d}
	size := max(1, min(n, blockRows, blockElements/d))
	x, rows := make([]float32, size*d), make([]int, size)
	for lo := 0; lo < n; lo += size {
		rows := rows[:min(size, n-lo)]
		for i := range rows {
			rows[i] = lo + i
		}
		x := x[:len(rows)*d]
		fetch(x, rows)
		m.blocks = append(m.blocks, packed(x, lo, len(rows), d))
	}
	return m
}

// packed makes a block of x [n, d], which it does not keep.
func packed(x []float32, first, n, d int) block {
	b := block{first: first, n: n}
	count := 0
	for _, v := range x {
		if v != 0 {
			count++
		}
	}
	if count > len(x)/sparsest {
		b.dense = append([]float32(nil), x...)
		return b
	}
	b.rows, b.columns = newList(n, count), newList(d, count)
	next := b.columns.start[1:] // counts first, and the place of each column's next element when they are filled in
	for i := range n {
		for j, v := range x[i*d : (i+1)*d] {
			if v != 0 {
				b.rows.at, b.rows.v = append(b.rows.at, int32(j)), append(b.rows.v, v)
				next[j]++
			}
		}
		b.rows.start[i+1] = int32(len(b.rows.at))
	}
	sum := int32(0)
	for j, c := range next {
		next[j], sum = sum, sum+c
	}
	for i := range n {
		at, values := b.rows.vector(i)
		for k, j := range at {
			to := next[j]
			b.columns.at[:count][to], b.columns.v[:count][to] = int32(i), values[k]
			next[j]++ // ends where the next column begins
		}
	}
	b.columns.at, b.columns.v = b.columns.at[:count], b.columns.v[:count]
	return b
}

func newList(vectors, elements int) list {
	return list{make([]int32, vectors+1), make([]int32, 0, elements), make([]float32, 0, elements)}
}

// row adds row i of the block times w [d, k] to z [k].
func (b *block) row(z, w []float64, i, d int) {
	k := len(z)
	if b.dense != nil {
		for j, v := range b.dense[i*d : (i+1)*d] {
			if v != 0 {
				axpy(z, float64(v), w[j*k:(j+1)*k])
			}
		}
		return
	}
	at, values := b.rows.vector(i)
	if k == 2 { // most questions are of yes or no
		y0, y1 := z[0], z[1]
		for t, j := range at {
			v, u := float64(values[t]), w[2*j:2*j+2]
			y0 += float64(v * u[0])
			y1 += float64(v * u[1])
		}
		z[0], z[1] = y0, y1
		return
	}
	for t, j := range at {
		axpy(z, float64(values[t]), w[int(j)*k:(int(j)+1)*k])
	}
}

// gradient adds, for columns lo to hi-1, the block's transpose times e [n, k] to g [d, k], in the order of the rows.
func (b *block) gradient(g, e []float64, k, d, lo, hi int) {
	if b.dense != nil {
		for i := range b.n {
			own := e[i*k : (i+1)*k]
			for j, v := range b.dense[i*d+lo : i*d+hi] {
				if v != 0 {
					j += lo
					axpy(g[j*k:(j+1)*k], float64(v), own)
				}
			}
		}
		return
	}
	for j := lo; j < hi; j++ {
		at, values := b.columns.vector(j)
		to := g[j*k : (j+1)*k]
		if k == 2 {
			y0, y1 := to[0], to[1]
			for t, i := range at {
				v, u := float64(values[t]), e[2*i:2*i+2]
				y0 += float64(v * u[0])
				y1 += float64(v * u[1])
			}
			to[0], to[1] = y0, y1
			continue
		}
		for t, i := range at {
			axpy(to, float64(values[t]), e[int(i)*k:(int(i)+1)*k])
		}
	}
}

// axpy is: for c := range y { y[c] += a*x[c] }
func axpy(y []float64, a float64, x []float64) {
	x = x[:len(y)]
	for c := range y {
		y[c] += float64(a * x[c])
	}
}

// share calls f for parts of 0 to n-1 of the given size, on all processors.
func share(n, size int, f func(lo, hi int)) {
	var next atomic.Int64
	work := func() {
		for lo := int(next.Add(1)-1) * size; lo < n; lo = int(next.Add(1)-1) * size {
			f(lo, min(lo+size, n))
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+size-1)/size) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}
