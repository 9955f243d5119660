package nn

import "time"

// A pace decides whether a step is shared among the workers or done by the caller alone. No bit of the result depends
// on it, so it measures: sharing a step of ten microseconds gains little on an idle machine and loses much on one
// that others use as well, where a worker may have to wait for its turn longer than the whole step takes.
type pace struct {
	alone bool
	steps int
	cost  float64 // of a row in the present mode, in nanoseconds, smoothed
	trial float64 // sum over the rows of the present trial of the other mode
	rows  int     // rows in it
}

const (
	trialEvery = 512 // steps from one trial of the other mode to the next,
	trialFirst = 8   // beginning after so many,
	trialSteps = 5   // for so many, the first of which wakes the workers and does not count
	clearly    = 0.9 // the other mode is taken if it costs less than this share
	smoothing  = 1. / 16
)

// next says whether the coming step is to be done alone.
func (p *pace) next() bool { return p.alone != p.trying() }

// trying reports whether the coming step belongs to a trial of the other mode.
func (p *pace) trying() bool {
	phase := p.steps % trialEvery
	return phase >= trialFirst && phase < trialFirst+trialSteps
}

// took tells how long the step took that next was asked about.
func (p *pace) took(d time.Duration, rows int) {
	trying := p.trying()
	phase := p.steps % trialEvery
	p.steps++
	cost := float64(d) / float64(rows)
	switch {
	case !trying && p.cost == 0:
		p.cost = cost
	case !trying:
		p.cost += smoothing * (cost - p.cost)
	case phase == trialFirst:
		p.trial, p.rows = 0, 0
	default:
		p.trial, p.rows = p.trial+float64(d), p.rows+rows
		if phase == trialFirst+trialSteps-1 {
			if other := p.trial / float64(p.rows); other < clearly*p.cost {
				p.alone, p.cost = !p.alone, other
			}
		}
	}
}
