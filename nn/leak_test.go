package nn_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// A closed network leaves no goroutine behind, whatever it has done.
func TestCloseEndsEveryGoroutine(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	set := blobs(t, 300, 40, 10)
	net, err := nn.Compile[float32](mlp(40, 64, 10), nn.Config{Batch: 100, Threads: 4})
	if err != nil {
		t.Fatal(err)
	}
	stepper := net.NewStepper(optim.NewAdam(0.01))
	for b := range set.Batches(100, nil) {
		net.Gradient(b)
		net.Update(stepper, 0.01)
	}
	if _, err := net.Evaluate(context.Background(), set); err != nil {
		t.Fatal(err)
	}
	if _, err := net.Predictor(8); err != nil {
		t.Fatal(err)
	}
	net.Close()
}
