package kernel

// activateRef applies act to x in place.
func activateRef[F Float](act Activation, x []F) {
	switch act {
	case ActReLU:
		ReLU(x, x)
	case ActSigmoid:
		Sigmoid(x, x)
	case ActTanh:
		Tanh(x, x)
	}
}
