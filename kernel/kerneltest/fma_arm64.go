package kerneltest

const hasFMA = true

// fusedMultiplyAdd is the processor's instruction.
//
//go:noescape
func fusedMultiplyAdd(a, b, c float32) float32
