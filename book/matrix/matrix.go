// Package matrix writes formulas as the books do, x·W + b, over the kernels of the engine.
package matrix

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/tensor"
)

// A Matrix is Rows times Cols numbers, row after row. A vector is a Matrix of one row, an example of a batch a row.
type Matrix struct {
	Rows, Cols int
	Data       []float64
}

// New returns a matrix of zeros.
func New(rows, cols int) Matrix { return Matrix{rows, cols, make([]float64, rows*cols)} }

// Of returns the matrix with the given rows, which must be equally long.
func Of(rows ...[]float64) Matrix {
	m := Matrix{Rows: len(rows), Cols: len(rows[0])}
	for _, r := range rows {
		if len(r) != m.Cols {
			panic(fmt.Sprintf("matrix: a row of %d numbers under one of %d", len(r), m.Cols))
		}
		m.Data = append(m.Data, r...)
	}
	return m
}

// Row returns a vector, a matrix of one row.
func Row(v ...float64) Matrix { return Of(v) }

// Dot returns the product that NumPy writes np.dot(m, w).
//
//	m [n, k]   w [k, out]   result [n, out]
func (m Matrix) Dot(w Matrix) Matrix {
	if m.Cols != w.Rows {
		panic(fmt.Sprintf("matrix: %s times %s: the inner lengths %d and %d differ", m.Shape(), w.Shape(), m.Cols, w.Rows))
	}
	y := New(m.Rows, w.Cols)
	kernel.Gemm(kernel.NewWorker(), kernel.Product[float64]{
		Form: kernel.NN, M: m.Rows, N: w.Cols, K: m.Cols, A: m.Data, B: w.Data, C: y.Data,
	})
	return y
}

// Plus returns m with the vector b added to every row: NumPy's broadcast.
func (m Matrix) Plus(b Matrix) Matrix {
	if b.Rows != 1 || b.Cols != m.Cols {
		panic(fmt.Sprintf("matrix: %s plus a vector %s; want 1×%d", m.Shape(), b.Shape(), m.Cols))
	}
	return m.each(func(i, j int, v float64) float64 { return v + b.Data[j] })
}

// Minus returns m - o, element by element.
func (m Matrix) Minus(o Matrix) Matrix {
	m.same(o)
	return m.each(func(i, j int, v float64) float64 { return v - o.At(i, j) })
}

// Times returns m ⊙ o, element by element: the Hadamard product.
func (m Matrix) Times(o Matrix) Matrix {
	m.same(o)
	return m.each(func(i, j int, v float64) float64 { return v * o.At(i, j) })
}

// T returns the transpose.
func (m Matrix) T() Matrix {
	t := New(m.Cols, m.Rows)
	for i := range m.Rows {
		for j := range m.Cols {
			t.Data[j*m.Rows+i] = m.At(i, j)
		}
	}
	return t
}

// Map returns f of every element.
func (m Matrix) Map(f func(float64) float64) Matrix {
	return m.each(func(_, _ int, v float64) float64 { return f(v) })
}

// Through returns what a layer of the engine without parameters makes of every row.
func (m Matrix) Through(l layer.Layer) Matrix {
	plan, err := l.Plan(tensor.Shape{m.Cols})
	if err != nil {
		panic(err)
	}
	if plan.F64 == nil { // it only passes on
		return m
	}
	y := New(m.Rows, plan.Out.Size())
	plan.F64.Forward(&layer.View[float64]{N: m.Rows, X: m.Data, Y: y.Data}, layer.Share{Hi: m.Rows, Worker: kernel.NewWorker()})
	return y
}

// At returns the element in row i and column j.
func (m Matrix) At(i, j int) float64 { return m.Data[i*m.Cols+j] }

// Set changes it.
func (m Matrix) Set(i, j int, v float64) { m.Data[i*m.Cols+j] = v }

// Shape is written 2×3.
func (m Matrix) Shape() tensor.Shape { return tensor.Shape{m.Rows, m.Cols} }

// String writes the rows in brackets.
func (m Matrix) String() string {
	var b strings.Builder
	for i := range m.Rows {
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%.8g", m.Data[i*m.Cols:(i+1)*m.Cols])
	}
	return b.String()
}

func (m Matrix) same(o Matrix) {
	if m.Rows != o.Rows || m.Cols != o.Cols {
		panic(fmt.Sprintf("matrix: %s and %s have different shapes", m.Shape(), o.Shape()))
	}
}

func (m Matrix) each(f func(i, j int, v float64) float64) Matrix {
	y := New(m.Rows, m.Cols)
	for k, v := range m.Data {
		y.Data[k] = f(k/m.Cols, k%m.Cols, v)
	}
	return y
}
