package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// Write writes an array as NumPy does: version 1.0, C order, little-endian, the elements aligned to 64 bytes.
func Write(w io.Writer, a *Array) error {
	if err := a.Check(); err != nil {
		return err
	}
	if _, err := w.Write(a.header()); err != nil {
		return err
	}
	return a.WriteElements(w)
}

// Descr returns the dtype of the array in a file: "<f4".
func (a *Array) Descr() string {
	t := types[a.Type()]
	if t.size == 1 {
		return "|" + t.code
	}
	return "<" + t.code
}

// header returns everything before the elements.
func (a *Array) header() []byte {
	axes := make([]string, len(a.Shape))
	for i, d := range a.Shape {
		axes[i] = fmt.Sprint(d)
	}
	tuple := strings.Join(axes, ", ")
	if len(axes) == 1 {
		tuple += ","
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", a.Descr(), tuple)
	// The longest shape, 64 axes of 19 digits, stays far below the 65,535 bytes of version 1.0.
	const prefix, align = len(Magic) + 4, 64
	text += strings.Repeat(" ", (align-(prefix+len(text)+1)%align)%align) + "\n"
	b := append([]byte(Magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}

// WriteElements writes the elements alone: C order, little-endian.
func (a *Array) WriteElements(w io.Writer) error {
	switch d := a.Data.(type) {
	case []uint8:
		_, err := w.Write(d)
		return err
	case []bool:
		return writeChunks(w, d)
	case []int8:
		return writeChunks(w, d)
	case []int16:
		return writeChunks(w, d)
	case []int32:
		return writeChunks(w, d)
	case []int64:
		return writeChunks(w, d)
	case []uint16:
		return writeChunks(w, d)
	case []uint32:
		return writeChunks(w, d)
	case []uint64:
		return writeChunks(w, d)
	case []Half:
		return writeChunks(w, d)
	case []float32:
		return writeChunks(w, d)
	case []float64:
		return writeChunks(w, d)
	}
	return a.Check()
}

// writeChunks writes the elements through a buffer of bounded size.
func writeChunks[E Element](w io.Writer, data []E) error {
	const chunk = 8 << 10
	var buffer []byte
	for len(data) > 0 {
		n := min(chunk, len(data))
		var err error
		if buffer, err = binary.Append(buffer[:0], binary.LittleEndian, data[:n]); err != nil {
			return err
		}
		if _, err := w.Write(buffer); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}
