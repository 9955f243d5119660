#include "textflag.h"

// func fusedMultiplyAdd(a, b, c float32) float32
TEXT ·fusedMultiplyAdd(SB), NOSPLIT|NOFRAME, $0-20
	VMOVSS      a+0(FP), X0
	VMOVSS      b+4(FP), X1
	VMOVSS      c+8(FP), X2
	VFMADD231SS X1, X0, X2
	VMOVSS      X2, ret+16(FP)
	RET
