// Package scores judges the answers of a model: what share is right, how surely, and of which kind its mistakes are.
//
// There is a collector for each task, which is given one example after the other and then asked for its report: [Classes] where
// an example has one class, [Labels] where it has any number of them, [Numbers] where it has targets to be measured. Every
// figure agrees with scikit-learn's of the same name (testdata/reference.py).
package scores

// A Metric is a figure of merit, by the name under which it is printed, stored and asked for.
type Metric struct {
	Name  string
	Text  string
	Less  bool // less is better
	Share bool // between 0 and 1
}

// Metrics are all figures, the usual first.
var Metrics = []Metric{
	{Name: "acc", Text: "accuracy: share of the examples that are right, with all their labels", Share: true},
	{Name: "balanced_acc", Text: "mean recall of the classes, each counting the same", Share: true},
	{Name: "precision", Text: "of what was taken for a class, the share that is; mean over the classes", Share: true},
	{Name: "recall", Text: "of a class, the share that was found; mean over the classes", Share: true},
	{Name: "f1", Text: "harmonic mean of precision and recall; mean over the classes", Share: true},
	{Name: "micro_precision", Text: "precision of all labels together", Share: true},
	{Name: "micro_recall", Text: "recall of all labels together", Share: true},
	{Name: "micro_f1", Text: "f1 of all labels together", Share: true},
	{Name: "hamming", Text: "share of the labels that are wrong", Less: true, Share: true},
	{Name: "roc_auc", Text: "chance that an example of a class gets more of its probability than one of another class", Share: true},
	{Name: "log_loss", Text: "mean of -ln(probability of the true class)", Less: true},
	{Name: "brier", Text: "mean squared error of the probabilities, halved", Less: true, Share: true},
	{Name: "ece", Text: "expected calibration error: how far probabilities are from the shares that come true", Less: true, Share: true},
	{Name: "rmse", Text: "root of the mean squared error, in the target's unit", Less: true},
	{Name: "mae", Text: "mean absolute error, in the target's unit", Less: true},
	{Name: "r2", Text: "share of the variance that is explained"},
	{Name: "loss", Text: "what the training makes small", Less: true},
}

// Find returns the metric of a name; "auc" is roc_auc, as most say.
func Find(name string) (Metric, bool) {
	if name == "auc" {
		name = "roc_auc"
	}
	for _, m := range Metrics {
		if m.Name == name {
			return m, true
		}
	}
	return Metric{}, false
}

// keptAnswers bounds the outputs that are kept for exact areas under curves: 32 MiB, and at most as much to sort them. Of larger sets
// areas are left out.
const keptAnswers = 1 << 23

// smallest is what a probability counts for at least in a logarithm: the distance of 1 from the next float32.
const smallest = 1. / (1 << 23)
