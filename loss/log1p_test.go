package loss

import (
	"math"
	"testing"
)

func TestLog1p(t *testing.T) {
	worst := 0.0
	check := func(q float64) {
		want := math.Log1p(q)
		worst = max(worst, math.Abs(log1p(q)-want)/(math.Nextafter(want, math.Inf(1))-want))
	}
	for q := 0x1p-1000; q < 0x1p70; q *= 1.37 {
		check(q)
	}
	for q := 0.0; q < 4; q += 1. / 1024 {
		check(q)
	}
	// math.Log1p is itself good to 1 ULP.
	if worst > 4 {
		t.Errorf("log1p is %v ULP from math.Log1p; want at most 4", worst)
	}
	if log1p(0) != 0 || log1p(math.NaN()) == log1p(math.NaN()) {
		t.Errorf("log1p(0) is %v, of NaN %v", log1p(0), log1p(math.NaN()))
	}
	t.Logf("at most %v ULP", worst)
}
