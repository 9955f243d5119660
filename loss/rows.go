package loss

import (
	"sync"

	"github.com/gradus-nn/gradus/kernel"
	"github.com/gradus-nn/gradus/tensor"
)

// A formula is the arithmetic of a loss on some whole rows. It is stateless.
type formula[F kernel.Float] interface {
	// loss writes the loss of each row into l and scale·∂l/∂y into d; d holds nothing of value before.
	loss(l []float64, d, y, t []F, scale F, width int)
	// output is Op.Output on these rows.
	output(p, y []F, width int)
}

// rows is the Op of a formula.
type rows[F kernel.Float] struct {
	formula formula[F]
	width   int        // elements of one output
	scratch *sync.Pool // of *[]F, chunk rows long: a place for gradients that nobody wants
	chunk   int
}

// chunkSize is about how many elements a loss without gradient works on at a time: few enough for the nearest cache.
const chunkSize = 2048

func newRows[F kernel.Float](f formula[F], out tensor.Shape) Op[F] {
	width := out.Size()
	chunk := max(1, chunkSize/width)
	return rows[F]{f, width, &sync.Pool{New: func() any {
		d := make([]F, chunk*width)
		return &d
	}}, chunk}
}

// Loss runs the same arithmetic whether dy is wanted or not, so that the losses have the same bits.
func (r rows[F]) Loss(l []float64, dy, y, t []F, scale F, lo, hi int) {
	w := r.width
	if dy != nil {
		r.formula.loss(l[lo:hi], dy[lo*w:hi*w], y[lo*w:hi*w], t[lo*w:hi*w], scale, w)
		return
	}
	d := r.scratch.Get().(*[]F)
	for ; lo < hi; lo += r.chunk {
		end := min(lo+r.chunk, hi)
		r.formula.loss(l[lo:end], (*d)[:(end-lo)*w], y[lo*w:end*w], t[lo*w:end*w], scale, w)
	}
	r.scratch.Put(d)
}

func (r rows[F]) Output(p, y []F, lo, hi int) {
	w := r.width
	r.formula.output(p[lo*w:hi*w], y[lo*w:hi*w], w)
}
