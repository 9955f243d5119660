package recipe

import "strings"

// Monitored says which of Nielsen's four curves are followed over whole sets after each epoch.
type Monitored struct {
	EvaluationCost, EvaluationAccuracy bool
	TrainingCost, TrainingAccuracy     bool
}

// usualMonitor watches what costs little: the training figures of an epoch are then the running means of its batches.
const usualMonitor = "evaluation-cost,evaluation-accuracy"

// ParseMonitor reads a list of what to follow: evaluation-cost, evaluation-accuracy, training-cost, training-accuracy; "all" and
// "none" say it shorter.
func ParseMonitor(text string) (Monitored, error) {
	var m Monitored
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		switch strings.ToLower(word) {
		case "evaluation-cost":
			m.EvaluationCost = true
		case "evaluation-accuracy":
			m.EvaluationAccuracy = true
		case "training-cost":
			m.TrainingCost = true
		case "training-accuracy":
			m.TrainingAccuracy = true
		case "all":
			m = Monitored{true, true, true, true}
		case "none":
			m = Monitored{}
		default:
			return m, fieldf("monitor", "has %q; want a list of evaluation-cost, evaluation-accuracy, training-cost, training-accuracy, or all, or none", word)
		}
	}
	return m, nil
}
