package kernel

// elementwiseAVX2 replaces what AVX2 does faster; p begins as a copy of the reference.
func elementwiseAVX2(p *Path) {}

// elementwiseAVX512 replaces what AVX-512 does faster; p begins as a copy of the reference.
func elementwiseAVX512(p *Path) {}
