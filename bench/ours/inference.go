package ours

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/gradus-nn/gradus/nn"
)

// inference sends the 10,000 test digits through 784-50-100-10, batch rows at a time, one call after the other, n times
// over. The value is digits a second, argmax and count included.
func inference(s Settings) (Round, error) {
	digits, err := loadDigits()
	if err != nil {
		return nil, err
	}
	net, err := nn.Compile[float32](book(), nn.Config{Batch: 1, Threads: s.Int("threads", 0)})
	if err != nil {
		return nil, err
	}
	if err := readWeights(net, filepath.Join(s["data"], BookWeights)); err != nil {
		return nil, err
	}
	x := pixelsOf(digits.Test)
	const in, out = 784, 10
	batch, n := s.Int("batch", 100), s.Int("n", 1)
	predict := func(y, x []float32) error {
		p, err := net.Predict(x)
		copy(y, p)
		return err
	}
	if batch == 1 { // on the calling goroutine, without allocation: what a server does
		p, err := net.Predictor(1)
		if err != nil {
			return nil, err
		}
		predict = p.PredictInto
	}
	y := make([]float32, batch*out)
	return func() (float64, string) {
		begun, correct := time.Now(), 0
		for range n {
			correct = 0
			for at := 0; at < digits.Test.Len(); at += batch {
				if err := predict(y, x[at*in:(at+batch)*in]); err != nil {
					return 0, err.Error()
				}
				for i := range batch {
					if nn.Argmax(y[i*out:(i+1)*out]) == digits.Test.Label(at+i) {
						correct++
					}
				}
			}
		}
		return float64(n*digits.Test.Len()) / time.Since(begun).Seconds(), fmt.Sprintf("%d correct", correct)
	}, nil
}
