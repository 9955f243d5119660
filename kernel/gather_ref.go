package kernel

func gatherRef[F Float](dst, src []F, width int, rows []int) {
	for i, r := range rows {
		copy(dst[i*width:][:width], src[r*width:])
	}
}

func gatherBytesRef[F Float](dst []F, src []uint8, width int, rows []int, values *[256]F) {
	for i, r := range rows {
		y := dst[i*width:][:width]
		for j, v := range src[r*width:][:width] {
			y[j] = values[v]
		}
	}
}

func gatherLinearRef[F Float](dst []F, src []uint8, width int, rows []int, hi, lo F) {
	for i, r := range rows {
		y := dst[i*width:][:width]
		for j, v := range src[r*width:][:width] {
			y[j] = fma(F(v), hi, F(F(v)*lo))
		}
	}
}
