package kernel

import "fmt"

// Gather copies rows of src [_, width]: row i of dst [len(rows), width] is row rows[i] of src.
func Gather[F Float](dst, src []F, width int, rows []int) {
	checkGather("Gather", len(dst), len(src), width, rows)
	if d, ok := narrow(dst); ok {
		active.gather(d, single(src), width, rows)
		return
	}
	gatherRef(dst, src, width, rows)
}

// GatherBytes is Gather for rows of bytes, each looked up in a table: dst[i,j] = table of src[rows[i],j].
func GatherBytes[F Float](dst []F, src []uint8, width int, rows []int, table *ByteTable[F]) {
	checkGather("GatherBytes", len(dst), len(src), width, rows)
	if d, ok := narrow(dst); ok && table.linear {
		active.gatherBytes(d, src, width, rows, float32(table.hi), float32(table.lo))
		return
	}
	gatherBytesRef(dst, src, width, rows, &table.values)
}

// A ByteTable gives every byte a number.
type ByteTable[F Float] struct {
	values [256]F
	// Most tables are v·c for some c, say 1/255. linear says that all values equal fma(v, hi, F(v·lo)), with hi + lo
	// about c to twice the precision, which is faster than looking them up.
	linear bool
	hi, lo F
}

// NewByteTable makes the table of f: func(v uint8) float32 { return float32(v) / 255 } for pixels.
func NewByteTable[F Float](f func(v uint8) F) *ByteTable[F] {
	t := new(ByteTable[F])
	for v := range t.values {
		t.values[v] = f(uint8(v))
	}
	// Division by 255 gives v·c, rounded; the rounded 1/255 alone would miss some of its values by an ULP.
	hi := t.values[255] / 255
	t.linear = t.matches(hi, fma(-255, hi, t.values[255])/255) || t.matches(t.values[1], 0)
	return t
}

// matches sets hi and lo, and reports whether they give all values.
func (t *ByteTable[F]) matches(hi, lo F) bool {
	t.hi, t.lo = hi, lo
	for v, want := range t.values {
		if got := fma(F(v), hi, F(v)*lo); got != want || 1/got != 1/want { // tell +0 from -0
			return false
		}
	}
	return true
}

// At returns the number of v.
func (t *ByteTable[F]) At(v uint8) F { return t.values[v] }

// checkGather panics unless dst is len(rows) rows and every row lies in src.
func checkGather(name string, dst, src, width int, rows []int) {
	if width < 0 || dst != len(rows)*width {
		panic(fmt.Sprintf("kernel: %s: dst has %d elements, want %d rows of %d", name, dst, len(rows), width))
	}
	if width == 0 {
		return
	}
	n := src / width
	for _, r := range rows {
		if uint(r) >= uint(n) {
			panic(fmt.Sprintf("kernel: %s: row %d of %d", name, r, n))
		}
	}
}
