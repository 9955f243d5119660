package nn

import (
	"testing"
	"time"
)

// follow lets a pace go for n steps of ten rows on a machine where they cost so much, and counts those done alone.
func follow(p *pace, n int, alone, shared time.Duration) (solo int) {
	for range n {
		d := shared
		if p.next() {
			d = alone
			solo++
		}
		p.took(d, 10)
	}
	return solo
}

func TestPaceFindsTheCheaperWay(t *testing.T) {
	const n = 10 * trialEvery
	var p pace
	if solo := follow(&p, n, 20*time.Microsecond, 12*time.Microsecond); solo != 10*trialSteps {
		t.Errorf("where sharing is cheaper, %d of %d steps were done alone; want the %d of the trials", solo, n, 10*trialSteps)
	}
	// Then the machine fills up, and shared steps wait for their turn.
	if solo := follow(&p, n, 20*time.Microsecond, 240*time.Microsecond); solo < n-trialEvery {
		t.Errorf("on a full machine %d of %d steps were done alone; want all but those before the first trial and in trials", solo, n)
	}
	// And empties again.
	if solo := follow(&p, n, 20*time.Microsecond, 12*time.Microsecond); solo > trialEvery+10*trialSteps {
		t.Errorf("on an idle machine again, %d of %d steps were done alone", solo, n)
	}
}

// Two ways that cost nearly the same are no reason to go to and fro.
func TestPaceIsSteady(t *testing.T) {
	var p pace
	if solo := follow(&p, 4*trialEvery, 19*time.Microsecond, 20*time.Microsecond); solo != 4*trialSteps {
		t.Errorf("%d steps were done alone; want the %d of the trials", solo, 4*trialSteps)
	}
}
