package scores

// A Confusion counts how often each true class was taken for each.
type Confusion struct {
	Classes []string
	counts  []int // [true, predicted]
}

// NewConfusion returns a confusion without examples.
func NewConfusion(classes []string) *Confusion {
	return &Confusion{classes, make([]int, len(classes)*len(classes))}
}

// Add counts an example.
func (c *Confusion) Add(truth, predicted int) { c.counts[truth*len(c.Classes)+predicted]++ }

// Count returns how many examples of class truth were taken for predicted.
func (c *Confusion) Count(truth, predicted int) int { return c.counts[truth*len(c.Classes)+predicted] }

// Total returns the number of examples, and how many of them were right.
func (c *Confusion) Total() (n, correct int) {
	for i := range c.Classes {
		for j := range c.Classes {
			n += c.Count(i, j)
		}
		correct += c.Count(i, i)
	}
	return n, correct
}

// A Score is how well one class is told from the others. A share of nothing is 0, as scikit-learn has it.
type Score struct {
	Class     string  `json:"class"`
	Examples  int     `json:"examples"`  // that are of the class
	Predicted int     `json:"predicted"` // that were taken for it
	Correct   int     `json:"correct"`
	Precision float64 `json:"precision"` // Correct / Predicted
	Recall    float64 `json:"recall"`    // Correct / Examples
	F1        float64 `json:"f1"`        // 2·Precision·Recall / (Precision + Recall)

	AUC *float64 `json:"roc_auc,omitempty"` // of the class against all others; nil where it is not defined
}

// Scores returns the score of every class.
func (c *Confusion) Scores() []Score {
	all := make([]Score, len(c.Classes))
	for i, name := range c.Classes {
		s := Score{Class: name, Correct: c.Count(i, i)}
		for j := range c.Classes {
			s.Examples += c.Count(i, j)
			s.Predicted += c.Count(j, i)
		}
		s.rates()
		all[i] = s
	}
	return all
}

// rates fills in what follows from the counts.
func (s *Score) rates() {
	s.Precision = share(float64(s.Correct), float64(s.Predicted))
	s.Recall = share(float64(s.Correct), float64(s.Examples))
	s.F1 = share(2*s.Precision*s.Recall, s.Precision+s.Recall)
}

// Macro returns the mean of precision, recall and F1 over the classes, each counting the same.
func Macro(all []Score) (m Score) {
	m.Class = "macro"
	for _, s := range all {
		m.Examples += s.Examples
		m.Predicted += s.Predicted
		m.Correct += s.Correct
		m.Precision += s.Precision / float64(len(all))
		m.Recall += s.Recall / float64(len(all))
		m.F1 += s.F1 / float64(len(all))
	}
	return m
}

// balanced returns the mean of the recall of the classes that occur.
func balanced(all []Score) float64 {
	sum, n := 0.0, 0.0
	for _, s := range all {
		if s.Examples > 0 {
			sum += s.Recall
			n++
		}
	}
	return share(sum, n)
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
