package main

import (
	"math"
)

const armSlice = "R1" // where a reduction reads

// sweep goes over a slice of armLength elements at armSlice, 16 at a time: body gets each vector and which of the four
// in its 16 it is. Of the last vector, lanes outside the slice hold those of fill. fill and last are kept registers.
func (v *armVectors) sweep(fill, last armVec, body func(part int, x armVec)) {
	v.loop(block, func() {
		for part := range 4 {
			body(part, v.load(armSlice, 16*part))
		}
		v.flush()
		v.op("ADD $%d, %s", 4*block, armSlice)
	})
	done := v.unique("swept")
	for part := range 3 {
		some := v.unique("some")
		v.op("CMP $4, %s", armLength)
		v.op("BLT %s", some)
		body(part, v.load(armSlice, 0))
		v.flush()
		v.op("ADD $16, %s", armSlice)
		v.op("SUB $4, %s", armLength)
		next := v.unique("part")
		v.op("B %s", next)
		v.label(some)
		v.some(fill, last, done)
		body(part, last)
		v.flush()
		v.op("B %s", done)
		v.label(next)
	}
	v.some(fill, last, done)
	body(3, last)
	v.flush()
	v.label(done)
}

// some reads the last 0 to 3 elements; if there are none, it goes on at the label none.
func (v *armVectors) some(fill, last armVec, none string) {
	read := v.unique("read")
	v.op("CBZ %s, %s", armLength, none)
	v.op("VMOV V%d.B16, V%d.B16", fill, last)
	v.op("VLD1.P 4(%s), V%d.S[0]", armSlice, last)
	v.op("CMP $2, %s", armLength)
	v.op("BLT %s", read)
	v.op("VLD1.P 4(%s), V%d.S[1]", armSlice, last)
	v.op("BEQ %s", read)
	v.op("VLD1 (%s), V%d.S[2]", armSlice, last)
	v.label(read)
}

// addTo is s += x, maxTo is s = max(s, x).
func (v *armVectors) addTo(s, x armVec) { v.changeFloat(fadd, "fadd", s, x) }
func (v *armVectors) maxTo(s, x armVec) { v.changeFloat(fmax, "fmax", s, x) }

func (v *armVectors) changeFloat(code uint32, name string, s, x armVec) {
	shape, bit := v.shape()
	v.change(s, func(d int, n []int) {
		v.word(code|bit|uint32(n[1]<<16|d<<5|d), "%s", mnemonic(name, shape, d, d, n[1]))
	}, x)
}

// tree joins the 16 lanes of four vectors: lane l with l+8, then with l+4, l+2, l+1. The result is in lane 0.
func (v *armVectors) tree(s []armVec, join func(a, b armVec) armVec) armVec {
	a := join(join(s[0], s[2]), join(s[1], s[3]))
	a = join(a, v.make(func(d int, n []int) { v.op("VEXT $8, V%d.B16, V%[1]d.B16, V%d.B16", n[0], d) }, a))
	return join(a, v.lane1(a, "S"))
}

// lane1 returns lane 1 of x in all lanes.
func (v *armVectors) lane1(x armVec, size string) armVec {
	shape := map[string]string{"S": "S4", "D": "D2"}[size]
	return v.make(func(d int, n []int) { v.op("VDUP V%d.%s[1], V%d.%s", n[0], size, d, shape) }, x)
}

// beginReduction begins a function of x.
func (v *armVectors) beginReduction(name, result, doc string) {
	v.begin(name, "x []float32", result, doc)
	v.alone = false
	v.op("MOVD %s, %s", v.param("x_len"), armLength)
	v.op("MOVD %s, %s", v.param("x_base"), armSlice)
}

// returned writes x, a register, to the result and returns.
func (v *armVectors) returned(mov string, x armVec) {
	v.change(x, func(d int, _ []int) { v.op("%s F%d, %s", mov, d, v.param("ret")) })
	v.flush()
	v.op("RET")
}

func (v *armVectors) reductions() {
	four := func() []armVec { return []armVec{v.keepZero(), v.keepZero(), v.keepZero(), v.keepZero()} }

	// Lanes outside the slice add +0, which changes nothing: no partial sum is -0.
	v.beginReduction("sum", "float32", "Sum")
	s, fill, last := four(), v.keepZero(), v.keep()
	v.sweep(fill, last, func(part int, x armVec) { v.addTo(s[part], x) })
	v.returned("FMOVS", v.tree(s, v.add))

	// Outside, exp32(-Inf) is +0.
	v.beginReduction("sumExp", "float32", "Sum of exp32(x[i])")
	s, fill, last = four(), v.keep(), v.keep()
	v.withConstants(func() {
		v.move(fill, v.f(math.Inf(-1)))
		v.flush()
		v.sweep(fill, last, func(part int, x armVec) { v.addTo(s[part], v.exp(x)) })
	})
	v.returned("FMOVS", v.tree(s, v.add))

	v.beginReduction("max", "float32", "Max")
	s, fill, last = four(), v.keep(), v.keep()
	v.withConstants(func() {
		for _, r := range append(s, fill) {
			v.move(r, v.f(math.Inf(-1)))
		}
		v.flush()
		v.sweep(fill, last, func(part int, x armVec) { v.maxTo(s[part], x) })
		v.move(s[0], v.add(v.tree(s, v.max), v.f(0))) // -0 becomes +0
	})
	v.returned("FMOVS", s[0])

	v.sumSquares()

	// x·0 is 0 for numbers, NaN for the rest.
	v.beginReduction("allFinite", "bool", "AllFinite")
	s, fill, last = four(), v.keepZero(), v.keep()
	v.sweep(fill, last, func(part int, x armVec) { v.plusTimes(s[part], x, fill) })
	total := v.tree(s, v.add)
	v.change(total, func(d int, _ []int) { v.op("FCMPS F%d, F%[1]d", d) })
	v.flush()
	v.op("CSET VC, R2")
	v.op("MOVB R2, %s", v.param("ret"))
	v.op("RET")

	v.colSums()
}

// sumSquares sums in float64: 16 lanes take eight registers. The squares are exact.
func (v *armVectors) sumSquares() {
	v.beginReduction("sumSquares", "float64", "SumSquares")
	s := make([]armVec, 8)
	for i := range s {
		s[i] = v.keepZero()
	}
	v.sweep(v.keepZero(), v.keep(), func(part int, x armVec) {
		low, high := v.widen(x), v.widenHigh(x)
		v.double = true
		v.plusTimes(s[2*part], low, low)
		v.plusTimes(s[2*part+1], high, high)
		v.double = false
	})
	v.double = true
	for half := 4; half > 0; half /= 2 {
		for i := range half {
			v.addTo(s[i], s[i+half])
		}
	}
	total := v.add(s[0], v.lane1(s[0], "D"))
	v.double = false
	v.returned("FMOVD", total)
}

// colSums keeps the sums of some columns in registers while it goes down the rows.
func (v *armVectors) colSums() {
	const rows, stride, row, left, at = "R2", "R3", "R4", "R5", "R6"
	v.begin("colSums", "dst, x []float32, rows, cols, stride int", "", "ColSums")
	v.op("MOVD %s, %s", v.param("cols"), armLength)
	v.op("MOVD %s, %s", v.param("x_base"), armSlice)
	v.op("MOVD %s, %s", v.param("dst_base"), at)
	v.op("MOVD %s, %s", v.param("rows"), rows)
	v.op("MOVD %s, %s", v.param("stride"), stride)
	v.op("LSL $2, %s", stride)
	var s []armVec
	for range 8 {
		s = append(s, v.keep())
	}
	down := func(vectors int) {
		v.alone = vectors == 0
		n, step := max(vectors, 1), 16*vectors
		if v.alone {
			step = 4
		}
		for i := range n {
			v.move(s[i], v.load(at, 16*i))
		}
		v.flush()
		v.op("MOVD %s, %s", armSlice, row)
		v.op("MOVD %s, %s", rows, left)
		loop := v.unique("row")
		v.label(loop)
		for i := range n {
			v.addTo(s[i], v.load(row, 16*i))
		}
		v.flush()
		v.op("ADD %s, %s", stride, row)
		v.op("SUBS $1, %s", left)
		v.op("BNE %s", loop)
		for i := range n {
			v.store(s[i], at, 16*i)
		}
		v.flush()
		v.op("ADD $%d, %s", step, armSlice)
		v.op("ADD $%d, %s", step, at)
	}
	v.loop(32, func() { down(8) })
	v.loop(4, func() { down(1) })
	v.loop(1, func() { down(0) })
	v.op("RET")
}

// bytes writes the kernel of GatherBytes for one row.
func (v *armVectors) bytes() {
	v.begin("linearBytes", "dst []float32, src []uint8, hi, lo float32", "", "dst[i] = fma(src[i], hi, src[i]*lo)")
	const to, byteRegister = "R2", "R3"
	v.op("MOVD %s, %s", v.param("dst_len"), armLength)
	v.op("MOVD %s, %s", v.param("dst_base"), to)
	v.op("MOVD %s, %s", v.param("src_base"), armSlice)
	hi, lo := v.scalar("hi"), v.scalar("lo")
	linear := func(n armVec) armVec { return v.plusTimes(v.mul(n, lo), n, hi) }
	v.alone = false
	v.loop(block, func() {
		bytes := v.load(armSlice, 0)
		widen := func(upper bool, narrow, wide string, x armVec) armVec {
			op, lanes := "VUXTL", map[string]string{"B": "B8", "H": "H4"}[narrow]
			if upper {
				op, lanes = "VUXTL2", map[string]string{"B": "B16", "H": "H8"}[narrow]
			}
			return v.make(func(d int, s []int) { v.op("%s V%d.%s, V%d.%s", op, s[0], lanes, d, wide) }, x)
		}
		for part := range 4 {
			words := widen(part%2 == 1, "H", "S4", widen(part/2 == 1, "B", "H8", bytes))
			v.store(linear(v.toFloat(words)), to, 16*part)
		}
		v.flush()
		v.op("ADD $%d, %s", block, armSlice)
		v.op("ADD $%d, %s", 4*block, to)
	})
	v.alone = true
	v.loop(1, func() {
		v.op("MOVBU.P 1(%s), %s", armSlice, byteRegister)
		n := v.make(func(d int, _ []int) { v.op("FMOVS %s, F%d", byteRegister, d) })
		v.store(linear(v.toFloat(n)), to, 0)
		v.flush()
		v.op("ADD $4, %s", to)
	})
	v.op("RET")
}

func newArmVectors() *armVectors {
	v := &armVectors{}
	v.elementwise()
	v.updates()
	v.reductions()
	v.bytes()
	v.data()
	return v
}

func generateElementwiseNEON() string { return armHeader + string(newArmVectors().text) }
func declareElementwiseNEON() string  { return newArmVectors().decls.String() }
