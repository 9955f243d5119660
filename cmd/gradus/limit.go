package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/session"
	"github.com/gradus-nn/gradus/internal/terminal"
)

// A limit is what --fail-under asks of a figure: at least the value, or of a figure of which less is better, at most.
type limit struct {
	metric scores.Metric
	of     string // the class, label or target; "" is all of them
	value  float64
}

// parseLimits reads "acc=0.95,recall:spam=0.9,rmse=20".
func parseLimits(text string) ([]limit, error) {
	if text == "" {
		return nil, nil
	}
	var limits []limit
	for _, part := range strings.Split(text, ",") {
		at := max(0, strings.LastIndexByte(part, '='))
		name, of, one := strings.Cut(strings.TrimSpace(part[:at]), ":")
		v, err := strconv.ParseFloat(strings.TrimPrefix(part[at:], "="), 64)
		m, known := scores.Find(name)
		if err != nil || math.IsNaN(v) || !known {
			return nil, exit.Usagef("gradus eval: --fail-under has %q; want a figure and a number, such as acc=0.95 or recall:CLASS=0.9; the figures are %s", part, figureNames())
		}
		if m.Share && !(v >= 0 && v <= 1) {
			return nil, exit.Usagef("gradus eval: --fail-under %s=%v; want a share between 0 and 1, such as 0.95", name, v)
		}
		if one && of == "" {
			return nil, exit.Usagef("gradus eval: --fail-under has %q; want the name of a class, label or target after the colon", part)
		}
		limits = append(limits, limit{m, of, v})
	}
	return limits, nil
}

func figureNames() string {
	var names []string
	for _, m := range scores.Metrics {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

// name is the limit as it was asked for.
func (l limit) name() string {
	if l.of == "" {
		return l.metric.Name
	}
	return l.metric.Name + ":" + l.of
}

// find returns the figure that is limited.
func (l limit) find(r *session.EvalReport) (v float64, ok bool) {
	if l.of == "" {
		v, ok = r.Metrics[l.metric.Name]
		return v, ok
	}
	for _, s := range r.Classes {
		if s.Class == l.of {
			if l.metric.Name == "roc_auc" && s.AUC != nil {
				return *s.AUC, true
			}
			v, ok = map[string]float64{"precision": s.Precision, "recall": s.Recall, "f1": s.F1}[l.metric.Name]
			return v, ok
		}
	}
	for _, d := range r.Targets {
		if d.Target == l.of {
			v, ok = map[string]float64{"rmse": d.RMSE, "mae": d.MAE, "r2": d.R2}[l.metric.Name]
			return v, ok
		}
	}
	return 0, false
}

// keepWithin returns an error with exit code 4 that names every figure beyond its limit.
func keepWithin(limits []limit, r *session.EvalReport) error {
	var beyond []string
	for _, l := range limits {
		name := terminal.Clean(l.name())
		have, ok := l.find(r)
		switch {
		case !ok:
			return exit.Usagef("gradus eval: --fail-under %s: the model has no %s on these data", name, name)
		case l.metric.Less && !(have <= l.value):
			beyond = append(beyond, fmt.Sprintf("%s is %.4f, over the %v of --fail-under", name, have, l.value))
		case !l.metric.Less && !(have >= l.value):
			beyond = append(beyond, fmt.Sprintf("%s is %.4f, under the %v of --fail-under", name, have, l.value))
		}
	}
	if len(beyond) > 0 {
		return exit.Checkf("%s", strings.Join(beyond, "; "))
	}
	return nil
}
