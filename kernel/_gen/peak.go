package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
)

// peakSums is how many sums a round of the peak loop adds to, once each: enough for two units, four cycles deep.
const peakSums = 12

// generatePeak writes loops of nothing but fused multiply-adds on registers.
func generatePeak(ctx *build.Context) {
	for _, s := range []isa{avx512, avx2} {
		t := &tileKernel{Context: ctx, isa: s}
		t.Function("fmaLoop" + s.name)
		t.Attributes(attr.NOSPLIT | attr.NOFRAME)
		t.SignatureExpr("func(rounds int)")
		t.Doc(fmt.Sprintf("fmaLoop%s adds to each of %d sums of %d lanes, rounds times.", s.name, peakSums, s.bytes/4))
		n := t.Load(t.Param("rounds"), t.GP64())
		one := t.GP32()
		t.MOVL(operand.U32(0x3f800000), one)
		a, x := t.vec(peakSums), t.vec(peakSums).AsX()
		t.VMOVD(one, x)
		t.VBROADCASTSS(x, a)
		for i := range peakSums {
			t.VMOVAPS(a, t.vec(i))
		}
		t.Label("round")
		for i := range peakSums {
			t.VFMADD231PS(a, a, t.vec(i))
		}
		t.DECQ(n)
		t.JNZ(operand.LabelRef("round"))
		t.VZEROUPPER()
		t.RET()
	}
}
