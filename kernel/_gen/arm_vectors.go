package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// armVectors writes the kernels on vectors for NEON. It is to arm64 what vectors is to amd64: a body is written as
// expressions on registers without numbers, and gets its numbers when it ends.
type armVectors struct {
	arm
	decls  strings.Builder
	params map[string]int // of the current function: their offsets

	double bool // arithmetic is on float64 for the moment
	alone  bool // only lane 0 counts for the moment

	table   []constant // constants of this file, each repeated over a whole vector
	hoisted map[constant]armVec
	wanted  *[]constant // where a rehearsal notes its constants

	body    []armInstruction
	last    armVec // the newest register without a number
	free    int    // registers from here to 31 keep something through the whole function
	highest int    // most registers that a body has needed at once
}

// An armVec is a vector register: up to 31 one with a number, above that one that gets it when its body ends.
type armVec int

// An armInstruction reads sources and writes to one register, which may be a source. emit gets their numbers.
type armInstruction struct {
	to      armVec
	sources []armVec
	emit    func(to int, sources []int)
}

// armConstants is the register that points to the constants.
const armConstants = "R9"

// begin begins a function with the parameters in params, "dst, x []float32, a float32".
func (v *armVectors) begin(name, params, result, doc string) {
	signature, size := "("+params+")", 0
	place := func(name, typ string) {
		bytes := map[string]int{"[]float32": 24, "[]uint8": 24, "int": 8, "float64": 8, "float32": 4, "bool": 1}[typ]
		if bytes >= 8 {
			size = (size + 7) &^ 7
		}
		v.params[name] = size
		size += bytes
	}
	v.params = map[string]int{}
	var group []string
	for _, p := range strings.Split(params, ", ") {
		name, typ, typed := strings.Cut(p, " ")
		if group = append(group, name); typed {
			for _, name := range group {
				place(name, typ)
			}
			group = nil
		}
	}
	if result != "" {
		size = (size + 7) &^ 7
		place("ret", result)
		signature += " " + result
	}
	v.free, v.last, v.body = 32, 31, nil
	v.function(name+"NEON", signature, size)
	fmt.Fprintf(&v.decls, "\n// %sNEON is: %s\n//\n//go:noescape\nfunc %[1]sNEON%[3]s\n", name, doc, signature)
}

// param is the place of a parameter, or of a slice's _base or _len.
func (v *armVectors) param(name string) string {
	slice, part, _ := strings.Cut(name, "_")
	return fmt.Sprintf("%s+%d(FP)", name, v.params[slice]+map[string]int{"": 0, "base": 0, "len": 8}[part])
}

// scalar returns a float32 parameter in all lanes, in a register kept for it.
func (v *armVectors) scalar(name string) armVec {
	r := v.keep()
	v.op("FMOVS %s, F%d", v.param(name), r)
	v.op("VDUP V%d.S[0], V%[1]d.S4", r)
	return r
}

// keep takes a register for the rest of the function.
func (v *armVectors) keep() armVec {
	v.free--
	return armVec(v.free)
}

// keepZero is keep with zeros in the register.
func (v *armVectors) keepZero() armVec {
	r := v.keep()
	v.op("VEOR V%d.B16, V%[1]d.B16, V%[1]d.B16", r)
	return r
}

// make appends an instruction that writes to a new register, which it returns.
func (v *armVectors) make(emit func(to int, sources []int), sources ...armVec) armVec {
	v.last++
	v.body = append(v.body, armInstruction{v.last, sources, emit})
	return v.last
}

// change appends an instruction that changes the register to; it returns that.
func (v *armVectors) change(to armVec, emit func(to int, sources []int), sources ...armVec) armVec {
	v.body = append(v.body, armInstruction{to, append([]armVec{to}, sources...), emit})
	return to
}

// flush ends the body: it numbers the registers and writes the instructions. A number is taken from the first writing to
// the last reading.
func (v *armVectors) flush() {
	end := map[armVec]int{}
	for i, in := range v.body {
		end[in.to] = i
		for _, r := range in.sources {
			end[r] = i
		}
	}
	numbers := map[armVec]int{}
	for n := range 32 {
		numbers[armVec(n)] = n
	}
	var taken [32]bool
	for i, in := range v.body {
		var sources []int
		for _, r := range in.sources {
			sources = append(sources, numbers[r])
			taken[numbers[r]] = end[r] > i
		}
		if _, old := numbers[in.to]; !old {
			numbers[in.to] = slices.Index(taken[:v.free], false) // panics below if there is none
			v.highest = max(v.highest, numbers[in.to]+1)
		}
		taken[numbers[in.to]] = end[in.to] > i
		in.emit(numbers[in.to], sources)
	}
	v.body = nil
}

// withConstants writes body, with as many of its constants in registers as there are registers left. It rehearses body
// to find out. Registers that body keeps must be kept before.
func (v *armVectors) withConstants(body func()) {
	v.op("MOVD $vectorConstants<>(SB), %s", armConstants)
	stage, last := v.arm, v.last
	var wanted []constant
	v.wanted, v.hoisted, v.highest = &wanted, nil, 0
	body()
	v.arm, v.last, v.wanted = stage, last, nil
	v.hoisted = map[constant]armVec{}
	for _, c := range wanted[:min(len(wanted), v.free-v.highest)] {
		r := v.keep()
		v.op("FMOVQ %s, F%d", v.stored(c), r)
		v.hoisted[c] = r
	}
	body()
	v.hoisted = nil
}

// f is a constant. Nothing may write to its register.
func (v *armVectors) f(x float64) armVec { return v.constant(v.pattern(x)) }

// bits is f for any pattern of 32 bits, bits64 for any of 64.
func (v *armVectors) bits(bits uint32) armVec   { return v.constant(constant{uint64(bits), false}) }
func (v *armVectors) bits64(bits uint64) armVec { return v.constant(constant{bits, true}) }

// own is a constant in a register of its own, to be written to.
func (v *armVectors) own(x float64) armVec { return v.read(v.pattern(x)) }

func (v *armVectors) pattern(x float64) constant {
	if v.double {
		return constant{math.Float64bits(x), true}
	}
	return constant{uint64(math.Float32bits(float32(x))), false}
}

func (v *armVectors) constant(c constant) armVec {
	if r, ok := v.hoisted[c]; ok {
		return r
	}
	if v.wanted != nil && !slices.Contains(*v.wanted, c) {
		*v.wanted = append(*v.wanted, c)
	}
	return v.read(c)
}

func (v *armVectors) read(c constant) armVec {
	return v.make(func(to int, _ []int) { v.op("FMOVQ %s, F%d", v.stored(c), to) })
}

// stored returns the place of a constant in the table.
func (v *armVectors) stored(c constant) string {
	if !slices.Contains(v.table, c) {
		v.table = append(v.table, c)
	}
	return fmt.Sprintf("%d(%s)", 16*slices.Index(v.table, c), armConstants)
}

// data writes the table.
func (v *armVectors) data() {
	v.text = append(v.text, '\n')
	for i, c := range v.table {
		if !c.double {
			c.bits |= c.bits << 32
		}
		for half := range 2 {
			v.text = fmt.Appendf(v.text, "DATA vectorConstants<>+%d(SB)/8, $0x%016x\n", 16*i+8*half, c.bits)
		}
	}
	v.text = fmt.Appendf(v.text, "GLOBL vectorConstants<>(SB), RODATA|NOPTR, $%d\n", 16*len(v.table))
}
