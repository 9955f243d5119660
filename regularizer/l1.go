package regularizer

// L1 adds the weights' absolute values to the cost. In Nielsen's style:
//
//	cost += λ/n · Σ|w|        gradient += λ/n · sign(w), sign(0) = 0
//
// so that a step of rate η subtracts ηλ/n·sign(w): a fixed amount, which drives small weights to zero.
// Nielsen 2015, chapter 3.
type L1 struct {
	Lambda float64
	Style  Style
}

func (L1) Kind() string { return "l1" }

func (l L1) Coefficients(n, batch int) (l1, l2 float64) { return l.Style.scale(l.Lambda, n, batch), 0 }
