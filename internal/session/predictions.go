package session

import (
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/runs"
	"github.com/gradus-nn/gradus/internal/spreadsheet"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/nn"
)

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
	from  func(i int) string // where an example comes from; nil: not known
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
		head, p.from = append(head, "origin"), set.Origins()
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
	if p.from != nil {
		p.row = append(p.row, p.from(i))
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
