package run

import (
	"fmt"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/kernel"
)

// gemm is alpha·A·B + beta·C, with A and B transposed on request and C stretched to the product.
func gemm(c *call) (*onnx.Tensor, error) {
	if c.opset >= 7 {
		if _, old := c.attribute("broadcast"); old {
			return nil, fmt.Errorf("the attribute broadcast ended with version 7 of the operators")
		}
	}
	a, b := c.in[0], c.in[1]
	if len(a.Shape) != 2 || len(b.Shape) != 2 {
		return nil, fmt.Errorf("shapes %v and %v; want two matrices", a.Shape, b.Shape)
	}
	switch a.Data.(type) {
	case []float32:
		return gemmOf[float32](c, a, b, 4)
	case []float64:
		return gemmOf[float64](c, a, b, 8)
	}
	return nil, refuseType(a)
}

func gemmOf[F kernel.Float](c *call, a, b *onnx.Tensor, size int) (*onnx.Tensor, error) {
	x, _ := a.Data.([]F)
	y, ok := b.Data.([]F)
	if !ok {
		return nil, fmt.Errorf("inputs of types %v and %v; want the same", a.DType, b.DType)
	}
	var err error
	m, k := a.Shape[0], a.Shape[1]
	if c.integer("transA", 0) != 0 {
		if x, err = transposed(c, x, m, k, size); err != nil {
			return nil, err
		}
		m, k = k, m
	}
	inner, n := b.Shape[0], b.Shape[1]
	if c.integer("transB", 0) != 0 {
		if y, err = transposed(c, y, inner, n, size); err != nil {
			return nil, err
		}
		inner, n = n, inner
	}
	if inner != k {
		return nil, fmt.Errorf("matrices [%d %d] and [%d %d] cannot be multiplied", m, k, inner, n)
	}
	t, z, err := result[F](c, []int{m, n}, size)
	if err != nil {
		return nil, err
	}
	bias := c.input(2)
	if bias != nil && c.float("alpha", 1) == 1 && c.float("beta", 1) == 1 && len(bias.Shape) >= 1 && len(bias.Shape) <= 2 && bias.Len() == n && bias.Shape[len(bias.Shape)-1] == n {
		if v, ok := bias.Data.([]F); ok && m > 0 && n > 0 && k > 0 { // the sums begin with the bias, as those of a dense layer do: the same bits
			kernel.Gemm(kernel.NewWorker(), kernel.Product[F]{Form: kernel.NN, M: m, N: n, K: k, A: x, B: y, C: z, Start: kernel.Bias, Bias: v})
			return t, nil
		}
	}
	multiply(z, x, y, m, n, k)
	if alpha := F(c.float("alpha", 1)); alpha != 1 {
		for i := range z {
			z[i] *= alpha
		}
	}
	if bias == nil {
		return t, nil
	}
	if beta := F(c.float("beta", 1)); beta != 1 {
		v, ok := bias.Data.([]F)
		if !ok {
			return nil, fmt.Errorf("the third input is %v; want %v", bias.DType, a.DType)
		}
		scaled, w, err := result[F](c, bias.Shape, size)
		if err != nil {
			return nil, err
		}
		for i := range w {
			w[i] = beta * v[i]
		}
		bias = scaled
	}
	sum, err := combine(c, add, t, bias)
	if err == nil && !slices.Equal(sum.Shape, t.Shape) {
		return nil, fmt.Errorf("the third input %v cannot be stretched to the product %v", bias.Shape, t.Shape)
	}
	return sum, err
}

// transposed returns [cols, rows] of a matrix [rows, cols].
func transposed[F kernel.Float](c *call, a []F, rows, cols, size int) ([]F, error) {
	_, t, err := result[F](c, []int{cols, rows}, size)
	if err != nil || len(t) == 0 {
		return t, err
	}
	for i := range rows {
		for j := range cols {
			t[j*rows+i] = a[i*cols+j]
		}
	}
	return t, nil
}

// multiply is z = x·y for x [m, k], y [k, n]; z is zero before.
func multiply[F kernel.Float](z, x, y []F, m, n, k int) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	kernel.Gemm(kernel.NewWorker(), kernel.Product[F]{Form: kernel.NN, M: m, N: n, K: k, A: x, B: y, C: z})
}

// matMul is numpy.matmul: matrices in the last two axes, all others stretched to each other.
func matMul(c *call) (*onnx.Tensor, error) {
	switch c.in[0].Data.(type) {
	case []float32:
		return matMulOf[float32](c, 4)
	case []float64:
		return matMulOf[float64](c, 8)
	}
	return nil, refuseType(c.in[0])
}

func matMulOf[F kernel.Float](c *call, bytes int) (*onnx.Tensor, error) {
	a, b := c.in[0], c.in[1]
	x, _ := a.Data.([]F)
	y, ok := b.Data.([]F)
	if !ok {
		return nil, fmt.Errorf("inputs of types %v and %v; want the same", a.DType, b.DType)
	}
	as, bs := a.Shape, b.Shape
	if len(as) == 0 || len(bs) == 0 {
		return nil, fmt.Errorf("shapes %v and %v; want vectors or matrices", as, bs)
	}
	row, column := len(as) == 1, len(bs) == 1
	if row {
		as = []int{1, as[0]}
	}
	if column {
		bs = []int{bs[0], 1}
	}
	la, lb := len(as)-2, len(bs)-2
	m, k, n := as[la], as[la+1], bs[lb+1]
	if bs[lb] != k {
		return nil, fmt.Errorf("shapes %v and %v cannot be multiplied", a.Shape, b.Shape)
	}
	batch, err := broadcast(as[:la], bs[:lb])
	if err != nil {
		return nil, err
	}
	shape := slices.Clone(batch)
	if !row {
		shape = append(shape, m)
	}
	if !column {
		shape = append(shape, n)
	}
	t, z, err := result[F](c, shape, bytes)
	if err != nil || len(z) == 0 {
		return t, err
	}
	if len(bs) == 2 { // all rows at once
		multiply(z, x, y, len(z)/n, n, k)
		return t, nil
	}
	// The matrices are rows of length 1 as far as stretching goes.
	one := append(slices.Clone(batch), 1)
	at := 0
	rows(one, strides(append(slices.Clone(as[:la]), 1), one), strides(append(slices.Clone(bs[:lb]), 1), one), func(_, i, j int) {
		multiply(z[at:at+m*n], x[i*m*k:(i+1)*m*k], y[j*k*n:(j+1)*k*n], m, n, k)
		at += m * n
	})
	return t, nil
}
