package kernel

func gemmAVX2(w *Worker, p Product[float32])   { gemmRef(p) }
func gemmAVX512(w *Worker, p Product[float32]) { gemmRef(p) }
