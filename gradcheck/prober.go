package gradcheck

import (
	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/nn"
)

// A prober tells how the cost of a batch changes when one parameter moves and all others stay where they are.
type prober interface {
	// probe writes what moving the parameter at position index[k] of the segment by moves[k*m+s] adds to the cost into
	// change[k*m+s], for m = len(moves)/len(index) moves each.
	probe(segment nn.Segment, index []int, moves, change []float64)
	close()
}

// newProber returns the incremental prober where it can do the network, and the plain one otherwise or on request.
func newProber(net *nn.Net[float64], b dataset.Batch, cfg Config) prober {
	if !cfg.Plain {
		if c := newChain(net); c != nil {
			return newIncremental(c, net, b, cfg)
		}
	}
	return &plain{net: net, batch: b, here: net.Cost(b)}
}

// plain probes by a whole forward pass for every move, whatever the network.
type plain struct {
	net   *nn.Net[float64]
	batch dataset.Batch
	here  float64
}

func (p *plain) probe(segment nn.Segment, index []int, moves, change []float64) {
	params, m := p.net.Params()[segment.Off:segment.Off+segment.Len], len(moves)/len(index)
	for k, i := range index {
		saved := params[i]
		for s := k * m; s < (k+1)*m; s++ {
			params[i] = saved + moves[s]
			change[s] = p.net.Cost(p.batch) - p.here
		}
		params[i] = saved // the saved value, not x+h-h
	}
}

func (p *plain) close() {}
