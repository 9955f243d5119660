package scores

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// trapezia is the area under a curve.
func trapezia(curve []Point) (area float64) {
	for k, p := range curve[1:] {
		area += (p.False - curve[k].False) * (p.Found + curve[k].Found) / 2
	}
	return area
}

// Of four mails, the surest is a spam: a threshold just below it finds half of the spams and no ham. The next is a ham.
func ExampleReport_rOC() {
	c := NewClasses([]string{"ham", "spam"})
	c.Add(1, []float32{0.1, 0.9})
	c.Add(1, []float32{0.6, 0.4})
	c.Add(0, []float32{0.4, 0.6})
	c.Add(0, []float32{0.7, 0.3})
	for _, p := range c.Report().ROC {
		fmt.Printf("%.1f of the hams, %.1f of the spams\n", p.False, p.Found)
	}
	// Output:
	// 0.0 of the hams, 0.0 of the spams
	// 0.0 of the hams, 0.5 of the spams
	// 0.5 of the hams, 0.5 of the spams
	// 0.5 of the hams, 1.0 of the spams
	// 1.0 of the hams, 1.0 of the spams
}

// A curve of many examples has few points, which rise, and all of which are on it.
func TestCurveIsThinned(t *testing.T) {
	var q ranking
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		yes := rng.IntN(5) == 0
		x := rng.Float32()
		if yes {
			x = float32(math.Sqrt(float64(x)))
		}
		q.add(x, yes)
	}
	area, curve := q.area()
	if n := len(curve); n < curvePoints || n > 2*curvePoints+1 {
		t.Errorf("%d points; want %d to %d", n, curvePoints, 2*curvePoints+1)
	}
	if first, last := curve[0], curve[len(curve)-1]; first != (Point{}) || last != (Point{1, 1}) {
		t.Errorf("the curve goes from %v to %v; want 0 0 to 1 1", first, last)
	}
	for k, p := range curve[1:] {
		if p.False < curve[k].False || p.Found < curve[k].Found {
			t.Fatalf("point %d, %v, lies below %v", k+1, p, curve[k])
		}
		// A yes is the larger of two draws in effect: whoever finds 1-s² of them takes 1-s of the others.
		if want := 1 - (1-p.False)*(1-p.False); math.Abs(p.Found-want) > 0.03 { // three deviations of 4,000 draws, and some
			t.Errorf("point %v; want %.3f found", p, want)
		}
	}
	if under := trapezia(curve); math.Abs(*area-under) > 1e-3 {
		t.Errorf("area %v, under the thinned curve %v", *area, under)
	}
}

func TestSortKeys(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	scratch := make([]uint32, 5000)
	for _, n := range []int{0, 1, 2, 3, 100, 4999, 5000} {
		for _, mask := range []uint32{math.MaxUint32, 0x7ff, 0x3ff800, 0xffc00000, 0} {
			keys := make([]uint32, n)
			for i := range keys {
				keys[i] = rng.Uint32() & mask
			}
			want := slices.Clone(keys)
			slices.Sort(want)
			if have := sortKeys(keys, scratch); !slices.Equal(have, want) {
				t.Errorf("%d keys of bits %#x are not in order", n, mask)
			}
		}
	}
}

// Room that was made, too little or none changes no figure; and room that was enough is all that is taken.
func TestExpect(t *testing.T) {
	const n = 1000
	judge := func(expected, classes int) *Report {
		c := NewClasses(make([]string, classes))
		c.Expect(expected)
		rng := rand.New(rand.NewPCG(7, uint64(classes)))
		p := make([]float32, classes)
		for range n {
			for k := range p {
				p[k] = rng.Float32()
			}
			c.Add(rng.IntN(classes), p)
		}
		return c.Report()
	}
	for _, classes := range []int{2, 3} {
		want := fmt.Sprint(judge(0, classes).Figures)
		for _, expected := range []int{1, n / 3, n, 2 * n} {
			if have := fmt.Sprint(judge(expected, classes).Figures); have != want {
				t.Errorf("%d classes, %d examples expected: %s\nwant %s", classes, expected, have, want)
			}
		}
	}
	c := NewClasses([]string{"no", "yes"})
	c.Expect(n)
	if allocated := testing.AllocsPerRun(1, func() {
		for i := range n / 2 { // it is run twice
			c.Add(i%2, []float32{0.5, 0.5})
		}
	}); allocated != 0 {
		t.Errorf("%d examples that were expected: %v allocations", n, allocated)
	}
}

func BenchmarkArea(b *testing.B) {
	const n = 1 << 20
	rng := rand.New(rand.NewPCG(8, 9))
	var q ranking
	q.grow(n)
	for range n {
		q.add(rng.Float32(), rng.IntN(2) == 0)
	}
	keys := slices.Clone(q.keys)
	for b.Loop() {
		copy(q.keys, keys)
		q.area()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/output")
}
