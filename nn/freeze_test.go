package nn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

func ExampleNet_Learning() {
	spec := Spec{
		Input:  tensor.Shape{2},
		Layers: []layer.Layer{layer.Dense{Units: 3}, layer.ReLU{}, layer.Dense{Units: 2}},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
	net, err := Compile[float32](spec, Config{Frozen: []int{0}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range net.Segments() {
		fmt.Println(s.Name, s.Off, s.Off+s.Len)
	}
	fmt.Println(net.Learning())
	// Output:
	// layer0.W 0 6
	// layer2.W 6 12
	// layer0.b 12 15
	// layer2.b 15 17
	// [{6 12} {15 17}]
}

// TestFrozen: frozen parameters keep their bits under every optimiser and regulariser, have no gradient, and change nothing
// for the others: those move as they do in a network without frozen layers, to the bit.
func TestFrozen(t *testing.T) {
	spec := Spec{
		Input: tensor.Shape{2},
		Layers: []layer.Layer{
			layer.Dense{Units: 40}, layer.Tanh{},
			layer.Residual{Layers: []layer.Layer{layer.Dense{Units: 40}, layer.ReLU{}, layer.Dense{Units: 40}}},
			layer.Dense{Units: 40}, layer.ReLU{}, layer.Dense{Units: 2},
		},
		Loss:         loss.SoftmaxCrossEntropy{},
		Regularizers: []regularizer.Regularizer{regularizer.L2{Lambda: 0.1}, regularizer.L1{Lambda: 0.01}},
	}
	set := synthetic.Moons(64, 0.1, 1)
	rows := make([]int, 64)
	for i := range rows {
		rows[i] = i
	}
	batch := dataset.Batch{Set: set, Rows: rows}
	for _, frozen := range [][]int{{0}, {2}, {0, 2, 3}, {5}, {1, 3}, {3, 0}} {
		for _, threads := range []int{1, 3} {
			for _, o := range []optim.Optimizer{optim.NewAdamW(0.01), optim.NewMomentum(0.1)} {
				free, err := Compile[float32](spec, Config{Batch: 64, Seed: 1, Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				held, err := Compile[float32](spec, Config{Batch: 64, Seed: 1, Threads: threads, Frozen: frozen})
				if err != nil {
					t.Fatal(err)
				}
				name := fmt.Sprint(frozen, threads, o.Kind())
				before := slices.Clone(held.Params())
				// One step: from then on the free network is another one.
				s1, s2 := free.NewStepper(o), held.NewStepper(o)
				if a, b := free.Gradient(batch), held.Gradient(batch); a != b {
					t.Errorf("%s: loss %v, want %v", name, b, a)
				}
				free.Update(s1, 0.1)
				held.Update(s2, 0.1)
				learns := make([]bool, len(before))
				for _, s := range held.Learning() {
					for i := s.Lo; i < s.Hi; i++ {
						learns[i] = true
					}
				}
				for i := range before {
					switch {
					case !learns[i] && (held.Params()[i] != before[i] || held.Grads()[i] != 0):
						t.Fatalf("%s: frozen parameter %d is %v, was %v, has gradient %v", name, i, held.Params()[i], before[i], held.Grads()[i])
					case learns[i] && (held.Params()[i] != free.Params()[i] || held.Grads()[i] != free.Grads()[i]):
						t.Fatalf("%s: parameter %d is %v, gradient %v; want %v, %v", name, i, held.Params()[i], held.Grads()[i], free.Params()[i], free.Grads()[i])
					}
				}
				for range 3 {
					held.Gradient(batch)
					held.Update(s2, 0.1)
				}
				for _, s := range held.Segments() {
					same := slices.Equal(held.Params()[s.Off:s.Off+s.Len], before[s.Off:s.Off+s.Len])
					if holds := slices.ContainsFunc(frozen, func(i int) bool {
						return strings.HasPrefix(s.Name, fmt.Sprintf("layer%d.", i))
					}); same != holds {
						t.Errorf("%s: %s: unchanged is %v", name, s.Name, same)
					}
				}
				free.Close()
				held.Close()
			}
		}
	}
}

// TestFrozenPrefix: behind frozen layers no gradient is computed.
func TestFrozenPrefix(t *testing.T) {
	spec := Spec{
		Input:  tensor.Shape{2},
		Layers: []layer.Layer{layer.Dense{Units: 3}, layer.ReLU{}, layer.Dense{Units: 3}, layer.ReLU{}, layer.Dense{Units: 2}},
		Loss:   loss.SoftmaxCrossEntropy{},
	}
	net, err := Compile[float32](spec, Config{Frozen: []int{0, 2}, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	for i, s := range net.workspace.steps {
		if last := i == len(net.workspace.steps)-1; (s.view.DY != nil) != last || s.view.DX != nil {
			t.Errorf("step %d of %d: has a gradient of its output %v, of its input %v", i, len(net.workspace.steps), s.view.DY != nil, s.view.DX != nil)
		}
	}
}

func TestFrozenErrors(t *testing.T) {
	spec := Spec{Input: tensor.Shape{2}, Layers: []layer.Layer{layer.Dense{Units: 2}}, Loss: loss.SoftmaxCrossEntropy{}}
	for _, i := range []int{-1, 1} {
		if _, err := Compile[float32](spec, Config{Frozen: []int{i}}); err == nil || !strings.Contains(err.Error(), "the network has layers 0 to 0") {
			t.Errorf("%d: %v", i, err)
		}
	}
	net, err := Compile[float32](spec, Config{Frozen: []int{0}})
	if err != nil {
		t.Fatal(err)
	}
	defer net.Close()
	if err := net.Trainable(); err == nil || !strings.Contains(err.Error(), "leave one free to learn") {
		t.Errorf("%v", err)
	}
	if len(net.Learning()) != 0 {
		t.Errorf("%v", net.Learning())
	}
}
