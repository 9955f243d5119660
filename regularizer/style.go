package regularizer

import (
	"fmt"
	"strings"
)

// A Style says whose λ it is. For weights w, n training examples and batches of m:
//
//	          L2                 L1
//	nielsen   λ/2n · Σw²         λ/n · Σ|w|
//	saito     λ/2 · Σw²          λ · Σ|w|         not over n: weight_decay_lambda
//	sklearn   λ/2m · Σw²         λ/m · Σ|w|       alpha
//
// In scikit-learn's neural networks n_samples is that of the mini-batch at hand, so the same alpha is far stronger
// there than Nielsen's λ; they have no L1, which follows L2 here. Saito's book has no L1 either. The empty Style is
// Nielsen's.
type Style string

const (
	Nielsen Style = "nielsen"
	Saito   Style = "saito"
	Sklearn Style = "sklearn"
)

// Styles lists the names.
var Styles = []Style{Nielsen, Saito, Sklearn}

// ParseStyle reads the name of a style.
func ParseStyle(text string) (Style, error) {
	name := Style(strings.ToLower(strings.TrimSpace(text)))
	switch name {
	case Nielsen, Saito, Sklearn:
		return name, nil
	}
	return "", fmt.Errorf("regularizer: unknown style %q; want nielsen (λ/2n), saito (λ/2) or sklearn (λ/2 over the batch)", text)
}

// UnmarshalText refuses unknown styles where files are read.
func (s *Style) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*s = ""
		return nil
	}
	*s, err = ParseStyle(string(text))
	return err
}

// scale returns the factor of Σ|w| and of Σw²/2.
func (s Style) scale(lambda float64, n, batch int) float64 {
	switch s {
	case "", Nielsen:
		return lambda / float64(n)
	case Saito:
		return lambda
	case Sklearn:
		return lambda / float64(batch)
	}
	panic(fmt.Sprintf("regularizer: unknown style %q", string(s)))
}
