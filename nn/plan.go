package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/tensor"
)

// A node is one layer of a spec, planned for the shape that reaches it.
type node struct {
	name     string // "2", or "2.1.0" inside a container: layer 2, branch 1, layer 0
	layer    layer.Layer
	plan     layer.Plan
	in       tensor.Shape
	out      tensor.Shape
	branches [][]*node // of a container
	joined   layer.Joined
	frozen   bool  // its parameters stay as they are
	params   []int // indices into Segments
	state    []int // likewise, of the state slab
}

// title is how messages call the node: "layer 2 (dense)".
func (n *node) title() string { return fmt.Sprintf("layer %s (%s)", n.name, n.layer.Kind()) }

// A blueprint is a spec with every shape known: the first half of Compile, before any memory is placed.
type blueprint struct {
	nodes    []*node
	out      tensor.Shape
	loss     loss.Plan
	segments []Segment // of the parameter slab
	decay    int       // length of its first part, on which decay acts
	size     int
	states   []Segment // of the state slab
	stateLen int
	work     int   // scratch elements a worker
	stuck    error // why the network cannot learn
}

// maxElements bounds one slab or buffer: 8 GiB of float32. Larger sizes are a slip of the keyboard or a hostile file.
const maxElements = 1<<31 - 1

func draw(spec Spec) (*blueprint, error) {
	if len(spec.Input) == 0 {
		return nil, errors.New("nn: the spec has no input shape; set Input, for example tensor.Shape{784}")
	}
	if err := spec.Input.Check(); err != nil {
		return nil, fmt.Errorf("nn: input: %w", err)
	}
	if len(spec.Layers) == 0 {
		return nil, errors.New("nn: the spec has no layers; give it at least one, for example layer.Dense{Units: 10}")
	}
	if spec.Loss == nil {
		return nil, errors.New("nn: the spec has no loss; for classes set Loss to loss.SoftmaxCrossEntropy{}, for numbers to loss.MeanSquared{}")
	}
	b := &blueprint{}
	var err error
	if b.nodes, b.out, err = b.list(spec.Layers, spec.Input, ""); err != nil {
		return nil, err
	}
	if b.loss, err = spec.Loss.Plan(b.out); err != nil {
		return nil, fmt.Errorf("nn: loss (%s) after %s: %w", spec.Loss.Kind(), b.nodes[len(b.nodes)-1].title(), err)
	}
	return b, b.place()
}

// list plans a list of layers, the first of which sees the shape in.
func (b *blueprint) list(layers []layer.Layer, in tensor.Shape, prefix string) ([]*node, tensor.Shape, error) {
	var nodes []*node
	for i, l := range layers {
		if l == nil {
			return nil, nil, fmt.Errorf("nn: layer %s%d is nil", prefix, i)
		}
		n := &node{name: fmt.Sprintf("%s%d", prefix, i), layer: l, in: in}
		if err := b.node(n); err != nil {
			return nil, nil, err
		}
		nodes = append(nodes, n)
		in = n.out
	}
	return nodes, in, nil
}

func (b *blueprint) node(n *node) (err error) {
	if n.plan, err = n.layer.Plan(n.in); err != nil {
		return fmt.Errorf("nn: %s: %w", n.title(), err)
	}
	n.out = n.plan.Out
	if n.plan.Branches != nil {
		var outs []tensor.Shape
		for i, layers := range n.plan.Branches {
			nodes, out, err := b.list(layers, n.in, fmt.Sprintf("%s.%d.", n.name, i))
			if err != nil {
				return err
			}
			n.branches = append(n.branches, nodes)
			outs = append(outs, out)
		}
		if n.joined, err = n.plan.Join(outs); err != nil {
			return fmt.Errorf("nn: %s: %w", n.title(), err)
		}
		n.out = n.joined.Out
	}
	if err := n.out.Check(); err != nil {
		return fmt.Errorf("nn: %s: output: %w", n.title(), err)
	}
	if n.plan.NoGradient != "" && b.stuck == nil {
		b.stuck = fmt.Errorf("nn: %s cannot learn: %s", n.title(), n.plan.NoGradient)
	}
	b.work = max(b.work, n.plan.Work)
	return nil
}

// place gives every parameter its place in the slab: decaying weights first, biases and others after.
func (b *blueprint) place() error {
	for _, decaying := range []bool{true, false} {
		if err := each(b.nodes, func(n *node) error {
			if decaying {
				n.params = make([]int, len(n.plan.Params))
			}
			for i, p := range n.plan.Params {
				if p.Decay != decaying {
					continue
				}
				n.params[i] = len(b.segments)
				if err := appendSegment(&b.segments, &b.size, n, p); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		if decaying {
			b.decay = b.size
		}
	}
	return each(b.nodes, func(n *node) error {
		for _, p := range n.plan.State {
			n.state = append(n.state, len(b.states))
			if err := appendSegment(&b.states, &b.stateLen, n, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func appendSegment(list *[]Segment, size *int, n *node, p layer.Param) error {
	if err := p.Shape.Check(); err != nil {
		return fmt.Errorf("nn: %s: %s: %w", n.title(), p.Name, err)
	}
	s := Segment{Name: "layer" + n.name + "." + p.Name, Layer: n.title(), Shape: p.Shape, Off: *size, Len: p.Shape.Size(), Decay: p.Decay}
	if s.Len > maxElements-*size {
		return fmt.Errorf("nn: %s: %s [%v] makes more than %d parameters; want smaller layers", n.title(), p.Name, p.Shape, maxElements)
	}
	*size += s.Len
	*list = append(*list, s)
	return nil
}

// each calls f on every node, containers before what they contain.
func each(nodes []*node, f func(*node) error) error {
	for _, n := range nodes {
		if err := f(n); err != nil {
			return err
		}
		for _, branch := range n.branches {
			if err := each(branch, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// mulFits reports whether a buffer of batch rows of the given shape stays within bounds.
func mulFits(batch int, size int) bool { return size <= math.MaxInt/batch && batch*size <= maxElements }
