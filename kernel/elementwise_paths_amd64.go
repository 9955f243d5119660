package kernel

// elementwiseAVX2 replaces what AVX2 does faster; p begins as a copy of the reference.
func elementwiseAVX2(p *Path) {
	p.exp, p.log, p.tanh, p.sigmoid, p.relu = expAVX2, logAVX2, tanhAVX2, sigmoidAVX2, reluAVX2
	p.sigmoidGrad, p.tanhGrad, p.reluGrad = sigmoidGradAVX2, tanhGradAVX2, reluGradAVX2
	p.leakyReLU, p.elu, p.gelu, p.softplus = leakyReLUAVX2, eluAVX2, geluAVX2, softplusAVX2
	p.leakyReLUGrad, p.eluGrad, p.geluGrad, p.softplusGrad = leakyReLUGradAVX2, eluGradAVX2, geluGradAVX2, softplusGradAVX2
	p.add, p.sub, p.mul, p.scale, p.axpy, p.addL1 = addAVX2, subAVX2, mulAVX2, scaleAVX2, axpyAVX2, addL1AVX2
	p.sum, p.max, p.sumSquares, p.allFinite, p.colSums = sumAVX2, maxAVX2, sumSquaresAVX2, allFiniteAVX2, colSumsAVX2
	p.softmax, p.logSoftmax = softmaxAVX2, logSoftmaxAVX2
	p.gather, p.gatherBytes = gatherAVX2, gatherBytesAVX2
	p.sgd, p.momentum, p.nesterov = sgdAVX2, momentumAVX2, nesterovAVX2
	p.adaGrad, p.rmsProp = adaGradAVX2, rmsPropAVX2
	p.adam = func(p, g, m, v []float32, s AdamStep[float32]) {
		adamAVX2(p, g, m, v, s.Rate, s.Beta1, s.Beta2, s.Eps, s.Keep)
	}
}

// elementwiseAVX512 replaces what AVX-512 does faster; p begins as a copy of the reference.
func elementwiseAVX512(p *Path) {
	p.exp, p.log, p.tanh, p.sigmoid, p.relu = expAVX512, logAVX512, tanhAVX512, sigmoidAVX512, reluAVX512
	p.sigmoidGrad, p.tanhGrad, p.reluGrad = sigmoidGradAVX512, tanhGradAVX512, reluGradAVX512
	p.leakyReLU, p.elu, p.gelu, p.softplus = leakyReLUAVX512, eluAVX512, geluAVX512, softplusAVX512
	p.leakyReLUGrad, p.eluGrad, p.geluGrad, p.softplusGrad = leakyReLUGradAVX512, eluGradAVX512, geluGradAVX512, softplusGradAVX512
	p.add, p.sub, p.mul, p.scale, p.axpy, p.addL1 = addAVX512, subAVX512, mulAVX512, scaleAVX512, axpyAVX512, addL1AVX512
	p.sum, p.max, p.sumSquares, p.allFinite, p.colSums = sumAVX512, maxAVX512, sumSquaresAVX512, allFiniteAVX512, colSumsAVX512
	p.softmax, p.logSoftmax = softmaxAVX512, logSoftmaxAVX512
	p.gather, p.gatherBytes = gatherAVX512, gatherBytesAVX512
	p.sgd, p.momentum, p.nesterov = sgdAVX512, momentumAVX512, nesterovAVX512
	p.adaGrad, p.rmsProp = adaGradAVX512, rmsPropAVX512
	p.adam = func(p, g, m, v []float32, s AdamStep[float32]) {
		adamAVX512(p, g, m, v, s.Rate, s.Beta1, s.Beta2, s.Eps, s.Keep)
	}
}
