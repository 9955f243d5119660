package kernel

// elementwiseReference sets every field of p but gemm to the reference.
func elementwiseReference(p *Path) {
	p.exp, p.log, p.tanh, p.sigmoid, p.relu = expRef, logRef, tanhRef, sigmoidRef, reluRef
	p.sigmoidGrad, p.tanhGrad, p.reluGrad = sigmoidGradRef, tanhGradRef, reluGradRef
	p.leakyReLU, p.elu, p.gelu, p.softplus = leakyReLURef, eluRef, geluRef, softplusRef
	p.leakyReLUGrad, p.eluGrad, p.geluGrad, p.softplusGrad = leakyReLUGradRef, eluGradRef, geluGradRef, softplusGradRef
	p.add, p.sub, p.mul, p.scale, p.axpy, p.addL1 = addRef, subRef, mulRef, scaleRef, axpyRef, addL1Ref
	p.sum, p.max, p.sumSquares, p.allFinite, p.colSums = sumRef, maxRef, sumSquaresRef, allFiniteRef, colSumsRef
	p.softmax, p.logSoftmax = softmaxRef, logSoftmaxRef
	p.gather, p.gatherBytes = gatherRef, gatherLinearRef
	p.sgd, p.momentum, p.nesterov = sgdRef, momentumRef, nesterovRef
	p.adaGrad, p.rmsProp, p.adam = adaGradRef, rmsPropRef, adamRef
}
