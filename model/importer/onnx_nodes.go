package importer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gradus-nn/gradus/format/npy"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/tensor"
)

// nodes are the operators that a chain may consist of. Each gets the attributes, the constant inputs in their order, and
// whether the layer before is dense and has no bias yet.
var nodes map[string]func(c *chain, attributes map[string]any, others []*onnx.Tensor, open bool) error

func init() { // the functions and the table refer to each other
	nodes = map[string]func(c *chain, attributes map[string]any, others []*onnx.Tensor, open bool) error{
		"Gemm":       (*chain).gemm,
		"MatMul":     (*chain).matMul,
		"Add":        (*chain).add,
		"Sub":        (*chain).sub,
		"Div":        (*chain).div,
		"Mul":        (*chain).mul,
		"Flatten":    (*chain).flatten,
		"Reshape":    (*chain).reshape,
		"Identity":   func(*chain, map[string]any, []*onnx.Tensor, bool) error { return nil },
		"Dropout":    (*chain).dropout,
		"Sigmoid":    activation(layer.Sigmoid{}),
		"Tanh":       activation(layer.Tanh{}),
		"Relu":       activation(layer.ReLU{}),
		"Softplus":   activation(layer.Softplus{}),
		"LeakyRelu":  sloped(0.01, func(a float64) layer.Layer { return layer.LeakyReLU{Alpha: a} }),
		"Elu":        sloped(1, func(a float64) layer.Layer { return layer.ELU{Alpha: a} }),
		"Softmax":    normalised(layer.Softmax{}),
		"LogSoftmax": normalised(layer.LogSoftmax{}),
	}
}

func activation(l layer.Layer) func(*chain, map[string]any, []*onnx.Tensor, bool) error {
	return func(c *chain, _ map[string]any, _ []*onnx.Tensor, _ bool) error { return c.behind(l) }
}

// behind adds a layer that does not change the shape; it needs a dense one before it.
func (c *chain) behind(l layer.Layer) error {
	if len(c.params) == 0 {
		return errors.New("an activation before the first dense layer")
	}
	c.layers = append(c.layers, l)
	return nil
}

func sloped(standard float64, of func(float64) layer.Layer) func(*chain, map[string]any, []*onnx.Tensor, bool) error {
	return func(c *chain, attributes map[string]any, _ []*onnx.Tensor, _ bool) error {
		alpha := standard
		if v, ok := attributes["alpha"].(float32); ok {
			alpha = float64(v)
		}
		if !(alpha > 0) {
			return fmt.Errorf("alpha is %v; want a number above 0", alpha)
		}
		return c.behind(of(alpha))
	}
}

// dropout does nothing outside a training.
func (c *chain) dropout(_ map[string]any, others []*onnx.Tensor, _ bool) error {
	for _, t := range others {
		if b, ok := t.Data.([]bool); ok && (len(b) != 1 || b[0]) {
			return errors.New("it is left in training mode; export the network in evaluation mode")
		}
	}
	return nil
}

// normalised accepts the last of two axes: with so many, all versions of the operators mean the same.
func normalised(l layer.Layer) func(*chain, map[string]any, []*onnx.Tensor, bool) error {
	return func(c *chain, attributes map[string]any, _ []*onnx.Tensor, _ bool) error {
		if axis, ok := attributes["axis"].(int64); ok && axis != 1 && axis != -1 {
			return fmt.Errorf("along axis %d; want the last", axis)
		}
		return c.behind(l)
	}
}

func (c *chain) flatten(attributes map[string]any, _ []*onnx.Tensor, _ bool) error {
	if axis, ok := attributes["axis"].(int64); ok && axis != 1 {
		return fmt.Errorf("from axis %d on; want 1, which keeps the examples apart", axis)
	}
	return c.flat()
}

// flat puts the axes of an example into one.
func (c *chain) flat() error {
	if len(c.shape) > 1 {
		if err := c.shape.Check(); err != nil {
			return err
		}
		c.layers = append(c.layers, layer.Flatten{})
		c.shape = tensor.Shape{c.shape.Size()}
	}
	return nil
}

// reshape accepts what flattens: [anything, size] or [0, -1].
func (c *chain) reshape(_ map[string]any, others []*onnx.Tensor, _ bool) error {
	if len(others) != 1 {
		return errors.New("the new shape is not constant")
	}
	list, ok := others[0].Data.([]int64)
	if !ok || len(list) != 2 || c.shape == nil || c.shape.Check() != nil {
		return fmt.Errorf("into %v; want a shape that keeps the examples and flattens the rest", others[0].Data)
	}
	if size := int64(c.shape.Size()); list[1] != size && (list[1] != -1 || list[0] != 0) {
		return fmt.Errorf("into %v; want examples of %d", list, size)
	}
	return c.flat()
}

func (c *chain) gemm(attributes map[string]any, others []*onnx.Tensor, _ bool) error {
	for name, v := range attributes {
		one, _ := v.(float32)
		flag, isInt := v.(int64)
		if (name == "alpha" || name == "beta") && one != 1 || name == "transA" && (!isInt || flag != 0) {
			return fmt.Errorf("%s is %v; want a plain x·W + b", name, v)
		}
	}
	if len(others) < 1 || len(others) > 2 {
		return errors.New("want constant weights and a constant bias")
	}
	flag, _ := attributes["transB"].(int64)
	if err := c.dense(others[0], flag != 0); err != nil {
		return err
	}
	if len(others) == 2 {
		return c.bias(others[1])
	}
	return nil
}

func (c *chain) matMul(_ map[string]any, others []*onnx.Tensor, _ bool) error {
	if len(others) != 1 {
		return errors.New("want constant weights")
	}
	err := c.dense(others[0], false)
	c.open = err == nil
	return err
}

// dense adds a layer without a bias, so far.
func (c *chain) dense(w *onnx.Tensor, transposed bool) error {
	a, err := array(w)
	if err != nil {
		return err
	}
	if len(a.Shape) != 2 || a.Shape[0] < 1 || a.Shape[1] < 1 {
		return fmt.Errorf("the weights have shape %v; want a matrix", a.Shape)
	}
	if transposed {
		a = turned(a)
	}
	if c.shape == nil {
		c.shape = tensor.Shape{a.Shape[0]}
		if c.input == nil {
			c.input = c.shape
		}
	}
	if len(c.shape) != 1 || c.shape[0] != a.Shape[0] {
		return fmt.Errorf("weights %v do not fit examples of shape %v; want [in out] for a flat input", a.Shape, c.shape)
	}
	c.layers = append(c.layers, layer.Dense{Units: a.Shape[1], NoBias: true})
	c.params = append(c.params, a, nil)
	c.shape = tensor.Shape{a.Shape[1]}
	return nil
}

// add brings the bias of the dense layer before.
func (c *chain) add(_ map[string]any, others []*onnx.Tensor, open bool) error {
	if !open || len(others) != 1 {
		return errors.New("want the bias of a MatMul right behind it")
	}
	return c.bias(others[0])
}

func (c *chain) bias(b *onnx.Tensor) error {
	a, err := array(b)
	if err != nil {
		return err
	}
	out := c.shape[0]
	if s := a.Shape; len(s) == 0 || len(s) > 2 || s[len(s)-1] != out || a.Len() != out {
		return fmt.Errorf("the bias has shape %v; want [%d]", a.Shape, out)
	}
	c.params[len(c.params)-1] = a
	c.layers[len(c.layers)-1] = layer.Dense{Units: out}
	return nil
}

// sub and div are preprocessing: x / divide, or (x - mean) / std column by column.
func (c *chain) sub(_ map[string]any, others []*onnx.Tensor, _ bool) error {
	if len(c.layers) > 0 || len(others) != 1 {
		return errors.New("want it before the first layer, with a constant: the means of the columns")
	}
	c.centre = others[0]
	return nil
}

func (c *chain) div(_ map[string]any, others []*onnx.Tensor, _ bool) error {
	if len(c.layers) > 0 || len(others) != 1 {
		return errors.New("want it before the first layer, by a constant: the deviations of the columns, or one number")
	}
	d, ok := others[0].Data.([]float32)
	if !ok {
		return fmt.Errorf("by %v; want float", others[0].DType)
	}
	centre := c.centre
	c.centre = nil
	if centre == nil {
		if len(d) != 1 {
			return fmt.Errorf("by %d numbers without a subtraction before; want one number", len(d))
		}
		step := preprocess.PixelScale{Divide: d[0]}
		c.pipeline = append(c.pipeline, step)
		return step.Check(1)
	}
	mean, ok := centre.Data.([]float32)
	if !ok || c.shape == nil || c.shape.Check() != nil || !c.columns(centre) || !c.columns(others[0]) {
		return errors.New("want a mean and a deviation of type float for each column of an input of known shape")
	}
	step := preprocess.Standardize{Mean: mean, Std: d}
	c.pipeline = append(c.pipeline, step)
	return step.Check(c.shape.Size())
}

// mul is Keras's Rescaling layer: x * scale, with the scale written as 0.003921569 where 1/255 was meant.
func (c *chain) mul(_ map[string]any, others []*onnx.Tensor, _ bool) error {
	if len(c.layers) > 0 || len(others) != 1 {
		return errors.New("want it before the first layer, by a constant: one number")
	}
	scale, ok := others[0].Data.([]float32)
	if !ok || len(scale) != 1 {
		return fmt.Errorf("by %d numbers of type %v; want one float", others[0].Len(), others[0].DType)
	}
	step := preprocess.PixelScale{Divide: float32(1 / float64(scale[0]))}
	c.pipeline = append(c.pipeline, step)
	return step.Check(1)
}

// columns reports whether a constant has one number for each element of an example.
func (c *chain) columns(t *onnx.Tensor) bool {
	s := t.Shape
	for len(s) > len(c.shape) && s[0] == 1 {
		s = s[1:]
	}
	return slices.Equal(s, c.shape)
}

// array returns a tensor of floating point numbers.
func array(t *onnx.Tensor) (*npy.Array, error) {
	if t.DType != onnx.Float && t.DType != onnx.Double {
		return nil, fmt.Errorf("constants of type %v; want float or double", t.DType)
	}
	a := &npy.Array{Shape: t.Shape, Data: t.Data}
	return a, a.Check()
}
