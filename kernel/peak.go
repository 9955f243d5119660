package kernel

import "time"

// Peak measures how many float32 operations a second the workers of t reach together, in GFLOP/s, in a loop of
// nothing but fused multiply-adds on registers: what no product on the active path can exceed. It is the best of some
// hundred turns, and takes about 50 ms.
func Peak(t *Team) float64 {
	best, _ := peakOf(t)
	return best
}

// SustainedPeak is the mean of the turns of which Peak is the best: what the machine gives over 50 ms, be it because its
// clock falls or because others use it, too.
func SustainedPeak(t *Team) float64 {
	_, mean := peakOf(t)
	return mean
}

func peakOf(t *Team) (best, mean float64) {
	turns, first := 0, time.Now()
	flops := float64(t.Size()) * peakRounds * 2 * peakSums * float64(active.peakLanes)
	for end := first.Add(50 * time.Millisecond); time.Now().Before(end); turns++ {
		begun := time.Now()
		t.Run(peakTask{})
		best = max(best, flops/float64(time.Since(begun).Nanoseconds()))
	}
	return best, float64(turns) * flops / float64(time.Since(first).Nanoseconds())
}

const (
	peakRounds = 1 << 15 // makes a run long beside its hand-over: about 70 µs of vectors, 1 ms of the reference
	peakSums   = 12      // independent chains in the loops: enough for two units that take four cycles
)

type peakTask struct{}

func (peakTask) Work(*Worker) { active.peak(peakRounds) }

// peakRef is the loop of the reference, whose multiply-add takes one number at a time.
func peakRef(rounds int) {
	var sums [peakSums]float32
	for range rounds {
		for i := range sums {
			sums[i] = FMA32(1, 1, sums[i])
		}
	}
	if sums[0] < 0 { // never, but the compiler must not know
		panic("kernel: a sum of ones is negative")
	}
}
