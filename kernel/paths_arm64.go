package kernel

// available lists the paths that the machine can run, fastest first. Every arm64 has NEON with fused multiply-add.
func available() []*Path {
	ref := reference()
	p := ref
	p.Name = "neon"
	p.gemm, p.peak, p.peakLanes = gemmNEON, fmaLoopNEON, 8
	elementwiseNEON(&p)
	return []*Path{&p, &ref}
}
