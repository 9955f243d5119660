package kernel

// ParallelGemm is Gemm with the outputs shared out among the workers of t.
func ParallelGemm[F Float](t *Team, p Product[F]) { Gemm(t.self, p) }
