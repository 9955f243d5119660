package train

import (
	"fmt"
	"testing"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// The promise "same bits": whatever the number of threads and the kernel path, the same weights.

// inputs and units are large enough for the work to be shared among threads, and no multiple of a vector's width.
const (
	inputs = 37
	units  = 45
	batch  = 61
)

// kindSpecs returns a network for every kind of layer, loss and optimiser. A new kind without an entry fails the tests.
func kindSpecs(t *testing.T) map[string]nn.Spec {
	t.Helper()
	specs := map[string]nn.Spec{}
	around := func(l ...layer.Layer) nn.Spec {
		layers := append([]layer.Layer{layer.Dense{Units: units}}, l...)
		return nn.Spec{Input: tensor.Shape{inputs}, Layers: append(layers, layer.Dense{Units: 3}), Loss: loss.SoftmaxCrossEntropy{}}
	}
	for _, l := range layer.Kinds {
		name := "layer " + l.Kind()
		switch l.(type) {
		case layer.Dense:
			specs[name] = around(layer.Dense{Units: units}, layer.Dense{Units: 20, NoBias: true})
		case layer.Residual:
			specs[name] = around(layer.Residual{Layers: []layer.Layer{layer.Dense{Units: units}, layer.ReLU{}}}, layer.ReLU{})
		case layer.Concat:
			specs[name] = around(layer.Concat{Branches: [][]layer.Layer{{layer.Dense{Units: 7}, layer.Tanh{}}, {layer.Sigmoid{}}, {}}})
		case layer.Flatten:
			s := around(layer.ReLU{})
			s.Layers = append([]layer.Layer{layer.Flatten{}}, s.Layers...)
			specs[name] = s
		case layer.Step: // cannot learn
		default:
			specs[name] = around(l)
		}
	}
	specs["layer with state"] = around(drift{})
	for _, l := range loss.Kinds {
		s := around(layer.Sigmoid{})
		s.Loss = l
		specs["loss "+l.Kind()] = s
	}
	weights := []float64{0.3, 5, 1}
	for name, l := range map[string]loss.Loss{
		"cross-entropy": loss.SoftmaxCrossEntropy{Weights: weights}, "binary-cross-entropy": loss.BinaryCrossEntropy{Positive: weights},
	} {
		s := around(layer.Sigmoid{})
		s.Loss = l
		specs["loss "+name+", weighted"] = s
	}
	for _, r := range regularizer.Kinds {
		s := around(layer.Tanh{})
		switch r.(type) {
		case regularizer.L1:
			s.Regularizers = []regularizer.Regularizer{regularizer.L1{Lambda: 0.1}}
		case regularizer.L2:
			s.Regularizers = []regularizer.Regularizer{regularizer.L2{Lambda: 0.1}}
		default:
			t.Fatalf("regulariser %s has no case", r.Kind())
		}
		specs["regularizer "+r.Kind()] = s
	}
	return specs
}

// sum trains for some steps and returns the SHA-256 of the weights.
func sum(t *testing.T, spec nn.Spec, cfg Config, threads int) string {
	t.Helper()
	set := clusters(t, 3*batch+10, inputs, 3, 1).OneHot()
	net := compile[float32](t, spec, nn.Config{Batch: batch, Seed: 3, Threads: threads, Examples: set.Len()})
	defer net.Close()
	if net.Threads() != threads {
		t.Fatalf("%d threads, want %d", net.Threads(), threads)
	}
	cfg.Epochs, cfg.Seed, cfg.HeldOut = 1, 5, set
	if _, err := Run(t.Context(), net, set, cfg); err != nil {
		t.Fatal(err)
	}
	return model.From(net).SHA256()
}

// sameEverywhere compares numbers of threads on the fastest path, and all other paths, with one thread on the fastest.
func sameEverywhere(t *testing.T, spec nn.Spec, cfg Config) {
	t.Helper()
	defer kernel.Use(kernel.Active())
	first, numbers := "", []int{1, 2, 3, 8}
	for _, path := range kernel.Paths() {
		if err := kernel.Use(path); err != nil {
			t.Fatal(err)
		}
		for _, threads := range numbers {
			s := sum(t, spec, cfg, threads)
			if first == "" {
				first = s
			}
			if s != first {
				t.Errorf("path %s with %d threads gives other weights than %s with 1", path, threads, kernel.Paths()[0])
			}
		}
		numbers = []int{2}
	}
}

func TestSameBitsOnEveryPath(t *testing.T) {
	t.Logf("paths %v", kernel.Paths())
	for name, spec := range kindSpecs(t) {
		t.Run(name, func(t *testing.T) { sameEverywhere(t, spec, Config{Optimizer: optim.NewSGD(0.1)}) })
	}
	// Large enough for the update to be shared as well.
	wide := nn.Spec{
		Input: tensor.Shape{inputs}, Loss: loss.SoftmaxCrossEntropy{},
		Layers: []layer.Layer{layer.Dense{Units: 211}, layer.Tanh{}, layer.Dense{Units: 101}, layer.ReLU{}, layer.Dense{Units: 3}},
	}
	for _, o := range optim.Kinds {
		o, err := optim.ByName(o.Kind(), 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("optimiser "+o.Kind(), func(t *testing.T) {
			sameEverywhere(t, wide, Config{Optimizer: o, Clip: Clip{Norm: 0.5}, Schedule: optim.Cosine{}})
		})
	}
}

// A row that is predicted alone gives the same bits as in any batch.
func TestRowAloneOnEveryPath(t *testing.T) {
	defer kernel.Use(kernel.Active())
	specs := kindSpecs(t)
	step := specs["layer sigmoid"]
	step.Layers = []layer.Layer{step.Layers[0], layer.Step{}, step.Layers[2]}
	specs["layer step"] = step
	if len(specs) < len(layer.Kinds) {
		t.Fatal("a layer has no case")
	}
	x := features(clusters(t, 150, inputs, 3, 4))
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			var first string
			for _, path := range kernel.Paths() {
				if err := kernel.Use(path); err != nil {
					t.Fatal(err)
				}
				net := compile[float32](t, spec, nn.Config{Seed: 3, Threads: 2})
				all, err := net.Predict(x)
				if err != nil {
					t.Fatal(err)
				}
				if s := fmt.Sprintf("%x", all); first == "" {
					first = s
				} else if s != first {
					t.Fatalf("path %s predicts other bits than %s", path, kernel.Paths()[0])
				}
				for _, size := range []int{1, 2, 7, 33} {
					p, err := net.Predictor(size)
					if err != nil {
						t.Fatal(err)
					}
					out := net.Out()
					for lo := 0; lo+size <= 150; lo += size {
						y := make([]float32, size*out)
						if err := p.PredictInto(y, x[lo*inputs:(lo+size)*inputs]); err != nil {
							t.Fatal(err)
						}
						if !sameBits(y, all[lo*out:(lo+size)*out]) {
							t.Fatalf("path %s: rows %d to %d alone differ from the same rows among 150", path, lo, lo+size)
						}
					}
				}
			}
		})
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	set := clusters(t, 10*batch, inputs, 3, 1)
	spec := kindSpecs(t)["regularizer l2"]
	for _, o := range optim.Kinds {
		o, err := optim.ByName(o.Kind(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, sampling := range []Sampling{Shuffled, Replacement, InOrder} {
			for _, threads := range []int{1, 2} {
				t.Run(fmt.Sprintf("%s %s %d threads", o.Kind(), sampling.name(), threads), func(t *testing.T) {
					net := compile[float32](t, spec, nn.Config{Batch: batch, Seed: 3, Threads: threads, Examples: set.Len()})
					defer net.Close()
					r, err := newRunner(net, set, Config{
						Epochs: 100, Optimizer: o, Sampling: sampling, Schedule: optim.OneCycle{}, Clip: Clip{Norm: 1, Value: 1},
						Monitors: []Monitor{atStep{-1, nil}, Checkpoint(t.TempDir())},
					})
					if err != nil {
						t.Fatal(err)
					}
					r.event = Step{Live: r.live()}
					r.sampler.begin(0)
					i := 0
					if n := testing.AllocsPerRun(100, func() {
						if err := r.step(r.sampler.batch(i % 10)); err != nil {
							t.Fatal(err)
						}
						if err := r.tellStep(t.Context()); err != nil {
							t.Fatal(err)
						}
						i++
					}); n != 0 {
						t.Errorf("%v allocations a step", n)
					}
				})
			}
		}
	}
}
