package main

import (
	"fmt"
	"strings"
)

// The micro-kernels of the matrix product for NEON: those of gemm.go, for 32 registers of four lanes. There are no masks;
// the last vector of a row, where it is not whole, is read and written by one of three pieces of code, for 1, 2 or 3
// columns.

// 32 registers: rows·vecs sums, vecs of b, and the rest for elements of a, which are multiplied from lane 0.
var neon = isa{name: "NEON", bytes: 16, rows: []int{0, 12, 12, 8, 6}, regs: 32}

// Registers of a micro-kernel. R18 is the platform's, R27 and up are Go's.
const (
	tileArg     = "R0" // *tile
	tileB       = "R1"
	tileBK      = "R2"
	tileAK      = "R3"
	tileOffset  = "R4" // from a[i,0] to a[i,k], in bytes
	tileLeft    = "R5" // steps of k
	tileColumns = "R6" // of the last vector
	tileRow     = "R7" // a row of c
	tileStride  = "R21"
	tileScratch = "R22"
)

// tileRows point to the rows of a.
var tileRows = []string{"R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15", "R16", "R17", "R19", "R20"}

func generateGemmNEON() string {
	p := &arm{}
	p.copyRows()
	p.transpose()
	file := armHeader + string(p.text)
	neon.each(func(rows, vecs int) {
		t := &armTile{rows: rows, vecs: vecs}
		t.generate()
		file += string(t.text)
	})
	return file
}

// armTile is a micro-kernel in the making.
type armTile struct {
	arm
	rows, vecs int
}

// The registers: sums first, then the row of b, then elements of a.
func (t *armTile) sum(i, v int) int { return i*t.vecs + v }
func (t *armTile) bVec(v int) int   { return t.rows*t.vecs + v }
func (t *armTile) aVec(i int) int {
	first := t.rows*t.vecs + t.vecs
	return first + i%(neon.regs-first)
}

// list names n registers in a row, as VLD1 takes them.
func list(first, n int) string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("V%d.S4", first+i))
	}
	return "[" + strings.Join(names, ", ") + "]"
}

func (t *armTile) load(field, register string) {
	for i, f := range tileFields {
		if f.name == field {
			t.op("MOVD %d(%s), %s", 8*i, tileArg, register)
			return
		}
	}
	panic("no field " + field)
}

func (t *armTile) generate() {
	t.function(neon.kernelName(t.rows, t.vecs), "(t *tile)", 8)
	t.op("MOVD t+0(FP), %s", tileArg)
	t.load("mask", tileColumns)
	t.op("MOVD (%s), %s", tileColumns, tileColumns)
	t.begin()
	t.chains()
	t.finish()
}

// byColumns writes f for every number of columns in the last vector; all go on at the label done.
func (t *armTile) byColumns(done string, f func(columns int)) {
	for columns := 1; columns < 4; columns++ {
		next := t.unique("notThese")
		t.op("CMP $%d, %s", columns, tileColumns)
		t.op("BNE %s", next)
		f(columns)
		t.op("B %s", done)
		t.label(next)
	}
	f(4)
	t.label(done)
}

// read loads a row of vectors, the last of which has so many columns, from where register from points; it may move it.
func (t *armTile) read(from string, columns, first int) {
	last, before := first+t.vecs-1, t.vecs-1
	if columns == 4 {
		t.op("VLD1 (%s), %s", from, list(first, t.vecs))
		return
	}
	if before > 0 {
		t.op("VLD1.P %d(%s), %s", 16*before, from, list(first, before))
	}
	switch columns {
	case 1:
		t.op("FMOVS (%s), F%d", from, last)
	case 2:
		t.op("FMOVD (%s), F%d", from, last)
	case 3:
		t.op("FMOVD (%s), F%d", from, last)
		t.op("ADD $8, %s", from)
		t.op("VLD1 (%s), V%d.S[2]", from, last)
	}
}

// write is the reverse of read.
func (t *armTile) write(to string, columns, first int) {
	last, before := first+t.vecs-1, t.vecs-1
	if columns == 4 {
		t.op("VST1 %s, (%s)", list(first, t.vecs), to)
		return
	}
	if before > 0 {
		t.op("VST1.P %s, %d(%s)", list(first, before), 16*before, to)
	}
	switch columns {
	case 1:
		t.op("FMOVS F%d, (%s)", last, to)
	case 2:
		t.op("FMOVD F%d, (%s)", last, to)
	case 3:
		t.op("FMOVD F%d, (%s)", last, to)
		t.op("ADD $8, %s", to)
		t.op("VST1 V%d.S[2], (%s)", last, to)
	}
}

// eachRow calls f with a copy of the pointer to each row of c.
func (t *armTile) eachRow(f func(i int, row string)) {
	for i := range t.rows {
		t.op("MOVD %s, %s", tileRow, tileScratch)
		f(i, tileScratch)
		if i < t.rows-1 {
			t.op("ADD %s, %s", tileStride, tileRow)
		}
	}
}

// begin loads what the chains start with.
func (t *armTile) begin() {
	t.load("start", tileScratch)
	t.op("CMP $1, %s", tileScratch)
	t.op("BEQ bias")
	t.op("BHI accumulate")
	for s := range t.rows * t.vecs {
		t.op("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", s)
	}
	t.op("B begun")

	t.label("bias")
	t.load("bias", tileRow)
	t.byColumns("biasRead", func(columns int) { t.read(tileRow, columns, 0) })
	for s := t.vecs; s < t.rows*t.vecs; s++ {
		t.op("VMOV V%d.B16, V%d.B16", s%t.vecs, s)
	}
	t.op("B begun")

	t.label("accumulate")
	t.load("c", tileRow)
	t.load("ci", tileStride)
	t.byColumns("begun", func(columns int) {
		t.eachRow(func(i int, row string) { t.read(row, columns, t.sum(i, 0)) })
	})
}

// chains runs over k: two steps at a time, a single one if k is odd, then those that must not read a whole vector past
// the last column.
func (t *armTile) chains() {
	t.load("a", tileRows[0])
	t.load("ai", tileStride)
	for i := 1; i < t.rows; i++ {
		t.op("ADD %s, %s, %s", tileStride, tileRows[i-1], tileRows[i])
	}
	t.load("b", tileB)
	t.load("bk", tileBK)
	t.load("ak", tileAK)
	t.op("MOVD $0, %s", tileOffset)

	t.load("k", tileLeft)
	t.op("SUBS $2, %s", tileLeft)
	t.op("BLT odd")
	t.label("two")
	t.step(4)
	t.step(4)
	t.op("SUBS $2, %s", tileLeft)
	t.op("BGE two")
	t.label("odd")
	t.op("TBZ $0, %s, tail", tileLeft)
	t.step(4)

	t.label("tail")
	t.load("kTail", tileLeft)
	t.op("CBZ %s, done", tileLeft)
	t.byColumns("done", func(columns int) {
		loop := t.unique("columns")
		t.label(loop)
		t.step(columns)
		t.op("SUBS $1, %s", tileLeft)
		t.op("BNE %s", loop)
	})
}

// step adds a[i,k]·b[k] to every row's sums.
func (t *armTile) step(columns int) {
	if columns == 4 {
		t.op("VLD1.P (%s)(%s), %s", tileB, tileBK, list(t.bVec(0), t.vecs))
	} else {
		t.op("MOVD %s, %s", tileB, tileScratch)
		t.read(tileScratch, columns, t.bVec(0))
		t.op("ADD %s, %s", tileBK, tileB)
	}
	for i := range t.rows {
		t.op("FMOVS (%s)(%s), F%d", tileRows[i], tileOffset, t.aVec(i))
		for v := range t.vecs {
			t.fmlaLane(t.sum(i, v), t.bVec(v), t.aVec(i))
		}
	}
	t.op("ADD %s, %s", tileAK, tileOffset)
}

// finish applies ReLU if asked to, and stores the tile.
func (t *armTile) finish() {
	t.load("relu", tileScratch)
	t.op("CBZ %s, store", tileScratch)
	zero := t.bVec(0)
	t.op("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", zero)
	for s := range t.rows * t.vecs {
		t.fmax(s, s, zero)
	}
	t.label("store")
	t.load("c", tileRow)
	t.load("ci", tileStride)
	t.byColumns("stored", func(columns int) {
		t.eachRow(func(i int, row string) { t.write(row, columns, t.sum(i, 0)) })
	})
	t.op("RET")
}

// The copies of operands; gemm_pack.go has their meaning.

const packSignature = "(dst, src *float32, dstStride, srcStride uintptr, rows, %s int, mask unsafe.Pointer)"

// packArgs loads the arguments, in order, into R0 to R6; last is the sixth's name. mask becomes the number of lanes.
func (a *arm) packArgs(name, last string) {
	a.function(name, fmt.Sprintf(packSignature, last), 56)
	for i, arg := range []string{"dst", "src", "dstStride", "srcStride", "rows", last, "mask"} {
		a.op("MOVD %s+%d(FP), R%d", arg, 8*i, i)
	}
	a.op("MOVD (R6), R6")
}

func (a *arm) copyRows() {
	a.packArgs("gemmCopyNEON", "vecs")
	a.op("SUB $1, R5")
	a.label("row")
	a.op("MOVD R0, R7")
	a.op("MOVD R1, R8")
	a.op("MOVD R5, R9")
	a.op("CBZ R9, last")
	a.label("vector")
	a.op("FMOVQ.P 16(R8), F0")
	a.op("FMOVQ.P F0, 16(R7)")
	a.op("SUBS $1, R9")
	a.op("BNE vector")
	a.label("last")
	a.op("CMP $4, R6")
	a.op("BEQ whole")
	a.op("FMOVS (R8), F0") // and zeros in the other lanes
	a.op("CMP $2, R6")
	a.op("BLT store")
	a.op("ADD $4, R8")
	a.op("VLD1 (R8), V0.S[1]")
	a.op("BEQ store")
	a.op("ADD $4, R8")
	a.op("VLD1 (R8), V0.S[2]")
	a.op("B store")
	a.label("whole")
	a.op("FMOVQ (R8), F0")
	a.label("store")
	a.op("FMOVQ F0, (R7)")
	a.op("ADD R3, R1")
	a.op("ADD R2, R0")
	a.op("SUBS $1, R4")
	a.op("BNE row")
	a.op("RET")
}

func (a *arm) transpose() {
	a.packArgs("gemmTransposeNEON", "k")
	rows := []string{"R1", "R7", "R8", "R9"}
	for i := 1; i < 4; i++ { // step to the next row, if there is one
		a.op("ADD R3, %s, %s", rows[i-1], rows[i])
		a.op("CMP $%d, R4", i+1)
		a.op("CSEL LT, %s, %s, %[2]s", rows[i-1], rows[i])
	}
	a.op("SUBS $4, R5")
	a.op("BLT rest")
	a.label("block")
	for i, row := range rows {
		a.op("FMOVQ.P 16(%s), F%d", row, i)
	}
	a.op("VTRN1 V1.S4, V0.S4, V4.S4") // a0 b0 a2 b2
	a.op("VTRN2 V1.S4, V0.S4, V5.S4") // a1 b1 a3 b3
	a.op("VTRN1 V3.S4, V2.S4, V6.S4")
	a.op("VTRN2 V3.S4, V2.S4, V7.S4")
	a.op("VTRN1 V6.D2, V4.D2, V0.D2") // a0 b0 c0 d0
	a.op("VTRN1 V7.D2, V5.D2, V1.D2")
	a.op("VTRN2 V6.D2, V4.D2, V2.D2")
	a.op("VTRN2 V7.D2, V5.D2, V3.D2")
	for i := range 4 {
		a.op("FMOVQ F%d, (R0)", i)
		a.op("ADD R2, R0")
	}
	a.op("SUBS $4, R5")
	a.op("BGE block")
	a.label("rest")
	a.op("ADDS $4, R5")
	a.op("BEQ done")
	a.label("column")
	a.op("FMOVS.P 4(R1), F0")
	for i, row := range rows[1:] {
		a.op("VLD1.P 4(%s), V0.S[%d]", row, i+1)
	}
	a.op("FMOVQ F0, (R0)")
	a.op("ADD R2, R0")
	a.op("SUBS $1, R5")
	a.op("BNE column")
	a.label("done")
	a.op("RET")
}

// generatePeakNEON writes the loop of kernel.Peak: 24 chains keep four units of four cycles busy, 12 sums of two vectors.
func generatePeakNEON() string {
	const chains, one = 24, 31
	a := &arm{}
	a.function("fmaLoopNEON", "(rounds int)", 8)
	a.op("MOVD rounds+0(FP), R0")
	for i := range chains {
		a.op("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", i)
	}
	a.op("FMOVS $1.0, F%d", one)
	a.op("VDUP V%d.S[0], V%[1]d.S4", one)
	a.label("loop")
	for i := range chains {
		a.fmlaLane(i, one, one)
	}
	a.op("SUBS $1, R0")
	a.op("BGT loop")
	a.op("RET")
	return armHeader + string(a.text)
}

const peakDeclNEON = `
// fmaLoopNEON adds to each of 12 sums of 8 lanes, rounds times.
//
//go:noescape
func fmaLoopNEON(rounds int)
`
