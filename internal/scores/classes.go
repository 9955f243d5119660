package scores

import "math"

// Classes judges answers of which one class is right.
type Classes struct {
	Confusion *Confusion

	n           int
	rankings    []ranking // of every class, or with two classes of the second; nil: too many answers
	kept        int       // outputs in them
	certain     bool      // the outputs are probabilities: not negative, 1 in all
	log, square float64
	calibrator  calibrator
}

// NewClasses returns a judge of answers about the named classes.
func NewClasses(names []string) *Classes {
	asked := len(names)
	if asked == 2 {
		asked = 1 // one output is what the other leaves
	}
	return &Classes{Confusion: NewConfusion(names), rankings: make([]ranking, asked), certain: true}
}

// Expect makes room for n examples at once; more or fewer may come.
func (c *Classes) Expect(n int) {
	for i := range c.rankings {
		c.rankings[i].grow(min(n, keptAnswers/len(c.rankings)))
	}
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
	c.rank(truth, p)
}

// rank keeps the outputs for the areas under the curves.
func (c *Classes) rank(truth int, p []float32) {
	if c.kept > keptAnswers-len(p) {
		c.rankings = nil
	}
	first := len(p) - len(c.rankings) // the second of two
	for i := range c.rankings {
		c.rankings[i].add(p[first+i], truth == first+i)
	}
	c.kept += len(c.rankings)
}

// A Report is what there is to say about answers. Figures holds the metrics that are defined, by name; a share of nothing is left
// out, and so are probabilities where the model puts out none.
type Report struct {
	Figures     map[string]float64
	Classes     []Score      // of classes or labels
	Macro       *Score       // their mean
	Targets     []Deviation  // of numbers
	Calibration *Calibration // of probabilities of classes
	ROC         []Point      // of the second of two classes, by falling threshold; nil where there are more
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
	first := len(r.Classes) - len(c.rankings)
	if len(c.rankings) == 0 || len(r.Classes) < 2 {
		return
	}
	for i := range c.rankings {
		r.Classes[first+i].AUC, r.ROC = c.rankings[i].area()
	}
	if len(r.Classes) == 2 {
		r.Classes[0].AUC = r.Classes[1].AUC
	} else {
		r.ROC = nil
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
