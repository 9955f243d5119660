package tune_test

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"github.com/gradus-nn/gradus/tune"
)

// A search for the rate and the size at which a made-up training costs least. A real one trains a network, keeps what it needs
// to go on, and returns the loss on examples held out.
func ExampleSearch() {
	lr, _ := tune.Parse("lr", "1e-4:1e-1", false)
	units, _ := tune.Parse("units", "16|32|64", false)
	space := tune.Space{lr, units}

	search := tune.Search{
		Points: space.Points(27, 1, nil),
		Plan:   tune.Halving(27, 90), // 27 trials of 10 epochs, 9 of 30, 3 of 90
	}
	search.Train = func(_ context.Context, t tune.Trial, rung int) (tune.Result, error) {
		lr, _ := strconv.ParseFloat(t.Values[0], 64)
		units, _ := strconv.ParseFloat(t.Values[1], 64)
		epochs := search.Plan[rung].Epochs
		return tune.Result{Cost: math.Abs(math.Log10(lr)+2) + 1/units + 1/float64(epochs), Epochs: epochs}, nil
	}
	ranking, err := search.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	best := ranking[0]
	fmt.Printf("trial %d: lr %s, %s units, cost %.3f\n", best.Trial.Number, best.Trial.Values[0], best.Trial.Values[1], best.Result.Cost)
	fmt.Println("stages:", len(best.At), "epochs in all:", tune.Epochs(search.Plan))
	// Output:
	// trial 23: lr 0.0105, 64 units, cost 0.048
	// stages: 3 epochs in all: 630
}

// Halving spends a quarter of what training everything to the end would cost.
func ExampleHalving() {
	plan := tune.Halving(30, 100)
	fmt.Println(plan, tune.Epochs(plan), "epochs in place of", tune.Epochs(tune.Random(30, 100)))
	// Output: [{30 11} {10 33} {3 100}] 751 epochs in place of 3000
}
