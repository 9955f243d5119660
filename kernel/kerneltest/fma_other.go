//go:build !amd64 && !arm64

package kerneltest

const hasFMA = false

func fusedMultiplyAdd(a, b, c float32) float32 { panic("kerneltest: no instruction to compare with") }
