package kerneltest

import "golang.org/x/sys/cpu"

var hasFMA = cpu.X86.HasFMA

// fusedMultiplyAdd is the processor's instruction, where it has one.
//
//go:noescape
func fusedMultiplyAdd(a, b, c float32) float32
