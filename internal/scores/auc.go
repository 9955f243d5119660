package scores

import (
	"math"
	"slices"
)

// A ranking collects what a model says about one question with yes or no, for the area under its ROC curve. The area is the
// chance that an example whose answer is yes gets a larger output than one whose answer is no, equal ones counting half
// (Mann & Whitney 1947).
type ranking struct {
	keys []uint64 // output, in an order of unsigned numbers, and truth in the lowest bit
	nan  bool
}

func (r *ranking) add(output float32, yes bool) {
	r.nan = r.nan || output != output
	bits := math.Float32bits(output + 0) // -0 is 0
	if bits>>31 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 31
	}
	key := uint64(bits) << 1
	if yes {
		key |= 1
	}
	r.keys = append(r.keys, key)
}

// auc returns the area; it is nil if one of the answers never occurs. It sorts what it has collected.
func (r *ranking) auc() *float64 {
	if r.nan {
		return nil
	}
	slices.Sort(r.keys)
	var yes, no, twice uint64 // twice the pairs in the right order
	for lo := 0; lo < len(r.keys); {
		hi := lo
		var ones uint64
		for hi < len(r.keys) && r.keys[hi]>>1 == r.keys[lo]>>1 {
			ones += r.keys[hi] & 1
			hi++
		}
		zeros := uint64(hi-lo) - ones
		twice += ones * (2*no + zeros)
		yes, no, lo = yes+ones, no+zeros, hi
	}
	if yes == 0 || no == 0 {
		return nil
	}
	area := float64(twice) / (2 * float64(yes) * float64(no))
	return &area
}
