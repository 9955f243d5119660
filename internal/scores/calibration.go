package scores

// reliabilityBins is the number of bins of a calibration, as in the diagrams of Guo et al. 2017.
const reliabilityBins = 10

// A Calibration compares the probability that a model gives to its answers with the share of them that is right: of answers with
// 80 %, four in five should be (Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks").
type Calibration struct {
	Bins []Bin   `json:"bins"` // of equal width; empty ones are there, too
	ECE  float64 `json:"ece"`  // expected calibration error: Σ n/N · |Right - Said|
	Over float64 `json:"over"` // Σ n/N · (Said - Right): above 0 the model is too sure of itself
}

// A Bin holds the answers with a probability above Lo and up to Hi.
type Bin struct {
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
	N     int     `json:"n"`
	Said  float64 `json:"said"`  // mean probability of the answers
	Right float64 `json:"right"` // share of them that is right
}

// calibrator collects answers by their probability.
type calibrator struct {
	n     int
	count [reliabilityBins]int
	said  [reliabilityBins]float64
	right [reliabilityBins]float64
}

func (c *calibrator) add(p float64, right bool) {
	k := 0
	for k+1 < reliabilityBins && p > edges[k+1] {
		k++
	}
	c.n++
	c.count[k]++
	c.said[k] += p
	if right {
		c.right[k]++
	}
}

// edges are the limits of the bins.
var edges = func() (e [reliabilityBins + 1]float64) {
	for k := range e {
		e[k] = float64(k) / reliabilityBins
	}
	return e
}()

func (c *calibrator) report() *Calibration {
	r := &Calibration{}
	for k, n := range c.count {
		b := Bin{Lo: edges[k], Hi: edges[k+1], N: n, Said: share(c.said[k], float64(n)), Right: share(c.right[k], float64(n))}
		weight := share(float64(n), float64(c.n))
		r.ECE += weight * max(b.Said-b.Right, b.Right-b.Said)
		r.Over += weight * (b.Said - b.Right)
		r.Bins = append(r.Bins, b)
	}
	return r
}
