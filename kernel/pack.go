package kernel

// packBuffers is the scratch memory of one worker's products: copies of panels of a and b in the order in which
// the micro-kernels read them. It grows to what the largest product so far needed, and is then kept.
type packBuffers struct {
	a, b []float32
}
