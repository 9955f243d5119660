package dataset

// A Kind is what the targets of a set are, and with that which losses and metrics make sense.
type Kind int

const (
	Labelled Kind = iota // one class an example, as a number
	OneHot               // one class an example, as a row such as 0 0 1
	Soft                 // probabilities of the classes: each row is not negative and sums to 1
	MultiHot             // any number of classes an example: rows of zeros and ones
	Real                 // numbers: regression
)

// String returns the name of the kind.
func (k Kind) String() string {
	return [...]string{"labels", "one-hot", "soft", "multi-hot", "real"}[k]
}

// SingleClass reports whether an example has one class, so that accuracy and a majority mean something.
func (k Kind) SingleClass() bool { return k <= Soft }

// softTolerance is how far a row of probabilities in float32 may be from 1: they are often printed with 3 digits.
const softTolerance = 1e-3

// Kind looks at all targets and says what they are. Targets without class names are real, whatever their values, and a set that
// says so holds labels.
func (s *Set) Kind() Kind {
	if s.Labels != nil {
		return Labelled
	}
	if s.Classes == nil {
		return Real
	}
	if s.Many {
		return MultiHot
	}
	binary, sumToOne := true, true
	for lo := 0; lo+s.Out <= len(s.Targets); lo += s.Out {
		sum := 0.0
		for _, t := range s.Targets[lo : lo+s.Out] {
			if !(t >= 0) {
				return Real
			}
			binary = binary && (t == 0 || t == 1)
			sum += float64(t)
		}
		sumToOne = sumToOne && sum > 1-softTolerance && sum < 1+softTolerance
	}
	switch {
	case binary && sumToOne:
		return OneHot
	case binary:
		return MultiHot
	case sumToOne:
		return Soft
	}
	return Real
}
