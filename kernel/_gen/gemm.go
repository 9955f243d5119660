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
	{"mask", "unsafe.Pointer", "the last vector's mask: 16 bits (AVX-512) or 8 int32 (AVX2)"},
	{"ai", "uintptr", "bytes from a[i,k] to a[i+1,k]"},
	{"ak", "uintptr", "bytes from a[i,k] to a[i,k+1]"},
	{"bk", "uintptr", "bytes from b[k,j] to b[k+1,j]"},
	{"ci", "uintptr", "bytes from c[i,j] to c[i+1,j]"},
	{"k", "int", "length of the chains"},
	{"start", "uint64", "a Start"},
	{"tail", "uint64", "1 if the last vector of b must be read under the mask"},
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
	if s.name == "AVX512" { // both families use it
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

	args           reg.GPVirtual
	mask           reg.Register
	c, ci          reg.GPVirtual
	aBase          []reg.GPVirtual // a row in eight
	ai, ai3        reg.GPVirtual
	ai5, ai7       reg.GPVirtual
	ak, b, bk, cnt reg.GPVirtual
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

// read loads vector v at base into r; the last is read under the mask if masked.
func (t *tileKernel) read(base reg.Register, v int, masked bool, r reg.VecPhysical) {
	switch {
	case !masked || v != t.vecs-1:
		t.VMOVUPS(t.at(base, v), r)
	case t.bytes == 64:
		t.VMOVUPS_Z(t.at(base, v), t.mask, r)
	default:
		t.VMASKMOVPS(t.at(base, v), t.mask, r)
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
	row := t.GP64()
	t.MOVQ(t.c, row)
	for i := range t.rows {
		f(i, row)
		if i < t.rows-1 {
			t.ADDQ(t.ci, row)
		}
	}
}

// a returns the memory of a[i, p] for the current p.
func (t *tileKernel) a(i int) operand.Mem {
	m := operand.Mem{Base: t.aBase[i/8]}
	switch i % 8 {
	case 1:
		m.Index, m.Scale = t.ai, 1
	case 2:
		m.Index, m.Scale = t.ai, 2
	case 3:
		m.Index, m.Scale = t.ai3, 1
	case 4:
		m.Index, m.Scale = t.ai, 4
	case 5:
		m.Index, m.Scale = t.ai5, 1
	case 6:
		m.Index, m.Scale = t.ai3, 2
	case 7:
		m.Index, m.Scale = t.ai7, 1
	}
	return m
}

// multiple returns n times r in a new register.
func (t *tileKernel) multiple(r reg.GPVirtual, n int) reg.GPVirtual {
	m := t.GP64()
	switch n {
	case 3, 5:
		t.LEAQ(operand.Mem{Base: r, Index: r, Scale: uint8(n - 1)}, m)
	case 7:
		t.LEAQ(operand.Mem{Base: t.ai3, Index: r, Scale: 4}, m)
	}
	return m
}

func (t *tileKernel) generate() {
	t.Function(t.kernelName(t.rows, t.vecs))
	t.Attributes(attr.NOSPLIT | attr.NOFRAME)
	t.Signature(tileSignature)
	t.args = t.Load(t.Param("t"), t.GP64()).(reg.GPVirtual)
	t.loadMask(t.load("mask"))
	t.c, t.ci = t.load("c"), t.load("ci")
	t.begin()
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
			t.read(row, v, true, t.sum(i, v))
		}
	})
	t.JMP(operand.LabelRef("begun"))

	t.Label("bias")
	bias := t.load("bias")
	for v := range t.vecs {
		t.read(bias, v, true, t.sum(0, v))
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

// chains runs over k, in one of two loops: the masked one reads no column of b that is not there.
func (t *tileKernel) chains() {
	t.cnt = t.load("k")
	t.TESTQ(t.cnt, t.cnt)
	t.JZ(operand.LabelRef("done"))
	a := t.load("a")
	t.aBase = []reg.GPVirtual{a}
	t.ai = t.load("ai")
	if t.rows > 3 {
		t.ai3 = t.multiple(t.ai, 3)
	}
	if t.rows > 5 {
		t.ai5 = t.multiple(t.ai, 5)
	}
	if t.rows > 7 {
		t.ai7 = t.multiple(t.ai, 7)
	}
	for len(t.aBase) < (t.rows+7)/8 {
		next := t.GP64()
		t.LEAQ(operand.Mem{Base: t.aBase[len(t.aBase)-1], Index: t.ai, Scale: 8}, next)
		t.aBase = append(t.aBase, next)
	}
	t.ak, t.b, t.bk = t.load("ak"), t.load("b"), t.load("bk")
	tail := t.load("tail")
	t.TESTQ(tail, tail)
	t.JNZ(operand.LabelRef("masked"))
	t.loop("full", false)
	t.JMP(operand.LabelRef("done"))
	t.loop("masked", true)
	t.Label("done")
}

func (t *tileKernel) loop(label string, masked bool) {
	t.Label(label)
	for v := range t.vecs {
		t.read(t.b, v, masked, t.bVec(v))
	}
	for i := range t.rows {
		if t.vecs == 1 && t.bytes == 64 {
			t.VFMADD231PS_BCST(t.a(i), t.bVec(0), t.sum(i, 0))
			continue
		}
		t.VBROADCASTSS(t.a(i), t.aVec())
		for v := range t.vecs {
			t.VFMADD231PS(t.bVec(v), t.aVec(), t.sum(i, v))
		}
	}
	for _, base := range t.aBase {
		t.ADDQ(t.ak, base)
	}
	t.ADDQ(t.bk, t.b)
	t.DECQ(t.cnt)
	t.JNZ(operand.LabelRef(label))
}

// finish applies ReLU if asked to, and stores the tile.
func (t *tileKernel) finish() {
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
