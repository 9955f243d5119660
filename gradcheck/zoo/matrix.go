package zoo

// A matrix is what study notes work with: rows of numbers, and a function for each line of NumPy.
type matrix [][]float64

func zeros(rows, cols int) matrix {
	m := make(matrix, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

// dot is np.dot(a, b).
func dot(a, b matrix) matrix {
	c := zeros(len(a), len(b[0]))
	for i := range a {
		for k, v := range a[i] {
			for j, w := range b[k] {
				c[i][j] += float64(v * w)
			}
		}
	}
	return c
}

// t is a.T.
func (m matrix) t() matrix {
	c := zeros(len(m[0]), len(m))
	for i, row := range m {
		for j, v := range row {
			c[j][i] = v
		}
	}
	return c
}

// plus is a + b, where b is a matrix or one row for all.
func (m matrix) plus(b matrix) matrix {
	return m.with(b, func(a, b float64) float64 { return a + b })
}

func (m matrix) minus(b matrix) matrix {
	return m.with(b, func(a, b float64) float64 { return a - b })
}

func (m matrix) times(b matrix) matrix {
	return m.with(b, func(a, b float64) float64 { return a * b })
}

// over is a / s.
func (m matrix) over(s float64) matrix { return m.each(func(v float64) float64 { return v / s }) }

func (m matrix) with(b matrix, f func(a, b float64) float64) matrix {
	c := zeros(len(m), len(m[0]))
	for i, row := range m {
		for j, v := range row {
			c[i][j] = f(v, b[i%len(b)][j])
		}
	}
	return c
}

func (m matrix) each(f func(float64) float64) matrix {
	return m.with(m, func(v, _ float64) float64 { return f(v) })
}

// sum is a.sum(axis=0, keepdims=True).
func (m matrix) sum() matrix {
	c := zeros(1, len(m[0]))
	for _, row := range m {
		for j, v := range row {
			c[0][j] += v
		}
	}
	return c
}

// total is a.sum().
func (m matrix) total() (sum float64) {
	for _, row := range m {
		for _, v := range row {
			sum += v
		}
	}
	return sum
}

// flat is a.ravel().
func (m matrix) flat() (values []float64) {
	for _, row := range m {
		values = append(values, row...)
	}
	return values
}

// reshape is np.reshape(values, (rows, cols)).
func reshape(values []float64, rows, cols int) matrix {
	m := zeros(rows, cols)
	for i := range m {
		copy(m[i], values[i*cols:])
	}
	return m
}
