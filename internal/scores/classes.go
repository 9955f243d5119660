package scores

import "math"

// Classes judges answers of which one class is right.
type Classes struct {
	Confusion *Confusion

	n           int
	outputs     []float32 // [n, kept]: of every class, or with two classes of the second
	truths      []int32
	keep        bool
	certain     bool // the outputs are probabilities: not negative, 1 in all
	log, square float64
	calibrator  calibrator
}

// NewClasses returns a judge of answers about the named classes.
func NewClasses(names []string) *Classes {
	return &Classes{Confusion: NewConfusion(names), keep: true, certain: true}
}

// Add takes an example of class truth for which the model has put out p, a value for every class. The largest is its answer.
func (c *Classes) Add(truth int, p []float32) {
	c.n++
	answer := argmax(p)
	c.Confusion.Add(truth, answer)
	sum, square := 0.0, 0.0
	for i, v := range p {
		e := float64(v)
		sum += e
		c.certain = c.certain && v >= 0
		if i == truth {
			e--
		}
		square += e * e
	}
	const rounding = 1e-3 // of probabilities that were written with three digits
	c.certain = c.certain && math.Abs(sum-1) < rounding
	c.log -= math.Log(math.Max(float64(p[truth]), smallest))
	c.square += square / 2
	c.calibrator.add(float64(p[answer]), answer == truth)
	if !c.keep {
		return
	}
	if len(c.outputs) > keptAnswers-len(p) {
		c.keep, c.outputs, c.truths = false, nil, nil
		return
	}
	c.truths = append(c.truths, int32(truth))
	if len(p) == 2 {
		p = p[1:]
	}
	c.outputs = append(c.outputs, p...)
}

// A Report is what there is to say about answers. Figures holds the metrics that are defined, by name; a share of nothing is left
// out, and so are probabilities where the model puts out none.
type Report struct {
	Figures     map[string]float64
	Classes     []Score      // of classes or labels
	Macro       *Score       // their mean
	Targets     []Deviation  // of numbers
	Calibration *Calibration // of probabilities of classes
}

// Report returns the figures.
func (c *Classes) Report() *Report {
	r := &Report{Figures: map[string]float64{}, Classes: c.Confusion.Scores()}
	if c.n == 0 {
		return r
	}
	macro := Macro(r.Classes)
	r.Macro = &macro
	n, correct := c.Confusion.Total()
	r.Figures["acc"] = share(float64(correct), float64(n))
	r.Figures["balanced_acc"] = balanced(r.Classes)
	r.Figures["precision"], r.Figures["recall"], r.Figures["f1"] = macro.Precision, macro.Recall, macro.F1
	c.areas(r)
	if c.certain {
		r.Calibration = c.calibrator.report()
		r.Figures["log_loss"], r.Figures["brier"] = c.log/float64(n), c.square/float64(n)
		r.Figures["ece"] = r.Calibration.ECE
	}
	return r
}

// areas fills in the areas under the ROC curves: of each class against all others, and their mean.
func (c *Classes) areas(r *Report) {
	classes := len(r.Classes)
	if !c.keep || classes < 2 {
		return
	}
	width, first := classes, 0
	if classes == 2 {
		width, first = 1, 1
	}
	q := ranking{keys: make([]uint64, 0, c.n)}
	for k := range width {
		q.keys, q.nan = q.keys[:0], false
		for i, truth := range c.truths {
			q.add(c.outputs[i*width+k], int(truth) == first+k)
		}
		r.Classes[first+k].AUC = q.auc()
	}
	if classes == 2 {
		r.Classes[0].AUC = r.Classes[1].AUC // one output is what the other leaves
	}
	r.meanArea()
}

// meanArea fills in the mean over the classes that have an area.
func (r *Report) meanArea() {
	sum, n := 0.0, 0.0
	for _, s := range r.Classes {
		if s.AUC != nil {
			sum += *s.AUC
			n++
		}
	}
	if n > 0 {
		mean := sum / n
		r.Macro.AUC, r.Figures["roc_auc"] = &mean, mean
	}
}

// argmax returns the largest output, the first of equals; NaN is never the largest.
func argmax(p []float32) int {
	best := 0
	for i, v := range p {
		if v > p[best] || p[best] != p[best] {
			best = i
		}
	}
	return best
}
