package tune

// A Rung is a stage of a search: so many trials, trained until they have seen so many epochs in all.
type Rung struct{ Trials, Epochs int }

const (
	// eta is the part of the trials that is left at the next rung, where each trains eta times as long.
	eta = 3
	// halvings bounds how early a trial can be judged: after a ninth of its epochs. Earlier, large learning rates look good
	// that never settle.
	halvings = 2
)

// Halving plans successive halving (Jamieson & Talwalkar 2016): all trials train for a share of the epochs, the best third of
// them three times as long, and again. The last rung trains for all epochs.
//
//	30 trials of 100 epochs: 30 × 11, 10 × 33, 3 × 100
func Halving(trials, epochs int) []Rung {
	rungs := []Rung{{trials, epochs}}
	for range halvings {
		if rungs[0].Epochs/eta < 1 || rungs[len(rungs)-1].Trials/eta < 1 {
			break
		}
		rungs = append([]Rung{{trials, rungs[0].Epochs / eta}}, rungs...)
		for i := 1; i < len(rungs); i++ {
			rungs[i].Trials = rungs[i-1].Trials / eta
		}
	}
	return rungs
}

// Random plans a search in which every trial trains for all epochs.
func Random(trials, epochs int) []Rung { return []Rung{{trials, epochs}} }

// Epochs returns what a plan costs, in epochs: a trial that goes on does not begin again.
func Epochs(plan []Rung) (total int) {
	before := 0
	for _, r := range plan {
		total += r.Trials * (r.Epochs - before)
		before = r.Epochs
	}
	return total
}
