package main

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The micro-kernels of the matrix product. One of them computes a tile of c, rows by vecs vectors of columns,
// with the whole tile in registers while k runs:
//
//	for p := range k { for i := range rows { for v := range vecs { c[i][v] = fma(a[i][p], b[p][v], c[i][v]) } } }
//
// They work on row-major matrices where these are; a has two strides, so that the same code reads a and aᵀ.
// The last vector may be masked, for the columns that are left.

// tileFields are the fields of the Go struct tile, the argument of every micro-kernel; all take 8 bytes.
var tileFields = []struct{ name, typ, doc string }{
	{"a", "unsafe.Pointer", "a[0,0] of the tile"},
	{"b", "unsafe.Pointer", "b[0,0]"},
	{"c", "unsafe.Pointer", "c[0,0]"},
	{"bias", "unsafe.Pointer", "bias[0], read if start is Bias"},
	{"mask", "unsafe.Pointer", "which lanes of the last vector are columns of c: 16 bits (AVX-512), 8 int32 (AVX2) or their number (NEON)"},
	{"ai", "uintptr", "bytes from a[i,k] to a[i+1,k]"},
	{"ak", "uintptr", "bytes from a[i,k] to a[i,k+1]"},
	{"bk", "uintptr", "bytes from b[k,j] to b[k+1,j]"},
	{"ci", "uintptr", "bytes from c[i,j] to c[i+1,j]"},
	{"k", "int", "steps of the chains that may read whole vectors of b, past its last column"},
	{"kTail", "int", "steps after these that must not: they read the last vector under the mask"},
	{"next", "unsafe.Pointer", "memory to have in the second-level cache soon: 64 bytes for each four steps"},
	{"start", "uint64", "a Start"},
	{"relu", "uint64", "1 if ReLU follows"},
}

// isa is an instruction set as the micro-kernels use it.
type isa struct {
	name  string // suffix of the functions' names
	bytes int    // of a vector
	rows  []int  // rows[vecs] is the most rows that fit the registers
	regs  int    // vector registers
}

var (
	// 32 registers: rows·vecs sums, vecs of b, one of a; with one vector a comes straight from memory.
	avx512 = isa{name: "AVX512", bytes: 64, rows: []int{0, 16, 12, 9, 6, 5}, regs: 32}
	// 16 registers, one of which holds the mask.
	avx2 = isa{name: "AVX2", bytes: 32, rows: []int{0, 12, 6}, regs: 16}
)

func (s isa) maxVecs() int { return len(s.rows) - 1 }

func (s isa) kernelName(rows, vecs int) string {
	return fmt.Sprintf("gemmTile%dx%d%s", rows, vecs, s.name)
}

// each calls f for every tile size.
func (s isa) each(f func(rows, vecs int)) {
	for vecs := 1; vecs <= s.maxVecs(); vecs++ {
		for rows := 1; rows <= s.rows[vecs]; rows++ {
			f(rows, vecs)
		}
	}
}

// declare returns the Go side: the micro-kernels' declarations and the function that picks one.
func (s isa) declare() string {
	var w strings.Builder
	w.WriteString("import \"unsafe\"\n\n")
	if s.name != avx2.name { // which uses that of AVX-512
		w.WriteString("// A tile is the argument of a micro-kernel: where the tile lies and how it is computed.\ntype tile struct {\n")
		for _, f := range tileFields {
			fmt.Fprintf(&w, "%s %s // %s\n", f.name, f.typ, f.doc)
		}
		w.WriteString("}\n\n")
	}
	var rows []string
	for _, r := range s.rows {
		rows = append(rows, fmt.Sprint(r))
	}
	fmt.Fprintf(&w, "// gemmRows%s[v] is the most rows of a tile v vectors wide.\nvar gemmRows%[1]s = [...]int{%s}\n\n", s.name, strings.Join(rows, ", "))
	fmt.Fprintf(&w, "// gemmTile%s computes a tile of rows by vecs vectors.\nfunc gemmTile%[1]s(rows, vecs int, t *tile) {\nswitch vecs<<8 | rows {\n", s.name)
	s.each(func(rows, vecs int) {
		fmt.Fprintf(&w, "case %d<<8 | %d:\n%s(t)\n", vecs, rows, s.kernelName(rows, vecs))
	})
	w.WriteString("}\n}\n")
	fmt.Fprintf(&w, packDecls, s.name)
	s.each(func(rows, vecs int) {
		fmt.Fprintf(&w, "\n//go:noescape\nfunc %s(t *tile)\n", s.kernelName(rows, vecs))
	})
	return w.String()
}

func (s isa) generate(ctx *build.Context) {
	newPacker(ctx, s).copyRows()
	newPacker(ctx, s).transpose()
	s.each(func(rows, vecs int) { newTileKernel(ctx, s, rows, vecs).generate() })
}

// tileKernel is a micro-kernel in the making.
type tileKernel struct {
	*build.Context
	isa
	rows, vecs int

	args              reg.GPVirtual
	mask              reg.Register
	aBase             []reg.GPVirtual // a[0, p], and a[8, p] if the tile is that high
	ai, ai3, ai5, ai7 reg.GPVirtual   // so many rows of a
	b, bk             reg.GPVirtual
}

func newTileKernel(ctx *build.Context, s isa, rows, vecs int) *tileKernel {
	return &tileKernel{Context: ctx, isa: s, rows: rows, vecs: vecs}
}

// vec returns vector register i.
func (t *tileKernel) vec(i int) reg.VecPhysical {
	if t.bytes == 64 {
		return []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10,
			reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15, reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21,
			reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31}[i]
	}
	return []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10,
		reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}[i]
}

// The registers: sums first, then the row of b, then the element of a; AVX2 keeps the mask in the last.
func (t *tileKernel) sum(i, v int) reg.VecPhysical { return t.vec(i*t.vecs + v) }
func (t *tileKernel) bVec(v int) reg.VecPhysical   { return t.vec(t.rows*t.vecs + v) }
func (t *tileKernel) aVec() reg.VecPhysical        { return t.vec(t.rows*t.vecs + t.vecs) }

func (t *tileKernel) field(name string) operand.Mem {
	for i, f := range tileFields {
		if f.name == name {
			return operand.Mem{Base: t.args, Disp: 8 * i}
		}
	}
	panic("no field " + name)
}

func (t *tileKernel) load(name string) reg.GPVirtual {
	r := t.GP64()
	t.MOVQ(t.field(name), r)
	return r
}

// loadArgs reads the pointer to the tile, which the loops have no register to keep.
func (t *tileKernel) loadArgs() { t.args = t.Load(t.Param("t"), t.GP64()).(reg.GPVirtual) }

// loadMask reads the mask register from memory.
func (t *tileKernel) loadMask(from reg.Register) {
	t.mask = t.maskRegister()
	if t.bytes == 64 {
		t.KMOVW(operand.Mem{Base: from}, t.mask)
	} else {
		t.VMOVUPS(operand.Mem{Base: from}, t.mask)
	}
}

func (t *tileKernel) maskRegister() reg.Register {
	if t.bytes == 64 {
		return reg.K1
	}
	return t.vec(t.regs - 1)
}

// at returns the memory of vector v at base.
func (t *tileKernel) at(base reg.Register, v int) operand.Mem {
	return operand.Mem{Base: base, Disp: t.bytes * v}
}

// read loads vector v of a row, at m, into r; the last is read under the mask if masked.
func (t *tileKernel) read(m operand.Mem, v int, masked bool, r reg.VecPhysical) {
	switch {
	case !masked || v != t.vecs-1:
		t.VMOVUPS(m, r)
	case t.bytes == 64:
		t.VMOVUPS_Z(m, t.mask, r)
	default:
		t.VMASKMOVPS(m, t.mask, r)
	}
}

func (t *tileKernel) write(r reg.VecPhysical, base reg.Register, v int) {
	switch {
	case v != t.vecs-1:
		t.VMOVUPS(r, t.at(base, v))
	case t.bytes == 64:
		t.VMOVUPS(r, t.mask, t.at(base, v))
	default:
		t.VMASKMOVPS(r, t.mask, t.at(base, v))
	}
}

func (t *tileKernel) zero(r reg.VecPhysical) {
	if t.bytes == 64 {
		t.VPXORD(r, r, r)
	} else {
		t.VXORPS(r, r, r)
	}
}

// eachRow calls f with a register that walks down the rows of c.
func (t *tileKernel) eachRow(f func(i int, row reg.Register)) {
	row, ci := t.load("c"), t.load("ci")
	for i := range t.rows {
		f(i, row)
		if i < t.rows-1 {
			t.ADDQ(ci, row)
		}
	}
}

// a returns the memory i rows, at most 7, below base.
func (t *tileKernel) a(base reg.Register, i int) operand.Mem {
	m := operand.Mem{Base: base}
	switch i {
	case 1, 2, 4:
		m.Index, m.Scale = t.ai, uint8(i)
	case 3, 6:
		m.Index, m.Scale = t.ai3, uint8(i/3)
	case 5:
		m.Index, m.Scale = t.ai5, 1
	case 7:
		m.Index, m.Scale = t.ai7, 1
	}
	return m
}

func (t *tileKernel) generate() {
	t.Function(t.kernelName(t.rows, t.vecs))
	t.Attributes(attr.NOSPLIT | attr.NOFRAME)
	t.Signature(tileSignature)
	t.loadArgs()
	t.loadMask(t.load("mask"))
	t.begin()
	t.prefetch()
	t.chains()
	t.finish()
	t.RET()
}

// begin loads what the chains start with.
func (t *tileKernel) begin() {
	start := t.load("start")
	t.CMPQ(start, operand.Imm(1))
	t.JB(operand.LabelRef("zero"))
	t.JE(operand.LabelRef("bias"))

	t.eachRow(func(i int, row reg.Register) {
		for v := range t.vecs {
			t.read(t.at(row, v), v, true, t.sum(i, v))
		}
	})
	t.JMP(operand.LabelRef("begun"))

	t.Label("bias")
	bias := t.load("bias")
	for v := range t.vecs {
		t.read(t.at(bias, v), v, true, t.sum(0, v))
		for i := 1; i < t.rows; i++ {
			t.VMOVAPS(t.sum(0, v), t.sum(i, v))
		}
	}
	t.JMP(operand.LabelRef("begun"))

	t.Label("zero")
	for i := range t.rows {
		for v := range t.vecs {
			t.zero(t.sum(i, v))
		}
	}
	t.Label("begun")
}

// prefetch asks for the tile below, which is likely the next: its rows are too far apart for the processor to guess.
func (t *tileKernel) prefetch() {
	row, ci := t.load("c"), t.load("ci")
	switch t.rows {
	case 1, 2, 4, 8:
		t.LEAQ(operand.Mem{Base: row, Index: ci, Scale: uint8(t.rows)}, row)
	default:
		below := t.GP64()
		t.IMUL3Q(operand.Imm(uint64(t.rows)), ci, below)
		t.ADDQ(below, row)
	}
	for i := range t.rows {
		for v := 0; v < t.vecs; v += 64 / t.bytes {
			t.PREFETCHT0(t.at(row, v))
		}
		if i < t.rows-1 {
			t.ADDQ(ci, row)
		}
	}
}

// chains runs over k: unrolled, then one by one, then one by one under the mask. Unrolling matters because adding
// to a pointer may take a port that a multiply-add could use.
func (t *tileKernel) chains() {
	a := t.load("a")
	t.ai = t.load("ai")
	if t.rows > 3 {
		t.ai3 = t.plus(t.ai, t.ai, 2)
	}
	if t.rows > 5 {
		t.ai5 = t.plus(t.ai, t.ai, 4)
	}
	if t.rows > 7 {
		t.ai7 = t.plus(t.ai3, t.ai, 4)
	}
	t.aBase = []reg.GPVirtual{a}
	if t.rows > 8 {
		t.aBase = append(t.aBase, t.plus(a, t.ai, 8))
	}
	t.b, t.bk = t.load("b"), t.load("bk")

	unroll, shift := 4, uint64(2)
	if t.rows > 8 {
		unroll, shift = 2, 1 // for want of registers
	}
	n := t.load("k")
	t.SHRQ(operand.Imm(shift), n)
	t.JZ(operand.LabelRef("rest"))
	t.loop("many", n, unroll, false)
	t.Label("rest")
	t.loadArgs()
	n = t.load("k")
	t.ANDQ(operand.Imm(uint64(unroll-1)), n)
	t.JZ(operand.LabelRef("tail"))
	t.loop("one", n, 1, false)
	t.Label("tail")
	t.loadArgs()
	n = t.load("kTail")
	t.TESTQ(n, n)
	t.JZ(operand.LabelRef("done"))
	t.loop("masked", n, 1, true)
	t.Label("done")
}

// plus returns base + scale·index in a new register.
func (t *tileKernel) plus(base, index reg.GPVirtual, scale uint8) reg.GPVirtual {
	sum := t.GP64()
	t.LEAQ(operand.Mem{Base: base, Index: index, Scale: scale}, sum)
	return sum
}

// loop goes n times through unroll steps of k.
func (t *tileKernel) loop(label string, n reg.GPVirtual, unroll int, masked bool) {
	ak := t.load("ak")
	bases := [][]reg.GPVirtual{t.aBase} // of step u
	for u := 1; u < unroll; u++ {
		var next []reg.GPVirtual
		for _, base := range bases[u-1] {
			next = append(next, t.plus(base, ak, 1))
		}
		bases = append(bases, next)
	}
	bk3 := t.bk
	if unroll == 4 {
		t.SHLQ(operand.Imm(2), ak)
		bk3 = t.plus(t.bk, t.bk, 2)
	}
	if unroll == 2 {
		t.SHLQ(operand.Imm(1), ak)
	}
	var below, next reg.GPVirtual
	ahead := unroll == 4 && t.rows >= 4 && t.rows <= 6 // taller tiles have no registers left for it
	if ahead {
		below = t.GP64()
		t.IMUL3Q(operand.Imm(uint64(t.rows)), t.ai, below)
		t.ADDQ(t.aBase[0], below)
		next = t.load("next")
	}
	t.Label(label)
	for u := range unroll {
		if ahead {
			// The same steps of the tile below; then one line of what comes after it.
			for i := u; i < t.rows; i += 4 {
				t.PREFETCHT0(t.a(below, i))
			}
			if u == 3 {
				t.PREFETCHT1(operand.Mem{Base: next})
				t.ADDQ(operand.Imm(64), next)
				t.ADDQ(ak, below)
			}
		}
		t.step(u, bases[u], bk3, masked)
	}
	for _, b := range bases {
		for _, base := range b {
			t.ADDQ(ak, base)
		}
	}
	if unroll == 1 {
		t.ADDQ(t.bk, t.b)
	} else {
		t.LEAQ(operand.Mem{Base: t.b, Index: t.bk, Scale: uint8(unroll)}, t.b)
	}
	t.DECQ(n)
	t.JNZ(operand.LabelRef(label))
}

// step adds a[i, p+u]·b[p+u] to every row's sums.
func (t *tileKernel) step(u int, bases []reg.GPVirtual, bk3 reg.GPVirtual, masked bool) {
	for v := range t.vecs {
		m := t.at(t.b, v)
		switch u {
		case 1, 2:
			m.Index, m.Scale = t.bk, uint8(u)
		case 3:
			m.Index, m.Scale = bk3, 1
		}
		t.read(m, v, masked, t.bVec(v))
	}
	if !masked {
		t.PREFETCHT0(operand.Mem{Base: bases[0], Disp: 64})
	}
	for i := range t.rows {
		a := t.a(bases[i/8], i%8)
		if t.vecs == 1 && t.bytes == 64 {
			t.VFMADD231PS_BCST(a, t.bVec(0), t.sum(i, 0))
			continue
		}
		t.VBROADCASTSS(a, t.aVec())
		for v := range t.vecs {
			t.VFMADD231PS(t.bVec(v), t.aVec(), t.sum(i, v))
		}
	}
}

// finish applies ReLU if asked to, and stores the tile.
func (t *tileKernel) finish() {
	t.loadArgs()
	relu := t.load("relu")
	t.TESTQ(relu, relu)
	t.JZ(operand.LabelRef("store"))
	// max(0, x) returns x where the two compare equal or unordered, which keeps NaN; adding 0 turns -0 into +0.
	zero := t.bVec(0)
	t.zero(zero)
	for i := range t.rows {
		for v := range t.vecs {
			t.VMAXPS(t.sum(i, v), zero, t.sum(i, v))
			t.VADDPS(t.sum(i, v), zero, t.sum(i, v))
		}
	}
	t.Label("store")
	t.eachRow(func(i int, row reg.Register) {
		for v := range t.vecs {
			t.write(t.sum(i, v), row, v)
		}
	})
	t.VZEROUPPER()
}

// tileSignature is func(t *tile).
var tileSignature = func() *gotypes.Signature {
	pkg := types.NewPackage("kernel", "kernel")
	named := types.NewNamed(types.NewTypeName(token.NoPos, pkg, "tile", nil), types.NewStruct(nil, nil), nil)
	arg := types.NewVar(token.NoPos, pkg, "t", types.NewPointer(named))
	return gotypes.NewSignature(pkg, types.NewSignatureType(nil, nil, nil, types.NewTuple(arg), nil, false))
}()
