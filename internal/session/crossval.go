package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"

	"github.com/gradus-nn/gradus/internal/baseline"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/leakage"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/transcript"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/train"
)

// CrossSchema is the version of CrossReport.
const CrossSchema = "gradus.crossvalidation/1"

// A CrossReport is what many trainings of one recipe have come to, as --json prints it.
type CrossReport struct {
	Schema   string         `json:"schema"`
	Data     string         `json:"data"`
	Layers   string         `json:"layers"`
	Folds    int            `json:"folds"` // 0: the usual division into a part to learn from and a part to judge by
	Repeats  []Repeat       `json:"repeats"`
	Network  Spread         `json:"network"`
	Straight *Spread        `json:"straight,omitempty"` // logistic or linear regression on the same divisions
	Constant Spread         `json:"constant"`           // the constant answer
	Recipe   *recipe.Recipe `json:"recipe"`

	Figures map[string]Spread `json:"figures"` // over the repeats, of all folds together

	Leaks  []leakage.Finding `json:"leaks,omitempty"` // columns that foretell a target alone, in the first training
	metric string
}

// A Repeat is one seed's trainings: all folds together.
type Repeat struct {
	Seed     uint64  `json:"seed"`
	Examples int     `json:"examples"` // judged, each once
	Correct  *int    `json:"correct,omitempty"`
	Value    float64 `json:"value"` // accuracy, or rmse
	Straight float64 `json:"straight"`
	Constant float64 `json:"constant"`

	Figures map[string]float64 `json:"figures"` // of all folds together, by the names of scores.Metrics
}

// A Spread is the mean over repeats, or over folds where there is one repeat, and the standard deviation (n-1) between them.
type Spread struct {
	Metric string  `json:"metric"` // acc or rmse
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Of     int     `json:"of"`
}

// A tally adds up one kind of answer over folds.
type tally struct {
	n, right int
	squares  float64   // n·rmse² of numbers
	values   []float64 // of every fold
}

func (a *tally) add(n, right int, rmse float64, numbers bool) {
	a.n += n
	a.right += right
	a.squares += float64(n) * rmse * rmse
	if numbers {
		a.values = append(a.values, rmse)
	} else {
		a.values = append(a.values, float64(right)/float64(n))
	}
}

func (a *tally) value(numbers bool) float64 {
	if numbers {
		return math.Sqrt(a.squares / float64(a.n))
	}
	return float64(a.right) / float64(a.n)
}

func spread(metric string, values []float64) Spread {
	s := Spread{Metric: metric, Of: len(values)}
	for _, v := range values {
		s.Mean += v / float64(len(values))
	}
	for _, v := range values {
		s.SD += (v - s.Mean) * (v - s.Mean)
	}
	s.SD = math.Sqrt(s.SD / float64(max(1, len(values)-1)))
	return s
}

// CrossValidate trains the same recipe again and again: on each of so many folds, or on the usual division, and that with so
// many seeds. It keeps no run.
func CrossValidate(ctx context.Context, o TrainOptions, folds, repeats int) (*CrossReport, error) {
	r := &CrossReport{Schema: CrossSchema, Folds: folds}
	seed := uint64(0)
	if o.Request.Seed != nil {
		seed = *o.Request.Seed
	}
	show := transcript.Printer{Out: o.Out, Log: io.Discard}
	var network, straight, constant []float64
	allStraight := true
	var task loss.Task
	for i := range repeats {
		at := seed + uint64(i)
		request := (&recipe.Request{Seed: &at}).Over(o.Request)
		request, end := Watched(ctx, request, o.Progress)
		all, err := divisions(request, folds)
		if err := cmp.Or(end(), err); err != nil {
			return nil, invalid(err)
		}
		var net, line, always tally
		var answers pool
		numbers := false
		for data, err := range all {
			if err != nil {
				return nil, invalid(err)
			}
			t := &Training{TrainOptions: o, data: data}
			if request.From != nil {
				return nil, exit.Usagef("gradus train: --from has no meaning with --folds and --repeat, which begin anew each time")
			}
			if err := t.build(request); err != nil {
				return nil, err
			}
			if r.Recipe == nil {
				r.Recipe, r.Data, r.Layers = t.recipe, data.Info.Name, recipe.Sketch(t.net.Spec())
				t.print = show
				t.introduceFolds(folds, repeats)
				r.Leaks = t.leaksOfFirst()
			}
			e, err := t.once(ctx, &answers)
			if err != nil {
				return nil, err
			}
			b := baseline.Of(t.parts.Train, t.parts.Test)
			f := baseline.Weighted(t.parts.Train, t.parts.Test, t.recipe.Weights())
			numbers = e.Task == loss.Regression
			net.add(e.Examples, e.Correct, e.RMSE, numbers)
			always.add(b.Examples, b.Correct, b.RMSE, numbers)
			if f != nil {
				line.add(f.Examples, f.Correct, f.RMSE, numbers)
			} else {
				allStraight = false
			}
		}
		r.metric = "acc"
		if numbers {
			r.metric = "rmse"
		}
		p := Repeat{Seed: at, Examples: net.n, Value: net.value(numbers), Constant: always.value(numbers)}
		if !numbers {
			p.Correct = &net.right
		}
		if allStraight {
			p.Straight = line.value(numbers)
		}
		p.Figures, task = finite(answers.jury.report().Figures), answers.jury.task
		r.Repeats = append(r.Repeats, p)
		show.Line("", "%s", r.describe(p, allStraight))
		if repeats == 1 {
			network, straight, constant = net.values, line.values, always.values
		} else {
			network, straight, constant = append(network, p.Value), append(straight, p.Straight), append(constant, p.Constant)
		}
	}
	r.Network, r.Constant = spread(r.metric, network), spread(r.metric, constant)
	if allStraight {
		s := spread(r.metric, straight)
		r.Straight = &s
	}
	r.pooledFigures()
	show.Line("result", "%s", r.result())
	subject := "scores"
	for _, text := range r.finer(task) {
		show.Line(subject, "%s", text)
		subject = ""
	}
	show.Line("note", "no run is kept: without --folds and --repeat one is trained and saved")
	return r, nil
}

// divisions yields the data divided for each training.
func divisions(q *recipe.Request, folds int) (iter.Seq2[*recipe.Data, error], error) {
	if folds > 0 {
		return q.Folds(folds)
	}
	return func(yield func(*recipe.Data, error) bool) { yield(q.Load()) }, nil
}

// once trains a network and judges it by the test part; its answers go into the pool.
func (t *Training) once(ctx context.Context, answers *pool) (nn.Evaluation, error) {
	defer t.net.Close()
	cfg, err := t.Learning()
	if err != nil {
		return nn.Evaluation{}, err
	}
	if _, err := train.Run(ctx, t.net, t.parts.Train, cfg); err != nil {
		if ctx.Err() != nil {
			err = exit.With(exit.Interrupted, errors.New("interrupted; of many trainings nothing is kept"))
		}
		return nn.Evaluation{}, err
	}
	if err := answers.take(ctx, t); err != nil {
		return nn.Evaluation{}, err
	}
	return t.net.Evaluate(ctx, t.parts.Test)
}

func (t *Training) introduceFolds(folds, repeats int) {
	spec := t.net.Spec()
	if t.data.Table != nil {
		t.introduceTable()
	} else {
		t.print.Line("data", "%s  %s examples   %v → %d", t.data.Info.Name, nn.Thousands(t.data.Train.Len()+t.data.Test.Len()), t.data.Train.Shape, t.data.Train.Out)
	}
	t.print.Line("model", "%s   %s parameters   %s", recipe.Sketch(spec), nn.Thousands(spec.Parameters()), recipe.Cost(spec))
	t.print.Line("train", "%s", t.recipe.Describe())
	t.introduceWeights()
	how := "trainings on the usual division"
	if folds > 0 {
		how = fmt.Sprintf("trainings on %d folds", folds)
	}
	t.print.Line("repeat", "%d %s, from seed %d", max(1, folds)*repeats, how, t.recipe.Seed)
}

func (r *CrossReport) describe(p Repeat, straight bool) string {
	if p.Correct == nil {
		text := fmt.Sprintf("seed %-3d  rmse %s", p.Seed, progress.Loss(p.Value))
		if straight {
			text += "   linear " + progress.Loss(p.Straight)
		}
		return text + "   mean " + progress.Loss(p.Constant)
	}
	text := fmt.Sprintf("seed %-3d  %s", p.Seed, progress.Counted(*p.Correct, p.Examples))
	if straight {
		text += "   logistic " + progress.Percent(p.Straight)
	}
	return text + "   majority " + progress.Percent(p.Constant)
}

// result is the end in a line: mean and deviation, and whether that beats what needs no network.
func (r *CrossReport) result() string {
	of := "seeds"
	if len(r.Repeats) == 1 && r.Folds > 0 {
		of = "folds"
	}
	write := func(s Spread) string {
		text := progress.Percent(s.Mean)
		deviation := fmt.Sprintf("%.2f", 100*s.SD)
		if s.Metric == "rmse" {
			text, deviation = "rmse "+progress.Loss(s.Mean), progress.Loss(s.SD)
		}
		if s.Of < 2 {
			return text
		}
		return text + " ± " + deviation
	}
	text := write(r.Network)
	if r.Network.Of > 1 {
		text += fmt.Sprintf(" (deviation between %d %s)", r.Network.Of, of)
	}
	if r.Straight == nil {
		return text
	}
	name, better := "logistic", r.Network.Mean > r.Straight.Mean
	if r.Network.Metric == "rmse" {
		name, better = "linear", r.Network.Mean < r.Straight.Mean
	}
	text += fmt.Sprintf("   %s %s", name, write(*r.Straight))
	if !better {
		text += ": the network does not beat it"
	}
	return text
}

// Line is the result in a line, for --quiet.
func (r *CrossReport) Line() string { return r.result() + "\n" }
