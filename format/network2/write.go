package network2

import (
	"bufio"
	"io"
	"strconv"
)

// Write writes a network as Network.save does. Every number has as many digits as bring it back to the bit.
func Write(w io.Writer, n *Network) error {
	if err := n.Check(); err != nil {
		return err
	}
	e := &encoder{Writer: bufio.NewWriter(w)}
	e.WriteString(`{"sizes": `)
	e.list(len(n.Sizes), func(i int) { e.WriteString(strconv.Itoa(n.Sizes[i])) })
	e.WriteString(`, "weights": `)
	e.list(len(n.Weights), func(l int) { e.matrix(n.Weights[l], n.Sizes[l]) })
	e.WriteString(`, "biases": `)
	e.list(len(n.Biases), func(l int) { e.matrix(n.Biases[l], 1) })
	e.WriteString(`, "cost": "` + n.Cost + "\"}\n")
	return e.Flush()
}

// encoder writes lists; a failure stays in the bufio.Writer and comes out of Flush.
type encoder struct {
	*bufio.Writer
	number []byte
}

func (e *encoder) list(n int, item func(i int)) {
	e.WriteByte('[')
	for i := range n {
		if i > 0 {
			e.WriteString(", ")
		}
		item(i)
	}
	e.WriteByte(']')
}

// matrix writes rows of the given width.
func (e *encoder) matrix(values []float64, width int) {
	e.list(len(values)/width, func(i int) {
		e.list(width, func(j int) {
			e.number = strconv.AppendFloat(e.number[:0], values[i*width+j], 'g', -1, 64)
			e.Write(e.number)
		})
	})
}
