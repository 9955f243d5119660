package scores

import "math"

// A ranking collects what a model says about one question with yes or no, for the ROC curve and the area under it. The area is the
// chance that an example whose answer is yes gets a larger output than one whose answer is no, equal ones counting half
// (Mann & Whitney 1947).
type ranking struct {
	keys    []uint32 // outputs, in an order of unsigned numbers: of no from the front, of yes from the back
	no, yes int
	nan     bool
}

func (r *ranking) add(output float32, yes bool) {
	r.nan = r.nan || output != output
	if r.no+r.yes == len(r.keys) {
		r.grow(max(64, 2*len(r.keys)))
	}
	if yes {
		r.yes++
		r.keys[len(r.keys)-r.yes] = ordered(output)
	} else {
		r.keys[r.no] = ordered(output)
		r.no++
	}
}

// grow makes room for n outputs in all.
func (r *ranking) grow(n int) {
	if n <= len(r.keys) {
		return
	}
	keys := make([]uint32, n)
	copy(keys, r.keys[:r.no])
	copy(keys[n-r.yes:], r.keys[len(r.keys)-r.yes:])
	r.keys = keys
}

// ordered returns a number that is less than another where v is; -0 is 0.
func ordered(v float32) uint32 {
	bits := math.Float32bits(v + 0)
	if bits>>31 == 1 {
		return ^bits
	}
	return bits | 1<<31
}

// A Point of a ROC curve is what a threshold makes of the examples: who takes all above it for a yes finds the share Found of those
// that are, and takes the share False of the others for one, too.
type Point struct {
	False float64 `json:"false_positive_rate"`
	Found float64 `json:"true_positive_rate"`
}

// curvePoints is about how many points of a curve are kept on each axis; all of them where there are fewer.
const curvePoints = 200

// area returns the area under the curve, and the curve from (0, 0) to (1, 1); both are nil if one of the answers never occurs. It
// sorts what has been collected.
func (r *ranking) area() (*float64, []Point) {
	if r.nan || r.no == 0 || r.yes == 0 {
		return nil, nil
	}
	scratch := make([]uint32, max(r.no, r.yes))
	no, yes := sortKeys(r.keys[:r.no], scratch), sortKeys(r.keys[len(r.keys)-r.yes:], scratch)
	var twice uint64 // twice the pairs in the right order
	curve := []Point{{}}
	lastNo, lastYes := len(no), len(yes) // that are not above the last point
	for i, j := len(no), len(yes); i > 0 || j > 0; {
		key := uint32(0)
		if i > 0 {
			key = no[i-1]
		}
		if j > 0 {
			key = max(key, yes[j-1])
		}
		zeros, ones := i, j
		for i > 0 && no[i-1] == key {
			i--
		}
		for j > 0 && yes[j-1] == key {
			j--
		}
		zeros, ones = zeros-i, ones-j
		twice += uint64(ones) * uint64(2*i+zeros)
		if (lastNo-i)*curvePoints >= len(no) || (lastYes-j)*curvePoints >= len(yes) || i+j == 0 {
			curve = append(curve, Point{1 - float64(i)/float64(len(no)), 1 - float64(j)/float64(len(yes))})
			lastNo, lastYes = i, j
		}
	}
	area := float64(twice) / (2 * float64(r.yes) * float64(r.no))
	return &area, curve
}

const (
	digitBits = 11 // of a pass: its counts fit the first-level cache
	digits    = 1 << digitBits
)

// sortKeys sorts keys digit by digit, the lowest first (Knuth, The Art of Computer Programming 3, 5.2.5, algorithm R): three passes,
// whatever their number. Scratch is as long at least.
func sortKeys(keys, scratch []uint32) []uint32 {
	other := scratch[:len(keys)]
	from, to := keys, other
	for shift := 0; shift < 32; shift += digitBits {
		var at [digits]uint32
		for _, k := range from {
			at[k>>shift%digits]++
		}
		sum := uint32(0)
		for d, n := range at {
			at[d], sum = sum, sum+n
		}
		for _, k := range from {
			d := k >> shift % digits
			to[at[d]] = k
			at[d]++
		}
		from, to = to, from
	}
	copy(keys, from) // three passes end in scratch
	return keys
}
