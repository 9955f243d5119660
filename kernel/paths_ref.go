package kernel

// reference returns the path that runs everywhere and defines what the others compute. They start as copies of
// it and replace what they do faster, so that no field is ever nil.
func reference() Path {
	p := Path{Name: "reference", gemm: func(_ *Worker, q Product[float32]) { gemmRef(q) },
		sparse: func(*Worker, Product[float32]) bool { return false }, peak: peakRef, peakLanes: 1}
	elementwiseReference(&p)
	return p
}
