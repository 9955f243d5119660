package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/model"
)

// A setup is what decides the bits of a training. A snapshot carries it, and only a training with an equal one may go
// on from there: any other would end where no unbroken training could.
type setup struct {
	Spec      json.RawMessage `json:"spec"`
	Precision string          `json:"precision"`
	NetSeed   uint64          `json:"net_seed"`
	Frozen    []int           `json:"frozen,omitempty"`
	Examples  int             `json:"examples,omitempty"` // by which regularisers divide
	Batch     int             `json:"batch"`
	Seed      uint64          `json:"seed"`
	Sampling  Sampling        `json:"sampling,omitempty"`
	Optimizer json.RawMessage `json:"optimizer"`
	Schedule  json.RawMessage `json:"schedule,omitempty"`
	Steps     int             `json:"steps,omitempty"` // planned, over which a schedule is laid
	Clip      Clip            `json:"clip"`
	Watch     Metric          `json:"watch"`
	Data      dataID          `json:"data"`
	HeldOut   *dataID         `json:"held_out,omitempty"`
}

// A dataID tells data sets apart.
type dataID struct {
	Name     string `json:"name"`
	Examples int    `json:"examples"`
	Features int    `json:"features"`
	Outputs  int    `json:"outputs"`
	Sample   string `json:"sample"` // hash of all labels and of some examples
}

func (r *runner[F]) describe() (setup, error) {
	cfg, net := r.cfg, r.net.Config()
	s := setup{
		NetSeed: net.Seed, Frozen: net.Frozen, Batch: cfg.Batch, Seed: cfg.Seed, Sampling: cfg.Sampling, Clip: cfg.Clip, Watch: cfg.Watch,
		Precision: string(model.With(r.net, r.net.Params(), r.net.State()).DType()),
		Data:      identify(r.set),
	}
	if cfg.HeldOut != nil {
		id := identify(cfg.HeldOut)
		s.HeldOut = &id
	}
	spec := r.net.Spec()
	if len(spec.Regularizers) > 0 {
		s.Examples = net.Examples
	}
	var err error
	if s.Spec, err = json.Marshal(spec); err != nil {
		return s, fmt.Errorf("train: %w", err)
	}
	if s.Optimizer, err = kind.Encode(cfg.Optimizer); err != nil {
		return s, fmt.Errorf("train: optimiser: %w", err)
	}
	if cfg.Schedule != nil {
		s.Steps = r.total
		if s.Schedule, err = kind.Encode(cfg.Schedule); err != nil {
			return s, fmt.Errorf("train: schedule: %w", err)
		}
	}
	return s, nil
}

// sampledRows is how many examples an identity looks at: enough to tell data that were prepared in another way, few
// enough to cost nothing.
const sampledRows = 512

// identify looks at the sizes, all labels or targets, and examples that are spread evenly over the set.
func identify(set *dataset.Set) dataID {
	h := sha256.New()
	words := make([]byte, 0, 1<<12)
	put := func(v uint32) {
		if len(words) == cap(words) {
			h.Write(words)
			words = words[:0]
		}
		words = binary.LittleEndian.AppendUint32(words, v)
	}
	for _, l := range set.Labels {
		put(uint32(l))
	}
	for _, t := range set.Targets {
		put(math.Float32bits(t))
	}
	row, one := make([]float32, set.X.Width()), []int{0}
	n := min(sampledRows, set.Len())
	for i := range n {
		one[0] = i * (set.Len() - 1) / max(1, n-1)
		dataset.GatherX(dataset.Batch{Set: set, Rows: one}, row, 0, 1)
		for _, v := range row {
			put(math.Float32bits(v))
		}
	}
	h.Write(words)
	return dataID{Name: set.Name, Examples: set.Len(), Features: set.X.Width(), Outputs: set.Out, Sample: hex.EncodeToString(h.Sum(nil)[:16])}
}

// check says in a sentence in what the training that asks to go on from s differs from the one that wrote it.
func (s setup) check(now setup) error {
	differs := func(what string, was, is any) error {
		return fmt.Errorf("train: cannot resume: %s was %v and is now %v; use the same to go on, or begin a new training", what, was, is)
	}
	switch {
	case string(s.Spec) != string(now.Spec):
		return differs("the network", string(s.Spec), string(now.Spec))
	case s.Precision != now.Precision:
		return differs("the precision", s.Precision, now.Precision)
	case s.NetSeed != now.NetSeed:
		return differs("the network's seed", s.NetSeed, now.NetSeed)
	case !slices.Equal(s.Frozen, now.Frozen):
		return differs("the list of frozen layers", s.Frozen, now.Frozen)
	case s.Examples != now.Examples:
		return differs("the number of examples by which regularisers divide", s.Examples, now.Examples)
	case s.Batch != now.Batch:
		return differs("the batch size", s.Batch, now.Batch)
	case s.Seed != now.Seed:
		return differs("the seed", s.Seed, now.Seed)
	case s.Sampling != now.Sampling:
		return differs("the sampling", s.Sampling.name(), now.Sampling.name())
	case string(s.Optimizer) != string(now.Optimizer):
		return differs("the optimiser", string(s.Optimizer), string(now.Optimizer))
	case string(s.Schedule) != string(now.Schedule):
		return differs("the learning-rate schedule", orNone(s.Schedule), orNone(now.Schedule))
	case s.Steps != now.Steps:
		return differs("the number of steps over which the learning-rate schedule is laid", s.Steps, now.Steps)
	case s.Clip != now.Clip:
		return differs("the clipping of gradients", s.Clip, now.Clip)
	case s.Watch != now.Watch:
		return differs("the metric that decides what is best", s.Watch, now.Watch)
	case s.Data != now.Data:
		return differs("the training set", s.Data.difference(now.Data), now.Data.difference(s.Data))
	case (s.HeldOut == nil) != (now.HeldOut == nil):
		return differs("the set that is held out", heldOutName(s.HeldOut), heldOutName(now.HeldOut))
	case s.HeldOut != nil && *s.HeldOut != *now.HeldOut:
		return differs("the set that is held out", s.HeldOut.difference(*now.HeldOut), now.HeldOut.difference(*s.HeldOut))
	}
	return nil
}

// difference describes d by that in which it differs from the other.
func (d dataID) difference(other dataID) string {
	switch {
	case d.Examples != other.Examples || d.Features != other.Features || d.Outputs != other.Outputs:
		return fmt.Sprintf("%q with %d examples of %d features and %d outputs", d.Name, d.Examples, d.Features, d.Outputs)
	case d.Name != other.Name:
		return fmt.Sprintf("%q", d.Name)
	}
	return fmt.Sprintf("%q with the content %s...", d.Name, d.Sample[:min(8, len(d.Sample))])
}

func heldOutName(d *dataID) string {
	if d == nil {
		return "none"
	}
	return fmt.Sprintf("%q", d.Name)
}

func orNone(text json.RawMessage) string {
	if len(text) == 0 {
		return "none"
	}
	return string(text)
}

func (s Sampling) name() string {
	if s == Shuffled {
		return "shuffled"
	}
	return string(s)
}
