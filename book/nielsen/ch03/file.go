package ch03

import (
	"fmt"
	"io"

	"github.com/gradus-nn/gradus/format/network2"
)

// Save writes the network as network2.py does, JSON that Python reads as well.
func (n *Network) Save(w io.Writer) error {
	file := &network2.Network{Sizes: n.Sizes, Cost: n.Cost.name()}
	for l := 1; l < len(n.Sizes); l++ {
		weights, biases := n.Weights(l), n.Biases(l)
		in, out := n.Sizes[l-1], n.Sizes[l]
		rows := make([]float64, in*out) // [out, in], the book's way round
		for k := range in {
			for j := range out {
				rows[j*in+k] = float64(weights[k*out+j])
			}
		}
		column := make([]float64, out)
		for j, b := range biases {
			column[j] = float64(b)
		}
		file.Weights, file.Biases = append(file.Weights, rows), append(file.Biases, column)
	}
	return network2.Write(w, file)
}

// Load reads what Save or network2.py has written.
func Load(r io.Reader) (*Network, error) {
	file, err := network2.Read(r)
	if err != nil {
		return nil, err
	}
	var cost Cost
	switch file.Cost {
	case network2.CrossEntropy:
		cost = CrossEntropyCost{}
	case network2.Quadratic:
		cost = QuadraticCost{}
	default:
		return nil, fmt.Errorf("ch03: load: cost %q; want %s or %s", file.Cost, network2.CrossEntropy, network2.Quadratic)
	}
	n, err := NewNetwork(file.Sizes, cost, 0)
	if err != nil {
		return nil, err
	}
	for l := 1; l < len(n.Sizes); l++ {
		weights, biases := n.Weights(l), n.Biases(l)
		in, out := n.Sizes[l-1], n.Sizes[l]
		for k := range in {
			for j := range out {
				weights[k*out+j] = float32(file.Weights[l-1][j*in+k])
			}
		}
		for j := range biases {
			biases[j] = float32(file.Biases[l-1][j])
		}
	}
	return n, nil
}
