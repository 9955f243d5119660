package train

import (
	"math/rand/v2"

	"github.com/gradus-nn/gradus/dataset"
)

// streamSamples keeps the draws of the sampler apart from those of other purposes that have the same seed.
const streamSamples = 0x73616d706c6573 // "samples"

// A sampler chooses the examples of every batch. It allocates when it is made and never again.
//
// Its memory between epochs is the state of the generator at the beginning of an epoch: whatever was drawn since is
// drawn again when a training goes on within the epoch.
type sampler struct {
	set    *dataset.Set
	how    Sampling
	size   int
	pcg    *rand.PCG
	rng    *rand.Rand
	random []byte   // state of pcg at the beginning of the epoch
	order  []uint32 // of a shuffled epoch
	rows   []int    // of one batch
}

func newSampler(set *dataset.Set, how Sampling, size int, seed uint64) sampler {
	s := sampler{set: set, how: how, size: size, pcg: rand.NewPCG(seed, streamSamples)}
	s.rng = rand.New(s.pcg)
	s.rows = make([]int, size)
	if how == Shuffled {
		s.order = make([]uint32, set.Len())
	}
	s.end()
	return s
}

// begin starts the epoch, or goes on with it where so many batches are done.
func (s *sampler) begin(done int) {
	s.pcg.UnmarshalBinary(s.random) // as s.end or a snapshot that was checked has it
	switch s.how {
	case Shuffled:
		dataset.Shuffle(s.order, s.rng)
	case Replacement:
		for range done {
			s.draw()
		}
	}
}

// batch returns the examples of the i-th batch of the epoch, until the next one; it is called for one after the other.
func (s *sampler) batch(i int) dataset.Batch {
	lo := i * s.size
	rows := s.rows[:min(s.size, s.set.Len()-lo)]
	switch s.how {
	case Shuffled:
		for k, r := range s.order[lo : lo+len(rows)] {
			rows[k] = int(r)
		}
	case InOrder:
		for k := range rows {
			rows[k] = lo + k
		}
	case Replacement:
		s.draw()
		rows = s.rows
	}
	return dataset.Batch{Set: s.set, Rows: rows}
}

// draw is: rows = np.random.choice(n, size)
func (s *sampler) draw() {
	for i := range s.rows {
		s.rows[i] = s.rng.IntN(s.set.Len())
	}
}

// end remembers the state of the generator for the next epoch.
func (s *sampler) end() { s.random, _ = s.pcg.AppendBinary(s.random[:0]) } // its error is always nil
