package baseline

import "math"

const (
	memory     = 10   // steps that the curvature is estimated from
	iterations = 300  //
	flat       = 1e-7 // largest element of a gradient that counts as none
)

// minimize follows f, which writes its gradient to its first argument, from w to the minimum: L-BFGS, Nocedal & Wright 2006,
// algorithm 7.5, with a step that is halved until f falls enough (Armijo). The functions here are convex and smooth.
func minimize(f func(g, w []float64) float64, w []float64) []float64 {
	n := len(w)
	g, next, nextG, dir := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var s, y [][]float64 // changes of w and of g, newest last
	value := f(g, w)
	for range iterations {
		if largest(g) < flat {
			break
		}
		direction(dir, g, s, y)
		slope := dot(dir, g)
		if !(slope < 0) {
			break
		}
		step := 1.0
		if len(s) == 0 {
			step = math.Min(1, 1/math.Sqrt(dot(g, g)))
		}
		nextValue := math.Inf(1)
		for ; step > 1e-12; step /= 2 {
			for i := range w {
				next[i] = w[i] + step*dir[i]
			}
			if nextValue = f(nextG, next); nextValue <= value+1e-4*step*slope {
				break
			}
		}
		if !(nextValue < value) {
			break // as low as float64 can tell
		}
		ds, dy := make([]float64, n), make([]float64, n)
		for i := range w {
			ds[i], dy[i] = next[i]-w[i], nextG[i]-g[i]
		}
		if dot(ds, dy) > 1e-14*dot(dy, dy) {
			s, y = append(s, ds), append(y, dy)
			if len(s) > memory {
				s, y = s[1:], y[1:]
			}
		}
		copy(w, next)
		copy(g, nextG)
		value = nextValue
	}
	return w
}

// direction writes -H·g, where H is the inverse of the curvature as s and y show it (algorithm 7.4, the two loops).
func direction(dir, g []float64, s, y [][]float64) {
	copy(dir, g)
	a := make([]float64, len(s))
	for i := len(s) - 1; i >= 0; i-- {
		a[i] = dot(s[i], dir) / dot(s[i], y[i])
		for j := range dir {
			dir[j] -= a[i] * y[i][j]
		}
	}
	scale := 1.0
	if last := len(s) - 1; last >= 0 {
		scale = dot(s[last], y[last]) / dot(y[last], y[last])
	}
	for j := range dir {
		dir[j] *= scale
	}
	for i := range s {
		b := dot(y[i], dir) / dot(s[i], y[i])
		for j := range dir {
			dir[j] += (a[i] - b) * s[i][j]
		}
	}
	for j := range dir {
		dir[j] = -dir[j]
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func largest(g []float64) float64 {
	m := 0.0
	for _, v := range g {
		m = math.Max(m, math.Abs(v))
	}
	return m
}
