package recipe

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/regularizer"
	"github.com/gradus-nn/gradus/tensor"
)

// A Recipe is everything that decides the weights of a training, with nothing left open. Threads and the path of the
// arithmetic are not part of it: they change no bit.
type Recipe struct {
	Form int `yaml:"gradus"`

	Data       string `yaml:"data"`                  // a name, a folder, or a file with a table
	DataSHA256 string `yaml:"data-sha256,omitempty"` // of that file
	Target     string `yaml:"target,omitempty"`      // the column of a table that is learnt
	Task       string `yaml:"task,omitempty"`        // classification or regression
	Columns    string `yaml:"columns,omitempty"`     // kinds that are not to be found out: zip=category,note=ignored
	Header     string `yaml:"header,omitempty"`      // yes or no: whether the first row holds names
	Size       string `yaml:"size,omitempty"`        // of images, in pixels: WIDTHxHEIGHT
	Channels   int    `yaml:"channels,omitempty"`    // of images: 1 is grey, 3 colour
	Fit        string `yaml:"fit,omitempty"`         // of images: stretch or crop

	Split string  `yaml:"split"` // standard, or nielsen: 50,000/10,000/10,000
	Limit int     `yaml:"limit"` // first examples to train on; 0 is all
	Val   float64 `yaml:"val"`   // held out of the training examples: a share below 1, or a number

	ValData        string `yaml:"val-data,omitempty"` // a file whose examples judge the epochs, in place of val
	ValDataSHA256  string `yaml:"val-data-sha256,omitempty"`
	TestData       string `yaml:"test-data,omitempty"` // a file whose examples judge the end
	TestDataSHA256 string `yaml:"test-data-sha256,omitempty"`

	Scale string `yaml:"scale"` // auto: as the data need it; or none

	From       string `yaml:"from,omitempty"`        // the file with the first weights; "" draws them
	FromSHA256 string `yaml:"from-sha256,omitempty"` // of those weights
	NewHead    bool   `yaml:"new-head,omitempty"`    // the last layer with parameters begins anew, drawn by the seed
	Freeze     string `yaml:"freeze,omitempty"`      // layers that keep theirs: 0,2, or all-but-last

	Layers string `yaml:"layers"` // as nn.ParseLayers reads them, with the output's activation
	Loss   string `yaml:"loss"`

	ClassWeight string `yaml:"class-weight,omitempty"` // balanced, or weights by name: ill=9,well=1

	L1      float64 `yaml:"l1"`
	L2      float64 `yaml:"l2"`
	L2Style string  `yaml:"l2-style"`

	Opt         string  `yaml:"opt"`
	LR          float64 `yaml:"lr"`
	Momentum    float64 `yaml:"momentum"` // of the optimisers that have one
	Schedule    string  `yaml:"schedule"`
	Clip        float64 `yaml:"clip"` // length that gradients are shortened to; 0 is any
	Batch       int     `yaml:"batch"`
	Epochs      int     `yaml:"epochs"` // 0 where Iters decides
	Iters       int     `yaml:"iters"`  // 0 where Epochs decides
	Replacement bool    `yaml:"replacement"`
	Patience    int     `yaml:"patience"` // epochs without improvement before an early end; 0 is never
	Monitor     string  `yaml:"monitor"`
	Seed        uint64  `yaml:"seed"`

	weights []float64 // that ClassWeight comes to
}

// Facts are what a recipe must know of the data.
type Facts struct {
	Input    tensor.Shape
	Outputs  int
	Targets  dataset.Kind
	Examples int // to train on, before any is held out
	Classes  []string
	Counts   []int // how many of the examples have each class or label
	Table    *Table
	Images   *Images

	Arrays *Arrays

	ValFile, TestFile *HeldFile
	OwnVal            bool // the data bring examples that judge the epochs
}

// settings that are within bounds for every data set.
const (
	maxCount = 1<<31 - 1 // examples, steps
	maxLR    = math.MaxFloat32
)

// Resolve fills in what the request leaves open and checks every setting.
func Resolve(q *Request, f Facts) (*Recipe, error) {
	r := &Recipe{
		Form:        Form,
		Data:        or(q.Data, "mnist"),
		Split:       or(q.Split, "standard"),
		Limit:       or(q.Limit, 0),
		Val:         or(q.Val, 0),
		Scale:       or(q.Scale, "auto"),
		From:        or(q.From, ""),
		FromSHA256:  or(q.FromSHA256, ""),
		NewHead:     or(q.NewHead, false),
		Freeze:      or(q.Freeze, ""),
		L1:          or(q.L1, 0),
		L2:          or(q.L2, 0),
		L2Style:     or(q.L2Style, string(regularizer.Nielsen)),
		Clip:        or(q.Clip, 0),
		Iters:       or(q.Iters, 0),
		Replacement: or(q.Replacement, false),
		Patience:    or(q.Patience, 0),
		Monitor:     or(q.Monitor, usualMonitor),
		Seed:        or(q.Seed, 0),
	}
	r.resolveTable(q, f)
	if err := r.resolveImages(q, f); err != nil {
		return nil, err
	}
	if f.Arrays != nil {
		r.DataSHA256, r.Target, r.Task = f.Arrays.SHA256, or(q.Target, ""), or(q.Task, "")
	}
	r.resolveHeld(f)
	if r.Patience > 0 && r.Val == 0 && r.Split == "standard" && !f.OwnVal {
		r.Val = 0.1 // the test examples must not decide when to stop
	}
	small := f.Examples < smallData
	r.Batch = or(q.Batch, choose(small, 32, 64))
	r.Epochs = or(q.Epochs, choose(q.Iters != nil, 0, choose((f.Table != nil || f.Images != nil) && r.Patience > 0, mostEpochs, choose(small, 100, choose(q.Opt == nil && q.LR == nil, 6, 10)))))
	for _, check := range []error{
		r.checkData(), r.checkTraining(q), r.resolveOptimizer(q), r.resolveNetwork(q, f), r.checkLabels(f), r.resolveClassWeight(q, f),
	} {
		if check != nil {
			return nil, check
		}
	}
	return r, nil
}

// smallData is the number of examples below which an epoch is so short that many are usual.
const smallData = 5000

func or[T any](p *T, usual T) T {
	if p != nil {
		return *p
	}
	return usual
}

func choose[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func (r *Recipe) checkData() error {
	switch {
	case r.Split != "standard" && r.Split != "nielsen":
		return fieldf("split", "is %q; want standard or nielsen (the last 10,000 training examples held out)", r.Split)
	case r.Split == "nielsen" && r.Val != 0:
		return fieldf("val", "is %v, but split nielsen holds out 10,000 examples already; leave one of them out", r.Val)
	case r.Limit < 0 || r.Limit > maxCount:
		return fieldf("limit", "is %d; want a number of examples, or 0 for all", r.Limit)
	case !(r.Val >= 0) || r.Val > maxCount || r.Val >= 1 && r.Val != math.Trunc(r.Val):
		return fieldf("val", "is %v; want a share such as 0.2, or a number of examples such as 10000", r.Val)
	}
	return checkScale(r.Scale)
}

func (r *Recipe) checkTraining(q *Request) error {
	switch {
	case r.NewHead && r.From == "":
		return fieldf("new-head", "is for a network that begins with the weights of another: give it with --from MODEL")
	case r.Batch < 1 || r.Batch > 1<<24:
		return fieldf("batch", "is %d; want 1 or more examples a step, such as 64", r.Batch)
	case r.Epochs < 0 || r.Epochs > maxCount || r.Epochs == 0 && q.Iters == nil:
		return fieldf("epochs", "is %d; want 1 or more", r.Epochs)
	case q.Iters != nil && r.Iters < 0 || r.Iters > maxCount || r.Iters == 0 && r.Epochs == 0:
		return fieldf("iters", "is %d; want 1 or more steps", r.Iters)
	case r.Patience < 0 || r.Patience > maxCount:
		return fieldf("patience", "is %d; want a number of epochs, or 0 for no early end", r.Patience)
	case !(r.Clip >= 0 && r.Clip <= math.MaxFloat32):
		return fieldf("clip", "is %v; want the length to shorten gradients to, such as 1, or 0 for any", r.Clip)
	case !(r.L1 >= 0 && r.L1 <= math.MaxFloat32):
		return fieldf("l1", "is %v; want 0 or more, such as 0.1", r.L1)
	case !(r.L2 >= 0 && r.L2 <= math.MaxFloat32):
		return fieldf("l2", "is %v; want 0 or more, such as 0.1", r.L2)
	}
	if _, err := regularizer.ParseStyle(r.L2Style); err != nil {
		return fieldf("l2-style", "is %q; want nielsen (λ/2n), saito (λ/2) or sklearn (λ/2 over the batch)", r.L2Style)
	}
	_, err := ParseMonitor(r.Monitor)
	return err
}

func (r *Recipe) resolveOptimizer(q *Request) error {
	name := or(q.Opt, "")
	if name == "" {
		name = choose(q.Momentum != nil, "momentum", "adam")
	}
	usual, err := optim.ByName(name, 0)
	if err != nil {
		return fieldf("opt", "is %q; want one of %s", name, optimizers())
	}
	if name = usual.Kind(); name == "sgd" && q.Momentum != nil && *q.Momentum != 0 {
		name = "momentum"
	}
	r.Opt = name
	r.LR = or(q.LR, usual.LearningRate())
	// A cycle is laid over the whole run, so it suits only one whose end is known.
	oneCycle := q.Opt == nil && q.LR == nil && q.Momentum == nil && q.Schedule == nil && q.Replacement == nil && r.Patience == 0
	if oneCycle {
		r.LR = 0.004 // Adam's largest rate of a cycle that ends near 0: bears more than a constant one
	}
	r.Schedule = or(q.Schedule, choose(oneCycle, "one-cycle", "constant"))
	if r.LR > maxLR {
		return fieldf("lr", "is %v, more than a float32 holds; want a number such as %v for %s", r.LR, usual.LearningRate(), name)
	}
	if !(r.LR > 0) {
		return fieldf("lr", "is %v; want a number above 0, such as %v for %s", r.LR, usual.LearningRate(), name)
	}
	switch name {
	case "momentum", "nesterov":
		if r.Momentum = or(q.Momentum, 0.9); !(r.Momentum >= 0 && r.Momentum < 1) {
			return fieldf("momentum", "is %v; want a number from 0 up to 1, such as 0.9", r.Momentum)
		}
	default:
		if q.Momentum != nil && *q.Momentum != 0 {
			return fieldf("momentum", "belongs to the optimisers momentum and nesterov; %s has none", name)
		}
	}
	if name == "adamw" {
		r.L2 = or(q.L2, usual.(optim.AdamW).Decay)
		if r.L2Style != string(regularizer.Nielsen) && r.L1 == 0 {
			return fieldf("l2-style", "has no meaning with adamw, whose weight decay is none of the three")
		}
	}
	if _, err := ParseSchedule(r.Schedule); err != nil {
		return err
	}
	_, err = r.Optimizer()
	return err
}

// Optimizer returns the recipe's optimiser.
func (r *Recipe) Optimizer() (optim.Optimizer, error) {
	o, err := optim.ByName(r.Opt, r.LR)
	if err != nil {
		return nil, fieldf("opt", "%s: %v", r.Opt, err)
	}
	switch x := o.(type) {
	case optim.Momentum:
		x.Mu = r.Momentum
		o = x
	case optim.Nesterov:
		x.Mu = r.Momentum
		o = x
	case optim.AdamW:
		x.Decay = r.L2
		o = x
	}
	return o, nil
}

// YAML writes the recipe as a file that can be run again.
func (r *Recipe) YAML(comment string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", comment)
	err := yaml.NewEncoder(&b).Encode(r)
	return b.Bytes(), err
}

// Describe is how the recipe learns, in a line: "adam, rate 0.001 · batch 64 · 10 epochs · seed 0".
func (r *Recipe) Describe() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, rate %v", r.Opt, r.LR)
	if r.Schedule != "constant" {
		b.WriteString(" " + r.Schedule)
	}
	if r.Momentum != 0 {
		fmt.Fprintf(&b, " · momentum %v", r.Momentum)
	}
	if r.L1 != 0 {
		fmt.Fprintf(&b, " · L1 %v (%s)", r.L1, r.L2Style)
	}
	switch {
	case r.Opt == "adamw":
		fmt.Fprintf(&b, " · decay %v", r.L2)
	case r.L2 != 0:
		fmt.Fprintf(&b, " · L2 %v (%s)", r.L2, r.L2Style)
	}
	if r.Clip != 0 {
		fmt.Fprintf(&b, " · clip %v", r.Clip)
	}
	fmt.Fprintf(&b, " · batch %d", r.Batch)
	if r.Replacement {
		b.WriteString(" drawn with replacement")
	}
	if r.Iters > 0 {
		fmt.Fprintf(&b, " · %d steps", r.Iters)
	}
	if r.Epochs > 0 {
		fmt.Fprintf(&b, " · %d epochs", r.Epochs)
	}
	if r.Patience > 0 {
		fmt.Fprintf(&b, " · patience %d", r.Patience)
	}
	fmt.Fprintf(&b, " · seed %d", r.Seed)
	return b.String()
}
