package importer

import "github.com/gradus-nn/gradus/format/onnx"

// size follows what PyTorch makes of x.view(x.size(0), -1): Shape, Gather, Unsqueeze, Concat, which end in the second input of
// Reshape. The results become constants in which 0 stands for the number of examples, as it does in Reshape itself; nothing
// else takes constants of int64. It reports whether the node was one of these.
func (c *chain) size(n *onnx.Node) bool {
	if len(n.Outputs) != 1 || len(n.Inputs) == 0 {
		return false
	}
	var list []int64
	known := func(i int) ([]int64, bool) {
		t := c.constants[n.Inputs[i]]
		if t == nil {
			return nil, false
		}
		v, ok := t.Data.([]int64)
		return v, ok
	}
	switch n.Op {
	case "Shape":
		if n.Inputs[0] != c.at || c.shape == nil || len(n.Attributes) > 0 {
			return false
		}
		list = []int64{0}
		for _, d := range c.shape {
			list = append(list, int64(d))
		}
	case "Gather":
		if len(n.Inputs) != 2 {
			return false
		}
		from, ok := known(0)
		index, constant := known(1)
		if !ok || !constant || len(index) != 1 || index[0] < 0 || index[0] >= int64(len(from)) {
			return false
		}
		list = from[index[0] : index[0]+1]
	case "Unsqueeze":
		v, ok := known(0)
		if !ok || len(v) != 1 {
			return false
		}
		list = v
	case "Concat":
		for i := range n.Inputs {
			v, ok := known(i)
			if !ok {
				return false
			}
			list = append(list, v...)
		}
		if len(list) > 16 {
			return false
		}
	default:
		return false
	}
	c.constants[n.Outputs[0]] = onnx.Of("", []int{len(list)}, list)
	return true
}
