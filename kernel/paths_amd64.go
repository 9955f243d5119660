package kernel

import "golang.org/x/sys/cpu"

// available lists the paths that the processor and the operating system can run, fastest first.
func available() []*Path {
	ref := reference()
	list := []*Path{&ref}
	x := cpu.X86 // its flags say that the operating system saves the registers, too
	if x.HasAVX2 && x.HasFMA {
		p := ref
		p.Name = "avx2"
		p.gemm, p.peak, p.peakLanes = gemmAVX2, fmaLoopAVX2, 8
		elementwiseAVX2(&p)
		list = append([]*Path{&p}, list...)
	}
	if x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL && x.HasAVX2 && x.HasFMA {
		p := ref
		p.Name = "avx512"
		p.gemm, p.sparse, p.peak, p.peakLanes = gemmAVX512, sparseAVX512, fmaLoopAVX512, 16
		elementwiseAVX512(&p)
		list = append([]*Path{&p}, list...)
	}
	return list
}
