package exporter

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gradus-nn/gradus/format/npy"
)

// csvHeader is the first row of weights as text.
var csvHeader = []string{"tensor", "row", "column", "value"}

// CSV returns arrays of one or two axes as a table with a row for every number, for spreadsheets and programs that read nothing
// else. An array of one axis has no rows. A number has as many digits as bring it back to the bit.
//
//	tensor,row,column,value
//	W1,0,0,0.25
//	b1,,0,-1
func CSV(list []npy.Named) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(csvHeader) // a buffer has no errors
	for _, a := range list {
		axes := len(a.Array.Shape)
		if axes < 1 || axes > 2 {
			return nil, fmt.Errorf("exporter: tensor %q has %d axes; a table holds one or two", a.Name, axes)
		}
		size := 64
		if a.Array.Type() == npy.Float32 {
			size = 32
		}
		row, width := "", a.Array.Shape[axes-1]
		for i, v := range a.Array.Float64s() {
			if axes == 2 {
				row = strconv.Itoa(i / width)
			}
			w.Write([]string{a.Name, row, strconv.Itoa(i % width), strconv.FormatFloat(v, 'g', -1, size)})
		}
	}
	w.Flush()
	return b.Bytes(), nil
}

// FromCSV reads what CSV wrote.
func FromCSV(data []byte) ([]npy.Named, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.ReuseRecord = len(csvHeader), true
	if first, err := r.Read(); err != nil || !slices.Equal(first, csvHeader) {
		return nil, fmt.Errorf("exporter: the table does not begin with %s", strings.Join(csvHeader, ","))
	}
	var list []npy.Named
	var at csvTensor
	seen := map[string]bool{}
	for {
		row, err := r.Read()
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("exporter: %w", err)
		}
		if at.values != nil && (err == io.EOF || row[0] != at.name) {
			a, err := at.array()
			if err != nil {
				return nil, fmt.Errorf("exporter: tensor %q %w", at.name, err)
			}
			list = append(list, npy.Named{Name: at.name, Array: a})
		}
		if err == io.EOF {
			return list, nil
		}
		if at.values == nil || row[0] != at.name {
			if seen[row[0]] || row[0] == "" {
				return nil, fmt.Errorf("exporter: tensor %q is there twice or has no name", row[0])
			}
			seen[row[0]] = true
			at = csvTensor{name: row[0], flat: row[1] == ""}
		}
		if err := at.add(row); err != nil {
			return nil, fmt.Errorf("exporter: tensor %q: %w", at.name, err)
		}
	}
}

// A csvTensor is an array that is being read.
type csvTensor struct {
	name   string
	flat   bool // it has one axis
	width  int  // of the first row
	values []float64
}

// add takes the next number, which must be the next of its array.
func (t *csvTensor) add(row []string) error {
	v, err := strconv.ParseFloat(row[3], 64)
	if err != nil && !math.IsInf(v, 0) {
		return fmt.Errorf("%q is no number", row[3])
	}
	i := 0
	if !t.flat {
		i, err = strconv.Atoi(row[1])
	} else if err = nil; row[1] != "" {
		return fmt.Errorf("row %q in an array without rows", row[1])
	}
	j, errColumn := strconv.Atoi(row[2])
	if err == nil && i == 0 {
		t.width++
	}
	n := len(t.values)
	if err != nil || errColumn != nil || t.width == 0 || i != n/t.width && i > 0 || j != n-i*t.width {
		return fmt.Errorf("row %q, column %q is not what follows", row[1], row[2])
	}
	t.values = append(t.values, v)
	return nil
}

func (t *csvTensor) array() (*npy.Array, error) {
	n := len(t.values)
	switch {
	case n%t.width != 0:
		return nil, fmt.Errorf("has %d numbers in rows of %d", n, t.width)
	case t.flat:
		return npy.Of(t.values, n), nil
	}
	return npy.Of(t.values, n/t.width, t.width), nil
}
