package optim_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gradus-nn/gradus/internal/kind"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/optim"
)

// usual returns every optimiser with its usual settings.
func usual(t *testing.T) []optim.Optimizer {
	var all []optim.Optimizer
	for _, name := range kind.Names[optim.Optimizer]() {
		o, err := optim.ByName(name, 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

// problem returns a slab and gradients of mixed signs and sizes.
func problem[F kernel.Float](n int) (params, grads []F) {
	params, grads = make([]F, n), make([]F, n)
	for i := range n {
		params[i] = F(math.Sin(float64(i)))
		grads[i] = F(math.Cos(3*float64(i)) * math.Exp(float64(i%7)-5))
	}
	return params, grads
}

func bothPrecisions(t *testing.T, single func(*testing.T, optim.Optimizer), double func(*testing.T, optim.Optimizer)) {
	for _, o := range usual(t) {
		t.Run(o.Kind()+"/float32", func(t *testing.T) { single(t, o) })
		t.Run(o.Kind()+"/float64", func(t *testing.T) { double(t, o) })
	}
}

// Any cut of the slab into ranges, in any order, gives the same bits.
func TestRanges(t *testing.T) { bothPrecisions(t, testRanges[float32], testRanges[float64]) }

func testRanges[F kernel.Float](t *testing.T, o optim.Optimizer) {
	const n = 101
	layout := optim.Layout{Size: n, Decay: 40}
	whole, grads := problem[F](n)
	parts := slices.Clone(whole)
	a, b := optim.NewStepper[F](o, layout), optim.NewStepper[F](o, layout)
	for range 3 {
		a.Begin(0.01)
		a.Apply(whole, grads, 0, n)
		b.Begin(0.01)
		for _, r := range [][2]int{{64, 101}, {0, 13}, {33, 64}, {13, 33}, {50, 50}} {
			b.Apply(parts, grads, r[0], r[1])
		}
	}
	if !slices.Equal(whole, parts) {
		t.Error("ranges give other bits than the whole")
	}
}

// A stepper whose memory is restored goes on as if nothing had happened.
func TestResume(t *testing.T) { bothPrecisions(t, testResume[float32], testResume[float64]) }

func testResume[F kernel.Float](t *testing.T, o optim.Optimizer) {
	const n = 20
	layout := optim.Layout{Size: n, Decay: 10}
	p, g := problem[F](n)
	old := optim.NewStepper[F](o, layout)
	for range 5 {
		old.Begin(0.01)
		old.Apply(p, g, 0, n)
	}
	resumed := optim.NewStepper[F](o, layout)
	from, to := old.Memory(), resumed.Memory()
	to.Steps = from.Steps
	for i, slot := range from.Slots {
		if to.Slots[i].Name != slot.Name || len(slot.Data) != n || slot.Name == "" {
			t.Fatalf("slot %d: %q of %d", i, slot.Name, len(slot.Data))
		}
		copy(to.Slots[i].Data, slot.Data)
	}
	q := slices.Clone(p)
	for range 5 {
		old.Begin(0.005)
		old.Apply(p, g, 0, n)
		resumed.Begin(0.005)
		resumed.Apply(q, g, 0, n)
	}
	if !slices.Equal(p, q) {
		t.Error("the resumed stepper went another way")
	}
}

func TestNoAllocation(t *testing.T) {
	bothPrecisions(t, testNoAllocation[float32], testNoAllocation[float64])
}

func testNoAllocation[F kernel.Float](t *testing.T, o optim.Optimizer) {
	p, g := problem[F](1000)
	s := optim.New[F](o, len(p))
	if n := testing.AllocsPerRun(10, func() { s.Step(p, g); optim.ClipNorm(g, 1); optim.ClipValue(g, 1) }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

// Zero gradients from the start must not turn 0/0 into NaN, and float32 follows float64.
func TestFloat32FollowsFloat64(t *testing.T) {
	const n = 50
	for _, o := range usual(t) {
		p32, g32 := problem[float32](n)
		p64, g64 := problem[float64](n)
		g32[0], g64[0] = 0, 0
		a, b := optim.New[float32](o, n), optim.New[float64](o, n)
		for range 100 {
			a.Step(p32, g32)
			b.Step(p64, g64)
		}
		for i := range n {
			// 100 roundings of 2⁻²⁴ at values of up to 2 in p, and as many in the moments beside it.
			if d := math.Abs(float64(p32[i]) - p64[i]); !(d < 5e-5*max(1, math.Abs(p64[i]))) {
				t.Errorf("%s: element %d: %v in float32, %v in float64", o.Kind(), i, p32[i], p64[i])
			}
		}
	}
}

// AdamW without decay is Adam; with it, biases still move as in Adam.
func TestAdamWDecaysWeightsOnly(t *testing.T) {
	const n = 10
	adam, w := optim.NewAdam(0.1), optim.NewAdamW(0.1)
	plain, g := problem[float64](n)
	decayed := slices.Clone(plain)
	a := optim.NewStepper[float64](adam, optim.Layout{Size: n, Decay: 4})
	b := optim.NewStepper[float64](w, optim.Layout{Size: n, Decay: 4})
	before := slices.Clone(plain)
	a.Begin(0.1)
	a.Apply(plain, g, 0, n)
	b.Begin(0.1)
	b.Apply(decayed, g, 0, n)
	for i := range n {
		want := plain[i]
		if i < 4 {
			want -= 0.1 * 0.01 * before[i]
		}
		if math.Abs(decayed[i]-want) > 1e-15 {
			t.Errorf("element %d is %v, want %v", i, decayed[i], want)
		}
	}
}

func TestStored(t *testing.T) {
	for _, o := range append(usual(t), append(optim.Kinds, optim.NewAdamSaito(0.3))...) {
		data, err := kind.Encode(o)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := kind.Decode[optim.Optimizer](data); err != nil || have != o {
			t.Errorf("%s: decodes to %#v, %v", data, have, err)
		}
	}
}

func TestByName(t *testing.T) {
	for _, c := range []struct {
		name string
		rate float64
		want optim.Optimizer
	}{
		{"sgd", 0, optim.SGD{Rate: 0.1}},
		{" Adam ", 0, optim.Adam{Rate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}},
		{"momentum", 0.2, optim.Momentum{Rate: 0.2, Mu: 0.9}},
	} {
		if have, err := optim.ByName(c.name, c.rate); err != nil || have != c.want {
			t.Errorf("%s: %#v, %v", c.name, have, err)
		}
	}
	_, err := optim.ByName("adm", 0)
	want := `optim: unknown optimiser "adm"; want one of adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd`
	if err == nil || err.Error() != want {
		t.Errorf("have %v, want %s", err, want)
	}
}

func TestCheck(t *testing.T) {
	for want, o := range map[string]optim.Optimizer{
		"optim: sgd: rate is 0; want a positive number, such as 0.1":                               optim.SGD{},
		"optim: adam: rate is NaN; want a positive number, such as 0.001":                          optim.NewAdam(math.NaN()),
		"optim: sgd: rate is +Inf; want a positive number, such as 0.1":                            optim.NewSGD(math.Inf(1)),
		"optim: momentum: mu is 1; want a number from 0 up to 1, such as 0.9":                      optim.Momentum{Rate: 1, Mu: 1},
		"optim: nesterov: mu is -1; want a number from 0 up to 1, such as 0.9":                     optim.Nesterov{Rate: 1, Mu: -1},
		"optim: rmsprop: rho is 2; want a number from 0 up to 1, such as 0.9":                      optim.RMSProp{Rate: 1, Rho: 2},
		"optim: adagrad: epsilon is -1; want a number of 0 or more, such as 1e-8":                  optim.AdaGrad{Rate: 1, Epsilon: -1},
		"optim: adam: beta2 is 1; want a number from 0 up to 1, such as 0.9":                       optim.Adam{Rate: 1, Beta2: 1},
		"optim: adamw: decay is 20; want a number of 0 or more and less than 1/rate, such as 0.01": optim.AdamW{Rate: 0.1, Decay: 20},
	} {
		if err := o.Check(); err == nil || err.Error() != want {
			t.Errorf("%+v: have %v, want %s", o, err, want)
		}
	}
}
