package tune

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/internal/portable"
	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/optim"
)

// A RateTest is how FindRate looks for learning rates. The zero value is useful.
type RateTest struct {
	Lo, Hi    float64         // the range; 0 means 1e-6 and 10
	Steps     int             // 0 means 200
	Batch     int             // examples a step; 0 means the network's batch
	Seed      uint64          // of the order of the examples
	Optimizer optim.Optimizer // nil means Adam
	Clip      float64         // length that gradients are shortened to; 0 means none
}

// A RateCurve is what a range test has found.
type RateCurve struct {
	Rates  []float64 `json:"rates"`  // of each step
	Losses []float64 `json:"losses"` // of the batch of that step, before the update
	Smooth []float64 `json:"smooth"` // losses, averaged over steps

	Steep    float64 `json:"steep"`              // the rate at which the loss falls fastest
	Least    float64 `json:"least"`              // the rate at which it is least: about the largest that learns at all
	Diverged float64 `json:"diverged,omitempty"` // the rate at which the test ended, if the loss grew beyond bounds there; 0: it did not
	Rate     float64 `json:"rate"`               // suggested; 0: none
	Why      string  `json:"why"`
}

const (
	// memory is how much of the average a step leaves: over about 1/(1-memory) = 20 steps, a tenth of the test.
	memory = 0.95
	// beyond is the multiple of the least loss at which a test ends: what comes then is ever worse.
	beyond = 4
	// warm is the share of the steps that are not looked at for the steepest fall: the average is of few losses there.
	warm = 0.1
)

// FindRate makes a range test of learning rates (Smith 2015, "Cyclical learning rates"): it trains for some steps while the rate
// grows by the same factor at each, and looks at how the loss answers. Too small a rate changes nothing, a good one lets it
// fall, too large a one drives it up. The network is left with weights of no use.
//
//	rate(i) = Lo·(Hi/Lo)^(i/(Steps-1))
//
// The suggested rate is a tenth of the one at which the smoothed loss was least (a third of it for plain SGD, which answers to a
// rate at once), or the one at which it fell fastest if that is less: the least loss lies at the edge of divergence, the average
// and the optimiser's memory see that edge late, and a training has many steps to get there.
func FindRate[F kernel.Float](ctx context.Context, net *nn.Net[F], set *dataset.Set, cfg RateTest) (*RateCurve, error) {
	if err := cfg.fill(net.Config().Batch, set.Len()); err != nil {
		return nil, err
	}
	if err := errors.Join(net.Trainable(), net.Fits(set)); err != nil {
		return nil, err
	}
	c := &RateCurve{}
	stepper := net.NewStepper(cfg.Optimizer)
	rng := rand.New(rand.NewPCG(cfg.Seed, 0))
	factor := portable.Log(cfg.Hi / cfg.Lo)
	mean, least := 0.0, math.Inf(1)
	for step := 0; step < cfg.Steps; {
		for b := range set.Batches(cfg.Batch, rng) {
			if err := ctx.Err(); err != nil {
				return c, err
			}
			rate := float64(cfg.Lo * portable.Exp(factor*float64(step)/float64(cfg.Steps-1)))
			loss := net.Gradient(b)
			step++
			mean = float64(memory*mean) + float64((1-memory)*loss)
			smooth := mean / (1 - math.Pow(memory, float64(step))) // as if it had not begun at 0
			c.Rates, c.Losses, c.Smooth = append(c.Rates, rate), append(c.Losses, loss), append(c.Smooth, smooth)
			if least = min(least, smooth); math.IsNaN(loss) || math.IsInf(loss, 0) || smooth > beyond*least && float64(step) > warm*float64(cfg.Steps) {
				c.Diverged = rate
				c.trim()
				c.suggest(cfg.Optimizer)
				return c, nil
			}
			if step == cfg.Steps {
				break
			}
			if cfg.Clip > 0 {
				optim.ClipNorm(net.Grads(), cfg.Clip)
			}
			net.Update(stepper, rate)
		}
	}
	c.suggest(cfg.Optimizer)
	return c, nil
}

// fill puts in what is usual and checks the rest.
func (cfg *RateTest) fill(batch, examples int) error {
	if cfg.Lo == 0 {
		cfg.Lo = 1e-6
	}
	if cfg.Hi == 0 {
		cfg.Hi = 10
	}
	if cfg.Steps == 0 {
		cfg.Steps = 200
	}
	if cfg.Batch == 0 {
		cfg.Batch = batch
	}
	if cfg.Optimizer == nil {
		cfg.Optimizer = optim.NewAdam(0.001)
	}
	switch {
	case examples == 0:
		return errors.New("tune: there are no examples to learn from")
	case !(cfg.Lo > 0 && cfg.Lo < cfg.Hi && cfg.Hi <= math.MaxFloat32):
		return fmt.Errorf("tune: rates from %v to %v; want two numbers above 0, the smaller first, such as 1e-6 and 10", cfg.Lo, cfg.Hi)
	case cfg.Steps < 20 || cfg.Steps > 1<<20:
		return fmt.Errorf("tune: %d steps; want 20 or more, such as 200", cfg.Steps)
	case cfg.Batch < 1 || cfg.Batch > batch:
		return fmt.Errorf("tune: batches of %d; want 1 to %d, for which the network was compiled", cfg.Batch, batch)
	}
	return nil
}

// trim takes the last step away if its loss is no number, so that the curve can be drawn and stored.
func (c *RateCurve) trim() {
	if n := len(c.Losses) - 1; math.IsNaN(c.Smooth[n]) || math.IsInf(c.Smooth[n], 0) {
		c.Rates, c.Losses, c.Smooth = c.Rates[:n], c.Losses[:n], c.Smooth[:n]
	}
}

// suggest looks for the steepest fall and the least loss. Rates are equally far apart by factors, so that the fall between
// neighbours is that of the curve over the logarithm of the rate.
func (c *RateCurve) suggest(o optim.Optimizer) {
	n := len(c.Smooth)
	begin := int(warm * float64(n))
	if n < 10 {
		c.Why = "the loss grew beyond bounds at once: begin with smaller rates"
		return
	}
	least, steep, fall := begin, begin, 0.0
	for i := begin; i < n; i++ {
		if c.Smooth[i] < c.Smooth[least] {
			least = i
		}
		if i > begin && i+1 < n {
			if d := c.Smooth[i-1] - c.Smooth[i+1]; d > fall {
				steep, fall = i, d
			}
		}
	}
	c.Least, c.Steep = c.Rates[least], c.Rates[steep]
	if drop := c.Smooth[begin] - c.Smooth[least]; fall == 0 || drop < flat*math.Abs(c.Smooth[begin]) {
		c.Why = "the loss hardly falls at any rate: look at the data, their scaling and the network"
		return
	}
	edge, share := 10.0, "a tenth"
	if _, plain := o.(optim.SGD); plain {
		edge, share = 3, "a third"
	}
	c.Rate, c.Why = c.Steep, "where the loss falls fastest"
	if c.Least/edge < c.Steep {
		c.Rate, c.Why = c.Least/edge, share+" of the rate with the least loss, beyond which it rises"
	}
	c.Rate, _ = strconv.ParseFloat(strconv.FormatFloat(c.Rate, 'g', 2, 64), 64) // more digits would say more than is known
}

// flat is the share of the loss that must be learnt during the test for its curve to tell anything.
const flat = 0.02
