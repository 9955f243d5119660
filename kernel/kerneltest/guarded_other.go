//go:build !linux

package kerneltest

import "testing"

// guarded is plain memory, where no guard page can be had.
type guarded struct{}

func newGuarded(*testing.T) *guarded { return &guarded{} }

// end returns n words.
func (g *guarded) end(n int) []float32 { return make([]float32, n) }
