package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/session"
)

// A limit is what --fail-under asks of a figure: at least the value, or of a figure of which less is better, at most.
type limit struct {
	metric scores.Metric
	value  float64
}

// parseLimits reads "acc=0.95,rmse=20".
func parseLimits(text string) ([]limit, error) {
	if text == "" {
		return nil, nil
	}
	var limits []limit
	for _, part := range strings.Split(text, ",") {
		name, number, ok := strings.Cut(strings.TrimSpace(part), "=")
		v, err := strconv.ParseFloat(number, 64)
		m, known := scores.Find(name)
		if !ok || err != nil || math.IsNaN(v) || !known {
			return nil, exit.Usagef("gradus eval: --fail-under has %q; want a figure and a number, such as acc=0.95; the figures are %s", part, figureNames())
		}
		if m.Share && !(v >= 0 && v <= 1) {
			return nil, exit.Usagef("gradus eval: --fail-under %s=%v; want a share between 0 and 1, such as 0.95", name, v)
		}
		limits = append(limits, limit{m, v})
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

// keepWithin returns an error with exit code 4 that names every figure beyond its limit.
func keepWithin(limits []limit, r *session.EvalReport) error {
	var beyond []string
	for _, l := range limits {
		have, ok := r.Metrics[l.metric.Name]
		switch {
		case !ok:
			return exit.Usagef("gradus eval: --fail-under %s: the model has no %s on these data", l.metric.Name, l.metric.Name)
		case l.metric.Less && !(have <= l.value):
			beyond = append(beyond, fmt.Sprintf("%s is %.4f, over the %v of --fail-under", l.metric.Name, have, l.value))
		case !l.metric.Less && !(have >= l.value):
			beyond = append(beyond, fmt.Sprintf("%s is %.4f, under the %v of --fail-under", l.metric.Name, have, l.value))
		}
	}
	if len(beyond) > 0 {
		return exit.Checkf("%s", strings.Join(beyond, "; "))
	}
	return nil
}
