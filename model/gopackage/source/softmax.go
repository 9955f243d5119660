package source

import "math"

// softmax turns scores into probabilities: e^(x - max) over the sum of all of these.
func softmax(x []float32) {
	m := largest(x)
	for j, v := range x {
		x[j] = exp(v - m)
	}
	var s [lanes]float32
	for j, e := range x {
		s[j%lanes] += e
	}
	total := join(&s)
	for j, e := range x {
		x[j] = e / total
	}
}

// lanes is how many partial sums a sum has.
const lanes = 16

// join adds the partial sums in a fixed tree: lane l and lane l+8, then l and l+4, l+2, l+1.
func join(s *[lanes]float32) float32 {
	for half := lanes / 2; half > 0; half /= 2 {
		for l := 0; l < half; l++ {
			s[l] += s[l+half]
		}
	}
	return s[0]
}

func largest(x []float32) float32 {
	m := float32(math.Inf(-1))
	for _, v := range x {
		if v > m || v != v {
			m = v
		}
	}
	return m + 0 // -0 + 0 is +0
}
