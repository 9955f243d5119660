package optim_test

import (
	"fmt"

	"github.com/gradus-nn/gradus/optim"
)

// One step down f(p) = p², whose gradient is 2p, from p = 1.
func ExampleSGD() {
	p, g := []float64{1}, []float64{2}
	optim.New[float64](optim.SGD{Rate: 0.1}, 1).Step(p, g)
	fmt.Printf("%.2f\n", p[0]) // 1 - 0.1·2
	// Output: 0.80
}

// Two steps with the same gradient: the second goes further.
func ExampleMomentum() {
	p, g := []float64{1}, []float64{2}
	o := optim.New[float64](optim.NewMomentum(0.1), 1)
	o.Step(p, g)
	fmt.Printf("%.2f\n", p[0]) // v = -0.1·2 = -0.2
	o.Step(p, g)
	fmt.Printf("%.2f\n", p[0]) // v = -0.9·0.2 - 0.1·2 = -0.38
	// Output:
	// 0.80
	// 0.42
}

// Nesterov adds 0.9·v - 0.1·2 in place of v.
func ExampleNesterov() {
	p, g := []float64{1}, []float64{2}
	optim.New[float64](optim.NewNesterov(0.1), 1).Step(p, g)
	fmt.Printf("%.2f\n", p[0]) // 1 - 0.9·0.2 - 0.2
	// Output: 0.62
}

// The size of the gradient cancels out of the first step: 0.1·g/√(g²) = 0.1.
func ExampleAdaGrad() {
	p, g := []float64{1, 1}, []float64{2, 0.002}
	o := optim.New[float64](optim.NewAdaGrad(0.1), 2)
	o.Step(p, g)
	fmt.Printf("%.2f\n", p)
	o.Step(p, g) // 0.1/√2
	fmt.Printf("%.2f\n", p)
	// Output:
	// [0.90 0.90]
	// [0.83 0.83]
}

// The running mean starts at 0.01·g², so that the first step is 0.1/√0.01.
func ExampleRMSProp() {
	p, g := []float64{3}, []float64{2}
	optim.New[float64](optim.NewRMSProp(0.1), 1).Step(p, g)
	fmt.Printf("%.2f\n", p[0])
	// Output: 2.00
}

// With the bias corrected the first step is the rate itself, whatever the gradient.
func ExampleAdam() {
	p, g := []float64{1, 1}, []float64{2, -0.002}
	optim.New[float64](optim.NewAdam(0.1), 2).Step(p, g)
	fmt.Printf("%.2f\n", p)
	// Output: [0.90 1.10]
}

// Of a slab of two the first is a weight: it decays by 0.1·0.5 besides.
func ExampleAdamW() {
	p, g := []float64{1, 1}, []float64{2, 2}
	o := optim.NewAdamW(0.1)
	o.Decay = 0.5
	s := optim.NewStepper[float64](o, optim.Layout{Size: 2, Decay: 1})
	s.Begin(o.Rate)
	s.Apply(p, g, 0, 2)
	fmt.Printf("%.2f\n", p)
	// Output: [0.85 0.90]
}

func ExampleSchedule() {
	for _, s := range []optim.Schedule{
		optim.Constant{},
		optim.StepDecay{Every: 2, Factor: 0.5},
		optim.Exponential{Final: 0.0625},
		optim.Cosine{},
		optim.OneCycle{Rise: 0.5, Start: 10},
		optim.WarmUp{Steps: 2},
	} {
		fmt.Printf("%-12s", s.Kind())
		for step := range 4 {
			fmt.Printf(" %.3f", s.Rate(1, step, 4))
		}
		fmt.Println()
	}
	// Output:
	// constant     1.000 1.000 1.000 1.000
	// step         1.000 1.000 0.500 0.500
	// exponential  1.000 0.500 0.250 0.125
	// cosine       1.000 0.854 0.500 0.146
	// one-cycle    0.100 1.000 0.500 0.000
	// warm-up      0.500 1.000 1.000 1.000
}

func ExampleClipNorm() {
	g := []float64{3, 4}
	fmt.Println(optim.ClipNorm(g, 1))
	fmt.Printf("%.1f\n", g)
	// Output:
	// 5
	// [0.6 0.8]
}

func ExampleByName() {
	o, err := optim.ByName("adam", 0)
	fmt.Printf("%+v %v\n", o, err)
	// Output: {Rate:0.001 Beta1:0.9 Beta2:0.999 Epsilon:1e-08 EpsilonHat:false} <nil>
}
