package nn

import (
	"errors"
	"fmt"
)

// A Span is a part of the slab of parameters.
type Span struct{ Lo, Hi int }

// within returns what of the span lies from lo to hi; it is empty unless the first is below the second.
func (s Span) within(lo, hi int) (int, int) { return max(s.Lo, lo), min(s.Hi, hi) }

// Learning lists the parts of the slab that learn, in order. What is left out belongs to layers in Config.Frozen: their
// gradients are zero, regularisers and optimisers pass them by, and behind the last layer before which nothing learns no
// gradient is computed.
func (n *Net[F]) Learning() []Span { return n.spans }

// freeze marks the layers of Config.Frozen and works out which parameters learn.
func (n *Net[F]) freeze() error {
	nodes := n.plan.nodes
	for _, i := range n.cfg.Frozen {
		if i < 0 || i >= len(nodes) {
			return fmt.Errorf("nn: config: frozen layer %d; the network has layers 0 to %d", i, len(nodes)-1)
		}
		if err := each(nodes[i:i+1], func(n *node) error { n.frozen = true; return nil }); err != nil {
			return err
		}
	}
	learns := make([]bool, len(n.plan.segments))
	if err := each(nodes, func(node *node) error {
		for _, i := range node.params {
			learns[i] = !node.frozen
		}
		return nil
	}); err != nil {
		return err
	}
	for i, s := range n.plan.segments {
		last := len(n.spans) - 1
		switch {
		case !learns[i]:
		case last >= 0 && n.spans[last].Hi == s.Off:
			n.spans[last].Hi = s.Off + s.Len
		default:
			n.spans = append(n.spans, Span{s.Off, s.Off + s.Len})
		}
	}
	if len(n.spans) == 0 && n.plan.size > 0 && n.plan.stuck == nil {
		n.plan.stuck = errors.New("nn: all layers with parameters are frozen; leave one free to learn")
	}
	return nil
}
