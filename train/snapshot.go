package train

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/internal/durable"
	"github.com/gradus-nn/gradus/model"
)

// A Snapshot is a training at rest, between two steps. Stored, it is a model that can be used like any other, with the
// rest attached: the optimiser's memory, the best weights so far, and in the metadata the state of the random numbers,
// the place in the epoch, the sums, the history.
//
// A training that goes on from a snapshot ends with the same bits as one that was never interrupted.
type Snapshot struct {
	Model    *model.Model // with the weights of the last step; it is not to be changed
	Step     int          // steps done in all
	Position int          // steps done of the epoch that is under way
	History  []Epoch      // epochs finished
	Best     Best
	Warnings []Warning
	Seconds  float64
	Done     bool // nothing is left to do: all steps are done, or the patience is at an end

	stored storedTraining
}

// The place of a training within a model file.
const (
	keyTrain      = "gradus.train" // metadata: a storedTraining as JSON
	slotPrefix    = model.AttachedPrefix + "optimizer."
	bestParamName = model.AttachedPrefix + "best.params"
	bestStateName = model.AttachedPrefix + "best.state"
)

// Save writes the snapshot to path: see [model.Model.Save].
func (s *Snapshot) Save(path string) error { return s.Model.Save(path) }

func (s *Snapshot) saveTo(fsys durable.FS, path string) error { return s.Model.SaveTo(fsys, path) }

// LoadSnapshot reads what Save wrote and checks it.
func LoadSnapshot(path string) (*Snapshot, error) {
	m, err := model.Load(path)
	if err != nil {
		return nil, err
	}
	s, err := fromModel(m)
	if err != nil {
		return nil, fmt.Errorf("train: %s: %w", path, err)
	}
	return s, nil
}

func fromModel(m *model.Model) (*Snapshot, error) {
	text, ok := m.Extra[keyTrain]
	if !ok {
		return nil, fmt.Errorf("it is a model, not a training that can go on (it has no metadata %s); use %s of a run", keyTrain, LastFile)
	}
	s := &Snapshot{Model: m}
	err := json.Unmarshal([]byte(text), &s.stored)
	if err == nil {
		err = s.stored.check()
	}
	if err != nil {
		return nil, fmt.Errorf("metadata %s: %w", keyTrain, err)
	}
	s.publish()
	return s, nil
}

// publish fills the exported fields from the stored ones.
func (s *Snapshot) publish() {
	t := s.stored
	s.Step, s.Position, s.Warnings, s.Seconds, s.Done = t.Step, t.Position, t.Warnings, float64(t.Seconds), t.Done
	s.History = loadEpochs(t.History)
	s.Best = Best{Epoch: t.Best.Epoch, Metric: t.Setup.Watch, Value: float64(t.Best.Value)}
}

// check refuses numbers that no training could have written.
func (t *storedTraining) check() error {
	if t.Position < 0 || t.Step < t.Position || t.Seen < 0 || t.Waited < 0 {
		return fmt.Errorf("position %d, step %d, seen %d, waited %d are no place in a training", t.Position, t.Step, t.Seen, t.Waited)
	}
	if err := new(rand.PCG).UnmarshalBinary(t.Random); err != nil {
		return fmt.Errorf("the state of the random numbers: %w", err)
	}
	if t.Best.Epoch < 0 || t.Best.Epoch > len(t.History) {
		return fmt.Errorf("epoch %d is the best of %d", t.Best.Epoch, len(t.History))
	}
	return nil
}

func (r *runner[F]) model() *model.Model {
	m := model.From(r.net)
	m.Info = r.info(len(r.history.Epochs))
	return m
}

func (r *runner[F]) bestModel() (*model.Model, Best) {
	if r.bestParams == nil {
		return nil, r.history.Best
	}
	m := model.With(r.net, r.bestParams, r.bestState)
	m.Info = r.info(r.history.Best.Epoch)
	return m, r.history.Best
}

// info is what models carry, with the figures of an epoch: 0 is before the first.
func (r *runner[F]) info(epoch int) model.Info {
	info := r.cfg.Info
	info.Metrics, info.Extra = maps.Clone(info.Metrics), maps.Clone(info.Extra)
	delete(info.Extra, keyTrain) // of the snapshot that Info may have come from
	if epoch > 0 {
		if info.Metrics == nil {
			info.Metrics = map[string]float64{}
		}
		info.Metrics["epoch"] = float64(epoch)
		for _, f := range r.history.Epochs[epoch-1].Figures() {
			if f.Quality && finite(f.Value) {
				info.Metrics[f.Name] = f.Value
			}
		}
	}
	return info
}

func (r *runner[F]) snapshot() (*Snapshot, error) {
	if err := r.checkFinite(r.event.Loss); err != nil {
		return nil, err
	}
	h, memory := r.history, r.stepper.Memory()
	s := &Snapshot{Model: r.model(), stored: storedTraining{
		Setup: r.setup, Position: r.position, Step: h.Steps, NetSteps: r.net.Steps(), OptimizerSteps: memory.Steps,
		Random: slices.Clone(r.sampler.random), LossSum: number(r.lossSum), Seen: r.seen, Rate: number(r.rate),
		Best: storedBest{h.Best.Epoch, number(h.Best.Value)}, Waited: r.waited, History: storeEpochs(h.Epochs),
		Warnings: slices.Clone(h.Warnings), Seconds: number(r.seconds()), First: r.observer.first, Judged: r.observer.judged,
		Done: r.done(),
	}}
	if r.position > 0 {
		s.stored.EpochSeconds = number(time.Since(r.clock.epoch).Seconds())
	}
	m := s.Model
	for _, slot := range memory.Slots {
		m.Attached = append(m.Attached, model.Tensor(slotPrefix+slot.Name, []int{len(slot.Data)}, slot.Data))
	}
	if r.bestParams != nil {
		m.Attached = append(m.Attached,
			model.Tensor(bestParamName, []int{len(r.bestParams)}, r.bestParams),
			model.Tensor(bestStateName, []int{len(r.bestState)}, r.bestState))
	}
	text, err := json.Marshal(s.stored)
	if err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	if m.Extra == nil {
		m.Extra = map[string]string{}
	}
	m.Extra[keyTrain] = string(text)
	s.publish()
	return s, nil
}

// restore puts a runner where the snapshot was taken.
func (r *runner[F]) restore(s *Snapshot) error {
	t := s.stored
	if err := t.Setup.check(r.setup); err != nil {
		return err
	}
	if t.Position > r.perEpoch {
		return fmt.Errorf("train: cannot resume: the snapshot is at step %d of an epoch of %d steps", t.Position, r.perEpoch)
	}
	if err := model.Restore(r.net, s.Model); err != nil {
		return fmt.Errorf("train: cannot resume: %w", err)
	}
	attached := map[string]safetensors.Tensor{}
	for _, a := range s.Model.Attached {
		attached[a.Name] = a
	}
	take := func(dst []F, name string) error {
		a, ok := attached[name]
		if !ok {
			return fmt.Errorf("train: cannot resume: tensor %q is missing", name)
		}
		if err := model.Copy(dst, a); err != nil {
			return fmt.Errorf("train: cannot resume: %w", err)
		}
		return nil
	}
	memory := r.stepper.Memory()
	memory.Steps = t.OptimizerSteps
	for _, slot := range memory.Slots {
		if err := take(slot.Data, slotPrefix+slot.Name); err != nil {
			return err
		}
	}
	if t.Best.Epoch > 0 {
		r.bestParams, r.bestState = make([]F, len(r.net.Params())), make([]F, len(r.net.State()))
		if err := take(r.bestParams, bestParamName); err != nil {
			return err
		}
		if err := take(r.bestState, bestStateName); err != nil {
			return err
		}
	}
	r.net.SetSteps(t.NetSteps)
	r.sampler.random = slices.Clone(t.Random)
	r.position, r.lossSum, r.seen, r.rate, r.waited = t.Position, float64(t.LossSum), t.Seen, float64(t.Rate), t.Waited
	r.history.Epochs, r.history.Steps, r.history.Best = slices.Clone(s.History), t.Step, s.Best
	r.history.Warnings = slices.Clone(t.Warnings)
	r.observer.first, r.observer.judged = t.First, t.Judged
	r.clock.before = float64(t.Seconds)
	r.clock.epoch = time.Now().Add(-time.Duration(float64(t.EpochSeconds) * float64(time.Second)))
	return nil
}
