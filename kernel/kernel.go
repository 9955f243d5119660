// Package kernel does arithmetic on plain slices. It knows no shapes, no layers and no networks.
//
// # The arithmetic contract
//
// Every function has one written meaning, given by its reference in Go (the files *_ref.go), and every
// faster implementation returns the same bits:
//
//   - An element of a matrix product is one chain of fused multiply-adds in ascending k that begins with
//     what is already there (zero, the bias, or the old value). Lanes and threads run along outputs, never
//     along k, so that neither a block size, nor a vector width, nor a number of threads changes a bit, and
//     a row alone equals the same row in a batch.
//   - A sum along a row uses 16 strided lanes, joined in a fixed tree, whatever the vector width (see sumLanes).
//     A sum over a batch goes down the rows in order.
//   - exp, log, tanh and sigmoid are fixed polynomials in fused multiply-adds, true divisions and true square roots.
//   - NaN and infinities follow IEEE 754 everywhere: 0·NaN is NaN. Which NaN it is (sign, payload) is not
//     part of the contract: processors differ there.
//   - Where a product overwrites its destination, the old contents are not read, be they NaN.
//
// float32 has several implementations (see Paths), of which the fastest that the machine can run is chosen at
// start; float64 has the reference only, for it serves the gradient check.
package kernel

// Float is the type parameter of everything that touches memory.
type Float interface{ float32 | float64 }
