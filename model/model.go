// Package model saves trained networks and loads them again, with everything that is needed to use them: the
// description, the weights, the class names, and what was done to the data.
//
// A .gradus file is a safetensors file: one tensor for each of the network's, under its name ("layer0.W" [784 30]), and
// the rest in the metadata. Any safetensors reader opens it.
package model

import (
	"fmt"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// Info is what a model carries beside its description and weights. Every field may be empty.
type Info struct {
	Classes    []string            // names of the classes, by output
	Features   []string            // names of the input columns, in order
	Preprocess preprocess.Pipeline // what was done to the data before the network saw it
	Columns    *columns.Schema     // of a model of tables: how a row became features, and an output becomes an answer
	Seed       uint64              // from which the training drew
	Data       string              // name of the data set
	Tool       string              // what wrote the file: "gradus 0.1.0"
	Metrics    map[string]float64  // how good the model was when it was saved: "val_acc": 0.975
	Extra      map[string]string   // further metadata; those of other tools are kept
}

// A Model is a network at rest: plain data that is saved and loaded. Compile makes it run.
type Model struct {
	Spec nn.Spec
	Info

	// Params and State are the network's tensors in slab order, all F32 or all F64.
	Params, State []safetensors.Tensor

	// Attached are tensors in the same file that are not the network's, such as the optimiser's memory in a checkpoint.
	// Their names begin with AttachedPrefix.
	Attached []safetensors.Tensor

	// Warnings are filled by Load: sentences about what is legal but suspicious, such as weights that are not finite.
	Warnings []string
}

// AttachedPrefix begins the name of every tensor that is not the network's own.
const AttachedPrefix = "train."

// From returns a copy of the network's description, weights and state.
func From[F kernel.Float](net *nn.Net[F]) *Model { return With(net, net.Params(), net.State()) }

// With returns a model of the network's description with copies of other weights and state, which are laid out as the
// network's own.
func With[F kernel.Float](net *nn.Net[F], params, state []F) *Model {
	return &Model{
		Spec:   net.Spec(),
		Info:   Info{Seed: net.Config().Seed},
		Params: segments(params, net.Segments()),
		State:  segments(state, net.StateSegments()),
	}
}

func segments[F kernel.Float](slab []F, list []nn.Segment) []safetensors.Tensor {
	var tensors []safetensors.Tensor
	for _, s := range list {
		tensors = append(tensors, Tensor(s.Name, s.Shape, slab[s.Off:s.Off+s.Len]))
	}
	return tensors
}

// Save writes net to path in one step: see [Model.Save]. What else the file is to carry is set on the model that
// [From] returns.
func Save[F kernel.Float](path string, net *nn.Net[F]) error { return From(net).Save(path) }

// Compile builds the network of a model in the precision of F, with the model's weights and state. A network of the
// other precision than the stored one gets the nearest values.
func Compile[F kernel.Float](m *Model, cfg nn.Config) (*nn.Net[F], error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	net, err := nn.Compile[F](m.Spec, cfg)
	if err != nil {
		return nil, err
	}
	if err := Restore(net, m); err != nil {
		net.Close()
		return nil, err
	}
	return net, nil
}

// Net is Compile in float32, in which networks are used.
func (m *Model) Net(cfg nn.Config) (*nn.Net[float32], error) { return Compile[float32](m, cfg) }

// Restore copies the model's weights and state into a network of the same description.
func Restore[F kernel.Float](net *nn.Net[F], m *Model) error {
	if err := fill(net.Params(), net.Segments(), m.Params); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if err := fill(net.State(), net.StateSegments(), m.State); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	return nil
}

// fill copies tensors to their places in a slab.
func fill[F kernel.Float](slab []F, list []nn.Segment, tensors []safetensors.Tensor) error {
	if err := checkTensors(list, tensors); err != nil {
		return err
	}
	for i, s := range list {
		if err := Copy(slab[s.Off:s.Off+s.Len], tensors[i]); err != nil {
			return err
		}
	}
	return nil
}

// Tensor returns a tensor with a copy of data.
func Tensor[F kernel.Float](name string, shape []int, data []F) safetensors.Tensor {
	if d, ok := any(data).([]float32); ok {
		return safetensors.FromFloat32s(name, shape, d)
	}
	return safetensors.FromFloat64s(name, shape, any(data).([]float64))
}

// Copy copies the values of t to dst, which must have as many elements.
func Copy[F kernel.Float](dst []F, t safetensors.Tensor) error {
	if d, ok := any(dst).([]float32); ok {
		return t.CopyFloat32s(d)
	}
	return t.CopyFloat64s(any(dst).([]float64))
}
