package idx

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// Write writes the array, not compressed.
func Write(w io.Writer, a *Array) error {
	header, err := a.check()
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	if pixels, ok := a.Data.([]uint8); ok {
		_, err := w.Write(pixels)
		return err
	}
	b := bufio.NewWriter(w)
	var cell [8]byte
	order := binary.BigEndian
	switch d := a.Data.(type) {
	case []int8:
		for _, v := range d {
			b.WriteByte(byte(v)) // bufio keeps the first error for Flush
		}
	case []int16:
		for _, v := range d {
			b.Write(order.AppendUint16(cell[:0], uint16(v)))
		}
	case []int32:
		for _, v := range d {
			b.Write(order.AppendUint32(cell[:0], uint32(v)))
		}
	case []float32:
		for _, v := range d {
			b.Write(order.AppendUint32(cell[:0], math.Float32bits(v)))
		}
	case []float64:
		for _, v := range d {
			b.Write(order.AppendUint64(cell[:0], math.Float64bits(v)))
		}
	}
	return b.Flush()
}

// WriteFile writes the array to a file, with gzip if the name ends in .gz. The file appears under its name only when it is
// complete.
func WriteFile(name string, a *Array) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".part-*")
	if err != nil {
		return fmt.Errorf("idx: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("idx: %s: %w", name, err)
		}
	}()
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		if err := Write(z, a); err != nil {
			return err
		}
		if err := z.Close(); err != nil {
			return err
		}
	} else if err := Write(f, a); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
