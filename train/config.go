package train

import (
	"fmt"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/optim"
)

// Config says how to train. The zero value is useful: 10 epochs of Adam at 0.001 over shuffled batches as large as the
// network was compiled for.
type Config struct {
	Epochs     int      // passes over the data; 0 means 10, or as many as Iterations take
	Iterations int      // a limit in steps; 0 means none
	Batch      int      // examples a step; 0 means the network's batch
	Sampling   Sampling // how the examples of a batch are chosen
	Seed       uint64   // of the choice

	Optimizer optim.Optimizer // nil means optim.NewAdam(0.001)
	Schedule  optim.Schedule  // of the learning rate; nil means constant
	Clip      Clip            // of the gradients; the zero value means none

	HeldOut       *dataset.Set // examples to be judged by, never learnt from; nil means none
	Measure       Measure      // what is computed at the end of an epoch
	EvaluateEvery int          // epochs between two evaluations; 0 means 1. The last epoch is always evaluated

	Watch       Metric // decides which epoch is the best; "" means val_loss, or train_loss without HeldOut
	Patience    int    // stop after so many evaluations without a better one; 0 means never
	RestoreBest bool   // leave the network with the weights of the best epoch, not of the last

	Monitors []Monitor
	Resume   *Snapshot  // where to go on; nil means from the beginning
	Reducer  Reducer    // nil means that this process trains alone
	Info     model.Info // what saved models carry; empty fields are taken from the data set
}

// Sampling is how the examples of a batch are chosen.
type Sampling string

const (
	Shuffled    Sampling = ""            // every example once an epoch, in a new random order each time
	Replacement Sampling = "replacement" // each example drawn from all, the books' np.random.choice; an epoch is ⌈n/batch⌉ steps
	InOrder     Sampling = "in-order"    // every example once an epoch, in the order of the set
)

// Clip bounds gradients before the update, after the reduction. Both zero means no bound; with both set, Value acts first.
type Clip struct {
	Norm  float64 // of all gradients taken as one vector: see optim.ClipNorm
	Value float64 // of every gradient by itself: see optim.ClipValue
}

// Measure is a set of Nielsen's four monitors.
type Measure uint8

const (
	// The training figures take a pass over all training data and are off by default. The train_loss of an epoch that
	// does without is the mean over its batches as they were learnt from: of a network that was still changing.
	TrainingCost Measure = 1 << iota
	TrainingAccuracy
	// The evaluation figures are those of HeldOut.
	EvaluationCost
	EvaluationAccuracy
)

// DefaultMeasure is what the zero Measure means.
const DefaultMeasure = EvaluationCost | EvaluationAccuracy

// AllFour measures everything.
const AllFour = TrainingCost | TrainingAccuracy | EvaluationCost | EvaluationAccuracy

// A Metric is the name of a figure of an epoch, as it stands in metrics.csv.
type Metric string

const (
	TrainLoss Metric = "train_loss"
	TrainAcc  Metric = "train_acc"
	ValLoss   Metric = "val_loss"
	ValAcc    Metric = "val_acc"
)

// better reports whether a is better than b.
func (m Metric) better(a, b float64) bool {
	if m == TrainAcc || m == ValAcc {
		return a > b
	}
	return a < b
}

// A Reducer is where other processes join: it is called once a step, between the gradient and the clipping, and
// replaces grads by the same reduction of every process's own.
type Reducer interface {
	Reduce32(grads []float32) error
	Reduce64(grads []float64) error
}

// defaults fills in what zero values stand for. batch is the network's.
func (c Config) defaults(set *dataset.Set, batch int) Config {
	if c.Epochs == 0 && c.Iterations == 0 {
		c.Epochs = 10
	}
	if c.Batch == 0 {
		c.Batch = batch
	}
	if c.Optimizer == nil {
		c.Optimizer = optim.NewAdam(0.001)
	}
	if c.Measure == 0 {
		c.Measure = DefaultMeasure
	}
	if c.EvaluateEvery == 0 {
		c.EvaluateEvery = 1
	}
	if c.Watch == "" {
		c.Watch = TrainLoss
		if c.HeldOut != nil && c.Measure&(EvaluationCost|EvaluationAccuracy) != 0 {
			c.Watch = ValLoss
		}
	}
	if c.Info.Classes == nil {
		c.Info.Classes = set.Classes
	}
	if c.Info.Data == "" {
		c.Info.Data = set.Name
	}
	if c.Info.Seed == 0 {
		c.Info.Seed = c.Seed
	}
	return c
}

// check reports the first setting that cannot be. It wants the defaults filled in.
func (c Config) check(task loss.Task, batch int) error {
	for _, n := range []struct {
		what string
		n    int
	}{{"epochs", c.Epochs}, {"iterations", c.Iterations}, {"epochs between evaluations", c.EvaluateEvery}, {"patience", c.Patience}} {
		if n.n < 0 {
			return fmt.Errorf("train: %s is %d; want 0 or more", n.what, n.n)
		}
	}
	if c.Batch < 1 || c.Batch > batch {
		return fmt.Errorf("train: a batch of %d examples; want 1 to %d, for which the network was compiled", c.Batch, batch)
	}
	switch c.Sampling {
	case Shuffled, Replacement, InOrder:
	default:
		return fmt.Errorf("train: unknown sampling %q; want %q, %q or %q", c.Sampling, Shuffled, Replacement, InOrder)
	}
	if err := c.Optimizer.Check(); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if c.Schedule != nil {
		if err := c.Schedule.Check(); err != nil {
			return fmt.Errorf("train: %w", err)
		}
	}
	if !(c.Clip.Norm >= 0) || !(c.Clip.Value >= 0) {
		return fmt.Errorf("train: clip norm %v, value %v; want neither below 0", c.Clip.Norm, c.Clip.Value)
	}
	return c.checkWatch(task)
}

func (c Config) checkWatch(task loss.Task) error {
	switch c.Watch {
	case TrainLoss, TrainAcc, ValLoss, ValAcc:
	default:
		return fmt.Errorf("train: cannot watch %q; want %s, %s, %s or %s", c.Watch, TrainLoss, TrainAcc, ValLoss, ValAcc)
	}
	switch {
	case (c.Watch == ValLoss || c.Watch == ValAcc) && (c.HeldOut == nil || !c.evaluates()):
		return fmt.Errorf("train: cannot watch %s without evaluating examples that are held out; set HeldOut, or watch %s", c.Watch, TrainLoss)
	case c.Watch == TrainAcc && c.Measure&TrainingAccuracy == 0:
		return fmt.Errorf("train: cannot watch %s without measuring it; add TrainingAccuracy to Measure", c.Watch)
	case (c.Watch == TrainAcc || c.Watch == ValAcc) && task == loss.Regression:
		return fmt.Errorf("train: cannot watch %s: a regression has no accuracy; watch %s", c.Watch, ValLoss)
	}
	return nil
}

// evaluates reports whether the held-out examples are looked at.
func (c Config) evaluates() bool {
	return c.HeldOut != nil && c.Measure&(EvaluationCost|EvaluationAccuracy) != 0
}

// evaluatesTraining reports whether all training examples are looked at again.
func (c Config) evaluatesTraining() bool { return c.Measure&(TrainingCost|TrainingAccuracy) != 0 }
