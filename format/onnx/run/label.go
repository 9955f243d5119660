package run

import (
	"fmt"

	"github.com/gradus-nn/gradus/format/onnx"
)

// labelAttributes are those of LabelEncoder since version 2 of ai.onnx.ml.
var labelAttributes = map[string]string{
	"keys_strings": "list of strings", "keys_int64s": "list of ints", "keys_floats": "list of floats",
	"values_strings": "list of strings", "values_int64s": "list of ints", "values_floats": "list of floats",
	"default_string": "string", "default_int64": "int", "default_float": "float",
}

// labelEncoder replaces every element by the value that belongs to it, or by a default.
func labelEncoder(c *call) (*onnx.Tensor, error) {
	switch x := c.in[0].Data.(type) {
	case []string:
		keys, _ := c.attribute("keys_strings")
		return encode(c, x, keys)
	case []int64:
		keys, _ := c.attribute("keys_int64s")
		return encode(c, x, keys)
	case []float32:
		keys, _ := c.attribute("keys_floats")
		return encode(c, x, keys)
	}
	return nil, refuseType(c.in[0])
}

func encode[K comparable](c *call, x []K, keys any) (*onnx.Tensor, error) {
	list, ok := keys.([]K)
	if !ok {
		return nil, fmt.Errorf("the input is %v, but there are no keys of that type", c.in[0].DType)
	}
	if v, given := c.attribute("values_strings"); given {
		standard := "_Unused"
		if text, given := c.attribute("default_string"); given {
			standard = text.(string)
		}
		return replace(c, x, list, v.([]string), standard, 16)
	}
	if v, given := c.integers("values_int64s"); given {
		return replace(c, x, list, v, c.integer("default_int64", -1), 8)
	}
	if v, given := c.attribute("values_floats"); given {
		return replace(c, x, list, v.([]float32), float32(c.float("default_float", 0)), 4)
	}
	return nil, fmt.Errorf("the values are missing")
}

func replace[K comparable, V onnx.Element](c *call, x, keys []K, values []V, standard V, size int) (*onnx.Tensor, error) {
	if len(keys) != len(values) {
		return nil, fmt.Errorf("%d keys and %d values; want as many", len(keys), len(values))
	}
	table := make(map[K]V, len(keys))
	for i, k := range keys {
		table[k] = values[i]
	}
	t, y, err := result[V](c, c.in[0].Shape, size)
	for i := range y {
		v, known := table[x[i]]
		if !known {
			v = standard
		}
		y[i] = v
	}
	return t, err
}
