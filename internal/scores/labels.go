package scores

import "math"

// Labels judges answers of which any number is right: each label is a question with yes or no, answered yes by a probability above a
// half.
type Labels struct {
	n, right int
	scores   []Score
	log      float64
	square   float64
	wrong    int
	rankings []ranking
	keep     bool
	certain  bool
}

// NewLabels returns a judge of answers about the named labels.
func NewLabels(names []string) *Labels {
	l := &Labels{rankings: make([]ranking, len(names)), keep: true, certain: true}
	for _, name := range names {
		l.scores = append(l.scores, Score{Class: name})
	}
	return l
}

// Expect makes room for n examples at once; more or fewer may come.
func (l *Labels) Expect(n int) {
	for i := range l.rankings {
		l.rankings[i].grow(min(n, keptAnswers/2/len(l.rankings)))
	}
}

// Add takes an example with the targets t, 0 or 1 for every label, to which the model gives the probabilities p.
func (l *Labels) Add(t, p []float32) {
	l.n++
	whole := true
	if l.keep && l.n > keptAnswers/2/max(1, len(p)) {
		l.keep, l.rankings = false, nil
	}
	for k, v := range p {
		s := &l.scores[k]
		is, said := t[k] > 0.5, v > 0.5
		if is {
			s.Examples++
		}
		if said {
			s.Predicted++
		}
		if is && said {
			s.Correct++
		}
		if is != said {
			l.wrong++
			whole = false
		}
		chance := float64(v)
		l.certain = l.certain && v >= 0 && v <= 1
		e := chance - float64(t[k])
		l.square += e * e
		if !is {
			chance = 1 - chance
		}
		l.log -= math.Log(math.Max(chance, smallest))
		if l.keep {
			l.rankings[k].add(v, is)
		}
	}
	if whole {
		l.right++
	}
}

// Report returns the figures. Log loss and Brier score are means over all labels of all examples.
func (l *Labels) Report() *Report {
	r := &Report{Figures: map[string]float64{}, Classes: l.scores}
	if l.n == 0 || len(l.scores) == 0 {
		return r
	}
	all := Score{}
	for i := range r.Classes {
		s := &r.Classes[i]
		s.rates()
		all.Examples += s.Examples
		all.Predicted += s.Predicted
		all.Correct += s.Correct
		if l.keep {
			s.AUC, _ = l.rankings[i].area()
		}
	}
	all.rates()
	macro := Macro(r.Classes)
	r.Macro = &macro
	answers := float64(l.n * len(l.scores))
	r.Figures["acc"] = float64(l.right) / float64(l.n)
	r.Figures["hamming"] = float64(l.wrong) / answers
	r.Figures["precision"], r.Figures["recall"], r.Figures["f1"] = macro.Precision, macro.Recall, macro.F1
	r.Figures["micro_precision"], r.Figures["micro_recall"], r.Figures["micro_f1"] = all.Precision, all.Recall, all.F1
	if l.certain {
		r.Figures["log_loss"], r.Figures["brier"] = l.log/answers, l.square/answers
	}
	r.meanArea()
	return r
}
