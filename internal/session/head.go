package session

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// The head of a network is its last layer with parameters, whose outputs are the classes. A training that begins with the weights of a
// model keeps its head where the data have the model's classes; where they have others, the head begins anew, and the rest is kept.

// fitHead gives the request of startFrom the outputs that the data want. It decides whether the head begins anew, unless the request does.
func (t *Training) fitHead(q *recipe.Request) (*recipe.Request, error) {
	if t.from == nil {
		return q, nil
	}
	set := t.data.Train
	if in := t.from.Spec.Input; in.Size() != set.Shape.Size() {
		return nil, &recipe.FieldError{Field: "from", Text: fmt.Sprintf("is %s, which takes %v numbers an example; %s has %v", *q.From, in, terminal.Clean(set.Name), set.Shape)}
	}
	other := otherOutputs(t.from, set)
	anew := other != ""
	if q.NewHead != nil {
		anew = *q.NewHead
	}
	all := *q
	all.NewHead = &anew
	switch out, err := t.from.Spec.Output(); {
	case err != nil:
		return nil, err
	case !anew && out.Size() != set.Out:
		return nil, &recipe.FieldError{Field: "from", Text: fmt.Sprintf("is %s, but %s; --new-head begins its last layer anew", *q.From, other)}
	case !anew:
		return &all, nil
	}
	if layers, cost := recipe.Words(t.from.Spec); *q.Layers == layers { // and no others are asked for
		layers, now, err := recipe.WithHead(t.from.Spec, set.Out, sameTask(t.from, set.Kind()))
		if err != nil {
			return nil, err
		}
		all.Layers = &layers
		if now == "" && q.Loss != nil && *q.Loss == cost {
			all.Loss = nil
		}
	}
	return &all, nil
}

// otherOutputs says in what a model's outputs are others than those that the set wants; "" if they are the same.
func otherOutputs(m *model.Model, set *dataset.Set) string {
	out, err := m.Spec.Output()
	if err != nil {
		return ""
	}
	before, now := m.Classes, set.Classes
	switch {
	case !sameTask(m, set.Kind()):
		return "the model was trained on a task of another kind"
	case out.Size() != set.Out && set.Kind() == dataset.Real:
		return fmt.Sprintf("the model predicts %s, these data have %d", transcript.Count(out.Size(), "number", "numbers"), set.Out)
	case out.Size() != set.Out:
		return fmt.Sprintf("the model has %s, these data have %d", transcript.Count(out.Size(), "class", "classes"), set.Out)
	case len(before) == 0 || len(now) == 0 || unnamed(m) || len(orderOf(before, now)) > 0:
		return ""
	}
	return fmt.Sprintf("the model's classes are %s; here they are %s", someNames(before), someNames(now))
}

// unnamed reports whether the classes of a model are those of a file that did not name them, so that an import numbered them. They may be
// any, and their order is that of the data.
func unnamed(m *model.Model) bool {
	return m.Data == "" && slices.Equal(m.Classes, dataset.Numbered(len(m.Classes)))
}

// sameTask reports whether a model's head, with the loss that it has, suits targets of the kind; of what does not say what it was
// trained on, it is taken to.
func sameTask(m *model.Model, kind dataset.Kind) bool {
	if m.Columns != nil {
		switch m.Columns.Task() {
		case columns.Regression:
			return kind == dataset.Real
		case columns.Labels:
			return kind == dataset.MultiHot
		}
		return kind.SingleClass()
	}
	switch m.Spec.Loss.(type) {
	case loss.SoftmaxCrossEntropy:
		return kind.SingleClass()
	case loss.BinaryCrossEntropy: // also of one class an example, each output for itself
		return kind != dataset.Real
	}
	return len(m.Classes) == 0 || kind != dataset.Real
}

// orderOf returns where the names of now stand among those of before: nil if they are not the same names. A folder may have stood for a name that
// no folder can have.
func orderOf(before, now []string) []int {
	if len(before) != len(now) {
		return nil
	}
	places := make([]int, len(now))
	for i, name := range now {
		places[i] = slices.IndexFunc(before, func(c string) bool { return c == name || imagefolder.FolderName(c) == name })
		if places[i] < 0 {
			return nil
		}
	}
	return places
}

func someNames(names []string) string {
	const shown = 4
	text := strings.Join(names[:min(shown, len(names))], ", ")
	if len(names) > shown {
		text += ", ..."
	}
	return terminal.Clean(text)
}

// first returns the weights that the network of t begins with: those of the model, but for a head that begins anew, and with the outputs
// in the order of the data's classes.
func (t *Training) first() (*model.Model, error) {
	order, m := t.order(), t.flattened()
	if !t.recipe.NewHead && order == nil {
		return m, nil
	}
	at, err := recipe.Head(t.net.Spec())
	if err != nil {
		return nil, err
	}
	drawn := model.From(t.net).Params
	for i, p := range m.Params {
		if !strings.HasPrefix(p.Name, fmt.Sprintf("layer%d.", at)) {
			continue
		}
		if !t.recipe.NewHead {
			m.Params[i] = inOrder(p, order)
		} else if k := slices.IndexFunc(drawn, func(o safetensors.Tensor) bool { return o.Name == p.Name }); k >= 0 {
			m.Params[i] = drawn[k]
		}
	}
	return m, nil
}

// flattened returns a copy of the model whose layers are counted as those of t's network are: pictures are laid flat before the first layer
// of a model that takes them flat.
func (t *Training) flattened() *model.Model {
	m := *t.from
	m.Params = slices.Clone(m.Params)
	_, lays := t.net.Spec().Layers[0].(layer.Flatten)
	if _, own := m.Spec.Layers[0].(layer.Flatten); !lays || own {
		return &m
	}
	for i, p := range m.Params {
		if n, err := recipe.LayerOf(p.Name); err == nil {
			m.Params[i].Name = strings.Replace(p.Name, fmt.Sprintf("layer%d", n), fmt.Sprintf("layer%d", n+1), 1)
		}
	}
	return &m
}

// order returns where the data's classes stand among the model's, nil if in the same places or not at all.
func (t *Training) order() []int {
	if o := orderOf(t.from.Classes, t.data.Train.Classes); !slices.IsSorted(o) {
		return o
	}
	return nil
}

// inOrder returns a tensor [..., outputs] with its outputs in another order.
func inOrder(t safetensors.Tensor, order []int) safetensors.Tensor {
	n := len(order)
	size := t.DType.Size()
	data := make([]byte, len(t.Data))
	for row := 0; row < len(data); row += n * size {
		for i, from := range order {
			copy(data[row+i*size:][:size], t.Data[row+from*size:])
		}
	}
	t.Data = data
	return t
}

// describeHead says what became of the model's head; "" if it is kept as it is.
func (t *Training) describeHead() string {
	if !t.recipe.NewHead {
		if t.order() == nil {
			return ""
		}
		return "the model's outputs, put into the order of these classes"
	}
	why := otherOutputs(t.from, t.data.Train)
	if why == "" {
		why = "as asked"
	}
	at, err := recipe.Head(t.net.Spec())
	if err != nil {
		return ""
	}
	return fmt.Sprintf("layer%d begins anew, drawn by the seed: %s", at, why)
}
