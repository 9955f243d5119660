package main

import "fmt"

// arm writes assembly for arm64. Go's assembler lacks most of NEON's arithmetic; such instructions are written as the
// words that they are, with the mnemonic beside them.
type arm struct {
	text   []byte
	labels int
}

// armHeader begins every file of assembly for arm64.
const armHeader = header + "#include \"textflag.h\"\n"

// function begins a function: TEXT ·name(SB), with a frame of no bytes and so many of arguments and results.
func (a *arm) function(name, signature string, args int) {
	a.text = fmt.Appendf(a.text, "\n// func %s%s\nTEXT ·%[1]s(SB), NOSPLIT, $0-%[3]d\n", name, signature, args)
}

// op writes an instruction.
func (a *arm) op(format string, args ...any) { a.text = fmt.Appendf(a.text, "\t"+format+"\n", args...) }

// word writes an instruction that Go's assembler does not know.
func (a *arm) word(code uint32, format string, args ...any) {
	a.text = fmt.Appendf(a.text, "\tWORD $0x%08x // %s\n", code, fmt.Sprintf(format, args...))
}

func (a *arm) label(name string) { a.text = fmt.Appendf(a.text, "\n%s:\n", name) }

// unique returns a label's name that no other has.
func (a *arm) unique(name string) string {
	a.labels++
	return fmt.Sprintf("%s%d", name, a.labels)
}

// fmlaLane is: d += n·m[0], four lanes of float32, fused.
func (a *arm) fmlaLane(d, n, m int) {
	a.word(0x4f801000|uint32(m<<16|n<<5|d), "fmla v%d.4s, v%d.4s, v%d.s[0]", d, n, m)
}

// fmax is: d = max(n, m), NaN if one is, +0 of two different zeros.
func (a *arm) fmax(d, n, m int) {
	a.word(0x4e20f400|uint32(m<<16|n<<5|d), "fmax v%d.4s, v%d.4s, v%d.4s", d, n, m)
}
