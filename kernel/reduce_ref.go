package kernel

import "math"

// lanes is how many partial sums a sum along a row has: 16 float32 fill a vector register of AVX-512.
const lanes = 16

// join adds the partial sums of sumLanes in a fixed tree: lane l and lane l+8, then l and l+4, l+2, l+1.
func join[F Float](s *[lanes]F) F {
	for half := lanes / 2; half > 0; half /= 2 {
		for l := range half {
			s[l] += s[l+half]
		}
	}
	return s[0]
}

// sumLanes are the 16 partial sums of x: lane l is ((0 + x[l]) + x[l+16]) + x[l+32] …
func sumLanes[F Float](x []F) (s [lanes]F) {
	for i, v := range x {
		s[i%lanes] += v
	}
	return s
}

func sumRef[F Float](x []F) F {
	s := sumLanes(x)
	return join(&s)
}

// sumSquaresRef has the pattern of sumLanes. The square of a float32 is exact in float64.
func sumSquaresRef[F Float](x []F) float64 {
	var s [lanes]float64
	for i, v := range x {
		s[i%lanes] = math.FMA(float64(v), float64(v), s[i%lanes])
	}
	return join(&s)
}

func maxRef[F Float](x []F) F {
	m := F(math.Inf(-1))
	for _, v := range x {
		if v > m || v != v {
			m = v
		}
	}
	return m + 0 // -0 + 0 is +0
}

func allFiniteRef[F Float](x []F) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

func colSumsRef[F Float](dst, x []F, rows, cols, stride int) {
	dst = dst[:cols]
	for i := range rows {
		for j, v := range x[i*stride:][:cols] {
			dst[j] += v
		}
	}
}
