package session

import (
	"context"
	"fmt"

	"github.com/gradus-nn/gradus/internal/progress"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/preprocess/columns"
)

// A pool judges the answers of several networks together, each of which has answered for other examples. Numbers are judged in
// their own unit, since every fold scales them in its own way.
type pool struct {
	jury *jury
	t, y []float32
}

// take asks the network of a training about its test examples.
func (p *pool) take(ctx context.Context, t *Training) error {
	set, task := t.parts.Test, t.net.TaskOn(t.parts.Test)
	var schema *columns.Schema
	names := namesOf(set)
	if t.data.Table != nil {
		schema, names = t.data.Table.Schema, t.data.Table.Schema.Answers()
	}
	if p.jury == nil {
		p.jury = newJury(task, names, schema, set)
		if task == loss.Regression {
			p.jury.numbers = scores.NewNumbers(names, nil)
			p.t, p.y = make([]float32, set.Out), make([]float32, set.Out)
		}
	}
	return t.net.Each(ctx, set, func(i int, y []float32, _ float64) {
		if p.jury.numbers == nil {
			p.jury.add(set, i, y)
			return
		}
		for k := range y {
			p.t[k], p.y[k] = set.Targets[i*set.Out+k], y[k]
			if schema != nil {
				p.t[k], p.y[k] = float32(schema.Number(k, p.t[k])), float32(schema.Number(k, p.y[k]))
			}
		}
		p.jury.numbers.Add(p.t, p.y)
	})
}

// pooledFigures is the mean of each figure over the repeats that have it all, and the deviation between them.
func (r *CrossReport) pooledFigures() {
	r.Figures = map[string]Spread{}
	for name := range r.Repeats[0].Figures {
		var values []float64
		for _, p := range r.Repeats {
			if v, ok := p.Figures[name]; ok {
				values = append(values, v)
			}
		}
		if len(values) == len(r.Repeats) {
			r.Figures[name] = spread(name, values)
		}
	}
}

// finer are the figures besides the one that decides, in lines.
func (r *CrossReport) finer(task loss.Task) []string {
	means := &scores.Report{Figures: map[string]float64{}}
	for name, s := range r.Figures {
		means.Figures[name] = s.Mean
	}
	if task != loss.Regression {
		return Finer(means, task)
	}
	mae, known := r.Figures["mae"]
	r2, too := r.Figures["r2"]
	if !known || !too {
		return nil
	}
	return []string{fmt.Sprintf("mae %s · r2 %.4f", progress.Loss(mae.Mean), r2.Mean)}
}
