// Package doctor checks that gradus works on the machine at hand.
package doctor

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/dataset/mnist"
	"github.com/gradus-nn/gradus/dataset/synthetic"
	"github.com/gradus-nn/gradus/initializer"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
	"github.com/gradus-nn/gradus/tensor"
)

// A Finding is the answer to one question.
type Finding struct {
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// Examine asks all questions. It must not run beside a training: it switches the arithmetic's path.
func Examine() []Finding {
	return []Finding{forced(), sameBits(), data(), writable()}
}

// forced reports whether the path that the environment asks for exists.
func forced() Finding {
	if err := kernel.ForcedPathError(); err != nil {
		return Finding{false, fmt.Sprintf("%s asks for what this machine cannot run: %s", kernel.PathEnv, strings.TrimPrefix(err.Error(), "kernel: "))}
	}
	return Finding{true, "the arithmetic that is asked for can be used"}
}

// sameBits trains a small network on every path, by one worker and by two, and compares the weights.
func sameBits() Finding {
	active := kernel.Active()
	defer kernel.Use(active)
	var first string
	for _, path := range kernel.Paths() {
		for _, threads := range []int{1, 2} {
			if err := kernel.Use(path); err != nil {
				return Finding{false, err.Error()}
			}
			sum, err := trainSmall(threads)
			if err != nil {
				return Finding{false, err.Error()}
			}
			if first == "" {
				first = sum
			}
			if sum != first {
				return Finding{false, fmt.Sprintf("the path %s with %d threads gives other weights than %s: this processor or this build computes wrongly", path, threads, kernel.Paths()[0])}
			}
		}
	}
	return Finding{true, fmt.Sprintf("%s give the same bits, on 1 thread and on 2", strings.Join(kernel.Paths(), ", "))}
}

// trainSmall returns the hash of a network's weights after a few steps. The network is large enough for both threads to work.
func trainSmall(threads int) (string, error) {
	set := synthetic.Noise(200, 70, 10, 1)
	net, err := nn.Compile[float32](nn.Spec{
		Input: tensor.Shape{70},
		Layers: []layer.Layer{
			layer.Dense{Units: 50, Init: initializer.He{}}, layer.ReLU{}, layer.Dense{Units: 33}, layer.Tanh{}, layer.Dense{Units: 10},
		},
		Loss: loss.BinaryCrossEntropy{},
	}, nn.Config{Batch: 50, Seed: 1, Threads: threads})
	if err != nil {
		return "", err
	}
	defer net.Close()
	stepper := net.NewStepper(optim.NewAdam(0.01))
	for b := range set.Batches(50, nil) {
		net.Gradient(b)
		net.Update(stepper, 0.01)
	}
	return model.From(net).SHA256(), nil
}

// testImages is the SHA-256 of the pixels of MNIST's test images, as published but for the header of the file.
const testImages = "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"

// data checks that the digits inside the program are whole.
func data() Finding {
	digits, err := mnist.Load()
	if err != nil {
		return Finding{false, err.Error()}
	}
	h := sha256.New()
	for i := range digits.Test.Len() {
		h.Write(digits.Test.X.(dataset.Bytes).Pixels(i))
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != testImages {
		return Finding{false, "the digits inside gradus are damaged: their SHA-256 is " + sum}
	}
	return Finding{true, "the digits inside gradus are those that were published"}
}

// writable reports whether runs can be kept in the folder at hand.
func writable() Finding {
	dir, err := os.MkdirTemp(".", ".gradus-doctor-")
	if err != nil {
		return Finding{false, "the folder at hand cannot be written to; gradus train keeps its runs there: go elsewhere or use --runs"}
	}
	if err := os.Remove(dir); err != nil {
		return Finding{false, err.Error()}
	}
	return Finding{true, "runs can be kept in the folder at hand"}
}
