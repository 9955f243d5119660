package regularizer

// L2 adds half the weights' sum of squares to the cost. In Nielsen's style:
//
//	cost += λ/2n · Σw²        gradient += λ/n · w
//
// so that a step of rate η shrinks every weight by the factor 1 - ηλ/n: weight decay. Nielsen 2015, chapter 3.
type L2 struct {
	Lambda float64
	Style  Style
}

func (L2) Kind() string { return "l2" }

func (l L2) Coefficients(n, batch int) (l1, l2 float64) { return 0, l.Style.scale(l.Lambda, n, batch) }
