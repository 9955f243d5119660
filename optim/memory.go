package optim

import "github.com/gradus-nn/gradus/kernel"

// Memory is the state of a Stepper.
type Memory[F kernel.Float] struct {
	Steps uint64 // steps begun
	Slots []Slot[F]
}

// A Slot is one named slice of a stepper's memory, as long as the slab.
type Slot[F kernel.Float] struct {
	Name string // "velocity"
	Data []F
}

// memory is embedded in every stepper.
type memory[F kernel.Float] struct{ state Memory[F] }

// remember returns a memory of zeros with the named slots.
func remember[F kernel.Float](size int, names ...string) memory[F] {
	var m memory[F]
	for _, name := range names {
		m.state.Slots = append(m.state.Slots, Slot[F]{name, make([]F, size)})
	}
	return m
}

func (m *memory[F]) Memory() *Memory[F] { return &m.state }

// slot returns elements lo to hi of slot i.
func (m *memory[F]) slot(i, lo, hi int) []F { return m.state.Slots[i].Data[lo:hi] }
