package kernel

// elementwiseNEON replaces what NEON does faster; p begins as a copy of the reference. To gather rows of float32 is to
// copy them, which the reference does with the runtime's own vectors.
func elementwiseNEON(p *Path) {
	p.exp, p.log, p.tanh, p.sigmoid, p.relu = expNEON, logNEON, tanhNEON, sigmoidNEON, reluNEON
	p.sigmoidGrad, p.tanhGrad, p.reluGrad = sigmoidGradNEON, tanhGradNEON, reluGradNEON
	p.leakyReLU, p.elu, p.gelu, p.softplus = leakyReLUNEON, eluNEON, geluNEON, softplusNEON
	p.leakyReLUGrad, p.eluGrad, p.geluGrad, p.softplusGrad = leakyReLUGradNEON, eluGradNEON, geluGradNEON, softplusGradNEON
	p.add, p.sub, p.mul, p.scale, p.axpy, p.addL1 = addNEON, subNEON, mulNEON, scaleNEON, axpyNEON, addL1NEON
	p.sum, p.max, p.sumSquares, p.allFinite, p.colSums = sumNEON, maxNEON, sumSquaresNEON, allFiniteNEON, colSumsNEON
	p.softmax, p.logSoftmax = softmaxNEON, logSoftmaxNEON
	p.gatherBytes = gatherBytesNEON
	p.sgd, p.momentum, p.nesterov = sgdNEON, momentumNEON, nesterovNEON
	p.adaGrad, p.rmsProp = adaGradNEON, rmsPropNEON
	p.adam = func(p, g, m, v []float32, s AdamStep[float32]) {
		adamNEON(p, g, m, v, s.Rate, s.Beta1, s.Beta2, s.Eps, s.Keep)
	}
}

// softmaxNEON and logSoftmaxNEON go over each row in passes: a row stays in the first-level cache.

func softmaxNEON(dst, x []float32, cols int) {
	for ; len(dst) > 0; dst, x = dst[cols:], x[cols:] {
		y := dst[:cols]
		expMinusNEON(y, x, maxNEON(x[:cols]))
		overNEON(y, y, sumNEON(y))
	}
}

func logSoftmaxNEON(dst, x []float32, cols int) {
	for ; len(dst) > 0; dst, x = dst[cols:], x[cols:] {
		y := dst[:cols]
		minusNEON(y, x, maxNEON(x[:cols]))
		minusNEON(y, y, log32(sumExpNEON(y)))
	}
}

func gatherBytesNEON(dst []float32, src []uint8, width int, rows []int, hi, lo float32) {
	for i, r := range rows {
		linearBytesNEON(dst[i*width:][:width], src[r*width:], hi, lo)
	}
}
