package plot

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// A Span is a range of numbers.
type Span struct{ Lo, Hi float64 }

// add widens the span so that it holds v, unless v is not finite.
func (s *Span) add(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	s.Lo, s.Hi = min(s.Lo, v), max(s.Hi, v)
}

// nothing is a span that holds no number yet.
var nothing = Span{math.Inf(1), math.Inf(-1)}

// padded is the span with a share of its length more at both ends; a span of no length gets some.
func (s Span) padded(share float64) Span {
	if s.Lo > s.Hi {
		return Span{0, 1}
	}
	d := (s.Hi - s.Lo) * share
	if s.Hi-s.Lo <= 1e-12*max(math.Abs(s.Lo), math.Abs(s.Hi)) || s.Lo == s.Hi {
		d = max(math.Abs(s.Lo)*0.1, 1e-3)
		if s.Lo == 0 {
			d = 1
		}
	}
	return Span{s.Lo - d, s.Hi + d}
}

// share is where v lies in the span: 0 at Lo, 1 at Hi.
func (s Span) share(v float64) float64 { return (v - s.Lo) / (s.Hi - s.Lo) }

// roundTicks puts at most so many ticks at multiples of 1, 2 or 5 times a power of ten, but two at least: one tells no scale.
type roundTicks int

// Ticks returns the ticks within [lo, hi].
func (most roundTicks) Ticks(lo, hi float64) []plot.Tick {
	ticks := ticksAt(lo, hi, roundStep((hi-lo)/float64(most)))
	for n := most + 1; len(ticks) < 2 && n < 3*most; n++ {
		ticks = ticksAt(lo, hi, roundStep((hi-lo)/float64(n)))
	}
	return ticks
}

// wholeTicks are roundTicks at whole numbers only.
type wholeTicks int

// Ticks returns the ticks within [lo, hi].
func (most wholeTicks) Ticks(lo, hi float64) []plot.Tick {
	return ticksAt(lo, hi, max(1, roundStep((hi-lo)/float64(most))))
}

func ticksAt(lo, hi, step float64) []plot.Tick {
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: tickLabel(i*step, step)})
		if len(ticks) > 100 { // a span of almost nothing, where adding a step is lost to rounding
			break
		}
	}
	return ticks
}

// roundStep returns the next of 1, 2, 5, 10 ... that is not smaller than step.
func roundStep(step float64) float64 {
	if !(step > 0) || math.IsInf(step, 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= step*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// tickLabel writes a multiple of step with the digits that the step has.
func tickLabel(v, step float64) string {
	if math.Abs(v) < step/2 {
		return "0"
	}
	if a := math.Max(math.Abs(v), step); a >= 1e6 || step < 1e-4 {
		digits := max(0, int(math.Floor(math.Log10(math.Abs(v))+1e-9))-int(math.Floor(math.Log10(step)+1e-9)))
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', digits, 64), "e")
		if strings.Contains(mantissa, ".") {
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		}
		return mantissa + "e" + exponent
	}
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	return strconv.FormatFloat(v, 'f', digits, 64)
}
