package kernel

import "testing"

// TestNoAllocation holds for every function and both precisions: the dispatch goes through an interface value.
func TestNoAllocation(t *testing.T) {
	t.Run("float32", noAllocation[float32])
	t.Run("float64", noAllocation[float64])
}

func noAllocation[F Float](t *testing.T) {
	const rows, cols = 6, 10
	a, b, c, d := make([]F, rows*cols), make([]F, rows*cols), make([]F, rows*cols), make([]F, rows*cols)
	pixels := make([]uint8, rows*cols)
	order := []int{3, 0, 5, 1}
	table := NewByteTable(func(v uint8) F { return F(v) / 255 })
	odd := NewByteTable(func(v uint8) F { return F(v)/255 - 0.13 })
	var sink F
	for name, f := range map[string]func(){
		"Exp":           func() { Exp(a, b) },
		"Log":           func() { Log(a, b) },
		"Tanh":          func() { Tanh(a, b) },
		"Sigmoid":       func() { Sigmoid(a, b) },
		"ReLU":          func() { ReLU(a, b) },
		"LeakyReLU":     func() { LeakyReLU(a, b, 0.01) },
		"ELU":           func() { ELU(a, b, 1) },
		"GELU":          func() { GELU(a, b) },
		"Softplus":      func() { Softplus(a, b) },
		"SigmoidGrad":   func() { SigmoidGrad(a, b, c) },
		"TanhGrad":      func() { TanhGrad(a, b, c) },
		"ReLUGrad":      func() { ReLUGrad(a, b, c) },
		"LeakyReLUGrad": func() { LeakyReLUGrad(a, b, c, 0.01) },
		"ELUGrad":       func() { ELUGrad(a, b, c, 1) },
		"GELUGrad":      func() { GELUGrad(a, b, c) },
		"SoftplusGrad":  func() { SoftplusGrad(a, b, c) },
		"Add":           func() { Add(a, b, c) },
		"Sub":           func() { Sub(a, b, c) },
		"Mul":           func() { Mul(a, b, c) },
		"Scale":         func() { Scale(a, 2, b) },
		"Axpy":          func() { Axpy(a, 2, b) },
		"Fill":          func() { Fill(a, 2) },
		"AddL1":         func() { AddL1(a, b, 2) },
		"AddL2":         func() { AddL2(a, b, 2) },
		"Sum":           func() { sink += Sum(a) },
		"Max":           func() { sink += Max(a) },
		"SumSquares":    func() { sink += F(SumSquares(a)) },
		"AllFinite":     func() { AllFinite(a) },
		"ColSums":       func() { ColSums(a, b, rows, cols, 0) },
		"Softmax":       func() { Softmax(a, b, cols) },
		"LogSoftmax":    func() { LogSoftmax(a, b, cols) },
		"Gather":        func() { Gather(a[:4*cols], b, cols, order) },
		"GatherBytes":   func() { GatherBytes(a[:4*cols], pixels, cols, order, table) },
		"GatherTable":   func() { GatherBytes(a[:4*cols], pixels, cols, order, odd) },
		"SGDStep":       func() { SGDStep(a, b, 0.1) },
		"MomentumStep":  func() { MomentumStep(a, b, c, 0.1, 0.9) },
		"NesterovStep":  func() { NesterovStep(a, b, c, 0.1, 0.9) },
		"AdaGradStep":   func() { AdaGradStep(a, b, c, 0.1, 1e-7) },
		"RMSPropStep":   func() { RMSPropStep(a, b, c, 0.1, 0.9, 1e-7) },
		"AdamUpdate":    func() { AdamUpdate(a, b, c, d, AdamStep[F]{0.001, 0.9, 0.999, 1e-8, 1}) },
	} {
		if n := testing.AllocsPerRun(10, f); n != 0 {
			t.Errorf("%s allocates %v times a call", name, n)
		}
	}
}
