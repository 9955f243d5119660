package kernel

// activateRef applies act to x in place.
func activateRef[F Float](act Activation, x []F) {
	switch act {
	case ActReLU:
		reluRef(x, x)
	case ActSigmoid:
		sigmoidRef(x, x)
	case ActTanh:
		tanhRef(x, x)
	}
}
