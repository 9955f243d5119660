package session

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/spreadsheet"
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
	case loss.MultiLabel:
		j.labels = scores.NewLabels(names)
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

const (
	keptPredictions = 100_000   // answers that predictions.csv holds,
	keptOutputs     = 1_000_000 // and numbers in them
)

// predictions collects the answers about the test examples for predictions.csv: where each comes from, what it is, what the
// network takes it for, and how surely.
type predictions struct {
	b     strings.Builder
	w     *csv.Writer
	row   []string
	set   *dataset.Set
	names []string
	unit  func(i int, z float32) float64
	task  loss.Task
	most  int // answers that are kept
	left  int // how many are not
}

func newPredictions(set *dataset.Set, task loss.Task, names []string, unit func(int, float32) float64) *predictions {
	p := &predictions{set: set, names: names, unit: unit, task: task, most: min(keptPredictions, keptOutputs/len(names))}
	p.w = csv.NewWriter(&p.b)
	head := []string{"example"}
	if set.Origin(0) != "" {
		head = append(head, "origin")
	}
	switch task {
	case loss.Classification:
		head = append(head, "true", "prediction")
		for _, n := range names {
			head = append(head, "p_"+n)
		}
	default:
		what := "prediction_"
		if task == loss.MultiLabel {
			what = "p_"
		}
		for _, n := range names {
			head = append(head, "true_"+n, what+n)
		}
	}
	p.w.Write(spreadsheet.Harmless(head))
	return p
}

func (p *predictions) add(i int, y []float32) {
	if i >= p.most {
		p.left++
		return
	}
	p.row = append(p.row[:0], strconv.Itoa(i))
	if p.set.Origin(0) != "" {
		p.row = append(p.row, p.set.Origin(i))
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	if p.task == loss.Classification {
		p.row = append(p.row, p.names[p.set.Label(i)], p.names[nn.Argmax(y)])
		for _, v := range y {
			p.row = append(p.row, number(float64(v)))
		}
	} else {
		for k, v := range y {
			t := p.set.Targets[i*p.set.Out+k]
			if p.task == loss.MultiLabel {
				p.row = append(p.row, number(float64(t)), number(float64(v)))
			} else {
				p.row = append(p.row, number(p.unit(k, t)), number(p.unit(k, v)))
			}
		}
	}
	p.w.Write(spreadsheet.Harmless(p.row))
}

func (p *predictions) write(run *runs.Run) error {
	p.w.Flush()
	return run.Write(runs.Predictions, []byte(p.b.String()))
}

// inspectTest goes through the test examples once more, one by one: for the figures, the confusion of classes and the answers.
func (t *trainer) inspectTest(task loss.Task) (*scores.Report, error) {
	set := t.parts.Test
	var schema *columns.Schema
	unit := func(_ int, z float32) float64 {
		if set.Unit != 0 {
			return float64(z) * set.Unit
		}
		return float64(z)
	}
	if t.data.Table != nil {
		if schema = t.data.Table.Schema; schema.Task() == columns.Regression {
			unit = schema.Number
		}
	}
	names := namesOf(set)
	if schema != nil && len(schema.Answers()) == len(names) {
		names = schema.Answers()
	}
	j, p := newJury(task, names, schema, set), newPredictions(set, task, names, unit)
	err := t.net.Each(context.Background(), set, func(i int, y []float32, _ float64) {
		j.add(set, i, y)
		p.add(i, y)
	})
	if err != nil {
		return nil, err
	}
	if p.left > 0 {
		t.show.Note("note", fmt.Sprintf("%s has the first %s answers", runs.Predictions, nn.Thousands(p.most)))
	}
	if err := p.write(t.run); err != nil {
		return nil, err
	}
	if j.classes != nil {
		if err := t.run.Write(runs.Confusion, confusionCSV(j.classes.Confusion)); err != nil {
			return nil, err
		}
	}
	return j.report(), nil
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
