package session

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/recipe"
	"github.com/gradus-nn/gradus/internal/saved"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A jury judges the answers of a network about a set, as the task wants it.
type jury struct {
	task    loss.Task
	classes *scores.Classes
	labels  *scores.Labels
	numbers *scores.Numbers
}

// newJury returns a jury for answers with the given names; the schema, where the set came from a table, knows the units.
func newJury(task loss.Task, names []string, schema *columns.Schema, set *dataset.Set) *jury {
	j := &jury{task: task}
	switch task {
	case loss.Classification:
		j.classes = scores.NewClasses(names)
		j.classes.Expect(set.Len())
	case loss.MultiLabel:
		j.labels = scores.NewLabels(names)
		j.labels.Expect(set.Len())
	default:
		names, units := names, make([]float64, len(names))
		for i := range units {
			units[i] = 1
			switch {
			case schema != nil && schema.Task() == columns.Regression && i < len(schema.Targets):
				units[i] = schema.Targets[i].Std
			case set.Unit != 0:
				units[i] = set.Unit
			}
		}
		if schema != nil && len(schema.Answers()) == len(names) {
			names = schema.Answers()
		}
		j.numbers = scores.NewNumbers(names, units)
	}
	return j
}

// add takes what the network puts out for example i of the set.
func (j *jury) add(set *dataset.Set, i int, p []float32) {
	switch {
	case j.classes != nil:
		j.classes.Add(set.Label(i), p)
	case j.labels != nil:
		j.labels.Add(set.Targets[i*set.Out:(i+1)*set.Out], p)
	default:
		j.numbers.Add(set.Targets[i*set.Out:(i+1)*set.Out], p)
	}
}

func (j *jury) report() *scores.Report {
	switch {
	case j.classes != nil:
		return j.classes.Report()
	case j.labels != nil:
		return j.labels.Report()
	}
	return j.numbers.Report()
}

// namesOf returns the names of all outputs of a set.
func namesOf(set *dataset.Set) []string {
	names := make([]string, set.Out)
	for i := range names {
		names[i] = set.ClassName(i)
	}
	return names
}

// Finer is the figures beside the share that is right, in lines: about the answers, then about the probabilities. There are none
// for numbers.
func Finer(r *scores.Report, task loss.Task) []string {
	if r == nil || task == loss.Regression {
		return nil
	}
	var lines []string
	tell := func(figures ...[2]string) {
		var parts []string
		for _, f := range figures {
			v, ok := r.Figures[f[0]]
			if !ok {
				continue
			}
			text := progress.Percent(v)
			if f[0] == "roc_auc" || f[0] == "log_loss" || f[0] == "brier" {
				text = fmt.Sprintf("%.4f", v)
			}
			parts = append(parts, f[1]+" "+text)
		}
		if len(parts) > 0 {
			lines = append(lines, strings.Join(parts, " · "))
		}
	}
	if task == loss.MultiLabel {
		tell([2]string{"hamming", "wrong labels"}, [2]string{"f1", "f1"}, [2]string{"micro_f1", "micro f1"}, [2]string{"roc_auc", "auc"})
	} else {
		tell([2]string{"balanced_acc", "balanced"}, [2]string{"f1", "f1"}, [2]string{"roc_auc", "auc"})
	}
	tell([2]string{"log_loss", "log loss"}, [2]string{"brier", "brier"}, [2]string{"ece", "probabilities off by"})
	if c := r.Calibration; c != nil {
		lines[len(lines)-1] += trust(c)
	}
	return lines
}

// trust says in words what the calibration error means, where it is more than chance would make.
func trust(c *scores.Calibration) string {
	const noticeable = 0.02
	switch {
	case c.Over > noticeable:
		return ", too high"
	case c.Over < -noticeable:
		return ", too low"
	}
	return ""
}

// judge goes through the examples of a set once and says all there is to say about what the network answers, which is the model's.
// Look, if it is set, is shown every answer.
func judge(ctx context.Context, u *saved.File, net *nn.Net[float32], set *dataset.Set, o EvalOptions, look func(i int, p []float32)) (*EvalReport, error) {
	task := net.TaskOn(set)
	r := &EvalReport{
		Schema: EvalSchema, Model: u.Path, Layers: recipe.Sketch(u.Model.Spec), Data: set.Name, Set: set,
		Warnings: append(u.Model.Warnings, u.Notes...), Task: task, Photos: u.Photos(),
	}
	tally, j := nn.NewTally[float32](task, set), newJury(task, answersOf(u, set), u.Model.Columns, set)
	byLoss := func(a, b answered) int { return cmp.Compare(b.loss, a.loss) }
	worst, mistakes := scores.NewWorst(o.TopLosses, byLoss), scores.NewWorst(o.Mistakes, byLoss)
	topRight := 0
	err := net.Each(ctx, set, func(i int, p []float32, l float64) {
		tally.Add(i, p, l)
		j.add(set, i, p)
		if look != nil {
			look(i, p)
		}
		x := answered{i: i, loss: l}
		if task == loss.Classification {
			x.truth, x.said = set.Label(i), nn.Argmax(p)
			x.p = p[x.said]
			if o.Top > 0 && rank(p, x.truth) < o.Top {
				topRight++
			}
			if x.said != x.truth {
				mistakes.Add(x)
			}
		}
		worst.Add(x)
	})
	if err != nil {
		return nil, err
	}
	r.Evaluation, r.Scores = tally.Evaluation(), j.report()
	r.Worst, r.Mistakes = r.losses(u, worst.List()), r.losses(u, mistakes.List())
	if o.Top > 0 && task == loss.Classification {
		r.Top, r.TopRight = o.Top, &topRight
	}
	if j.classes != nil {
		r.Confusion = j.classes.Confusion
	}
	r.fill(u)
	return r, nil
}

// answered is what the network has answered about example i.
type answered struct {
	i, truth, said int
	loss           float64
	p              float32 // of the class that it said
}

// losses says in words what was answered.
func (r *EvalReport) losses(u *saved.File, list []answered) (all []Loss) {
	for _, a := range list {
		x := Loss{Index: a.i, Origin: r.Set.Origin(a.i), Loss: a.loss}
		if r.Task == loss.Classification {
			x.Truth, x.Predicted, x.Probability = u.ClassName(a.truth), u.ClassName(a.said), float64(a.p)
		}
		all = append(all, x)
	}
	return all
}

// fill writes the figures where JSON has them.
func (r *EvalReport) fill(u *saved.File) {
	e := r.Evaluation
	r.Examples, r.Metrics = e.Examples, map[string]float64{"loss": e.Loss}
	if r.Task == loss.Regression {
		r.Metrics["rmse"], r.Metrics["mae"], r.Metrics["r2"] = e.RMSE, e.MAE, e.R2
		r.Unit = Deviations(u.Model.Columns)
	} else {
		r.Correct, r.Metrics["acc"] = &e.Correct, e.Accuracy()
	}
	maps.Copy(r.Metrics, r.Scores.Figures)
	finite(r.Metrics)
	r.Classes, r.Macro, r.Targets, r.Calibration = r.Scores.Classes, r.Scores.Macro, r.Scores.Targets, r.Scores.Calibration
	if r.Confusion == nil {
		return
	}
	for i := range r.Confusion.Classes {
		row := make([]int, len(r.Confusion.Classes))
		for j := range row {
			row[j] = r.Confusion.Count(i, j)
		}
		r.Table = append(r.Table, row)
	}
}

// rank returns how many answers the network likes better than class c.
func rank(p []float32, c int) int {
	n := 0
	for i, v := range p {
		if v > p[c] || v == p[c] && i < c {
			n++
		}
	}
	return n
}

// finite returns the figures that JSON can carry.
func finite(figures map[string]float64) map[string]float64 {
	for name, v := range figures {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			delete(figures, name)
		}
	}
	return figures
}
